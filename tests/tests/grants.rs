//! The life of a grant on the real components: given, used, prolonged, revoked.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use countersign_tests::{Deployment, on_every_backend};
use serde_json::{Value, json};

on_every_backend! {
    async fn a_grant_is_listed_used_prolonged_and_revoked(host) {
        let world = Deployment::on(&host).await;
        let id = world.submit(&world.request_for(b"x"), "one").await.expect(201).text_at("/id");
        let until = (host.clock.now() + std::time::Duration::from_secs(3_600)).to_string();
        let later = (host.clock.now() + std::time::Duration::from_secs(7_200)).to_string();
        let approval = json!({ "outcome": "approved", "scope": "group", "expires_at": until });
        let grant = world.decide(&world.boss, &id, &approval).await.expect(200).text_at("/decision/grant_id");
        host.settle().await.unwrap();
        let used = world.api.post(&format!("/agent/v1/grants/{grant}/use")).bearer(&world.computer_token);
        assert_eq!(used.json(&json!({})).send().await.expect(200).text_at("/grant_id"), grant);
        for filter in [String::new(), format!("&group_id={}", world.group)] {
            let shown = listed(&world, &filter).await;
            assert_eq!((shown.len(), &shown[0]["id"], &shown[0]["used_by"]), (1, &json!(grant), &json!(1)));
            assert_eq!(shown[0]["reaches"], json!({ "count": 1, "complete": true }));
        }
        world.patch(&format!("/v1/grants/{grant}"), &json!({ "expires_at": later })).await.expect(200);
        host.settle().await.unwrap();
        let news = news(&world).await;
        assert_eq!(news["grants"]["added"][0]["id"], json!(grant), "{news}");
        assert_eq!(listed(&world, "").await.len(), 1);
        let revoke = world.api.post(&format!("/v1/grants/{grant}/revocation")).bearer(&world.boss);
        revoke.json(&json!({ "message": "no longer needed" })).send().await.expect(200);
        host.settle().await.unwrap();
        assert!(listed(&world, "").await.is_empty());
        let acts = world.audit("unified", &grant).await;
        assert_eq!(acts, ["grant.edited", "grant.used", "request.decided"]);
        let told = host.providers.email.messages();
        let of_ann = told.iter().filter(|message| message.to == "ann@company.example").count();
        assert_eq!(of_ann, 3, "approved, prolonged, revoked: {told:?}");
    }
}

async fn listed(world: &Deployment, filter: &str) -> Vec<Value> {
    let path = format!("/v1/grants?organization_id={}{filter}", world.company);
    let page = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
    page["items"].as_array().unwrap().clone()
}

async fn news(world: &Deployment) -> Value {
    world.api.get("/agent/v1/check-in").bearer(&world.computer_token).send().await.expect(200).json()
}
