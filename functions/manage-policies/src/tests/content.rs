//! What policies block and allow.

use countersign_http::testing::TestResponse;
use countersign_model::{DeployedPolicies, Deployment, PolicyContent, lists};
use countersign_store::DeployedPoliciesId;
use serde_json::{Value, json};

countersign_http::story!(Office, crate::router);

const HASH: &str = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";

impl Story {
    async fn create(&self, mut body: Value) -> TestResponse {
        body["group_id"] = json!(self.group.id);
        self.app.post(&self.at("/policies")).bearer(&self.boss.token).json(body).send().await
    }

    async fn edit(&self, id: &str, body: Value) -> TestResponse {
        let path = self.at(&format!("/policies/{id}"));
        self.app.patch(&path).bearer(&self.boss.token).json(body).send().await
    }
}

fn entry(by: &str, values: &[&str]) -> Value {
    json!({ "action": "allow", "match": { "by": by, "values": values } })
}

#[tokio::test]
async fn a_policy_says_what_it_blocks_and_allows_and_deploys_it() {
    let story = Story::new();
    let made = story
        .create(json!({ "name": "A", "description": " For the desks ", "default_action": "allow",
            "kinds": ["storage", "application", "storage"], "entries": [
                entry("sha256", &[HASH]),
                entry("path", &[r"C:\Windows\**", "/usr/*"]),
                entry("publisher", &["CN=Example Software"]),
                entry("device", &["4C530001230715109395"]),
                entry("domain", &["*.Updates.EXAMPLE", "*.updates.example"]),
                entry("address", &["10.1.2.3/8"]),
            ] }))
        .await;
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    assert_eq!((&made["description"], &made["default_action"]), (&json!("For the desks"), &json!("allow")));
    assert_eq!(made["kinds"], json!(["application", "storage"]), "each once, in a fixed order");
    let values = |at: usize| made["entries"][at]["match"]["values"].clone();
    assert_eq!(values(0), json!([HASH.to_lowercase()]));
    assert_eq!(values(4), json!(["*.updates.example"]), "the same once");
    assert_eq!(values(5), json!(["10.0.0.0/8"]), "in canonical form");

    let id = made["id"].as_str().unwrap();
    let edited =
        story.edit(id, json!({ "description": null, "entries": [entry("path", &["/opt/**"])] })).await.json();
    assert_eq!((&edited["description"], &edited["default_action"]), (&Value::Null, &json!("allow")));
    assert_eq!(edited["entries"].as_array().unwrap().len(), 1, "replaced as a whole");
    let deployed = story.app.post(&story.at("/deploy")).bearer(&story.boss.token).send().await;
    assert_eq!(deployed.status, 200, "{}", deployed.text());
    let journal = &story.world.journal;
    let live = journal.load::<Deployment>(&story.company.id).await.unwrap().unwrap().value;
    let group = DeployedPoliciesId::new(&live.generation, &story.group.id);
    let live = journal.load::<DeployedPolicies>(&group).await.unwrap().unwrap().value;
    assert_eq!(serde_json::to_value(&live.policies[0].content.entries).unwrap(), edited["entries"]);
}

#[tokio::test]
async fn a_policy_that_says_nothing_blocks_everything() {
    let story = Story::new();
    let made = story.create(json!({ "name": "A" })).await.json();
    let all = json!(["application", "storage", "elevation"]);
    assert_eq!(
        (&made["default_action"], &made["kinds"], &made["entries"]),
        (&json!("block"), &all, &json!([]))
    );
}

