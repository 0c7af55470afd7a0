use super::{path, put, scene};
use Permission::{ApproveForGroup, ApproveForSingleComputer, ChangePermission, EditComputers, SuperAdmin};
use Permission::{SuperAdminChild, ViewAdministrators, ViewReports, ViewSystemAudit};
use countersign_model::{ActName, Permission};
use serde_json::json;

#[tokio::test]
async fn permissions_are_set_as_one_and_stand_in_the_audit_before_and_after() {
    let scene = scene();
    let admin = scene.root_admin();
    let whom = scene.somebody(&scene.child, &[ViewReports]);
    let body = json!({ "permissions": ["edit-computers", "approve-for-group", "edit-computers"] });
    let answer = put(&scene, &admin, &whom, "/permissions", body.clone()).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["permissions"], json!(["approve-for-group", "edit-computers"]));
    assert_eq!(put(&scene, &admin, &whom, "/permissions", body).send().await.status, 200, "repeated");
    let event = &scene.audit(&scene.child).await[1];
    assert_eq!(event.act.name(), ActName::PermissionsChanged);
    let expected = json!({ "administrator_id": whom.record.id, "before": { "permissions": ["view-reports"] },
        "after": { "permissions": ["approve-for-group", "edit-computers"] } });
    assert_eq!(event.detail(), expected);
    let stale = scene.app.put(&path(&whom, "/permissions")).bearer(&admin.token).if_match(1);
    assert_eq!(stale.json(json!({ "permissions": [] })).send().await.json()["revision"], 3);
}

#[tokio::test]
async fn nobody_gives_what_they_do_not_hold() {
    let scene = scene();
    let base = [ChangePermission, ViewAdministrators];
    type Case = (&'static [Permission], &'static [Permission], &'static [Permission], u16, &'static str);
    let cases: [Case; 8] = [
        (&[ApproveForGroup], &[], &[ApproveForGroup], 200, "held itself"),
        (&[], &[], &[ViewReports], 403, "not held"),
        (
            &[ApproveForGroup],
            &[],
            &[ApproveForSingleComputer],
            403,
            "what it gives is held, itself it is not",
        ),
        (&[], &[ViewReports], &[], 200, "taking away needs nothing"),
        (&[], &[ViewReports], &[ViewReports], 200, "leaving as it was needs nothing"),
        (&[ViewSystemAudit], &[], &[ViewSystemAudit], 403, "only a Super Admin gives this"),
        (
            &[EditComputers],
            &[ApproveForGroup],
            &[ApproveForGroup, EditComputers],
            403,
            "together they give more",
        ),
        (&[SuperAdminChild], &[], &[SuperAdmin], 403, "below is not here"),
    ];
    for (held, before, after, status, why) in cases {
        let actor = scene.somebody(&scene.child, &[&base, held].concat());
        let whom = scene.somebody(&scene.child, before);
        let call = put(&scene, &actor, &whom, "/permissions", json!({ "permissions": after }));
        if status == 403 {
            let missing = scene.refused(call, (403, "not-permitted")).await.json()["missing"].clone();
            assert_eq!(missing[0][0]["organization_id"], scene.child.id.as_str(), "{why}: {missing}");
        } else {
            let answer = call.send().await;
            assert_eq!(answer.status, status, "{why}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn nobody_adds_to_themselves_not_even_a_super_admin() {
    let scene = scene();
    let admin = scene.root_admin();
    let body = json!({ "permissions": ["super-admin", "view-reports"] });
    scene.refused(put(&scene, &admin, &admin, "/permissions", body), (403, "not-permitted")).await;
}

#[tokio::test]
async fn change_permission_alone_opens_no_page() {
    let scene = scene();
    let whom = scene.somebody(&scene.child, &[]);
    for permissions in [&[ChangePermission][..], &[Permission::EditAdministrators][..]] {
        let actor = scene.somebody(&scene.child, permissions);
        let call = put(&scene, &actor, &whom, "/permissions", json!({ "permissions": [] }));
        scene.refused(call, (403, "not-permitted")).await;
    }
}

#[tokio::test]
async fn a_list_of_more_permissions_than_there_are_is_refused() {
    let scene = scene();
    let admin = scene.root_admin();
    let whom = scene.somebody(&scene.child, &[]);
    let list = |count: usize| vec!["view-reports"; count];
    let set = put(&scene, &admin, &whom, "/permissions", json!({ "permissions": list(41) })).send().await;
    assert_eq!((set.status, set.pointers()), (422, vec!["/permissions".to_owned()]));
    let invite = json!({ "email": "new@company.example", "name": "New", "organization_id": scene.child.id,
        "permissions": list(41) });
    let invited = scene.app.post("/v1/administrators").bearer(&admin.token).json(invite).send().await;
    assert_eq!((invited.status, invited.pointers()), (422, vec!["/permissions".to_owned()]));
    let set = put(&scene, &admin, &whom, "/permissions", json!({ "permissions": list(40) })).send().await;
    assert_eq!(set.status, 200, "{}", set.text());
}
