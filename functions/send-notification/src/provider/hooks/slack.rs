//! Slack's incoming webhooks, with Block Kit: <https://api.slack.com/messaging/webhooks>, <https://api.slack.com/block-kit>.

use countersign_authority::integrations::Target;
use countersign_model::Rate;
use serde_json::{Value, json};

use super::super::{Prepared, post_json, request as built};
use super::{Hook, paragraphs, shortened};

/// The longest header, in characters.
const HEADER: usize = 150;
/// The longest text of a section, in characters.
const SECTION: usize = 3000;
/// How many sections: a message has at most 50 blocks.
const SECTIONS: usize = 20;

/// Slack takes one message a second, and short bursts: <https://docs.slack.dev/apis/web-api/rate-limits>.
pub const RATE: Rate = Rate::new(5, 5);

pub fn request(target: &Target, hook: &Hook<'_>) -> Prepared {
    let title = &hook.message.title;
    let mut blocks = vec![json!({ "type": "header", "text": plain(&shortened(title, HEADER)) })];
    let sections = paragraphs(&hook.message.text, hook.link.as_ref()).take(SECTIONS);
    blocks
        .extend(sections.map(|text| json!({ "type": "section", "text": plain(&shortened(&text, SECTION)) })));
    blocks.extend(hook.link.as_ref().map(|link| {
        let button =
            json!({ "type": "button", "text": plain(&hook.button()), "url": link, "style": "primary" });
        json!({ "type": "actions", "elements": [button] })
    }));
    let body = json!({ "text": escaped(title), "blocks": blocks });
    built(post_json(target.url.clone()), body.to_string())
}

/// Text without mark-up: nobody is mentioned and nothing becomes a link.
fn plain(text: &str) -> Value {
    json!({ "type": "plain_text", "text": text, "emoji": false })
}

/// Text of a notification, which is read as mark-up (<https://api.slack.com/reference/surfaces/formatting#escaping>).
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
