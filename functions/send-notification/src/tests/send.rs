//! `/send`, which `process-events` calls.
use countersign_model::Permission;
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
