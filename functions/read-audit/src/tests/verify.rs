//! Verifying an audit, over the in-memory store, with a processor that seals like the real one.

use async_trait::async_trait;
use countersign_authority::AuditSeals;
use countersign_authority::secrets::SecretKeys;
use countersign_http::Services;
use countersign_http::testing::{Person, TestApp, TestResponse, World};
use countersign_journal::{ChainHead, Change, Consequences, Effects, Event, IndexEntry, Sealer};
use countersign_kv::KeyValue;
use countersign_model::act::OrganizationEdited;
use countersign_model::{Organization, OrganizationId, Origin, Permission, Permit, Who};
use countersign_store::{StoreError, keys};
use serde_json::{Value, json};

const PATH: &str = "/v1/audit/system/verify";
const KEY: &str = "a-secret-key-of-this-deployment";

/// Effects that only seal, with the deployment's keys.
struct Sealing(Option<AuditSeals>, std::sync::Mutex<Vec<ChainHead>>);

#[async_trait]
impl Effects for Sealing {
    async fn belongs(&self, _: &OrganizationId, _: &IndexEntry) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn event(&self, _: &Event) -> Result<Consequences, StoreError> {
        Ok(Consequences::default())
    }

    fn sealer(&self) -> Option<&dyn Sealer> {
        self.0.as_ref().map(|seals| seals as &dyn Sealer)
    }

    fn chained(&self, head: &ChainHead) {
        self.1.lock().unwrap().push(head.clone());
    }
}

struct Story {
    world: World,
    app: TestApp,
    auditor: Person,
}

impl Story {
    /// Some entries at the root, sealed.
    async fn new() -> Self {
        let story = Self::under(KEY);
        for n in 0..4 {
            story.rename(&format!("Name {n}")).await;
        }
        story.process().await;
        story
    }

    fn under(key: &str) -> Self {
        let world = World::new();
        world.settings.set("secret_key", key);
        let auditor = world.administrator(&world.root, [Permission::ViewSystemAudit]);
        let app = world.app(crate::router);
        Self { world, app, auditor }
    }

    /// An act that the system audit shows with before and after.
    async fn rename(&self, name: &str) {
        let who = Who::Anonymous;
        let origin = Origin { who, address: Some("192.0.2.1".to_owned()), at: self.world.now() };
        let named = |name: &str| Organization { name: name.to_owned(), ..self.world.root.clone() };
        let act = OrganizationEdited::of(&named("Old"), &named(name));
        let change = Change::new(&Permit::scene(&self.world.root.id), &origin, act);
        self.world.journal.save(change).await.unwrap();
    }

    /// The processor's last note in the log.
    async fn process(&self) -> ChainHead {
        let Services { journal, settings, .. } = self.world.services();
        let effects = Sealing(
            AuditSeals::new(&SecretKeys::parse(&settings.get("secret_key").await.unwrap())),
            std::sync::Mutex::default(),
        );
        journal.process(&self.world.root.id, &effects).await.unwrap();
        effects.1.into_inner().unwrap().pop().unwrap()
    }

    async fn verify(&self, query: &str) -> TestResponse {
        self.app.get(&format!("{PATH}{query}")).bearer(&self.auditor.token).send().await
    }

