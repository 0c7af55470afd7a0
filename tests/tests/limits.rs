//! The limits that keep one computer, one enrollment key or one crowd of strangers from taking what others need, on the real
//! components.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::{Answer, Api, Deployment, PASSWORD};
use futures::future::join_all;
use serde_json::json;
use tokio::task::JoinHandle;

/// New requests of one computer in a minute. Two more are not counted.
const PER_MINUTE: usize = 5;
/// The copy of a file. Two of them are more than a computer may have in the store.
const COPY: usize = 700_000;
/// Strangers who sign in at once.
const STRANGERS: usize = 48;
/// Passwords of strangers from one block of addresses that are compared in a second.
const COMPARED: u64 = 3;

async fn host(backend: Backend, variables: [(&str, String); 1]) -> TestHost {
    println!("on {backend:?}");
    let variables = variables.map(|(name, value)| (name.to_owned(), value));
    let options = Options { variables: BTreeMap::from(variables), ..Options::default() };
    TestHost::start(backend, options).await.unwrap()
}

/// Moves the clock to the beginning of a minute, so that none begins while a few calls are made.
fn begin_a_minute(host: &TestHost) {
    let into_it = host.clock.now().as_millisecond().rem_euclid(60_000);
    host.advance(Duration::from_millis(60_000 - u64::try_from(into_it).unwrap()));
}

