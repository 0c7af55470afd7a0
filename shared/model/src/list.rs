//! The lists of an organization, which the journal derives from the acts.

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::permit::Basis;

/// The partition of [`List::SharedApprovals`] for approvals for the whole organization. No group has this id.
pub const WHOLE_ORGANIZATION: &str = "organization";
/// The partition of [`List::SharedApprovals`] for the flags of files, which refuse such approvals. No group has this id.
pub const FLAGGED_FILES: &str = "flagged-files";

/// The lists of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// Log: all requests, including those of the organizations below.
    Requests,
    /// Set: pending requests, including those of the organizations below.
    PendingRequests,
    /// Set: pending requests of this organization, by subject. Its entries have a [`ListEntry::partition`].
    MatchingRequests,
    /// Set: requests of this organization that end with their computer, by computer: pending ones, approvals for that
    /// computer alone, and those that were settled along. An approval that expired by itself may still be in it.
    ComputerRequests,
    /// Set: requests of this organization whose approval is for a group or the organization, by group, or under
    /// [`WHOLE_ORGANIZATION`]; those that were settled along, also by the request that was decided, with those that were
    /// denied along; and every request whose approval gives a grant, by subject. An approval that expired by itself may
    /// still be in it. Under [`FLAGGED_FILES`], the flags of files in force.
    SharedApprovals,
    /// Log: what administrators did, including below. Filled from the act's [`AuditKind`](crate::AuditKind).
    SystemAudit,
    /// Log: what happened at endpoints, including below. Filled from the act's [`AuditKind`](crate::AuditKind).
    UnifiedAudit,
    /// Log: deliveries. Filled when a notice is expanded.
    Notifications,
    /// Set: the organizations below, at any depth.
    Organizations,
    /// Set: administrators who belong to the organization.
    Administrators,
    /// Set: administrators who are notified of its requests.
    Subscribers,
    /// Set: computer groups.
    Groups,
    /// Set: computers.
    Computers,
    /// Set: computers, by host name in lower case, and by the id of the group that they are in, which is no such name.
    ComputerNames,
    /// Set: policies.
    Policies,
    /// Set: rules that decide requests.
    Rules,
    /// Set: integrations.
    Integrations,
    /// Log: requests whose approval gave or lost a grant, in order.
    Grants,
}

impl List {
    /// Every list.
    pub const ALL: [Self; 18] = [
        Self::Requests,
        Self::PendingRequests,
        Self::MatchingRequests,
        Self::ComputerRequests,
        Self::SharedApprovals,
        Self::SystemAudit,
        Self::UnifiedAudit,
        Self::Notifications,
        Self::Organizations,
        Self::Administrators,
        Self::Subscribers,
        Self::Groups,
        Self::Computers,
        Self::ComputerNames,
        Self::Policies,
        Self::Rules,
        Self::Integrations,
        Self::Grants,
    ];

