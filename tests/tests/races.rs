//! Many callers at once: exactly one decides, one request is created, and every answer is true.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use countersign_tests::{Answer, Deployment, with_every_quirk};
use futures::future::{join, join_all};
use reqwest::Method;
use serde_json::{Value, json};

const RACERS: usize = 32;

/// This many calls give something this many names at once, all with the revision that it has.
async fn rename(world: &Deployment, method: &Method, path: &str, rest: &Value) -> Vec<Answer> {
    let read = world.api.get(path).bearer(&world.boss).send().await.expect(200);
    let calls = (0..RACERS).map(|place| {
        let (world, revision) = (world.clone(), read.header("etag").to_owned());
        let mut body = rest.clone();
        body["name"] = json!(format!("Name {place}"));
        async move {
            loop {
                let call = world.api.call(method.clone(), path).bearer(&world.boss);
                let answer = call.header("if-match", &revision).json(&body).send().await;
                if answer.status != 503 {
                    return answer;
                }
            }
        }
    });
    join_all(calls).await
}

/// `who` removes all permissions of `whom`; returns the status.
async fn demote(world: &Deployment, who: &str, whom: &str) -> u16 {
    let call = world.api.put(&format!("/v1/administrators/{whom}/permissions")).bearer(who);
    call.json(&json!({ "permissions": [] })).send().await.status
}

with_every_quirk! {
    async fn of_racing_deciders_exactly_one_decides(host) {
        let world = Deployment::on(&host).await;
        let id = world.submit(&world.request_for(b"raced for"), "race").await.expect(201).text_at("/id");
        let calls = (0..RACERS).map(|place| {
            let (world, id) = (world.clone(), id.clone());
            async move {
                let outcome = if place % 2 == 0 { "approved" } else { "denied" };
                let (who, name) = if place % 3 == 0 { (&world.boss, "Boss") } else { (&world.clerk_token, "Clerk") };
                // 503 asks the caller to try again, and the caller does.
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

    async fn of_racing_edits_of_one_revision_exactly_one_is_made(host) {
        let world = Deployment::on(&host).await;
        let desk = json!({ "organization_id": world.company, "name": "Desk", "permissions": [] });
        let desk = world.api.post("/v1/roles").bearer(&world.boss).json(&desk).send().await.expect(201).text_at("/id");
        let things = [
            (Method::PATCH, format!("/v1/administrators/{}", world.clerk), &world.clerk, json!({}), "administrator.edited"),
            (Method::PUT, format!("/v1/roles/{desk}"), &desk, json!({ "permissions": [] }), "role.edited"),
        ];
        for (method, path, id, rest, act) in &things {
            let on_record = async || {
                host.settle().await.unwrap();
                world.audit("system", id).await.iter().filter(|found| *found == *act).count()
            };
            let before = on_record().await;
            let answers = rename(&world, method, path, rest).await;
            let (made, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
            assert_eq!(made.len(), 1, "{path}: {:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
            for answer in lost {
                assert_eq!(answer.problem(412), "revision-changed");
                assert_eq!(answer.json()["revision"], made[0].json()["revision"]);
            }
            assert_eq!(on_record().await, before + 1, "{path}: one edit is on record");
        }
    }

    async fn super_admins_who_demote_each_other_at_once_leave_one(host) {
        let world = Deployment::on(&host).await;
        let boss = world.api.get("/v1/session").bearer(&world.boss).send().await.expect(200);
        let boss = boss.text_at("/administrator/id");
        let (second, token) =
            world.administrator(&host, "second@company.example", &world.root, &["super-admin"]).await;
        let demoted = join(demote(&world, &world.boss, &second), demote(&world, &token, &boss)).await;
        assert_ne!(demoted, (200, 200));
        let mut left = 0;
        for token in [&world.boss, &token] {
            let answer = world.api.get("/v1/administrators").bearer(token).send().await;
            left += usize::from(answer.status == 200);
        }
        assert!(left >= 1, "{demoted:?}");
    }
}
