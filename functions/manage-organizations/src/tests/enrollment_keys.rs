//! Enrollment keys: their names and limits, the list of them, and revoking.

use std::time::Duration;

use countersign_http::testing::{Person, TestResponse};
use countersign_model::{EnrollmentKeyId, Group, Permission};
use futures::future::join_all;
use serde_json::{Value, json};

countersign_http::story!(Office, crate::router);

impl Story {
    fn keys(&self) -> String {
        format!("/v1/organizations/{}/groups/{}/enrollment-keys", self.company.id, self.group.id)
    }

    async fn create(&self, body: Value) -> TestResponse {
        self.app.post(&self.keys()).bearer(&self.boss.token).json(body).send().await
    }

    async fn made(&self, body: Value) -> Value {
        let made = self.create(body).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()
    }

    async fn list(&self) -> TestResponse {
        self.app.get(&self.keys()).bearer(&self.boss.token).send().await
    }

    async fn revoke(&self, id: &Value) -> u16 {
        let path = format!("{}/{}", self.keys(), id.as_str().unwrap());
        self.app.delete(&path).bearer(&self.boss.token).send().await.status
    }

    async fn record(&self) -> Group {
        self.world.journal.load::<Group>(&self.group.id).await.unwrap().unwrap().value
    }
}

#[tokio::test]
async fn a_key_has_a_name_and_limits_and_the_list_never_shows_the_key_or_its_hash() {
    let story = Story::new();
    let end = story.world.now() + jiff::SignedDuration::from_hours(1);
    let made = story.made(json!({ "name": " Autumn ", "expires_at": end, "max_uses": 40 })).await;
    assert!(made["key"].as_str().unwrap().starts_with("cse_"));
    assert_eq!(
        (&made["name"], &made["max_uses"], &made["group_id"]),
        (&json!("Autumn"), &json!(40), &json!(story.group.id))
    );
    story.world.advance(Duration::from_secs(1));
    let plain = story.app.post(&story.keys()).bearer(&story.boss.token).send().await;
    assert_eq!(plain.status, 201, "without a body: {}", plain.text());
    let id = made["id"].as_str().unwrap().parse().unwrap();
    story.world.journal.use_enrollment_key(&id, None).await.unwrap();
    let listed = story.list().await;
    let expected = json!({
        "id": id, "name": "Autumn", "created_at": made["created_at"], "created_by": story.boss.record.id,
        "expires_at": end, "max_uses": 40, "uses": 1, "revoked": false,
    });
    assert_eq!((listed.status, &listed.json()["items"][1]), (200, &expected));
    assert_eq!(listed.json()["items"][0]["id"], plain.json()["id"], "the newest first");
    for key in &story.record().await.enrollment_keys {
        assert!(!listed.text().contains(&key.hash) && !made.to_string().contains(&key.hash));
    }
    for made in [&made, &plain.json()] {
        assert!(!listed.text().contains(made["key"].as_str().unwrap()));
    }
}

#[tokio::test]
async fn a_key_may_end_at_the_moment_that_other_systems_write_for_never() {
    let story = Story::new();
    let made = story.made(json!({ "expires_at": "9999-12-31T23:59:59Z" })).await;
    assert_eq!(made["expires_at"], "9999-12-30T22:00:00Z");
    let refused = story.create(json!({ "expires_at": "soon" })).await;
    let said = refused.json()["errors"][0]["message"].clone();
    assert_eq!(
        (refused.pointers(), said),
        (vec!["/expires_at".to_owned()], json!("must be a moment such as `2026-01-31T12:00:00Z`"))
    );
}

#[tokio::test]
async fn a_revoked_key_stays_in_the_list_and_opens_nothing() {
    let story = Story::new();
    let (first, second) = (story.made(json!({})).await, story.made(json!({})).await);
    assert_eq!(story.revoke(&first["id"]).await, 204);
    let before = story.world.memory.dump();
    assert_eq!(story.revoke(&first["id"]).await, 204, "repeated");
    assert_eq!(story.revoke(&json!("enk_01J00000000000000000000000")).await, 404);
    assert!(story.world.memory.dump() == before, "nothing changed");
    let listed = story.list().await.json();
    let revoked = |id: &Value| {
        let items = listed["items"].as_array().unwrap();
        items.iter().find(|item| item["id"] == *id).unwrap()["revoked"].clone()
    };
    assert_eq!((revoked(&first["id"]), revoked(&second["id"])), (json!(true), json!(false)));
    let group = story.record().await;
    let now = story.world.now();
    assert_eq!(group.enrollment_keys.iter().filter(|key| key.opens_at(now)).count(), 1);
    assert_eq!(group.unrevoked_keys().count(), 1);
}

#[tokio::test]
async fn racing_revocations_revoke_once() {
    let story = Story::new();
    let id = story.made(json!({})).await["id"].clone();
    story.world.memory.interleave(true);
    let statuses = join_all((0..4).map(|_| story.revoke(&id))).await;
    story.world.memory.interleave(false);
    assert!(
        statuses.contains(&204) && statuses.iter().all(|status| [204, 503].contains(status)),
        "{statuses:?}"
    );
    assert_eq!(story.record().await.unrevoked_keys().count(), 0);
}

