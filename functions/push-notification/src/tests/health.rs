//! How push services are doing, and which of them are not called for a while.
use countersign_http::OutboundError;
use countersign_model::{Permission, ProviderPlace};
use http::Request;
use serde_json::json;

use super::{APPLE, MOZILLA, browser, push, push_with, scene, status, subscribe};

#[tokio::test]
async fn a_host_that_somebody_made_up_stops_no_push_service() {
    let (scene, who) = scene();
    subscribe(&scene, &who, &browser("Phone", "https://made-up.push.apple.com/x")).send().await;
    scene.world.outbound.answer(|_: &Request<_>| Err(OutboundError::TimedOut));
    for _ in 0..5 {
        push(&scene, &who).await;
    }
    assert_eq!(scene.world.outbound.take_external().len(), 5, "not even itself");
    let other = scene.somebody(&scene.child, &[Permission::ViewApprovals]);
    subscribe(&scene, &other, &browser("Phone", APPLE)).send().await;
    scene.world.outbound.answer(|_: &Request<_>| status(201));
    assert_eq!(push(&scene, &other).await["accepted"], true);
}

#[tokio::test]
async fn ten_long_answers_are_cut() {
    let (scene, who) = scene();
    for number in 0..10 {
        let endpoint = format!("https://long-name-{number}.notify.windows.com/x");
        subscribe(&scene, &who, &browser("Laptop", &endpoint)).send().await;
    }
    scene.world.outbound.answer(|_: &Request<_>| Err(OutboundError::Failed("no such host, ".repeat(100))));
    let answer = push(&scene, &who).await["answer"].as_str().unwrap().to_owned();
    assert_eq!(answer.chars().count(), 500, "{answer}");
    assert!(answer.starts_with("long-name-"), "{answer}");
}

#[tokio::test]
async fn a_signature_that_others_accept_is_refused_for_one_subscription() {
    let (scene, who) = scene();
    subscribe(&scene, &who, &browser("Phone", MOZILLA)).send().await;
    scene.world.outbound.answer(|_: &Request<_>| status(401));
    assert_eq!(push(&scene, &who).await["account"], true, "nobody's was accepted yet");
    scene.world.outbound.answer(|_: &Request<_>| status(201));
    push(&scene, &who).await;
    scene.world.outbound.answer(|_: &Request<_>| status(401));
    assert_eq!(push(&scene, &who).await["account"], json!(null));
    scene.world.advance(std::time::Duration::from_secs(30 * 60));
    assert_eq!(push(&scene, &who).await["account"], true, "it was accepted long ago");
}

#[tokio::test]
async fn a_push_service_that_fails_is_not_called_for_a_while_but_for_a_test_message() {
    let (scene, who) = scene();
    subscribe(&scene, &who, &browser("Phone", APPLE)).send().await;
    let calls = || scene.world.outbound.take_external().len();
    scene.world.outbound.fail_with(OutboundError::TimedOut);
    for _ in 0..3 {
        assert_eq!(push(&scene, &who).await["later"], true);
    }
    assert_eq!(calls(), 3);
    let other = scene.somebody(&scene.child, &[Permission::ViewApprovals]);
    subscribe(&scene, &other, &browser("Tablet", APPLE)).send().await;
    let waits = push(&scene, &other).await;
    assert_eq!((calls(), &waits["accepted"]), (0, &json!(false)), "whose browser it is does not matter");
    assert_eq!(waits["not_called_until"], json!(scene.world.now() + std::time::Duration::from_secs(30)));
    assert_eq!(waits["answer"], "web.push.apple.com fails at the moment and is not called");

    scene.world.outbound.answer(|_: &Request<_>| status(201));
    subscribe(&scene, &who, &browser("Laptop", MOZILLA)).send().await;
    let answer =
        "web.push.apple.com fails at the moment and is not called, updates.push.services.mozilla.com 201";
    let others = json!({ "accepted": true, "later": false, "answer": answer });
    assert_eq!(push(&scene, &who).await, others, "other services are called");
    assert_eq!(calls(), 1);
    assert_eq!(push_with(&scene, &who, json!({ "is_test": true })).await["accepted"], true);
    assert_eq!(calls(), 2, "a test message goes to both");
    assert_eq!(push(&scene, &other).await["accepted"], true, "the test has shown that it works again");
}

#[tokio::test]
async fn how_a_push_service_does_is_noted_once_for_several_browsers() {
    let (scene, who) = scene();
    for name in ["Phone", "Tablet", "Watch"] {
        subscribe(&scene, &who, &browser(name, APPLE)).send().await;
    }
    let health = async || {
        scene.world.journal.provider_health(ProviderPlace::PushApple, "push.apple.com").await.unwrap()
    };
    for (answer, failures, words) in [(503, 1, "503"), (429, 1, "503"), (410, 1, "503")] {
        scene.world.outbound.answer(move |_: &Request<_>| status(answer));
        push(&scene, &who).await;
        let health = health().await;
        assert_eq!((health.failures, health.last_failure.as_deref()), (failures, Some(words)), "{answer}");
        assert_eq!(health.last_success_at, None);
    }
    subscribe(&scene, &who, &browser("Phone", APPLE)).send().await;
    scene.world.outbound.answer(|_: &Request<_>| status(403));
    assert_eq!(push(&scene, &who).await["account"], true, "the signature is the reason");
    assert_eq!(health().await.last_failure.as_deref(), Some("403"));
    scene.world.outbound.answer(|_: &Request<_>| status(201));
    push(&scene, &who).await;
    let well = health().await;
    assert_eq!((well.failures, well.last_success_at), (0, Some(scene.world.now())));
}
