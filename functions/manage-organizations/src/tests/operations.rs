//! The operations of `manage-organizations` over the in-memory store: each in the cases happy, repeated, unknown, not
//! identified, not permitted, concurrent.

use countersign_http::testing::{Person, TestResponse};
use countersign_model::Permission;
use futures::future::join_all;
use serde_json::{Value, json};

countersign_http::story!(Company, crate::router);

impl Story {
    async fn post(&self, who: &Person, path: &str, body: Value) -> TestResponse {
        self.app.post(path).bearer(&who.token).json(body).send().await
    }

    async fn group(&self) -> String {
        let made = self.post(&self.boss, &self.at("/groups"), json!({ "name": "Workstations" })).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()["id"].as_str().unwrap().to_owned()
    }
}

fn names(page: &TestResponse) -> Vec<String> {
    let items = page.json()["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_organization_is_created_listed_renamed_and_deleted() {
    let story = Story::new();
    let body = json!({ "name": " Company C ", "parent_id": story.company.id });
    let made = story.post(&story.boss, "/v1/organizations", body).await;
    assert_eq!((made.status, made.header("etag")), (201, "\"1\""));
    let made = made.json();
    assert_eq!(
        (made["name"].as_str(), made["parent_id"].as_str()),
        (Some("Company C"), Some(story.company.id.as_str()))
    );
    assert_eq!(
        names(&story.get(&format!("/v1/organizations?organization_id={}", story.company.id)).await),
        ["Company C"]
    );

    let path = format!("/v1/organizations/{}", made["id"].as_str().unwrap());
    let rename = |revision, name: &'static str| {
        story
            .app
            .patch(&path)
            .bearer(&story.boss.token)
            .if_match(revision)
            .json(json!({ "name": name }))
            .send()
    };
    assert_eq!(rename(1, "Company D").await.status, 200);
    let stale = rename(1, "Company E").await;
    assert_eq!((stale.status, stale.json()["revision"].as_u64()), (412, Some(2)));
    assert_eq!(story.get(&path).await.json()["name"], "Company D");

    let delete = || story.app.delete(&path).bearer(&story.boss.token).send();
    let early = delete().await;
    assert_eq!(
        (early.status, early.code().as_str()),
        (409, "organization-busy"),
        "the renaming is not processed"
    );
    assert_eq!(story.get(&path).await.status, 200);
    story.world.fill_lists(&made["id"].as_str().unwrap().parse().unwrap()).await;
    assert_eq!(delete().await.status, 204);
    assert_eq!(story.get(&path).await.status, 404);
    assert!(
        names(&story.get(&format!("/v1/organizations?organization_id={}", story.company.id)).await)
            .is_empty()
    );
}

#[tokio::test]
async fn how_long_things_are_kept_is_set_per_organization() {
    let story = Story::new();
    let path = format!("/v1/organizations/{}", story.company.id);
    let patch = async |body| story.app.patch(&path).bearer(&story.boss.token).json(body).send().await;
    let nothing = json!({ "attachments_days": null, "requests_days": null, "audit_days": null });
    assert_eq!(story.get(&path).await.json()["retention"], nothing);
    let retention = json!({ "attachments_days": 30, "requests_days": 365, "audit_days": 730 });
    let edited = patch(json!({ "retention": retention })).await;
    assert_eq!((edited.status, &edited.json()["retention"]), (200, &retention));
    let renamed = patch(json!({ "name": "Company Two" })).await.json();
    assert_eq!((&renamed["retention"], renamed["name"].as_str()), (&retention, Some("Company Two")));
    for (retention, pointer, why) in [
        (json!({ "attachments_days": 7 }), "/retention/attachments_days", "a request waits as long"),
        (json!({ "requests_days": 29 }), "/retention/requests_days", "too short"),
        (json!({ "requests_days": 3651 }), "/retention/requests_days", "too long"),
        (json!({ "audit_days": 0 }), "/retention/audit_days", "too short"),
        (
            json!({ "requests_days": 365, "audit_days": 364 }),
            "/retention/audit_days",
            "shorter than requests",
        ),
    ] {
        let refused = patch(json!({ "retention": retention })).await;
        assert_eq!(
            (refused.status, refused.json()["errors"][0]["pointer"].as_str()),
            (422, Some(pointer)),
            "{why}"
        );
    }
    assert_eq!(story.get(&path).await.json()["revision"], 3, "a refused edit changes nothing");
    assert_eq!(patch(json!({ "retention": {} })).await.json()["retention"], nothing, "replaced as a whole");
}

