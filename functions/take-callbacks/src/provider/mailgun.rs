//! Mailgun: <https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks>. The signature covers a token and
//! a time, so a token counts once.

use countersign_model::{BounceReport, Channel};
use countersign_store::{keys, tokens};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::Deserialize;
use sha2::Sha256;

use super::{Call, Source};

pub struct Mailgun;

#[derive(Deserialize)]
struct Body {
    signature: Signature,
    #[serde(rename = "event-data")]
    event: Event,
}

#[derive(Deserialize)]
struct Signature {
    timestamp: String,
    token: String,
    signature: String,
}

#[derive(Deserialize)]
struct Event {
    event: String,
    severity: Option<String>,
    recipient: Option<String>,
    timestamp: Option<f64>,
    reason: Option<String>,
    #[serde(rename = "delivery-status")]
    status: Option<Status>,
}

#[derive(Deserialize)]
struct Status {
    message: Option<String>,
    description: Option<String>,
}

impl Source for Mailgun {
    fn header(&self) -> Option<&'static str> {
        None
    }

    fn is_signed(&self, call: &Call<'_>, key: &str) -> bool {
        let Some(Body { signature, .. }) = body(call) else { return false };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return false };
        mac.update(signature.timestamp.as_bytes());
        mac.update(signature.token.as_bytes());
        let own = keys::hex(&mac.finalize().into_bytes());
        tokens::matches(&own, &signature.signature) && call.is_now(&signature.timestamp)
    }

    fn reports(&self, call: &Call<'_>) -> Option<Vec<BounceReport>> {
        let event = body(call)?.event;
        let permanent = event.event == "failed" && event.severity.as_deref() == Some("permanent");
        if !permanent && event.event != "complained" {
            return Some(Vec::new());
        }
        let at =
            event.timestamp.and_then(|seconds| Timestamp::from_millisecond((seconds * 1000.0) as i64).ok());
        let status = event.status.as_ref();
        let said = |text: Option<&String>| text.cloned().filter(|text| !text.is_empty());
        let reason = if permanent {
            status
                .and_then(|status| {
                    said(status.message.as_ref()).or_else(|| said(status.description.as_ref()))
                })
                .or(event.reason)
        } else {
            Some("the recipient complained of spam".to_owned())
        };
        Some(vec![call.bounced(Channel::Email, &event.recipient?, reason.as_deref(), at)])
    }

    fn once(&self, call: &Call<'_>) -> Option<String> {
        body(call).map(|body| body.signature.token)
    }
}

fn body(call: &Call<'_>) -> Option<Body> {
    serde_json::from_slice(call.body).ok()
}
