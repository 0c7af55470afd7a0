//! That single messages were delivered or bounced: what each provider says, in the bodies that it documents, and what is kept.
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_http::testing::TestRequest;
use countersign_model::act::DeliveryResent;
use countersign_model::{
    Arrival, ArrivalReport, Channel, Delivery, NewDelivery, Notice, NotificationId, ProviderPlace,
};
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha1::Sha1;

use super::{ANN, Deployment, KEY, failed, refused, taken};
use crate::provider::{Call, Provider};

/// The key of the message that reports are about.
const MESSAGE: &str = "ntf_00000000010000000000000001-0";
const PHONE: &str = "+14155550100";
const LOGIN: &str = "countersign:a-password";

fn id() -> NotificationId {
    "ntf_00000000010000000000000001".parse().unwrap()
}

/// A message that was sent to an address.
pub fn message(here: &Deployment, channel: Channel, address: &str) {
    let world = &here.world;
    let new = NewDelivery {
        id: id(),
        organization_id: world.root.id.clone(),
        event_id: "evt_00000000000000000000000000".parse().unwrap(),
        channel,
        address: address.to_owned(),
        recipient_organization_id: None,
        recipient: None,
        notice: Notice::Digest,
    };
    let delivery = Delivery::new(new, world.now());
    world.save(&world.root.id, DeliveryResent::of(&delivery), |change| change.create(&delivery));
}

async fn stored(here: &Deployment) -> Delivery {
    here.world.journal.load::<Delivery>(&id()).await.unwrap().unwrap().value
}

/// When it was delivered, and when it bounced.
pub async fn arrival(here: &Deployment) -> (Option<String>, Option<String>) {
    let Delivery { delivered_at, bounced_at, .. } = stored(here).await;
    (delivered_at.map(|at| at.to_string()), bounced_at.map(|at| at.to_string()))
}

/// What a provider reports, in the body that it documents.
fn reported(provider: Provider, url: &str, body: &str) -> Vec<ArrivalReport> {
    let now = "2026-06-01T12:00:00Z".parse::<Timestamp>().unwrap();
    let headers = HeaderMap::new();
    let call = Call { headers: &headers, body: body.as_bytes(), url, now, certificate: None };
    let reports = provider.source().reports(&call).unwrap_or_else(|| panic!("{provider}: {body}"));
    assert_eq!(reports.bounces, [], "{provider}: {body}");
    reports.arrivals
}

fn postmark() -> Value {
    json!({ "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483", "Recipient": ANN,
        "DeliveredAt": "2019-11-05T16:33:54.9070259Z", "Details": "Test delivery webhook details", "Tag": "welcome-email",
        "ServerID": 23, "Metadata": { "countersign": MESSAGE }, "RecordType": "Delivery", "MessageStream": "outbound" })
}

fn sendgrid() -> Value {
    json!([{ "email": ANN, "timestamp": 1_513_299_569, "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>",
        "event": "delivered", "category": "cat facts", "sg_event_id": "ZGVsaXZlcmVkLTAtMTQ2NTYyMTg",
        "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0", "response": "250 OK",
        "countersign": MESSAGE }])
}

fn mailgun() -> Value {
    json!({ "event": "delivered", "id": "hK7mQVt1QtqRiOfQXta4sw", "timestamp": 1_529_692_199.626_182, "log-level": "info",
        "envelope": { "transport": "smtp", "sender": "sender@example.org", "sending-ip": "123.123.123.123", "targets": ANN },
        "delivery-status": { "tls": true, "mx-host": "aspmx.l.example.com", "code": 250, "description": "",
            "session-seconds": 0.4367, "attempt-no": 1, "message": "OK", "certificate-verified": true },
        "message": { "headers": { "to": ANN, "message-id": "20180622182958.1.48906CB188F1A454@exmple.org" }, "size": 586 },
        "recipient": ANN, "recipient-domain": "company.example", "campaigns": [], "tags": [],
        "user-variables": { "countersign": MESSAGE } })
}

