//! The operations over the in-memory store.
use countersign_http::testing::{Person, Scene, TestRequest};
use countersign_model::{ActName, Integration, Organization, Permission};
use serde_json::{Value, json};

fn scene() -> Scene {
    let scene = Scene::of(crate::router);
    scene.world.settings.set("secret_key", "the-secret-key-of-these-tests");
    scene
}

fn editor(scene: &Scene) -> Person {
    scene.somebody(&scene.child, &[Permission::EditIntegrations])
}

fn path(at: &Organization) -> String {
    format!("/v1/organizations/{}/integrations", at.id)
}

fn webhook(name: &str) -> Value {
    json!({ "name": name, "kind": "webhook", "url": "https://hooks.company.example/secret-path" })
}

fn create(scene: &Scene, who: &Person, body: &Value) -> TestRequest {
    scene.app.post(&path(&scene.child)).bearer(&who.token).json(body)
}

#[tokio::test]
async fn an_integration_is_created_listed_replaced_and_deleted_on_record() {
    let scene = scene();
    let who = editor(&scene);
    let created = create(&scene, &who, &webhook("Security desk")).send().await;
    assert_eq!(created.status, 201, "{}", created.text());
    let mut view = created.json();
    let secret = view.as_object_mut().unwrap().remove("secret").unwrap();
    assert!(secret.as_str().unwrap().starts_with("whsec_"), "{secret}");
    assert_eq!(view["address"], "webhook:Security desk");
    scene.world.settle().await;
    let list =
        async || scene.app.get(&path(&scene.child)).bearer(&who.token).send().await.json()["items"].clone();
    assert_eq!(list().await, json!([view]), "the secret is shown once");

    let one = format!("{}/{}", path(&scene.child), view["id"].as_str().unwrap());
    let other = json!({ "url": "https://hooks.company.example/other" });
    let replaced = scene.app.put(&one).bearer(&who.token).if_match(1).json(&other).send().await;
    assert_eq!(replaced.status, 200, "{}", replaced.text());
    assert_ne!(replaced.json()["secret"], secret, "another one");
    assert_eq!(scene.app.put(&one).bearer(&who.token).if_match(1).json(&other).send().await.status, 412);
    assert_eq!(scene.app.delete(&one).bearer(&who.token).send().await.status, 204);
    for call in
        [scene.app.delete(&one), scene.app.put(&one).json(&other), scene.app.post(&format!("{one}/test"))]
    {
        assert_eq!(call.bearer(&who.token).send().await.status, 404);
    }
    assert_eq!(list().await, json!([]));
    let audit = scene.audit(&scene.child).await;
    let acts = audit.iter().filter(|event| event.act.name() == ActName::IntegrationChanged);
    let states: Vec<_> =
        acts.map(|event| event.detail()).map(|d| (d["before"].clone(), d["after"].clone())).collect();
    let address = || json!("webhook:Security desk");
    assert_eq!(states, [(address(), json!(null)), (address(), address()), (json!(null), address())]);
    assert_eq!(
        create(&scene, &who, &webhook("Security desk")).send().await.status,
        201,
        "the name is free again"
    );
}

#[tokio::test]
async fn nothing_that_is_stored_shows_the_address_or_the_key() {
    let scene = scene();
    let who = editor(&scene);
    let created = create(&scene, &who, &webhook("Desk")).send().await.json();
    let id = created["id"].as_str().unwrap().parse().unwrap();
    let stored = scene.world.journal.load::<Integration>(&id).await.unwrap().unwrap().value;
    let text = serde_json::to_string(&stored).unwrap();
    let secret = created["secret"].as_str().unwrap();
    assert!(!text.contains("secret-path") && !text.contains(secret), "{text}");
}

#[tokio::test]
async fn a_name_belongs_to_one_integration_as_people_see_it() {
    let scene = scene();
    let who = editor(&scene);
    assert_eq!(create(&scene, &who, &webhook("Desk")).send().await.status, 201);
    let slack = json!({ "name": "DESK", "kind": "slack", "url": "https://hooks.slack.com/services/T0/B0/x" });
    let taken = create(&scene, &who, &slack).send().await;
    assert_eq!((taken.status, taken.code()), (409, "name-taken".to_owned()));
}

