//! Organizations that the reader may not see: no answer names them.
use super::{path, put, scene};
use Permission::{ChangePermission, HelpDeskManagement, ViewAdministrators, ViewReports};
use countersign_model::Permission;
use serde_json::json;

#[tokio::test]
async fn a_role_of_an_organization_that_the_reader_may_not_see_has_no_name() {
    let scene = scene();
    let (root, child) = (&scene.world.root, &scene.child);
    let secret = scene.world.role(root, "Merger team", [ViewReports]);
    let own = scene.world.role(child, "Readers", [ViewReports]);
    let assignments =
        [scene.world.assignment(root, &secret, None), scene.world.assignment(child, &own, Some(child))];
    let whom = scene.world.administrator_with(child, |new| new.with_assignments(assignments));
    let local = scene.somebody(child, &[ViewAdministrators]);
    for call in [path(&whom, ""), format!("/v1/administrators?organization_id={}", child.id)] {
        let answer = scene.app.get(&call).bearer(&local.token).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(
            !answer.text().contains("Merger team") && answer.text().contains("Readers"),
            "{}",
            answer.text()
        );
    }
    let open = |token: &str| scene.app.get(&path(&whom, "")).bearer(token).send();
    let seen = open(&local.token).await.json()["assignments"].clone();
    assert_eq!(seen[0], json!({ "role_id": secret.id }), "with it the role can be kept");
    let admin = scene.root_admin();
    assert_eq!(open(&admin.token).await.json()["assignments"][0]["role_name"], "Merger team");
}

#[tokio::test]
async fn a_refusal_does_not_name_an_organization_that_the_caller_may_not_see() {
    let scene = scene();
    let below = scene.world.organization(&scene.child, "Company D");
    let local = scene.somebody(&below, &[ChangePermission, ViewAdministrators]);
    let whom = scene.somebody(&below, &[]);
    let give = |permission: Permission| {
        put(&scene, &local, &whom, "/permissions", json!({ "permissions": [permission] }))
    };
    let refusal = scene.refused(give(HelpDeskManagement), (403, "not-permitted")).await;
    assert_eq!(refusal.json()["missing"], json!([[{ "permission": "help-desk-management" }]]));
    assert!(!refusal.text().contains(scene.world.root.id.as_str()), "{}", refusal.text());
    let refusal = scene.refused(give(ViewReports), (403, "not-permitted")).await;
    let expected = json!([[{ "permission": "view-reports", "organization_id": below.id },
        { "permission": "view-reports", "organization_id": below.id, "below": true }]]);
    assert_eq!(refusal.json()["missing"], expected, "their own is named");
}
