//! Postmark, which does not sign: its webhooks carry a login (<https://postmarkapp.com/developer/webhooks/webhooks-overview>).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_http::identify::secret_matches;
use countersign_model::Channel;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{Call, Event, Reports, Source, key_among};

const LOGIN: &str = "authorization";

pub struct Postmark;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    record_type: String,
    /// The address, unless it was delivered.
    email: Option<String>,
    /// The address, if it was delivered.
    recipient: Option<String>,
    /// Whether Postmark sends nothing more to the address.
    #[serde(default)]
    inactive: bool,
    description: Option<String>,
    details: Option<String>,
    bounced_at: Option<String>,
    delivered_at: Option<String>,
    metadata: Option<Value>,
}

impl Source for Postmark {
    fn header(&self) -> Option<&'static str> {
        Some(LOGIN)
    }

    /// `key` is the login, `USER:PASSWORD`.
    fn is_signed(&self, call: &Call<'_>, key: &str) -> bool {
        let sent = call.header(LOGIN).and_then(|login| login.strip_prefix("Basic "));
        let sent = sent.and_then(|login| STANDARD.decode(login.trim()).ok());
        let sent = sent.and_then(|login| String::from_utf8(login).ok());
        sent.is_some_and(|sent| secret_matches(key, &sent))
    }

    fn reports(&self, call: &Call<'_>) -> Option<Reports> {
        let body: Body = serde_json::from_slice(call.body).ok()?;
        let event = |address, at: Option<&String>| Event {
            channel: Channel::Email,
            address,
            message: key_among(body.metadata.as_ref()),
            at: at.and_then(|at| at.parse::<Timestamp>().ok()),
        };
        let of_address = || Some(event(body.email.as_deref()?, body.bounced_at.as_ref()));
        Some(match body.record_type.as_str() {
            "Bounce" if body.inactive => {
                let details = body.details.as_deref().filter(|text| !text.is_empty());
                call.bounced(of_address()?, details.or(body.description.as_deref()))
            }
            "SpamComplaint" => call.complained(&of_address()?),
            "Delivery" => call.delivered(event(body.recipient.as_deref()?, body.delivered_at.as_ref())),
            _ => Reports::default(),
        })
    }
}