#[tokio::test]
async fn what_is_no_target_is_refused() {
    let scene = scene();
    let who = editor(&scene);
    let cases = [
        (json!({ "name": "", "kind": "webhook", "url": "https://a.example/x" }), "/name"),
        (json!({ "name": "x".repeat(65), "kind": "webhook", "url": "https://a.example/x" }), "/name"),
        (json!({ "name": "a", "kind": "webhook" }), "/url"),
        (
            json!({ "name": "a", "kind": "webhook", "url": "http://process-events.spin.internal/process" }),
            "/url",
        ),
        (json!({ "name": "a", "kind": "slack", "url": "https://evil.example/services/T0/B0/x" }), "/url"),
        (json!({ "name": "a", "kind": "slack", "routing_key": "R0" }), "/routing_key"),
        (json!({ "name": "a", "kind": "pagerduty" }), "/routing_key"),
        (
            json!({ "name": "a", "kind": "pagerduty", "url": "https://a.example/x", "routing_key": "R0" }),
            "/url",
        ),
        (json!({ "name": "a", "kind": "pagerduty", "routing_key": "R 0" }), "/routing_key"),
        (json!({ "name": "a", "kind": "pigeon", "url": "https://a.example/x" }), "/kind"),
    ];
    for (body, pointer) in cases {
        let refused = create(&scene, &who, &body).send().await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![pointer.to_owned()]), "{body}");
    }
    let good = json!({ "name": "a", "kind": "pagerduty", "routing_key": "R015ABCDEFGHIJKLMNOPQRSTUVWXYZ01" });
    let created = create(&scene, &who, &good).send().await;
    assert_eq!((created.status, created.json().get("secret").is_none()), (201, true), "{}", created.text());
}

#[tokio::test]
async fn without_a_key_nothing_is_stored() {
    let scene = scene();
    let who = editor(&scene);
    scene.world.settings.set("secret_key", "");
    scene.refused(create(&scene, &who, &webhook("Desk")), (409, "not-configured")).await;
}

#[tokio::test]
async fn only_who_may_edit_integrations_sees_or_changes_them() {
    let scene = scene();
    let who = editor(&scene);
    let id = create(&scene, &who, &webhook("Desk")).send().await.json()["id"].as_str().unwrap().to_owned();
    let one = format!("{}/{id}", path(&scene.child));
    let other = scene.somebody(&scene.child, &[Permission::EditOrganizations]);
    let url = json!({ "url": "https://hooks.company.example/other" });
    for call in [
        create(&scene, &other, &webhook("Another")),
        scene.app.get(&path(&scene.child)).bearer(&other.token),
        scene.app.put(&one).bearer(&other.token).json(&url),
        scene.app.delete(&one).bearer(&other.token),
        scene.app.post(&format!("{one}/test")).bearer(&other.token),
    ] {
        scene.refused(call, (403, "not-permitted")).await;
    }
    let elsewhere = format!("{}/{id}", path(&scene.world.root));
    let boss = scene.root_admin();
    assert_eq!(
        scene.app.delete(&elsewhere).bearer(&boss.token).send().await.status,
        404,
        "of another organization"
    );
}

/// A scene whose test messages are sent, and answered like this.
fn sending(status: u16, body: &'static str) -> Scene {
    let scene = scene();
    let sender = scene.world.app(send_notification::router);
    scene.world.outbound.connect("send-notification.spin.internal", &sender);
    scene.world.outbound.answer_with(status, body);
    scene
}

fn test(scene: &Scene, who: &Person, address: &str) -> TestRequest {
    let body = json!({ "organization_id": scene.child.id, "address": address });
    scene.app.post("/v1/notifications/test").bearer(&who.token).json(&body)
}

#[tokio::test]
async fn a_test_message_to_an_integration_says_what_came_back() {
    let scene = sending(410, "gone");
    let who = editor(&scene);
    let id = create(&scene, &who, &webhook("Desk")).send().await.json()["id"].as_str().unwrap().to_owned();
    let expected = json!({ "accepted": false, "answer": "410: gone" });
    let integrations = path(&scene.child);
    let tested = scene.app.post(&format!("{integrations}/{id}/test")).bearer(&who.token).send().await;
    assert_eq!((tested.status, tested.json()), (200, expected.clone()), "by its id");
    assert_eq!(test(&scene, &who, "webhook:desk").send().await.json(), expected, "by its address");
    let list = scene.app.get(&integrations).bearer(&who.token).send().await.json();
    assert_eq!(list["items"][0]["last_failure"], "410: gone");
}

#[tokio::test]
async fn a_test_message_goes_to_any_address_and_is_on_record() {
    let scene = sending(200, "{}");
    let who = editor(&scene);
    for (name, value) in [
        ("email_provider", "postmark"),
        ("email_api_key", "the-key"),
        ("email_from", "noreply@approvals.example"),
    ] {
        scene.world.settings.set(name, value);
    }
    let tested = test(&scene, &who, "Desk@company.example").send().await;
    assert_eq!((tested.status, tested.json()), (200, json!({ "accepted": true, "answer": "200" })));
    let tested = test(&scene, &who, "sms:+15550100").send().await.json();
    let answer = "no provider is configured; set `sms_provider`";
    assert_eq!(tested, json!({ "accepted": false, "answer": answer }));
    let audit = scene.audit(&scene.child).await;
    let acts = audit.iter().filter(|event| event.act.name() == ActName::TestSent);
    let addresses: Vec<_> = acts.map(|event| event.detail()["address"].clone()).collect();
    assert_eq!(addresses, [json!("sms:+15550100"), json!("Desk@company.example")]);
}

