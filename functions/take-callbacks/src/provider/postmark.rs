//! Postmark, which does not sign: its webhooks carry a login (<https://postmarkapp.com/developer/webhooks/webhooks-overview>).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_http::identify::secret_matches;
use countersign_model::{BounceReport, Channel};
use jiff::Timestamp;
use serde::Deserialize;

use super::{Call, Source};

const LOGIN: &str = "authorization";

pub struct Postmark;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    record_type: String,
    email: Option<String>,
    /// Whether Postmark sends nothing more to the address.
    #[serde(default)]
    inactive: bool,
    description: Option<String>,
    details: Option<String>,
    bounced_at: Option<String>,
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

    fn reports(&self, call: &Call<'_>) -> Option<Vec<BounceReport>> {
        let body: Body = serde_json::from_slice(call.body).ok()?;
        let reason = match body.record_type.as_str() {
            "Bounce" if body.inactive => body.details.filter(|text| !text.is_empty()).or(body.description),
            "SpamComplaint" => Some("the recipient complained of spam".to_owned()),
            _ => return Some(Vec::new()),
        };
        let at = body.bounced_at.and_then(|at| at.parse::<Timestamp>().ok());
        Some(vec![call.bounced(Channel::Email, &body.email?, reason.as_deref(), at)])
    }
}
