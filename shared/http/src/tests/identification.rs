//! Who is identified by which credentials, and who is not.
use std::time::Duration;

use countersign_model::Administrator;
use serde_json::json;

use super::probe::world;
use crate::testing::{Person, World};

/// Changes an administrator's record directly in the store.
async fn change(world: &World, person: &Person, how: impl Fn(&Administrator) -> Administrator + Send + Sync) {
    let how = |old: &Administrator| Ok::<_, std::convert::Infallible>(how(old));
    world.journal.update(&person.record.id, how).await.unwrap();
}

#[tokio::test]
async fn a_session_identifies_its_administrator_in_two_reads() {
    let (world, app) = world();
    let person = world.administrator(&world.root, []);
    world.memory.reset_counts();
    let answer = app.get("/v1/administrator").bearer(&person.token).send().await;
    assert_eq!(answer.json(), json!({ "id": person.record.id, "address": "192.0.2.10" }));
    assert_eq!((world.counts().reads, world.counts().writes), (2, 0));
}

#[tokio::test]
async fn whoever_shows_no_good_session_is_not_identified() {
    let (world, app) = world();
    let person = world.administrator(&world.root, []);
    let other = world.administrator(&world.root, []);
    let device = world.computer(&world.group(&world.root, "Office"));
    let owner_exchanged = other.token.replacen(&other.token[4..30], &person.token[4..30], 1);
    let cases = [
        (String::new(), "nothing"),
        ("csa_".to_owned(), "the start of one"),
        ("\u{7f}".to_owned(), "no text"),
        (person.token.to_lowercase(), "another case"),
        (format!("{}A", person.token), "one more character"),
        (person.token[..73].to_owned(), "one fewer"),
        (device.token, "a computer's token"),
        (owner_exchanged, "somebody else's secret"),
        ("x".repeat(10_000), "something long"),
    ];
    for (token, why) in cases {
        let Ok(header) = http::HeaderValue::from_str(&format!("Bearer {token}")) else { continue };
        let answer =
            app.get("/v1/administrator").header("authorization", header.to_str().unwrap()).send().await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "not-identified"), "{why}");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    assert_eq!(app.get("/v1/administrator").send().await.status, 401, "no header");
}

#[tokio::test]
async fn a_session_ends_with_its_time_its_epoch_or_its_administrator() {
    let (world, app) = world();
    let expired = world.administrator(&world.root, []);
    world.advance(Duration::from_secs(12 * 3600 - 1));
    assert_eq!(app.get("/v1/administrator").bearer(&expired.token).send().await.status, 200);
    world.advance(Duration::from_secs(1));
    assert_eq!(app.get("/v1/administrator").bearer(&expired.token).send().await.status, 401);

    let signed_out = world.administrator(&world.root, []);
    change(&world, &signed_out, Administrator::with_sessions_ended).await;
    assert_eq!(app.get("/v1/administrator").bearer(&signed_out.token).send().await.status, 401);

    let disabled = world.administrator(&world.root, []);
    change(&world, &disabled, |old| Administrator {
        session_epoch: old.session_epoch,
        ..old.disable().unwrap()
    })
    .await;
    assert_eq!(app.get("/v1/administrator").bearer(&disabled.token).send().await.status, 401);
}

#[tokio::test]
async fn a_change_by_cookie_must_come_from_the_console() {
    let (world, app) = world();
    world.settings.set("public_url", "https://approvals.example.com/");
    let token = world.administrator(&world.root, []).token;
    let cookie = format!("__Host-countersign_session={token}");
    let cases = [
        (None, 403, "a browser always says where a change comes from"),
        (Some("https://approvals.example.com"), 200, "the deployment's own address"),
        (Some("http://countersign.test"), 200, "the host the request went to"),
        (Some("https://approvals.example.com:8443"), 403, "another port is another origin"),
        (Some("http://approvals.example.com"), 403, "another scheme is another origin"),
        (Some("https://evil.example"), 403, "another site"),
        (Some("https://approvals.example.com.evil.example"), 403, "a site that looks like it"),
        (Some("null"), 403, "a page without an origin"),
        (Some(""), 403, "nothing"),
    ];
    for (origin, status, why) in cases {
        let request = app.post("/v1/administrator").header("cookie", &cookie);
        let request = match origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        };
        let answer = request.send().await;
        assert_eq!(answer.status, status, "{why}");
        assert!(status == 200 || answer.code() == "foreign-origin", "{why}");
    }
    assert_eq!(
        app.get("/v1/administrator").header("cookie", &cookie).send().await.status,
        200,
        "reading needs no origin"
    );
    let planted = app.get("/v1/administrator").cookie(&token).send().await;
    assert_eq!(planted.status, 401, "over HTTPS only the name that neighbours cannot set");
    let bearer = app.post("/v1/administrator").bearer(&token).header("origin", "https://evil.example");
    assert_eq!(bearer.send().await.status, 200, "no browser adds a bearer token by itself");
}

