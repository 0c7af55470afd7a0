//! Request and response types of this function.

mod column;
mod export;
mod exported;
mod report;
mod unseen;

use countersign_http::{Limit, OrganizationName};
use countersign_model::{OrganizationId, RequestKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub use export::{ExportQuery, ExportRow};
pub use report::{
    Decider, Outcomes, ReportBy, ReportFormat, ReportQuery, ReportedDay, ReportedFile, ReportedOrganization,
    ReportedPublisher, RequestsReport,
};
pub use unseen::{UnseenAt, UnseenBy, UnseenComputer, UnseenQuery, UnseenReport};

/// Whose pending requests to count.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CountsQuery {
    /// The organization whose pending requests are counted, with everything below it; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// The most organizations that are named: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// The pending requests of an organization and of everything below it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestCounts {
    /// The organization.
    pub organization: OrganizationName,
    /// All pending requests that you may list. Those that were pending before counting began are in no other number.
    pub total: u64,
    /// The number of each kind.
    pub by_kind: KindCounts,
    /// The number of each kind at the organization itself.
    pub own: KindCounts,
    /// The organizations directly below with pending requests, the one with the most first.
    #[schema(max_items = 200)]
    pub organizations: Vec<OrganizationCounts>,
    /// How many further organizations directly below have pending requests.
    pub more_organizations: usize,
}

/// The pending requests of an organization directly below, and of everything below that one.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganizationCounts {
    /// The organization.
    pub organization: OrganizationName,
    /// How many requests are pending.
    pub count: u64,
    /// The number of each kind.
    pub by_kind: KindCounts,
}

/// How many requests of each kind there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct KindCounts {
    /// Requests to run a program.
    application: u64,
    /// Requests to use a storage device.
    storage: u64,
    /// Requests to run a program with higher rights.
    elevation: u64,
}

impl KindCounts {
    /// The numbers by kind.
    pub fn of(count: impl Fn(RequestKind) -> u32) -> Self {
        Self {
            application: count(RequestKind::Application).into(),
            storage: count(RequestKind::Storage).into(),
            elevation: count(RequestKind::Elevation).into(),
        }
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.application.saturating_add(self.storage).saturating_add(self.elevation)
    }

    /// Adds others.
    pub fn add(&mut self, other: &Self) {
        self.application = self.application.saturating_add(other.application);
        self.storage = self.storage.saturating_add(other.storage);
        self.elevation = self.elevation.saturating_add(other.elevation);
    }
}
