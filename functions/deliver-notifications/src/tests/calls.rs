//! The scheduler's walk.
use std::time::Duration;

use countersign_http::RedisSettings;
use countersign_http::testing::Operation;
use countersign_model::{ActName, List, Permission, Permit, RequestStatus, lists, request::PENDING_LASTS};
use jiff::SignedDuration;
use serde_json::json;

use super::{SCHEDULER, Stage};

#[tokio::test]
async fn the_scheduler_makes_good_a_missed_wake() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let others: Vec<_> =
        (0..30).map(|n| stage.world.organization(&stage.world.root, &format!("Other {n}"))).collect();
    for other in &others {
        stage.process(&other.id).await;
    }
    stage.ask().await;
    let done = stage.tick().await;
    assert_eq!(done["organizations"], 32, "{done}");
    assert!(done["events"].as_u64().unwrap() >= 1, "{done}");
    assert_eq!((&done["deliveries_sent"], &done["deliveries_failed"]), (&json!(1), &json!(0)), "{done}");
    assert_eq!((&done["next_due_at"], &done["more"]), (&json!(null), &json!(false)), "{done}");
    assert_eq!(stage.told().len(), 1);
    let again = stage.tick().await;
    assert_eq!((&again["events"], &again["deliveries_sent"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn a_walk_with_too_little_time_goes_on_where_it_stopped() {
    let stage = Stage::new().await;
    let others: Vec<_> =
        (0..30).map(|n| stage.world.organization(&stage.world.root, &format!("Other {n}"))).collect();
    for other in &others {
        stage.process(&other.id).await;
    }
    // Each takes a second, so a call examines two portions of eight.
    let mark = countersign_store::keys::walk();
    let mut seen = 0;
    for (expected, more) in [(16, true), (16, true), (2, false)] {
        let journal = stage.world.slow_journal(|operation| match operation {
            Operation::Get(key) if key.contains("outbox_") => Duration::from_secs(1),
            Operation::Get(_) | Operation::Swap(_) => Duration::ZERO,
        });
        stage.world.memory.reset_counts();
        let services = countersign_http::Services { journal, ..stage.world.services() };
        let app = countersign_http::testing::TestApp::new(crate::router(services));
        let answer = app.post("/v1/notifications/deliver").bearer(SCHEDULER).send().await.json();
        assert_eq!((&answer["organizations"], &answer["more"]), (&json!(expected), &json!(more)), "{answer}");
        seen += answer["organizations"].as_u64().unwrap();
    }
    assert_eq!(seen, 31 + 3, "the root each time, all others once");
    let left = stage.world.journal.kv().get(&mark).await.unwrap();
    assert_eq!(left.as_deref(), Some(&b""[..]), "the next walk begins at the top");
}

#[tokio::test]
async fn a_walk_with_nothing_to_do_is_cheap() {
    let stage = Stage::new().await;
    for n in 0..30 {
        let other = stage.world.organization(&stage.world.root, &format!("Other {n}"));
        stage.process(&other.id).await;
    }
    // The first sweeps look back forty days, some sixty hours at a time.
    for _ in 0..16 {
        stage.tick().await;
    }
    stage.world.memory.reset_counts();
    stage.tick().await;
    let counts = stage.world.counts();
    assert_eq!(counts.writes, 0);
    assert!(counts.reads <= 6 * 32 + 10, "{counts:?}");
}

#[tokio::test]
async fn only_the_scheduler_walks() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.ask().await;
    let admin = stage.world.administrator(&stage.world.root, [Permission::SuperAdmin]);
    for token in ["wrong", "", admin.token.as_str()] {
        let answer = stage.walker.post("/v1/notifications/deliver").bearer(token).send().await;
        assert_eq!((answer.status, answer.code()), (401, "not-identified".to_owned()), "{token}");
    }
    stage.world.settings.set("scheduler_token", "");
    let answer = stage.walker.post("/v1/notifications/deliver").bearer("").send().await;
    assert_eq!(answer.status, 401, "an empty secret matches nothing");
    assert_eq!(stage.told(), Vec::<String>::new());
}

#[tokio::test]
async fn before_the_set_up_there_is_nothing_to_walk() {
    let world = countersign_http::testing::World::new();
    world.settings.set("scheduler_token", SCHEDULER);
    let answer = world.app(crate::router).post("/v1/notifications/deliver").bearer(SCHEDULER).send().await;
    assert_eq!((answer.status, answer.json()["organizations"].as_u64()), (200, Some(0)));
}

#[tokio::test]
async fn requests_that_nobody_decided_expire_by_the_walk() {
    let stage = Stage::new().await;
    let old = stage.ask().await;
    stage.process_company().await;
    stage.world.advance(Duration::from_secs(60));
    let young = stage.ask().await;
    stage.process_company().await;
    stage.world.advance(Duration::try_from(PENDING_LASTS).unwrap() - Duration::from_secs(30));
    stage.tick().await;
    assert_eq!(stage.request(&old.id).await.status, RequestStatus::Expired);
    assert_eq!(stage.request(&young.id).await.status, RequestStatus::Pending);
    assert_eq!(stage.events(List::UnifiedAudit, ActName::RequestExpired).await.len(), 1);
    let pending = stage
        .world
        .journal
        .list(&Permit::scene(&stage.world.root.id), lists::PENDING_REQUESTS, None, 50)
        .await
        .unwrap();
    assert_eq!(pending.items.len(), 1, "gone from the root's list, too");
    stage.tick().await;
    assert_eq!(stage.events(List::UnifiedAudit, ActName::RequestExpired).await.len(), 1, "once");
}

#[tokio::test]
async fn a_walk_past_many_requests_that_expire_is_bounded_and_gets_through_them_all() {
    let stage = Stage::new().await;
    let device = stage.world.computer(&stage.group);
    for number in 0..250 {
        stage.submit(&device, stage.new_request_for(number)).await;
    }
    stage.process_company().await;
    stage.world.advance(Duration::try_from(PENDING_LASTS).unwrap());
    let mut left = Vec::new();
    for _ in 0..3 {
        stage.world.memory.reset_counts();
        let expired =
            crate::expiry::expire_requests(&stage.world.journal, &stage.world.root.id).await.unwrap();
        let reads = stage.world.counts().reads;
        assert!(expired == 0 && reads <= 110, "the root writes down none of those below: {reads} reads");
        stage.tick().await;
        let root = stage.world.journal.projection(&stage.world.root.id).await.unwrap().value;
        left.push(root.count(List::PendingRequests));
    }
    assert_eq!(left, [150, 50, 0]);
}

#[tokio::test]
async fn a_redis_server_that_may_lose_records_is_named_once_an_hour() {
    let stage = Stage::new().await;
    let server = &stage.world.store_server;
    assert_eq!(stage.tick().await["warnings"], json!([]));
    assert_eq!(server.take_asked(), [], "no server is named");
    stage.world.settings.set("redis_url", "redis://redis.example:6379");
    stage.world.settings.set("redis_login", "secret");
    let unanswered = stage.tick().await;
    assert!(unanswered["warnings"][0].as_str().unwrap().contains("nobody answers"), "{unanswered}");
    assert_eq!(server.take_asked(), [("redis://redis.example:6379".to_owned(), "secret".to_owned())]);
    let hour = Duration::from_secs(60 * 60);
    for (policy, append_only, said) in [
        (Some("allkeys-lru"), Some(false), vec!["maxmemory-policy noeviction", "appendonly yes"]),
        (None, None, vec!["maxmemory-policy noeviction", "appendonly yes"]),
        (Some("noeviction"), Some(false), vec!["appendonly yes"]),
        (Some("noeviction"), Some(true), vec![]),
    ] {
        server.set(RedisSettings { maxmemory_policy: policy.map(str::to_owned), append_only });
        assert_eq!(stage.tick().await["warnings"], json!([]), "asked within the hour");
        stage.world.advance(hour);
        let done = stage.tick().await;
        let warnings = done["warnings"].as_array().unwrap();
        assert_eq!(warnings.len(), said.len(), "{done}");
        for (warning, said) in warnings.iter().zip(said) {
            assert!(warning.as_str().unwrap().contains(said), "{done}");
        }
    }
}

#[tokio::test]
async fn what_could_not_be_asked_to_be_sent_is_sent_by_the_walk() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.ask().await;
    stage.plan().await;
    assert_eq!(stage.told().len(), 0, "the call of `/send` was lost");
    let done = stage.tick().await;
    assert_eq!((&done["deliveries_sent"], stage.told().len()), (&json!(1), 1), "{done}");
}

/// What a scheduler that calls only once a minute means, such as a CronJob: the first attempt does not need it, and a second one waits for
/// the call after its time, less than a minute.
#[tokio::test]
async fn an_attempt_waits_for_the_next_call_of_the_scheduler_and_no_longer() {
    for seconds in [5, 60] {
        let stage = Stage::new().await;
        stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
        stage.world.outbound.answer_with(503, "");
        stage.ask().await;
        stage.process_company().await;
        assert_eq!(stage.told().len(), 1, "at once");
        let due = stage.deliveries().await[0].next_attempt_at.unwrap();
        while stage.world.now() < due {
            stage.tick().await;
            assert_eq!(stage.told(), Vec::<String>::new(), "not before its time");
            stage.world.advance(Duration::from_secs(seconds));
        }
        stage.tick().await;
        assert_eq!(stage.told().len(), 1, "called every {seconds} seconds");
        assert!(stage.world.now().duration_since(due) < SignedDuration::from_secs(seconds.cast_signed()));
    }
}

/// How much longer a flood takes if the scheduler calls once a minute: the figures of docs/notifications.md.
#[tokio::test]
async fn a_flood_by_a_slow_provider_takes_longer_with_fewer_calls() {
    for (rate, seconds, takes) in [("30/60", 5, 755), ("30/60", 60, 840), ("14/1", 5, 28), ("14/1", 60, 28)] {
        let stage = Stage::new().await;
        stage.world.settings.set("email_rate", rate);
        for _ in 0..400 {
            stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
        }
        let began = stage.world.now();
        stage.ask().await;
        stage.process_company().await;
        let mut sent = stage.told().len();
        for _ in 0..200 {
            if sent == 400 {
                break;
            }
            let called = stage.world.now();
            stage.tick().await;
            sent += stage.told().len();
            let next = called + SignedDuration::from_secs(seconds);
            stage
                .world
                .advance(Duration::try_from(next.duration_since(stage.world.now())).unwrap_or_default());
        }
        let took = stage.world.now().duration_since(began).as_secs();
        assert_eq!((sent, took), (400, takes), "{rate}, called every {seconds} s");
    }
}
