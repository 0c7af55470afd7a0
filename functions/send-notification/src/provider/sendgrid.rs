//! SendGrid's v3 Mail Send API: <https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send>.

use bytes::Bytes;
use countersign_model::{MessageKey, Rate};
use http::Response;
use http::header::AUTHORIZATION;
use jiff::Timestamp;
use serde_json::json;

use super::answer::Answer;
use super::{Order, Prepared, Provider, post_json, request};

const OWN: &str = "https://api.sendgrid.com";

/// SendGrid takes some hundred calls a second. So many are more than any deployment needs for long.
const RATE: Rate = Rate::new(50, 1);

pub struct SendGrid;

impl Provider for SendGrid {
    fn rate(&self) -> Option<Rate> {
        Some(RATE)
    }

    fn request(&self, order: &Order<'_>) -> Prepared {
        let key = order.account.key()?;
        let sender = order.sender()?;
        let message = order.message();
        let mut from = json!({ "email": sender.address });
        if let Some((name, from)) = sender.name.zip(from.as_object_mut()) {
            from.insert("name".to_owned(), json!(name));
        }
        // Tracking would send the link, with its token, through another server.
        let mut body = json!({
            "personalizations": [{ "to": [{ "email": order.to() }] }],
            "from": from,
            "subject": message.subject,
            "content": [
                { "type": "text/plain", "value": message.text },
                { "type": "text/html", "value": message.html },
            ],
            "headers": order.headers_by_name(),
            "custom_args": { MessageKey::NAME: order.key() },
            "tracking_settings": {
                "click_tracking": { "enable": false, "enable_text": false },
                "open_tracking": { "enable": false },
            },
        });
        if let Some((address, fields)) = order.reply_to().zip(body.as_object_mut()) {
            fields.insert("reply_to".to_owned(), json!({ "email": address }));
        }
        let builder = post_json(format!("{}/v3/mail/send", order.account.origin(OWN)));
        request(builder.header(AUTHORIZATION, format!("Bearer {key}")), body.to_string())
    }

    fn answer(&self, response: &Response<Bytes>, now: Timestamp) -> Answer {
        let answer = Answer::of(response, &["errors/0/message"], now);
        // A message that was accepted has its id in a header, and no body.
        let id = response.headers().get("x-message-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
        Answer { words: answer.words.or(id), ..answer }
    }
}
