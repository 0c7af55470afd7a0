//! The export.

use countersign_http::testing::{Person, Scene, TestResponse};
use countersign_model::{Act, Permission};
use http::Method;
use serde_json::{Value, json};

/// Company B below the root, with an auditor of both audits.
struct Story {
    scene: Scene,
    auditor: Person,
}

impl Story {
    fn new() -> Self {
        let scene = Scene::of(crate::router);
        let auditor = [Permission::ViewSystemAudit, Permission::ViewUnifiedAudit];
        let auditor = scene.somebody(&scene.child, &auditor);
        Self { scene, auditor }
    }

    fn path(&self, audit: &str, query: &str) -> String {
        format!("/v1/audit/{audit}/export?organization_id={}{query}", self.scene.child.id)
    }

    async fn get(&self, who: &Person, path: &str) -> TestResponse {
        self.scene.app.get(path).bearer(&who.token).send().await
    }
}

fn lines(answer: &TestResponse) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn an_export_has_the_entries_as_the_audit_shows_them() {
    let story = Story::new();
    story.scene.world.group(&story.scene.child, "Workstations");
    let list = format!("/v1/audit/system?organization_id={}&limit=200", story.scene.child.id);
    let shown = story.get(&story.auditor, &list).await.json()["items"].as_array().unwrap().clone();
    let answer = story.get(&story.auditor, &story.path("system", "")).await;
    assert_eq!(answer.header("content-type"), "application/jsonl");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"system-audit.jsonl\"");
    let mut exported = lines(&answer);
    let end = exported.pop().unwrap();
    assert_eq!(end["end"]["rows"].as_u64().unwrap() as usize, exported.len());
    let own = exported.remove(0);
    assert_eq!(
        (&own["act"], &own["actor"]["id"]),
        (&json!("audit.exported"), &json!(story.auditor.record.id))
    );
    assert_eq!(exported, shown, "all others as before");
}

#[tokio::test]
async fn a_table_has_names_and_no_formulas() {
    let story = Story::new();
    let group = story.scene.world.group(&story.scene.child, "=Workstations");
    let device = story.scene.world.computer_called(&group, "pc-1");
    let answer = story.get(&story.auditor, &story.path("unified", "&format=csv&act=computer")).await;
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"unified-audit.csv\"");
    let text = answer.text();
    let all: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(
        all[0],
        "at,act,actor_kind,actor_id,actor,address,organization_id,organization,about,names,detail,id"
    );
    let about = format!("{} {}", device.record.id, group.id);
    assert!(all[1].contains(&format!(",Company B,{about},pc-1; =Workstations,")), "{text}");
    assert_eq!(all[2..], ["#end,1,", ""], "{text}");
    let named = format!("&format=csv&act=group&q={}", group.id);
    let text = story.get(&story.auditor, &story.path("system", &named)).await.text();
    assert!(text.contains(",'=Workstations,"), "{text}");
}

#[tokio::test]
async fn an_export_is_on_record_with_its_filters_and_who_made_it() {
    let story = Story::new();
    let query = "&format=csv&act=role&actor=system&about=rol_1&after=2026-01-01T00:00:00Z&before=2036-01-01T00:00:00Z&q=desk";
    let path = story.path("unified", query);
    let head = story.scene.app.call(Method::HEAD, &path).bearer(&story.auditor.token).send().await;
    assert_eq!(head.status, 200);
    let exports = async || {
        let audit = story.scene.audit(&story.scene.child).await.into_iter();
        let exports = audit.filter_map(|event| {
            let Act::AuditExported(export) = event.act else { return None };
            Some((event.who, serde_json::to_value(export).unwrap()))
        });
        exports.collect::<Vec<_>>()
    };
    assert_eq!(exports().await.len(), 0, "nothing has left yet");
    assert_eq!(story.get(&story.auditor, &path).await.status, 200);
    let found = exports().await;
    let expected = json!({ "organization_id": story.scene.child.id, "audit": "unified", "format": "csv",
        "acts": "role.created,role.edited,role.deleted", "actor": "system", "about": "rol_1",
        "after": "2026-01-01T00:00:00Z", "before": "2036-01-01T00:00:00Z", "text": "desk" });
    assert_eq!(found[0].1, expected);
}

