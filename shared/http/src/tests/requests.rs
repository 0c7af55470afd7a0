//! Routes, methods, queries and ids in paths.
use http::Method;
use serde_json::json;

use super::probe::world;

#[tokio::test]
async fn unknown_routes_and_methods_are_problems_too() {
    let (_world, app) = world();
    let answer = app.get("/v1/nothing").send().await;
    assert_eq!((answer.status, answer.code().as_str()), (404, "not-found"));
    let answer = app.delete("/v1/orders").send().await;
    assert_eq!((answer.status, answer.code().as_str()), (405, "method-not-allowed"));
    assert_eq!(answer.header("allow"), "POST,GET");
    let answer = app.call(Method::OPTIONS, "/v1/orders").send().await;
    assert_eq!((answer.status, answer.header("allow"), answer.text().as_str()), (204, "POST,GET", ""));
}

#[tokio::test]
async fn asking_for_the_headers_alone_calls_only_operations_that_know_it() {
    let (world, app) = world();
    let person = world.administrator(&world.root, []);
    for (path, allow) in [("/v1/orders", "POST,GET"), ("/v1/administrator", "GET,POST")] {
        let answer = app.call(Method::HEAD, path).bearer(&person.token).send().await;
        assert_eq!((answer.status, answer.header("allow"), answer.body.len()), (405, allow, 0), "{path}");
    }
    let answer = app.call(Method::HEAD, "/v1/opening").send().await;
    assert_eq!((answer.status, answer.header("method"), answer.text().as_str()), (200, "HEAD", ""));
    let answer = app.get("/v1/opening").send().await;
    assert_eq!((answer.status, answer.header("method"), answer.text().as_str()), (200, "GET", "opened"));
    assert_eq!(app.delete("/v1/opening").send().await.header("allow"), "GET,HEAD");
}

#[tokio::test]
async fn no_answer_is_kept_or_taken_for_something_else() {
    let (_world, app) = world();
    for path in ["/v1/orders", "/v1/nothing", "/v1/administrator"] {
        let answer = app.get(path).send().await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
}

#[tokio::test]
async fn an_invalid_id_answers_like_an_unknown_one() {
    let (_world, app) = world();
    let good = app.patch("/v1/organizations/org_01ARZ3NDEKTSV4RRFFQ69G5FAV").send().await;
    assert_eq!(good.status, 200);
    let mut answers = Vec::new();
    let bad =
        ["org_nope", "grp_01ARZ3NDEKTSV4RRFFQ69G5FAV", "%ff", "%00", "org_01arz3ndektsv4rrffq69g5fav", "..."];
    for id in bad {
        let answer = app.patch(&format!("/v1/organizations/{id}")).send().await;
        assert_eq!(answer.status, 404, "{id}");
        answers.push(answer.json());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "nothing tells them apart: {answers:?}");
}

#[tokio::test]
async fn a_page_has_from_1_to_200_items() {
    let (_world, app) = world();
    let usual = app.get("/v1/orders").send().await;
    assert_eq!(usual.json(), json!({ "items": ["50"], "next_cursor": null }));
    let asked = app.get("/v1/orders?limit=200&colour=red").send().await;
    assert_eq!(asked.json(), json!({ "items": ["200", "Red"], "next_cursor": null }));
}

#[tokio::test]
async fn a_query_that_is_not_acceptable_says_where() {
    let (_world, app) = world();
    let cases = [
        ("limit=0", "/limit", "no page is empty by request"),
        ("limit=201", "/limit", "too many"),
        ("limit=-1", "/limit", "negative"),
        ("limit=many", "/limit", "no number"),
        ("limit=99999999999999999999", "/limit", "no number that fits"),
        ("limit=1&limit=2", "", "said twice"),
        ("colour=blue", "/colour", "not one of the colours"),
        ("page=2", "/page", "unknown parameters are refused"),
        ("wait=26", "/wait", "longer than anybody waits"),
    ];
    for (query, pointer, why) in cases {
        let answer = app.get(&format!("/v1/orders?{query}")).send().await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (422, "invalid-query"),
            "{why}: {}",
            answer.text()
        );
        assert_eq!(answer.pointers(), [pointer], "{why}: {}", answer.text());
        let message = answer.json()["errors"][0]["message"].as_str().unwrap().to_owned();
        assert!(
            message.starts_with("must be ") || message.contains("known") || message.contains("once"),
            "{message}"
        );
    }
    let answer = app.get("/v1/orders?cursor=%ff").send().await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "malformed-query"));
}
