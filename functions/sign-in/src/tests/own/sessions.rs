use std::time::Duration;

use super::super::audit;
use super::Stage;
use countersign_model::{ActName, LoginSettings};

use serde_json::json;

#[tokio::test]
async fn people_see_their_sessions_and_end_them() {
    let stage = Stage::new(&[]).await;
    let first = stage.sign_in(json!({})).await.json()["token"].as_str().unwrap().to_owned();
    let second = stage.sign_in_from("2001:db8::7", super::PASSWORD, json!({})).await.json();
    let second = second["token"].as_str().unwrap().to_owned();
    let list = stage.app.get("/v1/sessions").bearer(&second).send().await.json();
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "newest first");
    assert_eq!(json!(stage.credentials().await.last_sign_in()), items[0]["created_at"]);
    assert_eq!((&items[0]["current"], &items[0]["address"]), (&json!(true), &json!("2001:db8::7")));
    assert_eq!((&items[1]["current"], &items[1]["address"]), (&json!(false), &json!("192.0.2.1")));
    assert!(!list.to_string().contains("digest"));

    let path = format!("/v1/sessions/{}", items[1]["id"].as_str().unwrap());
    assert_eq!(stage.app.delete(&path).bearer(&second).send().await.status, 204);
    assert_eq!(stage.app.get("/v1/session").bearer(&first).send().await.status, 401);
    assert_eq!(stage.app.delete(&path).bearer(&second).send().await.status, 404, "it has ended");
    assert_eq!(stage.app.get("/v1/session").bearer(&second).send().await.status, 200);
    assert_eq!(stage.app.delete("/v1/session").bearer(&second).send().await.status, 204);
    assert!(stage.credentials().await.last_sign_in().is_some(), "although no session is left");
    assert_eq!(audit(&stage.world, &stage.world.root).await[0], ActName::SessionEnded);
}

#[tokio::test]
async fn all_others_end_at_once_and_nobody_elses() {
    let stage = Stage::new(&[]).await;
    let other = super::with_password(&stage.world, &stage.world.root, &[]).await;
    let mut tokens = Vec::new();
    for _ in 0..3 {
        tokens.push(stage.sign_in(json!({})).await.json()["token"].as_str().unwrap().to_owned());
    }
    assert_eq!(stage.app.delete("/v1/sessions").bearer(&tokens[2]).send().await.status, 204);
    for (token, expected) in tokens.iter().zip([401, 401, 200]) {
        assert_eq!(stage.app.get("/v1/session").bearer(token).send().await.status, expected);
    }
    assert_eq!(stage.app.get("/v1/session").bearer(&other.token).send().await.status, 200);
}

#[tokio::test]
async fn somebody_elses_session_is_not_there() {
    let stage = Stage::new(&[]).await;
    let signed_in = stage.sign_in(json!({})).await.json();
    let own = stage.app.get("/v1/sessions").bearer(signed_in["token"].as_str().unwrap()).send().await.json();
    let path = format!("/v1/sessions/{}", own["items"][0]["id"].as_str().unwrap());
    let other = stage.world.administrator(&stage.world.root, []);
    assert_eq!(stage.app.delete(&path).bearer(&other.token).send().await.status, 404);
    assert_eq!(stage.app.delete(&path).send().await.status, 401);
}

#[tokio::test]
async fn a_session_lasts_as_long_as_the_login_settings_say() {
    let stage = Stage::new(&[]).await;
    let usual = stage.sign_in(json!({})).await.json()["token"].as_str().unwrap().to_owned();
    let id = &stage.world.root.id;
    let short = |old: &LoginSettings| Ok::<_, ()>(LoginSettings { session_minutes: Some(10), ..old.clone() });
    stage.world.journal.update(id, short).await.unwrap();
    let token = stage.sign_in(json!({})).await.json()["token"].as_str().unwrap().to_owned();
    stage.world.advance(Duration::from_secs(599));
    assert_eq!(stage.app.get("/v1/session").bearer(&token).send().await.status, 200);
    stage.world.advance(Duration::from_secs(1));
    for token in [&token, &usual] {
        assert_eq!(
            stage.app.get("/v1/session").bearer(token).send().await.status,
            401,
            "also one that began before"
        );
    }
}

#[tokio::test]
async fn nobody_signs_in_or_acts_from_a_network_that_is_not_named() {
    let stage = Stage::new(&[]).await;
    let token = stage.sign_in(json!({})).await.json()["token"].as_str().unwrap().to_owned();
    let id = &stage.world.root.id;
    let ranges = ["192.0.2.0/24".parse().unwrap()];
    let restrict =
        |old: &LoginSettings| Ok::<_, ()>(LoginSettings { allowed_ranges: ranges.to_vec(), ..old.clone() });
    stage.world.journal.update(id, restrict).await.unwrap();
    let outside = stage.sign_in_from("198.51.100.1", super::PASSWORD, json!({})).await;
    assert_eq!((outside.status, outside.code()), (403, "address-not-allowed".to_owned()));
    let guess = stage.sign_in_from("198.51.100.1", "not the password at all", json!({})).await;
    assert_eq!(guess.code(), "wrong-credentials", "who has no password does not learn of it");
    assert_eq!(stage.sign_in(json!({})).await.status, 201);

    stage.world.advance(Duration::from_secs(60));
    let from = |address: &'static str| {
        stage.app.get("/v1/session").bearer(&token).header("spin-client-addr", address).send()
    };
    assert_eq!(from("192.0.2.9:1").await.status, 200);
    assert_eq!(from("198.51.100.1:1").await.code(), "address-not-allowed");
}
