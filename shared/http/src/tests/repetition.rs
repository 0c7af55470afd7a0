//! `If-Match` and `Idempotency-Key`.
use serde_json::json;

use super::probe::world;

const ORGANIZATION: &str = "/v1/organizations/org_01ARZ3NDEKTSV4RRFFQ69G5FAV";

#[tokio::test]
async fn if_match_must_name_the_revision_the_record_has() {
    let (_world, app) = world();
    let ours = ["\"3\"", "3", "*", "\"2\", \"3\"", "\"3\",W/\"7\"", "\"3\","];
    let through_proxies =
        ["W/\"3\"", "\"3-gzip\"", "W/\"3-gzip\"", "\"3--gzip\"", "\"3;gzip\"", "W/\"3-br\"", "\"3-zstd\""];
    let others = ["\"2\"", "2", "W/\"2\"", "\"2-gzip\"", "\"2\", \"33\"", "\"99\""];
    let good = ours.iter().chain(&through_proxies).map(|value| (Some(*value), 200));
    for (value, status) in good.chain([(None, 200)]).chain(others.map(|value| (Some(value), 412))) {
        let request = app.patch(ORGANIZATION);
        let request = if let Some(value) = value { request.header("if-match", value) } else { request };
        let answer = request.send().await;
        assert_eq!(answer.status, status, "{value:?}");
        if status == 200 {
            assert_eq!(answer.header("etag"), "\"4\"");
        } else {
            assert_eq!(
                (answer.code().as_str(), answer.json()["revision"].as_u64()),
                ("revision-changed", Some(3))
            );
        }
    }
}

#[tokio::test]
async fn an_if_match_that_is_no_revision_is_a_bad_request() {
    let (_world, app) = world();
    let tags = [
        "x",
        "+3",
        "\"x\"",
        "w/\"3\"",
        "W/3",
        "\"\"",
        "W/\"\"",
        "\"+3\"",
        "\"99999999999999999999\"",
        "\"00000000000000000003\"",
        "",
        "\"3",
    ];
    let encoded =
        ["\"3-\"", "\"-gzip\"", "\"3-x\"", "\"3---gzip\"", "\"3-gzip-gzip\"", "\"3gzip\"", "\"-3\""];
    let lists = ["\"3\", *", "*, *", "\"3\" \"4\"", "\"3\", x", ",", "\u{9}"];
    for value in tags.into_iter().chain(encoded).chain(lists) {
        let answer = app.patch(ORGANIZATION).header("if-match", value).send().await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "invalid-if-match"), "{value}");
    }
    let many = |count: usize| vec!["\"3\""; count].join(",");
    assert_eq!(app.patch(ORGANIZATION).header("if-match", &many(50)).send().await.status, 200);
    assert_eq!(app.patch(ORGANIZATION).header("if-match", &many(51)).send().await.status, 400);
    let twice = app.patch(ORGANIZATION).if_match(2).if_match(3).send().await;
    assert_eq!(twice.status, 200, "two lines are one list");
}

#[tokio::test]
async fn an_idempotency_key_is_the_callers_own_and_belongs_to_one_body() {
    let (world, app) = world();
    let (one, two) = (world.administrator(&world.root, []), world.administrator(&world.root, []));
    let send = async |token: &str, key: &str, name: &str| {
        let request =
            app.post("/v1/orders/mine").bearer(token).idempotency_key(key).json(json!({ "name": name }));
        let answer = request.send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["idempotency"].clone()
    };
    let first = send(&one.token, "k", "a").await;
    assert_eq!(first, send(&one.token, "k", "a").await);
    for other in
        [send(&one.token, "k", "b").await, send(&one.token, "l", "a").await, send(&two.token, "k", "a").await]
    {
        assert_ne!(first, other);
    }
}

#[tokio::test]
async fn an_idempotency_key_is_short_visible_text() {
    let (world, app) = world();
    let token = world.administrator(&world.root, []).token;
    for key in ["", "\u{9}", &"k".repeat(201)] {
        let request = app.post("/v1/orders/mine").bearer(&token).idempotency_key(key);
        let answer = request.json(json!({ "name": "a" })).send().await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "invalid-idempotency-key"), "{key}");
    }
}
