//! Messages to integrations of the organization.
use countersign_authority::integrations::Target;
use countersign_authority::secrets::SecretKeys;
use countersign_http::{OutboundError, save_new};
use countersign_journal::Change;
use countersign_model::act::IntegrationChanged;
use countersign_model::{
    Channel, DeliveryState, Integration, IntegrationId, IntegrationKind, NewRequest, Permission, Permit,
};
use serde_json::json;

use super::{Stage, URL};

const KEY: &str = "the-secret-key-of-these-tests";

async fn integration(stage: &Stage, kind: IntegrationKind, name: &str, url: &str) -> Integration {
    let id = IntegrationId::from_ulid(stage.world.ulid());
    let target = Target { url: url.to_owned(), key: "whsec_plJ3nmyCDGBKInavdOK15jsl".to_owned() };
    let integration = Integration {
        sealed: target.seal(&SecretKeys::parse(KEY), &id, stage.world.journal.random()).unwrap(),
        id,
        organization_id: stage.company.id.clone(),
        name: name.to_owned(),
        kind,
        created_at: stage.world.now(),
        last_success_at: None,
        last_failure_at: None,
        last_failure: None,
        failures: 0,
        open_until: None,
        deleted: false,
    };
    let permit = Permit::scene(&stage.company.id);
    let change = Change::new(&permit, &stage.origin(), IntegrationChanged::of(None, &integration));
    save_new(&stage.world.journal, &integration, change.create(&integration)).await.unwrap();
    integration
}

/// A stage with this integration, which a policy's list names like this.
pub async fn stage(kind: IntegrationKind, name: &str, url: &str, address: &str) -> (Stage, Integration) {
    let stage = Stage::new().await;
    stage.world.settings.set("secret_key", KEY);
    let integration = integration(&stage, kind, name, url).await;
    ask(&stage, address).await;
    (stage, integration)
}

/// A request for another file each time, in the name of a policy that notifies this address.
pub async fn ask(stage: &Stage, address: &str) {
    let policy = stage.policy(true, &[address]).await;
    let number = stage.deliveries().await.len();
    let new = NewRequest { policy_id: Some(policy), ..stage.new_request_for(number) };
    stage.submit(&stage.world.computer(&stage.group), new).await;
    stage.process_company().await;
}

async fn stored(stage: &Stage, integration: &Integration) -> Integration {
    stage.world.journal.load::<Integration>(&integration.id).await.unwrap().unwrap().value
}

#[tokio::test]
async fn a_policy_tells_a_chat_by_its_name_as_people_see_it() {
    let url = "https://hooks.slack.com/services/T0/B0/x";
    let (stage, integration) =
        stage(IntegrationKind::Slack, "Security Desk", url, "slack:security  desk").await;
    let sent = stage.world.outbound.take_external();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].request.uri(), url);
    let json = sent[0].json();
    let mut blocks = json["blocks"].as_array().unwrap().iter();
    let button = blocks.find(|block| block["type"] == "actions").unwrap();
    let link = button["elements"][0]["url"].as_str().unwrap();
    assert!(link.starts_with(&format!("{URL}/requests/req_")), "{link}");
    let delivery = stage.deliveries().await.remove(0);
    assert_eq!((delivery.channel, delivery.state), (Channel::Chat, DeliveryState::Sent));
    assert_eq!(delivery.address, "slack:security desk", "with single spaces");
    let at = stored(&stage, &integration).await.last_success_at;
    assert_eq!(at, Some(stage.world.now()));
}

