//! The expressions of the dashboard and of the alerts over what Prometheus has read from a real host.

use std::collections::BTreeSet;

use countersign_host::faults::{Effect, Plan};
use countersign_host::harness::providers::Behaviour;
use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::{Deployment, are_installed};
use serde_json::{Value, json};

use super::panels;
use super::prometheus::Prometheus;

/// Only an overload, which no test makes here, gives this one anything to look at.
const SILENT: &str = "CountersignOverloaded";

/// What follows each of these in a text.
fn after<'a>(text: &'a str, begin: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(begin).skip(1)
}

/// What comes before this in a text; all of it without this.
fn before(text: &str, end: char) -> &str {
    text.split(end).next().unwrap()
}

/// The texts between these two.
fn between<'a>(text: &'a str, begin: &'a str, end: char) -> impl Iterator<Item = &'a str> {
    after(text, begin).map(move |rest| before(rest, end))
}

/// The labels that an expression groups by.
fn grouped_by(expression: &str) -> BTreeSet<&str> {
    between(expression, "by (", ')').flat_map(|list| list.split(',')).map(str::trim).collect()
}

/// The metrics of Countersign that an expression names, each with the labels by which it chooses among their series.
fn metrics(expression: &str) -> Vec<(String, BTreeSet<&str>)> {
    let begin = "countersign_";
    let named = after(expression, begin).map(|rest| {
        let end =
            rest.find(|letter: char| letter != '_' && !letter.is_ascii_lowercase()).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        let chosen = rest.strip_prefix('{').map_or("", |rest| before(rest, '}'));
        let labels = chosen.split(',').map(|one| one.split(['=', '!']).next().unwrap().trim());
        (format!("{begin}{name}"), labels.filter(|label| !label.is_empty()).collect())
    });
    named.collect()
}

/// Every metric of an expression is there, and has each label that the expression knows.
async fn require_series(prometheus: &Prometheus, expression: &str) {
    for (metric, chosen) in metrics(expression) {
        let series = prometheus.series(&metric).await;
        assert!(!series.is_empty(), "there is no `{metric}`: {expression}");
        for label in chosen.into_iter().chain(grouped_by(expression)) {
            let has = series.iter().all(|one| one.contains_key(label));
            assert!(has, "`{metric}` has no label `{label}`: {expression}");
        }
    }
}

/// The expression gives something to show soon, with the labels that its legend or message names.
async fn require_samples<'a>(
    prometheus: &Prometheus,
    expression: &str,
    labels: impl Iterator<Item = &'a str>,
) {
    let shown = async || Some(prometheus.samples(expression).await).filter(|samples| !samples.is_empty());
    let shown = prometheus.soon(&format!("nothing to show: {expression}"), shown).await;
    for label in labels {
        let has = shown.iter().all(|sample| sample["metric"].get(label).is_some());
        assert!(has, "its samples have no label `{label}`: {expression}: {shown:?}");
    }
}

/// A request that is decided, another that still waits, deliveries that are sent, repeated and refused, a refused sign-in, a
/// refused path, and a failure of the store. Returns the request that waits.
async fn something_of_everything(host: &TestHost, world: &Deployment) -> String {
    let submit = async |what: &str| {
        let request =
            world.submit(&world.request_for(what.as_bytes()), what).await.expect(201).text_at("/id");
        host.settle().await.unwrap();
        request
    };
    let decided = submit("decided").await;
    let denial = json!({ "outcome": "denied", "scope": "computer" });
    world.decide(&world.boss, &decided, &denial).await.expect(200);
    host.providers.email.next([Behaviour::Error, Behaviour::Refuse]);
    let waiting = submit("waiting").await;
    let wrong = json!({ "email": "nobody@company.example", "password": "not it, whatever it is" });
    world.api.post("/v1/session").json(&wrong).send().await.expect(401);
    world.api.get("/.well-known/spin/nothing").send().await.expect(404);
    let component = Some("submit-request".to_owned());
    host.faults.plan(Plan { component, nth: 1, effect: Effect::FailOnce });
    let failed = world.submit(&world.request_for(b"not stored"), "failed").await;
    assert!(failed.status >= 500, "{failed:?}");
    waiting
}

#[tokio::test(flavor = "multi_thread")]
async fn every_panel_and_every_alert_has_something_to_show_of_a_real_host() {
    if !are_installed(&["prometheus"], "prometheus") {
        return;
    }
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let prometheus = Prometheus::reading(host.addr());
    let world = Deployment::on(&host).await;
    let waiting = something_of_everything(&host, &world).await;
    let path = format!("/agent/v1/requests/{waiting}?wait=25");
    let agent = tokio::spawn(world.api.get(&path).bearer(&world.computer_token).send());

    let evaluated = async || {
        let rules = prometheus.rules().await?;
        rules.iter().all(|rule| rule["health"] != "unknown").then_some(rules)
    };
    let rules = prometheus.soon("the rules are not evaluated", evaluated).await;
    require_samples(&prometheus, r#"up{job="countersign"} == 1"#, ["instance"].into_iter()).await;
    for panel in panels() {
        for target in panel["targets"].as_array().into_iter().flatten() {
            let expression = target["expr"].as_str().unwrap().replace("$__rate_interval", "1m");
            let legend = target["legendFormat"].as_str().unwrap_or_default();
            require_samples(&prometheus, &expression, between(legend, "{{", '}')).await;
            require_series(&prometheus, &expression).await;
        }
    }
    assert!(rules.len() > 10, "{rules:?}");
    for rule in rules {
        require_alert(&prometheus, &rule).await;
    }

    let approval = json!({ "outcome": "approved", "scope": "computer" });
    world.decide(&world.boss, &waiting, &approval).await.expect(200);
    agent.await.unwrap().expect(200);
    host.stop().await;
}

/// What an alert looks at is there, below and above its bound.
async fn require_alert(prometheus: &Prometheus, rule: &Value) {
    let (name, expression) = (rule["name"].as_str().unwrap(), rule["query"].as_str().unwrap());
    assert_eq!((&rule["health"], rule.get("lastError")), (&json!("ok"), None), "{rule}");
    let (looked_at, _) = expression.rsplit_once(" > ").or(expression.rsplit_once(" == ")).expect("a bound");
    if name == SILENT {
        assert!(prometheus.samples(looked_at).await.is_empty(), "it is silent no more");
        return;
    }
    let message = rule["annotations"].to_string();
    require_samples(prometheus, looked_at, between(&message, "$labels.", ' ')).await;
    require_series(prometheus, expression).await;
}
