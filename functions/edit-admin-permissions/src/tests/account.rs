use super::{path, scene, tells};
use countersign_model::{
    ActName, Administrator, AdministratorState, Away, Credentials, Notice, NotificationSettings, Permission,
};
use serde_json::json;

const NOBODY: &str = "/v1/administrators/adm_01ARZ3NDEKTSV4RRFFQ69G5FAV";

#[tokio::test]
async fn administrators_are_listed_searched_and_opened() {
    let scene = scene();
    let viewer = scene.somebody(&scene.child, &[Permission::ViewAdministrators]);
    let others: Vec<_> = (0..4).map(|_| scene.somebody(&scene.child, &[])).collect();
    let list = "/v1/administrators?limit=3";
    let first = scene.app.get(list).bearer(&viewer.token).send().await.json();
    assert_eq!(first["items"].as_array().unwrap().len(), 3);
    let next = format!("{list}&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = scene.app.get(&next).bearer(&viewer.token).send().await.json();
    assert_eq!(second["items"].as_array().unwrap().len(), 2);
    assert_eq!(second["next_cursor"], json!(null));

    let email = others[0].record.email.to_string().to_uppercase();
    let found = format!("/v1/administrators?q={email}&organization_id={}", scene.child.id);
    let found = scene.app.get(&found).bearer(&viewer.token).send().await.json();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    assert_eq!(found["items"][0]["id"], others[0].record.id.as_str());

    let opened = scene.app.get(&path(&others[0], "")).bearer(&viewer.token).send().await;
    assert_eq!(opened.json(), found["items"][0]);
    for wrong in [NOBODY, "/v1/administrators/adm_1"] {
        assert_eq!(scene.app.get(wrong).bearer(&viewer.token).send().await.code(), "not-found");
    }
    let nobody = &others[1].token;
    assert_eq!(scene.app.get(list).bearer(nobody).send().await.code(), "not-permitted");
    assert_eq!(scene.app.get(&path(&viewer, "")).bearer(nobody).send().await.code(), "not-permitted");
    assert_eq!(scene.app.get(list).send().await.code(), "not-identified");
}

#[tokio::test]
async fn the_list_says_who_signed_in_when() {
    let scene = scene();
    let viewer = scene.somebody(&scene.child, &[Permission::ViewAdministrators]);
    let person = scene.somebody(&scene.child, &[]);
    let at = scene.world.now();
    let sign_in = |old: &Credentials| {
        Ok::<_, std::convert::Infallible>(Credentials { signed_in_at: Some(at), ..old.clone() })
    };
    scene.world.journal.update(&person.record.id, sign_in).await.unwrap();
    let list = scene.app.get("/v1/administrators").bearer(&viewer.token).send().await.json();
    let shown = |id: &str| {
        let items = list["items"].as_array().unwrap();
        items.iter().find(|item| item["id"] == id).unwrap()["last_sign_in_at"].clone()
    };
    assert_eq!(shown(person.record.id.as_str()), json!(at));
    assert_eq!(shown(viewer.record.id.as_str()), json!(null));
    let opened = scene.app.get(&path(&person, "")).bearer(&viewer.token).send().await.json();
    assert_eq!(opened["last_sign_in_at"], json!(at));
}

#[tokio::test]
async fn the_list_says_who_is_away_since_when_and_until_when() {
    let scene = scene();
    let viewer = scene.somebody(&scene.child, &[Permission::ViewAdministrators]);
    let person = scene.somebody(&scene.child, &[]);
    let (from, until) = ("2026-06-01T00:00:00Z", "2026-06-15T00:00:00Z");
    let away = Away { from: from.parse().unwrap(), until: until.parse().unwrap(), delegate_id: None };
    let leave = |old: &Administrator| {
        let notifications =
            NotificationSettings { away: Some(away.clone()), ..NotificationSettings::default() };
        Ok::<_, std::convert::Infallible>(Administrator { notifications, ..old.clone() })
    };
    scene.world.journal.update(&person.record.id, leave).await.unwrap();
    let list = scene.app.get("/v1/administrators").bearer(&viewer.token).send().await.json();
    let shown = |id: &str| {
        let items = list["items"].as_array().unwrap();
        items.iter().find(|item| item["id"] == id).unwrap()["away"].clone()
    };
    assert_eq!(shown(person.record.id.as_str()), json!({ "from": from, "until": until }));
    assert_eq!(shown(viewer.record.id.as_str()), json!(null));
}

#[tokio::test]
async fn whether_they_hear_who_handled_a_request_is_set_and_left_to_the_channel() {
    let scene = scene();
    let admin = scene.somebody(&scene.world.root, &[Permission::EditAdministrators]);
    let whom = scene.somebody(&scene.child, &[]);
    let edit = |body| scene.app.patch(&path(&whom, "")).bearer(&admin.token).json(body).send();
    for handled in [json!(true), json!(false), json!(null)] {
        let view = edit(json!({ "notify_on_handled": handled })).await.json();
        assert_eq!(view["notify_on_handled"], handled);
        let view = edit(json!({ "name": "Ada" })).await.json();
        assert_eq!(view["notify_on_handled"], handled, "left out");
    }
    let answer = edit(json!({ "notify_on_handled": "yes" })).await;
    assert_eq!(answer.pointers(), ["/notify_on_handled"]);
}

#[tokio::test]
async fn details_are_edited_one_by_one() {
    let scene = scene();
    let admin = scene.somebody(&scene.world.root, &[Permission::EditAdministrators]);
    let whom = scene.somebody(&scene.child, &[]);
    let edit = |body| scene.app.patch(&path(&whom, "")).bearer(&admin.token).json(body).send();
    let answer = edit(json!({ "phone": "+15550100", "channels": ["sms", "email"] })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("etag"), "\"2\"");
    assert_eq!(answer.json()["channels"], json!(["sms", "email"]));
    let view = edit(json!({ "notify_on_request": true, "name": " Ada " })).await.json();
    assert_eq!((&view["name"], &view["phone"]), (&json!("Ada"), &json!("+15550100")));
    for (body, pointer) in [
        (json!({ "phone": null }), "/phone"),
        (json!({ "phone": null, "channels": ["sms"] }), "/channels"),
        (json!({ "phone": "5550100" }), "/phone"),
        (json!({ "phone": "+1555" }), "/phone"),
        (json!({ "channels": ["pigeon"] }), "/channels/0"),
        (json!({ "name": " " }), "/name"),
    ] {
        assert_eq!(edit(body).await.pointers(), [pointer]);
    }
    assert_eq!(edit(json!({ "channels": ["sms", "sms"] })).await.json()["channels"], json!(["sms"]));
    let view = edit(json!({ "phone": null, "channels": ["email"] })).await.json();
    assert_eq!((&view["phone"], &view["channels"]), (&json!(null), &json!(["email"])));
    let event = &scene.audit(&scene.child).await[0];
    assert_eq!(event.act.name(), ActName::AdministratorEdited);
    let reading = edit(json!({ "language": "de", "time_zone": "Europe/Berlin" })).await.json();
    assert_eq!((&reading["language"], &reading["time_zone"]), (&json!("de"), &json!("Europe/Berlin")));
    let unset = edit(json!({ "language": null })).await.json();
    assert_eq!((&unset["language"], &unset["time_zone"]), (&json!(null), &json!("Europe/Berlin")));
    for (body, pointer) in [
        (json!({ "language": "tlh" }), "/language"),
        (json!({ "time_zone": "../etc/passwd" }), "/time_zone"),
        (json!({ "time_zone": "" }), "/time_zone"),
    ] {
        assert_eq!(edit(body).await.pointers(), [pointer]);
    }
    assert_eq!(event.detail()["before"]["phone"], "+15550100");
    for (body, pointer) in [
        (json!({ "channels": [] }), "/channels"),
        (json!({ "channels": ["email", "chat"] }), "/channels"),
        (json!({ "channels": ["webhook"] }), "/channels"),
        (json!({ "channels": vec!["email"; 6] }), "/channels"),
        (json!({ "email": "a@b.example" }), "/email"),
    ] {
        assert_eq!(edit(body).await.pointers(), [pointer]);
    }
}

#[tokio::test]
async fn whoever_has_rights_out_of_reach_is_not_managed() {
    let scene = scene();
    let role = scene.world.role(&scene.world.root, "Auditors", [Permission::ViewReports]);
    let assignment = scene.world.assignment(&scene.world.root, &role, Some(&scene.world.root));
    let whom = scene.world.administrator_with(&scene.child, |new| new.with_assignments([assignment]));
    let local = scene.somebody(&scene.child, &[Permission::EditAdministrators]);
    let calls = [
        scene.app.patch(&path(&whom, "")).json(json!({ "name": "Eve" })),
        scene.app.delete(&path(&whom, "")),
        scene.app.post(&path(&whom, "/password-reset")),
        scene.app.post(&path(&whom, "/disabled")).json(json!({ "disabled": true })),
    ];
    for call in calls {
        scene.refused(call.bearer(&local.token), (403, "not-permitted")).await;
    }
    let above = scene.somebody(&scene.world.root, &[Permission::EditAdministrators]);
    assert_eq!(scene.app.delete(&path(&whom, "")).bearer(&above.token).send().await.status, 204);
}

#[tokio::test]
async fn every_change_needs_its_permission_and_somebody_to_change() {
    let scene = scene();
    let whom = scene.somebody(&scene.child, &[]);
    let viewer = scene.somebody(&scene.child, &[Permission::ViewAdministrators]);
    let stranger = scene.somebody(
        &scene.world.organization(&scene.world.root, "Company C"),
        &[Permission::EditAdministrators],
    );
    for what in ["", "/password-reset", "/disabled", "/permissions", "/roles"] {
        let call = |path: String| match what {
            "" => scene.app.patch(&path).json(json!({ "name": "Eve" })),
            "/disabled" => scene.app.post(&path).json(json!({ "disabled": true })),
            "/permissions" => scene.app.put(&path).json(json!({ "permissions": [] })),
            "/roles" => scene.app.put(&path).json(json!({ "assignments": [] })),
            _ => scene.app.post(&path),
        };
        let refusal = call(path(&whom, what)).bearer(&viewer.token);
        let refusal = scene.refused(refusal, (403, "not-permitted")).await;
        assert!(!refusal.json()["missing"].as_array().unwrap().is_empty(), "{what}: says what is missing");
        let hidden = call(path(&whom, what)).bearer(&stranger.token);
        let hidden = scene.refused(hidden, (404, "not-found")).await;
        let absent = call(format!("{NOBODY}{what}")).bearer(&viewer.token).send().await;
        assert_eq!(hidden.text(), absent.text(), "{what}: what is hidden reads like what is absent");
        scene.refused(call(path(&whom, what)), (401, "not-identified")).await;
    }
}

#[tokio::test]
async fn a_password_reset_is_sent_to_an_active_administrator() {
    let scene = scene();
    let admin = scene.somebody(&scene.child, &[Permission::EditAdministrators]);
    let whom = scene.somebody(&scene.child, &[]);
    let reset = || scene.app.post(&path(&whom, "/password-reset")).bearer(&admin.token);
    assert_eq!(reset().send().await.status, 202);
    assert_eq!(reset().send().await.status, 202, "again");
    let notice = Notice::PasswordReset { administrator_id: whom.record.id.clone() };
    assert!(tells(&scene.audit(&scene.child).await[0], &notice));
    let disable =
        scene.app.post(&path(&whom, "/disabled")).bearer(&admin.token).json(json!({ "disabled": true }));
    assert_eq!(disable.send().await.json()["state"], "disabled");
    scene.refused(reset(), (409, "wrong-state")).await;
}

#[tokio::test]
async fn a_disabled_account_is_enabled_only_by_one_who_could_give_what_it_holds() {
    let scene = scene();
    let whom = scene.somebody(&scene.child, &[Permission::ApproveForGroup]);
    let editor = scene.somebody(&scene.child, &[Permission::EditAdministrators]);
    let set = |who: &str, disabled: bool| {
        scene.app.post(&path(&whom, "/disabled")).bearer(who).json(json!({ "disabled": disabled }))
    };
    assert_eq!(set(&editor.token, true).send().await.status, 200);
    assert_eq!(set(&editor.token, true).send().await.status, 200, "repeated");
    let signed_in = scene.app.get("/v1/administrators").bearer(&whom.token).send().await;
    assert_eq!(signed_in.code(), "not-identified", "sessions end");
    let refusal = scene.refused(set(&editor.token, false), (403, "not-permitted")).await.json();
    assert_eq!(refusal["missing"][0][0]["permission"], "approve-for-group");
    assert_eq!(refusal["missing"][0][0]["organization_id"], scene.child.id.as_str());
    let admin = scene.root_admin();
    assert_eq!(set(&admin.token, false).send().await.json()["state"], "active");
}

#[tokio::test]
async fn a_deleted_administrator_is_gone() {
    let scene = scene();
    let admin = scene.root_admin();
    let (whom, other) =
        (scene.somebody(&scene.child, &[Permission::ApproveForGroup]), scene.somebody(&scene.child, &[]));
    let delete = || scene.app.delete(&path(&whom, "")).bearer(&admin.token).if_match(1).send();
    assert_eq!(delete().await.status, 204);
    assert_eq!(delete().await.code(), "not-found", "repeated");
    let record = scene.record(&whom).await;
    assert_eq!((record.state, record.permissions.len()), (AdministratorState::Deleted, 0));
    let list = format!("/v1/administrators?organization_id={}", scene.child.id);
    let listed = scene.app.get(&list).bearer(&admin.token).send().await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed["items"][0]["id"], other.record.id.as_str());
    assert_eq!(scene.audit(&scene.child).await[0].act.name(), ActName::AdministratorDeleted);
}