fn resend(tags: Value) -> Value {
    json!({ "type": "email.delivered", "created_at": "2024-02-22T23:41:12.126Z", "data": {
        "created_at": "2024-02-22T23:41:11.894719+00:00", "email_id": "56761188-7520-42d8-8898-ff6fc54ce618",
        "from": "Acme <onboarding@resend.dev>", "to": [ANN], "subject": "Sending this example", "tags": tags } })
}

fn ses(kind: &str, header: &str) -> Value {
    let message = json!({ kind: "Delivery",
        "mail": { "timestamp": "2016-01-27T14:59:38.237Z", "messageId": "0000014644fe5ef6", "source": "john@example.com",
            "destination": [ANN], "headersTruncated": false, "headers": [
                { "name": "From", "value": "\"John Doe\" <john@example.com>" }, { "name": header, "value": MESSAGE }] },
        "delivery": { "timestamp": "2016-01-27T14:59:38.237Z", "recipients": [ANN], "processingTimeMillis": 546,
            "reportingMTA": "a8-70.smtp-out.amazonses.com", "smtpResponse": "250 ok:  Message 64111812 accepted",
            "remoteMtaIp": "127.0.2.0" } });
    json!({ "Type": "Notification", "MessageId": "1", "TopicArn": "", "Message": message.to_string(), "Timestamp": "",
        "SignatureVersion": "2", "Signature": "", "SigningCertURL": "" })
}

fn vonage() -> Value {
    json!({ "message_uuid": "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab", "to": "14155550100", "from": "447700900001",
        "timestamp": "2025-02-03T12:14:25Z", "status": "delivered", "client_ref": MESSAGE, "channel": "sms",
        "usage": { "currency": "EUR", "price": "0.0333" }, "destination": { "network_code": "12345" },
        "sms": { "count_total": "2" } })
}

const TWILIO: &str = "SmsSid=SM2xxxxxx&SmsStatus=delivered&MessageStatus=delivered&To=%2B14155550100&MessageSid=SM2xxxxxx\
    &AccountSid=ACxxxxxxx&From=%2B14017122661&ApiVersion=2010-04-01";

#[test]
fn each_provider_says_that_a_message_was_delivered_when_and_to_whom() {
    let listed = json!([{ "name": "category", "value": "x" }, { "name": "countersign", "value": MESSAGE }]);
    let callback = format!("https://approvals.example/v1/callbacks/twilio?countersign={MESSAGE}");
    let signature = json!({ "timestamp": "", "token": "", "signature": "" });
    let of_mailgun = json!({ "signature": signature, "event-data": mailgun() });
    let twilio = (Provider::Twilio, TWILIO.to_owned(), "2026-06-01T12:00:00Z");
    let cases = [
        (Provider::Postmark, postmark().to_string(), "2019-11-05T16:33:54.9070259Z"),
        (Provider::SendGrid, sendgrid().to_string(), "2017-12-15T00:59:29Z"),
        (Provider::Mailgun, of_mailgun.to_string(), "2018-06-22T18:29:59.626Z"),
        (Provider::Resend, resend(json!({ "countersign": MESSAGE })).to_string(), "2024-02-22T23:41:12.126Z"),
        (Provider::Resend, resend(listed).to_string(), "2024-02-22T23:41:12.126Z"),
        (Provider::Ses, ses("notificationType", "X-Countersign").to_string(), "2016-01-27T14:59:38.237Z"),
        (Provider::Ses, ses("eventType", "x-countersign").to_string(), "2016-01-27T14:59:38.237Z"),
        (Provider::Vonage, vonage().to_string(), "2025-02-03T12:14:25Z"),
        twilio,
    ];
    for (provider, body, at) in cases {
        let is_sms = matches!(provider, Provider::Twilio | Provider::Vonage);
        let (channel, address) = if is_sms { (Channel::Sms, PHONE) } else { (Channel::Email, ANN) };
        let expected = ArrivalReport {
            message: MESSAGE.parse().unwrap(),
            channel,
            address: address.to_owned(),
            arrival: Arrival::Delivered,
            at: at.parse().unwrap(),
        };
        assert_eq!(reported(provider, &callback, &body), [expected], "{provider}");
    }
}