#[tokio::test]
async fn a_webhook_is_signed_and_its_failure_is_noted_and_tried_again() {
    let (stage, integration) =
        stage(IntegrationKind::Webhook, "soc", "https://hooks.company.example/x", "webhook:soc").await;
    let sent = stage.world.outbound.take_external().remove(0);
    let delivery = stage.deliveries().await.remove(0);
    assert_eq!(sent.request.headers()["webhook-id"], format!("{}-0", delivery.id));
    assert!(sent.request.headers()["webhook-signature"].to_str().unwrap().starts_with("v1,"));
    assert_eq!(sent.json()["type"], "request-submitted");
    stage.world.outbound.answer_with(500, "broken");
    ask(&stage, "webhook:soc").await;
    let delivery = stage.deliveries().await.pop().unwrap();
    assert_eq!(
        (delivery.state, delivery.last_answer.as_deref()),
        (DeliveryState::Pending, Some("500: broken"))
    );
    assert_eq!(stored(&stage, &integration).await.last_failure.as_deref(), Some("500: broken"));
    let viewer = stage.world.administrator(&stage.company, [Permission::ViewAdministrators]);
    stage.world.settle().await;
    let path = format!("/v1/notifications/channels?organization_id={}", stage.company.id);
    let shown = stage.sender.get(&path).bearer(&viewer.token).send().await;
    assert_eq!(shown.json()["integrations"][0]["last_failure"], "500: broken", "{}", shown.text());
    assert!(!shown.text().contains("hooks.company.example"), "{}", shown.text());
    stage.world.outbound.answer_with(200, "ok");
    stage.world.advance(std::time::Duration::from_secs(10));
    stage.tick().await;
    assert_eq!(stage.deliveries().await.pop().unwrap().state, DeliveryState::Sent);
    let well = stored(&stage, &integration).await;
    assert!(well.last_success_at > well.last_failure_at, "{well:?}");
}

#[tokio::test]
async fn what_cannot_be_called_is_a_visible_failure() {
    let url = "https://hooks.company.example/x";
    for (kind, name, address, words) in [
        (IntegrationKind::Webhook, "soc", "webhook:another", "has no integration `webhook:another`"),
        (IntegrationKind::Webhook, "soc", "slack:soc", "has no integration `slack:soc`"),
    ] {
        let (stage, _) = stage(kind, name, url, address).await;
        let delivery = stage.deliveries().await.remove(0);
        assert_eq!(delivery.state, DeliveryState::Failed);
        assert!(delivery.last_answer.as_deref().unwrap().contains(words), "{delivery:?}");
        assert_eq!(stage.world.outbound.take_external().len(), 0);
    }
    let (stage, integration) = stage(IntegrationKind::Webhook, "soc", url, "webhook:soc").await;
    stage.world.outbound.fail_with(OutboundError::NotAllowed);
    ask(&stage, "webhook:soc").await;
    let delivery = stage.deliveries().await.pop().unwrap();
    assert_eq!(delivery.state, DeliveryState::Failed);
    assert_eq!(delivery.last_answer.unwrap(), "the manifest does not allow this host");
    stage.world.settings.set("secret_key", "another key");
    ask(&stage, "webhook:soc").await;
    assert_eq!(stage.deliveries().await.pop().unwrap().state, DeliveryState::Failed);
    let why = stored(&stage, &integration).await.last_failure;
    assert!(why.as_deref().unwrap().contains("`secret_key`"), "{why:?}");
}

#[tokio::test]
async fn a_test_message_says_what_came_back() {
    let url = "https://x.webhook.office.com/webhookb2/secret";
    let (stage, integration) = stage(IntegrationKind::Teams, "soc", url, "desk@company.example").await;
    stage.world.outbound.take_external();
    let body = json!({ "organization_id": stage.company.id, "address": "teams:soc" });
    let tried = stage.sender.post("/try").json(&body).send().await;
    assert_eq!((tried.status, tried.json()), (200, json!({ "accepted": true, "answer": "200" })));
    assert_eq!(stage.world.outbound.take_external().remove(0).request.uri(), url);
    stage.world.outbound.answer_with(400, "the webhook webhookb2/secret is gone");
    let tried = stage.sender.post("/try").json(&body).send().await.json();
    assert_eq!(tried, json!({ "accepted": false, "answer": "400" }), "without the secret");
    assert_eq!(stored(&stage, &integration).await.last_failure.as_deref(), Some("400"));
    let unknown = json!({ "organization_id": stage.company.id, "address": "teams:another" });
    let answer = "the organization has no integration `teams:another`";
    let tried = stage.sender.post("/try").json(unknown).send().await.json();
    assert_eq!(tried, json!({ "accepted": false, "answer": answer }));
}