    /// The first page as JSON.
    async fn page(&self) -> Value {
        let answer = self.verify("?limit=200").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    fn entry(&self, number: u64) -> String {
        format!("{}j/{}/{number:016x}", keys::PREFIX, self.world.root.id)
    }

    async fn rewrite(&self, key: &str, change: impl FnOnce(&mut Value)) {
        let bytes = self.world.memory.get(key).await.unwrap().unwrap();
        let mut value = serde_json::from_slice(&bytes).unwrap();
        change(&mut value);
        let bytes = serde_json::to_vec(&value).unwrap();
        self.world.memory.set_many(vec![(key.to_owned(), bytes)]).await.unwrap();
    }

    async fn expect_problems(&self, expected: Value) {
        let page = self.page().await;
        assert_eq!(page["problems"], expected);
        assert_eq!(page["intact"], false);
    }
}

#[tokio::test]
async fn an_untouched_audit_is_intact_and_repeats_what_the_log_says() {
    let story = Story::new().await;
    let page = story.page().await;
    // The organization, the set-up, the auditor, and four names.
    let expected = json!({
        "intact": true, "sealed": 7, "holes": 0, "trimmed": 0, "unsealed": 0, "sealed_from": 1, "problems": [],
        "head": page["head"], "count": 7, "horizon": 7, "noted": null, "next_cursor": null,
    });
    assert_eq!(page, expected);
    story.rename("One more").await;
    let noted = story.process().await;
    let page = story.page().await;
    assert_eq!((&page["count"], &page["head"]), (&json!(noted.count), &json!(noted.head)));
    assert_eq!(story.page().await, page, "verifying changes nothing");
}

#[tokio::test]
async fn pages_go_on_to_the_first_row() {
    let story = Story::new().await;
    let (mut sealed, mut pages, mut query) = (0, 0, "?limit=3".to_owned());
    loop {
        let page = story.verify(&query).await.json();
        assert_eq!(page["intact"], true);
        sealed += page["sealed"].as_u64().unwrap();
        pages += 1;
        let Some(next) = page["next_cursor"].as_str() else { break };
        query = format!("?limit=3&cursor={next}");
    }
    assert_eq!((sealed, pages), (7, 3));
}

#[tokio::test]
async fn an_altered_entry_is_named() {
    let story = Story::new().await;
    story.rewrite(&story.entry(5), |entry| entry["act"]["detail"]["after"]["name"] = json!("Harmless")).await;
    let what = "the entry was altered since it was sealed";
    story.expect_problems(json!([{ "number": 5, "what": what }])).await;
}

#[tokio::test]
async fn a_deleted_entry_is_named() {
    let story = Story::new().await;
    story.world.memory.delete(&story.entry(5)).await.unwrap();
    let what = "the sealed entry is missing";
    story.expect_problems(json!([{ "number": 5, "what": what }])).await;
}

#[tokio::test]
async fn a_head_set_back_is_named_and_not_forgotten() {
    let story = Story::new().await;
    let projection = keys::record(&format!("projection_{}", story.world.root.id));
    story.rewrite(&projection, |projection| projection["value"]["horizon"] = json!(6)).await;
    let what = "the head of the chain does not match its seal: the projection was altered, or set back to cut off the newest rows";
    story.expect_problems(json!([{ "what": what }])).await;
    story.rename("Later").await;
    story.process().await;
    let page = story.page().await;
    assert_eq!(page["intact"], false);
    assert!(
        page["problems"][0]["what"].as_str().unwrap().starts_with("the chain was broken before this row")
    );
}

#[tokio::test]
async fn a_store_put_back_as_a_whole_is_caught_by_what_the_log_noted() {
    let story = Story::new().await;
    let earlier = story.world.memory.dump();
    story.rename("The evidence").await;
    let noted = story.process().await;
    let query = format!("?count={}&head={}", noted.count, noted.head);
    assert_eq!(story.verify(&query).await.json()["noted"], "matches");
    for key in story.world.memory.dump().keys().filter(|key| !earlier.contains_key(*key)) {
        story.world.memory.delete(key).await.unwrap();
    }
    story.world.memory.set_many(earlier.into_iter().collect()).await.unwrap();
    assert_eq!(story.page().await["intact"], true, "the store alone cannot tell");
    let page = story.verify(&query).await.json();
    assert_eq!((&page["noted"], &page["intact"]), (&json!("differs"), &json!(false)));
    assert!(
        page["problems"][0]["what"].as_str().unwrap().starts_with("8 rows were noted, but the chain has 7")
    );
}

#[tokio::test]
async fn without_a_key_the_audit_says_that_it_is_not_sealed() {
    let story = Story::under("");
    story.rename("Name").await;
    story.process().await;
    let page = story.page().await;
    assert_eq!((&page["sealed"], &page["unsealed"], &page["intact"]), (&json!(0), &json!(4), &json!(true)));
    story.world.settings.set("secret_key", KEY);
    story.rename("Sealed").await;
    story.process().await;
    let page = story.page().await;
    assert_eq!((&page["sealed"], &page["unsealed"], &page["intact"]), (&json!(1), &json!(4), &json!(true)));
}

#[tokio::test]
async fn a_key_is_changed_by_putting_the_new_one_first_and_a_missing_one_is_named() {
    let story = Story::new().await;
    story.world.settings.set("secret_key", &format!("another-key-of-this-deployment, {KEY}"));
    story.rename("Under the new key").await;
    story.process().await;
    let page = story.page().await;
    assert_eq!((&page["sealed"], &page["intact"]), (&json!(8), &json!(true)));
    story.world.settings.set("secret_key", "another-key-of-this-deployment");
    let page = story.page().await;
    assert_eq!((&page["sealed"], &page["intact"]), (&json!(1), &json!(false)));
    let what = page["problems"][0]["what"].as_str().unwrap();
    assert!(what.starts_with("7 rows are sealed under the key `"), "{what}");
}

#[tokio::test]
async fn who_may_not_see_the_system_audit_may_not_verify_it() {
    let story = Story::new().await;
    let child: Organization = story.world.organization(&story.world.root, "Company B");
    let unified = story.world.administrator(&story.world.root, [Permission::ViewUnifiedAudit]);
    let below = story.world.administrator(&child, [Permission::SuperAdmin]);
    let root = format!("{PATH}?organization_id={}", story.world.root.id);
    let before = story.world.memory.dump();
    for (who, path, status) in [(&unified, PATH, 403), (&unified, root.as_str(), 403), (&below, &root, 404)] {
        let answer = story.app.get(path).bearer(&who.token).send().await;
        assert_eq!(answer.status, status, "{}", answer.text());
    }
    let answer = story.app.get(PATH).bearer(&unified.token).send().await;
    assert_eq!(answer.code(), "not-permitted");
    assert_eq!(story.app.get(PATH).send().await.code(), "not-identified");
    assert_eq!(story.world.memory.dump(), before, "nothing changed");
    assert!(story.world.outbound.take().is_empty(), "nothing was sent");
}

#[tokio::test]
async fn an_organization_that_does_not_exist_has_no_audit() {
    let story = Story::new().await;
    let answer = story.verify("?organization_id=org_01J00000000000000000000000").await;
    assert_eq!((answer.status, answer.code()), (404, "not-found".to_owned()));
}

#[tokio::test]
async fn bad_queries_are_refused() {
    let story = Story::new().await;
    let queries = [
        ("limit=0", "/limit"),
        ("limit=201", "/limit"),
        ("count=0&head=x", "/count"),
        ("count=3", "/head"),
        ("head=x", "/count"),
        ("organization_id=nonsense", "/organization_id"),
    ];
    for (query, pointer) in queries {
        let answer = story.verify(&format!("?{query}")).await;
        assert_eq!((answer.status, answer.pointers()), (422, vec![pointer.to_owned()]), "{query}");
    }
    for query in ["count=-1&head=x", "count=x&head=x", "page=2"] {
        assert_eq!(story.verify(&format!("?{query}")).await.status, 422, "{query}");
    }
}

#[tokio::test]
async fn a_page_reads_each_row_once_and_writes_nothing() {
    let story = Story::new().await;
    story.world.memory.reset_counts();
    story.page().await;
    let counts = story.world.counts();
    // Besides the entries: the caller (2), the organization, the projection, the counter, the block.
    assert!(counts.reads <= 7 + 8 && counts.writes == 0, "{counts:?}");
}

#[tokio::test]
async fn entries_are_shown_with_before_and_after_who_and_from_where() {
    let story = Story::new().await;
    let page = story.app.get("/v1/audit/system?limit=1").bearer(&story.auditor.token).send().await.json();
    let entry = &page["items"][0];
    let detail = json!({
        "organization_id": story.world.root.id, "before": { "name": "Old" }, "after": { "name": "Name 3" },
    });
    assert_eq!((&entry["detail"], &entry["address"]), (&detail, &json!("192.0.2.1")));
    assert_eq!(
        (&entry["actor"], &entry["act"]),
        (&json!({ "kind": "anonymous" }), &json!("organization.edited"))
    );
    assert_eq!(entry["at"], json!(story.world.now()));
}
