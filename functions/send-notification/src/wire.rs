//! How providers and integrations are doing, as it is shown.

use countersign_model::{Channel, Integration, IntegrationId, OrganizationId, ProviderHealth, ProviderPlace};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Whose channels to show.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChannelsQuery {
    /// The organization; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
}

/// How the providers of messages and the integrations of an organization are doing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelsView {
    /// The places for providers: of email and text messages, the first and the fallback, which variables configure; of push messages, each push
    /// service of browsers.
    pub providers: Vec<ProviderView>,
    /// The integrations of the organization, newest first.
    pub integrations: Vec<IntegrationHealthView>,
}

/// A place for a provider, and how the provider there is doing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderView {
    /// The place. The names of its variables begin like `email`, `email_fallback`, `sms` and `sms_fallback`. The others are the push
    /// services, which the browsers choose: `push_google` (Chrome), `push_mozilla` (Firefox), `push_apple` (Safari) and `push_microsoft` (Edge).
    #[schema(example = "email")]
    place: ProviderPlace,
    /// The channel whose messages it carries.
    #[schema(example = "email")]
    channel: Channel,
    /// The provider that the variables name, null if they name none; the host of a push service, or the domain of its hosts.
    #[schema(example = "postmark")]
    provider: Option<String>,
    /// What is missing in the variables, or wrong with them; null if messages can be handed over, and for a fallback that is
    /// not configured.
    #[schema(example = "`email_api_key` is not set")]
    missing: Option<String>,
    /// How many calls in a row failed. After three, the provider is not called for a while.
    failures: u32,
    /// Until when it is not called because it fails; null if it is called.
    not_called_until: Option<Timestamp>,
    /// About when it last accepted a message; null if it never did.
    last_success_at: Option<Timestamp>,
    /// About when it last failed, or refused a message because of its account; null if it never did.
    last_failure_at: Option<Timestamp>,
    /// What it answered then, without words that may be a recipient's address or an id.
    #[schema(example = "401: bad token")]
    last_failure: Option<String>,
}

impl ProviderView {
    /// A provider at its place, and what is missing in the variables for it.
    pub fn new(health: ProviderHealth, missing: Option<String>, now: Timestamp) -> Self {
        Self {
            place: health.place,
            channel: health.place.channel(),
            missing,
            failures: health.failures,
            not_called_until: health.open_until(now),
            last_success_at: health.last_success_at,
            last_failure_at: health.last_failure_at,
            last_failure: health.last_failure,
            provider: Some(health.provider).filter(|provider| !provider.is_empty()),
        }
    }
}

/// How an integration is doing.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntegrationHealthView {
    /// The id of the integration.
    id: IntegrationId,
    /// Its address on notify lists.
    #[schema(example = "slack:Security desk")]
    address: String,
    /// The channel of messages to it.
    #[schema(example = "chat")]
    channel: Channel,
    /// How many calls in a row failed. After three, the integration is not called for a while.
    failures: u32,
    /// Until when it is not called because it fails; null if it is called.
    not_called_until: Option<Timestamp>,
    /// About when it last accepted a message; null if it never did.
    last_success_at: Option<Timestamp>,
    /// When it last did not; null if it always did.
    last_failure_at: Option<Timestamp>,
    /// What it answered then.
    last_failure: Option<String>,
}

impl IntegrationHealthView {
    /// How it is doing now.
    pub fn new(value: Integration, now: Timestamp) -> Self {
        Self {
            failures: value.failures,
            not_called_until: value.open_until(now),
            address: value.address(),
            channel: value.kind.channel(),
            id: value.id,
            last_success_at: value.last_success_at,
            last_failure_at: value.last_failure_at,
            last_failure: value.last_failure,
        }
    }
}