#[tokio::test]
async fn a_test_message_goes_to_people_by_the_providers_of_other_messages() {
    let stage = Stage::new().await;
    stage.world.settings.set("email_fallback_provider", "sendgrid");
    stage.world.settings.set("email_fallback_api_key", "sendgrid-key");
    let test = async |address: &str| {
        let body = json!({ "organization_id": stage.company.id, "address": address });
        let tried = stage.sender.post("/try").json(body).send().await;
        assert_eq!(tried.status, 200, "{}", tried.text());
        (tried.json(), stage.world.outbound.take_external())
    };
    let (tried, sent) = test("desk@company.example").await;
    assert_eq!(tried, json!({ "accepted": true, "answer": "postmark 200" }));
    let email = sent[0].json();
    assert_eq!((&email["To"], &email["Subject"]), (&json!("desk@company.example"), &json!("Test message")));
    assert!(email["TextBody"].as_str().unwrap().contains("This is a test."), "{email}");
    let (tried, sent) = test("sms:+15550100").await;
    assert_eq!(tried["accepted"], true);
    let body = String::from_utf8_lossy(sent[0].request.body()).into_owned();
    assert!(body.contains("This+is+a+test."), "{body}");
    stage.world.outbound.answer_with(401, "");
    let (tried, sent) = test("desk@company.example").await;
    assert_eq!((&tried["accepted"], sent.len()), (&json!(false), 2), "the fallback, too");
    stage.world.settings.set("sms_account", "");
    let (tried, sent) = test("sms:+15550100").await;
    assert_eq!((tried["answer"].as_str(), sent.len()), (Some("`sms_account` is not set"), 0));
}

#[tokio::test]
async fn one_that_is_down_is_not_called_for_a_while_and_everything_else_is() {
    let url = "https://hooks.company.example/x";
    let (stage, soc) = stage(IntegrationKind::Webhook, "soc", url, "webhook:soc").await;
    let other = integration(&stage, IntegrationKind::Webhook, "other", "https://other.example/x").await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let hosts = || {
        let sent = stage.world.outbound.take_external();
        let mut hosts: Vec<_> =
            sent.iter().map(|sent| sent.request.uri().host().unwrap().to_owned()).collect();
        hosts.sort();
        hosts
    };
    stage.world.outbound.answer(|request: &http::Request<bytes::Bytes>| {
        let mut response = http::Response::new(bytes::Bytes::from_static(b"{}"));
        if request.uri().host() == Some("hooks.company.example") {
            *response.status_mut() = http::StatusCode::BAD_GATEWAY;
        }
        Ok(response)
    });
    for _ in 0..3 {
        ask(&stage, "webhook:soc").await;
    }
    hosts();
    ask(&stage, "webhook:soc").await;
    assert_eq!(hosts(), ["api.postmarkapp.com"], "given up on");
    let waits =
        stage.deliveries().await.into_iter().rev().find(|each| each.address == "webhook:soc").unwrap();
    let why = "`webhook:soc` fails at the moment and is not called";
    assert_eq!((waits.attempts, waits.last_answer.as_deref()), (0, Some(why)));
    assert_eq!(waits.state, DeliveryState::Pending);
    ask(&stage, "webhook:other").await;
    assert_eq!(hosts(), ["api.postmarkapp.com", "other.example"]);
    assert_eq!(stored(&stage, &other).await.failures, 0);
    let viewer = stage.world.administrator(&stage.company, [Permission::ViewAdministrators]);
    stage.world.settle().await;
    let path = format!("/v1/notifications/channels?organization_id={}", stage.company.id);
    let shown = stage.sender.get(&path).bearer(&viewer.token).send().await.json();
    let shown = shown["integrations"].as_array().unwrap().iter().find(|one| one["address"] == "webhook:soc");
    let until = stored(&stage, &soc).await.open_until;
    assert_eq!(
        (&shown.unwrap()["failures"], &shown.unwrap()["not_called_until"]),
        (&json!(3), &json!(until))
    );

    stage.world.outbound.answer_with(200, "{}");
    let body = json!({ "organization_id": stage.company.id, "address": "webhook:soc" });
    let tried = stage.sender.post("/try").json(body).send().await.json();
    assert_eq!(tried["accepted"], true, "a test message is sent all the same: {tried}");
    stage.world.settle().await;
    let well = stored(&stage, &soc).await;
    assert_eq!((well.failures, well.open_until), (0, None));
    stage.world.advance(std::time::Duration::from_secs(5 * 60));
    stage.tick().await;
    assert!(stage.states().await.iter().all(|(_, state)| *state == DeliveryState::Sent));
}
