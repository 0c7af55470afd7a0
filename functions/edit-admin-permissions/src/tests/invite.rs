use super::{acts, path, scene, tells};
use countersign_http::testing::{Person, Scene};
use countersign_model::{ActName, Administrator, AdministratorState, Notice, Organization, Permission};
use countersign_store::{Acquired, Slot};
use serde_json::{Value, json};

fn body(scene: &Scene) -> Value {
    json!({ "email": "bob@company.example", "name": "Bob", "organization_id": scene.child.id,
        "phone": "+15550100", "notify_on_request": true })
}

#[tokio::test]
async fn an_invited_administrator_holds_nothing_and_is_told() {
    let scene = scene();
    let admin = scene.somebody(&scene.child, &[Permission::EditAdministrators]);
    let answer = scene.app.post("/v1/administrators").bearer(&admin.token).json(body(&scene)).send().await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(answer.header("etag"), "\"1\"");
    let view = answer.json();
    assert_eq!(view["state"], "invited");
    assert_eq!(view["permissions"], json!([]));
    assert_eq!(view["organization"], json!({ "id": scene.child.id, "name": "Company B" }));
    assert_eq!(view["channels"], json!(["email"]));
    assert!(view.get("password_hash").is_none() && view.get("invitation").is_none());
    let event = &scene.audit(&scene.child).await[0];
    assert_eq!(event.act.name(), ActName::AdministratorInvited);
    let id = view["id"].as_str().unwrap().parse().unwrap();
    assert!(tells(event, &Notice::Invitation { administrator_id: id }));
}

#[tokio::test]
async fn an_invitation_repeated_under_its_key_is_one() {
    let scene = scene();
    let admin = scene.somebody(&scene.child, &[Permission::EditAdministrators]);
    let call = |body: Value| {
        scene.app.post("/v1/administrators").bearer(&admin.token).idempotency_key("once").json(body).send()
    };
    let (first, again) = (call(body(&scene)).await, call(body(&scene)).await);
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.json()["id"], again.json()["id"]);
    let mut other = body(&scene);
    other["name"] = json!("Robert");
    assert_eq!(call(other).await.code(), "idempotency-key-reused");
}

#[tokio::test]
async fn an_address_invited_twice_is_one_administrator_with_a_new_link() {
    let scene = scene();
    let admin = scene.somebody(&scene.child, &[Permission::EditAdministrators]);
    let call = |body: Value| scene.app.post("/v1/administrators").bearer(&admin.token).json(body).send();
    let first = call(body(&scene)).await;
    let mut other = body(&scene);
    other["email"] = json!("BOB@Company.example.");
    other["name"] = json!("Robert");
    let again = call(other.clone()).await;
    assert_eq!((first.status, again.status), (201, 200), "{}", again.text());
    assert_eq!(first.json()["id"], again.json()["id"]);
    assert_eq!(again.json()["name"], "Bob", "the first invitation stands");
    let events = scene.audit(&scene.child).await;
    assert_eq!(acts(&events)[..2], [ActName::AdministratorInvited, ActName::AdministratorInvited]);
    let id = first.json()["id"].as_str().unwrap().parse().unwrap();
    assert!(tells(&events[0], &Notice::Invitation { administrator_id: id }), "with a new link");

    let elsewhere = scene.somebody(&scene.world.root, &[Permission::EditAdministrators]);
    let mut at_root = other.clone();
    at_root["organization_id"] = json!(scene.world.root.id);
    let invited = scene.app.post("/v1/administrators").bearer(&elsewhere.token).json(at_root).send().await;
    assert_eq!(invited.status, 201, "another organization learns nothing");
    assert_ne!(invited.json()["id"], first.json()["id"]);

    let link = format!("/v1/administrators/{}/invitation", first.json()["id"].as_str().unwrap());
    assert_eq!(scene.app.delete(&link).bearer(&admin.token).send().await.status, 204);
    let anew = call(other).await;
    assert_eq!((anew.status, &anew.json()["name"]), (201, &json!("Robert")), "the first was withdrawn");
    assert_ne!(anew.json()["id"], first.json()["id"]);
}

