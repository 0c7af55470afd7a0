use super::{PASSWORD, audit, sign_in_body, with_password};
use countersign_http::testing::World;
use countersign_model::{
    Act, ActName, Administrator, Branding, Logo, LogoFormat, Organization, Permission, Permit, lists,
};
use countersign_store::keys;
use serde_json::json;

#[tokio::test]
async fn a_right_password_begins_a_session_and_the_session_says_who_one_is() {
    let world = World::new();
    let app = world.app(crate::router);
    let child = world.organization(&world.root, "Company B");
    let person =
        with_password(&world, &child, &[Permission::ApproveForGroup, Permission::SuperAdminChild]).await;

    let answer = app.post("/v1/session").json(sign_in_body(&person, PASSWORD)).send().await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let signed_in = answer.json();
    assert_eq!(signed_in["administrator"]["id"], person.record.id.as_str());
    assert_eq!(signed_in["administrator"]["organization"]["name"], "Company B");

    let me = app.get("/v1/session").bearer(signed_in["token"].as_str().unwrap()).send().await;
    assert_eq!(me.status, 200, "{}", me.text());
    assert_eq!(me.json()["expires_at"], signed_in["expires_at"]);
    assert_eq!(
        me.json()["permissions"],
        json!([
            { "permission": "approve-for-group", "organization_id": child.id, "counts": "here_and_below",
              "from": { "kind": "individual" } },
            { "permission": "super-admin-child", "organization_id": child.id, "counts": "only_below",
              "from": { "kind": "individual" } },
        ])
    );
    assert_eq!(audit(&world, &child).await[0], ActName::SessionStarted);
}

#[tokio::test]
async fn a_role_is_named_as_the_source_of_what_it_gives() {
    let world = World::new();
    let app = world.app(crate::router);
    let role = world.role(&world.root, "Help desk", [Permission::ViewApprovals]);
    let assignment = world.assignment(&world.root, &role, None);
    let person = world.administrator_with(&world.root, |new| new.with_assignments([assignment]));
    let me = app.get("/v1/session").bearer(&person.token).send().await.json();
    let from =
        json!({ "kind": "role", "id": role.id, "name": "Help desk", "organization_id": world.root.id });
    assert_eq!(me["permissions"][0]["from"], from);
}

#[tokio::test]
async fn the_session_names_the_other_organizations_where_one_holds_something() {
    let world = World::new();
    let app = world.app(crate::router);
    let below = world.organization(&world.root, "Company B");
    let role = world.role(&world.root, "Help desk", [Permission::ViewApprovals, Permission::ViewReports]);
    let [here, there] = [None, Some(&below)].map(|at| world.assignment(&world.root, &role, at));
    let somebody = world.administrator_with(&world.root, |new| new.with_assignments([here]));
    let places =
        async |token: &str| app.get("/v1/session").bearer(token).send().await.json()["places"].clone();
    assert_eq!(places(&somebody.token).await, json!([]));
    let elsewhere = world.administrator_with(&world.root, |new| new.with_assignments([there]));
    assert_eq!(places(&elsewhere.token).await, json!([{ "id": below.id, "name": "Company B" }]));
}

#[tokio::test]
async fn the_session_says_how_the_organization_shows_itself_to_somebody_without_any_right() {
    let world = World::new();
    let app = world.app(crate::router);
    let below = world.organization(&world.root, "Company B");
    let person = world.administrator(&below, []);
    let get = async |path: &str| app.get(path).bearer(&person.token).send().await;
    let nothing = json!({ "display_name": null, "colour": null, "has_logo": false });
    assert_eq!(get("/v1/session").await.json()["brand"], nothing);
    assert_eq!(get("/v1/session/logo").await.status, 404);

    let logo = Logo { id: "one".to_owned(), format: LogoFormat::Png, size: 3 };
    world.journal.kv().set_many(vec![(keys::logo(&logo.id), b"png".to_vec())]).await.unwrap();
    let colour = Some("#0a7b3c".to_owned());
    let branding = Branding { colour, logo: Some(logo), ..Branding::default() };
    let branded = |old: &Organization| Ok::<_, std::convert::Infallible>(old.branded(branding.clone()));
    world.journal.update(&world.root.id, branded).await.unwrap();
    let inherited = json!({ "display_name": null, "colour": "#0a7b3c", "has_logo": true });
    assert_eq!(get("/v1/session").await.json()["brand"], inherited);
    let shown = get("/v1/session/logo").await;
    assert_eq!(
        (shown.status, shown.header("content-type"), &shown.body[..]),
        (200, "image/png", &b"png"[..])
    );
}

#[tokio::test]
async fn a_sign_in_is_from_a_new_place_if_there_were_others_and_none_from_there() {
    let world = World::new();
    let app = world.app(crate::router);
    let person = with_password(&world, &world.root, &[]).await;
    let permit = Permit::scene(&world.root.id);
    for (address, is_new) in [
        ("192.0.2.1:5", false),
        ("192.0.2.1:6", false),
        ("198.51.100.7:5", true),
        ("192.0.2.1:7", false),
        ("198.51.100.7:6", false),
        ("[2001:db8::1]:5", true),
    ] {
        let call = app.post("/v1/session").header("spin-client-addr", address);
        assert_eq!(call.json(sign_in_body(&person, PASSWORD)).send().await.status, 201);
        let newest = world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 1).await.unwrap().items.remove(0);
        let event = world.journal.event(&permit, newest.number.unwrap()).await.unwrap().unwrap();
        let Act::SessionStarted(started) = event.act else { panic!("{:?}", event.act) };
        assert_eq!(started.from_new_place, is_new, "{address}");
    }
}

