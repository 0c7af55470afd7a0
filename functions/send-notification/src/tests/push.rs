//! Push messages to the browsers of administrators.
use countersign_http::OutboundError;
use countersign_http::testing::Person;
use countersign_model::{Administrator, Channel, Delivery, DeliveryState, Permission};
use serde_json::json;

use super::Stage;

const ENDPOINT: &str = "https://updates.push.services.mozilla.com/wpush/v2/secret-path";

/// A stage where somebody wants push messages in this browser.
async fn stage(endpoint: &str) -> (Stage, Person) {
    let stage = Stage::new().await;
    stage.world.settings.set("secret_key", "the-secret-key-of-these-tests");
    let browsers = stage.world.app(push_notification::router);
    stage.world.outbound.connect("push-notification.spin.internal", &browsers);
    let person = subscriber(&stage, endpoint).await;
    (stage, person)
}

async fn subscriber(stage: &Stage, endpoint: &str) -> Person {
    let browsers = stage.world.app(push_notification::router);
    let person = stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], |new| Administrator {
        channels: vec![Channel::Push],
        ..new
    });
    let keys = json!({ "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4" });
    let body = json!({ "name": "Phone", "endpoint": endpoint, "keys": keys });
    let subscribed =
        browsers.post("/v1/session/push-subscriptions").bearer(&person.token).json(&body).send().await;
    assert_eq!(subscribed.status, 201, "{}", subscribed.text());
    person
}

#[tokio::test]
async fn who_wants_push_messages_gets_them_beside_email_and_a_browser_that_is_gone_is_a_visible_failure() {
    let (stage, person) = stage(ENDPOINT).await;
    let ask = async |number: usize| {
        stage.submit(&stage.world.computer(&stage.group), stage.new_request_for(number)).await;
        stage.process_company().await;
        let sent = stage.world.outbound.take_external();
        let pushed = sent.iter().any(|sent| sent.request.uri() == ENDPOINT);
        let deliveries = stage.deliveries().await;
        let newest =
            |channel: Channel| deliveries.iter().rfind(|each| each.channel == channel).unwrap().clone();
        (sent.len(), pushed, newest(Channel::Push), newest(Channel::Email))
    };
    let (sent, pushed, push, email) = ask(0).await;
    assert_eq!((sent, pushed), (2, true), "never push alone");
    assert_eq!((push.state, email.state), (DeliveryState::Sent, DeliveryState::Sent));
    assert_eq!(push.last_answer.as_deref(), Some("updates.push.services.mozilla.com 200"));
    assert_eq!(push.address, format!("push:{}", person.record.id));

    stage.world.settings.set("secret_key", "another-key-under-which-nothing-is-sealed");
    assert_eq!(ask(1).await.2.state, DeliveryState::Failed);
    stage.world.settings.set("secret_key", "the-secret-key-of-these-tests");
    assert_eq!(ask(2).await.0, 3, "what was not pushed because of the key follows");

    stage.world.outbound.answer_with(410, "");
    assert_eq!(ask(3).await.2.state, DeliveryState::Failed);
    stage.world.outbound.answer_with(200, "{}");
    let (sent, pushed, push, _) = ask(4).await;
    assert_eq!((sent, pushed), (2, false), "it was removed; the email that failed along follows");
    assert_eq!(
        (push.state, push.last_answer.as_deref()),
        (DeliveryState::Failed, Some("no browser is subscribed"))
    );
}

