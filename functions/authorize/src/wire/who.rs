//! Request and response types: everybody who may do something.

use countersign_http::{Cursor, InputError, Limit, OrganizationName, Problem};
use countersign_model::{
    Action, Administrator, AdministratorId, DecisionScope, EmailAddress, FaultKind, Holding, Organization,
    OrganizationId, Permission, RequestKind, Resource,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::{GroundView, Managing};
use super::other_kind;

/// Which action or permission, where.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhoQuery {
    /// An action of the catalogue: who may do it. Either this or `give` is required.
    #[param(inline, example = "requests.approve-application")]
    action: Option<Action>,
    /// A permission: who may give it individually. Instead of `action`.
    #[param(inline)]
    give: Option<Permission>,
    /// With `give`, the administrator to whom it would be given, at the organization that they belong to; default: somebody who holds
    /// nothing yet.
    #[param(inline)]
    pub administrator_id: Option<AdministratorId>,
    /// The organization where it would be done, or the one of the administrator to whom it would be given; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// The kind of request; default: it must be allowed for all kinds.
    #[param(inline, example = "application")]
    request_kind: Option<RequestKind>,
    /// The scope of the decision; default: a single computer.
    #[param(inline, example = "computer")]
    scope: Option<DecisionScope>,
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// How many administrators to examine for the page: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

impl WhoQuery {
    /// The question at an organization.
    pub fn about(&self, organization: Resource) -> Resource {
        Resource { kind: self.request_kind, scope: self.scope, ..organization }
    }

    /// What is asked, unless the question contradicts itself.
    pub fn sought(&self) -> Result<Sought, Problem> {
        let left_out = |pointer: &str, with: &str| {
            InputError::new(pointer, FaultKind::NotUsable.saying(format!("must be left out with `{with}`")))
        };
        let (sought, wrong): (_, Vec<InputError>) = match (self.action, self.give) {
            (None, None) => {
                let missing = FaultKind::Required.saying("`action` or `give` is required");
                return Err(Problem::invalid_query(vec![InputError::new("", missing)]));
            }
            (Some(action), give) => {
                let given =
                    [("/give", give.is_some()), ("/administrator_id", self.administrator_id.is_some())];
                let kind = other_kind(action, self.request_kind)
                    .map(|message| InputError::new("/request_kind", message));
                let given = given.into_iter().filter(|(_, is_given)| *is_given);
                let wrong = given.map(|(pointer, _)| left_out(pointer, "action")).chain(kind);
                (Sought::Doing(action), wrong.collect())
            }
            (None, Some(permission)) => {
                let two_places = self.administrator_id.is_some() && self.organization_id.is_some();
                let given = [
                    ("/request_kind", "give", self.request_kind.is_some()),
                    ("/scope", "give", self.scope.is_some()),
                    ("/organization_id", "administrator_id", two_places),
                ];
                let given = given.into_iter().filter(|(.., is_given)| *is_given);
                let wrong = given.map(|(pointer, with, _)| left_out(pointer, with));
                (Sought::Giving(permission), wrong.collect())
            }
        };
        if wrong.is_empty() { Ok(sought) } else { Err(Problem::invalid_query(wrong)) }
    }
}

/// What is asked about everybody.
#[derive(Debug, Clone, Copy)]
pub enum Sought {
    /// Whether they may do this.
    Doing(Action),
    /// Whether they may give this.
    Giving(Permission),
}

/// Somebody who may do it, or give it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhoCan)]
pub struct WhoView {
    /// The administrator, as far as you may see them.
    administrator: PersonView,
    /// The grants that allow it; of giving, those of the permission, too.
    because: Vec<GroundView>,
}

/// An administrator, as far as you may see them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = WhoPerson)]
pub enum PersonView {
    /// An administrator whom you may view.
    Seen {
        /// The id of the administrator.
        id: AdministratorId,
        /// The name of the administrator.
        name: String,
        /// The email address with which they sign in.
        email: EmailAddress,
        /// The organization they belong to.
        organization: OrganizationName,
    },
    /// An administrator whom you may not view.
    Unseen(Managing),
}

impl WhoView {
    /// Somebody whom the caller may see, without the organizations that the caller may not see.
    pub fn seen(
        administrator: Administrator,
        home: &Organization,
        because: Vec<Holding>,
        seen: impl Fn(&OrganizationId) -> bool,
    ) -> Self {
        let Administrator { id, name, email, .. } = administrator;
        let organization = OrganizationName::from(home);
        let because = because.into_iter().map(|held| GroundView::new(held, &seen)).collect();
        Self { administrator: PersonView::Seen { id, name, email, organization }, because }
    }

    /// Somebody whom the caller may not see: only that they exist, and by which permissions.
    pub fn unseen(because: Vec<Holding>) -> Self {
        let because = because.into_iter().map(|held| GroundView::new(held, |_| false)).collect();
        Self { administrator: PersonView::Unseen(Managing::new()), because }
    }
}
