//! The numbers of the deployment.
use std::collections::BTreeMap;
use std::time::Duration;

use countersign_http::testing::{TestApp, TestResponse};
use countersign_model::{ActName, DecisionScope, List, Outcome, Permission};
use countersign_store::{Refused, Watched};

use countersign_journal::Overview;
use countersign_model::tally::{DayCounts, WAITED_UP_TO};
use jiff::Timestamp;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use super::Stage;
use crate::exposition::Numbers;

const TOKEN: &str = "the-monitor";

async fn stage() -> (Stage, TestApp) {
    let stage = Stage::new().await;
    stage.world.settings.set("metrics_token", TOKEN);
    let app = stage.world.app(crate::router);
    (stage, app)
}

async fn scrape(app: &TestApp) -> String {
    let answer = app.get("/metrics").bearer(TOKEN).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text()
}

/// The value of one line.
fn value(page: &str, series: &str) -> f64 {
    let line = page.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("`{series}` is not in:\n{page}")).parse().unwrap()
}

#[tokio::test]
async fn the_numbers_are_for_who_has_the_token_and_for_nobody_without_one() {
    let (stage, app) = stage().await;
    let refused = |answer: TestResponse| (answer.status, answer.code());
    for call in [app.get("/metrics"), app.get("/metrics").bearer("wrong"), app.get("/metrics").bearer("")] {
        assert_eq!(refused(call.send().await), (401, "not-identified".to_owned()));
    }
    let admin = stage.world.administrator(&stage.world.root, [Permission::SuperAdmin]);
    assert_eq!(refused(app.get("/metrics").bearer(&admin.token).send().await).0, 401);
    let answer = app.get("/metrics").bearer(TOKEN).send().await;
    assert_eq!(answer.header("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    stage.world.settings.set("metrics_token", "another,the-monitor");
    for (token, status) in [(TOKEN, 200), ("another", 200), ("another,the-monitor", 401)] {
        assert_eq!(app.get("/metrics").bearer(token).send().await.status, status, "{token}");
    }
    for none in ["", " , "] {
        stage.world.settings.set("metrics_token", none);
        for call in [app.get("/metrics"), app.get("/metrics").bearer(""), app.get("/metrics").bearer(TOKEN)] {
            assert_eq!(refused(call.send().await), (404, "not-found".to_owned()), "it is switched off");
        }
    }
}

#[tokio::test]
async fn before_the_set_up_everything_is_zero() {
    let world = countersign_http::testing::World::new();
    world.settings.set("metrics_token", TOKEN);
    let page = scrape(&world.app(crate::router)).await;
    assert_eq!(value(&page, r#"countersign_requests_pending{kind="application"}"#), 0.0);
    assert_eq!(value(&page, r#"countersign_deliveries_total{channel="email",state="sent"}"#), 0.0);
    assert!(!page.contains("countersign_walk_timestamp_seconds"), "nobody has walked yet: {page}");
    assert!(page.ends_with("# EOF\n"), "{page}");
}

#[tokio::test]
async fn requests_and_decisions_of_all_organizations_are_counted_when_they_are_processed() {
    let (stage, app) = stage().await;
    let request = stage.ask().await;
    stage.process_company().await;
    stage.world.advance(Duration::from_secs(90));
    let page = scrape(&app).await;
    assert_eq!(value(&page, r#"countersign_requests_pending{kind="application"}"#), 1.0, "{page}");
    assert_eq!(value(&page, r#"countersign_requests_pending{kind="storage"}"#), 0.0);
    assert_eq!(value(&page, "countersign_requests_made_total"), 1.0, "also before the reports have it");
    let age = value(&page, "countersign_requests_oldest_pending_seconds");
    assert!((89.0..=91.0).contains(&age), "{age}");

    stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
    stage.process_company().await;
    let page = scrape(&app).await;
    assert_eq!(value(&page, r#"countersign_requests_pending{kind="application"}"#), 0.0);
    assert_eq!(value(&page, "countersign_requests_oldest_pending_seconds"), 0.0);
    // The scene decides as the system does, which counts as a rule.
    assert_eq!(value(&page, r#"countersign_decisions_total{outcome="denied",by="rule"}"#), 1.0, "{page}");
    assert_eq!(value(&page, r#"countersign_decisions_total{outcome="denied",by="people"}"#), 0.0);
    assert_eq!(value(&page, "countersign_decision_seconds_count"), 0.0, "no person waited");
    assert_eq!(stage.events(List::UnifiedAudit, ActName::RequestDecided).await.len(), 1);
}

#[test]
fn decisions_of_people_are_told_apart_from_those_of_rules_and_their_times_are_a_histogram() {
    let mut waited = [0; WAITED_UP_TO.len() + 1];
    (waited[0], waited[1], waited[WAITED_UP_TO.len()]) = (1, 2, 4);
    let happened = DayCounts {
        approved: 5,
        approved_by_rule: 2,
        denied: 3,
        denied_by_rule: 3,
        ignored: 1,
        waited,
        waited_seconds: 9_000,
        ..DayCounts::default()
    };
    let overview = Overview { happened, ..Overview::default() };
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Numbers {
        now: Timestamp::UNIX_EPOCH,
        overview,
        counts: BTreeMap::new(),
    }));
    let mut page = String::new();
    encode(&mut page, &registry).unwrap();
    for (outcome, by, expected) in [
        ("approved", "people", 3.0),
        ("approved", "rule", 2.0),
        ("denied", "people", 0.0),
        ("denied", "rule", 3.0),
        ("ignored", "people", 1.0),
    ] {
        let series = format!(r#"countersign_decisions_total{{outcome="{outcome}",by="{by}"}}"#);
        assert_eq!(value(&page, &series), expected, "{series}");
    }
    for (le, expected) in [("60.0", 1.0), ("120.0", 3.0), ("604800.0", 3.0), ("+Inf", 7.0)] {
        let series = format!(r#"countersign_decision_seconds_bucket{{le="{le}"}}"#);
        assert_eq!(value(&page, &series), expected, "{series}");
    }
    assert_eq!(value(&page, "countersign_decision_seconds_sum"), 9_000.0);
    assert_eq!(value(&page, "countersign_decision_seconds_count"), 7.0);
}

#[tokio::test]
async fn deliveries_are_counted_by_channel_and_end_and_so_are_attempts_that_are_repeated() {
    let (stage, app) = stage().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.world.outbound.answer_with(500, "{}");
    stage.ask().await;
    stage.tick().await;
    let page = scrape(&app).await;
    assert_eq!(value(&page, r#"countersign_delivery_retries_total{channel="email"}"#), 1.0, "{page}");
    assert_eq!(value(&page, r#"countersign_deliveries_total{channel="email",state="sent"}"#), 0.0);
    stage.world.outbound.answer_with(200, "{}");
    stage.world.advance(Duration::from_secs(300));
    stage.tick().await;
    let page = scrape(&app).await;
    assert_eq!(value(&page, r#"countersign_deliveries_total{channel="email",state="sent"}"#), 1.0, "{page}");
    assert_eq!(value(&page, r#"countersign_delivery_retries_total{channel="email"}"#), 1.0);
}

#[tokio::test]
async fn what_the_walk_found_is_shown_with_its_time() {
    let (stage, app) = stage().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.ask().await;
    stage.world.outbound.answer_with(500, "{}");
    stage.tick().await;
    stage.tick().await;
    let page = scrape(&app).await;
    assert_eq!(value(&page, "countersign_organizations"), 2.0, "{page}");
    assert_eq!(value(&page, "countersign_organizations_failing"), 0.0);
    assert_eq!(value(&page, "countersign_deliveries_waiting"), 1.0);
    let walked = value(&page, "countersign_walk_timestamp_seconds");
    assert!((walked - stage.world.now().as_second() as f64).abs() < 2.0, "{walked}");
    // An organization that cannot be processed is seen.
    stage.world.outbound.connect("process-events.spin.internal", &TestApp::new(axum::Router::new()));
    stage.twin().await;
    stage.world.advance(Duration::from_secs(100));
    stage.tick().await;
    let page = scrape(&app).await;
    assert_eq!(value(&page, "countersign_organizations_failing"), 1.0, "{page}");
    assert!((99.0..=101.0).contains(&value(&page, "countersign_processing_lag_seconds")), "{page}");
}

#[tokio::test]
async fn counters_of_the_store_are_shown() {
    let (stage, app) = stage().await;
    let counted = [(Watched::SetAside, 2), (Watched::RefusedSignIns(Refused::Throttled), 3)];
    stage.world.journal.count_watched(counted).await;
    let page = scrape(&app).await;
    assert_eq!(value(&page, "countersign_set_aside_total"), 2.0);
    assert_eq!(value(&page, r#"countersign_sign_ins_refused_total{reason="throttled"}"#), 3.0);
    assert_eq!(value(&page, r#"countersign_sign_ins_refused_total{reason="code"}"#), 0.0);
}

#[tokio::test]
async fn a_scrape_costs_the_same_however_many_organizations_and_requests_there_are() {
    let (stage, app) = stage().await;
    let mut costs = Vec::new();
    for _ in 0..2 {
        stage.world.memory.reset_counts();
        scrape(&app).await;
        costs.push(stage.world.counts().reads);
        assert_eq!(stage.world.counts().writes, 0);
        for n in 0..20 {
            let other = stage.world.organization(&stage.world.root, &format!("Other {n}"));
            stage.process(&other.id).await;
            stage.ask().await;
        }
        stage.tick().await;
    }
    stage.world.memory.reset_counts();
    scrape(&app).await;
    costs.push(stage.world.counts().reads);
    assert!(costs.iter().all(|reads| *reads <= 40), "{costs:?}");
}

#[tokio::test]
async fn the_example_of_the_document_is_the_beginning_of_a_real_answer() {
    let (_stage, app) = stage().await;
    let page = scrape(&app).await;
    for line in crate::metrics::EXAMPLE.lines() {
        let (series, _) = line.rsplit_once(' ').unwrap();
        let is_there = page.contains(if line.starts_with('#') { line } else { series });
        assert!(is_there, "`{line}` is not in:\n{page}");
    }
}
