//! An incident of a request is acknowledged when somebody takes it, and resolved when it is over.
use countersign_journal::Change;
use countersign_model::act::RequestAssigned;
use countersign_model::{
    Assignee, DecisionScope, IntegrationKind, Origin, Outcome, Permission, Permit, Request, Who,
};
use serde_json::Value;

use super::Stage;
use super::integrations::stage;

const ADDRESS: &str = "pagerduty:on call";

/// A stage on which an incident was opened, and its request.
async fn told() -> (Stage, Request) {
    let (stage, _) = stage(IntegrationKind::PagerDuty, "on call", "", ADDRESS).await;
    let request = stage.deliveries().await.remove(0).request_id.unwrap();
    let request = stage.request(&request).await;
    assert_eq!(incidents(&stage), [("trigger".to_owned(), request.id.to_string())]);
    (stage, request)
}

/// What was done to which incident since the last time.
fn incidents(stage: &Stage) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let sent = stage.world.outbound.take_external();
    let sent = sent.iter().filter(|sent| sent.request.uri().host() == Some("events.pagerduty.com"));
    sent.map(|sent| sent.json()).map(|body| (text(&body["event_action"]), text(&body["dedup_key"]))).collect()
}

#[tokio::test]
async fn it_is_resolved_once_however_the_request_ends() {
    for case in ["approved", "ignored", "withdrawn", "expired", "removed"] {
        let (stage, request) = told().await;
        match case {
            "approved" => stage.decide(&request, Outcome::Approved, DecisionScope::Computer, false).await,
            "ignored" => stage.decide(&request, Outcome::Ignored, DecisionScope::Computer, false).await,
            "withdrawn" => stage.cancel(&request).await,
            "expired" => stage.world.advance(std::time::Duration::from_secs(15 * 24 * 60 * 60)),
            _ => stage.remove(&request).await,
        }
        stage.process_company().await;
        stage.tick().await;
        let resolved = ("resolve".to_owned(), request.id.to_string());
        let mut done = incidents(&stage);
        // What is about to expire is told of once more.
        done.retain(|(action, _)| action != "trigger");
        assert_eq!(done, [resolved], "{case}");
        stage.remove(&request).await;
        stage.process_company().await;
        stage.tick().await;
        assert_eq!(incidents(&stage), [], "{case}: once");
    }
}

#[tokio::test]
async fn it_is_acknowledged_when_somebody_takes_the_request() {
    let (stage, request) = told().await;
    let clerk = stage.world.administrator(&stage.company, [Permission::SuperAdmin]).record;
    stage.world.advance(std::time::Duration::from_secs(2));
    let now = stage.world.now();
    let who = Who::Administrator { id: clerk.id.clone(), name: clerk.name.clone(), via: None };
    let (origin, permit) = (Origin { who, address: None, at: now }, Permit::scene(&stage.company.id));
    let taker =
        Assignee { administrator_id: clerk.id.clone(), administrator_name: clerk.name.clone(), since: now };
    let assign = |old: &Request| {
        let new = old.assign(Some(taker.clone()), now)?.expect("a change");
        let change = Change::new(&permit, &origin, RequestAssigned::of(old, &new));
        Ok::<_, countersign_model::TransitionError>((new, change))
    };
    stage.world.journal.save_update(&request.id, None, assign).await.unwrap();
    stage.process_company().await;
    assert_eq!(incidents(&stage), [("acknowledge".to_owned(), request.id.to_string())]);
}

#[tokio::test]
async fn nothing_is_resolved_of_which_it_was_not_told() {
    let (stage, _) = stage(IntegrationKind::PagerDuty, "on call", "", "desk@company.example").await;
    let request = stage.deliveries().await.remove(0).request_id.unwrap();
    let request = stage.request(&request).await;
    stage.policy(true, &[ADDRESS]).await;
    stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
    stage.process_company().await;
    assert_eq!(incidents(&stage), []);
}
