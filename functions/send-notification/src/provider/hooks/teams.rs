//! Incoming webhooks of Microsoft Teams, with an Adaptive Card:
//! <https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using#send-adaptive-cards-using-an-incoming-webhook>.

use bytes::Bytes;
use countersign_authority::integrations::Target;
use countersign_model::Rate;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::super::{Prepared, post_json, request as built};
use super::{Hook, paragraphs, shortened};

/// The most characters of the text: a card has at most 28 KB, and a character at most four bytes.
const TEXT: usize = 5000;

/// More than four calls a second are throttled:
/// <https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using#rate-limiting-for-connectors>.
pub const RATE: Rate = Rate::new(4, 1);

pub fn request(target: &Target, hook: &Hook<'_>) -> Prepared {
    let mut body = vec![heading(&hook.message.title)];
    let mut left = TEXT;
    for paragraph in paragraphs(&hook.message.text, hook.link.as_ref()) {
        let paragraph = shortened(&paragraph, left);
        left = left.saturating_sub(paragraph.chars().count());
        body.extend(paragraph.lines().enumerate().map(|(nth, text)| line(text, nth == 0)));
        if left == 0 {
            break;
        }
    }
    let action = |link: &String| json!({ "type": "Action.OpenUrl", "title": hook.button(), "url": link });
    let actions: Value = hook.link.iter().map(action).collect();
    let card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": actions,
    });
    let attachment = json!({
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": null,
        "content": card,
    });
    let body = json!({ "type": "message", "attachments": [attachment] });
    built(post_json(target.url.clone()), body.to_string())
}

/// How a connector says that Teams has not taken a message, with status 200:
/// <https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using#rate-limiting-for-connectors>.
const FAILED: &str = "endpoint returned HTTP error ";

/// An answer with the status that it means.
pub fn as_meant(mut response: Response<Bytes>) -> Response<Bytes> {
    let words = std::str::from_utf8(response.body()).unwrap_or_default();
    let status = words.split_once(FAILED).and_then(|(_, after)| after.get(..3)?.parse::<StatusCode>().ok());
    if let Some(status) = status.filter(|_| response.status().is_success()) {
        *response.status_mut() = status;
    }
    response
}

fn heading(text: &str) -> Value {
    runs(json!({ "type": "TextRun", "text": text, "weight": "Bolder", "size": "Medium" }), "Default")
}

/// One line. The lines of a paragraph stand close together.
fn line(text: &str, is_first: bool) -> Value {
    runs(json!({ "type": "TextRun", "text": text }), if is_first { "Medium" } else { "None" })
}

/// Text without mark-up: a `TextBlock` would read Markdown in it.
fn runs(run: Value, spacing: &str) -> Value {
    json!({ "type": "RichTextBlock", "inlines": [run], "spacing": spacing })
}
