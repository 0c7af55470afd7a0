//! Push messages to the browsers of administrators.
use countersign_model::{Administrator, Channel, DeliveryState, Permission};
use serde_json::json;

use super::Stage;

const ENDPOINT: &str = "https://updates.push.services.mozilla.com/wpush/v2/secret-path";

#[tokio::test]
async fn who_wants_push_messages_gets_them_beside_email_and_a_browser_that_is_gone_is_a_visible_failure() {
    let stage = Stage::new().await;
    stage.world.settings.set("secret_key", "the-secret-key-of-these-tests");
    let browsers = stage.world.app(push_notification::router);
    stage.world.outbound.connect("push-notification.spin.internal", &browsers);
    let person = stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], |new| Administrator {
        channels: vec![Channel::Push],
        ..new
    });
    let keys = json!({ "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4" });
    let body = json!({ "name": "Phone", "endpoint": ENDPOINT, "keys": keys });
    let subscribed =
        browsers.post("/v1/session/push-subscriptions").bearer(&person.token).json(&body).send().await;
    assert_eq!(subscribed.status, 201, "{}", subscribed.text());

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
