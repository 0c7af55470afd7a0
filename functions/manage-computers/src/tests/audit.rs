//! What the audit says of each change of a computer: who, what, before and after, from where, when.

use countersign_http::testing::TestResponse;
use countersign_journal::Event;
use countersign_model::{ActName, List, OrganizationId, Permit, Who};
use http::Method;
use serde_json::{Value, json};

countersign_http::story!(Company, crate::router);

impl Story {
    async fn call(&self, method: Method, path: &str, body: Value) -> TestResponse {
        let call = self.app.call(method, path).bearer(&self.boss.token);
        let call = if body.is_null() { call } else { call.json(body) };
        let answer = call.send().await;
        assert!((200..300).contains(&answer.status), "{path}: {}", answer.text());
        answer
    }

    /// The newest event of an organization, which the administrator caused from the address tests call from.
    async fn last(&self, at: &OrganizationId, act: ActName) -> Value {
        let permit = Permit::scene(at);
        let page = self.world.journal.list(&permit, List::SystemAudit, None, 1).await.unwrap();
        let number = page.items[0].number.unwrap();
        let event: Event = self.world.journal.event(&permit, number).await.unwrap().unwrap();
        assert_eq!(event.act.name(), act);
        let Who::Administrator { id, name, .. } = &event.who else { panic!("{:?}", event.who) };
        assert_eq!((id, name), (&self.boss.record.id, &self.boss.record.name));
        assert_eq!(event.address.as_deref(), Some("192.0.2.10"));
        assert_eq!(event.at, self.world.now());
        assert!(!event.footprint().concerns.is_empty(), "it says what it is about");
        serde_json::to_value(&event.act).unwrap()["detail"].clone()
    }
}

#[tokio::test]
async fn changes_of_a_computer_say_before_and_after() {
    let story = Story::new();
    let at = story.world.root.id.clone();
    let (desks, labs) =
        (story.world.group(&story.world.root, "Desks"), story.world.group(&story.world.root, "Labs"));
    let computer = story.world.computer(&desks).record;
    let path = format!("/v1/organizations/{at}/computers/{}", computer.id);
    story.call(Method::PATCH, &path, json!({ "group_id": labs.id })).await;
    let detail = story.last(&at, ActName::ComputerMoved).await;
    let places = (&detail["before"]["group_id"], &detail["after"]["group_id"]);
    assert_eq!(places, (&json!(desks.id), &json!(labs.id)));
    let until = story.world.now() + jiff::SignedDuration::from_hours(1);
    let mode = json!({ "mode": "learning", "until": until });
    story.call(Method::POST, &format!("{path}/maintenance"), mode.clone()).await;
    let detail = story.last(&at, ActName::MaintenanceModeSet).await;
    assert_eq!((&detail["before"], &detail["after"]), (&Value::Null, &mode));
    story.call(Method::DELETE, &path, Value::Null).await;
    let before = json!({ "hostname": computer.hostname, "group_id": labs.id });
    assert_eq!(
        story.last(&at, ActName::ComputerDeleted).await,
        json!({ "computer_id": computer.id, "before": before })
    );
}
