//! PagerDuty's Events API v2: <https://developer.pagerduty.com/docs/events-api-v2-overview>. All messages about a request are one
//! incident.

use countersign_authority::integrations::Target;
use countersign_model::Rate;
use serde_json::{Value, json};

use super::super::{Prepared, post_json, request as built};
use super::{Hook, shortened};

const OWN: &str = "https://events.pagerduty.com/v2/enqueue";
/// The longest summary, in characters.
const SUMMARY: usize = 1024;

/// PagerDuty takes 120 events a minute for a key.
pub const RATE: Rate = Rate::new(120, 60);

pub fn request(target: &Target, hook: &Hook<'_>) -> Prepared {
    let message = hook.message;
    let links: Value = hook.link.iter().map(|link| json!({ "href": link, "text": hook.button() })).collect();
    let body = json!({
        "routing_key": target.key,
        "event_action": "trigger",
        "dedup_key": hook.request_id.map_or(hook.key, |id| id.as_str()),
        "client": "Countersign",
        "client_url": hook.link,
        "links": links,
        "payload": {
            "summary": shortened(&message.title, SUMMARY),
            "source": hook.organization_id,
            "severity": "info",
            "timestamp": hook.now,
            "class": hook.what,
            "custom_details": { "text": message.text },
        },
    });
    built(post_json(OWN.to_owned()), body.to_string())
}
