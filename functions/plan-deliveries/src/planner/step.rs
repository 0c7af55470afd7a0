//! What is told of a request while it waits, and when.

use countersign_authority::Recipient;
use countersign_model::{Escalation, Notice, NotificationId, Request, RequestId};
use jiff::Timestamp;

use super::ids::id_of;

/// What is told of a request while it waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// That it was made.
    New,
    /// That nobody has taken it.
    Untaken,
    /// That nobody has decided it.
    Undecided,
    /// That it is about to expire.
    Expiring,
}

impl Step {
    /// Those for which the request is looked at again when it is time.
    pub const LATER: [Self; 3] = [Self::Untaken, Self::Undecided, Self::Expiring];
    /// Those that may tell somebody for the first time.
    pub const FIRST: [Self; 3] = [Self::New, Self::Untaken, Self::Undecided];
    /// Those of them that come later.
    pub const ESCALATIONS: [Self; 2] = [Self::Untaken, Self::Undecided];

    /// How its entry of the queue begins; the number of the request's first event follows. It also stands before a recipient in what is
    /// remembered of its messages.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::New => "",
            Self::Untaken => "untaken/",
            Self::Undecided => "undecided/",
            Self::Expiring => "expiring/",
        }
    }

    /// The step of an entry, and the number of the event.
    pub fn of(entry: &str) -> Option<(Self, &str)> {
        Self::LATER.iter().find_map(|step| Some((*step, entry.strip_prefix(step.prefix())?)))
    }

    /// The step that a message is, if it tells somebody for the first time.
    pub fn of_notice(notice: &Notice) -> Option<Self> {
        if matches!(notice, Notice::RequestSubmitted { .. }) {
            return Some(Self::New);
        }
        if matches!(notice, Notice::RequestUntaken { .. }) {
            return Some(Self::Untaken);
        }
        matches!(notice, Notice::RequestUndecided { .. }).then_some(Self::Undecided)
    }

    /// When it is told, if it is.
    pub fn at(self, escalation: &Escalation, request: &Request) -> Option<Timestamp> {
        match self {
            Self::New => Some(request.created_at),
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
            Self::New => Notice::RequestSubmitted { request_id },
            Self::Untaken => Notice::RequestUntaken { request_id },
            Self::Undecided => Notice::RequestUndecided { request_id },
            Self::Expiring => Notice::RequestExpiring { request_id },
        }
    }
}
