//! One's own notifications.

use countersign_http::testing::TestResponse;
use countersign_model::{ActName, Administrator, Permission};
use serde_json::{Value, json};

use super::super::audit;
use super::Stage;

const PATH: &str = "/v1/session/notifications";

impl Stage {
    async fn notifications(&self) -> TestResponse {
        self.app.get(PATH).bearer(&self.ada.token).send().await
    }

    async fn set(&self, more: Value) -> TestResponse {
        let mut body = json!({ "notify_on_request": true, "channels": ["email"] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.app.put(PATH).bearer(&self.ada.token).json(body).send().await
    }

    async fn record(&self) -> Administrator {
        self.world.journal.load::<Administrator>(&self.ada.record.id).await.unwrap().unwrap().value
    }
}

#[tokio::test]
async fn people_set_their_own_notifications_without_a_permission() {
    let stage = Stage::new(&[]).await;
    let shown = stage.notifications().await.json();
    assert_eq!((&shown["digest"], &shown["quiet_hours"]), (&json!("immediately"), &json!(null)));
    let boss = stage.world.administrator(&stage.world.root, []);
    let all = json!({
        "channels": ["push", "email", "push"], "language": "de", "time_zone": "Europe/Berlin",
        "channels_by_kind": { "handled": [], "flagged": ["push"] },
        "quiet_hours": { "from": "22:00", "to": "06:30" }, "digest": "daily", "digest_at": "17:00",
        "only_when_nobody_else": true,
        "away": { "from": "2026-07-01T00:00:00Z", "until": "2026-07-15T00:00:00Z", "delegate_id": boss.record.id },
    });
    let set = stage.set(all.clone()).await;
    assert_eq!(set.status, 200, "{}", set.text());
    let shown = stage.notifications().await;
    assert_eq!(shown.json(), set.json());
    for (field, value) in all.as_object().unwrap().iter().filter(|(field, _)| *field != "channels") {
        assert_eq!(shown.json()[field], *value, "{field}");
    }
    assert_eq!(shown.json()["channels"], json!(["push", "email"]), "each once");
    assert_eq!(audit(&stage.world, &stage.world.root).await[0], ActName::NotificationsChanged);

    let plain = stage.set(json!({})).await;
    assert_eq!(plain.json()["away"], json!(null), "what is omitted is unset");
    assert!(stage.record().await.notifications.is_unset());
}

#[tokio::test]
async fn a_change_is_made_only_at_the_revision_that_was_read() {
    let stage = Stage::new(&[]).await;
    let revision = stage.notifications().await.json()["revision"].as_u64().unwrap();
    let set = |revision: u64| {
        let body = json!({ "notify_on_request": true, "channels": ["email"] });
        let call =
            stage.app.put(PATH).bearer(&stage.ada.token).header("if-match", &format!("\"{revision}\""));
        call.json(body).send()
    };
    let first = set(revision).await;
    assert_eq!((first.status, first.json()["revision"].as_u64()), (200, Some(revision + 1)));
    assert_eq!(set(revision).await.status, 412);
}

#[tokio::test]
async fn what_contradicts_itself_or_cannot_be_used_is_refused_and_changes_nothing() {
    let stage = Stage::new(&[]).await;
    let elsewhere = stage.world.organization(&stage.world.root, "Elsewhere");
    let stranger = stage.world.administrator(&elsewhere, []).record.id;
    let away = |from: &str, until: &str, delegate: Value| json!({ "away": { "from": from, "until": until, "delegate_id": delegate } });
    let (from, until) = ("2026-07-01T00:00:00Z", "2026-07-15T00:00:00Z");
    let cases = [
        (json!({ "channels": [] }), "/channels"),
        (json!({ "channels": ["email", "chat"] }), "/channels"),
        (
            json!({ "channels": ["email"], "channels_by_kind": { "handled": ["webhook"] } }),
            "/channels_by_kind/handled",
        ),
        (json!({ "channels": ["sms"] }), "/channels"),
        (json!({ "channels_by_kind": { "joined": ["sms"] } }), "/channels_by_kind/joined"),
        (json!({ "channels_by_kind": { "everything": [] } }), "/channels_by_kind/everything"),
        (json!({ "quiet_hours": { "from": "22:00", "to": "22:00" } }), "/quiet_hours/to"),
        (json!({ "quiet_hours": { "from": "22:00", "to": "24:00" } }), "/quiet_hours/to"),
        (json!({ "digest": "daily" }), "/digest_at"),
        (json!({ "digest": "hourly", "digest_at": "17:00" }), "/digest_at"),
        (json!({ "time_zone": "Europe/../Berlin" }), "/time_zone"),
        (away(from, from, json!(null)), "/away/until"),
        (away(from, "2027-07-15T00:00:00Z", json!(null)), "/away/until"),
        (away(from, until, json!(stage.ada.record.id)), "/away/delegate_id"),
        (away(from, until, json!(stranger)), "/away/delegate_id"),
        (away(from, until, json!("adm_01ARZ3NDEKTSV4RRFFQ69G5FAV")), "/away/delegate_id"),
    ];
    for (more, pointer) in cases {
        let refused = stage.set(more.clone()).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![pointer.to_owned()]), "{more}");
    }
    assert_eq!(stage.record().await, stage.ada.record);
    let acts = audit(&stage.world, &stage.world.root).await;
    assert!(!acts.contains(&ActName::NotificationsChanged));
}

#[tokio::test]
async fn a_delegate_may_belong_to_an_organization_above_and_not_to_one_below() {
    let stage = Stage::new(&[]).await;
    let below = stage.world.organization(&stage.world.root, "Below");
    let child = stage.world.administrator(&below, []);
    let set = |who: &str, delegate: &str| {
        let away = json!({ "from": "2026-07-01T00:00:00Z", "until": "2026-07-15T00:00:00Z", "delegate_id": delegate });
        let body = json!({ "notify_on_request": true, "channels": ["email"], "away": away });
        stage.app.put(PATH).bearer(who).json(body).send()
    };
    assert_eq!(set(&child.token, stage.ada.record.id.as_str()).await.status, 200);
    assert_eq!(set(&stage.ada.token, child.record.id.as_str()).await.status, 422);
}

#[tokio::test]
async fn only_a_person_with_a_session_sets_them() {
    let stage = Stage::new(&[Permission::SuperAdmin]).await;
    assert_eq!(stage.app.get(PATH).send().await.status, 401);
    let made = stage
        .post(
            "/v1/api-tokens",
            json!({ "name": "Program", "permissions": ["super-admin"], "expires_at": "2026-12-31T00:00:00Z",
                "password": super::PASSWORD }),
        )
        .await;
    assert_eq!(made.status, 201, "{}", made.text());
    let token = made.json()["token"].as_str().unwrap().to_owned();
    let body = json!({ "notify_on_request": true, "channels": ["email"] });
    for refused in [
        stage.app.get(PATH).bearer(&token).send().await,
        stage.app.put(PATH).bearer(&token).json(body).send().await,
    ] {
        assert_eq!((refused.status, refused.code()), (403, "session-required".to_owned()));
    }
}
