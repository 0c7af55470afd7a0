//! A caller who is not identified or not permitted changes nothing and causes no message.

use countersign_model::Permission;
use serde_json::{Value, json};

use crate::tests::story::{Story, path};

#[tokio::test]
async fn every_refusal_changes_nothing_and_sends_nothing() {
    let story = Story::new();
    let request = story.request().await;
    let approved = story.request_of(&story.computer, crate::tests::story::application('b')).await;
    story.approve(&story.boss, &approved).await;
    let viewer = story.person([Permission::ViewApprovals]);
    let nobody = story.person([]);
    let elsewhere = story.world.organization(&story.world.root, "Sibling");
    let stranger = story.world.administrator(&elsewhere, [Permission::SuperAdmin]);
    let list = format!("/v1/requests?organization_id={}", story.company.id);
    let bulk = json!({ "decisions": [{ "request_id": request.id, "outcome": "approved" }] });
    // What the viewer is answered; nobody is answered 403 throughout.
    let calls = [
        ("GET", list, Value::Null, 200),
        ("GET", path(&request, ""), Value::Null, 403),
        ("POST", path(&request, "/decision"), json!({ "outcome": "approved" }), 403),
        ("POST", path(&request, "/decision"), json!({ "outcome": "ignored" }), 403),
        ("POST", path(&approved, "/revocation"), json!({}), 403),
    ];
    story.world.settle().await;
    story.world.outbound.take();
    story.world.memory.reset_counts();
    let before = story.world.memory.dump();
    for (method, path, body, viewed) in &calls {
        let call = || story.app_of(path).call(method.parse().unwrap(), path).json(body);
        for token in ["", "csa_wrong", &story.computer.token] {
            let refused = call().bearer(token).send().await;
            assert_eq!((refused.status, refused.code().as_str()), (401, "not-identified"), "{method} {path}");
        }
        assert_eq!(call().send().await.status, 401, "{method} {path}");
        assert_eq!(call().bearer(&viewer.token).send().await.status, *viewed, "{method} {path}");
        let denied = call().bearer(&nobody.token).send().await;
        assert_eq!((denied.status, denied.code().as_str()), (403, "not-permitted"), "{method} {path}");
        assert!(denied.json()["missing"].as_array().is_some_and(|sets| !sets.is_empty()), "{method} {path}");
        let hidden = call().bearer(&stranger.token).send().await;
        assert_eq!((hidden.status, hidden.code().as_str()), (404, "not-found"), "{method} {path}");
        // A page of another site cannot use the console's cookie.
        if *method == "POST" {
            let foreign =
                call().cookie(&story.boss.token).header("origin", "https://evil.example").send().await;
            assert_eq!((foreign.status, foreign.code().as_str()), (403, "foreign-origin"), "{method} {path}");
        }
    }
    for (person, status) in [(&viewer, 403), (&nobody, 403), (&stranger, 404)] {
        let answer = story.post(person, "/v1/requests/decisions", bulk.clone()).await;
        assert_eq!(answer.json()["results"][0]["status"], status);
    }
    story.world.settle().await;
    assert_eq!(story.world.counts().writes, 0, "nothing was written");
    assert!(story.world.memory.dump() == before, "nothing changed");
    assert!(story.world.outbound.take().is_empty(), "nothing was sent");
}
