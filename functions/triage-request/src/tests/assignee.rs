//! A request is taken, handed over and released, on record.
use countersign_http::testing::Memory;
use countersign_model::{ActName, Permission, Permit, lists};
use serde_json::json;

use super::{Story, path};

#[tokio::test]
async fn a_request_is_taken_handed_over_and_released_on_record() {
    let story = Story::new();
    let (ann, ben) =
        (story.person([Permission::ApproveForGroup]), story.person([Permission::ApproveForSingleComputer]));
    let request = story.request().await;
    let taken = story.put(&ann, &request, "assignee", &json!({})).send().await;
    assert_eq!(taken.status, 200, "{}", taken.text());
    assert_eq!(taken.json()["administrator"]["id"], ann.record.id.as_str());
    assert_eq!(taken.json()["since"], story.world.now().to_string());
    assert_eq!(taken.header("etag"), "\"2\"");
    let opened =
        story.world.app(approve_request::router).get(&path(&request, "")[..path(&request, "").len() - 1]);
    let opened = opened.bearer(&ben.token).send().await;
    assert_eq!(opened.json()["assignee"], taken.json(), "{}", opened.text());

    let to_ben = json!({ "administrator_id": ben.record.id });
    let handed_over = story.put(&ann, &request, "assignee", &to_ben).send().await;
    assert_eq!(handed_over.json()["administrator"]["name"], ben.record.name);
    let again = story.put(&ann, &request, "assignee", &to_ben).send().await;
    assert_eq!((again.status, again.header("etag")), (200, "\"3\""), "nothing has changed");
    assert_eq!(story.delete(&ann, &request, "assignee").send().await.status, 204, "it is no lock");
    assert_eq!(story.stored(&request).await.assignee, None);
    assert_eq!(story.delete(&ann, &request, "assignee").send().await.status, 204, "nothing has changed");

    let permit = Permit::scene(&story.company.id);
    let page = story.world.journal.list(&permit, lists::UNIFIED_AUDIT, None, 50);
    let mut acts = Vec::new();
    for row in page.await.unwrap().items {
        let event = story.world.journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
        if event.act.name() == ActName::RequestAssigned {
            let name = |state: &str| event.detail()[state]["administrator_name"].clone();
            acts.push((name("before"), name("after")));
        }
    }
    let (ann, ben, nobody) = (json!(ann.record.name), json!(ben.record.name), json!(null));
    assert_eq!(acts, [(ben.clone(), nobody.clone()), (ann.clone(), ben), (nobody, ann)]);
}

#[tokio::test]
async fn only_who_may_open_the_request_takes_it_or_is_handed_it() {
    let story = Story::new();
    let (ann, lister) =
        (story.person([Permission::ApproveForGroup]), story.person([Permission::ViewReports]));
    let request = story.request().await;
    for call in
        [story.put(&lister, &request, "assignee", &json!({})), story.delete(&lister, &request, "assignee")]
    {
        let refused = call.send().await;
        assert_eq!((refused.status, refused.code().as_str()), (403, "not-permitted"), "{}", refused.text());
    }
    let stranger = "adm_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    for whom in [lister.record.id.as_str(), stranger] {
        let body = json!({ "administrator_id": whom });
        let refused = story.put(&ann, &request, "assignee", &body).send().await;
        assert_eq!((refused.status, refused.pointers()), (422, vec!["/administrator_id".to_owned()]));
    }
    let sister = story.world.organization(&story.world.root, "Sister");
    let other = story.world.administrator(&sister, [Permission::SuperAdmin]);
    let hidden = story.put(&other, &request, "assignee", &json!({})).send().await;
    assert_eq!(hidden.status, 404, "{}", hidden.text());
    let nobody = story.app.put(&path(&request, "assignee")).json(json!({})).send().await;
    assert_eq!(nobody.status, 401);
    assert_eq!(story.stored(&request).await, request, "nothing has changed");
}

#[tokio::test]
async fn a_decided_request_is_not_taken_and_somebody_who_saw_an_older_state_is_told() {
    let story = Story::over(Memory::like_redis());
    let ann = story.person([Permission::ApproveForGroup]);
    let request = story.request().await;
    let taken = story.put(&ann, &request, "assignee", &json!({})).if_match(1).send().await;
    assert_eq!(taken.status, 200, "{}", taken.text());
    let stale = story.put(&story.boss, &request, "assignee", &json!({})).if_match(1).send().await;
    assert_eq!((stale.status, stale.code().as_str()), (412, "revision-changed"));
    let decider = story.world.app(approve_request::router);
    let decided = decider.post(&path(&request, "decision")).bearer(&ann.token);
    assert_eq!(decided.json(json!({ "outcome": "denied" })).send().await.status, 200);
    let late = story.put(&story.boss, &request, "assignee", &json!({})).send().await;
    assert_eq!((late.status, late.code().as_str()), (409, "not-pending"), "{}", late.text());
    assert_eq!(story.delete(&story.boss, &request, "assignee").send().await.status, 204);
}

#[tokio::test]
async fn whatever_write_taking_a_request_dies_at_a_repeated_call_takes_it_once() {
    for nth in 1..10 {
        let story = Story::over(Memory::like_redis());
        let ann = story.person([Permission::ApproveForGroup]);
        let request = story.request().await;
        story.world.memory.stop_before_write(nth);
        story.put(&ann, &request, "assignee", &json!({})).send().await;
        story.world.memory.resume();
        let stored = story.stored(&request).await;
        assert!(stored.assignee.is_none_or(|has| has.administrator_id == ann.record.id), "{nth}");
        let again = story.put(&ann, &request, "assignee", &json!({})).send().await;
        assert_eq!(again.status, 200, "{nth}: {}", again.text());
        story.process(&story.company).await;
        story.world.advance(std::time::Duration::from_secs(60));
        story.process(&story.company).await;
        let permit = Permit::scene(&story.company.id);
        let mut taken = 0;
        for row in story.world.journal.list(&permit, lists::UNIFIED_AUDIT, None, 50).await.unwrap().items {
            let event = story.world.journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
            taken += usize::from(event.act.name() == ActName::RequestAssigned);
        }
        assert_eq!(taken, 1, "{nth}");
    }
}
