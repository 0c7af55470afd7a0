//! Resend's email API: <https://resend.com/docs/api-reference/emails/send-email>.

use bytes::Bytes;
use countersign_model::{MessageKey, Rate};
use http::Response;
use http::header::AUTHORIZATION;
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::answer::{Answer, Meaning};
use super::{Order, Prepared, Provider, hex, post_json, request};

const OWN: &str = "https://api.resend.com";

/// Every team has at least two calls a second: <https://resend.com/docs/api-reference/rate-limit>.
const RATE: Rate = Rate::new(2, 1);

pub struct Resend;

impl Provider for Resend {
    fn rate(&self) -> Option<Rate> {
        Some(RATE)
    }

    fn request(&self, order: &Order<'_>) -> Prepared {
        let key = order.account.key()?;
        let from = order.account.from()?;
        let message = order.message();
        let mut body = json!({
            "from": order.under_name(from),
            "to": [order.to()],
            "subject": message.subject,
            "text": message.text,
            "html": message.html,
            "headers": order.headers_by_name(),
            "tags": [{ "name": MessageKey::NAME, "value": order.key() }],
        });
        if let Some((address, fields)) = order.reply_to().zip(body.as_object_mut()) {
            fields.insert("reply_to".to_owned(), json!(address));
        }
        let body = body.to_string();
        // The same key with another text is refused, and a link is made anew for each attempt.
        let text = hex(&Sha256::digest(&body));
        let idempotency = format!("{}-{}", order.posting.key, text.get(..16).unwrap_or_default());
        let builder = post_json(format!("{}/emails", order.account.origin(OWN)))
            .header(AUTHORIZATION, format!("Bearer {key}"))
            .header("Idempotency-Key", idempotency);
        request(builder, body)
    }

    fn answer(&self, response: &Response<Bytes>, now: Timestamp) -> Answer {
        let answer = Answer::of(response, &["message", "id"], now);
        match answer.status {
            // The first attempt with this key is still under way.
            Some(409) => answer.meaning(Meaning::Later { down: false }),
            _ => answer,
        }
    }
}
