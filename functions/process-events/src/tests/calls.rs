//! The route.
use countersign_model::Permission;
use serde_json::json;

use super::Stage;

#[tokio::test]
async fn process_refuses_what_it_does_not_know() {
    let stage = Stage::new().await;
    let unknown = countersign_model::OrganizationId::from_ulid(stage.world.ulid());
    assert_eq!(stage.process(&unknown).await, 404);
    let answer = stage.processor.post("/process").json(json!({ "organization_id": "org_1" })).send().await;
    assert_eq!(answer.status, 422);
    let answer = stage
        .processor
        .post("/process")
        .json(json!({ "organization_id": stage.company.id, "x": 1 }))
        .send()
        .await;
    assert_eq!(answer.status, 422);
}

#[tokio::test]
async fn nothing_is_asked_to_be_planned_of_what_nobody_is_told_of() {
    let stage = Stage::new().await;
    stage.world.outbound.take();
    let device = stage.world.computer(&stage.group);
    stage.process_company().await;
    assert_eq!(stage.world.outbound.take().len(), 0, "nobody is told of it");
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.submit(&device, stage.new_request_for(1)).await;
    stage.process_company().await;
    let called: Vec<_> =
        stage.world.outbound.take().iter().map(|sent| sent.request.uri().to_string()).collect();
    let called: Vec<&str> = called.iter().map(String::as_str).take(2).collect();
    let (plan, send) =
        ("http://plan-deliveries.spin.internal/plan", "http://send-notification.spin.internal/send");
    assert_eq!(called, [plan, send]);
}
