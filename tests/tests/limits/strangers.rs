//! What is on record of strangers who try to sign in.

use std::time::Duration;

use countersign_host::harness::Backend;
use countersign_tests::Deployment;
use serde_json::{Value, json};

use crate::host;

#[tokio::test(flavor = "multi_thread")]
async fn refused_sign_ins_leave_one_entry_and_their_number() {
    for backend in Backend::available().unwrap() {
        let host = host(backend, [("trusted_proxies", "127.0.0.1".to_owned())]).await;
        let world = Deployment::on(&host).await;
        // At the beginning of an hour, so that none begins meanwhile.
        let into_it = host.clock.now().as_second().rem_euclid(3600);
        host.advance(Duration::from_secs(u64::try_from(3600 - into_it).unwrap()));
        for _ in 0..8 {
            let wrong = json!({ "email": "clerk@company.example", "password": "not it, whatever it is" });
            world.api.post("/v1/session").json(&wrong).send().await.expect(401);
            host.advance(Duration::from_secs(1));
        }
        let refusals = async || {
            host.settle().await.unwrap();
            let path = format!("/v1/audit/system?organization_id={}&act=session.refused", world.company);
            let page = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
            page["items"].as_array().unwrap().clone()
        };
        assert_eq!(refusals().await.len(), 1, "the first is on record at once");
        // What has expired is swept a while later.
        host.advance(Duration::from_secs(3600 + 11 * 60));
        let both = refusals().await;
        let counts: Vec<&Value> = both.iter().filter_map(|entry| entry.pointer("/detail/count")).collect();
        assert_eq!((both.len(), counts), (2, vec![&json!(8)]), "{both:?}");
        host.stop().await;
    }
}
