//! The dashboard and the alerts: Prometheus can evaluate every expression, also over what a real host says, the alerts fire when they
//! should and not otherwise, and the panels of the dashboard lie side by side.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

#[path = "dashboard/prometheus.rs"]
mod prometheus;
#[path = "dashboard/scraped.rs"]
mod scraped;

use std::fmt::Write as _;
use std::process::Command;

use countersign_tests::{are_installed, root};
use serde_json::Value;

fn panels() -> Vec<Value> {
    let text = std::fs::read_to_string(root().join("deploy/grafana/dashboard.json")).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["panels"].as_array().unwrap().clone()
}

fn promtool(arguments: &[&str]) {
    let mut promtool = Command::new("promtool");
    promtool.args(arguments).current_dir(root().join("deploy/prometheus"));
    assert!(promtool.status().unwrap().success(), "promtool says above why");
}

#[test]
fn alerts_fire_when_they_should_and_not_otherwise() {
    if are_installed(&["promtool"], "prometheus") {
        promtool(&["check", "rules", "alerts.yaml"]);
        promtool(&["test", "rules", "alerts.test.yaml"]);
    }
}

#[test]
fn every_expression_of_the_dashboard_can_be_evaluated() {
    if !are_installed(&["promtool"], "prometheus") {
        return;
    }
    let mut rules = "groups:\n  - name: dashboard\n    rules:\n".to_owned();
    for panel in panels() {
        for target in panel["targets"].as_array().into_iter().flatten() {
            let expression = target["expr"].as_str().unwrap().replace("$__rate_interval", "1m");
            writeln!(rules, "      - record: panel:{}\n        expr: {expression:?}", panel["id"]).unwrap();
        }
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), rules).unwrap();
    // Two panels may have the same expression, so nothing is said of duplicates.
    promtool(&["check", "rules", "--lint=none", file.path().to_str().unwrap()]);
}

#[test]
fn the_documentation_has_every_alert_and_every_metric_that_is_asked_for() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    let (documentation, alerts) = (read("docs/monitoring.md"), read("deploy/prometheus/alerts.yaml"));
    let names: Vec<_> = alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        assert!(documentation.contains(&format!("| `{name}` |")), "{name} is not documented");
    }
    let asked = alerts + &read("deploy/grafana/dashboard.json");
    let words = asked.split(|letter: char| letter != '_' && !letter.is_ascii_lowercase());
    for metric in words.filter(|word| word.starts_with("countersign_")) {
        let parts = ["_bucket", "_sum", "_count"];
        let metric = parts.iter().find_map(|part| metric.strip_suffix(part)).unwrap_or(metric);
        assert!(documentation.contains(&format!("| `{metric}` |")), "{metric} is not documented");
    }
}

#[test]
fn panels_lie_side_by_side() {
    let mut taken = std::collections::BTreeSet::new();
    for panel in panels() {
        let side = |name: &str| panel["gridPos"][name].as_u64().unwrap();
        assert!(side("x") + side("w") <= 24, "{panel}");
        for x in side("x")..side("x") + side("w") {
            for y in side("y")..side("y") + side("h") {
                assert!(taken.insert((x, y)), "{} lies on another panel", panel["title"]);
            }
        }
    }
}
