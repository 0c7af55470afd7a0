//! What one computer may do.

use std::time::Duration;

use countersign_host::harness::Backend;
use countersign_tests::{Answer, Deployment};
use serde_json::json;

use crate::{begin_a_minute, host, require_later};

/// New requests of one computer in a minute. Two more are not counted.
const PER_MINUTE: usize = 5;
/// The copy of a file. Two of them are more than a computer may have in the store.
const COPY: usize = 700_000;
const DAY: u64 = 24 * 60 * 60;

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

/// Submits until it is refused: how many were made, and the refusal.
async fn until_refused(world: &Deployment, files: &str, most: usize) -> (Vec<String>, Answer) {
    let mut made = Vec::new();
    loop {
        let number = made.len();
        let body = world.request_for(format!("{files} {number}").as_bytes());
        let call = world.api.post("/agent/v1/requests").bearer(&world.computer_token);
        let answer = call.json(&body).send().await;
        if answer.status != 201 {
            return (made, answer);
        }
        made.push(answer.text_at("/id"));
        assert!(made.len() <= most, "there is no limit");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_has_so_many_requests_in_a_day() {
    for backend in Backend::available().unwrap() {
        let limits = "requests_per_day=20 requests_per_minute=1000".to_owned();
        let host = host(backend, [("computer_limits", limits)]).await;
        let world = Deployment::on(&host).await;
        let (made, refused) = until_refused(&world, "first day", 41).await;
        assert!(made.len() >= 20, "{}", made.len());
        require_later(&refused, "too-many-new-requests", DAY);
        host.advance(Duration::from_secs(DAY));
        assert!(!until_refused(&world, "next day", 41).await.0.is_empty(), "the next day");
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_has_so_many_requests_that_wait() {
    for backend in Backend::available().unwrap() {
        let limits = "open_requests=50 requests_per_minute=1000".to_owned();
        let host = host(backend, [("computer_limits", limits)]).await;
        let world = Deployment::on(&host).await;
        let (made, refused) = until_refused(&world, "open", 51).await;
        assert!((50..=51).contains(&made.len()), "{}", made.len());
        assert_eq!(refused.problem(429), "too-many-open-requests");
        let path = format!("/agent/v1/requests/{}/cancellation", made[0]);
        world.api.post(&path).bearer(&world.computer_token).send().await.expect(200);
        host.settle().await.unwrap();
        let body = world.request_for(b"room again");
        let call = world.api.post("/agent/v1/requests").bearer(&world.computer_token).json(&body);
        call.send().await.expect(201);
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_sends_so_many_bytes_in_a_day() {
    for backend in Backend::available().unwrap() {
        let host = host(backend, [("computer_limits", "attachment_mib_per_day=1".to_owned())]).await;
        let world = Deployment::on(&host).await;
        let send = async |fill: u8| {
            let bytes = vec![fill; COPY];
            let submitted = world.submit(&world.request_for(&bytes), &format!("key {fill}")).await;
            let request = format!("/agent/v1/requests/{}", submitted.expect(201).text_at("/id"));
            let call = world.api.put(&format!("{request}/attachment")).bearer(&world.computer_token);
            let sent = call.body("application/octet-stream", bytes).send().await;
            let cancel = world.api.post(&format!("{request}/cancellation")).bearer(&world.computer_token);
            cancel.send().await.expect(200);
            sent
        };
        send(0).await.expect(204);
        require_later(&send(1).await, "too-many-attachment-bytes", DAY);
        host.advance(Duration::from_secs(DAY));
        send(2).await.expect(204);
        host.stop().await;
    }
}
