//! What is looked at while a request waits, and how it is told.

use countersign_authority::Recipient;
use countersign_model::{Escalation, Notice, NotificationId, Request, RequestId};
use jiff::Timestamp;

use super::tell::id_of;

/// What is looked at while a request waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Whether somebody has taken it.
    Untaken,
    /// Whether somebody has decided it.
    Undecided,
    /// Whether it is about to expire.
    Expiring,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Untaken, Self::Undecided, Self::Expiring];
    /// Those that tell somebody for the first time.
    pub const ESCALATIONS: [Self; 2] = [Self::Untaken, Self::Undecided];

    /// How its entry of the queue begins. The number of the request's first event follows.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Untaken => "untaken/",
            Self::Undecided => "undecided/",
            Self::Expiring => "expiring/",
        }
    }

    /// The step of an entry, and the number of the event.
    pub fn of(entry: &str) -> Option<(Self, &str)> {
        Self::ALL.iter().find_map(|step| Some((*step, entry.strip_prefix(step.prefix())?)))
    }

    /// The escalation that a message is.
    pub fn of_notice(notice: &Notice) -> Option<Self> {
        if matches!(notice, Notice::RequestUntaken { .. }) {
            return Some(Self::Untaken);
        }
        matches!(notice, Notice::RequestUndecided { .. }).then_some(Self::Undecided)
    }

    /// When it is looked at, if it is.
    pub fn at(self, escalation: &Escalation, request: &Request) -> Option<Timestamp> {
        match self {
            Self::Untaken => escalation.untaken_at(request.created_at),
            Self::Undecided => escalation.undecided_at(request.created_at),
            Self::Expiring => Some(request.reminded_at()),
        }
    }

    /// The id of the delivery that tells somebody.
    pub fn id(self, request: &Request, recipient: &Recipient) -> NotificationId {
        id_of(&self.notice(request.id.clone()), request, recipient)
    }

    pub fn notice(self, request_id: RequestId) -> Notice {
        match self {
            Self::Untaken => Notice::RequestUntaken { request_id },
            Self::Undecided => Notice::RequestUndecided { request_id },
            Self::Expiring => Notice::RequestExpiring { request_id },
        }
    }
}

/// The deliveries that tell somebody for the first time of a request that waits for too long.
pub fn escalation_ids(request: &Request, recipient: &Recipient) -> [NotificationId; 2] {
    Step::ESCALATIONS.map(|step| step.id(request, recipient))
}
