//! The lists, as they are read: with the acts that may change them, so that a function contains the code for acts of those lists only
//! that it reads.

use crate::act::{ActName, Entries, StoredAct};
use crate::filter::RequestFilter;
use crate::ids::EventId;
use crate::list::{List, ListEntry};

/// A list that can be read: what is not processed yet is found by the acts that change it.
#[derive(Debug, Clone, Copy)]
pub struct ReadableList {
    /// Which list.
    pub list: List,
    entries: fn(&StoredAct, &EventId) -> Entries,
}

impl ReadableList {
    const fn number<const LIST: usize>() -> Self {
        Self { list: const { List::numbered(LIST) }, entries: StoredAct::entries_in::<LIST> }
    }

    /// The list that holds the requests that a filter wants.
    #[must_use]
    pub fn of_wanted(filter: &RequestFilter) -> Self {
        if filter.is_only_pending() { PENDING_REQUESTS } else { REQUESTS }
    }

    /// The entries of this list that the event with this id and this act updates.
    ///
    /// # Errors
    /// If the act may update the list, and its details cannot be read.
    pub fn entries(&self, act: &StoredAct, event: &EventId) -> Result<Vec<ListEntry>, serde_json::Error> {
        (self.entries)(act, event)
    }
}

/// A constant for each list.
macro_rules! readable {
    ($($constant:ident = $list:ident;)+) => {
        $(
            #[doc = concat!("[`List::", stringify!($list), "`].")]
            pub const $constant: ReadableList = ReadableList::number::<{ List::$list as usize }>();
        )+

        impl From<List> for ReadableList {
            /// For functions that read whichever list they are told to: they contain the code for all of them.
            fn from(list: List) -> Self {
                match list {
                    $(List::$list => $constant,)+
                }
            }
        }
    };
}

readable! {
    REQUESTS = Requests;
    PENDING_REQUESTS = PendingRequests;
    MATCHING_REQUESTS = MatchingRequests;
    COMPUTER_REQUESTS = ComputerRequests;
    SHARED_APPROVALS = SharedApprovals;
    SYSTEM_AUDIT = SystemAudit;
    UNIFIED_AUDIT = UnifiedAudit;
    NOTIFICATIONS = Notifications;
    ORGANIZATIONS = Organizations;
    ADMINISTRATORS = Administrators;
    SUBSCRIBERS = Subscribers;
    GROUPS = Groups;
    COMPUTERS = Computers;
    COMPUTER_NAMES = ComputerNames;
    POLICIES = Policies;
    RULES = Rules;
    INTEGRATIONS = Integrations;
    GRANTS = Grants;
}

impl ActName {
    /// Whether an act of this name may update entries of the list.
    pub(crate) const fn may_change(self, list: List) -> bool {
        use ActName as A;
        match list {
            List::Requests => matches!(self, A::RequestSubmitted),
            List::PendingRequests | List::MatchingRequests => {
                matches!(self, A::RequestSubmitted | A::RequestCancelled) || self.ends_requests()
            }
            List::ComputerRequests => {
                matches!(self, A::RequestSubmitted | A::RequestCancelled | A::RequestRevoked)
                    || self.ends_requests()
            }
            List::SharedApprovals => {
                matches!(self, A::RequestRevoked | A::FileFlagSet) || self.ends_requests()
            }
            List::Grants => {
                matches!(self, A::RequestDecided | A::RequestRevoked | A::RequestEnded | A::GrantEdited)
            }
            List::SystemAudit | List::UnifiedAudit => true,
            List::Notifications => false,
            List::Organizations => matches!(self, A::OrganizationCreated | A::OrganizationDeleted),
            List::Administrators => matches!(self, A::OrganizationCreated) || self.changes_accounts(),
            List::Subscribers => {
                matches!(self, A::AdministratorEdited | A::NotificationsChanged) || self.changes_accounts()
            }
            List::Groups => matches!(self, A::GroupCreated | A::GroupDeleted),
            List::Computers => matches!(self, A::ComputerEnrolled | A::ComputerDeleted),
            List::ComputerNames => matches!(
                self,
                A::ComputerEnrolled | A::ComputerRenamed | A::ComputerMoved | A::ComputerDeleted
            ),
            List::Policies => matches!(self, A::PolicyCreated | A::PolicyDeleted),
            List::Rules => matches!(self, A::RuleChanged),
            List::Integrations => matches!(self, A::IntegrationChanged),
        }
    }

    /// Whether there is one administrator more or less after it who can sign in.
    const fn changes_accounts(self) -> bool {
        matches!(
            self,
            Self::AdministratorInvited
                | Self::InvitationWithdrawn
                | Self::InvitationAccepted
                | Self::AdministratorDisabled
                | Self::AdministratorEnabled
                | Self::AdministratorDeleted
        )
    }

    /// Whether a request may not be pending any more after it, or an approval not in force.
    const fn ends_requests(self) -> bool {
        matches!(
            self,
            Self::RequestDecided | Self::RequestSettled | Self::RequestExpired | Self::RequestEnded
        )
    }
}
