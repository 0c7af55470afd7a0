//! Trying a rule on what was asked.
use std::time::Duration;

use countersign_http::testing::{Device, Scene, new_request};
use countersign_journal::Change;
use countersign_model::act::RequestSubmitted;
use countersign_model::{Computer, File, Origin, Permission, Permit, Request, RequestId, Subject, Who};
use serde_json::{Value, json};

use super::{HASH, approver, process, rule, scene};

async fn ask(scene: &Scene, device: &Device, path: &str) -> Request {
    scene.world.advance(Duration::from_millis(5));
    let new = new_request(
        "ann",
        Subject::Application(File { path: Some(path.into()), ..File::new(HASH.parse().unwrap()) }),
    );
    let id = RequestId::from_ulid(scene.world.ulid());
    let request = Request::submit(id, &scene.child, &device.record, new, scene.world.now());
    let origin = Origin { who: Who::System, address: None, at: scene.world.now() };
    let permit = Permit::scene(&scene.child.id);
    let change = Change::new(&permit, &origin, RequestSubmitted::of(&request)).create(&request);
    scene.world.journal.save(change).await.unwrap();
    request
}

async fn dry_run(scene: &Scene, token: &str, contents: &Value) -> Value {
    let body = json!({ "organization_id": scene.child.id, "rule": contents });
    let answer = scene.app.post("/v1/rules/dry-run").bearer(token).json(body).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn it_says_what_a_rule_would_have_decided_in_thirty_days() {
    let scene = scene();
    let who = approver(&scene, Permission::ApproveForEntireOrganization);
    let device = scene.world.computer(&scene.world.group(&scene.child, "Desks"));
    ask(&scene, &device, "C:\\Tools\\too-old.exe").await;
    scene.world.advance(Duration::from_secs(31 * 24 * 60 * 60));
    let mut fitting = Vec::new();
    for number in 0..4 {
        fitting.push(ask(&scene, &device, &format!("C:\\Tools\\cc{number}.exe")).await.id.to_string());
        ask(&scene, &device, &format!("C:\\Users\\ann\\cc{number}.exe")).await;
    }
    fitting.reverse();
    let token = scene.world.session(&who.record);
    let pattern = rule(json!({ "criteria": { "kinds": ["application"], "path": r"c:\tools\*.EXE" } }));
    let found = dry_run(&scene, &token, &pattern).await;
    assert_eq!((&found["looked_at"], &found["would_decide"]), (&json!(8), &json!(4)), "{found}");
    let ids: Vec<_> = found["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
    assert_eq!(ids, fitting);
    assert_eq!(found["items"][0]["name"], "cc3.exe");
    let nobody = rule(json!({ "criteria": { "kinds": ["storage"], "username": "ann" } }));
    assert_eq!(dry_run(&scene, &token, &nobody).await["would_decide"], 0);
}

#[tokio::test]
async fn it_says_how_often_people_decided_as_the_rule_would_have() {
    let scene = scene();
    let who = approver(&scene, Permission::ApproveForEntireOrganization);
    let device = scene.world.computer(&scene.world.group(&scene.child, "Desks"));
    let people = scene.world.app(approve_request::router);
    for (number, outcome) in
        [Some("approved"), Some("approved"), Some("denied"), None].into_iter().enumerate()
    {
        let request = ask(&scene, &device, &format!("C:\\Tools\\cc{number}.exe")).await;
        if let Some(outcome) = outcome {
            let path = format!("/v1/requests/{}/decision", request.id);
            let body = json!({ "outcome": outcome, "scope": "computer" });
            let answer = people.post(&path).bearer(&who.token).json(body).send().await;
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
    }
    let found = dry_run(&scene, &who.token, &rule(json!({}))).await;
    let numbers = ["looked_at", "would_decide", "agrees", "differs"].map(|name| found[name].clone());
    assert_eq!(numbers, [json!(4), json!(4), json!(2), json!(1)], "{found}");
}

#[tokio::test]
async fn an_approval_that_was_revoked_agrees_and_is_listed_as_revoked() {
    let scene = scene();
    let who = approver(&scene, Permission::ApproveForEntireOrganization);
    let device = scene.world.computer(&scene.world.group(&scene.child, "Desks"));
    let people = scene.world.app(approve_request::router);
    let request = ask(&scene, &device, "C:\\Tools\\cc.exe").await;
    for (step, body) in [("decision", json!({ "outcome": "approved" })), ("revocation", json!({}))] {
        let path = format!("/v1/requests/{}/{step}", request.id);
        let answer = people.post(&path).bearer(&who.token).json(body).send().await;
        assert_eq!(answer.status, 200, "{step}: {}", answer.text());
    }
    let found = dry_run(&scene, &who.token, &rule(json!({}))).await;
    assert_eq!((&found["agrees"], &found["differs"]), (&json!(1), &json!(0)), "{found}");
    let item = &found["items"][0];
    assert_eq!((&item["outcome"], &item["status"]), (&json!("approved"), &json!("revoked")), "{found}");
}

#[tokio::test]
async fn a_rule_for_a_computer_fits_that_computer_alone() {
    let scene = scene();
    let who = approver(&scene, Permission::ApproveForEntireOrganization);
    let group = scene.world.group(&scene.child, "Desks");
    let (one, two) = (scene.world.computer(&group), scene.world.computer(&group));
    let of_one = ask(&scene, &one, "C:\\Tools\\cc.exe").await;
    ask(&scene, &two, "C:\\Tools\\cc.exe").await;
    let contents = rule(json!({ "criteria": { "kinds": ["application"], "computer_id": one.record.id } }));
    let found = dry_run(&scene, &who.token, &contents).await;
    assert_eq!((&found["looked_at"], &found["would_decide"]), (&json!(2), &json!(1)), "{found}");
    assert_eq!(found["items"][0]["id"], of_one.id.as_str());
}

#[tokio::test]
async fn requests_of_unconfirmed_computers_are_marked_and_no_rule_would_approve_them() {
    let scene = scene();
    let who = approver(&scene, Permission::ApproveForEntireOrganization);
    let mut twin = scene.world.computer(&scene.world.group(&scene.child, "Desks"));
    ask(&scene, &twin, "C:\\Tools\\cc.exe").await;
    twin.record = Computer { unconfirmed: true, ..twin.record };
    let of_twin = ask(&scene, &twin, "C:\\Tools\\cc.exe").await;
    let denial = dry_run(&scene, &who.token, &rule(json!({ "effect": "deny" }))).await;
    let marked = [0, 1].map(|place| denial["items"][place]["unconfirmed"].clone());
    assert_eq!(marked, [json!(true), json!(false)], "{denial}");
    let approval = dry_run(&scene, &who.token, &rule(json!({}))).await;
    assert_eq!((&approval["looked_at"], &approval["would_decide"]), (&json!(2), &json!(1)), "{approval}");
    assert_ne!(approval["items"][0]["id"], of_twin.id.as_str());
}

#[tokio::test]
async fn it_goes_on_with_older_requests_and_changes_nothing() {
    let scene = scene();
    let who = approver(&scene, Permission::ApproveForEntireOrganization);
    let device = scene.world.computer(&scene.world.group(&scene.child, "Desks"));
    for number in 0..1010 {
        ask(&scene, &device, &format!("C:\\Tools\\{number}.exe")).await;
        if number % 100 == 0 {
            process(&scene).await;
        }
    }
    process(&scene).await;
    let body = |cursor: Value| json!({ "organization_id": scene.child.id, "rule": rule(json!({})), "cursor": cursor });
    let first = scene
        .unchanged_by(scene.app.post("/v1/rules/dry-run").bearer(&who.token).json(body(json!(null))))
        .await;
    let first = first.json();
    assert_eq!((&first["looked_at"], &first["would_decide"]), (&json!(1000), &json!(1000)));
    let call =
        scene.app.post("/v1/rules/dry-run").bearer(&who.token).json(body(first["next_cursor"].clone()));
    let second = call.send().await.json();
    assert_eq!((&second["looked_at"], &second["next_cursor"]), (&json!(10), &json!(null)), "{second}");
    let viewer = approver(&scene, Permission::ViewApprovals);
    assert_eq!(dry_run(&scene, &viewer.token, &rule(json!({}))).await["looked_at"], 0, "they may open none");
    let nobody = scene.somebody(&scene.child, &[]);
    let call = scene.app.post("/v1/rules/dry-run").bearer(&nobody.token).json(body(json!(null)));
    scene.refused(call, (403, "not-permitted")).await;
}
