//! PagerDuty's Events API v2: <https://developer.pagerduty.com/docs/events-api-v2-overview>. All messages about a request are one
//! incident, which is acknowledged when somebody takes the request, and resolved when nobody need decide it any more.

use countersign_authority::integrations::Target;
use countersign_model::{NoticeName, Rate};
use serde_json::{Value, json};

use super::super::{Prepared, post_json, request as built};
use super::{Hook, shortened};

const OWN: &str = "https://events.pagerduty.com/v2/enqueue";
/// The longest summary, in characters.
const SUMMARY: usize = 1024;

/// Opens an incident, or adds to it.
const TRIGGER: &str = "trigger";

/// PagerDuty takes 120 events a minute for a key.
pub const RATE: Rate = Rate::new(120, 60);

pub fn request(target: &Target, hook: &Hook<'_>) -> Prepared {
    let message = hook.message;
    let action = action(hook.what);
    // A flag is about a file. The incident of a request would be open again after it was resolved.
    let request_id = hook.request_id.filter(|_| hook.what != NoticeName::FileFlagged.id());
    let key = request_id.map_or(hook.key, |id| id.as_str());
    let body = if action == TRIGGER {
        let links: Value =
            hook.link.iter().map(|link| json!({ "href": link, "text": hook.button() })).collect();
        json!({
            "routing_key": target.key,
            "event_action": action,
            "dedup_key": key,
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
        })
    } else {
        json!({ "routing_key": target.key, "event_action": action, "dedup_key": key })
    };
    built(post_json(OWN.to_owned()), body.to_string())
}

/// What a message does to the incident of its request.
fn action(what: &str) -> &'static str {
    if what == NoticeName::RequestTaken.id() {
        "acknowledge"
    } else if what == NoticeName::RequestHandled.id() {
        "resolve"
    } else {
        TRIGGER
    }
}
