//! Login settings: read and replaced only with permission, never weaker below than above, never locking out the editor.

use countersign_http::testing::{Person, TestResponse};
use countersign_model::{Organization, Permission, Permit, lists};
use futures::future::join_all;
use serde_json::{Value, json};

countersign_http::story!(Company, crate::router);

impl Story {
    /// With a `secret_key`, and an administrator of the root who may only edit login settings.
    fn with_editor() -> (Self, Person) {
        let story = Self::new();
        story.world.settings.set("secret_key", "a key of the tests");
        let editor = story.world.administrator(&story.world.root, [Permission::EditLoginSettings]);
        (story, editor)
    }

    async fn get(&self, at: &Organization) -> TestResponse {
        self.app.get(&path(at)).bearer(&self.boss.token).send().await
    }

    async fn put(&self, who: &Person, at: &Organization, body: Value) -> TestResponse {
        let call = self.app.put(&path(at)).bearer(&who.token).header("spin-client-addr", "192.0.2.1:1");
        call.json(body).send().await
    }
}

fn path(at: &Organization) -> String {
    format!("/v1/organizations/{}/login-settings", at.id)
}

fn settings(require_totp: bool, minutes: Option<u32>, ranges: &[&str]) -> Value {
    json!({ "require_totp": require_totp, "session_minutes": minutes, "allowed_ranges": ranges })
}

#[tokio::test]
async fn what_is_asked_above_is_asked_below_too() {
    let (stage, editor) = Story::with_editor();
    let root = &stage.world.root;
    let usual = stage.get(root).await;
    assert_eq!(usual.status, 200, "{}", usual.text());
    assert_eq!(usual.json()["effective"], settings(false, None, &[]));
    let saved = stage.put(&editor, root, settings(false, Some(60), &["192.0.2.0/24"])).await;
    assert_eq!((saved.status, &saved.json()["revision"]), (200, &json!(2)), "{}", saved.text());
    let below = stage.put(&editor, &stage.company, settings(true, Some(600), &["198.51.100.7"])).await;
    assert_eq!(below.status, 200, "{}", below.text());
    let effective = json!({ "require_totp": true, "session_minutes": 60,
        "allowed_ranges": [["192.0.2.0/24"], ["198.51.100.7"]] });
    assert_eq!(below.json()["effective"], effective);
    let permit = Permit::scene(&root.id);
    let page = stage.world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 1).await.unwrap();
    let event = stage.world.journal.event(&permit, page.items[0].number.unwrap()).await.unwrap().unwrap();
    let detail = &serde_json::to_value(&event.act).unwrap()["detail"];
    assert_eq!(detail["before"], settings(false, None, &[]));
    assert_eq!(detail["after"], settings(false, Some(60), &["192.0.2.0/24"]));
    assert_eq!(event.address.as_deref(), Some("192.0.2.1"));
}

#[tokio::test]
async fn nobody_locks_themselves_out() {
    let (stage, editor) = Story::with_editor();
    let root = &stage.world.root;
    for body in [settings(false, None, &["198.51.100.0/24"]), settings(true, None, &[])] {
        let refused = stage.put(&editor, root, body).await;
        assert_eq!((refused.status, refused.code()), (409, "would-lock-you-out".to_owned()));
    }
    assert_eq!(stage.get(root).await.json()["revision"], 1);
    stage.world.settings.set("secret_key", "");
    let refused = stage.put(&editor, &stage.company, settings(true, None, &[])).await;
    assert_eq!((refused.status, refused.code()), (409, "not-configured".to_owned()));
}

#[tokio::test]
async fn only_who_may_edit_login_settings_sees_and_replaces_them() {
    let (stage, _) = Story::with_editor();
    let other = stage.world.administrator(&stage.world.root, [Permission::EditAdministrators]);
    let stranger = stage.world.administrator(&stage.company, [Permission::EditLoginSettings]);
    for (who, status) in [(&other, 403), (&stranger, 404)] {
        let read = stage.app.get(&path(&stage.world.root)).bearer(&who.token).send().await;
        assert_eq!(read.status, status);
        let refused = stage.put(who, &stage.world.root, settings(false, Some(5), &[])).await;
        assert_eq!(refused.status, status, "{}", refused.text());
    }
    let missing = stage.put(&other, &stage.world.root, settings(false, Some(5), &[])).await.json();
    assert_eq!(missing["missing"][0][0]["permission"], "edit-login-settings");
    assert_eq!(stage.app.get(&path(&stage.world.root)).send().await.status, 401);
    assert_eq!(stage.get(&stage.world.root).await.json()["revision"], 1);
    assert_eq!(stage.put(&stranger, &stage.company, settings(false, Some(5), &[])).await.status, 200);
}

#[tokio::test]
async fn bad_values_are_named() {
    let (stage, editor) = Story::with_editor();
    let many: Vec<String> = (0..51).map(|n| format!("192.0.2.{n}")).collect();
    let cases = [
        (settings(false, Some(4), &[]), "/session_minutes"),
        (settings(false, Some(43_201), &[]), "/session_minutes"),
        (settings(false, None, &["192.0.2.0/33"]), "/allowed_ranges/0"),
        (json!({ "require_totp": false, "allowed_ranges": many }), "/allowed_ranges"),
    ];
    for (body, pointer) in cases {
        let refused = stage.put(&editor, &stage.world.root, body).await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec![pointer.to_owned()]),
            "{}",
            refused.text()
        );
    }
}

#[tokio::test]
async fn networks_are_kept_in_one_form_and_too_long_a_text_is_none() {
    let (stage, editor) = Story::with_editor();
    let padded = format!("192.0.2.0/{}24", "0".repeat(64_000));
    let refused = stage.put(&editor, &stage.company, settings(false, None, &[&padded])).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/allowed_ranges/0".to_owned()]));
    assert!(refused.text().len() < 1000, "the answer does not repeat it");
    assert_eq!(stage.get(&stage.company).await.json()["revision"], 1, "nothing changed");
    let written = ["192.0.2.99/024", "2001:0DB8:0:0::1/32", "::ffff:198.51.100.7"];
    let saved = stage.put(&editor, &stage.company, settings(false, None, &written)).await;
    let kept = json!(["192.0.2.0/24", "2001:db8::/32", "198.51.100.7"]);
    assert_eq!(saved.json()["allowed_ranges"], kept, "{}", saved.text());
}

#[tokio::test]
async fn of_racing_editors_who_read_the_same_one_wins() {
    let (stage, editor) = Story::with_editor();
    let edits = (5..13).map(|minutes| {
        let call = stage.app.put(&path(&stage.company)).bearer(&editor.token).if_match(1);
        call.json(settings(false, Some(minutes), &[])).send()
    });
    let answers = join_all(edits).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().all(|answer| [200, 412].contains(&answer.status)));
}
