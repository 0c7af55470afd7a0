use super::{path, scene};
use countersign_http::testing::{Person, Scene, TestRequest, TestResponse};
use countersign_model::{Administrator, AdministratorState};
use serde_json::json;

fn delete(scene: &Scene, admin: &Person, whom: &Person, query: &str) -> TestRequest {
    scene.app.delete(&path(whom, query)).bearer(&admin.token)
}

fn is_warned(answer: &TestResponse) -> bool {
    let warnings = answer.json()["warnings"].as_array().cloned().unwrap_or_default();
    assert!(warnings.iter().all(|warning| warning["code"] == "last-administrator"), "{}", answer.text());
    assert!(warnings.iter().all(|warning| warning["message"].as_str().is_some_and(|text| !text.is_empty())));
    !warnings.is_empty()
}

#[tokio::test]
async fn deleting_the_last_active_administrator_of_an_organization_is_allowed_and_warned_of() {
    let scene = scene();
    let admin = scene.root_admin();
    let (first, last) = (scene.somebody(&scene.child, &[]), scene.somebody(&scene.child, &[]));
    let invited = |new| Administrator { state: AdministratorState::Invited, ..new };
    scene.world.administrator_with(&scene.child, invited);
    scene.somebody(&scene.world.organization(&scene.child, "Company D"), &[]);

    let tried = scene.unchanged_by(delete(&scene, &admin, &first, "?dry_run=true")).await;
    assert_eq!((tried.status, &tried.json()["warnings"]), (200, &json!([])), "another is active");
    assert_eq!(delete(&scene, &admin, &first, "?dry_run=false").send().await.status, 204);

    let tried = scene.unchanged_by(delete(&scene, &admin, &last, "?dry_run=true")).await;
    assert!(tried.status == 200 && is_warned(&tried), "who is invited or belongs below does not count");
    let deleted = delete(&scene, &admin, &last, "").send().await;
    let warnings = json!({ "warnings": tried.json()["warnings"] });
    assert_eq!((deleted.status, deleted.json()), (200, warnings), "the same warning");
    assert_eq!(scene.record(&last).await.state, AdministratorState::Deleted);
}

#[tokio::test]
async fn disabling_the_last_active_administrator_is_warned_of_too() {
    let scene = scene();
    let admin = scene.root_admin();
    let (first, last) = (scene.somebody(&scene.child, &[]), scene.somebody(&scene.child, &[]));
    let set = |whom: &Person, disabled: bool| {
        scene
            .app
            .post(&path(whom, "/disabled"))
            .bearer(&admin.token)
            .json(json!({ "disabled": disabled }))
            .send()
    };
    assert!(set(&first, true).await.json().get("warnings").is_none());
    let answer = set(&last, true).await;
    assert!(answer.status == 200 && is_warned(&answer), "{}", answer.text());
    assert!(set(&first, false).await.json().get("warnings").is_none(), "enabling needs no warning");
    let deleted = delete(&scene, &admin, &last, "").send().await;
    assert_eq!(deleted.status, 204, "who is disabled already was not the last active one");
}

#[tokio::test]
async fn of_two_who_delete_each_other_at_once_at_most_one_stays_unwarned() {
    let scene = scene();
    let editor = &[countersign_model::Permission::EditAdministrators];
    let (one, two) = (scene.somebody(&scene.child, editor), scene.somebody(&scene.child, editor));
    scene.world.memory.interleave(true);
    let both =
        futures::future::join(delete(&scene, &one, &two, "").send(), delete(&scene, &two, &one, "").send());
    let (a, b) = both.await;
    scene.world.memory.interleave(false);
    assert_eq!((scene.record(&one).await.is_active(), scene.record(&two).await.is_active()), (false, false));
    assert!(is_warned(&a) || is_warned(&b), "{} {}", a.text(), b.text());
}

#[tokio::test]
async fn trying_out_a_deletion_is_refused_like_the_deletion() {
    let scene = scene();
    let whom = scene.somebody(&scene.child, &[]);
    let viewer = scene.somebody(&scene.child, &[countersign_model::Permission::ViewAdministrators]);
    let admin = scene.root_admin();
    scene.refused(delete(&scene, &viewer, &whom, "?dry_run=true"), (403, "not-permitted")).await;
    scene
        .refused(delete(&scene, &admin, &whom, "?dry_run=true").if_match(2), (412, "revision-changed"))
        .await;
    let answer =
        scene.refused(delete(&scene, &admin, &whom, "?dry_run=perhaps"), (422, "invalid-query")).await;
    assert_eq!(answer.pointers(), ["/dry_run"]);
}
