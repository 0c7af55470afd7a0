//! Several at once, and processes that die.
use countersign_http::testing::TestResponse;
use countersign_kv::memory::{Like, Memory, Schedule};
use countersign_model::{ActName, DeviceLogin, DeviceLoginState};
use futures::future::BoxFuture;
use serde_json::Value;

use super::super::super::audit;
use super::{Stage, ask, decide, start};

const LIKE: [Like; 3] = [Like::Ideal, Like::Sqlite, Like::Redis];

fn run<'a>(stage: &Stage, schedule: Schedule<'a>, calls: Vec<BoxFuture<'a, TestResponse>>) -> Vec<u16> {
    stage.world.memory.interleave(true);
    let answers = schedule.run(calls);
    stage.world.memory.interleave(false);
    answers.into_iter().flatten().map(|answer| answer.status).collect()
}

async fn state(stage: &Stage, started: &Value) -> DeviceLoginState {
    let code = started["user_code"].as_str().unwrap().parse().unwrap();
    stage.world.journal.load::<DeviceLogin>(&code).await.unwrap().unwrap().value.state
}

#[tokio::test]
async fn of_those_who_decide_at_once_one_does() {
    for like in LIKE {
        for seed in 0..8 {
            let stage = Stage::over(Memory::new(like), &[]).await;
            let started = start(&stage.app).await;
            let outcomes = ["approved", "denied", "approved", "denied"];
            let calls = outcomes.iter().map(|outcome| {
                Box::pin(decide(&stage.app, &stage.ada.token, &started, outcome)) as BoxFuture<'_, _>
            });
            let statuses = run(&stage, Schedule::new(seed), calls.collect());
            let won: Vec<usize> = (0..4).filter(|at| statuses[*at] == 204).collect();
            assert_eq!(won.len(), 1, "{like:?} {seed}: {statuses:?}");
            assert!(
                statuses.iter().all(|status| [204, 409].contains(status)),
                "{like:?} {seed}: {statuses:?}"
            );
            let is_approved = matches!(state(&stage, &started).await, DeviceLoginState::Approved(_));
            assert_eq!(is_approved, won[0].is_multiple_of(2), "{like:?} {seed}");
            let acts = audit(&stage.world, &stage.world.root).await;
            let decided = acts.iter().filter(|act| **act == ActName::DeviceLoginDecided).count();
            assert_eq!(decided, 1, "{like:?} {seed}");
        }
    }
}

#[tokio::test]
async fn of_several_attempts_around_the_approval_one_gets_the_session() {
    for like in LIKE {
        for seed in 0..8 {
            let stage = Stage::over(Memory::new(like), &[]).await;
            let started = start(&stage.app).await;
            let approve = Box::pin(decide(&stage.app, &stage.ada.token, &started, "approved"));
            let mut calls: Vec<BoxFuture<'_, _>> = vec![approve];
            calls.extend((0..4).map(|_| Box::pin(ask(&stage.app, &started)) as BoxFuture<'_, _>));
            let mut statuses = run(&stage, Schedule::new(seed), calls);
            // Those that came too early ask again.
            statuses.push(ask(&stage.app, &started).await.status);
            let begun = statuses.iter().filter(|status| **status == 201).count();
            assert_eq!(begun, 1, "{like:?} {seed}: {statuses:?}");
            assert_eq!(stage.credentials().await.sessions.len(), 1, "{like:?} {seed}");
        }
    }
}

#[tokio::test]
async fn wherever_a_process_dies_there_is_one_session_at_most() {
    for like in LIKE {
        for seed in 0..24 {
            let stage = Stage::over(Memory::new(like), &[]).await;
            let started = start(&stage.app).await;
            assert_eq!(decide(&stage.app, &stage.ada.token, &started, "approved").await.status, 204);
            let calls = (0..3).map(|_| Box::pin(ask(&stage.app, &started)) as BoxFuture<'_, _>);
            let mut statuses = run(&stage, Schedule::new(seed).deaths(60), calls.collect());
            statuses.push(ask(&stage.app, &started).await.status);
            let begun = statuses.iter().filter(|status| **status == 201).count();
            assert!(begun <= 1, "{like:?} {seed}: {statuses:?}");
            let listed = stage.credentials().await.sessions.len();
            assert!((begun..=1).contains(&listed), "{like:?} {seed}: {listed}, {statuses:?}");
        }
    }
}