#[tokio::test]
async fn every_wrong_sign_in_is_refused_alike_and_put_on_record() {
    let world = World::new();
    let app = world.app(crate::router);
    let person = with_password(&world, &world.root, &[]).await;
    let disabled = with_password(&world, &world.root, &[]).await;
    let id = &disabled.record.id;
    world.journal.update(id, |old: &Administrator| old.disable()).await.unwrap();

    let first = app.post("/v1/session").json(sign_in_body(&person, "another password")).send().await;
    assert_eq!((first.status, first.code()), (401, "wrong-credentials".to_owned()));
    let others = [
        json!({ "email": "nobody@example.test", "password": PASSWORD }),
        json!({ "email": "no address at all", "password": PASSWORD }),
        sign_in_body(&disabled, PASSWORD),
        sign_in_body(&person, ""),
        sign_in_body(&person, &"long ".repeat(2000)),
    ];
    for body in others {
        let answer = app.post("/v1/session").json(&body).send().await;
        assert_eq!((answer.status, answer.body), (401, first.body.clone()), "{body}");
    }
    let refused =
        audit(&world, &world.root).await.iter().filter(|act| **act == ActName::SessionRefused).count();
    assert_eq!(
        refused, 2,
        "the first of each known address; without a set-up there is no root to write the others to"
    );
}

#[tokio::test]
async fn a_refused_sign_in_for_an_unknown_address_stands_in_the_roots_audit() {
    let world = World::new();
    let app = world.app(crate::router);
    let token = super::setup::set_up(&world).await;
    let me = app.get("/v1/session").bearer(&token).send().await.json();
    let body = json!({ "email": "nobody@example.test", "password": PASSWORD });
    assert_eq!(app.post("/v1/session").json(body).send().await.status, 401);
    let root = me["administrator"]["organization"]["id"].as_str().unwrap().parse().unwrap();
    let root = countersign_model::Organization::root(root, String::new(), world.now());
    assert_eq!(audit(&world, &root).await[0], ActName::SessionRefused);
}

#[tokio::test]
async fn the_console_gets_its_token_in_a_cookie_only() {
    let world = World::new();
    let app = world.app(crate::router);
    let person = with_password(&world, &world.root, &[]).await;
    let mut body = sign_in_body(&person, PASSWORD);
    body["cookie"] = json!(true);

    let answer = app.post("/v1/session").json(&body).send().await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.json().get("token"), None);
    let cookie = answer.header("set-cookie").to_owned();
    assert!(cookie.contains("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"), "{cookie}");
    assert!(!cookie.contains("Secure"), "a browser would not send it back over http");
    let token = cookie.split(['=', ';']).nth(1).unwrap();
    assert_eq!(app.get("/v1/session").cookie(token).send().await.status, 200);

    let foreign =
        app.delete("/v1/session").cookie(token).header("origin", "https://evil.example").send().await;
    assert_eq!((foreign.status, foreign.code()), (403, "foreign-origin".to_owned()));
    let own =
        app.delete("/v1/session").cookie(token).header("origin", "http://countersign.test").send().await;
    assert_eq!(own.status, 204);
    assert!(own.header("set-cookie").contains("countersign_session=; Path=/; Max-Age=0"));

    world.settings.set("public_url", "https://approvals.example");
    let answer = app.post("/v1/session").json(&body).send().await;
    assert!(answer.header("set-cookie").ends_with("; Secure"));
}

#[tokio::test]
async fn a_session_ends_when_its_owner_says_so_or_its_time_is_over() {
    let world = World::new();
    let app = world.app(crate::router);
    let person = with_password(&world, &world.root, &[]).await;
    let sign_in = || async {
        let answer = app.post("/v1/session").json(sign_in_body(&person, PASSWORD)).send().await;
        answer.json()["token"].as_str().unwrap().to_owned()
    };
    let (first, second) = (sign_in().await, sign_in().await);
    assert_eq!(app.delete("/v1/session").bearer(&first).send().await.status, 204);
    assert_eq!(app.get("/v1/session").bearer(&first).send().await.code(), "not-identified");
    assert_eq!(app.delete("/v1/session").bearer(&first).send().await.status, 401, "repeated");
    assert_eq!(audit(&world, &world.root).await[0], ActName::SessionEnded);

    world.advance(std::time::Duration::from_secs(12 * 3600 - 1));
    assert_eq!(app.get("/v1/session").bearer(&second).send().await.status, 200);
    world.advance(std::time::Duration::from_secs(1));
    assert_eq!(app.get("/v1/session").bearer(&second).send().await.status, 401);
}

#[tokio::test]
async fn what_is_no_sign_in_is_refused_with_where_it_is_wrong() {
    let world = World::new();
    let app = world.app(crate::router);
    let cases = [
        (json!({ "email": "a@b.example" }), ""),
        (json!({ "email": 7, "password": PASSWORD }), "/email"),
        (json!({ "email": "a@b.example", "password": PASSWORD, "totp": "12345" }), "/totp"),
        (json!({ "email": "a@b.example", "password": PASSWORD, "remember": true }), "/remember"),
    ];
    for (body, pointer) in cases {
        let answer = app.post("/v1/session").json(&body).send().await;
        assert_eq!((answer.status, answer.code()), (422, "invalid-body".to_owned()), "{body}");
        assert_eq!(answer.pointers(), [pointer], "{body}");
    }
    assert_eq!(app.get("/v1/session").send().await.code(), "not-identified");
}
