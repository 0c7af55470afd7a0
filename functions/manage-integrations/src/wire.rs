//! Request and response types of this function.

use countersign_authority::integrations::Target;
use countersign_http::{Cursor, Limit, Problem, field};
use countersign_kv::Random;
use countersign_model::{Address, Integration, IntegrationId, IntegrationKind, OrganizationId};
use countersign_store::Stored;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::target::{self, NoTarget};

/// A new integration.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIntegration {
    /// The name: 1 to 64 characters, unique in the organization, ignoring case. It cannot be changed, because addresses contain it.
    #[schema(
        min_length = 1,
        max_length = 64,
        pattern = r"^[^\u0000-\u001f\u007f-\u009f]*[^\u0000-\u001f\u007f-\u009f\s][^\u0000-\u001f\u007f-\u009f]*$",
        example = "Security desk"
    )]
    name: String,
    /// What it sends to.
    #[schema(example = "webhook")]
    kind: IntegrationKind,
    /// The secret address of the chat's incoming webhook, or the address of your own program: `https`, at most 1000 characters.
    /// Required unless it is PagerDuty.
    #[schema(max_length = 1000, example = "https://hooks.company.example/countersign")]
    url: Option<String>,
    /// The integration key of a PagerDuty service, for Events API v2; at most 100 letters and digits.
    #[schema(max_length = 100, pattern = "^[A-Za-z0-9]+$")]
    routing_key: Option<String>,
}

/// What is behind an integration from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntegrationTarget {
    /// As for a new integration.
    #[schema(max_length = 1000, example = "https://hooks.company.example/countersign")]
    url: Option<String>,
    /// As for a new integration.
    #[schema(max_length = 100, pattern = "^[A-Za-z0-9]+$")]
    routing_key: Option<String>,
}

/// Which integrations to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IntegrationsQuery {
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// The most items on the page: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

impl NewIntegration {
    /// The name, the kind and the target.
    pub fn checked(&self, random: &dyn Random) -> Result<(String, IntegrationKind, Target), Problem> {
        let name = field("/name", Integration::checked_name(&self.name))?;
        let target = target::checked(self.kind, self.url.as_deref(), self.routing_key.as_deref(), random)?;
        Ok((name, self.kind, target))
    }
}

impl IntegrationTarget {
    /// The target of an integration of this kind.
    pub fn checked(&self, kind: IntegrationKind, random: &dyn Random) -> Result<Target, Problem> {
        Ok(target::checked(kind, self.url.as_deref(), self.routing_key.as_deref(), random)?)
    }
}

impl From<NoTarget> for Problem {
    fn from(NoTarget { field, why }: NoTarget) -> Self {
        Self::invalid_field(format!("/{field}"), why)
    }
}

/// An integration. What is behind it is never shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntegrationView {
    /// The id of the integration.
    id: IntegrationId,
    /// The organization whose notifications it can get.
    organization_id: OrganizationId,
    /// The name.
    #[schema(example = "Security desk")]
    name: String,
    /// What it sends to.
    #[schema(example = "slack")]
    kind: IntegrationKind,
    /// The address for the notify list of a policy.
    #[schema(example = "slack:Security desk")]
    address: String,
    /// The key with which calls are signed, as Standard Webhooks writes it. It is only in the answer that makes it: of a new webhook, or of
    /// one whose target was replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, example = "whsec_…")]
    secret: Option<String>,
    /// When it was created.
    created_at: Timestamp,
    /// About when it last accepted a message; null if it never did.
    last_success_at: Option<Timestamp>,
    /// When it last did not; null if it always did.
    last_failure_at: Option<Timestamp>,
    /// What it answered then.
    last_failure: Option<String>,
    /// The revision of the integration, for `If-Match`. It increases with every change, also of how it is doing.
    revision: u64,
}

impl IntegrationView {
    /// An integration with the secret that its owner is shown once.
    pub fn with_secret(integration: Stored<Integration>, target: Target) -> Self {
        let is_signed = integration.value.kind == IntegrationKind::Webhook;
        Self { secret: is_signed.then_some(target.key), ..integration.into() }
    }
}

impl From<Stored<Integration>> for IntegrationView {
    fn from(Stored { revision, value }: Stored<Integration>) -> Self {
        Self {
            address: value.address(),
            id: value.id,
            organization_id: value.organization_id,
            name: value.name,
            kind: value.kind,
            secret: None,
            created_at: value.created_at,
            last_success_at: value.last_success_at,
            last_failure_at: value.last_failure_at,
            last_failure: value.last_failure,
            revision,
        }
    }
}

/// A test message to be sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTest {
    /// The organization in whose name it is sent, and whose integrations are meant.
    pub organization_id: OrganizationId,
    /// Where to.
    #[schema(example = "you@company.example")]
    pub address: Address,
}

/// What came of a test message.
#[derive(Debug, Serialize, ToSchema)]
pub struct TestResult {
    /// Whether the provider or the integration accepted it.
    pub accepted: bool,
    /// What that answered, or why it could not be called.
    #[schema(example = "200: ok")]
    pub answer: String,
}
