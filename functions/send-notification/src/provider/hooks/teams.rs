//! Incoming webhooks of Microsoft Teams, with an Adaptive Card:
//! <https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using#send-adaptive-cards-using-an-incoming-webhook>.

use countersign_authority::integrations::Target;
use countersign_model::Rate;
use serde_json::{Value, json};

use super::super::{Prepared, post_json, request as built};
use super::{Hook, OPEN, shortened};

/// The most characters of the text: a card has at most 28 KB.
const TEXT: usize = 5000;

/// More than four calls a second are throttled:
/// <https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using#rate-limiting-for-connectors>.
pub const RATE: Rate = Rate::new(4, 1);

pub fn request(target: &Target, hook: &Hook<'_>) -> Prepared {
    let subject = runs(&hook.message.subject, true);
    let text = shortened(hook.message.text.trim(), TEXT);
    let mut body = vec![subject];
    body.extend(text.lines().filter(|line| !line.trim().is_empty()).map(|line| runs(line, false)));
    let action = |link: &String| json!({ "type": "Action.OpenUrl", "title": OPEN, "url": link });
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

/// Text without mark-up: a `TextBlock` would read Markdown in it.
fn runs(text: &str, is_heading: bool) -> Value {
    let weight = if is_heading { "Bolder" } else { "Default" };
    json!({ "type": "RichTextBlock", "inlines": [{ "type": "TextRun", "text": text, "weight": weight }] })
}
