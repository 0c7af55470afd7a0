use super::{path, put, scene};
use Permission::{ApproveForGroup, AssignRoles, ChangePermission, EditAdministrators, EditComputers};
use Permission::{SuperAdmin, SuperAdminChild, SuperAdminParentOnly, ViewAdministrators, ViewReports};
use countersign_http::testing::{Lot, Person, TestRequest};
use countersign_model::{Organization, Permission};
use serde_json::json;

#[tokio::test]
async fn two_administrators_in_turn_make_nobody_more_than_either_of_them() {
    let scene = scene();
    let base = [ChangePermission, ViewAdministrators];
    // Together the two permissions allow setting maintenance mode, which neither giver may do.
    let one = scene.somebody(&scene.child, &[&base[..], &[EditComputers]].concat());
    let two = scene.somebody(&scene.child, &[&base[..], &[ApproveForGroup]].concat());
    let set = |who: &Person, whom: &Person, permissions: &[Permission]| {
        put(&scene, who, whom, "/permissions", json!({ "permissions": permissions }))
    };
    let add_to_the_other = |more| [&base[..], more].concat();
    let both = add_to_the_other(&[EditComputers, ApproveForGroup]);
    scene.refused(set(&one, &two, &both), (403, "not-permitted")).await;
    scene.refused(set(&two, &one, &both), (403, "not-permitted")).await;

    let third = scene.somebody(&scene.child, &[]);
    assert_eq!(set(&one, &third, &[EditComputers]).send().await.status, 200);
    let refusal = scene.refused(set(&two, &third, &[EditComputers, ApproveForGroup]), (403, "not-permitted"));
    let missing = refusal.await.json()["missing"].clone();
    assert_eq!(missing[0][0]["permission"], "edit-computers", "what the second lacks: {missing}");
    assert_eq!(missing[0][0]["organization_id"], scene.child.id.as_str());
}

#[tokio::test]
async fn an_invitation_is_no_way_around_a_combination_either() {
    let scene = scene();
    let maker = scene.somebody(&scene.child, &[EditAdministrators, ChangePermission, EditComputers]);
    let body = json!({ "email": "bob@company.example", "name": "Bob", "organization_id": scene.child.id,
        "permissions": ["edit-computers"] });
    let invited = scene.app.post("/v1/administrators").bearer(&maker.token).json(body).send().await;
    assert_eq!(invited.status, 201, "{}", invited.text());
    let other = scene.somebody(&scene.child, &[ChangePermission, ViewAdministrators, ApproveForGroup]);
    let at = format!("/v1/administrators/{}/permissions", invited.json()["id"].as_str().unwrap());
    let body = json!({ "permissions": ["edit-computers", "approve-for-group"] });
    let call = scene.app.put(&at).bearer(&other.token).json(body);
    scene.refused(call, (403, "not-permitted")).await;
}

#[tokio::test]
async fn a_role_is_no_way_to_oneself_nor_past_where_one_holds_it() {
    let scene = scene();
    let below = scene.world.organization(&scene.child, "Company D");
    let role = scene.world.role(&scene.child, "Readers", [ViewReports]);
    let at = |place: &Organization| json!({ "assignments": [{ "role_id": role.id, "organization_id": place.id }] });
    let local = scene.somebody(&below, &[AssignRoles, ViewAdministrators, ViewReports]);
    let whom = scene.somebody(&below, &[]);
    scene.refused(put(&scene, &local, &local, "/roles", at(&below)), (403, "not-permitted")).await;
    let beyond = put(&scene, &local, &whom, "/roles", at(&scene.child));
    let answer = scene.refused(beyond, (422, "invalid-body")).await;
    assert_eq!(answer.pointers(), ["/assignments/0/organization_id"], "the place is not even known");
    assert_eq!(put(&scene, &local, &whom, "/roles", at(&below)).send().await.status, 200);

    let above = scene.somebody(&scene.child, &[AssignRoles, ViewAdministrators]);
    let refusal =
        scene.refused(put(&scene, &above, &whom, "/roles", at(&scene.child)), (403, "not-permitted"));
    let missing = refusal.await.json()["missing"].clone();
    assert_eq!(missing[0][0]["permission"], "view-reports", "{missing}");
    assert_eq!(missing[0][0]["organization_id"], scene.child.id.as_str(), "{missing}");
}