#[tokio::test]
async fn what_an_agent_could_not_enforce_is_refused_at_its_place() {
    let story = Story::new();
    let long = "x".repeat(513);
    let cases = [
        (json!({ "entries": [entry("sha256", &["abc"])] }), "/entries/0/match/values/0", "no digest"),
        (json!({ "entries": [entry("path", &["/a", " "])] }), "/entries/0/match/values/1", "blank"),
        (
            json!({ "entries": [entry("path", &["/a\n"]), entry("path", &["a\u{0}b"])] }),
            "/entries/1/match/values/0",
            "control character",
        ),
        (json!({ "entries": [entry("publisher", &[&long])] }), "/entries/0/match/values/0", "too long"),
        (json!({ "entries": [entry("domain", &["a b.example"])] }), "/entries/0/match/values/0", "no domain"),
        (json!({ "entries": [entry("domain", &["a..example"])] }), "/entries/0/match/values/0", "no domain"),
        (json!({ "entries": [entry("domain", &["*.*.example"])] }), "/entries/0/match/values/0", "no domain"),
        (
            json!({ "entries": [entry("address", &["10.0.0.0/33"])] }),
            "/entries/0/match/values/0",
            "no network",
        ),
        (json!({ "entries": [entry("path", &[])] }), "/entries/0/match/values", "no value"),
        (json!({ "entries": [entry("path", &["/a"; 21])] }), "/entries/0/match/values", "too many values"),
        (json!({ "entries": vec![entry("path", &["/a"]); 101] }), "/entries", "too many entries"),
        (json!({ "entries": [entry("colour", &["red"])] }), "/entries/0/match/by", "unknown"),
        (json!({ "default_action": "ask" }), "/default_action", "unknown"),
        (json!({ "kinds": [] }), "/kinds", "none"),
        (json!({ "description": "x".repeat(501) }), "/description", "too long"),
    ];
    let there = story.create(json!({ "name": "There" })).await.json();
    let id = there["id"].as_str().unwrap();
    story.world.settle().await;
    let before = story.world.memory.dump();
    for (mut body, pointer, why) in cases {
        let edited = story.edit(id, body.clone()).await;
        assert_eq!(
            (edited.status, edited.pointers()),
            (422, vec![pointer.to_owned()]),
            "{why}: {}",
            edited.text()
        );
        body["name"] = json!("New");
        let made = story.create(body).await;
        assert_eq!((made.status, made.pointers()), (422, vec![pointer.to_owned()]), "{why}: {}", made.text());
    }
    assert!(story.world.memory.dump() == before, "nothing changed");
}

#[tokio::test]
async fn a_policy_that_says_too_much_is_refused() {
    let story = Story::new();
    let value = "x".repeat(500);
    let large = json!({ "entries": vec![entry("path", &[&value]); PolicyContent::BYTES_MAX / 500] });
    let mut new = large.clone();
    new["name"] = json!("A");
    let refused = story.create(new).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/entries".to_owned()]),
        "{}",
        refused.text()
    );
    let there = story.create(json!({ "name": "There" })).await.json();
    let refused = story.edit(there["id"].as_str().unwrap(), large).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/entries".to_owned()]),
        "{}",
        refused.text()
    );
}

#[tokio::test]
async fn an_edit_of_one_entry_is_one_entry_in_the_audit() {
    use countersign_model::{Act, Permit};
    let story = Story::new();
    let entries = |last: &str| vec![entry("path", &["/a"]), entry("path", &["/b"]), entry("path", &[last])];
    let made = story.create(json!({ "name": "A", "entries": entries("/c") })).await.json();
    let id = made["id"].as_str().unwrap();
    assert_eq!(story.edit(id, json!({ "entries": entries("/d") })).await.status, 200);
    let permit = Permit::scene(&story.company.id);
    let page = story.world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 1).await.unwrap();
    let event = story.world.journal.event(&permit, page.items[0].number.unwrap()).await.unwrap().unwrap();
    let Act::PolicyEdited(act) = event.act else { panic!("{:?}", event.act) };
    let sides = [act.before, act.after].map(|side| serde_json::to_value(side.content).unwrap());
    for (side, value) in sides.iter().zip(["/c", "/d"]) {
        assert_eq!((&side["entries"], &side["differing"]), (&json!(3), &json!([entry("path", &[value])])));
    }
}
