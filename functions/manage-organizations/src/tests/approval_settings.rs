//! Approval settings: shown with what counts, replaced only with the right to, and on record.

use countersign_http::testing::{Person, TestResponse};
use countersign_model::{Organization, Permission, Permit, lists};
use futures::future::join_all;
use serde_json::{Value, json};

countersign_http::story!(Company, crate::router);

impl Story {
    async fn get(&self, who: &Person, at: &Organization) -> TestResponse {
        self.app.get(&path(at)).bearer(&who.token).send().await
    }

    async fn put(&self, who: &Person, at: &Organization, body: Value) -> TestResponse {
        self.app.put(&path(at)).bearer(&who.token).json(body).send().await
    }
}

fn path(at: &Organization) -> String {
    format!("/v1/organizations/{}/approval-settings", at.id)
}

#[tokio::test]
async fn what_is_not_set_is_as_above_and_what_counts_is_shown() {
    let story = Story::new();
    let usual = story.get(&story.boss, &story.company).await.json();
    let nothing = json!({
        "default_scope": "computer", "default_days": 0, "reason": null, "denial_needs_message": false,
        "pending_days": 14, "publisher_scope": "never", "templates": [], "escalation": null,
    });
    assert_eq!((&usual["own"], &usual["effective"]), (&json!({}), &nothing));
    let above = json!({ "default_days": 30, "publisher_scope": "group", "templates": [{ "name": "No", "text": "no" }],
        "reason": { "min_length": 10 },
        "escalation": { "untaken_after_minutes": 30, "to": ["lead@company.example", "slack:Desk"] } });
    let root = story.world.root.clone();
    let saved = story.put(&story.boss, &root, above.clone()).await;
    assert_eq!((saved.status, &saved.json()["own"]), (200, &above), "{}", saved.text());
    let own = json!({ "default_days": 0, "pending_days": 3, "denial_needs_message": true });
    let saved = story.put(&story.boss, &story.company, own.clone()).await;
    assert_eq!((saved.status, &saved.json()["own"]), (200, &own));
    let expected = json!({
        "default_scope": "computer", "default_days": 0, "denial_needs_message": true, "pending_days": 3,
        "reason": { "min_length": 10 },
        "publisher_scope": "group", "templates": [{ "name": "No", "text": "no" }],
        "escalation": { "untaken_after_minutes": 30, "to": ["lead@company.example", "slack:Desk"] },
    });
    assert_eq!(saved.json()["effective"], expected);
    assert_eq!(story.get(&story.boss, &story.company).await.json(), saved.json());

    let permit = Permit::scene(&story.company.id);
    let page = story.world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 1).await.unwrap();
    let event = story.world.journal.event(&permit, page.items[0].number.unwrap()).await.unwrap().unwrap();
    let act = serde_json::to_value(&event.act).unwrap();
    let expected = json!({ "act": "approval-settings.edited",
        "detail": { "organization_id": story.company.id, "before": {}, "after": own } });
    assert_eq!(act, expected);
}

#[tokio::test]
async fn only_who_may_edit_an_organization_replaces_them() {
    let story = Story::new();
    let editor = story.world.administrator(&story.company, [Permission::EditOrganizations]);
    let viewer = story.world.administrator(&story.company, [Permission::ViewOrganizations]);
    let decider = story.world.administrator(&story.company, [Permission::ApproveForEntireOrganization]);
    let body = json!({ "pending_days": 3 });
    for (who, read, write) in [(&viewer, 200, 403), (&decider, 403, 403)] {
        assert_eq!(story.get(who, &story.company).await.status, read);
        assert_eq!(story.put(who, &story.company, body.clone()).await.status, write);
    }
    assert_eq!(
        story.put(&editor, &story.world.root, body.clone()).await.status,
        404,
        "they may not know of it"
    );
    assert_eq!(story.app.get(&path(&story.company)).send().await.status, 401);
    let shown = story.get(&viewer, &story.company).await.json();
    assert_eq!((&shown["own"], &shown["revision"]), (&json!({}), &json!(1)), "nothing changed");
    assert_eq!(story.put(&editor, &story.company, body).await.status, 200);
}

#[tokio::test]
async fn bad_values_are_named() {
    let story = Story::new();
    let cases = [
        (json!({ "pending_days": 61 }), "/pending_days"),
        (json!({ "default_days": -1 }), "/default_days"),
        (json!({ "default_scope": "world" }), "/default_scope"),
        (json!({ "publisher_scope": "all" }), "/publisher_scope"),
        (json!({ "reason": { "min_length": 5, "pattern": "(" , "explanation": "x" } }), "/reason/pattern"),
        (json!({ "templates": [{ "name": "No", "text": "" }] }), "/templates/0/text"),
        (
            json!({ "escalation": { "untaken_after_minutes": 0, "to": ["a@b.example"] } }),
            "/escalation/untaken_after_minutes",
        ),
        (json!({ "escalation": { "untaken_after_minutes": 30 } }), "/escalation/to"),
        (
            json!({ "escalation": { "untaken_after_minutes": 30, "to": ["a@b.example", "nobody"] } }),
            "/escalation/to/1",
        ),
        (json!({ "colour": "red" }), "/colour"),
    ];
    for (body, pointer) in cases {
        let refused = story.put(&story.boss, &story.company, body.clone()).await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec![pointer.to_owned()]),
            "{body}: {}",
            refused.text()
        );
    }
    assert_eq!(story.get(&story.boss, &story.company).await.json()["revision"], 1);
}

#[tokio::test]
async fn of_racing_editors_who_read_the_same_one_wins() {
    let story = Story::new();
    let edits = (1..9).map(|days| {
        let call = story.app.put(&path(&story.company)).bearer(&story.boss.token).if_match(1);
        call.json(json!({ "pending_days": days })).send()
    });
    let answers = join_all(edits).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().all(|answer| [200, 412].contains(&answer.status)));
}
