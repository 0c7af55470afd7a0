//! Request and response types of the preview of an escalation.

use countersign_http::{AdministratorName, OrganizationName};
use countersign_model::{Address, OrganizationId, RequestKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Of which requests to show it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EscalationQuery {
    /// The kind of the request, which decides who may decide it: `application`, `storage` or `elevation`; default:
    /// `application`.
    #[param(inline)]
    pub kind: Option<RequestKind>,
}

/// Who would be told now of a request that waits for too long.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EscalationPreview)]
pub struct EscalationView {
    /// The organization of the request.
    pub organization_id: OrganizationId,
    /// The kind of the request.
    #[schema(example = "application")]
    pub kind: RequestKind,
    /// What happens when nobody has taken or decided it; null if nothing does.
    pub untaken: Option<UntakenView>,
    /// What happens when nobody has decided it; null if nothing does.
    pub undecided: Option<UndecidedView>,
}

/// Who is told of a request that nobody has taken or decided.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EscalationUntaken)]
pub struct UntakenView {
    /// After how many minutes.
    #[schema(minimum = 1, maximum = 86400, example = 30)]
    pub after_minutes: u32,
    /// The addresses that are told.
    #[schema(max_items = 20)]
    pub to: Vec<Address>,
}

/// Who is told of a request that nobody has decided.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EscalationUndecided)]
pub struct UndecidedView {
    /// After how many minutes.
    #[schema(minimum = 1, maximum = 86400, example = 240)]
    pub after_minutes: u32,
    /// The nearest organization above whose administrators are told; null if there is none, and if you may not see it.
    pub organization: Option<OrganizationName>,
    /// Its administrators who may open and decide such a request, or their delegates, as far as you may see them.
    #[schema(max_items = 50)]
    pub administrators: Vec<AdministratorName>,
    /// How many more there are whom you may not see.
    pub others: usize,
}
