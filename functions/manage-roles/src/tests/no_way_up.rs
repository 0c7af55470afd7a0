use super::{create, edit, last_act, path, scene};
use Permission::{ApproveForGroup, EditComputers, RoleAdministrator, SuperAdmin, SuperAdminParentOnly};
use Permission::{ViewApprovals, ViewReports, ViewSystemAudit};
use countersign_http::testing::{Lot, TestRequest};
use countersign_model::{ActName, Administrator, AdministratorState, Permission};
use serde_json::json;

#[tokio::test]
async fn nobody_puts_into_a_role_what_they_do_not_hold_there_and_below() {
    let scene = scene();
    let cases: [(&[Permission], &[Permission], u16, &str); 5] = [
        (&[RoleAdministrator, ViewReports], &[ViewReports], 201, "held"),
        (&[RoleAdministrator], &[ViewReports], 403, "not held"),
        (&[ViewReports], &[ViewReports], 403, "held, but no Role Administrator"),
        (&[RoleAdministrator, ViewSystemAudit], &[ViewSystemAudit], 403, "only a Super Admin gives it"),
        (&[SuperAdminParentOnly], &[ViewReports], 403, "held here, but not below"),
    ];
    for (held, given, status, why) in cases {
        let who = scene.somebody(&scene.child, held);
        let body = json!({ "organization_id": scene.child.id, "name": why, "permissions": given });
        let call = create(&scene, &who, body);
        if status == 201 {
            let answer = call.send().await;
            assert_eq!(answer.status, status, "{why}: {}", answer.text());
            assert_eq!(last_act(&scene, &scene.child).await.0, ActName::RoleCreated);
        } else {
            let missing = scene.refused(call, (403, "not-permitted")).await.json()["missing"].clone();
            assert_eq!(missing[0][0]["organization_id"], scene.child.id.as_str(), "{why}: {missing}");
        }
    }
    assert_eq!(scene.book(&scene.child).await.len(), 1);
}

#[tokio::test]
async fn a_role_that_its_editor_could_not_grant_whole_is_not_extended_by_them() {
    let scene = scene();
    let role = scene.world.role(&scene.child, "Desk", [ViewApprovals]);
    let editor = scene.somebody(&scene.child, &[RoleAdministrator, ViewReports]);
    let refusal =
        scene.refused(edit(&scene, &editor, &role, &[ViewApprovals, ViewReports]), (403, "not-permitted"));
    let missing = refusal.await.json()["missing"].clone();
    let lacking = json!([[{ "permission": "view-approvals", "organization_id": scene.child.id },
        { "permission": "view-approvals", "organization_id": scene.child.id, "below": true }]]);
    assert_eq!(missing, lacking, "what they add they hold; what the role has already they do not");

    let renamed = json!({ "name": "Front desk", "permissions": ["view-approvals"] });
    let renamed = scene.app.put(&path(&role)).bearer(&editor.token).json(renamed).send().await;
    assert_eq!(renamed.status, 200, "that is not extending: {}", renamed.text());
    assert_eq!(edit(&scene, &editor, &role, &[ViewReports]).send().await.status, 200, "the result is theirs");
    let secret = scene.world.role(&scene.child, "Auditors", [ViewSystemAudit]);
    let holder = scene.somebody(&scene.child, &[RoleAdministrator, ViewReports, ViewSystemAudit]);
    let extend = edit(&scene, &holder, &secret, &[ViewSystemAudit, ViewReports]);
    scene.refused(extend, (403, "not-permitted")).await;
}

#[tokio::test]
async fn editing_a_role_gives_to_everybody_who_holds_it() {
    let scene = scene();
    let role = scene.world.role(&scene.child, "Desk", [ViewApprovals]);
    let editor = scene.somebody(&scene.child, &[RoleAdministrator, EditComputers, ViewApprovals]);
    let unheld = edit(&scene, &editor, &role, &[ViewApprovals, ApproveForGroup]);
    scene.refused(unheld, (403, "not-permitted")).await;

    // Edit Computers is harmless alone; with an approve permission its holder could set maintenance mode, which the
    // editor may not.
    let more = || edit(&scene, &editor, &role, &[ViewApprovals, EditComputers]);
    for state in [AdministratorState::Active, AdministratorState::Invited, AdministratorState::Disabled] {
        let assignment = scene.world.assignment(&scene.child, &role, None);
        let holder = scene.world.administrator_with(&scene.child, |new| {
            let new = Administrator { state, ..new };
            new.with_permissions([ApproveForGroup]).with_assignments([assignment])
        });
        scene.list_as_holder(&holder, &role).await;
        let missing = scene.refused(more(), (403, "not-permitted")).await.json()["missing"].clone();
        assert_eq!(missing[0][0]["organization_id"], scene.child.id.as_str(), "{state}: {missing}");
        let without = |old: &Administrator| Ok::<_, ()>(old.with_assignments([]));
        scene.world.journal.update(&holder.record.id, without).await.unwrap();
    }
    assert_eq!(more().send().await.status, 200, "nobody holds it now");
}