#[tokio::test]
async fn an_unset_public_url_is_nobodys_origin() {
    let (world, app) = world();
    let token = world.administrator(&world.root, []).token;
    for (origin, status) in [("http://countersign.test", 200), ("http://other.test", 403), ("", 403)] {
        let answer = app.post("/v1/administrator").cookie(&token).header("origin", origin).send().await;
        assert_eq!(answer.status, status, "{origin}");
    }
}

#[tokio::test]
async fn a_computer_is_known_by_its_own_token_in_one_read() {
    let (world, app) = world();
    let group = world.group(&world.root, "Office");
    let (one, two) = (world.computer(&group), world.computer(&group));
    world.memory.reset_counts();
    let answer = app.get("/v1/computer").bearer(&one.token).send().await;
    assert_eq!(answer.json(), json!({ "id": one.record.id }));
    assert_eq!(world.counts().reads, 1);

    let mixed = two.token.replacen(&two.token[4..30], &one.token[4..30], 1);
    let session = world.administrator(&world.root, []).token;
    for token in [mixed, session] {
        assert_eq!(app.get("/v1/computer").bearer(&token).send().await.status, 401);
    }
    let remove = |old: &countersign_model::Computer| Ok::<_, std::convert::Infallible>(old.deleted());
    world.journal.update(&one.record.id, remove).await.unwrap();
    assert_eq!(app.get("/v1/computer").bearer(&one.token).send().await.status, 401, "removed");
}

#[tokio::test]
async fn the_scheduler_token_never_matches_while_it_is_empty() {
    let (world, app) = world();
    for token in ["", "guess"] {
        assert_eq!(app.post("/v1/tick").bearer(token).send().await.status, 401);
    }
    world.settings.set("scheduler_token", "tick-tock");
    for (token, status) in [("tick-tock", 200), ("tick-toc", 401), ("tick-tockk", 401), ("", 401)] {
        assert_eq!(app.post("/v1/tick").bearer(token).send().await.status, status, "{token}");
    }
    world.settings.set("scheduler_token", "tick-tock, tack");
    for (token, status) in
        [("tick-tock", 200), ("tack", 200), ("tick-tock, tack", 401), (",", 401), ("", 401)]
    {
        assert_eq!(app.post("/v1/tick").bearer(token).send().await.status, status, "{token}");
    }
}

#[tokio::test]
async fn the_clients_address_comes_from_the_proxy_only_when_it_is_trusted() {
    let (world, app) = world();
    let token = world.administrator(&world.root, []).token;
    let address = async || {
        let request = app.get("/v1/administrator").bearer(&token).header("x-forwarded-for", "203.0.113.5");
        request.send().await.json()["address"].clone()
    };
    assert_eq!(address().await, "192.0.2.10");
    world.settings.set("trusted_proxies", "192.0.2.0/24");
    assert_eq!(address().await, "203.0.113.5");
}

#[tokio::test]
async fn while_the_store_fails_nobody_is_let_in() {
    let (world, app) = world();
    let token = world.administrator(&world.root, []).token;
    world.memory.stop_before_write(1);
    let _ = world.journal.kv().delete("anything").await;
    let answer = app.get("/v1/administrator").bearer(&token).send().await;
    assert_eq!((answer.status, answer.code().as_str()), (503, "store-unavailable"));
    assert_eq!(answer.header("retry-after"), "5");
}
