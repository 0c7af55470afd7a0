//! The export.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use countersign_http::testing::{Person, TestResponse};
use countersign_model::{
    Act, Condition, Decision, FirstUse, FlagId, GrantId, NewRequester, Outcome, Permission, Permit, Request,
    RequestStatus, Who, lists,
};
use http::Method;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::tests::story::Story;

fn lines(answer: &TestResponse) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn requests_are_exported_with_their_decisions_as_json_lines() {
    let story = Story::new();
    let first = story.ask("C:\\=tool.exe", 'a').await;
    story.world.advance(Duration::from_secs(60));
    let second = story.ask("/b", 'b').await;
    story.decide(&first, Outcome::Denied, Some(&story.boss)).await;
    let path = format!("/v1/requests/export?organization_id={}", story.company.id);
    let answer = story.get(&story.boss, &path).await;
    assert_eq!(answer.header("content-type"), "application/jsonl");
    let all = lines(&answer);
    assert_eq!(all.len(), 3);
    assert_eq!((&all[0]["id"], &all[0]["outcome"]), (&json!(second.id), &json!(null)));
    let decided = &all[1];
    assert_eq!(
        (&decided["status"], &decided["outcome"], &decided["message"]),
        (&json!("denied"), &json!("denied"), &json!("@once"))
    );
    assert_eq!(
        (&decided["decided_by"], &decided["name"]),
        (&json!(story.boss.record.name), &json!("=tool.exe"))
    );
    assert_eq!(all[2], json!({ "end": { "rows": 2, "looked_at": 2, "next_cursor": null } }));
    let oldest = lines(&story.get(&story.boss, &format!("{path}&status=pending&oldest_first=true")).await);
    assert_eq!((oldest.len(), &oldest[0]["id"]), (2, &json!(second.id)));
    let none = lines(&story.get(&story.boss, &format!("{path}&kind=storage")).await);
    assert_eq!(none, [json!({ "end": { "rows": 0, "looked_at": 2, "next_cursor": null } })]);
}

#[tokio::test]
async fn lines_leave_before_what_comes_after_them_is_read() {
    let story = Story::new();
    for number in 0..150 {
        story.ask(&format!("/{number}"), 'a').await;
        story.world.advance(Duration::from_millis(1));
    }
    story.process(&story.company.id).await;
    for (format, heading) in [("jsonl", 0), ("csv", 1)] {
        let path = format!(
            "/v1/requests/export?organization_id={}&format={format}&oldest_first=true",
            story.company.id
        );
        let call = http::Request::get(path).header("authorization", format!("Bearer {}", story.boss.token));
        let router = crate::router(story.world.services());
        let response = router.oneshot(call.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200);
        let mut body = response.into_body();
        let begun = story.world.counts().reads;
        let mut lines = async || {
            let frame = body.frame().await?.unwrap().into_data().unwrap();
            Some(String::from_utf8(frame.to_vec()).unwrap().lines().count())
        };
        assert_eq!(lines().await, Some(heading + 100), "{format}");
        let first = story.world.counts().reads;
        // Each request is read once, beside what leads to a page.
        assert!((100..150).contains(&(first - begun)), "{format}: {}", first - begun);
        assert_eq!(lines().await, Some(50), "{format}");
        let second = story.world.counts().reads;
        assert!((50..100).contains(&(second - first)), "{format}: {}", second - first);
        assert_eq!(
            (lines().await, lines().await),
            (Some(1), None),
            "{format}: the last line says that it is complete"
        );
        assert_eq!(story.world.counts().reads, second, "{format}");
    }
}

