//! Somebody who may not approve a request that far asks those who can.
use std::time::Duration;

use countersign_model::{Act, ActName, Permission, Permit, lists};
use serde_json::json;

use super::{Story, path};

impl Story {
    async fn asks(&self) -> Vec<Act> {
        let permit = Permit::scene(&self.company.id);
        let page = self.world.journal.list(&permit, lists::UNIFIED_AUDIT, None, 50).await.unwrap();
        let mut acts = Vec::new();
        for row in page.items {
            let event = self.world.journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
            acts.push(event.act);
        }
        acts.retain(|act| act.name() == ActName::DecisionAsked);
        acts
    }
}

#[tokio::test]
async fn those_who_can_decide_are_asked_once_an_hour_on_record() {
    let story = Story::new();
    let asker = story.person([Permission::ApproveForSingleComputer]);
    let decider = story.person([Permission::ApproveForGroup]);
    let request = story.request().await;
    let body = json!({ "message": "Ann waits for it." });
    let asked = story.post(&asker, &request, "ask", &body).send().await;
    assert_eq!(asked.status, 200, "{}", asked.text());
    let name = json!({ "id": decider.record.id, "name": decider.record.name });
    assert_eq!(asked.json(), json!({ "asked": [name], "others": 1 }));
    let acts = story.asks().await;
    let [Act::DecisionAsked(act)] = acts.as_slice() else { panic!("{acts:?}") };
    assert_eq!(act.asked, [decider.record.id.clone(), story.boss.record.id.clone()]);
    assert_eq!(act.scope, countersign_model::DecisionScope::Group);
    assert_eq!(act.message.as_deref(), Some("Ann waits for it."));

    let again = story.post(&asker, &request, "ask", &body).send().await;
    assert_eq!((again.status, again.code().as_str()), (429, "too-many-asks"));
    assert!(again.header("retry-after").parse::<u32>().unwrap() <= 3600);
    assert_eq!(story.asks().await.len(), 1);
    story.world.advance(Duration::from_secs(3600));
    assert_eq!(story.post(&asker, &request, "ask", &json!({})).send().await.status, 200);
}

#[tokio::test]
async fn only_who_may_open_and_not_approve_a_pending_request_that_far_asks() {
    let story = Story::new();
    let (asker, decider, other) = (
        story.person([Permission::ApproveForSingleComputer]),
        story.person([Permission::ApproveForEntireOrganization]),
        story.person([Permission::ViewReports]),
    );
    let request = story.request().await;
    for (who, status, code) in [(&decider, 409, "can-decide"), (&other, 403, "not-permitted")] {
        let refused = story.post(who, &request, "ask", &json!({})).send().await;
        assert_eq!((refused.status, refused.code().as_str()), (status, code));
    }
    let near = json!({ "scope": "computer" });
    let refused = story.post(&asker, &request, "ask", &near).send().await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "can-decide"));
    assert_eq!(story.app.post(&path(&request, "ask")).json(json!({})).send().await.status, 401);
    let long = json!({ "message": "x".repeat(2001) });
    assert_eq!(story.post(&asker, &request, "ask", &long).send().await.status, 422);
    let app = story.world.app(approve_request::router);
    let decide = app.post(&path(&request, "decision")).bearer(&decider.token);
    assert_eq!(decide.json(json!({ "outcome": "denied" })).send().await.status, 200);
    let late = story.post(&asker, &request, "ask", &json!({})).send().await;
    assert_eq!((late.status, late.code().as_str()), (409, "not-pending"));
    assert_eq!(story.asks().await.len(), 0);
}

#[tokio::test]
async fn without_anybody_else_who_can_there_is_nobody_to_ask() {
    let story = Story::new();
    let asker = story.world.administrator(&story.world.root, [Permission::ApproveForGroup]);
    let removed = |old: &countersign_model::Administrator| {
        Ok::<_, std::convert::Infallible>(old.with_permissions([Permission::ViewReports]))
    };
    story.world.journal.update(&story.boss.record.id, removed).await.unwrap();
    let request = story.request().await;
    let refused = story.post(&asker, &request, "ask", &json!({})).send().await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "nobody-to-ask"), "{}", refused.text());
}
