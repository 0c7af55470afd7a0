//! A call as Standard Webhooks defines it, signed: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_authority::integrations::Target;
use countersign_model::Rate;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

use super::super::{Prepared, Unusable, post_json, request as built};
use super::Hook;

/// What the text of a signing key begins with.
const SECRET: &str = "whsec_";

/// As much as a small program can take.
pub const RATE: Rate = Rate::new(10, 1);

pub fn request(target: &Target, hook: &Hook<'_>) -> Prepared {
    let message = hook.message;
    let body = json!({
        "type": hook.what,
        "timestamp": hook.now,
        "data": {
            "organization_id": hook.organization_id,
            "request_id": hook.request_id,
            "subject": message.title,
            "text": message.text,
            "url": hook.link,
        },
    })
    .to_string();
    let sent_at = hook.now.as_second().to_string();
    let signature = signed(&target.key, hook.key, &sent_at, &body)?;
    let builder = post_json(target.url.clone())
        .header("webhook-id", hook.key)
        .header("webhook-timestamp", sent_at)
        .header("webhook-signature", signature);
    built(builder, body)
}

/// The signature of a call.
pub(super) fn signed(secret: &str, id: &str, sent_at: &str, body: &str) -> Result<String, Unusable> {
    let bad = || Unusable("the signing key of the webhook is malformed".to_owned());
    let key = STANDARD.decode(secret.strip_prefix(SECRET).unwrap_or(secret)).map_err(|_| bad())?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| bad())?;
    mac.update(format!("{id}.{sent_at}.{body}").as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}