#[tokio::test]
async fn a_push_service_that_hangs_is_not_called_for_a_while_and_everything_else_is_sent() {
    let (stage, person) = stage(ENDPOINT).await;
    let other = subscriber(&stage, "https://fcm.googleapis.com/fcm/send/x").await;
    stage.world.outbound.answer(|request: &http::Request<bytes::Bytes>| match request.uri().host() {
        Some("updates.push.services.mozilla.com") => Err(OutboundError::TimedOut),
        _ => Ok(http::Response::new(bytes::Bytes::from_static(b"{}"))),
    });
    let ask = async |number: usize| {
        stage.submit(&stage.world.computer(&stage.group), stage.new_request_for(number)).await;
        stage.process_company().await;
        let sent = stage.world.outbound.take_external();
        let to = |host: &str| sent.iter().filter(|sent| sent.request.uri().host() == Some(host)).count();
        (to("updates.push.services.mozilla.com"), to("fcm.googleapis.com"), to("api.postmarkapp.com"))
    };
    for number in 0..3 {
        assert_eq!(ask(number).await, (1, 1, 2));
    }
    assert_eq!(ask(3).await, (0, 1, 2), "given up on");
    let newest = |all: Vec<Delivery>| {
        let address = format!("push:{}", person.record.id);
        all.into_iter().rfind(|each| each.address == address).unwrap()
    };
    let waits = newest(stage.deliveries().await);
    let why = "updates.push.services.mozilla.com fails at the moment and is not called";
    assert_eq!((waits.state, waits.attempts), (DeliveryState::Pending, 0));
    assert_eq!(waits.last_answer.as_deref(), Some(why));

    let path = format!("/v1/notifications/channels?organization_id={}", stage.company.id);
    let rows = async || stage.sender.get(&path).bearer(&other.token).send().await.json()["providers"].clone();
    let row = |rows: &serde_json::Value, place: &str| {
        rows.as_array().unwrap().iter().find(|row| row["place"] == place).unwrap().clone()
    };
    let shown = row(&rows().await, "push_mozilla");
    assert_eq!((&shown["channel"], &shown["failures"]), (&json!("push"), &json!(3)));
    assert_eq!(shown["provider"], "updates.push.services.mozilla.com");
    assert_eq!(shown["last_failure"], json!(OutboundError::TimedOut.to_string()));
    let until: jiff::Timestamp = shown["not_called_until"].as_str().unwrap().parse().unwrap();
    let pause = until.duration_since(stage.world.now()).as_secs();
    assert!((29..=30).contains(&pause), "{shown}");
    let well = row(&rows().await, "push_google");
    assert!(well["last_success_at"].is_string() && well["failures"] == 0, "{well}");
    assert_eq!(row(&rows().await, "push_apple")["last_success_at"], json!(null));

    stage.world.outbound.answer_with(201, "");
    stage.world.advance(std::time::Duration::from_secs(5 * 60));
    stage.tick().await;
    assert!(stage.states().await.iter().all(|(_, state)| *state == DeliveryState::Sent));
    assert_eq!(row(&rows().await, "push_mozilla")["not_called_until"], json!(null));
    stage.world.settings.set("secret_key", "");
    assert_eq!(row(&rows().await, "push_google")["missing"], "`secret_key` is not set");
}

#[tokio::test]
async fn a_test_message_to_browsers_takes_along_what_was_not_pushed_because_of_the_account() {
    let (stage, person) = stage(ENDPOINT).await;
    stage.world.outbound.answer(|request: &http::Request<bytes::Bytes>| {
        let mut response = http::Response::new(bytes::Bytes::from_static(b"{}"));
        if request.uri().host() == Some("updates.push.services.mozilla.com") {
            *response.status_mut() = http::StatusCode::FORBIDDEN;
        }
        Ok(response)
    });
    stage.submit(&stage.world.computer(&stage.group), stage.new_request_for(0)).await;
    stage.process_company().await;
    let pushed =
        async || stage.deliveries().await.into_iter().find(|each| each.channel == Channel::Push).unwrap();
    assert_eq!(pushed().await.state, DeliveryState::Failed);
    stage.world.outbound.answer_with(201, "");
    let body =
        json!({ "organization_id": stage.company.id, "address": format!("push:{}", person.record.id) });
    let tried = stage.sender.post("/try").json(body).send().await.json();
    assert_eq!(tried, json!({ "accepted": true, "answer": "updates.push.services.mozilla.com 201" }));
    stage.world.settle().await;
    assert_eq!(pushed().await.state, DeliveryState::Sent);
}
