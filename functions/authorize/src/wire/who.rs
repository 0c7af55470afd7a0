//! Request and response types: everybody who may do something.

use countersign_http::{Cursor, InputError, Limit, OrganizationName, Problem};
use countersign_model::{
    Action, Administrator, AdministratorId, DecisionScope, EmailAddress, Holding, Organization,
    OrganizationId, RequestKind, Resource,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::{GroundView, Managing};
use super::other_kind;

/// Which action, where.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhoQuery {
    /// An action of the catalogue.
    #[param(inline, example = "requests.approve-application")]
    pub action: Action,
    /// The organization where it would be done; default: your own.
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

    /// Refuses a question that contradicts itself.
    pub fn check(&self) -> Result<(), Problem> {
        let wrong = other_kind(self.action, self.request_kind);
        wrong.map_or(Ok(()), |message| {
            Err(Problem::invalid_query(vec![InputError::new("/request_kind", message)]))
        })
    }
}

/// Somebody who may do it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhoCan)]
pub struct WhoView {
    /// The administrator, as far as you may see them.
    administrator: PersonView,
    /// The grants that allow it.
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