#[tokio::test]
async fn a_key_that_no_longer_opens_makes_way_and_one_that_does_never() {
    let story = Story::new();
    let mut ids = Vec::new();
    for number in 0..Group::KEYS_MAX {
        let limited = if number == 3 { json!(1) } else { json!(null) };
        ids.push(
            story.made(json!({ "name": format!("Key {number}"), "max_uses": limited })).await["id"].clone(),
        );
    }
    let before = story.list().await.text();
    let refused = story.create(json!({ "name": "One more" })).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "too-many-enrollment-keys"));
    assert!(refused.text().contains("20 keys"), "{}", refused.text());
    assert_eq!(story.list().await.text(), before);
    let has = async |id: &Value| story.list().await.text().contains(id.as_str().unwrap());
    assert_eq!(story.revoke(&ids[7]).await, 204);
    story.made(json!({})).await;
    assert!(!has(&ids[7]).await);
    let limited: EnrollmentKeyId = ids[3].as_str().unwrap().parse().unwrap();
    story.world.journal.use_enrollment_key(&limited, Some(1)).await.unwrap();
    story.made(json!({})).await;
    assert!(!has(&ids[3]).await, "it was used up");
    assert_eq!(story.create(json!({})).await.status, 409);
    assert!(has(&ids[0]).await);
}

#[tokio::test]
async fn what_cannot_be_a_key_is_refused_where_it_is_wrong() {
    let story = Story::new();
    let before = story.world.memory.dump();
    let now = story.world.now();
    let cases = [
        (json!({ "name": "" }), "/name"),
        (json!({ "name": "x".repeat(201) }), "/name"),
        (json!({ "expires_at": now }), "/expires_at"),
        (json!({ "expires_at": "tomorrow" }), "/expires_at"),
        (json!({ "max_uses": 0 }), "/max_uses"),
        (json!({ "max_uses": 1_000_001 }), "/max_uses"),
        (json!({ "max_uses": -1 }), "/max_uses"),
        (json!({ "uses": 1 }), "/uses"),
    ];
    for (body, pointer) in cases {
        let refused = story.create(body.clone()).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![pointer.to_owned()]), "{body}");
    }
    let call = story.app.post(&story.keys()).bearer(&story.boss.token);
    assert_eq!(call.body("text/plain", "{}").send().await.status, 415);
    assert!(story.world.memory.dump() == before, "nothing changed");
}

#[tokio::test]
async fn without_the_right_to_enroll_nobody_sees_or_changes_keys() {
    let story = Story::new();
    let id = story.made(json!({})).await["id"].clone();
    let nothing = story.world.administrator(&story.company, []);
    let sibling = story.world.organization(&story.world.root, "Sibling");
    let stranger = story.world.administrator(&sibling, [Permission::SuperAdmin]);
    let before = story.world.memory.dump();
    let one = format!("{}/{}", story.keys(), id.as_str().unwrap());
    for (token, status) in [("", 401), (nothing.token.as_str(), 403), (stranger.token.as_str(), 404)] {
        assert_eq!(story.app.get(&story.keys()).bearer(token).send().await.status, status);
        assert_eq!(story.app.post(&story.keys()).bearer(token).send().await.status, status);
        assert_eq!(story.app.delete(&one).bearer(token).send().await.status, status);
    }
    assert!(story.world.memory.dump() == before, "nothing changed");
    let elsewhere = story.world.group(&story.company, "Other");
    let path = format!("/v1/organizations/{}/groups/{}/enrollment-keys", story.company.id, elsewhere.id);
    let wrong = format!("{path}/{}", id.as_str().unwrap());
    assert_eq!(
        story.app.delete(&wrong).bearer(&story.boss.token).send().await.status,
        404,
        "of another group"
    );
}

#[tokio::test]
async fn who_made_a_key_is_shown_to_those_who_may_know_of_them() {
    let story = Story::new();
    let of_root = story.made(json!({})).await["id"].clone();
    let clerk = story.world.administrator(&story.company, [Permission::EditComputers]);
    let own = story.app.post(&story.keys()).bearer(&clerk.token).json(json!({})).send().await.json();
    let seen = async |who: &Person| {
        let listed = story.app.get(&story.keys()).bearer(&who.token).send().await;
        assert_eq!(listed.status, 200, "{}", listed.text());
        let items = listed.json()["items"].as_array().unwrap().clone();
        let maker = |id: &Value| items.iter().find(|item| item["id"] == *id).unwrap()["created_by"].clone();
        (maker(&of_root), maker(&own["id"]))
    };
    let (boss, clerk_id) = (json!(story.boss.record.id), json!(clerk.record.id));
    assert_eq!(seen(&clerk).await, (json!(null), clerk_id.clone()), "the root is out of their sight");
    assert_eq!(seen(&story.boss).await, (boss, clerk_id));
}

#[tokio::test]
async fn the_makers_of_all_keys_cost_one_read_for_each_person() {
    let story = Story::new();
    for _ in 0..Group::KEYS_MAX {
        story.made(json!({})).await;
    }
    let instance = story.world.app(crate::router);
    story.world.memory.reset_counts();
    let (listed, rounds) =
        story.world.memory.rounds(instance.get(&story.keys()).bearer(&story.boss.token).send());
    assert_eq!(listed.json()["items"].as_array().unwrap().len(), Group::KEYS_MAX);
    let counts = story.world.counts();
    // The caller with their rights, the group, each key's uses, and who made them.
    assert!(counts.reads <= Group::KEYS_MAX + 10 && counts.writes == 0, "{counts:?}");
    assert!(rounds <= 6, "{rounds} rounds");
}
