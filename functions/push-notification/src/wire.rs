//! Request and response types of this function.

use countersign_http::{Problem, field, require_short};
use countersign_model::{PushSubscription, PushSubscriptionId, Sha256, text};
use countersign_store::keys::sha256;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::target::{NoTarget, Target};

/// A browser to subscribe: what its `PushManager.subscribe` gives, and a name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPushSubscription {
    /// What you call it: 1 to 64 characters.
    #[schema(
        min_length = 1,
        max_length = 64,
        pattern = r"^[^\u0000-\u001f\u007f-\u009f]*[^\u0000-\u001f\u007f-\u009f\s][^\u0000-\u001f\u007f-\u009f]*$",
        example = "Phone"
    )]
    name: String,
    /// Where messages go: an address of a known push service, at most 1000 characters.
    #[schema(
        max_length = 1000,
        pattern = r"^https://(fcm\.googleapis\.com|updates\.push\.services\.mozilla\.com|[a-z0-9.-]+\.(push\.apple|notify\.windows)\.com)(/[A-Za-z0-9._~:/?=&-]*)?$",
        example = "https://updates.push.services.mozilla.com/wpush/v2/gAAAAA"
    )]
    endpoint: String,
    /// The browser's keys.
    keys: PushKeys,
}

/// The keys of a browser.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PushKeys {
    /// Its public key: 65 bytes in base64url.
    #[schema(
        max_length = 100,
        pattern = "^B[A-P][A-Za-z0-9_-]{84}[AEIMQUYcgkosw048]=*$",
        example = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    )]
    p256dh: String,
    /// Its authentication secret: 16 bytes in base64url.
    #[schema(max_length = 30, pattern = "^[A-Za-z0-9_-]{21}[AQgw]=*$", example = "BTBZMqHH6r4Tts7J_aSIgg")]
    auth: String,
}

/// The most characters of the address of a push service.
const ENDPOINT_MAX: usize = 1000;
/// The most characters of a browser's public key.
const KEY_MAX: usize = 100;
/// The most characters of its authentication secret.
const AUTH_MAX: usize = 30;

impl NewPushSubscription {
    /// The name, the host of the push service, and the target for this public key.
    pub fn checked(self, made_for: String) -> Result<(String, String, Target), Problem> {
        let name = text::name(&self.name).and_then(|name| text::line(&name, PushSubscription::NAME_MAX));
        let name = field("/name", name)?;
        let PushKeys { p256dh, auth } = self.keys;
        require_short("/endpoint", &self.endpoint, ENDPOINT_MAX)?;
        require_short("/keys/p256dh", &p256dh, KEY_MAX)?;
        require_short("/keys/auth", &auth, AUTH_MAX)?;
        let target = Target { endpoint: self.endpoint, p256dh, auth, made_for };
        let host = target.checked()?;
        Ok((name, host, target))
    }
}

impl From<NoTarget> for Problem {
    fn from(NoTarget { field, why }: NoTarget) -> Self {
        Self::invalid_field(field, why)
    }
}

/// Your subscriptions to push messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushSubscriptionsView {
    /// The deployment's public key, for `applicationServerKey` of `PushManager.subscribe`; null if the deployment has no `secret_key`, and
    /// pushes nothing.
    #[schema(
        example = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    )]
    pub public_key: Option<String>,
    /// The browsers that you have subscribed, newest first.
    pub items: Vec<PushSubscriptionView>,
}

/// A browser in which you get push messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushSubscriptionView {
    /// The id of the subscription.
    id: PushSubscriptionId,
    /// What you call it.
    #[schema(example = "Phone")]
    name: String,
    /// The host of its push service.
    #[schema(example = "updates.push.services.mozilla.com")]
    host: String,
    /// When it was subscribed.
    created_at: Timestamp,
    /// The SHA-256 of the address where messages to it go, by which a browser knows its own subscription; null if the deployment's
    /// `secret_key` was lost.
    #[schema(value_type = Option<Sha256>)]
    endpoint_sha256: Option<String>,
}

impl PushSubscriptionView {
    pub fn new(subscription: PushSubscription, target: Option<&Target>) -> Self {
        let PushSubscription { id, name, host, created_at, .. } = subscription;
        let endpoint_sha256 = target.map(|target| sha256(target.endpoint.as_bytes()));
        Self { id, name, host, created_at, endpoint_sha256 }
    }
}