#[tokio::test]
async fn an_administrator_has_five_test_messages_a_minute_sent() {
    let scene = sending(200, "ok");
    let (who, other) = (editor(&scene), editor(&scene));
    for _ in 0..5 {
        assert_eq!(test(&scene, &who, "a@b.example").send().await.status, 200);
    }
    let calls = scene.audit(&scene.child).await.len();
    let refused = test(&scene, &who, "a@b.example").send().await;
    assert_eq!((refused.status, refused.code()), (429, "too-many-requests".to_owned()));
    let seconds: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert_eq!(scene.audit(&scene.child).await.len(), calls, "nothing was sent");
    assert_eq!(test(&scene, &other, "a@b.example").send().await.status, 200, "the limit is theirs");
    scene.world.advance(std::time::Duration::from_secs(seconds));
    assert_eq!(test(&scene, &who, "a@b.example").send().await.status, 200);
}

#[tokio::test]
async fn only_who_may_edit_integrations_has_test_messages_sent() {
    let scene = sending(200, "ok");
    let other = scene.somebody(&scene.child, &[Permission::EditAdministrators]);
    scene.refused(test(&scene, &other, "a@b.example"), (403, "not-permitted")).await;
    let stranger = scene.somebody(&scene.child, &[Permission::SuperAdmin]);
    let body = json!({ "organization_id": scene.world.root.id, "address": "a@b.example" });
    let above = scene.app.post("/v1/notifications/test").bearer(&stranger.token).json(&body);
    scene.refused(above, (404, "not-found")).await;
    let who = editor(&scene);
    for address in ["nonsense", "sms:123", "slack:", ""] {
        let refused = test(&scene, &who, address).send().await;
        assert_eq!((refused.status, refused.pointers()), (422, vec!["/address".to_owned()]), "{address}");
    }
}

/// A scene where this person has subscribed so many browsers.
async fn with_browsers(status: u16, names: &[&str]) -> (Scene, Person) {
    let scene = sending(status, "");
    scene.world.settings.set("public_url", "https://approvals.example");
    let browsers = scene.world.app(push_notification::router);
    scene.world.outbound.connect("push-notification.spin.internal", &browsers);
    let who = scene.somebody(&scene.child, &[Permission::ViewApprovals]);
    for name in names {
        let keys = json!({ "auth": "BTBZMqHH6r4Tts7J_aSIgg",
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4" });
        let endpoint = format!("https://web.push.apple.com/{name}");
        let body = json!({ "name": name, "endpoint": endpoint, "keys": keys });
        let made = browsers.post("/v1/session/push-subscriptions").bearer(&who.token).json(body).send().await;
        assert_eq!(made.status, 201, "{}", made.text());
    }
    scene.world.outbound.take();
    (scene, who)
}

const OWN_BROWSERS: &str = "/v1/session/push-subscriptions/test";

#[tokio::test]
async fn anybody_has_a_test_message_sent_to_their_own_browsers_on_record() {
    let (scene, who) = with_browsers(201, &["Phone", "Laptop"]).await;
    let tested = scene.app.post(OWN_BROWSERS).bearer(&who.token).send().await;
    let answer = "web.push.apple.com 201, web.push.apple.com 201";
    assert_eq!((tested.status, tested.json()), (200, json!({ "accepted": true, "answer": answer })));
    assert_eq!(scene.world.outbound.take_external().len(), 2);
    let audit = scene.audit(&scene.child).await;
    let act = audit.iter().find(|event| event.act.name() == ActName::TestSent).unwrap().detail();
    assert_eq!((&act["channel"], &act["administrator_id"]), (&json!("push"), &json!(who.record.id)));
    assert_eq!(act["address"], json!(who.record.email));

    let token = scene.api_token(&who, &[Permission::ViewApprovals]).await;
    scene.refused(scene.app.post(OWN_BROWSERS).bearer(&token), (403, "session-required")).await;
    assert_eq!(scene.app.post(OWN_BROWSERS).send().await.status, 401);
    for _ in 0..4 {
        assert_eq!(scene.app.post(OWN_BROWSERS).bearer(&who.token).send().await.status, 200);
    }
    scene.world.outbound.take();
    let refused = scene.app.post(OWN_BROWSERS).bearer(&who.token).send().await;
    assert_eq!((refused.status, refused.code()), (429, "too-many-requests".to_owned()));
    assert_eq!(scene.world.outbound.take().len(), 0, "nothing was sent");
}

#[tokio::test]
async fn without_a_browser_there_is_nothing_to_test_and_one_that_is_gone_is_removed() {
    let (scene, who) = with_browsers(410, &[]).await;
    scene.refused(scene.app.post(OWN_BROWSERS).bearer(&who.token), (409, "no-push-subscription")).await;
    let (scene, who) = with_browsers(410, &["Phone"]).await;
    let tested = scene.app.post(OWN_BROWSERS).bearer(&who.token).send().await;
    let expected = json!({ "accepted": false, "answer": "web.push.apple.com 410" });
    assert_eq!((tested.status, tested.json()), (200, expected));
    scene.refused(scene.app.post(OWN_BROWSERS).bearer(&who.token), (409, "no-push-subscription")).await;
}
