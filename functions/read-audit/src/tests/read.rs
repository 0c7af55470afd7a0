//! Reading the audits, over the in-memory store.

use std::collections::BTreeSet;

use countersign_http::testing::{Person, TestResponse};
use countersign_model::{ActName, Permission};
use serde_json::{Value, json};

countersign_http::story!(Company, crate::router);

impl Story {
    async fn read(&self, who: &Person, path: &str) -> TestResponse {
        self.app.get(path).bearer(&who.token).send().await
    }
}

fn acts(page: &TestResponse) -> Vec<String> {
    let items = page.json()["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["act"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_system_audit_shows_what_administrators_did_newest_first() {
    let story = Story::new();
    let auditor = story.world.administrator(&story.world.root, [Permission::ViewSystemAudit]);
    story.world.group(&story.world.root, "Workstations");
    let page = story.read(&auditor, "/v1/audit/system").await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(acts(&page)[..2], ["group.created", "administrator.invitation-accepted"]);
}

#[tokio::test]
async fn the_unified_audit_shows_what_happened_at_endpoints() {
    let story = Story::new();
    let auditor = story.world.administrator(&story.world.root, [Permission::ViewUnifiedAudit]);
    let group = story.world.group(&story.world.root, "Workstations");
    story.world.computer(&group);
    let page = story.read(&auditor, "/v1/audit/unified").await;
    assert_eq!(acts(&page), ["computer.enrolled"]);
}

#[tokio::test]
async fn a_page_goes_on_where_the_one_before_ended() {
    let story = Story::new();
    let auditor = story.world.administrator(&story.world.root, [Permission::ViewSystemAudit]);
    for place in 0..5 {
        story.world.group(&story.world.root, &format!("Group {place}"));
    }
    let whole = acts(&story.read(&auditor, "/v1/audit/system").await);
    let (mut walked, mut path) = (Vec::new(), "/v1/audit/system?limit=2".to_owned());
    loop {
        let page = story.read(&auditor, &path).await;
        walked.extend(acts(&page));
        let next = page.json()["next_cursor"].as_str().map(str::to_owned);
        let Some(next) = next else { break };
        path = format!("/v1/audit/system?limit=2&cursor={next}");
    }
    assert_eq!(walked, whole);
}

#[tokio::test]
async fn each_audit_needs_its_own_permission() {
    let story = Story::new();
    let unified = story.world.administrator(&story.world.root, [Permission::ViewUnifiedAudit]);
    let nobody = story.world.administrator(&story.world.root, []);
    let stranger = story.world.administrator(&story.company, [Permission::SuperAdmin]);
    assert_eq!(story.read(&unified, "/v1/audit/system").await.status, 403);
    assert_eq!(story.read(&unified, "/v1/audit/unified").await.status, 200);
    assert_eq!(story.read(&nobody, "/v1/audit/unified").await.status, 403);
    let root = format!("/v1/audit/system?organization_id={}", story.world.root.id);
    assert_eq!(story.read(&stranger, &root).await.status, 404);
    assert_eq!(story.app.get("/v1/audit/system").send().await.status, 401);
}

#[tokio::test]
async fn bad_queries_are_refused() {
    let story = Story::new();
    let auditor = story.world.administrator(&story.world.root, [Permission::SuperAdmin]);
    for query in ["limit=0", "limit=201", "limit=x", "page=2", "organization_id=nonsense"] {
        let answer = story.read(&auditor, &format!("/v1/audit/system?{query}")).await;
        assert_eq!(answer.status, 422, "{query}");
    }
}

/// Every `$ref` in a document.
fn references(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str).map(str::to_owned);
            fields.values().flat_map(references).chain(own).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => BTreeSet::new(),
    }
}

#[test]
fn an_entry_is_described_act_by_act_and_every_description_is_there() {
    let document = serde_json::to_value(crate::openapi().finish().unwrap()).unwrap();
    let named = |name: &str| document["components"]["schemas"][name].clone();
    let parts = named("AuditEntry")["allOf"].clone();
    let fields = parts.as_array().unwrap().iter().find_map(|part| part["properties"].as_object()).unwrap();
    let fields: Vec<_> = fields.keys().map(String::as_str).collect();
    assert_eq!(fields, ["about", "actor", "address", "at", "id", "names", "organization_id"]);
    assert!(references(&parts).contains("#/components/schemas/Act"), "{parts}");

    let acts = named("Act");
    assert_eq!(acts["required"], json!(["act", "detail"]));
    let names: Vec<_> = ActName::ALL.iter().map(|name| name.id()).collect();
    assert_eq!(named("ActName")["enum"], json!(names));
    let details = acts["properties"]["detail"]["anyOf"].as_array().unwrap().clone();
    assert_eq!(details.len(), names.len());
    for detail in &details {
        let detail = detail["$ref"].as_str().unwrap_or_else(|| panic!("{detail}"));
        let described = document.pointer(detail.trim_start_matches('#')).unwrap();
        assert!(described.is_object() && *described != json!({}), "{detail}");
    }
    for reference in references(&document) {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference} leads nowhere");
    }
}
