//! `/send`, which `process-events` calls.
use std::convert::Infallible;
use std::time::Duration;

use countersign_model::{Administrator, AdministratorState, DeliveryState, Permission};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::Stage;

#[tokio::test]
async fn a_caller_that_gives_a_time_gets_the_result_and_others_need_not_wait() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let ask = async |until: Value| {
        stage.submit(&stage.world.computer(&stage.group), stage.new_request_for(1)).await;
        stage.plan().await;
        let body = json!({ "organization_id": stage.company.id, "until": until });
        let answer = stage.sender.post("/send").json(body).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        (answer.json()["sent"].clone(), stage.told().len())
    };
    let until = json!(stage.world.now() + SignedDuration::from_secs(60));
    assert_eq!(ask(until).await, (json!(1), 1));
    let device = stage.world.computer(&stage.group);
    stage.submit(&device, stage.new_request_for(2)).await;
    stage.plan().await;
    let answer = stage.sender.post("/send").json(json!({ "organization_id": stage.company.id })).send().await;
    assert_eq!((&answer.json()["sent"], stage.told().len()), (&json!(0), 0));
    stage.world.settle().await;
    assert_eq!(stage.told().len(), 1, "after the answer");
}

#[tokio::test]
async fn nothing_is_begun_after_the_time_that_a_caller_gives() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.ask().await;
    stage.plan().await;
    let body = json!({ "organization_id": stage.company.id, "until": stage.world.now() });
    let answer = stage.sender.post("/send").json(body).send().await;
    assert_eq!((&answer.json()["more"], stage.told().len()), (&json!(true), 0), "{}", answer.text());
}

#[tokio::test]
async fn send_refuses_what_it_does_not_know_and_is_private() {
    let stage = Stage::new().await;
    for body in [
        json!({}),
        json!({ "organization_id": "org_1" }),
        json!({ "organization_id": stage.company.id, "x": 1 }),
    ] {
        assert_eq!(stage.sender.post("/send").json(&body).send().await.status, 422, "{body}");
    }
    let document = serde_json::to_string(&crate::openapi().finish().unwrap()).unwrap();
    assert!(!document.contains("/send\""));
}

#[tokio::test]
async fn why_somebody_is_not_told_any_more_is_in_the_log() {
    let left_out = async |change: fn(Administrator) -> Administrator| {
        let stage = Stage::new().await;
        let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
        stage.world.outbound.answer_with(503, "");
        stage.ask().await;
        stage.process_company().await;
        let changed = |old: &Administrator| Ok::<_, Infallible>(change(old.clone()));
        stage.world.journal.update(&person.record.id, changed).await.unwrap();
        stage.world.advance(Duration::from_secs(120));
        stage.told();
        stage.tick().await;
        assert_eq!(stage.told(), Vec::<String>::new());
        let [delivery] = stage.deliveries().await.try_into().unwrap();
        assert_eq!(delivery.state, DeliveryState::Skipped);
        delivery.last_answer.unwrap()
    };
    use AdministratorState::{Deleted, Disabled};
    type Changed = fn(Administrator) -> Administrator;
    let cases: [(Changed, &str); 4] = [
        (|a| Administrator { state: Disabled, ..a }, "the account is disabled"),
        (|a| Administrator { state: Deleted, ..a }, "the account was deleted"),
        (|a| Administrator { permissions: Vec::new(), ..a }, "they may not open the request any more"),
        (
            |a| Administrator { notify_on_request: false, ..a },
            "they do not hear of the request any more, by their settings or their part in it",
        ),
    ];
    for (change, why) in cases {
        assert_eq!(left_out(change).await, format!("not told: {why}"));
    }
}