#[tokio::test]
async fn a_table_has_one_line_for_each_and_no_formulas() {
    let story = Story::new();
    let request = story.ask("=cmd|' /C calc'!A0", 'a').await;
    story.decide(&request, Outcome::Approved, Some(&story.boss)).await;
    let path = format!("/v1/requests/export?organization_id={}&format=csv", story.company.id);
    let answer = story.get(&story.boss, &path).await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(answer.body.as_ref());
    let names = reader.headers().unwrap().clone();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    let value = |name: &str| rows[0][names.iter().position(|each| each == name).unwrap()].to_owned();
    assert_eq!(value("id"), request.id.as_str());
    assert_eq!((value("username").as_str(), value("message").as_str()), ("'=kim", "'@once"));
    assert_eq!(
        (value("reason").as_str(), value("outcome").as_str()),
        ("for \"the\" report, really", "approved")
    );
    for field in rows[0].iter() {
        assert!(!field.starts_with(['=', '+', '-', '@']), "{field}");
    }
    assert_eq!(rows[1].iter().collect::<Vec<_>>(), ["#end", "1", ""]);
}

#[tokio::test]
async fn an_export_has_all_users_the_terms_of_an_approval_and_the_decisions_that_were_replaced() {
    let story = Story::new();
    let request = story.ask("/tool", 'a').await;
    let now = story.world.now();
    let ann = NewRequester {
        username: "ann".to_owned(),
        email: Some("ann@b.example".parse().unwrap()),
        reason: Some("=1+1".to_owned()),
    };
    let joins = |old: &Request| Ok::<_, Infallible>(old.ask_again(ann.clone(), now).unwrap().request);
    story.world.journal.update(&request.id, joins).await.unwrap();
    story.decide(&request, Outcome::Denied, Some(&story.boss)).await;
    let (grant, flag) = (GrantId::from_ulid(story.world.ulid()), FlagId::from_ulid(story.world.ulid()));
    let first_use = FirstUse { lasts_seconds: 3600, use_by: now + Duration::from_secs(60) };
    let anew = |old: &Request| {
        let denial = old.decision.clone().unwrap();
        let decision = Decision {
            outcome: Outcome::Approved,
            condition: Condition::Publisher,
            first_use: Some(first_use),
            grant: Some(grant.clone()),
            flag: Some(flag.clone()),
            ..denial.clone()
        };
        let new = Request { status: RequestStatus::Approved, decision: Some(decision), ..old.clone() };
        Ok::<_, Infallible>(Request { earlier_decisions: vec![denial], ..new })
    };
    story.world.journal.update(&request.id, anew).await.unwrap();
    let path = format!("/v1/requests/export?organization_id={}", story.company.id);
    let row = lines(&story.get(&story.boss, &path).await)[0].clone();
    let terms = ["condition", "lasts_seconds", "use_by", "grant_id", "flag_id"].map(|name| row[name].clone());
    let expected = [json!("publisher"), json!(3600), json!(first_use.use_by), json!(grant), json!(flag)];
    assert_eq!(terms, expected);
    let users: Vec<_> = row["users"].as_array().unwrap().iter().map(|user| &user["username"]).collect();
    assert_eq!(users, ["=kim", "ann"]);
    assert_eq!(
        (&row["users"][1]["email"], &row["users"][1]["reason"]),
        (&json!("ann@b.example"), &json!("=1+1"))
    );
    let earlier = &row["earlier_decisions"];
    assert_eq!((earlier.as_array().unwrap().len(), &earlier[0]["outcome"]), (1, &json!("denied")));
    assert_eq!(earlier[0]["decided_by"], json!(story.boss.record.name));

    let table = story.get(&story.boss, &format!("{path}&format=csv")).await;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(table.body.as_ref());
    let names = reader.headers().unwrap().clone();
    let record = reader.records().next().unwrap().unwrap();
    let cell = |name: &str| record[names.iter().position(|each| each == name).unwrap()].to_owned();
    for name in ["users", "earlier_decisions"] {
        assert_eq!(serde_json::from_str::<Value>(&cell(name)).unwrap(), row[name], "the same in a cell");
    }
    assert_eq!((cell("condition").as_str(), cell("grant_id").as_str()), ("publisher", grant.as_str()));

    let viewer = story.person([Permission::ViewApprovals]);
    let row = lines(&story.get(&viewer, "/v1/requests/export").await)[0].clone();
    for name in ["condition", "lasts_seconds", "use_by", "grant_id", "flag_id"] {
        assert_eq!(row[name], json!(null), "{name}");
    }
    assert_eq!(
        (&row["users"], &row["earlier_decisions"]),
        (&json!([]), &json!([])),
        "only for who may open it"
    );
}

