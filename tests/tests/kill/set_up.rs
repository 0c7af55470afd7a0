//! The set-up is cut short before each of its writes, and repeated.

use countersign_host::harness::{Backend, ChildHost, Options, SETUP_TOKEN};
use countersign_tests::{Api, PASSWORD, Stage as _};
use serde_json::{Value, json};

/// More writes than the set-up makes; the test ends at the first one that is not reached.
const WRITES_MAX: u64 = 40;

/// The set-up under a name, which a repetition may change.
fn body(name: &str) -> Value {
    json!({ "setup_token": SETUP_TOKEN, "organization": { "name": name },
        "administrator": { "email": "boss@company.example", "name": "Boss", "password": PASSWORD } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_up_survives_a_kill_at_every_write() {
    for backend in Backend::available().unwrap() {
        let mut died = 0;
        for nth in 1..=WRITES_MAX {
            let mut host = ChildHost::start(backend, Options::default()).await.unwrap();
            host.restart(Some(("sign-in", nth))).await.unwrap();
            let first = Api::new(host.at("")).post("/v1/setup").json(&body("Cut short")).try_send().await;
            if first.is_none() {
                host.ended().await.unwrap();
                died += 1;
            }
            host.restart(None).await.unwrap();
            let api = Api::new(host.at(""));
            let again = api.post("/v1/setup").json(&body("Company A")).send().await;
            if first.is_some() {
                assert_eq!(again.status, 409, "write {nth}: it was completed: {}", again.text());
                assert!(died >= 4, "the set-up makes at least four writes");
                break;
            }
            let token = match again.status {
                201 => again.text_at("/token"),
                // All was written but the answer: the administrator signs in.
                409 => {
                    let sign_in = json!({ "email": "boss@company.example", "password": PASSWORD });
                    api.post("/v1/session").json(&sign_in).send().await.expect(201).text_at("/token")
                }
                other => panic!("write {nth}: {other}: {}", again.text()),
            };
            host.settled().await;
            let me = api.get("/v1/session").bearer(&token).send().await.expect(200);
            assert!(me.json()["permissions"].as_array().is_some_and(|all| !all.is_empty()), "write {nth}");
            let organizations = api.get("/v1/organizations").bearer(&token).send().await.expect(200).json();
            assert_eq!(organizations["items"], json!([]), "write {nth}: there is none beside the root");
            assert!(nth < WRITES_MAX, "the set-up makes more than {WRITES_MAX} writes");
        }
    }
}
