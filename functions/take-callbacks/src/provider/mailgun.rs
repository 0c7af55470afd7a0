//! Mailgun: <https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks>. The signature covers a token and
//! a time, so a token counts once.

use countersign_model::Channel;
use countersign_store::{keys, tokens};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;

use super::{Call, Reports, Source, key_among};

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
    #[serde(rename = "user-variables")]
    variables: Option<Value>,
}

#[derive(Deserialize)]
struct Status {
    message: Option<String>,
    description: Option<String>,
}

impl Event {
    /// Why it failed, in the words of the recipient's server if it said something.
    fn why(&self) -> Option<&str> {
        let status = self.status.as_ref();
        let said = [
            status.and_then(|status| status.message.as_ref()),
            status.and_then(|status| status.description.as_ref()),
        ];
        said.into_iter().flatten().find(|text| !text.is_empty()).or(self.reason.as_ref()).map(String::as_str)
    }
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

    fn reports(&self, call: &Call<'_>) -> Option<Reports> {
        let event = body(call)?.event;
        let at =
            event.timestamp.and_then(|seconds| Timestamp::from_millisecond((seconds * 1000.0) as i64).ok());
        let of_address = || {
            Some(super::Event {
                channel: Channel::Email,
                address: event.recipient.as_deref()?,
                message: key_among(event.variables.as_ref()),
                at,
            })
        };
        Some(match event.event.as_str() {
            "failed" if event.severity.as_deref() == Some("permanent") => {
                call.bounced(of_address()?, event.why())
            }
            "complained" => call.complained(&of_address()?),
            "delivered" => call.delivered(of_address()?),
            _ => Reports::default(),
        })
    }

    fn once(&self, call: &Call<'_>) -> Option<String> {
        body(call).map(|body| body.signature.token)
    }
}

fn body(call: &Call<'_>) -> Option<Body> {
    serde_json::from_slice(call.body).ok()
}
