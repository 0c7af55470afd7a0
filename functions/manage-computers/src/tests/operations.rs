//! Computers, opened and changed: each operation in the cases happy, repeated, unknown, not identified, not permitted.

use countersign_model::{Computer, Permission};
use serde_json::{Value, json};

countersign_http::story!(Office, crate::router);

#[tokio::test]
async fn a_computer_is_listed_moved_and_removed() {
    let story = Story::new();
    let to = story.world.group(&story.company, "Servers");
    let path = story.at(&format!("/computers/{}", story.device.record.id));
    let moved =
        story.app.patch(&path).bearer(&story.boss.token).json(json!({ "group_id": to.id })).send().await;
    assert_eq!(moved.json()["group_id"].as_str(), Some(to.id.as_str()), "{}", moved.text());
    let listed = story.get(&story.at(&format!("/computers?group_id={}", to.id))).await;
    assert_eq!(listed.json()["items"].as_array().unwrap().len(), 1);
    let remove = || story.app.delete(&path).bearer(&story.boss.token);
    assert_eq!(remove().if_match(7).send().await.status, 412);
    assert_eq!(remove().send().await.status, 204);
    assert_eq!(story.get(&path).await.status, 404);
    assert_eq!(remove().send().await.status, 404);
}

#[tokio::test]
async fn whoever_is_not_identified_or_not_permitted_sees_and_changes_nothing() {
    let story = Story::new();
    // Everything about computers, but neither check-ins, nor override codes, nor maintenance modes.
    let editor = story.world.administrator(&story.company, [Permission::EditComputers]);
    let computer = story.at(&format!("/computers/{}", story.device.record.id));
    let off = json!({ "mode": "off" });
    let many = json!({ "mode": "off", "computers": [story.device.record.id] });
    let known = [
        ("GET", story.at("/computers"), Value::Null),
        ("GET", computer.clone(), Value::Null),
        ("PATCH", computer.clone(), json!({ "name": "X" })),
        ("DELETE", computer.clone(), Value::Null),
        ("POST", format!("{computer}/confirm"), json!({})),
    ];
    let more = [
        ("POST", format!("{computer}/maintenance"), off),
        ("POST", story.at("/maintenance"), many),
        ("GET", format!("{computer}/check-ins"), Value::Null),
        ("GET", format!("{computer}/override-code"), Value::Null),
    ];
    story.denied_to_others(&known).await;
    story.denied_to_others(&more).await;
    let before = story.world.memory.dump();
    let call = |(method, path, body): &(&str, String, Value), token: &str| {
        let call = story.app.call(method.parse().unwrap(), path).bearer(token);
        if body.is_null() { call.send() } else { call.json(body).send() }
    };
    for each in known.iter().chain(&more) {
        assert_eq!(call(each, &story.device.token).await.status, 401, "a computer: {} {}", each.0, each.1);
    }
    for each in &more {
        assert_eq!(call(each, &editor.token).await.status, 403, "{} {}", each.0, each.1);
    }
    story.world.settle().await;
    assert!(story.world.memory.dump() == before, "nothing changed");
    assert_eq!(story.world.outbound.take().len(), 0, "nothing was sent");
}

#[tokio::test]
async fn a_computer_of_another_organization_is_answered_like_one_that_does_not_exist() {
    let story = Story::new();
    let elsewhere = story.world.organization(&story.world.root, "Elsewhere");
    let foreign = story.world.computer(&story.world.group(&elsewhere, "Office")).record;
    for id in [foreign.id.as_str(), "cmp_01J00000000000000000000000", "nonsense"] {
        for rest in ["", "/check-ins", "/override-code"] {
            assert_eq!(
                story.get(&story.at(&format!("/computers/{id}{rest}"))).await.status,
                404,
                "{id}{rest}"
            );
        }
    }
    let record = story.world.journal.load::<Computer>(&foreign.id).await.unwrap().unwrap();
    assert_eq!(record.revision, 1);
}

#[test]
fn every_operation_stands_in_the_document() {
    let document = serde_json::to_value(crate::openapi().finish().unwrap()).unwrap();
    assert_eq!(document["paths"].as_object().unwrap().len(), 7);
}
