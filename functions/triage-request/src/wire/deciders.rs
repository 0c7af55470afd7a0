//! Response types: who can decide a request, and what the caller is missing.

use countersign_http::{AdministratorName, Cursor, Limit};
use countersign_model::{Action, Answer, DecisionScope, OrganizationId, Permission, Requirement, Sight};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::decider::{Decider, NotTold};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DecidersQuery {
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// How many administrators to examine for the page: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// Who can decide a request, and what you are missing.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecidersPage {
    /// Those who can decide it.
    #[schema(max_items = 200)]
    pub items: Vec<DeciderView>,
    /// The cursor of the next page; null on the last page.
    pub next_cursor: Option<Cursor>,
    /// For each decision, whether you can make it.
    #[schema(max_items = 8)]
    pub you: Vec<CanView>,
}

/// Somebody who can decide a request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PossibleDecider)]
pub struct DeciderView {
    /// The administrator; null if they belong to an organization that you may not see.
    administrator: Option<AdministratorName>,
    /// Whether they belong to an organization that you may not see.
    managing_organization: bool,
    /// The widest scope for which they can approve it; null if they can only deny it.
    approves: Option<DecisionScope>,
    /// Whether they can deny it.
    denies: bool,
    /// Why they are not told of each new request like this one, as things are now: `elsewhere` (they belong neither to its
    /// organization nor to one above), `not-wanted` (they have not chosen to be), `no-channel` (they have chosen no channel for it),
    /// `away` (their delegate is told, if they have one) or `only-when-nobody-else` (they are told only while nobody else who hears of
    /// it is on). Null if they are told, or if you may not see them.
    not_told: Option<NotTold>,
}

impl DeciderView {
    /// The view for somebody who may see the administrator or not.
    pub fn new(decider: Decider, seen: bool, not_told: Option<NotTold>) -> Self {
        let Decider { administrator, approves, denies } = decider;
        let name = AdministratorName { id: administrator.id, name: administrator.name };
        let (administrator, not_told) = (seen.then_some(name), not_told.filter(|_| seen));
        Self { administrator, managing_organization: !seen, approves, denies, not_told }
    }
}

/// A decision that you can make or not.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CanDecide)]
pub struct CanView {
    /// The action.
    #[schema(example = "requests.deny")]
    action: Action,
    /// The scope; null if the action has none.
    scope: Option<DecisionScope>,
    /// Whether your permissions allow it.
    allowed: bool,
    /// Each smallest set of permissions that would be enough; empty if it is allowed.
    missing: Vec<Vec<CanMissingView>>,
}

/// A permission that you are missing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CanDecideMissing)]
pub struct CanMissingView {
    /// The missing permission.
    permission: Permission,
    /// Where it would have to count; null if you may not see that organization.
    organization_id: Option<OrganizationId>,
}

impl CanView {
    /// The answer, without organizations out of sight.
    pub fn new(action: Action, scope: Option<DecisionScope>, answer: Answer, sight: &Sight) -> Self {
        let missing = |requirement: Requirement| CanMissingView {
            permission: requirement.permission,
            organization_id: Some(requirement.organization_id).filter(|id| sight.sees(id)),
        };
        let sets = answer.missing.into_iter().map(|set| set.into_iter().map(missing).collect());
        Self { action, scope, allowed: answer.allowed, missing: sets.collect() }
    }
}
