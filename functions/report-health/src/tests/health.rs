//! Live and ready.
use std::time::Duration;

use async_trait::async_trait;
use countersign_http::Services;
use countersign_http::testing::{TestApp, TestResponse, World};
use countersign_kv::memory::{TestClock, TestRandom};
use countersign_kv::{KeyValue, KvError, SwapHint};
use countersign_store::{SCHEMA, Slot, Store, StoreEpoch, keys};
use std::sync::Arc;

use super::Stage;

const READY: &str = "/health/ready";

/// A stage with the default of the manifest, and one instance of this function.
async fn stage() -> (Stage, TestApp) {
    let stage = Stage::new().await;
    stage.world.settings.set("ready_lag_seconds", "900");
    let app = stage.world.app(crate::router);
    (stage, app)
}

async fn ready(app: &TestApp) -> TestResponse {
    app.get(READY).send().await
}

#[tokio::test]
async fn an_instance_is_live_without_a_look_at_anything() {
    let (stage, app) = stage().await;
    stage.world.memory.reset_counts();
    let answer = app.get("/health/live").send().await;
    assert_eq!((answer.status, answer.json()["status"].as_str()), (200, Some("live")));
    assert_eq!((stage.world.counts().reads, stage.world.counts().writes), (0, 0));
}

#[tokio::test]
async fn a_deployment_is_ready_before_its_set_up_and_after_it() {
    let world = World::new();
    world.settings.set("ready_lag_seconds", "900");
    let answer = ready(&world.app(crate::router)).await;
    assert_eq!((answer.status, answer.json()["status"].as_str()), (200, Some("ready")));
    let (_stage, app) = stage().await;
    assert_eq!(ready(&app).await.status, 200);
}

#[tokio::test]
async fn however_many_ask_an_instance_looks_once_a_second() {
    let (stage, app) = stage().await;
    stage.process(&stage.world.root.id).await;
    stage.world.memory.reset_counts();
    for _ in 0..50 {
        assert_eq!(ready(&app).await.status, 200);
    }
    let counts = stage.world.counts();
    assert!(counts.reads <= 6 && counts.writes == 0, "{counts:?}");
    stage.world.advance(Duration::from_secs(1));
    stage.world.memory.reset_counts();
    ready(&app).await;
    assert!(stage.world.counts().reads > 0, "the answer is kept for a second");
}

#[tokio::test]
async fn it_is_not_ready_when_the_store_cannot_be_read() {
    let (stage, app) = stage().await;
    let key = keys::slot(&Slot::set_up().digest);
    stage.world.journal.kv().set_many(vec![(key, b"damaged".to_vec())]).await.unwrap();
    let answer = ready(&app).await;
    assert_eq!((answer.status, answer.code()), (503, "store-unavailable".to_owned()), "{}", answer.text());
}

#[tokio::test]
async fn it_is_not_ready_when_a_later_version_has_upgraded_the_store() {
    let (stage, app) = stage().await;
    let later = |now: &StoreEpoch| Ok::<_, ()>(StoreEpoch { schema: SCHEMA + 1, ..now.clone() });
    stage.world.journal.update(&(), later).await.unwrap();
    let answer = ready(&app).await;
    assert_eq!((answer.status, answer.code()), (503, "store-too-new".to_owned()), "{}", answer.text());
    assert!(answer.text().contains("upgrade this host"), "{}", answer.text());
}

/// A store that never answers.
struct Silent;

#[async_trait]
impl KeyValue for Silent {
    async fn get(&self, _: &str) -> Result<Option<Vec<u8>>, KvError> {
        std::future::pending().await
    }
    async fn set_many(&self, _: Vec<(String, Vec<u8>)>) -> Result<(), KvError> {
        std::future::pending().await
    }
    async fn delete(&self, _: &str) -> Result<(), KvError> {
        std::future::pending().await
    }
    async fn increment(&self, _: &str, _: i64) -> Result<i64, KvError> {
        std::future::pending().await
    }
    async fn swap(&self, _: &str, _: &[u8], _: Vec<u8>) -> Result<SwapHint, KvError> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn it_is_not_ready_when_the_store_does_not_answer() {
    let (stage, _) = stage().await;
    let store = Store::new(Arc::new(Silent), Arc::new(TestClock::default()), Arc::new(TestRandom::new(1)));
    let journal = countersign_journal::Journal::new(store);
    let app = TestApp::new(crate::router(Services { journal, ..stage.world.services() }));
    let answer = ready(&app).await;
    assert_eq!((answer.status, answer.code()), (503, "store-unavailable".to_owned()), "{}", answer.text());
}

#[tokio::test]
async fn it_is_not_ready_when_events_wait_for_too_long_at_the_root() {
    let (stage, app) = stage().await;
    stage.process(&stage.world.root.id).await;
    stage.world.organization(&stage.world.root, "Nobody processes this");
    stage.world.advance(Duration::from_secs(900));
    assert_eq!(ready(&app).await.status, 200, "not longer than the setting allows");
    stage.world.advance(Duration::from_secs(2));
    let answer = ready(&app).await;
    assert_eq!((answer.status, answer.code()), (503, "processing-lags".to_owned()), "{}", answer.text());
    stage.world.settings.set("ready_lag_seconds", "0");
    stage.world.advance(Duration::from_secs(2));
    assert_eq!(ready(&app).await.status, 200, "0 is without a limit");
    stage.world.settings.set("ready_lag_seconds", "900");
    stage.process(&stage.world.root.id).await;
    stage.world.advance(Duration::from_secs(2));
    assert_eq!(ready(&app).await.status, 200);
}

#[tokio::test]
async fn it_is_not_ready_when_a_walk_found_an_organization_that_is_not_processed() {
    let (stage, app) = stage().await;
    stage.process(&stage.world.root.id).await;
    stage.ask().await;
    stage.world.advance(Duration::from_secs(1_000));
    let broken = TestApp::new(axum::Router::new());
    stage.world.outbound.connect("process-events.spin.internal", &broken);
    stage.tick().await;
    let answer = ready(&app).await;
    assert_eq!((answer.status, answer.code()), (503, "processing-lags".to_owned()), "{}", answer.text());
    stage.world.advance(Duration::from_secs(301));
    assert_eq!(ready(&app).await.status, 200, "what was found five minutes ago says nothing about now");
}

#[tokio::test]
async fn a_setting_that_is_no_number_is_said() {
    let (stage, app) = stage().await;
    stage.world.settings.set("ready_lag_seconds", "a while");
    let answer = ready(&app).await;
    assert_eq!((answer.status, answer.code()), (503, "settings-unavailable".to_owned()));
    assert!(answer.text().contains("`ready_lag_seconds`"), "{}", answer.text());
    for (value, wrong) in [("a while", 1), ("900", 0), (" 0 ", 0), ("-1", 1), ("", 1)] {
        stage.world.settings.set("ready_lag_seconds", value);
        let checked = app.post("/settings").send().await.json();
        assert_eq!(checked["wrong"].as_array().unwrap().len(), wrong, "{value}: {checked}");
    }
}
