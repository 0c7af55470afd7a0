//! What happened to requests is counted, reported and exported.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use countersign_tests::{Deployment, on_every_backend};
use jiff::SignedDuration;
use serde_json::json;

on_every_backend! {
    async fn requests_are_counted_reported_and_exported(host) {
        let world = Deployment::on(&host).await;
        let decided = world.submit(&world.request_for(b"first"), "one").await.expect(201).text_at("/id");
        world.submit(&world.request_for(b"second"), "two").await.expect(201);
        world.decide(&world.boss, &decided, &json!({ "outcome": "approved" })).await.expect(200);
        host.settle().await.unwrap();
        let get = |path: String| world.api.get(&path).bearer(&world.boss).send();
        let counts = get("/v1/requests/counts".to_owned()).await.expect(200).json();
        assert_eq!((&counts["total"], &counts["own"]["application"]), (&json!(1), &json!(0)));
        assert_eq!(counts["organizations"][0]["organization"]["id"], json!(world.company));

        let export = get(format!("/v1/requests/export?organization_id={}", world.company)).await.expect(200);
        assert_eq!(export.header("content-type"), "application/jsonl");
        let text = export.text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert!(lines[1].contains("\"outcome\":\"approved\"") && lines[2].contains("\"rows\":2"), "{text}");

        host.clock.advance(SignedDuration::from_secs(61));
        host.settle().await.unwrap();
        let report = get("/v1/reports/requests".to_owned()).await.expect(200).json();
        assert_eq!((&report["total"]["made"], &report["total"]["approved"]), (&json!(2), &json!(1)));
        assert_eq!(report["deciders"][0]["name"], "Boss");
        let table = get("/v1/reports/requests?by=organization&format=csv".to_owned()).await.expect(200).text();
        assert!(table.contains("Company B"), "{table}");
        let unseen = get("/v1/reports/computers?unseen_days=1".to_owned()).await.expect(200).json();
        assert!(unseen["looked_at"].as_u64() > Some(0), "{unseen}");
        assert_eq!((&unseen["unseen"], &unseen["next_cursor"]), (&json!(0), &json!(null)));
    }
}