#[tokio::test]
async fn exported_requests_say_who_has_them_and_are_narrowed_by_it() {
    let story = Story::new();
    let taken = story.ask("/taken", 'a').await;
    let free = story.ask("/free", 'b').await;
    let helper = story.person([Permission::ApproveForEntireOrganization]);
    story.take(&taken, &helper).await;
    let export = async |who: &Person, assignee: &str| {
        let path = format!("/v1/requests/export?organization_id={}&assignee={assignee}", story.company.id);
        let mut rows = lines(&story.get(who, &path).await);
        rows.pop();
        rows
    };
    let (id, name) = (helper.record.id.as_str(), &helper.record.name);
    for (who, assignee) in [(&helper, "me"), (&story.boss, id)] {
        let rows = export(who, assignee).await;
        assert_eq!((rows.len(), &rows[0]["id"]), (1, &json!(taken.id)), "{assignee}");
        assert_eq!((&rows[0]["assignee_id"], &rows[0]["assignee"]), (&json!(id), &json!(name)));
        assert_eq!(rows[0]["assigned_since"], json!(story.world.now()));
    }
    let rows = export(&helper, "none").await;
    assert_eq!((rows.len(), &rows[0]["id"], &rows[0]["assignee"]), (1, &json!(free.id), &json!(null)));
    assert_eq!(export(&story.boss, "me").await.len(), 0);
    let refused = story.get(&helper, "/v1/requests/export?assignee=you").await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/assignee".to_owned()]));
}

#[tokio::test]
async fn whoever_may_not_open_a_request_gets_what_the_list_shows() {
    let story = Story::new();
    let request = story.ask("/secret/tool", 'a').await;
    story.decide(&request, Outcome::Denied, Some(&story.boss)).await;
    let viewer = story.person([Permission::ViewApprovals]);
    let answer = story.get(&viewer, "/v1/requests/export").await;
    let row = &lines(&answer)[0];
    assert_eq!(
        (&row["name"], &row["status"], &row["path"]),
        (&json!("tool"), &json!("denied"), &json!(null))
    );
    for secret in ["secret", "really", "@once", &"a".repeat(64), story.boss.record.name.as_str()] {
        assert!(!answer.text().contains(secret), "{secret}");
    }
    let root = &story.world.root;
    story.process(&story.company.id).await;
    let parent_only = story.world.administrator(root, [Permission::SuperAdminParentOnly]);
    assert_eq!(
        lines(&story.get(&parent_only, "/v1/requests/export").await)[0]["end"]["rows"],
        0,
        "nothing below"
    );
    let stranger =
        story.world.administrator(&story.world.organization(root, "Sibling"), [Permission::SuperAdmin]);
    let path = format!("/v1/requests/export?organization_id={}", story.company.id);
    for (who, status) in [(&story.person([]), 403), (&stranger, 404)] {
        assert_eq!(story.get(who, &path).await.status, status);
    }
    assert_eq!(story.app.get(&path).send().await.status, 401);
    for (query, pointer) in [("format=xml", "/format"), ("status=open", "/status"), ("limit=5", "/limit")] {
        let refused = story.get(&story.boss, &format!("/v1/requests/export?{query}")).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![pointer.to_owned()]), "{query}");
    }
}