#[tokio::test]
async fn racing_invitations_of_one_address_are_one_administrator() {
    let scene = scene();
    let admin = scene.somebody(&scene.child, &[Permission::EditAdministrators]);
    let call = || scene.app.post("/v1/administrators").bearer(&admin.token).json(body(&scene)).send();
    let answers = futures::future::join_all((0..5).map(|_| call())).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    let mut ids: Vec<_> =
        answers.iter().filter(|a| a.status < 300).map(|a| a.json()["id"].to_string()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let busy = answers.iter().filter(|answer| answer.status >= 300);
    assert!(
        busy.clone().all(|answer| answer.status == 503),
        "a race for the new link may be lost, to be repeated"
    );
    let list = scene.app.get("/v1/administrators?limit=200").bearer(&admin.token).send().await.json();
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.iter().filter(|item| item["name"] == "Bob").count(), 1, "{list}");
}

#[tokio::test]
async fn who_accepted_is_not_invited_again_where_they_are() {
    let scene = scene();
    let admin = scene.somebody(&scene.child, &[Permission::EditAdministrators]);
    let call = || scene.app.post("/v1/administrators").bearer(&admin.token).json(body(&scene));
    let first = call().send().await.json();
    let id: countersign_model::AdministratorId = first["id"].as_str().unwrap().parse().unwrap();
    let now = scene.world.now();
    let accepted =
        |old: &Administrator| old.with_invitation("h".to_owned(), now)?.accept("p".to_owned(), now);
    scene.world.journal.update(&id, accepted).await.unwrap();
    scene.refused(call(), (409, "email-taken")).await;
}

/// The first administrator was never invited: their address is taken all the same where they are, and says nothing elsewhere.
#[tokio::test]
async fn who_has_an_address_without_an_invitation_is_not_invited_where_they_are() {
    let scene = scene();
    let admin = scene.somebody(&scene.world.root, &[Permission::EditAdministrators]);
    let first = scene.somebody(&scene.child, &[]).record;
    let free = async |_| Ok(true);
    let taken = scene.world.journal.take(&Slot::email(&first.email), first.id.as_str(), free).await;
    assert_eq!(taken.unwrap(), Acquired::Won);
    let invite = |organization: &Organization, email: String| {
        let body = json!({ "organization_id": organization.id, "email": email, "name": "Once more" });
        scene.app.post("/v1/administrators").bearer(&admin.token).json(body)
    };
    let address = first.email.to_string();
    for same in [address.clone(), address.to_uppercase()] {
        scene.refused(invite(&scene.child, same), (409, "email-taken")).await;
    }
    assert_eq!(invite(&scene.world.root, address).send().await.status, 201);
}

#[tokio::test]
async fn inviting_needs_edit_administrators_there() {
    let scene = scene();
    let cases: [(Person, u16); 3] = [
        (scene.somebody(&scene.child, &[Permission::ViewAdministrators]), 403),
        (scene.somebody(&scene.world.root, &[]), 404),
        (scene.somebody(&scene.world.root, &[Permission::EditAdministrators]), 201),
    ];
    for (who, status) in &cases {
        let answer = scene.app.post("/v1/administrators").bearer(&who.token).json(body(&scene)).send().await;
        assert_eq!(answer.status, *status, "{}", answer.text());
    }
    let sibling = scene.world.organization(&scene.world.root, "Company C");
    let stranger = scene.somebody(&sibling, &[Permission::EditAdministrators]);
    let answer = scene.app.post("/v1/administrators").bearer(&stranger.token).json(body(&scene)).send().await;
    assert_eq!(answer.code(), "not-found", "it is not even said that the organization exists");
    assert_eq!(scene.app.post("/v1/administrators").json(body(&scene)).send().await.code(), "not-identified");
    assert_eq!(
        acts(&scene.audit(&scene.child).await),
        [ActName::AdministratorInvited, ActName::InvitationAccepted]
    );
}