/// As Twilio reports a message that went by RCS.
fn by_rcs(status: &str) -> String {
    format!(
        "EventType={}&SmsSid=SM2xxxxxx&SmsStatus={status}&MessageStatus={status}&ChannelToAddress=%2B1415555XXXX\
            &To=rcs%3A%2B14155550100&ChannelPrefix=rcs&MessageSid=SM2xxxxxx&AccountSid=ACxxxxxxx&From=rcs%3Abrand_agent\
            &ApiVersion=2010-04-01",
        status.to_uppercase()
    )
}

#[test]
fn a_phone_says_by_rcs_that_a_message_was_delivered_and_read() {
    let callback = format!("https://approvals.example/v1/callbacks/twilio?countersign={MESSAGE}");
    for (status, arrival) in [("delivered", Arrival::Delivered), ("read", Arrival::Read)] {
        let expected = ArrivalReport {
            message: MESSAGE.parse().unwrap(),
            channel: Channel::Sms,
            address: PHONE.to_owned(),
            arrival,
            at: "2026-06-01T12:00:00Z".parse().unwrap(),
        };
        assert_eq!(reported(Provider::Twilio, &callback, &by_rcs(status)), [expected], "{status}");
    }
    assert_eq!(reported(Provider::Twilio, &callback, &by_rcs("sent")), []);
}

#[tokio::test]
async fn what_twilio_signed_is_noted_as_read_once() {
    let here = Deployment::new(ProviderPlace::Sms, "twilio", KEY);
    message(&here, Channel::Sms, PHONE);
    let path = format!("/v1/callbacks/twilio?countersign={MESSAGE}");
    let report = |key: &str, status: &str| {
        let body = by_rcs(status);
        let mut fields: Vec<_> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        fields.sort();
        let signed: String = fields.into_iter().map(|(name, value)| name + &value).collect();
        let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).unwrap();
        mac.update(format!("https://approvals.example{path}{signed}").as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        let call = here.app.post(&path).header("x-twilio-signature", &signature);
        call.body("application/x-www-form-urlencoded", body)
    };
    refused(report("another key", "read"), 401).await;
    assert_eq!(stored(&here).await.read_at, None);
    taken(report(KEY, "delivered")).await;
    let read = here.world.now();
    taken(report(KEY, "read")).await;
    here.world.advance(std::time::Duration::from_secs(60));
    taken(report(KEY, "read")).await;
    let found = stored(&here).await;
    assert_eq!((found.delivered_at.is_some(), found.read_at), (true, Some(read)));
}

#[test]
fn what_is_not_of_a_message_of_ours_is_left_alone() {
    let keys = [json!(null), json!(7), json!("test-00000000010000000000000001"), json!("ntf_1"), json!({})];
    for key in keys {
        let mut body = postmark();
        body["Metadata"]["countersign"] = key.clone();
        assert_eq!(reported(Provider::Postmark, "", &body.to_string()), [], "{key}");
        let mut body = sendgrid();
        body[0]["countersign"] = key.clone();
        assert_eq!(reported(Provider::SendGrid, "", &body.to_string()), [], "{key}");
        assert_eq!(reported(Provider::Resend, "", &resend(key.clone()).to_string()), [], "{key}");
        let mut body = vonage();
        body["client_ref"] = key.clone();
        assert_eq!(reported(Provider::Vonage, "", &body.to_string()), [], "{key}");
    }
    for url in
        ["", "https://approvals.example/v1/callbacks/twilio", "https://approvals.example/?countersign=x"]
    {
        assert_eq!(reported(Provider::Twilio, url, TWILIO), [], "{url}");
    }
    assert_eq!(reported(Provider::Ses, "", &ses("eventType", "X-Other").to_string()), []);
}

fn told(here: &Deployment, body: &Value) -> TestRequest {
    here.postmark(LOGIN, body)
}

fn here() -> Deployment {
    let here = Deployment::new(ProviderPlace::Email, "postmark", LOGIN);
    message(&here, Channel::Email, ANN);
    here
}

