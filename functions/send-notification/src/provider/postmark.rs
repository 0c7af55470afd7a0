//! Postmark's email API: <https://postmarkapp.com/developer/api/email-api>.

use bytes::Bytes;
use countersign_model::{MessageKey, Rate};
use http::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::{Answer, Meaning};
use super::{Order, Prepared, Provider, post_json, request};

const OWN: &str = "https://api.postmarkapp.com";

/// Error codes of a 422 that are about the account: its sender, its state, its credits, its stream.
/// <https://postmarkapp.com/developer/api/overview#error-codes>
const OF_THE_ACCOUNT: [u64; 7] = [400, 401, 405, 412, 413, 1224, 1235];

/// Postmark names no limit. So many messages a second are more than any deployment needs for long.
const RATE: Rate = Rate::new(50, 1);

pub struct Postmark;

impl Provider for Postmark {
    fn rate(&self) -> Option<Rate> {
        Some(RATE)
    }

    fn request(&self, order: &Order<'_>) -> Prepared {
        let key = order.account.key()?;
        let from = order.account.from()?;
        let message = order.message();
        // Link tracking would send the link, with its token, through another server.
        let mut body = json!({
            "From": order.under_name(from),
            "To": order.to(),
            "Subject": message.subject,
            "TextBody": message.text,
            "HtmlBody": message.html,
            "MessageStream": "outbound",
            "Metadata": { MessageKey::NAME: order.key() },
            "TrackOpens": false,
            "TrackLinks": "None",
        });
        if let Some(fields) = body.as_object_mut() {
            fields.extend(order.reply_to().map(|address| ("ReplyTo".to_owned(), json!(address))));
            let headers = order.headers().map(|(name, value)| json!({ "Name": name, "Value": value }));
            fields.insert("Headers".to_owned(), headers.collect());
        }
        let builder = post_json(format!("{}/email", order.account.origin(OWN)));
        request(builder.header("X-Postmark-Server-Token", key), body.to_string())
    }

    fn answer(&self, response: &Response<Bytes>, now: Timestamp) -> Answer {
        let answer = Answer::of(response, &["Message", "MessageID"], now);
        let code = serde_json::from_slice::<Value>(response.body()).ok();
        let code = code.and_then(|body| body.get("ErrorCode")?.as_u64());
        match code {
            Some(code) if answer.status == Some(422) && OF_THE_ACCOUNT.contains(&code) => {
                answer.meaning(Meaning::Refused { account: true })
            }
            _ => answer,
        }
    }
}