#[tokio::test]
async fn an_api_token_gives_what_it_carries_and_counts_as_its_maker() {
    let scene = scene();
    let maker = scene.somebody(&scene.child, &[SuperAdmin]);
    let token = scene.api_token(&maker, &[ChangePermission, ViewAdministrators, ViewReports]).await;
    let whom = scene.somebody(&scene.child, &[]);
    let set = |whom: &Person, permissions: &[Permission]| {
        let call = scene.app.put(&path(whom, "/permissions")).bearer(&token);
        call.json(json!({ "permissions": permissions }))
    };
    let refusal = scene.refused(set(&whom, &[EditComputers]), (403, "not-permitted")).await.json();
    assert_eq!(
        refusal["missing"][0][0]["permission"], "edit-computers",
        "its maker holds it, the token does not"
    );
    assert_eq!(set(&whom, &[ViewReports]).send().await.status, 200);
    let refusal = scene.refused(set(&maker, &[SuperAdmin, ViewReports]), (403, "not-permitted")).await.json();
    assert_eq!(refusal["detail"], "administrators cannot add to their own permissions");
    scene.refused(scene.app.delete(&path(&whom, "")).bearer(&token), (403, "not-permitted")).await;
}

#[tokio::test]
async fn whoever_reaches_only_one_organization_takes_nothing_away_below_it() {
    let scene = scene();
    let local = scene.somebody(&scene.child, &[SuperAdminParentOnly]);
    let whom = scene.somebody(&scene.child, &[ViewReports]);
    let none = json!({ "permissions": [] });
    let refusal =
        scene.refused(put(&scene, &local, &whom, "/permissions", none), (403, "not-permitted")).await;
    let missing = refusal.json()["missing"][0][0].clone();
    assert_eq!((&missing["organization_id"], &missing["below"]), (&json!(scene.child.id), &json!(true)));
    let role = scene.world.role(&scene.child, "Readers", [ViewReports]);
    let holder = scene.holder(&scene.child, &scene.child, &role, None).await;
    let none = put(&scene, &local, &holder, "/roles", json!({ "assignments": [] }));
    scene.refused(none, (403, "not-permitted")).await;
}

const DRAWN: &[Permission] = &[
    ViewAdministrators,
    EditAdministrators,
    ChangePermission,
    AssignRoles,
    ViewReports,
    EditComputers,
    ApproveForGroup,
    SuperAdminChild,
    SuperAdminParentOnly,
    SuperAdmin,
];

/// Any change of any administrator.
fn any(lot: &Lot) -> TestRequest {
    let (app, whom) = (&lot.scene.app, lot.person());
    match lot.below(8) {
        0 => app.delete(&path(whom, "")),
        1 => app.post(&path(whom, "/disabled")).json(json!({ "disabled": true })),
        2 => app.post(&path(whom, "/disabled")).json(json!({ "disabled": false })),
        3 | 4 => {
            let assignment =
                |_| json!({ "role_id": lot.role().id, "organization_id": lot.organization().id });
            let assignments: Vec<_> = (0..lot.below(3)).map(assignment).collect();
            app.put(&path(whom, "/roles")).json(json!({ "assignments": assignments }))
        }
        _ => app.put(&path(whom, "/permissions")).json(json!({ "permissions": lot.permissions() })),
    }
}

#[tokio::test]
async fn whatever_is_tried_nobody_gains_by_their_own_doing_nor_changes_anything_where_they_have_no_rights() {
    let (mut changed, mut gave) = (0, 0);
    for seed in 0..30 {
        let mut lot = Lot::new(scene(), seed, DRAWN).await;
        for _ in 0..30 {
            let step = lot.try_once(any).await;
            changed += usize::from(step.changed);
            gave += usize::from(step.gave);
        }
    }
    assert!(changed > 40 && gave > 10, "{changed} changes, {gave} of them gave something");
}
