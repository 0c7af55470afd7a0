//! Request and response types: everybody who may do something.

use std::fmt;
use std::str::FromStr;

use countersign_http::{InputError, Limit, OrganizationName, Problem};
use countersign_model::{
    Action, Administrator, AdministratorId, DecisionScope, EmailAddress, Holding, Organization,
    OrganizationId, RequestKind, Resource, RoleId,
};
use countersign_store::keys;
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
    /// The organization; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// The kind of request; default: all kinds.
    #[param(inline, example = "application")]
    request_kind: Option<RequestKind>,
    /// The scope of the decision; default: a single computer.
    #[param(inline, example = "computer")]
    scope: Option<DecisionScope>,
    /// `next_cursor` of the previous page.
    #[serde(default)]
    #[param(value_type = Option<String>, min_length = 1, max_length = 512)]
    pub cursor: Cursor,
    /// How many administrators to examine for the page, 1 to 200.
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
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Cursor {
    /// Among the members of a level's organization, newest first, below one of them.
    Members { level: usize, below: Option<Place> },
    /// Among the holders of the roles of a level, at a role (oldest first), above one of its holders.
    Holders { level: usize, role: Option<Place>, above: Option<Place> },
}

/// A place in an order by age. Clients see it in cursors, so it does not contain ids that the caller may not know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// When the id was made, in milliseconds.
    pub made: u64,
    digest: String,
}

impl Place {
    pub fn of_administrator(id: &AdministratorId) -> Self {
        Self::new(id.ulid().timestamp_ms(), id.as_str())
    }

    pub fn of_role(id: &RoleId) -> Self {
        Self::new(id.ulid().timestamp_ms(), id.as_str())
    }

    fn new(made: u64, id: &str) -> Self {
        Self { made, digest: format!("{:.16}", keys::digest(&["who", id])) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:012x}-{}", self.made, self.digest)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (made, digest) = text.split_once('-').ok_or(())?;
        let made = u64::from_str_radix(made, 16).map_err(drop)?;
        Ok(Self { made, digest: digest.to_owned() })
    }
}

impl Default for Cursor {
    fn default() -> Self {
        Self::Members { level: 0, below: None }
    }
}

impl Cursor {
    pub fn text(&self) -> String {
        match self {
            Self::Members { level, below } => format!("m.{level}.{}", shown(below)),
            Self::Holders { level, role, above } => format!("h.{level}.{}.{}", shown(role), shown(above)),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        match *parts.as_slice() {
            ["m", level, below] => {
                Some(Self::Members { level: level.parse().ok()?, below: optional(below)? })
            }
            ["h", level, role, above] => {
                let (role, above) = (optional(role)?, optional(above)?);
                Some(Self::Holders { level: level.parse().ok()?, role, above })
            }
            _ => None,
        }
    }
}

fn shown(place: &Option<Place>) -> String {
    place.as_ref().map(Place::to_string).unwrap_or_default()
}

fn optional(text: &str) -> Option<Option<Place>> {
    if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
}

impl TryFrom<String> for Cursor {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::read(&text).ok_or("must be the `next_cursor` of a previous page")
    }
}

/// Somebody who may do it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhoCan)]
pub struct WhoView {
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
        id: AdministratorId,
        name: String,
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
