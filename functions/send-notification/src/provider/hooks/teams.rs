//! Incoming webhooks of Microsoft Teams, with an Adaptive Card:
//! <https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using#send-adaptive-cards-using-an-incoming-webhook>.

use countersign_authority::integrations::Target;
use countersign_model::Rate;
use serde_json::{Value, json};

use super::super::{Prepared, post_json, request as built};
use super::{Hook, paragraphs, shortened};

/// The most characters of the text: a card has at most 28 KB.
const TEXT: usize = 5000;

/// More than four calls a second are throttled:
/// <https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using#rate-limiting-for-connectors>.
pub const RATE: Rate = Rate::new(4, 1);

pub fn request(target: &Target, hook: &Hook<'_>) -> Prepared {
    let text = shortened(hook.message.text.trim(), TEXT);
    let mut body = vec![heading(&hook.message.title)];
    for paragraph in paragraphs(&text, hook.link.as_ref()) {
        body.extend(paragraph.lines().enumerate().map(|(nth, text)| line(text, nth == 0)));
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
