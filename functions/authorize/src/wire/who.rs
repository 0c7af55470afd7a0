//! Request and response types: everybody who may do something.

use countersign_http::{Cursor, InputError, Limit, OrganizationName, Problem};
use countersign_model::{
    Action, Administrator, AdministratorId, DecisionScope, EmailAddress, Holding, Organization,
    OrganizationId, RequestKind, Resource, RoleId,
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

/// Where a page begins. Levels count upwards from the organization asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beginning {
    /// Among the members of a level's organization, newest first, below one of them.
    Members { level: usize, below: Option<AdministratorId> },
    /// Among the holders of the roles of a level, at a role (oldest first), above one of its holders.
    Holders { level: usize, role: Option<RoleId>, above: Option<AdministratorId> },
}

impl Default for Beginning {
    fn default() -> Self {
        Self::Members { level: 0, below: None }
    }
}

impl Beginning {
    pub fn text(&self) -> String {
        match self {
            Self::Members { level, below } => format!("m.{level}.{}", shown(below)),
            Self::Holders { level, role, above } => format!("h.{level}.{}.{}", shown(role), shown(above)),
        }
    }

    /// The beginning of a page that was given this text; otherwise the first page.
    pub fn read(text: Option<&str>) -> Self {
        text.and_then(Self::parse).unwrap_or_default()
    }

    fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        match *parts.as_slice() {
            ["m", level, below] => {
                Some(Self::Members { level: level.parse().ok()?, below: below.parse().ok() })
            }
            ["h", level, role, above] => {
                let (role, above) = (role.parse().ok(), above.parse().ok());
                Some(Self::Holders { level: level.parse().ok()?, role, above })
            }
            _ => None,
        }
    }
}

fn shown<T: ToString>(id: &Option<T>) -> String {
    id.as_ref().map(T::to_string).unwrap_or_default()
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