#[tokio::test]
async fn an_export_goes_on_where_the_last_line_says() {
    let story = Story::new();
    for number in 0..250 {
        story.scene.world.group(&story.scene.child, &format!("Group {number}"));
    }
    story.scene.world.fill_lists(&story.scene.child.id).await;
    let (mut parts, mut names, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let part =
            lines(&story.get(&story.auditor, &story.path("system", &format!("&act=group{cursor}"))).await);
        let name = |line: &Value| line["detail"]["after"]["name"].as_str().map(str::to_owned);
        names.extend(part.iter().filter_map(name));
        parts.push(part.last().unwrap()["end"]["looked_at"].as_u64().unwrap());
        match part.last().unwrap()["end"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let all: Vec<_> = (0..250).rev().map(|number| format!("Group {number}")).collect();
    assert_eq!(names, all, "each once");
    assert_eq!((parts.len(), parts[0]), (2, 200), "two pages a call in tests: {parts:?}");
    let second = story.get(&story.auditor, &story.path("system", &format!("&act=group{cursor}"))).await;
    assert_eq!(second.status, 200);
    let audit = story.scene.audit(&story.scene.child).await;
    let Act::AuditExported(export) = &audit[0].act else { panic!("{:?}", audit[0].act) };
    assert!(export.continued);
    let other = story.get(&story.auditor, &story.path("system", &format!("&act=role{cursor}"))).await;
    assert_eq!((other.status, other.pointers()), (422, vec!["/cursor".to_owned()]), "for other filters");
}

#[tokio::test]
async fn entries_are_counted_before_they_are_exported_and_counting_is_not_on_record() {
    let story = Story::new();
    for number in 0..250 {
        story.scene.world.group(&story.scene.child, &format!("Group {number}"));
    }
    story.scene.world.fill_lists(&story.scene.child.id).await;
    let count = async |query: &str| {
        let counted = story.get(&story.auditor, &story.path("system", &format!("&count=true{query}"))).await;
        let mut all = lines(&counted);
        assert_eq!(all.len(), 1, "the last line alone: {all:?}");
        all.remove(0)["end"].take()
    };
    let before = story.scene.world.memory.dump();
    let reads = story.scene.world.counts().reads;
    let first = count("&act=group").await;
    let reads = story.scene.world.counts().reads - reads;
    assert_eq!(
        (&first["rows"], &first["looked_at"]),
        (&json!(200), &json!(200)),
        "as many as an export looks at"
    );
    // Each entry is read once, beside what leads to a page. Names are not read.
    assert!(reads <= 210, "{reads}");
    let rest = count(&format!("&act=group&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!((&rest["rows"], &rest["next_cursor"]), (&json!(50), &Value::Null));
    assert_eq!(count("&act=group&q=group%20249").await["rows"], 1, "what is searched by its name");
    assert_eq!(count("&act=role").await["rows"], 0);
    let table = story.get(&story.auditor, &story.path("system", "&count=true&format=csv&act=role")).await;
    assert_eq!(table.text().split(',').collect::<Vec<_>>()[..2], ["#end", "0"]);
    assert!(story.scene.world.memory.dump() == before, "nothing changed");
}

#[tokio::test]
async fn an_export_needs_the_right_to_read_the_audit() {
    let story = Story::new();
    let unified = story.scene.somebody(&story.scene.child, &[Permission::ViewUnifiedAudit]);
    let system = story.scene.somebody(&story.scene.child, &[Permission::ViewSystemAudit]);
    let nobody = story.scene.somebody(&story.scene.child, &[]);
    let beside = story.scene.world.organization(&story.scene.world.root, "Company C");
    let stranger = story.scene.somebody(&beside, &[Permission::SuperAdmin]);
    let call = |audit: &str, who: &Person| story.scene.app.get(&story.path(audit, "")).bearer(&who.token);
    story.scene.refused(call("system", &unified), (403, "not-permitted")).await;
    story.scene.refused(call("unified", &system), (403, "not-permitted")).await;
    for audit in ["system", "unified"] {
        story.scene.refused(call(audit, &nobody), (403, "not-permitted")).await;
        story.scene.refused(call(audit, &stranger), (404, "not-found")).await;
        let anonymous = story.scene.app.get(&story.path(audit, ""));
        story.scene.refused(anonymous, (401, "not-identified")).await;
    }
    let counted = story.scene.app.get(&story.path("system", "&count=true")).bearer(&unified.token);
    story.scene.refused(counted, (403, "not-permitted")).await;
    let bad = story.get(&story.auditor, &story.path("system", "&format=xml")).await;
    assert_eq!((bad.status, bad.pointers()), (422, vec!["/format".to_owned()]));
}
