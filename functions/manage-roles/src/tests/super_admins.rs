use super::{edit, path, scene};
use Permission::{RoleAdministrator, SuperAdmin};
use countersign_http::testing::Scene;
use countersign_journal::PermissionEdits;
use countersign_model::{AdministratorId, Permission};

async fn known(scene: &Scene) -> Vec<AdministratorId> {
    let edits = scene.world.journal.load::<PermissionEdits>(&()).await.unwrap().unwrap().value;
    edits.super_admins().to_vec()
}

#[tokio::test]
async fn a_role_that_holds_the_last_super_admin_is_kept() {
    let scene = scene();
    let root = &scene.world.root;
    let role = scene.world.role(root, "Owners", [SuperAdmin]);
    let last = scene.holder(root, root, &role, None).await;
    let editor = scene.somebody(root, &[RoleAdministrator]);
    for who in [&last, &editor] {
        let answer = edit(&scene, who, &role, &[RoleAdministrator][..0]).send().await;
        assert_eq!((answer.status, answer.code()), (409, "last-super-admin".to_owned()), "{}", answer.text());
        let answer = scene.app.delete(&path(&role)).bearer(&who.token).send().await;
        assert_eq!((answer.status, answer.code()), (409, "last-super-admin".to_owned()));
    }
    assert_eq!(scene.book(root).await[0], role, "nothing was changed");

    let other = scene.somebody(root, &[SuperAdmin]);
    assert_eq!(scene.app.delete(&path(&role)).bearer(&other.token).send().await.status, 204);
    assert_eq!(known(&scene).await, [other.record.id]);
}

#[tokio::test]
async fn those_whom_a_role_makes_super_admins_are_known_as_such() {
    let scene = scene();
    let root = &scene.world.root;
    let role = scene.world.role(root, "Owners", [Permission::ViewReports]);
    let holder = scene.holder(root, root, &role, None).await;
    let admin = scene.somebody(root, &[SuperAdmin]);
    assert_eq!(edit(&scene, &admin, &role, &[SuperAdmin]).send().await.status, 200);
    assert!(known(&scene).await.contains(&holder.record.id));
    let editor = scene.somebody(root, &[RoleAdministrator]);
    let answer = edit(&scene, &editor, &role, &[]).send().await;
    assert_eq!(answer.status, 200, "somebody else stays: {}", answer.text());
}

#[tokio::test]
async fn a_child_organizations_role_makes_nobody_super_admin_of_the_root() {
    let scene = scene();
    let role = scene.world.role(&scene.child, "Owners", [SuperAdmin]);
    scene.holder(&scene.child, &scene.child, &role, None).await;
    let editor = scene.somebody(&scene.child, &[RoleAdministrator]);
    assert_eq!(scene.app.delete(&path(&role)).bearer(&editor.token).send().await.status, 204);
}
