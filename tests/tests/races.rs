//! Many at once: exactly one decides, one request is made, nobody is told an untruth.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use countersign_tests::{Deployment, on_every_backend};
use futures::future::join_all;
use serde_json::json;

const RACERS: usize = 32;

on_every_backend! {
    async fn of_racing_deciders_exactly_one_decides(host) {
        let world = Deployment::on(&host).await;
        let id = world.submit(&world.request_for(b"raced for"), "race").await.expect(201).text_at("/id");
        let calls = (0..RACERS).map(|place| {
            let (world, id) = (world.clone(), id.clone());
            async move {
                let outcome = if place % 2 == 0 { "approved" } else { "denied" };
                let (who, name) = if place % 3 == 0 { (&world.boss, "Boss") } else { (&world.clerk_token, "Clerk") };
                // 503 says to come again, and the caller does.
                loop {
                    let answer = world.decide(who, &id, &json!({ "outcome": outcome })).await;
                    if answer.status != 503 {
                        return (answer, outcome, name);
                    }
                    assert!(!answer.header("retry-after").is_empty());
                }
            }
        });
        let answers = join_all(calls).await;
        let (winners, losers): (Vec<_>, Vec<_>) = answers.iter().partition(|(answer, ..)| answer.status == 200);
        assert_eq!(winners.len(), 1, "{:?}", answers.iter().map(|(answer, ..)| answer.status).collect::<Vec<_>>());
        let (_, outcome, name) = winners[0];
        for (loser, ..) in losers {
            assert_eq!(loser.problem(409), "already-decided");
            let decision = loser.json()["decision"].clone();
            assert_eq!((decision["outcome"].as_str(), decision["administrator"]["name"].as_str()), (Some(*outcome), Some(*name)));
            assert!(decision["at"].is_string());
        }
        host.settle().await.unwrap();
        let decided = world.audit("system", &id).await.iter().filter(|act| *act == "request.decided").count();
        assert_eq!(decided, 1, "one decision is on record");
    }

    async fn racing_submissions_of_one_subject_make_one_request(host) {
        let world = Deployment::on(&host).await;
        let calls = (0..RACERS).map(|place| {
            let world = world.clone();
            async move {
                loop {
                    let answer = world.submit(&world.request_for(b"asked for often"), &format!("key {place}")).await;
                    if answer.status != 503 {
                        return answer;
                    }
                }
            }
        });
        let answers = join_all(calls).await;
        let mut ids: Vec<_> = answers.iter().map(|answer| answer.text_at("/id")).collect();
        let created = answers.iter().filter(|answer| answer.status == 201).count();
        ids.dedup();
        assert_eq!((created, ids.len()), (1, 1));
        host.settle().await.unwrap();
        let list = world.api.get("/v1/requests?status=pending").bearer(&world.boss).send().await.expect(200).json();
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
    }
}
