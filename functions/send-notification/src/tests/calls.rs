//! The routes: the scheduler's walk, the log, sending again.
use std::time::Duration;

use countersign_http::RedisSettings;
use countersign_http::testing::Person;
use countersign_model::{
    ActName, DecisionScope, DeliveryState, List, NewRequest, Outcome, Permission, Permit, RequestStatus,
    request::PENDING_LASTS,
};
use serde_json::{Value, json};

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
        let clock = stage.world.clock.clone();
        stage.world.memory.reset_counts();
        let services = countersign_http::Services { journal: slow(&stage, clock), ..stage.world.services() };
        let app = countersign_http::testing::TestApp::new(crate::router(services));
        let answer = app.post("/v1/notifications/deliver").bearer(SCHEDULER).send().await.json();
        assert_eq!((&answer["organizations"], &answer["more"]), (&json!(expected), &json!(more)), "{answer}");
        seen += answer["organizations"].as_u64().unwrap();
    }
    assert_eq!(seen, 31 + 3, "the root each time, all others once");
    let left = stage.world.journal.kv().get(&mark).await.unwrap();
    assert_eq!(left.as_deref(), Some(&b""[..]), "the next walk begins at the top");
}

/// A store whose outbox reads take one second for each organization.
fn slow(
    stage: &Stage,
    clock: std::sync::Arc<countersign_kv::memory::TestClock>,
) -> countersign_journal::Journal {
    use countersign_kv::{KeyValue, KvError, SwapHint};
    struct Slow {
        inner: std::sync::Arc<countersign_kv::memory::Memory>,
        clock: std::sync::Arc<countersign_kv::memory::TestClock>,
    }
    #[async_trait::async_trait]
    impl KeyValue for Slow {
        async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError> {
            if key.contains("outbox_") {
                self.clock.advance(Duration::from_secs(1));
            }
            self.inner.get(key).await
        }
        async fn set_many(&self, entries: Vec<(String, Vec<u8>)>) -> Result<(), KvError> {
            self.inner.set_many(entries).await
        }
        async fn delete(&self, key: &str) -> Result<(), KvError> {
            self.inner.delete(key).await
        }
        async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError> {
            self.inner.increment(key, delta).await
        }
        async fn swap(&self, key: &str, expected: &[u8], new: Vec<u8>) -> Result<SwapHint, KvError> {
            self.inner.swap(key, expected, new).await
        }
    }
    let random = std::sync::Arc::new(countersign_kv::memory::TestRandom::new(9));
    let kv = Slow { inner: stage.world.memory.clone(), clock: clock.clone() };
    countersign_journal::Journal::new(countersign_store::Store::new(std::sync::Arc::new(kv), clock, random))
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
    assert!(counts.reads <= 5 * 32 + 10, "{counts:?}");
}

#[tokio::test]
async fn only_the_scheduler_walks() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.ask().await;
    let admin = stage.world.administrator(&stage.world.root, [Permission::SuperAdmin]);
    for token in ["wrong", "", admin.token.as_str()] {
        let answer = stage.app.post("/v1/notifications/deliver").bearer(token).send().await;
        assert_eq!((answer.status, answer.code()), (401, "not-identified".to_owned()), "{token}");
    }
    stage.world.settings.set("scheduler_token", "");
    let answer = stage.app.post("/v1/notifications/deliver").bearer("").send().await;
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
        .list(&Permit::scene(&stage.world.root.id), List::PendingRequests, None, 50)
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
async fn process_refuses_what_it_does_not_know() {
    let stage = Stage::new().await;
    let unknown = countersign_model::OrganizationId::from_ulid(stage.world.ulid());
    assert_eq!(stage.process(&unknown).await, 404);
    let answer = stage.app.post("/process").json(json!({ "organization_id": "org_1" })).send().await;
    assert_eq!(answer.status, 422);
    let answer =
        stage.app.post("/process").json(json!({ "organization_id": stage.company.id, "x": 1 })).send().await;
    assert_eq!(answer.status, 422);
    assert!(
        !serde_json::to_string(&crate::openapi().finish().unwrap()).unwrap().contains("/process\""),
        "it is private"
    );
}

#[tokio::test]
async fn the_log_shows_every_delivery_to_who_may_see_it() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.ask().await;
    stage.ask().await;
    stage.process_company().await;
    let path = format!("/v1/notifications?organization_id={}", stage.company.id);
    let answer = stage.app.get(&path).bearer(&person.token).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let items = answer.json()["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 2);
    assert_eq!(
        (&items[0]["status"], &items[1]["status"]),
        (&json!("collapsed"), &json!("sent")),
        "newest first"
    );
    assert_eq!(items[1]["address"], person.record.email.as_str());
    assert_eq!((&items[1]["notice"], &items[1]["attempts"]), (&json!("request-submitted"), &json!(1)));

    let sent = stage.app.get(&format!("{path}&status=sent")).bearer(&person.token).send().await.json();
    assert_eq!(sent["items"].as_array().unwrap().len(), 1);
    let wrong = stage.app.get(&format!("{path}&status=lost")).bearer(&person.token).send().await;
    assert_eq!((wrong.status, wrong.pointers()), (422, vec!["/status".to_owned()]));
    let page = stage.app.get(&format!("{path}&limit=1")).bearer(&person.token).send().await.json();
    assert!(page["next_cursor"].is_string());

    let approver = stage.world.administrator(&stage.company, [Permission::ApproveForGroup]);
    let refused = stage.app.get(&path).bearer(&approver.token).send().await;
    assert_eq!((refused.status, refused.code()), (403, "not-permitted".to_owned()));
    let sister = stage.world.organization(&stage.world.root, "Sister");
    let stranger = stage.world.administrator(&sister, [Permission::SuperAdmin]);
    assert_eq!(stage.app.get(&path).bearer(&stranger.token).send().await.status, 404);
    assert_eq!(stage.app.get(&path).send().await.status, 401);
}

