//! Unreadable records stop only themselves.
use std::time::Duration;

use countersign_model::request::PENDING_LASTS;
use countersign_model::{DecisionScope, DeliveryState, Outcome, Permission, Permit, RequestStatus, lists};
use countersign_store::keys;
use serde_json::json;

use super::Stage;

async fn damage(stage: &Stage, id: &str) {
    stage.world.journal.kv().set_many(vec![(keys::record(id), b"rubbish".to_vec())]).await.unwrap();
}

#[tokio::test]
async fn a_request_that_cannot_be_read_stops_neither_the_settling_nor_the_turn() {
    let stage = Stage::new().await;
    let decided = stage.ask().await;
    let broken = stage.ask().await;
    let other = stage.ask().await;
    damage(&stage, broken.id.as_str()).await;
    stage.decide(&decided, Outcome::Approved, DecisionScope::Organization, false).await;
    stage.process_company().await;
    assert_eq!(stage.request(&other.id).await.status, RequestStatus::Approved);
    let later = stage.ask().await;
    stage.process_company().await;
    let permit = Permit::scene(&stage.company.id);
    let pending = stage.world.journal.list(&permit, lists::PENDING_REQUESTS, None, 50).await.unwrap();
    let pending: Vec<_> = pending.items.into_iter().map(|row| row.id).collect();
    assert_eq!(pending, [later.id.to_string()], "the turn goes on, without what cannot be read");
}

#[tokio::test]
async fn an_administrator_who_cannot_be_read_silences_nobody_else() {
    let stage = Stage::new().await;
    let broken = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let other = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.process_company().await;
    damage(&stage, broken.record.id.as_str()).await;
    let role = stage.world.role(&stage.world.root, "Approver", [Permission::ApproveForGroup]);
    let assignment = stage.world.assignment(&stage.world.root, &role, None);
    stage.subscriber_with(&stage.company, &[], |a| a.with_assignments([assignment]));
    damage(&stage, &format!("roles_{}", stage.world.root.id)).await;
    stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told(), [other.record.email.to_string()], "nor a book of roles");
}

#[tokio::test]
async fn a_delivery_that_cannot_be_read_leaves_the_outbox_and_holds_no_other_up() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let device = stage.world.computer(&stage.group);
    for number in 0..3 {
        stage.submit(&device, stage.new_request_for(number)).await;
    }
    stage.plan().await;
    let broken = stage.deliveries().await.remove(0);
    damage(&stage, broken.id.as_str()).await;
    let done = stage.tick().await;
    assert_eq!((&done["deliveries_sent"], &done["next_due_at"]), (&json!(2), &json!(null)), "{done}");
    assert_eq!(stage.told().len(), 2);
}

#[tokio::test]
async fn a_delivery_about_a_request_that_cannot_be_read_fails_visibly() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let request = stage.ask().await;
    stage.plan().await;
    damage(&stage, request.id.as_str()).await;
    stage.tick().await;
    assert_eq!(stage.states().await, [(person.record.email.to_string(), DeliveryState::Failed)]);
    let answer = stage.deliveries().await.remove(0).last_answer.unwrap();
    assert!(answer.contains("cannot be read"), "{answer}");
}

#[tokio::test]
async fn a_request_that_cannot_be_read_keeps_no_other_from_expiring() {
    let stage = Stage::new().await;
    let broken = stage.ask().await;
    let other = stage.ask().await;
    stage.process_company().await;
    damage(&stage, broken.id.as_str()).await;
    stage.world.advance(Duration::try_from(PENDING_LASTS).unwrap());
    let done = stage.tick().await;
    assert_eq!((&done["organizations"], &done["more"]), (&json!(2), &json!(false)), "{done}");
    assert_eq!(stage.request(&other.id).await.status, RequestStatus::Expired);
}