fn bounce() -> Value {
    json!({ "RecordType": "Bounce", "Type": "HardBounce", "Email": ANN, "Inactive": true, "Details": "550 no such user",
        "BouncedAt": "2019-11-05T16:40:00Z", "Metadata": { "countersign": MESSAGE } })
}

const DELIVERED: &str = "2019-11-05T16:33:54.9070259Z";
const BOUNCED: &str = "2019-11-05T16:40:00Z";

#[tokio::test]
async fn a_delivery_is_noted_once_and_a_repeated_report_writes_nothing() {
    let here = here();
    refused(here.postmark("countersign:another", &postmark()), 401).await;
    assert_eq!(arrival(&here).await, (None, None));
    taken(told(&here, &postmark())).await;
    let first = here.world.journal.load::<Delivery>(&id()).await.unwrap().unwrap();
    assert_eq!(arrival(&here).await, (Some(DELIVERED.to_owned()), None));
    assert_eq!(here.reason().await, None, "nothing is wrong with the address");

    taken(told(&here, &postmark())).await;
    let mut later = postmark();
    later["DeliveredAt"] = json!("2019-11-06T00:00:00Z");
    taken(told(&here, &later)).await;
    let after = here.world.journal.load::<Delivery>(&id()).await.unwrap().unwrap();
    assert_eq!(after, first);
}

#[tokio::test]
async fn a_bounce_wins_in_whichever_order_the_reports_come() {
    let (in_order, reversed) = (here(), here());
    taken(told(&in_order, &postmark())).await;
    taken(told(&in_order, &bounce())).await;
    taken(told(&reversed, &bounce())).await;
    taken(told(&reversed, &postmark())).await;
    for here in [in_order, reversed] {
        assert_eq!(arrival(&here).await, (None, Some(BOUNCED.to_owned())));
        assert_eq!(here.reason().await.as_deref(), Some("550 no such user"));
    }
}

#[tokio::test]
async fn a_complaint_does_not_undo_that_the_message_arrived() {
    let here = here();
    taken(told(&here, &postmark())).await;
    let complaint =
        json!({ "RecordType": "SpamComplaint", "Email": ANN, "Metadata": { "countersign": MESSAGE } });
    taken(told(&here, &complaint)).await;
    assert_eq!(arrival(&here).await, (Some(DELIVERED.to_owned()), None));
    assert!(here.reason().await.is_some());
}

#[tokio::test]
async fn a_report_about_another_address_or_an_earlier_sending_changes_nothing() {
    let here = here();
    let mut other = postmark();
    other["Recipient"] = json!("bob@company.example");
    taken(told(&here, &other)).await;
    let unknown = json!("ntf_00000000010000000000000002-0");
    let mut body = postmark();
    body["Metadata"]["countersign"] = unknown;
    taken(told(&here, &body)).await;
    let now = here.world.now();
    let again = |old: &Delivery| Ok::<_, std::convert::Infallible>(old.resent(now));
    here.world.journal.update(&id(), again).await.unwrap();
    taken(told(&here, &postmark())).await;
    assert_eq!(arrival(&here).await, (None, None));
    let mut second = postmark();
    second["Metadata"]["countersign"] = json!("ntf_00000000010000000000000001-1");
    taken(told(&here, &second)).await;
    assert_eq!(arrival(&here).await.0.as_deref(), Some(DELIVERED));
}

#[tokio::test]
async fn mailgun_s_signed_reports_are_noted() {
    let here = Deployment::new(ProviderPlace::Email, "mailgun", KEY);
    message(&here, Channel::Email, "Ann@company.example");
    taken(here.mailgun("one", here.now(), &mailgun())).await;
    assert_eq!(arrival(&here).await.0.as_deref(), Some("2018-06-22T18:29:59.626Z"));
    let mut bounced = failed("permanent");
    bounced["user-variables"] = json!({ "countersign": MESSAGE });
    taken(here.mailgun("two", here.now(), &bounced)).await;
    assert_eq!(arrival(&here).await, (None, Some("2020-09-13T12:26:40.5Z".to_owned())));
}