#[tokio::test]
async fn an_export_is_in_the_system_audit_with_its_filters() {
    let story = Story::new();
    story.ask("/tool", 'a').await;
    let path = format!(
        "/v1/requests/export?organization_id={}&format=csv&status=decided&kind=storage&assignee=none&q=tool&below=false",
        story.company.id
    );
    let exports = async || {
        let permit = Permit::scene(&story.company.id);
        let page = story.world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 50).await.unwrap();
        let mut found = Vec::new();
        for row in page.items {
            let event = story.world.journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
            if let Act::RequestsExported(export) = event.act {
                found.push((event.who, serde_json::to_value(export).unwrap()));
            }
        }
        found
    };
    assert_eq!(story.get(&story.person([]), &path).await.status, 403);
    let head = story.app.call(Method::HEAD, &path).bearer(&story.boss.token).send().await;
    assert_eq!(head.status, 200);
    assert_eq!(exports().await.len(), 0, "nothing left yet");
    assert_eq!(story.get(&story.boss, &path).await.status, 200);
    let found = exports().await;
    assert_eq!(found.len(), 1);
    let (who, export) = &found[0];
    assert!(matches!(who, Who::Administrator { id, .. } if *id == story.boss.record.id), "{who:?}");
    let expected = json!({ "organization_id": story.company.id, "below": false, "format": "csv",
        "status": "approved,denied,ignored,revoked", "kind": "storage", "assignee": "none", "text": "tool" });
    assert_eq!(*export, expected);
}

#[tokio::test]
async fn an_export_goes_on_where_the_last_line_says() {
    let story = Story::new();
    let mut asked = Vec::new();
    for _ in 0..250 {
        story.world.advance(Duration::from_millis(10));
        asked.push(story.ask("/tool", 'a').await.id.to_string());
        if asked.len() % 60 == 0 {
            story.process(&story.company.id).await;
        }
    }
    asked.reverse();
    let path = format!("/v1/requests/export?organization_id={}", story.company.id);
    let ids = |rows: &[Value]| -> Vec<String> {
        rows.iter().filter_map(|row| row["id"].as_str().map(str::to_owned)).collect()
    };
    let (mut limited, mut cursor) = (Vec::new(), String::new());
    loop {
        let part = lines(&story.get(&story.boss, &format!("{path}{cursor}")).await);
        let next = part.last().unwrap()["end"]["next_cursor"].as_str().map(str::to_owned);
        limited.push(part);
        match next {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(limited.iter().map(Vec::len).collect::<Vec<_>>(), [201, 51], "two pages a call in tests");
    let rows: Vec<_> = limited.iter().flat_map(|part| ids(part)).collect();
    assert_eq!(rows, asked, "each once");
    let other = limited[0].last().unwrap()["end"]["next_cursor"].as_str().unwrap().to_owned();
    let refused = story.get(&story.boss, &format!("{path}&kind=storage&cursor={other}")).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/cursor".to_owned()]),
        "for other parameters"
    );
}

#[tokio::test]
async fn requests_are_counted_before_they_are_exported_and_counting_is_not_on_record() {
    let story = Story::new();
    let first = story.ask("/a", 'a').await;
    story.world.advance(Duration::from_secs(60));
    story.ask("/b", 'b').await;
    story.decide(&first, Outcome::Denied, Some(&story.boss)).await;
    let path = format!("/v1/requests/export?organization_id={}&count=true", story.company.id);
    let token = story.world.session(&story.boss.record);
    let counted =
        async |narrowed: &str| story.app.get(&format!("{path}{narrowed}")).bearer(&token).send().await;
    let before = story.world.memory.dump();
    for (narrowed, rows) in [("", 2), ("&status=pending", 1), ("&kind=storage", 0)] {
        let answer = lines(&counted(narrowed).await);
        assert_eq!(answer.len(), 1, "the last line alone: {narrowed}");
        let end = &answer[0]["end"];
        assert_eq!((&end["rows"], &end["next_cursor"]), (&json!(rows), &Value::Null), "{narrowed}");
    }
    assert_eq!(counted("&format=csv").await.text(), "#end,2,\r\n");
    assert!(story.world.memory.dump() == before, "nothing changed");
    let nobody = story.world.administrator(&story.company, []);
    let refused = story.get(&nobody, &path).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "not-permitted"), "{}", refused.text());
}