#[tokio::test]
async fn organizations_below_are_listed_as_far_as_the_right_to_view_them_reaches() {
    let story = Story::new();
    let list = async |who: &Person, at: &str| {
        let path = format!("/v1/organizations?organization_id={at}");
        story.app.get(&path).bearer(&who.token).send().await
    };
    let company = story.company.id.as_str();
    let body = json!({ "name": "Company C", "parent_id": company });
    let made = story.post(&story.boss, "/v1/organizations", body).await.json();
    let below = made["id"].as_str().unwrap();
    let parent_only = story.world.administrator(&story.company, [Permission::SuperAdminParentOnly]);
    let below_only = story.world.administrator(&story.world.root, [Permission::SuperAdminChild]);
    let viewer = story.world.administrator(&story.company, [Permission::ViewOrganizations]);
    story.world.memory.reset_counts();
    for who in [&story.boss, &below_only, &viewer] {
        assert_eq!(names(&list(who, company).await), ["Company C"]);
    }
    let page = list(&parent_only, company).await;
    assert_eq!((page.status, names(&page)), (200, vec![]), "nothing below it");
    assert!(!page.text().contains(below));
    assert_eq!(list(&below_only, story.world.root.id.as_str()).await.status, 403, "not its own");
    assert_eq!(story.world.counts().writes, 0);
}

#[tokio::test]
async fn only_an_empty_organization_is_deleted_and_never_the_root() {
    let story = Story::new();
    let group = story.group().await;
    let refused = story.app.delete(&story.at("")).bearer(&story.boss.token).send().await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "organization-not-empty"));
    assert_eq!(
        story
            .app
            .delete(&story.at(&format!("/groups/{group}")))
            .bearer(&story.boss.token)
            .send()
            .await
            .status,
        204
    );
    let root = format!("/v1/organizations/{}", story.world.root.id);
    assert_eq!(story.app.delete(&root).bearer(&story.boss.token).send().await.code(), "root-organization");
    assert_eq!(story.get(&root).await.status, 200);
}

#[tokio::test]
async fn a_group_is_created_renamed_and_listed() {
    let story = Story::new();
    let group = story.group().await;
    let path = story.at(&format!("/groups/{group}"));
    let renamed =
        story.app.patch(&path).bearer(&story.boss.token).json(json!({ "name": "Servers" })).send().await;
    assert_eq!((renamed.status, renamed.json()["revision"].as_u64()), (200, Some(2)));
    assert_eq!(names(&story.get(&story.at("/groups")).await), ["Servers"]);
    let elsewhere = format!("/v1/organizations/{}/groups/{group}", story.world.root.id);
    assert_eq!(
        story.get(&elsewhere).await.status,
        404,
        "a group of another organization does not exist here"
    );
}

#[tokio::test]
async fn an_enrollment_key_is_shown_once_and_only_its_digest_is_kept() {
    let story = Story::new();
    let group = story.group().await;
    let path = story.at(&format!("/groups/{group}/enrollment-keys"));
    let made = story.app.post(&path).bearer(&story.boss.token).send().await;
    assert_eq!(made.status, 201);
    let key = made.json()["key"].as_str().unwrap().to_owned();
    assert!(key.starts_with("cse_"));
    let shown = story.get(&story.at(&format!("/groups/{group}"))).await;
    assert_eq!(shown.json()["enrollment_keys"], 1);
    assert!(!shown.text().contains(&key));
}

#[tokio::test]
async fn racing_enrollment_keys_are_all_kept_or_refused_truthfully() {
    let story = Story::new();
    let group = story.group().await;
    let path = story.at(&format!("/groups/{group}/enrollment-keys"));
    let calls = (0..8).map(|_| story.app.post(&path).bearer(&story.boss.token).send());
    let made = join_all(calls).await.iter().filter(|answer| answer.status == 201).count();
    let kept = story.get(&story.at(&format!("/groups/{group}"))).await.json()["enrollment_keys"].as_u64();
    assert_eq!(kept, Some(made as u64));
}

#[tokio::test]
async fn whoever_is_not_identified_or_not_permitted_changes_nothing() {
    let story = Story::new();
    let group = story.group().await;
    let writes = [
        ("POST", "/v1/organizations".to_owned(), json!({ "name": "X", "parent_id": story.company.id })),
        ("POST", story.at("/groups"), json!({ "name": "X" })),
        ("PATCH", story.at(""), json!({ "name": "X" })),
        ("PATCH", story.at(&format!("/groups/{group}")), json!({ "name": "X" })),
        ("POST", story.at(&format!("/groups/{group}/enrollment-keys")), json!({})),
        ("DELETE", story.at(&format!("/groups/{group}")), Value::Null),
        ("DELETE", story.at(""), Value::Null),
        ("DELETE", story.at("?unsent=discard"), Value::Null),
    ];
    story.denied_to_others(&writes).await;
}

#[tokio::test]
async fn unknown_ids_answer_like_invalid_ones() {
    let story = Story::new();
    for id in ["org_01J00000000000000000000000", "org_", "nonsense", "grp_01J00000000000000000000000"] {
        let answer = story.get(&format!("/v1/organizations/{id}")).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "not-found"), "{id}");
    }
}
