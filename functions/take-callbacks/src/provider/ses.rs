//! Amazon SES, which reports through a topic of Amazon SNS: <https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html>,
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html>.
//!
//! Everybody with an account at Amazon can have SNS sign something, in a topic of their own. So the topic counts as the key: reports of
//! another one are not signed. The host of the certificate follows from it, too, and not from what the report says.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_model::{Channel, MessageKey};
use jiff::{SignedDuration, Timestamp};
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::signature::Verifier;
use serde::Deserialize;
use sha2::Sha256;
use x509::Certificate;
use x509::der::DecodePem;
use x509::der::referenced::OwnedToRef;

use super::{Call, Reports, Source, WINDOW};

/// SNS repeats a report for so long, with the same time.
const REPEATED: SignedDuration = SignedDuration::from_hours(1);
/// How the file of a certificate begins and ends.
const FILE: (&str, &str) = ("SimpleNotificationService-", ".pem");
/// What a report is; what confirms a subscription.
const REPORT: &str = "Notification";
const SUBSCRIBED: &str = "SubscriptionConfirmation";
/// The header with the key of a message. Notifications have the headers of a message if the identity says so; events always do.
const HEADER: &str = "x-countersign";

pub struct Ses;

/// A message of SNS.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    #[serde(rename = "Type")]
    kind: String,
    message_id: String,
    topic_arn: String,
    message: String,
    timestamp: String,
    subject: Option<String>,
    #[serde(rename = "SubscribeURL")]
    subscribe_url: Option<String>,
    token: Option<String>,
    signature_version: String,
    signature: String,
    #[serde(rename = "SigningCertURL")]
    certificate_url: String,
}

/// What SES says in it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    /// If SES sends them as notifications of an identity.
    notification_type: Option<String>,
    /// If it sends them as events of a configuration set.
    event_type: Option<String>,
    bounce: Option<Bounced>,
    complaint: Option<Complained>,
    delivery: Option<Delivered>,
    mail: Option<Mail>,
}

#[derive(Deserialize)]
struct Mail {
    #[serde(default)]
    headers: Vec<Header>,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    value: Option<String>,
}

#[derive(Deserialize)]
struct Delivered {
    #[serde(default)]
    recipients: Vec<String>,
    timestamp: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounced {
    bounce_type: String,
    bounced_recipients: Vec<Recipient>,
    timestamp: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complained {
    complained_recipients: Vec<Recipient>,
    timestamp: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recipient {
    email_address: String,
    diagnostic_code: Option<String>,
}

impl Source for Ses {
    fn header(&self) -> Option<&'static str> {
        Some("x-amz-sns-message-type")
    }

    /// Only if everything but the signature is right.
    fn certificate(&self, call: &Call<'_>, key: &str) -> Option<String> {
        let body = body(call)?;
        let at = body.timestamp.parse::<Timestamp>().ok()?;
        let age = call.now.duration_since(at);
        let file = body.certificate_url.strip_prefix(&format!("{}/", origin(key)?))?;
        let name = file.strip_prefix(FILE.0)?.strip_suffix(FILE.1)?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_recent = age <= REPEATED && age >= -WINDOW;
        let is_right = is_name && is_recent && body.signature_version == "2" && body.topic_arn == key;
        is_right.then_some(body.certificate_url)
    }

    /// `key` is the name of the topic. Nothing secret is compared.
    fn is_signed(&self, call: &Call<'_>, key: &str) -> bool {
        let Some((body, certificate)) = body(call).zip(call.certificate) else { return false };
        self.certificate(call, key).is_some() && verify(&body, certificate, call.now).is_some()
    }

    /// The address is made here: what the report says in its place is not called.
    fn confirms(&self, call: &Call<'_>, key: &str) -> Option<String> {
        let body = body(call).filter(|body| body.kind == SUBSCRIBED)?;
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("Action", "ConfirmSubscription")
            .append_pair("TopicArn", key)
            .append_pair("Token", &body.token?)
            .finish();
        Some(format!("{}/?{query}", origin(key)?))
    }

    fn reports(&self, call: &Call<'_>) -> Option<Reports> {
        let body = body(call)?;
        if body.kind != REPORT {
            return Some(Reports::default());
        }
        let event: Event = serde_json::from_str(&body.message).ok()?;
        let message = event.mail.as_ref().and_then(Mail::message);
        let message = message.as_ref();
        Some(match event.notification_type.or(event.event_type)?.as_str() {
            "Bounce" => {
                let Bounced { bounce_type, bounced_recipients, timestamp } = event.bounce?;
                let lasting = bounced_recipients.iter().filter(|_| bounce_type == "Permanent");
                let bounced = |one: &Recipient| {
                    let event = of_address(&one.email_address, &timestamp, message);
                    call.bounced(event, one.diagnostic_code.as_deref())
                };
                lasting.map(bounced).collect()
            }
            "Complaint" => {
                let Complained { complained_recipients, timestamp } = event.complaint?;
                let complained =
                    |one: &Recipient| call.complained(&of_address(&one.email_address, &timestamp, message));
                complained_recipients.iter().map(complained).collect()
            }
            "Delivery" => {
                let Delivered { recipients, timestamp } = event.delivery?;
                recipients.iter().map(|one| call.delivered(of_address(one, &timestamp, message))).collect()
            }
            _ => Reports::default(),
        })
    }

    fn once(&self, call: &Call<'_>) -> Option<String> {
        body(call).map(|body| body.message_id)
    }
}

fn of_address<'a>(address: &'a str, at: &Option<String>, message: Option<&MessageKey>) -> super::Event<'a> {
    let at = at.as_ref().and_then(|at| at.parse::<Timestamp>().ok());
    super::Event { channel: Channel::Email, address, message: message.cloned(), at }
}