#[tokio::test]
async fn the_log_does_not_show_the_addresses_of_the_managing_organization() {
    let stage = Stage::new().await;
    stage.world.settings.set("email_provider", "");
    let above = stage.subscriber(&stage.world.root, &[Permission::SuperAdmin]);
    let both = stage.subscriber(&stage.world.root, &[Permission::SuperAdmin]);
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let policy = stage.policy(true, &[both.record.email.as_str()]).await;
    let new = NewRequest { policy_id: Some(policy), ..stage.new_request() };
    stage.submit(&stage.world.computer(&stage.group), new).await;
    stage.process_company().await;
    let path = format!("/v1/notifications?organization_id={}", stage.company.id);
    let addresses = async |who: &Person| {
        let page = stage.app.get(&path).bearer(&who.token).send().await;
        let items = page.json()["items"].as_array().unwrap().clone();
        let mut addresses: Vec<_> = items.iter().map(|item| item["address"].clone()).collect();
        addresses.sort_by_key(Value::to_string);
        (addresses, items, page.text())
    };
    let mut all = [&above, &both, &person].map(|each| json!(each.record.email));
    all.sort_by_key(Value::to_string);
    assert_eq!(addresses(&above).await.0, all);
    let (shown, items, text) = addresses(&person).await;
    assert_eq!(shown.iter().filter(|address| address.is_null()).count(), 1);
    assert!(!text.contains(above.record.email.as_str()), "{text}");
    assert!(text.contains(both.record.email.as_str()), "the policy names it: {text}");
    let hidden = items.iter().find(|item| item["address"].is_null()).unwrap();
    assert_eq!((&hidden["managing_organization"], &hidden["last_answer"]), (&json!(true), &json!(null)));
    let id = hidden["id"].as_str().unwrap();
    let resent = stage.app.post(&format!("/v1/notifications/{id}/resend")).bearer(&person.token).send().await;
    assert_eq!((resent.status, &resent.json()["address"]), (200, &json!(null)), "{}", resent.text());
}

#[tokio::test]
async fn a_failed_delivery_is_sent_again_on_request() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.world.settings.set("email_provider", "");
    stage.ask().await;
    stage.process_company().await;
    let id = stage.deliveries().await.remove(0).id;
    let path = format!("/v1/notifications/{id}/resend");

    let approver = stage.world.administrator(&stage.company, [Permission::ApproveForGroup]);
    assert_eq!(stage.app.post(&path).bearer(&approver.token).send().await.status, 403);
    assert_eq!(stage.app.post(&path).send().await.status, 401);
    let stale = stage.app.post(&path).bearer(&person.token).if_match(1).send().await;
    assert_eq!(stale.status, 412);
    stage.process_company().await;
    assert_eq!(stage.deliveries().await[0].state, DeliveryState::Failed, "refusals change nothing");

    stage.world.settings.set("email_provider", "postmark");
    let answer = stage.app.post(&path).bearer(&person.token).send().await;
    assert_eq!((answer.status, &answer.json()["status"]), (200, &json!("pending")), "{}", answer.text());
    stage.world.settle().await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1);
    let deliveries = stage.deliveries().await;
    assert_eq!((deliveries.len(), deliveries[0].state), (1, DeliveryState::Sent));
    assert_eq!(stage.events(List::SystemAudit, ActName::DeliveryResent).await.len(), 1);

    let unknown = format!("/v1/notifications/ntf_{}/resend", stage.world.ulid());
    assert_eq!(stage.app.post(&unknown).bearer(&person.token).send().await.status, 404);
    assert_eq!(
        stage.app.post("/v1/notifications/nonsense/resend").bearer(&person.token).send().await.status,
        404
    );
}

#[tokio::test]
async fn sending_again_what_is_decided_says_why_it_does_not() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let request = stage.ask().await;
    stage.process_company().await;
    stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
    stage.process_company().await;
    stage.told();
    let id = stage.deliveries().await.remove(0).id;
    stage.app.post(&format!("/v1/notifications/{id}/resend")).bearer(&person.token).send().await;
    stage.process_company().await;
    let delivery = stage.deliveries().await.remove(0);
    assert_eq!(
        (delivery.state, delivery.last_answer.as_deref()),
        (DeliveryState::Skipped, Some("the request is denied"))
    );
    assert_eq!(stage.world.outbound.take_external().len(), 0);
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