#[tokio::test]
async fn permissions_in_an_invitation_are_given_like_any_others() {
    let scene = scene();
    use Permission::{ApproveForGroup, ChangePermission, EditAdministrators};
    let mut with = body(&scene);
    with["permissions"] = json!(["approve-for-group"]);
    let cases = [
        (vec![EditAdministrators, ApproveForGroup], 403, "inviting is not changing permissions"),
        (vec![EditAdministrators, ChangePermission], 403, "nobody gives what they do not hold"),
        (vec![EditAdministrators, ChangePermission, ApproveForGroup], 201, "held where it counts"),
    ];
    for (permissions, status, why) in cases {
        let who = scene.somebody(&scene.child, &permissions);
        let answer = scene.app.post("/v1/administrators").bearer(&who.token).json(&with).send().await;
        assert_eq!(answer.status, status, "{why}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_bad_invitation_is_pointed_at() {
    let scene = scene();
    let admin = scene.root_admin();
    let cases = [
        ("/email", json!("bob")),
        ("/name", json!("  ")),
        ("/phone", json!("5550100")),
        ("/organization_id", json!("org_1")),
        ("/permissions/0", json!(["everything"])),
        ("/state", json!("active")),
    ];
    for (pointer, value) in cases {
        let mut body = body(&scene);
        body[pointer.split('/').nth(1).unwrap()] = value;
        let answer = scene.app.post("/v1/administrators").bearer(&admin.token).json(body).send().await;
        assert_eq!((answer.status, answer.pointers()), (422, vec![pointer.to_owned()]), "{}", answer.text());
    }
}

#[tokio::test]
async fn an_invitation_is_sent_again_or_withdrawn_until_it_is_accepted() {
    let scene = scene();
    let admin = scene.somebody(&scene.child, &[Permission::EditAdministrators]);
    let invited = scene
        .world
        .administrator_with(&scene.child, |new| Administrator { state: AdministratorState::Invited, ..new });
    let link = path(&invited, "/invitation");
    assert_eq!(scene.app.post(&link).bearer(&admin.token).send().await.status, 202);
    let notice = Notice::Invitation { administrator_id: invited.record.id.clone() };
    assert!(tells(&scene.audit(&scene.child).await[0], &notice));

    let viewer = scene.somebody(&scene.child, &[Permission::ViewAdministrators]);
    scene.refused(scene.app.delete(&link).bearer(&viewer.token), (403, "not-permitted")).await;
    scene.refused(scene.app.post(&link).bearer(&viewer.token), (403, "not-permitted")).await;
    assert_eq!(scene.app.delete(&link).bearer(&admin.token).send().await.status, 204);
    assert_eq!(scene.record(&invited).await.state, AdministratorState::Deleted);
    assert_eq!(scene.app.delete(&link).bearer(&admin.token).send().await.code(), "not-found", "repeated");

    let active = scene.somebody(&scene.child, &[]);
    for call in
        [scene.app.post(&path(&active, "/invitation")), scene.app.delete(&path(&active, "/invitation"))]
    {
        scene.refused(call.bearer(&admin.token), (409, "not-invited")).await;
    }
}

#[tokio::test]
async fn an_address_is_invited_alike_whether_it_is_free_taken_or_a_deleted_administrators() {
    let scene = scene();
    let admin = scene.somebody(&scene.child, &[Permission::EditAdministrators]);
    let active = scene.somebody(&scene.world.root, &[]);
    let deleted = scene.somebody(&scene.child, &[]);
    assert_eq!(scene.app.delete(&path(&deleted, "")).bearer(&admin.token).send().await.status, 204);
    for email in
        [active.record.email.to_string(), deleted.record.email.to_string(), "new@b.example".to_owned()]
    {
        let mut body = body(&scene);
        body["email"] = json!(email);
        let answer = scene.app.post("/v1/administrators").bearer(&admin.token).json(body).send().await;
        let view = answer.json();
        assert_eq!((answer.status, &view["state"]), (201, &json!("invited")), "{}", answer.text());
        assert!(view["id"] != deleted.record.id.as_str() && view["id"] != active.record.id.as_str());
        assert_eq!((&view["permissions"], &view["assignments"]), (&json!([]), &json!([])), "a new one");
    }
}

#[tokio::test]
async fn an_invitation_is_sent_again_only_by_one_who_could_give_what_it_promises() {
    let scene = scene();
    let boss = scene.root_admin();
    let mut promised = body(&scene);
    promised["permissions"] = json!(["super-admin-child"]);
    let invited = scene.app.post("/v1/administrators").bearer(&boss.token).json(promised).send().await.json();
    let id = invited["id"].as_str().unwrap();
    let before = scene.world.journal.load_by_record_id::<Administrator>(id).await.unwrap().unwrap();
    let editor = scene.somebody(&scene.child, &[Permission::EditAdministrators]);
    let path = format!("/v1/administrators/{id}/invitation");
    let refused = scene.app.post(&path).bearer(&editor.token).send().await;
    assert_eq!((refused.status, refused.code()), (403, "not-permitted".to_owned()), "{}", refused.text());
    assert_eq!(scene.world.journal.load_by_record_id::<Administrator>(id).await.unwrap().unwrap(), before);
    assert_eq!(scene.app.post(&path).bearer(&boss.token).send().await.status, 202);
}