impl Mail {
    fn message(&self) -> Option<MessageKey> {
        let ours = self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(HEADER))?;
        ours.value.as_ref()?.parse().ok()
    }
}

fn body(call: &Call<'_>) -> Option<Body> {
    serde_json::from_slice(call.body).ok()
}

/// Where SNS is in the region of a topic: `arn:aws:sns:eu-west-1:123456789012:bounces`.
fn origin(topic: &str) -> Option<String> {
    let mut parts = topic.split(':');
    let (arn, partition, service, region) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_region =
        region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if arn != "arn" || service != "sns" || region.is_empty() || !is_region {
        return None;
    }
    let domain = if partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
    Some(format!("https://sns.{region}.{domain}"))
}

/// Whether the key of a certificate, which holds now, has signed a message.
fn verify(body: &Body, certificate: &[u8], now: Timestamp) -> Option<()> {
    let certificate = Certificate::from_pem(certificate).ok()?;
    let validity = certificate.tbs_certificate().validity();
    let seconds = u64::try_from(now.as_second()).ok()?;
    let (from, to) = (validity.not_before.to_unix_duration(), validity.not_after.to_unix_duration());
    if !(from.as_secs()..=to.as_secs()).contains(&seconds) {
        return None;
    }
    let key = certificate.tbs_certificate().subject_public_key_info();
    let key = VerifyingKey::<Sha256>::try_from(key.owned_to_ref()).ok()?;
    let signature = Signature::try_from(STANDARD.decode(&body.signature).ok()?.as_slice()).ok()?;
    key.verify(signed(body)?.as_bytes(), &signature).ok()
}

/// What is signed: name and value of these fields, a line each.
fn signed(body: &Body) -> Option<String> {
    let subject = body.subject.as_deref().filter(|_| body.kind == REPORT);
    let (link, token) = match body.kind == REPORT {
        true => (None, None),
        false => (Some(body.subscribe_url.as_deref()?), Some(body.token.as_deref()?)),
    };
    let fields = [
        ("Message", Some(body.message.as_str())),
        ("MessageId", Some(&body.message_id)),
        ("Subject", subject),
        ("SubscribeURL", link),
        ("Timestamp", Some(&body.timestamp)),
        ("Token", token),
        ("TopicArn", Some(&body.topic_arn)),
        ("Type", Some(&body.kind)),
    ];
    let lines = fields.into_iter().filter_map(|(name, value)| Some(format!("{name}\n{}\n", value?)));
    Some(lines.collect())
}
