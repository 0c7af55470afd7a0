//! Request and response types of this function.

mod verification;

use countersign_http::{ActorView, Cursor, Limit};
use countersign_journal::Event;
use countersign_model::{Act, EventId, OrganizationId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub use verification::{VerificationView, VerifyQuery};

/// Which entries to read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// The organization whose audit is read, with those below it; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// The id of a request, an administrator, a computer or another record, to which the entries are narrowed;
    /// default: all entries.
    #[param(max_length = 64, example = "req_01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    pub about: Option<String>,
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// The most items on the page: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// One entry of an audit.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    /// The id of the event.
    id: EventId,
    /// When it happened.
    at: Timestamp,
    /// The organization where it happened.
    organization_id: OrganizationId,
    /// Who did it, as far as you may see.
    actor: ActorView,
    /// The client's address; null if you may not see who acted.
    address: Option<String>,
    /// The ids that the entry is about, the most important one first.
    about: Vec<String>,
    #[serde(flatten)]
    #[schema(value_type = countersign_model::act::ActFields)]
    act: Act,
}

impl AuditEntry {
    /// An entry as its reader may see it: without an actor that is not shown, and without what belongs to organizations
    /// that the reader does not see.
    pub fn seen(event: Event, is_actor_shown: bool, sees: &mut dyn FnMut(&OrganizationId) -> bool) -> Self {
        let about = event.footprint().concerns;
        let actor = if is_actor_shown { event.who.into() } else { ActorView::ManagingOrganization };
        Self {
            id: event.id,
            at: event.at,
            organization_id: event.organization_id,
            actor,
            address: event.address.filter(|_| is_actor_shown),
            about,
            act: event.act.seen_by(sees),
        }
    }

    /// Whether the entry is about an id, or was caused by it.
    pub fn is_about(&self, id: &str) -> bool {
        let by = match &self.actor {
            ActorView::Administrator { id, .. } => id.as_str(),
            ActorView::Computer { id } => id.as_str(),
            ActorView::SetUp | ActorView::ManagingOrganization | ActorView::Anonymous | ActorView::System => {
                ""
            }
        };
        by == id || self.about.iter().any(|about| about == id)
    }
}
