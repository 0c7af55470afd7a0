//! The lists of an organization, which the journal keeps up to date from the acts.

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::permit::Basis;

/// The lists of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// Log: all requests, those of the organizations below too.
    Requests,
    /// Set: requests that wait for a decision, those below too.
    PendingRequests,
    /// Set: requests of this organization that wait for a decision, by subject. Its entries have a [`ListEntry::partition`].
    MatchingRequests,
    /// Log: what administrators did, below too. Filled from the act's [`AuditKind`](crate::AuditKind).
    SystemAudit,
    /// Log: what happened at endpoints, below too. Filled from the act's [`AuditKind`](crate::AuditKind).
    UnifiedAudit,
    /// Log: deliveries. Filled when a notice is expanded.
    Notifications,
    /// Set: the organizations below, at any depth.
    Organizations,
    /// Set: administrators who belong to the organization.
    Administrators,
    /// Set: administrators who want to hear of its requests.
    Subscribers,
    /// Set: computer groups.
    Groups,
    /// Set: computers.
    Computers,
    /// Set: policies.
    Policies,
    /// Log: requests whose approval gave or took back a grant, in order.
    Grants,
}

impl List {
    /// Every list.
    pub const ALL: [Self; 13] = [
        Self::Requests,
        Self::PendingRequests,
        Self::MatchingRequests,
        Self::SystemAudit,
        Self::UnifiedAudit,
        Self::Notifications,
        Self::Organizations,
        Self::Administrators,
        Self::Subscribers,
        Self::Groups,
        Self::Computers,
        Self::Policies,
        Self::Grants,
    ];

    /// What it is called in the log and in errors.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::PendingRequests => "pending-requests",
            Self::MatchingRequests => "matching-requests",
            Self::SystemAudit => "system-audit",
            Self::UnifiedAudit => "unified-audit",
            Self::Notifications => "notifications",
            Self::Organizations => "organizations",
            Self::Administrators => "administrators",
            Self::Subscribers => "subscribers",
            Self::Groups => "groups",
            Self::Computers => "computers",
            Self::Policies => "policies",
            Self::Grants => "grants",
        }
    }

    /// A log only grows, newest first. A set also loses ids and is in the order of its ids, newest first.
    #[must_use]
    pub const fn is_log(self) -> bool {
        match self {
            Self::Requests | Self::SystemAudit | Self::UnifiedAudit | Self::Notifications | Self::Grants => {
                true
            }
            Self::PendingRequests
            | Self::MatchingRequests
            | Self::Organizations
            | Self::Administrators
            | Self::Subscribers
            | Self::Groups
            | Self::Computers
            | Self::Policies => false,
        }
    }

    /// Whether the organizations above have it in their list of the same name, too.
    #[must_use]
    pub const fn counts_above(self) -> bool {
        match self {
            Self::Requests
            | Self::PendingRequests
            | Self::SystemAudit
            | Self::UnifiedAudit
            | Self::Organizations => true,
            Self::MatchingRequests
            | Self::Notifications
            | Self::Administrators
            | Self::Subscribers
            | Self::Groups
            | Self::Computers
            | Self::Policies
            | Self::Grants => false,
        }
    }

    /// Whether the right to this action allows to read the list: to show it, or to find out what the action needs to know.
    #[must_use]
    pub const fn readable_with(self, action: Action) -> bool {
        match self {
            Self::Requests => matches!(action, Action::RequestsList),
            // Opening a request says how many others wait for the same.
            Self::PendingRequests => matches!(action, Action::RequestsList | Action::RequestsOpen),
            Self::MatchingRequests => matches!(action, Action::RequestsOpen),
            Self::SystemAudit => matches!(action, Action::SystemAuditView),
            Self::UnifiedAudit => matches!(action, Action::UnifiedAuditView),
            Self::Notifications => matches!(action, Action::NotificationsView),
            // An organization can be deleted once it is empty.
            Self::Organizations => {
                matches!(action, Action::OrganizationsView | Action::OrganizationsDeleteEmpty)
            }
            // Disabling and deleting warn of the last active administrator.
            Self::Administrators => matches!(
                action,
                Action::AdministratorsView
                    | Action::AdministratorsDisable
                    | Action::AdministratorsDelete
                    | Action::OrganizationsDeleteEmpty
            ),
            // An organization has a bounded number of groups.
            Self::Groups => matches!(
                action,
                Action::ComputerGroupsView
                    | Action::ComputerGroupsCreate
                    | Action::OrganizationsDeploy
                    | Action::OrganizationsDeleteEmpty
            ),
            // A group can be deleted once it is empty.
            Self::Computers => matches!(
                action,
                Action::ComputersView | Action::ComputerGroupsDelete | Action::OrganizationsDeleteEmpty
            ),
            // A new policy goes behind those of its group, and together they are bounded.
            Self::Policies => matches!(
                action,
                Action::ApplicationPoliciesView
                    | Action::ApplicationPoliciesCreate
                    | Action::ApplicationPoliciesEdit
                    | Action::ApplicationPoliciesMove
                    | Action::OrganizationsDeploy
            ),
            Self::Subscribers | Self::Grants => false,
        }
    }

    /// Whether what a permit rests on allows to read the list. The processor reads all of them; a computer hears of grants.
    #[must_use]
    pub fn readable_by(self, basis: &Basis) -> bool {
        match basis {
            Basis::Right { action, .. } => self.readable_with(*action),
            Basis::OwnComputer(_) => self == Self::Grants,
            Basis::Processor => true,
            Basis::WhoCan => self == Self::Administrators,
            Basis::Enrollment(_) | Basis::Oneself(_) | Basis::SetUp | Basis::Refusal => false,
            #[cfg(feature = "testing")]
            Basis::Scene => true,
        }
    }
}

/// An entry of a list that an act brings up to date: added to a log, or looked at again for a set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ListEntry {
    /// Which list.
    pub list: List,
    /// The id of the record that is listed.
    pub id: String,
    /// The text by which the list is divided, as [`Subject::key`](crate::Subject::key) for [`List::MatchingRequests`]. The
    /// journal puts a part of its SHA-256 before the id, so that entries of the same text lie together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<String>,
}

impl ListEntry {
    /// A record in a list that is not divided.
    #[must_use]
    pub fn new(list: List, id: &impl ToString) -> Self {
        Self { list, id: id.to_string(), partition: None }
    }

    /// A record in its part of a list.
    #[must_use]
    pub fn within(list: List, partition: &str, id: &impl ToString) -> Self {
        Self { list, id: id.to_string(), partition: Some(partition.to_owned()) }
    }
}
