//! What the audit says of each change of a computer: who, what, before and after, from where, when.

use countersign_model::ActName;
use http::Method;
use serde_json::{Value, json};

countersign_http::story!(Company, crate::router);

#[tokio::test]
async fn changes_of_a_computer_say_before_and_after() {
    let story = Story::new();
    let at = story.world.root.id.clone();
    let (desks, labs) =
        (story.world.group(&story.world.root, "Desks"), story.world.group(&story.world.root, "Labs"));
    let computer = story.world.computer(&desks).record;
    let path = format!("/v1/organizations/{at}/computers/{}", computer.id);
    story.done(Method::PATCH, &path, json!({ "group_id": labs.id })).await;
    let detail = story.recorded(&at, ActName::ComputerMoved).await;
    let places = (&detail["before"]["group_id"], &detail["after"]["group_id"]);
    assert_eq!(places, (&json!(desks.id), &json!(labs.id)));
    let until = story.world.now() + jiff::SignedDuration::from_hours(1);
    let mode = json!({ "mode": "learning", "until": until });
    story.done(Method::POST, &format!("{path}/maintenance"), mode.clone()).await;
    let detail = story.recorded(&at, ActName::MaintenanceModeSet).await;
    assert_eq!((&detail["before"], &detail["after"]), (&Value::Null, &mode));
    story.done(Method::DELETE, &path, Value::Null).await;
    let before = json!({ "hostname": computer.hostname, "group_id": labs.id });
    assert_eq!(
        story.recorded(&at, ActName::ComputerDeleted).await,
        json!({ "computer_id": computer.id, "before": before })
    );
}
