use super::{path, scene};
use countersign_http::testing::{Person, Scene, TestRequest, TestResponse};
use countersign_model::{ActName, Administrator, AdministratorState};
use futures::future::join_all;
use serde_json::json;

/// Every change of an administrator, each on a new one.
fn changes(scene: &Scene) -> Vec<(TestRequest, Person)> {
    let somebody = |state| scene.world.administrator_with(&scene.child, |new| Administrator { state, ..new });
    let active = || somebody(AdministratorState::Active);
    let invited = || somebody(AdministratorState::Invited);
    let make = |whom: Person, call: &dyn Fn(&str) -> TestRequest| (call(&path(&whom, "")), whom);
    let app = &scene.app;
    vec![
        make(active(), &|at| app.patch(at).json(json!({ "name": "Ada" }))),
        make(active(), &|at| app.delete(at)),
        make(active(), &|at| app.delete(&format!("{at}?dry_run=true"))),
        make(active(), &|at| app.post(&format!("{at}/password-reset"))),
        make(active(), &|at| app.post(&format!("{at}/disabled")).json(json!({ "disabled": true }))),
        make(active(), &|at| app.put(&format!("{at}/permissions")).json(json!({ "permissions": [] }))),
        make(active(), &|at| app.put(&format!("{at}/roles")).json(json!({ "assignments": [] }))),
        make(invited(), &|at| app.post(&format!("{at}/invitation"))),
        make(invited(), &|at| app.delete(&format!("{at}/invitation"))),
    ]
}

#[tokio::test]
async fn a_stale_change_of_any_kind_answers_412_with_the_current_revision() {
    let scene = scene();
    let admin = scene.root_admin();
    for (call, whom) in changes(&scene) {
        let call = call.bearer(&admin.token).if_match(7);
        let answer = scene.refused(call, (412, "revision-changed")).await;
        assert_eq!(answer.json()["revision"], 1, "{}", whom.record.id);
    }
    for (call, _) in changes(&scene) {
        let answer = call.bearer(&admin.token).if_match(1).send().await;
        assert!((200..300).contains(&answer.status), "{}", answer.text());
    }
    for (call, _) in changes(&scene) {
        let call = call.bearer(&admin.token).header("if-match", "one");
        scene.refused(call, (400, "invalid-if-match")).await;
    }
}

#[tokio::test]
async fn whoever_may_not_do_it_does_not_learn_the_revision() {
    let scene = scene();
    let viewer = scene.somebody(&scene.child, &[]);
    for (call, _) in changes(&scene) {
        scene.refused(call.bearer(&viewer.token).if_match(7), (403, "not-permitted")).await;
    }
}

/// 32 calls that give an administrator 32 names at once.
async fn edits(scene: &Scene, whom: &Person, with: impl Fn(TestRequest) -> TestRequest) -> Vec<TestResponse> {
    let admin = scene.root_admin();
    scene.world.memory.interleave(true);
    let edits = (0..32).map(|number| {
        let body = json!({ "name": format!("Name {number}") });
        with(scene.app.patch(&path(whom, "")).bearer(&admin.token).json(body)).send()
    });
    let answers = join_all(edits).await;
    scene.world.memory.interleave(false);
    answers
}

#[tokio::test]
async fn of_32_who_edit_one_revision_one_succeeds_and_the_others_learn_the_revision() {
    let scene = scene();
    let whom = scene.somebody(&scene.child, &[]);
    let answers = edits(&scene, &whom, |call| call.if_match(1)).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(won.len(), 1);
    assert!(lost.iter().all(|answer| answer.status == 412 && answer.json()["revision"] == 2));
    assert_eq!(scene.record(&whom).await.name, won[0].json()["name"].as_str().unwrap());
}

#[tokio::test]
async fn of_32_who_edit_at_once_each_who_is_told_so_stands_in_the_audit() {
    let scene = scene();
    let whom = scene.somebody(&scene.child, &[]);
    let answers = edits(&scene, &whom, |call| call).await;
    let made: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert!(!made.is_empty() && answers.iter().all(|answer| matches!(answer.status, 200 | 503)));
    let events = scene.audit(&scene.child).await;
    let edited = events.iter().filter(|event| event.act.name() == ActName::AdministratorEdited).count();
    assert_eq!(edited, made.len());
    let stored = scene.world.journal.load::<Administrator>(&whom.record.id).await.unwrap().unwrap();
    assert_eq!(stored.revision as usize, 1 + made.len());
    assert!(made.iter().any(|answer| answer.json()["name"] == stored.value.name.as_str()));
}