fn require_later(answer: &Answer, code: &str, at_most: u64) {
    assert_eq!(answer.problem(429), code);
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=at_most).contains(&seconds), "{seconds}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_that_asks_without_end_is_stopped_and_few_messages_are_sent() {
    for backend in Backend::available().unwrap() {
        let limits = format!("requests_per_minute={PER_MINUTE}");
        let host = host(backend, [("computer_limits", limits)]).await;
        let world = Deployment::on(&host).await;
        begin_a_minute(&host);
        let ask = |number: usize| {
            let body = world.request_for(format!("file {number}").as_bytes());
            let world = &world;
            async move { world.submit(&body, &format!("key {number}")).await }
        };
        let mut made = 0;
        let refused = loop {
            let answer = ask(made).await;
            if answer.status != 201 {
                break answer;
            }
            made += 1;
            assert!(made <= PER_MINUTE + 2, "there is no limit");
        };
        assert!(made >= PER_MINUTE, "{made}");
        require_later(&refused, "too-many-new-requests", 60);
        for number in 0..30 {
            require_later(&ask(made + number).await, "too-many-new-requests", 60);
        }
        ask(0).await.expect(201);
        host.settle().await.unwrap();
        let (emails, texts) = (host.providers.email.messages().len(), host.providers.sms.messages().len());
        assert!((1..=2 * made).contains(&emails), "{emails} for {made} requests with two recipients");
        assert!((1..=made).contains(&texts), "{texts} for {made} requests with one recipient");

        let (_, other) = world.another_computer("pc-2").await;
        let call = world.api.post("/agent/v1/requests").bearer(&other).json(&world.request_for(b"other"));
        call.send().await.expect(201);
        begin_a_minute(&host);
        ask(made).await.expect(201);
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn users_who_join_and_withdraw_without_end_are_stopped_and_leave_few_entries() {
    const PER_MINUTE: usize = 20;
    for backend in Backend::available().unwrap() {
        let limits = format!("changes_per_minute={PER_MINUTE}");
        let host = host(backend, [("computer_limits", limits)]).await;
        let world = Deployment::on(&host).await;
        begin_a_minute(&host);
        let body = world.request_for(b"shared by many");
        let id = world.submit(&body, "first").await.expect(201).text_at("/id");
        let join = |user: String| {
            let mut body = body.clone();
            body["requester"] = json!({ "username": user });
            world.api.post("/agent/v1/requests").bearer(&world.computer_token).json(&body).send()
        };
        let withdraw = |user: String| {
            let call = world.api.post(&format!("/agent/v1/requests/{id}/cancellation"));
            call.bearer(&world.computer_token).json(&json!({ "username": user })).send()
        };
        let mut done = 0;
        let refused = 'refused: {
            for number in 0..10 * PER_MINUTE {
                let user = format!("user {number}");
                for answer in [join(user.clone()).await, withdraw(user).await] {
                    if answer.status != 200 {
                        break 'refused answer;
                    }
                    done += 1;
                }
            }
            panic!("there is no limit")
        };
        require_later(&refused, "too-many-changes", 60);
        assert!((PER_MINUTE..=PER_MINUTE + 10).contains(&done), "{done}");
        require_later(&join("one more".to_owned()).await, "too-many-changes", 60);
        host.settle().await.unwrap();
        let audit = format!("/v1/audit/unified?organization_id={}&about={id}&limit=200", world.company);
        let entries = world.api.get(&audit).bearer(&world.boss).send().await.expect(200).json();
        assert!(entries["items"].as_array().unwrap().len() <= done + 1, "{done}: {entries}");

        let (_, other) = world.another_computer("pc-2").await;
        let call = world.api.post("/agent/v1/requests").bearer(&other).json(&world.request_for(b"other"));
        call.send().await.expect(201);
        begin_a_minute(&host);
        join("one more".to_owned()).await.expect(200);
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_cancelled_requests_leave_nothing_in_the_store() {
    for backend in Backend::available().unwrap() {
        let host = host(backend, [("computer_limits", "attachment_mib=1".to_owned())]).await;
        let world = Deployment::on(&host).await;
        let send = |fill: u8| {
            let (world, bytes) = (&world, vec![fill; COPY]);
            async move {
                let submitted = world.submit(&world.request_for(&bytes), &format!("key {fill}")).await;
                let request = format!("/agent/v1/requests/{}", submitted.expect(201).text_at("/id"));
                let call = world.api.put(&format!("{request}/attachment")).bearer(&world.computer_token);
                (request, call.body("application/octet-stream", bytes).send().await)
            }
        };
        let cancel = |request: String| {
            let call = world.api.post(&format!("{request}/cancellation")).bearer(&world.computer_token);
            async move { call.send().await.expect(200) }
        };
        for fill in 0..4 {
            let (request, sent) = send(fill).await;
            sent.expect(204);
            cancel(request).await;
        }
        let (kept, sent) = send(4).await;
        sent.expect(204);
        let (_, refused) = send(5).await;
        require_later(&refused, "attachment-space-used-up", 3600);
        cancel(kept).await;
        send(6).await.1.expect(204);
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_leaves_no_second_computer_and_a_revoked_key_enrolls_none() {
    for backend in Backend::available().unwrap() {
        let host = host(backend, [("computer_limits", String::new())]).await;
        let world = Deployment::on(&host).await;
        let of_company = format!("/v1/organizations/{}", world.company);
        let keys = format!("{of_company}/groups/{}/enrollment-keys", world.group);
        let made = world.api.post(&keys).bearer(&world.boss).json(&json!({ "name": "Autumn" })).send().await;
        let made = made.expect(201);
        let key = made.text_at("/key");
        let enroll = |hostname: &str| {
            let body = json!({ "enrollment_key": key, "hostname": hostname, "os": "Windows 11" });
            let call = world.api.post("/agent/v1/enroll").header("idempotency-key", hostname).json(&body);
            async move { call.send().await }
        };
        // The answer is lost, and the agent tries again.
        let first = enroll("pc-2").await.expect(201).text_at("/computer_id");
        assert_eq!(enroll("pc-2").await.expect(201).text_at("/computer_id"), first);
        let computers = async || {
            let page = world.api.get(&format!("{of_company}/computers")).bearer(&world.boss).send().await;
            page.expect(200).json()["items"].as_array().unwrap().len()
        };
        host.settle().await.unwrap();
        assert_eq!(computers().await, 2, "that of the deployment, and this one");

        let revoke = world.api.delete(&format!("{keys}/{}", made.text_at("/id"))).bearer(&world.boss);
        revoke.send().await.expect(204);
        assert_eq!(enroll("pc-3").await.problem(401), "enrollment-key-not-valid");
        host.settle().await.unwrap();
        assert_eq!(computers().await, 2);
        host.stop().await;
    }
}

/// Signs in; an address is that of the client behind the trusted proxy.
fn sign_in(api: &Api, email: &str, password: &str, address: Option<String>) -> JoinHandle<Answer> {
    let body = json!({ "email": email, "password": password });
    let call = api.post("/v1/session").json(&body);
    let call = match address {
        Some(address) => call.header("x-forwarded-for", &address),
        None => call,
    };
    tokio::spawn(call.send())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_of_strangers_who_sign_in_does_not_keep_out_who_has_been_here() {
    let host = host(Backend::Sqlite, [("trusted_proxies", "127.0.0.1".to_owned())]).await;
    let world = Deployment::on(&host).await;
    let boss = || sign_in(&world.api, "boss@company.example", PASSWORD, None);
    boss().await.unwrap().expect(201);
    let mut turned_away = 0;
    for (round, network) in ["192.0.2", "198.51.100", "203.0.113"].into_iter().enumerate() {
        host.advance(Duration::from_secs(2));
        let began = Instant::now();
        let strangers: Vec<_> = (1..=STRANGERS)
            .map(|number| {
                let email = format!("nobody-{network}-{number}@example.test");
                sign_in(&world.api, &email, "not the password at all", Some(format!("{network}.{number}")))
            })
            .collect();
        boss().await.unwrap().expect(201);
        // They are one block of addresses, and take nothing from who signs in elsewhere for the first time.
        let elsewhere = format!("100.64.{round}.1");
        sign_in(&world.api, "boss@company.example", PASSWORD, Some(elsewhere)).await.unwrap().expect(201);
        let answers: Vec<Answer> = join_all(strangers).await.into_iter().map(Result::unwrap).collect();
        let seconds = began.elapsed().as_secs() + 2;
        let (refused, compared): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 429);
        assert!(compared.iter().all(|answer| answer.status == 401));
        let most = usize::try_from(COMPARED * seconds).unwrap();
        assert!(compared.len() <= most, "{} were compared in {seconds} s", compared.len());
        turned_away += refused.len();
        for answer in refused {
            require_later(answer, "too-many-requests", 1);
        }
    }
    assert!(turned_away > 0, "nobody was refused");
    host.stop().await;
}
