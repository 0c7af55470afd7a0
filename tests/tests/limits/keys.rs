//! What the computers of one enrollment key may do together, and enrolling.

use std::time::Duration;

use countersign_host::harness::Backend;
use countersign_tests::{Answer, Deployment};
use futures::future::join_all;
use serde_json::{Value, json};

use crate::{begin_a_minute, host, require_later};

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_leaves_no_second_computer_and_a_revoked_key_enrolls_none() {
    for backend in Backend::available().unwrap() {
        let host = host(backend, [("computer_limits", String::new())]).await;
        let world = Deployment::on(&host).await;
        let of_company = format!("/v1/organizations/{}", world.company);
        let keys = keys_of(&world);
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

/// Makes an enrollment key of the deployment's group: its id, and the key itself.
async fn make_key(world: &Deployment, limits: &Value) -> (String, String) {
    let made = world.api.post(&keys_of(world)).bearer(&world.boss).json(limits).send().await.expect(201);
    (made.text_at("/id"), made.text_at("/key"))
}

async fn new_key(world: &Deployment) -> String {
    make_key(world, &json!({})).await.1
}

fn keys_of(world: &Deployment) -> String {
    format!("/v1/organizations/{}/groups/{}/enrollment-keys", world.company, world.group)
}

async fn enroll(world: &Deployment, key: &str, hostname: &str) -> Answer {
    let body = json!({ "enrollment_key": key, "hostname": hostname, "os": "Debian 12" });
    world.api.post("/agent/v1/enroll").json(&body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_enrolls_as_many_and_as_long_as_it_says_and_each_use_is_on_record() {
    for backend in Backend::available().unwrap() {
        let host = host(backend, [("computer_limits", String::new())]).await;
        let world = Deployment::on(&host).await;
        let (once, key_for_one) = make_key(&world, &json!({ "name": "One", "max_uses": 1 })).await;
        let end = (host.clock.now() + Duration::from_secs(600)).to_string();
        let (soon, key_until) = make_key(&world, &json!({ "name": "Until", "expires_at": end })).await;
        let only = enroll(&world, &key_for_one, "only").await.expect(201).text_at("/computer_id");
        enroll(&world, &key_until, "in-time").await.expect(201);
        let too_many = enroll(&world, &key_for_one, "second").await;
        assert_eq!(too_many.problem(401), "enrollment-key-not-valid");
        host.advance(Duration::from_secs(601));
        let too_late = enroll(&world, &key_until, "too-late").await;
        assert_eq!(too_late.problem(401), "enrollment-key-not-valid");

        let listed = world.api.get(&keys_of(&world)).bearer(&world.boss).send().await.expect(200);
        for key in [&key_for_one, &key_until] {
            assert!(!listed.text().contains(key), "{}", listed.text());
        }
        let listed = listed.json();
        let items = listed["items"].as_array().unwrap();
        let uses = |id: &str| items.iter().find(|item| item["id"] == id).unwrap()["uses"].clone();
        assert_eq!((uses(&once), uses(&soon)), (json!(1), json!(1)));
        host.settle().await.unwrap();
        let path = format!("/v1/audit/unified?organization_id={}&about={once}", world.company);
        let audit = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
        let entries = audit["items"].as_array().unwrap();
        assert_eq!(entries.len(), 1, "{audit}");
        let detail = &entries[0]["detail"];
        assert_eq!((&entries[0]["act"], &detail["computer_id"]), (&json!("computer.enrolled"), &json!(only)));
        assert_eq!(detail["enrollment_key_id"], json!(once));
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_computers_of_one_key_have_so_many_bytes_in_the_store_together() {
    /// Two of them are more than the computers of one key may have.
    const COPY: usize = 700_000;
    for backend in Backend::available().unwrap() {
        let host = host(backend, [("computer_limits", "key_attachment_mib=1".to_owned())]).await;
        let world = Deployment::on(&host).await;
        let (shared, other) = (new_key(&world).await, new_key(&world).await);
        let send = async |key: &str, hostname: &str, fill: u8| {
            let token = enroll(&world, key, hostname).await.expect(201).text_at("/token");
            let bytes = vec![fill; COPY];
            let call = world.api.post("/agent/v1/requests").bearer(&token).json(&world.request_for(&bytes));
            let id = call.send().await.expect(201).text_at("/id");
            let call = world.api.put(&format!("/agent/v1/requests/{id}/attachment")).bearer(&token);
            call.body("application/octet-stream", bytes).send().await
        };
        send(&shared, "first", 1).await.expect(204);
        require_later(&send(&shared, "second", 2).await, "attachment-space-used-up", 3600);
        send(&other, "third", 3).await.expect(204);
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_computers_of_one_key_are_stopped_together_and_those_of_another_are_not() {
    for backend in Backend::available().unwrap() {
        let host = host(backend, [("computer_limits", "key_requests_per_minute=4".to_owned())]).await;
        let world = Deployment::on(&host).await;
        let key = new_key(&world).await;
        let mut tokens = Vec::new();
        for name in ["thief-1", "thief-2", "thief-3"] {
            let body = json!({ "enrollment_key": key, "hostname": name, "os": "Windows 11" });
            let enrolled = world.api.post("/agent/v1/enroll").json(&body).send().await.expect(201);
            tokens.push(enrolled.text_at("/token"));
        }
        begin_a_minute(&host);
        let ask = async |token: &String, number: usize| {
            let body = world.request_for(format!("{token} {number}").as_bytes());
            world.api.post("/agent/v1/requests").bearer(token).json(&body).send().await
        };
        // The first two of each are not counted, and four more of all.
        let mut made = 0;
        let mut refused = Vec::new();
        for number in 0..4 {
            for token in &tokens {
                let answer = ask(token, number).await;
                if answer.status == 201 { made += 1 } else { refused.push(answer) }
            }
        }
        assert_eq!((made, refused.len()), (10, 2));
        refused.iter().for_each(|answer| require_later(answer, "too-many-new-requests", 60));
        for number in 0..4 {
            ask(&world.computer_token, number).await.expect(201);
        }
        begin_a_minute(&host);
        ask(&tokens[2], 3).await.expect(201);
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_enrolls_so_many_computers_and_another_one_still_can() {
    const PER_ADDRESS: usize = 300;
    for backend in Backend::available().unwrap() {
        let host = host(backend, [("trusted_proxies", "127.0.0.1".to_owned())]).await;
        let world = Deployment::on(&host).await;
        let key = new_key(&world).await;
        // At the beginning of the ten minutes in which they are counted.
        let into_it = host.clock.now().as_second().rem_euclid(600);
        host.advance(Duration::from_secs(u64::try_from(600 - into_it).unwrap()));
        let enroll = |number: usize, address: &'static str| {
            let body =
                json!({ "enrollment_key": key, "hostname": format!("pc-{number}"), "os": "Debian 12" });
            let call = world.api.post("/agent/v1/enroll").header("x-forwarded-for", address);
            call.json(&body).send()
        };
        let mut enrolled = 0;
        for some in (100..100 + PER_ADDRESS + 20).collect::<Vec<_>>().chunks(20) {
            let answers = join_all(some.iter().map(|number| enroll(*number, "192.0.2.1"))).await;
            for answer in answers {
                if answer.status == 201 {
                    enrolled += 1;
                } else {
                    require_later(&answer, "too-many-enrollments", 600);
                }
            }
        }
        assert_eq!(enrolled, PER_ADDRESS);
        enroll(1, "198.51.100.1").await.expect(201);
        host.stop().await;
    }
}
