//! A request is taken, and a file is flagged as malicious.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use countersign_tests::{Deployment, on_every_backend};
use serde_json::json;

on_every_backend! {
    async fn a_request_is_taken_and_its_file_flagged(host) {
        let world = Deployment::on(&host).await;
        let first = world.submit(&world.request_for(b"first"), "one").await.expect(201).text_at("/id");
        let path = format!("/v1/requests/{first}");
        let taken = world.api.put(&format!("{path}/assignee")).bearer(&world.boss).json(&json!({})).send().await;
        let taken = taken.expect(200).json();
        let opened = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
        assert_eq!(opened["assignee"], taken);

        let flag = format!("{path}/flag");
        world.api.put(&flag).bearer(&world.boss).json(&json!({ "note": "a trojan" })).send().await.expect(200);
        host.settle().await.unwrap();
        let stopped = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
        assert_eq!(stopped["status"], "denied", "{stopped}");
        let flags = format!("/v1/flags?organization_id={}", world.company);
        let listed = async || {
            let page = world.api.get(&flags).bearer(&world.boss).send().await.expect(200).json();
            page["items"].as_array().unwrap().clone()
        };
        let flagged = listed().await;
        assert_eq!((flagged.len(), &flagged[0]["request_id"]), (1, &json!(first)), "{flagged:?}");
        world.api.delete(&flag).bearer(&world.boss).send().await.expect(204);
        world.api.get(&flag).bearer(&world.boss).send().await.expect(404);
        assert!(listed().await.is_empty());

        let timeline = world.api.get(&format!("{path}/timeline")).bearer(&world.boss).send().await.expect(200).json();
        let acts: Vec<_> = timeline["items"].as_array().unwrap().iter().map(|entry| entry["act"].clone()).collect();
        let flagged = "request.file-flag-set";
        let expected = ["request.submitted", "request.assigned", flagged, "request.decided", flagged];
        assert_eq!(acts, expected, "{timeline}");
        let second = world.submit(&world.request_for(b"first"), "two").await.expect(201).text_at("/id");
        host.settle().await.unwrap();
        let earlier = format!("/v1/requests/{second}/earlier");
        let earlier = world.api.get(&earlier).bearer(&world.boss).send().await.expect(200).json();
        assert_eq!(earlier["items"][0]["id"], first.as_str(), "{earlier}");
        assert_eq!(earlier["items"][0]["decision"]["outcome"], "denied", "{earlier}");
    }
}
