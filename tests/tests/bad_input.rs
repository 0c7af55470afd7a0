//! Bad input: each gets a 4xx problem, and nothing changes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use countersign_tests::{Answer, Deployment, on_every_backend, sha256};
use reqwest::Method;
use serde_json::{Value, json};

async fn pending(world: &Deployment) -> Vec<Value> {
    let page = world.api.get("/v1/requests?status=pending").bearer(&world.boss).send().await.expect(200);
    page.json()["items"].as_array().unwrap().clone()
}

fn attachment(world: &Deployment, id: &str) -> countersign_tests::Call {
    world.api.put(&format!("/agent/v1/requests/{id}/attachment")).bearer(&world.computer_token)
}

on_every_backend! {
    async fn bodies_that_are_not_what_they_should_be_are_refused(host) {
        let world = Deployment::on(&host).await;
        let with = |pointer: &str, value: Value| {
            let mut body = world.request_for(b"x");
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            body.pointer_mut(parent).unwrap()[name] = value;
            body.to_string()
        };
        let large = with("/reason", json!("x".repeat(600_000)));
        let cases: [(&str, Vec<u8>, u16, &str); 8] = [
            ("malformed JSON", b"{\"kind\":".to_vec(), 400, "malformed-json"),
            ("two values", format!("{} {{}}", world.request_for(b"x")).into_bytes(), 400, "malformed-json"),
            ("not UTF-8", b"{\"kind\":\"\xff\"}".to_vec(), 400, "malformed-json"),
            ("nothing", Vec::new(), 400, "malformed-json"),
            ("not an object", b"[]".to_vec(), 422, "invalid-body"),
            ("an unknown kind", with("/kind", json!("network")).into_bytes(), 422, "invalid-body"),
            ("no SHA-256", with("/subject/sha256", json!("12")).into_bytes(), 422, "invalid-body"),
            ("too large", large.into_bytes(), 413, "body-too-large"),
        ];
        for (what, body, status, code) in cases {
            let call = world.api.post("/agent/v1/requests").bearer(&world.computer_token);
            assert_eq!(call.body("application/json", body).send().await.problem(status), code, "{what}");
        }
        let call = world.api.post("/agent/v1/requests").bearer(&world.computer_token);
        assert_eq!(call.body("text/plain", "{}").send().await.problem(415), "unsupported-media-type");
        host.settle().await.unwrap();
        assert!(pending(&world).await.is_empty(), "nothing changed");
        assert_eq!(host.providers.email.calls(), 0, "nothing was sent");
    }

    async fn attachments_that_are_not_the_announced_file_leave_nothing(host) {
        let world = Deployment::on(&host).await;
        let bytes = vec![7_u8; 600_000];
        let id = world.submit(&world.request_for(&bytes), "key").await.expect(201).text_at("/id");
        let mut other = bytes.clone();
        other[599_999] = 8;
        let cases = [("other bytes", other), ("cut short", bytes[..500_000].to_vec()), ("nothing", Vec::new())];
        for (what, sent) in cases {
            let answer = attachment(&world, &id).body("application/octet-stream", sent).send().await;
            assert_eq!(answer.problem(422), "attachment-mismatch", "{what}");
        }
        let long = [bytes.as_slice(), b"more"].concat();
        let answer = attachment(&world, &id).body("application/octet-stream", long).send().await;
        assert!([413, 422].contains(&answer.status), "{}", answer.text());
        let answer = attachment(&world, &id).body("text/plain", bytes.clone()).send().await;
        assert_eq!(answer.problem(415), "unsupported-media-type");
        let path = format!("/v1/requests/{id}/attachment");
        assert_eq!(world.api.get(&path).bearer(&world.boss).send().await.status, 404, "nothing is served");

        attachment(&world, &id).body("application/octet-stream", bytes.clone()).send().await.expect(204);
        let served = world.api.get(&path).bearer(&world.boss).send().await.expect(200);
        assert!(served.body == bytes);
        let headers = ["content-type", "x-content-type-options"].map(|name| served.header(name));
        assert_eq!(headers, ["application/octet-stream", "nosniff"]);
        assert!(served.header("content-security-policy").contains("sandbox"));
        assert!(served.header("content-disposition").starts_with("attachment"));
        assert_eq!(sha256(&served.body), sha256(&bytes));
    }

    async fn a_refusal_reaches_a_client_that_is_still_sending(host) {
        let world = Deployment::on(&host).await;
        let bytes = vec![7_u8; 600_000];
        let id = world.submit(&world.request_for(&bytes), "key").await.expect(201).text_at("/id");
        for attempt in 0..40 {
            // Refused by its length, before a byte is read.
            let call = attachment(&world, &id).body("application/octet-stream", bytes[..500_000].to_vec());
            assert_eq!(call.send().await.problem(422), "attachment-mismatch", "{attempt}");
        }
    }

    async fn what_is_not_yours_does_not_exist(host) {
        let world = Deployment::on(&host).await;
        let id = world.submit(&world.request_for(b"mine"), "key").await.expect(201).text_at("/id");
        let (_, other) = world.another_computer("pc-2").await;
        let path = format!("/agent/v1/requests/{id}");
        assert_eq!(world.api.get(&path).bearer(&other).send().await.problem(404), "not-found");
        for id in ["req_01J00000000000000000000000", "req_x", "..%2f..", "%00"] {
            assert_eq!(world.api.get(&format!("/agent/v1/requests/{id}")).bearer(&other).send().await.status, 404, "{id}");
            assert_eq!(world.api.get(&format!("/v1/requests/{id}")).bearer(&world.boss).send().await.status, 404, "{id}");
        }
        let body = json!({ "name": "Sibling", "parent_id": world.root });
        let sibling = world.api.post("/v1/organizations").bearer(&world.boss).json(&body).send().await.expect(201).text_at("/id");
        let (_, stranger) = world.administrator(&host, "stranger@company.example", &sibling, &["super-admin"]).await;
        assert_eq!(world.api.get(&format!("/v1/requests/{id}")).bearer(&stranger).send().await.problem(404), "not-found");
        let answer = world.decide(&stranger, &id, &json!({ "outcome": "approved" })).await;
        assert_eq!(answer.problem(404), "not-found");
        assert_eq!(pending(&world).await.len(), 1, "nothing changed");
    }

    async fn tokens_that_are_wrong_expired_or_used_are_refused(host) {
        let world = Deployment::on(&host).await;
        let who = |token: String| {
            let call = world.api.get("/v1/session").bearer(&token);
            async move { call.send().await }
        };
        let flipped = |token: &str| {
            let last = if token.ends_with('A') { "E" } else { "A" };
            format!("{}{last}", &token[..token.len() - 1])
        };
        who(world.boss.clone()).await.expect(200);
        for wrong in [String::new(), "csa_".into(), flipped(&world.boss), world.computer_token.clone()] {
            assert_eq!(who(wrong.clone()).await.problem(401), "not-identified", "{wrong}");
        }
        let agent = |token: String| world.api.get("/agent/v1/check-in").bearer(&token).send();
        assert_eq!(agent(world.boss.clone()).await.problem(401), "not-identified");
        assert_eq!(agent(flipped(&world.computer_token)).await.problem(401), "not-identified");
        world.api.delete("/v1/session").bearer(&world.clerk_token).send().await.expect(204);
        assert_eq!(who(world.clerk_token.clone()).await.problem(401), "not-identified");
        host.advance(std::time::Duration::from_secs(13 * 3600));
        assert_eq!(who(world.boss.clone()).await.problem(401), "not-identified", "sessions end");
        let set_up = json!({ "setup_token": host.setup_token(), "organization": { "name": "Again" },
            "administrator": { "email": "again@company.example", "name": "Again", "password": countersign_tests::PASSWORD } });
        assert_eq!(world.api.post("/v1/setup").json(&set_up).send().await.problem(409), "already-set-up");
        let accept = json!({ "token": "csi_01J00000000000000000000000_x", "password": countersign_tests::PASSWORD });
        let accepted: Answer = world.api.post("/v1/invitations/accept").json(&accept).send().await;
        assert_eq!(accepted.status, 401);
    }

    async fn wrong_methods_name_the_right_ones(host) {
        let world = Deployment::on(&host).await;
        for path in ["/v1/requests", "/agent/v1/requests", "/v1/organizations", "/v1/session", "/v1/authorize"] {
            let answer = world.api.call(Method::TRACE, path).bearer(&world.boss).send().await;
            assert_eq!(answer.problem(405), "method-not-allowed", "{path}");
            assert!(!answer.header("allow").is_empty(), "{path}");
        }
        assert_eq!(world.api.get("/v1/nothing").bearer(&world.boss).send().await.problem(404), "not-found");
    }
}