#[tokio::test]
async fn nobody_adds_to_a_role_they_hold_themselves() {
    let scene = scene();
    let root = &scene.world.root;
    let role = scene.world.role(root, "Owners", [RoleAdministrator, SuperAdminParentOnly]);
    let holder = scene.holder(root, root, &role, None).await;
    let more = edit(&scene, &holder, &role, &[RoleAdministrator, SuperAdminParentOnly, SuperAdmin]);
    scene.refused(more, (403, "not-permitted")).await;
    assert_eq!(
        edit(&scene, &holder, &role, &[RoleAdministrator]).send().await.status,
        200,
        "taking away is free"
    );

    let admins = scene.world.role(root, "Admins", [SuperAdmin]);
    let admin = scene.holder(root, root, &admins, None).await;
    let more = edit(&scene, &admin, &admins, &[SuperAdmin, ViewReports]);
    let problem = scene.refused(more, (403, "not-permitted")).await.json();
    assert_eq!(
        problem["detail"], "administrators cannot add to their own permissions",
        "not even what they hold already"
    );
}

#[tokio::test]
async fn whoever_reaches_only_the_owner_takes_nothing_from_holders_below_it() {
    let scene = scene();
    let local = scene.somebody(&scene.child, &[SuperAdminParentOnly]);
    let role = scene.world.role(&scene.child, "Readers", [ViewReports]);
    assert_eq!(edit(&scene, &local, &role, &[]).send().await.status, 200, "nobody holds it");
    let admin = scene.root_admin();
    assert_eq!(edit(&scene, &admin, &role, &[ViewReports]).send().await.status, 200);
    scene.holder(&scene.child, &scene.child, &role, None).await;
    let calls = [
        edit(&scene, &local, &role, &[]),
        scene.app.delete(&path(&role)).bearer(&local.token),
        scene.app.delete(&format!("{}?dry_run=true", path(&role))).bearer(&local.token),
    ];
    for call in calls {
        let missing = scene.refused(call, (403, "not-permitted")).await.json()["missing"].clone();
        let at = (&missing[0][0]["organization_id"], &missing[0][0]["below"]);
        assert_eq!(at, (&json!(scene.child.id), &json!(true)), "{missing}");
    }
}

#[tokio::test]
async fn an_api_token_gives_what_it_carries_and_counts_as_its_maker() {
    let scene = scene();
    let role = scene.world.role(&scene.child, "Desk", [RoleAdministrator, ViewReports, EditComputers]);
    let maker = scene.holder(&scene.child, &scene.child, &role, None).await;
    let token = scene.api_token(&maker, &[RoleAdministrator, ViewReports]).await;
    let new = |name: &str, permissions: &[Permission]| {
        let body = json!({ "organization_id": scene.child.id, "name": name, "permissions": permissions });
        scene.app.post("/v1/roles").bearer(&token).json(body)
    };
    let refusal = scene.refused(new("More", &[EditComputers]), (403, "not-permitted")).await.json();
    assert_eq!(
        refusal["missing"][0][0]["permission"], "edit-computers",
        "its maker holds it, the token does not"
    );
    assert_eq!(new("Readers", &[ViewReports]).send().await.status, 201);
    let own =
        json!({ "name": "Desk", "permissions": ["role-administrator", "view-reports", "view-approvals"] });
    let own = scene.app.put(&path(&role)).bearer(&token).json(own);
    scene.refused(own, (403, "not-permitted")).await;
}

#[tokio::test]
async fn two_editors_in_turn_make_no_role_that_neither_could_give() {
    let scene = scene();
    let one = scene.somebody(&scene.child, &[RoleAdministrator, EditComputers]);
    let two = scene.somebody(&scene.child, &[RoleAdministrator, ApproveForGroup]);
    let role = scene.world.role(&scene.child, "Desk", []);
    assert_eq!(edit(&scene, &one, &role, &[EditComputers]).send().await.status, 200);
    let both = edit(&scene, &two, &role, &[EditComputers, ApproveForGroup]);
    scene.refused(both, (403, "not-permitted")).await;
}

const DRAWN: &[Permission] = &[
    RoleAdministrator,
    ViewReports,
    ViewApprovals,
    EditComputers,
    ApproveForGroup,
    Permission::SuperAdminChild,
    SuperAdminParentOnly,
    SuperAdmin,
];

/// Any change of any role.
fn any(lot: &Lot) -> TestRequest {
    let (app, role) = (&lot.scene.app, lot.role());
    match lot.below(8) {
        0 => app.delete(&path(role)),
        1 => {
            let name = format!("New {}", lot.scene.world.ulid());
            let body = json!({ "organization_id": lot.organization().id, "name": name, "permissions": lot.permissions() });
            app.post("/v1/roles").json(body)
        }
        _ => app.put(&path(role)).json(json!({ "name": role.name, "permissions": lot.permissions() })),
    }
}

#[tokio::test]
async fn whatever_is_tried_nobody_gains_by_their_own_doing_nor_changes_anything_where_they_have_no_rights() {
    let (mut changed, mut gave) = (0, 0);
    for seed in 0..30 {
        let mut lot = Lot::new(scene(), seed, DRAWN).await;
        for _ in 0..20 {
            let step = lot.try_once(any).await;
            changed += usize::from(step.changed);
            gave += usize::from(step.gave);
        }
    }
    assert!(changed > 20 && gave > 5, "{changed} changes, {gave} of them gave something");
}
