//! SendGrid's signed event webhook:
//! <https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features>.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_model::Channel;
use jiff::Timestamp;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{DerSignature, VerifyingKey};
use p256::pkcs8::DecodePublicKey;
use serde::Deserialize;
use serde_json::Value;

use super::{Call, Reports, Source, key_in};

const SIGNATURE: &str = "x-twilio-email-event-webhook-signature";

pub struct SendGrid;

#[derive(Deserialize)]
struct Event {
    event: String,
    email: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    reason: Option<String>,
    timestamp: Option<i64>,
    /// Custom arguments stand beside the other fields.
    countersign: Option<Value>,
}

impl Source for SendGrid {
    fn header(&self) -> Option<&'static str> {
        Some(SIGNATURE)
    }

    /// `key` is the public key that SendGrid shows. Nothing secret is compared.
    fn is_signed(&self, call: &Call<'_>, key: &str) -> bool {
        let (Some(signature), Some(sent_at)) =
            (call.header(SIGNATURE), call.header("x-twilio-email-event-webhook-timestamp"))
        else {
            return false;
        };
        let key = STANDARD.decode(key).ok().and_then(|key| VerifyingKey::from_public_key_der(&key).ok());
        let signature = STANDARD.decode(signature).ok();
        let signature = signature.and_then(|bytes| DerSignature::try_from(bytes.as_slice()).ok());
        let (Some(key), Some(signature)) = (key, signature) else { return false };
        let signed = [sent_at.as_bytes(), call.body].concat();
        call.is_now(sent_at) && key.verify(&signed, &signature).is_ok()
    }

    fn reports(&self, call: &Call<'_>) -> Option<Reports> {
        let events: Vec<Event> = serde_json::from_slice(call.body).ok()?;
        let report = |event: &Event| {
            let of_address = super::Event {
                channel: Channel::Email,
                address: event.email.as_deref()?,
                message: key_in(event.countersign.as_ref()),
                at: event.timestamp.and_then(|seconds| Timestamp::from_second(seconds).ok()),
            };
            Some(match event.event.as_str() {
                // `blocked` is a refusal of this message, not of all.
                "bounce" if event.kind.as_deref() != Some("blocked") => {
                    call.bounced(of_address, event.reason.as_deref())
                }
                "spamreport" => call.complained(&of_address),
                "delivered" => call.delivered(of_address),
                _ => return None,
            })
        };
        Some(events.iter().filter_map(report).collect())
    }
}
