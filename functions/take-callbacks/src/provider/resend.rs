//! Resend, which signs as Standard Webhooks define it: <https://resend.com/docs/dashboard/webhooks/verify-webhooks-requests>.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_model::{Channel, MessageKey};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;

use super::{Call, Event, Reports, Source, key_among, key_in};

const SIGNATURE: &str = "svix-signature";

pub struct Resend;

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "type")]
    what: String,
    created_at: Option<String>,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    #[serde(default)]
    to: Vec<String>,
    bounce: Option<Bounce>,
    tags: Option<Value>,
}

#[derive(Deserialize)]
struct Bounce {
    #[serde(rename = "type")]
    kind: Option<String>,
    message: Option<String>,
}

impl Data {
    /// Resend shows tags as an object, and as the list of names and values that it is sent.
    fn message(&self) -> Option<MessageKey> {
        let tags = self.tags.as_ref();
        let is_ours = |tag: &&Value| tag.get("name").and_then(Value::as_str) == Some(MessageKey::NAME);
        let listed = || key_in(tags?.as_array()?.iter().find(is_ours)?.get("value"));
        key_among(tags).or_else(listed)
    }
}

impl Source for Resend {
    fn header(&self) -> Option<&'static str> {
        Some(SIGNATURE)
    }

    fn is_signed(&self, call: &Call<'_>, key: &str) -> bool {
        let (Some(id), Some(sent_at), Some(signatures)) =
            (call.header("svix-id"), call.header("svix-timestamp"), call.header(SIGNATURE))
        else {
            return false;
        };
        let Ok(key) = STANDARD.decode(key.strip_prefix("whsec_").unwrap_or(key)) else { return false };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { return false };
        mac.update(format!("{id}.{sent_at}.").as_bytes());
        mac.update(call.body);
        // There are several while a key is replaced.
        let is_ours = |signature: &str| {
            let sent = signature.strip_prefix("v1,").and_then(|text| STANDARD.decode(text).ok());
            sent.is_some_and(|sent| mac.clone().verify_slice(&sent).is_ok())
        };
        !key.is_empty() && call.is_now(sent_at) && signatures.split(' ').any(is_ours)
    }

    fn reports(&self, call: &Call<'_>) -> Option<Reports> {
        let Body { what, created_at, data } = serde_json::from_slice(call.body).ok()?;
        let bounce = data.bounce.as_ref();
        let at = created_at.and_then(|at| at.parse::<Timestamp>().ok());
        let report = |address: &String| {
            let event = Event { channel: Channel::Email, address, message: data.message(), at };
            match what.as_str() {
                "email.bounced" => {
                    let kind = bounce.and_then(|bounce| bounce.kind.as_deref());
                    if kind.is_some_and(|kind| kind != "Permanent") {
                        return Reports::default();
                    }
                    call.bounced(event, bounce.and_then(|bounce| bounce.message.as_deref()))
                }
                "email.complained" => call.complained(&event),
                "email.delivered" => call.delivered(event),
                _ => Reports::default(),
            }
        };
        Some(data.to.iter().map(report).collect())
    }
}