    /// The list with this number in [`List::ALL`]; for constants.
    #[expect(
        clippy::indexing_slicing,
        reason = "evaluated by the compiler, which refuses a number that no list has"
    )]
    pub(crate) const fn numbered(number: usize) -> Self {
        Self::ALL[number]
    }

    /// Its name in the log and in errors.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::PendingRequests => "pending-requests",
            Self::MatchingRequests => "matching-requests",
            Self::ComputerRequests => "computer-requests",
            Self::SharedApprovals => "shared-approvals",
            Self::SystemAudit => "system-audit",
            Self::UnifiedAudit => "unified-audit",
            Self::Notifications => "notifications",
            Self::Organizations => "organizations",
            Self::Administrators => "administrators",
            Self::Subscribers => "subscribers",
            Self::Groups => "groups",
            Self::Computers => "computers",
            Self::ComputerNames => "computer-names",
            Self::Policies => "policies",
            Self::Rules => "rules",
            Self::Integrations => "integrations",
            Self::Grants => "grants",
        }
    }

    /// A log only grows, newest first. A set also loses ids and is ordered by id, newest first.
    #[must_use]
    pub const fn is_log(self) -> bool {
        match self {
            Self::Requests | Self::SystemAudit | Self::UnifiedAudit | Self::Notifications | Self::Grants => {
                true
            }
            Self::PendingRequests
            | Self::MatchingRequests
            | Self::ComputerRequests
            | Self::SharedApprovals
            | Self::Organizations
            | Self::Administrators
            | Self::Subscribers
            | Self::Groups
            | Self::Computers
            | Self::ComputerNames
            | Self::Policies
            | Self::Rules
            | Self::Integrations => false,
        }
    }

    /// Whether the lists of the organizations above include its entries.
    #[must_use]
    pub const fn counts_above(self) -> bool {
        match self {
            Self::Requests
            | Self::PendingRequests
            | Self::SystemAudit
            | Self::UnifiedAudit
            | Self::Organizations => true,
            Self::MatchingRequests
            | Self::ComputerRequests
            | Self::SharedApprovals
            | Self::Notifications
            | Self::Administrators
            | Self::Subscribers
            | Self::Groups
            | Self::Computers
            | Self::ComputerNames
            | Self::Policies
            | Self::Rules
            | Self::Integrations
            | Self::Grants => false,
        }
    }

    /// Whether the right to this action allows reading the list, either to show it or because the action needs it.
    #[must_use]
    pub const fn readable_with(self, action: Action) -> bool {
        match self {
            Self::Requests => matches!(action, Action::RequestsList),
            // Opening a request says how many other computers have a pending request for the subject. An organization is
            // not deleted while requests of its computers are still to be ended.
            Self::PendingRequests => matches!(
                action,
                Action::RequestsList | Action::RequestsOpen | Action::OrganizationsDeleteEmpty
            ),
            Self::MatchingRequests => matches!(action, Action::RequestsOpen),
            Self::SystemAudit => matches!(action, Action::SystemAuditView),
            Self::UnifiedAudit => matches!(action, Action::UnifiedAuditView),
            Self::Notifications => matches!(action, Action::NotificationsView),
            // An organization can be deleted if it is empty. A report compares those below. Grants and flags are listed with those of
            // the organizations below.
            Self::Organizations => matches!(
                action,
                Action::OrganizationsView
                    | Action::OrganizationsDeleteEmpty
                    | Action::ReportsView
                    | Action::RequestsList
            ),
            // Disabling and deleting warn about the last active administrator.
            Self::Administrators => matches!(
                action,
                Action::AdministratorsView
                    | Action::AdministratorsDisable
                    | Action::AdministratorsDelete
                    | Action::OrganizationsDeleteEmpty
            ),
            // An organization has a limited number of groups. What deploying would change is shown by group.
            Self::Groups => matches!(
                action,
                Action::ComputerGroupsView
                    | Action::ApplicationPoliciesView
                    | Action::ComputerGroupsCreate
                    | Action::OrganizationsDeploy
                    | Action::OrganizationsDeleteEmpty
            ),
            Self::Computers => reads_computers(action),
            // Of one group, or of one name, they are in a set of their own. A group can be deleted if it is empty.
            Self::ComputerNames => reads_computers(action) || matches!(action, Action::ComputerGroupsDelete),
            // A new policy goes after those of its group, and their total size is limited. A tag is deleted if no policy names it.
            Self::Policies => matches!(
                action,
                Action::ApplicationPoliciesView
                    | Action::ApplicationPoliciesCreate
                    | Action::ApplicationPoliciesEdit
                    | Action::ApplicationPoliciesMove
                    | Action::OrganizationsDeploy
                    | Action::TagsDelete
            ),
            // They are seen by everybody whose requests they decide, and counted before another one is made.
            Self::Rules => matches!(action, Action::RequestsOpen),
            // An organization has a limited number of integrations.
            // How they are doing is shown beside the log of the messages to them.
            Self::Integrations => matches!(
                action,
                Action::IntegrationsView | Action::IntegrationsCreate | Action::NotificationsView
            ),
            // Approvals in force are listed with the right to list requests.
            Self::Grants | Self::ComputerRequests | Self::SharedApprovals => {
                matches!(action, Action::RequestsList)
            }
            Self::Subscribers => false,
        }
    }

    /// Whether a permit on this basis allows reading the list. The processor reads all lists; a computer reads the
    /// grants, and looks whether a host name is taken, as it does when it enrolls.
    #[must_use]
    pub fn readable_by(self, basis: &Basis) -> bool {
        match basis {
            Basis::Right { action, .. } => self.readable_with(*action),
            Basis::OwnComputer(_) => matches!(self, Self::Grants | Self::ComputerNames),
            Basis::Enrollment(_) => self == Self::ComputerNames,
            Basis::Processor | Basis::Operator => true,
            Basis::WhoCan => self == Self::Administrators,
            Basis::FromAbove => self == Self::SharedApprovals,
            Basis::Oneself(_) | Basis::SetUp | Basis::Refusal => false,
            #[cfg(feature = "testing")]
            Basis::Scene => true,
        }
    }
}

/// What deploying would change, and what a decision would reach, is counted in computers. A maintenance mode can be set for all
/// computers of a group. A report names those not seen for long.
const fn reads_computers(action: Action) -> bool {
    matches!(
        action,
        Action::ComputersView
            | Action::ComputersSetMaintenanceMode
            | Action::OrganizationsDeleteEmpty
            | Action::ApplicationPoliciesView
            | Action::ReportsView
            | Action::RequestsOpen
    )
}

/// A list entry that an act updates: it is added to a log, or re-evaluated for a set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ListEntry {
    /// Which list.
    pub list: List,
    /// The id of the listed record.
    pub id: String,
    /// The text by which the list is partitioned, such as [`Subject::key`](crate::Subject::key) for
    /// [`List::MatchingRequests`]. The journal puts a part of its SHA-256 before the id, so that entries with the same
    /// text are adjacent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<String>,
}

impl ListEntry {
    /// A record in a list that is not partitioned.
    #[must_use]
    pub fn new(list: List, id: &impl ToString) -> Self {
        Self { list, id: id.to_string(), partition: None }
    }

    /// A record in a partition of a list.
    #[must_use]
    pub fn within(list: List, partition: &str, id: &impl ToString) -> Self {
        Self { list, id: id.to_string(), partition: Some(partition.to_owned()) }
    }
}
