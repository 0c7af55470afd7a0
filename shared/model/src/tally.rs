//! Counting requests: what each event adds to the counts, and the counts themselves.

mod pending;
mod report;
mod top;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

pub use pending::PendingCounts;
pub use report::{DayCounts, REPORTED_DAYS, ReportDays, WAITED_UP_TO};
pub use top::{Top, TopEntry, Tops};

use crate::act::Act;
use crate::decision::Outcome;
use crate::ids::{AdministratorId, OrganizationId, RequestId};
use crate::kinds::{RequestKind, RequestStatus};
use crate::origin::Who;

/// The most bytes that are kept of a name in counts.
const NAME_MAX: usize = 96;

/// The UTC day of a moment.
#[must_use]
pub fn day_of(at: Timestamp) -> Date {
    Offset::UTC.to_datetime(at).date()
}

/// The month of a day, such as `2026-01`.
#[must_use]
pub fn month_of(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// What an event adds to the counts of requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tallied {
    /// When it happened.
    pub at: Timestamp,
    /// When the request was made, in milliseconds.
    pub made: i64,
    /// The kind of the request.
    pub kind: RequestKind,
    /// In the counts of an organization above: the one directly below it from which the event came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<OrganizationId>,
    /// What happened.
    pub what: Tally,
}

/// What happened to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tally {
    /// It was made.
    Made {
        /// The SHA-256 of the file.
        file: Option<String>,
        /// The name of the file.
        name: String,
        /// Who signed it.
        publisher: Option<String>,
    },
    /// It was decided.
    Decided {
        /// What was decided.
        outcome: Outcome,
        /// Whether it was pending. Otherwise an earlier decision was replaced.
        first: bool,
        /// The administrator; `None` for a rule.
        by: Option<(AdministratorId, String)>,
    },
    /// It expired while it was pending.
    Expired,
    /// It was withdrawn, or ended with its computer, while it was pending.
    Cancelled,
    /// Its approval was revoked.
    Revoked,
}

impl Tallied {
    /// What an event adds, with who caused it and when; `None` for most.
    #[must_use]
    pub fn of(act: &Act, who: &Who, at: Timestamp) -> Option<Self> {
        let tallied = |request: &RequestId, kind, what| {
            let made = i64::try_from(request.ulid().timestamp_ms()).unwrap_or_default();
            Some(Self { at, made, kind, via: None, what })
        };
        if let Act::RequestSubmitted(act) = act {
            let path = act.0.path.as_deref().unwrap_or_default();
            let file_name = path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(path);
            let what = Tally::Made {
                file: act.0.sha256.as_ref().map(|hash| hash.as_str().to_owned()),
                name: cut(file_name),
                publisher: act.0.publisher.as_ref().map(|publisher| cut(publisher.as_str())),
            };
            return tallied(&act.0.request_id, act.0.kind, what);
        }
        if let Act::RequestDecided(act) = act {
            let outcome = outcome_of(act.after.status)?;
            let what =
                Tally::Decided { outcome, first: act.before.status == RequestStatus::Pending, by: by(who) };
            return tallied(&act.request_id, act.kind, what);
        }
        if let Act::RequestSettled(act) = act {
            let what = Tally::Decided { outcome: act.outcome, first: true, by: by(who) };
            return tallied(&act.request_id, kind_of(&act.subject)?, what);
        }
        if let Act::RequestCancelled(act) = act {
            return tallied(&act.0.request_id, act.0.kind, Tally::Cancelled);
        }
        if let Act::RequestExpired(act) = act
            && act.approval.is_none()
        {
            return tallied(&act.request_id, kind_of(&act.subject)?, Tally::Expired);
        }
        if let Act::RequestEnded(act) = act
            && act.before.status == RequestStatus::Pending
        {
            return tallied(&act.request_id, act.kind, Tally::Cancelled);
        }
        if let Act::RequestRevoked(act) = act {
            return tallied(&act.request_id, act.kind, Tally::Revoked);
        }
        None
    }

    /// The UTC day on which it happened.
    #[must_use]
    pub fn day(&self) -> Date {
        day_of(self.at)
    }

    /// How long the request had waited, in seconds.
    #[must_use]
    pub fn waited(&self) -> u64 {
        u64::try_from(self.at.as_millisecond().saturating_sub(self.made) / 1_000).unwrap_or_default()
    }

    /// By how much it changes the number of pending requests.
    #[must_use]
    pub const fn change_of_pending(&self) -> i64 {
        match self.what {
            Tally::Made { .. } => 1,
            Tally::Decided { first: true, .. } | Tally::Expired | Tally::Cancelled => -1,
            Tally::Decided { first: false, .. } | Tally::Revoked => 0,
        }
    }
}

fn by(who: &Who) -> Option<(AdministratorId, String)> {
    match who {
        Who::Administrator { id, name, .. } => Some((id.clone(), cut(name))),
        Who::Computer { .. } | Who::SetUp | Who::Anonymous | Who::System => None,
    }
}

fn outcome_of(status: RequestStatus) -> Option<Outcome> {
    match status {
        RequestStatus::Approved => Some(Outcome::Approved),
        RequestStatus::Denied => Some(Outcome::Denied),
        RequestStatus::Ignored => Some(Outcome::Ignored),
        RequestStatus::Pending
        | RequestStatus::Expired
        | RequestStatus::Cancelled
        | RequestStatus::Revoked => None,
    }
}

/// The kind with which the text of a subject begins; see [`Subject::key`](crate::Subject::key).
fn kind_of(subject: &str) -> Option<RequestKind> {
    subject.split(' ').next()?.parse().ok()
}

/// The beginning of a text.
fn cut(text: &str) -> String {
    let end =
        (0..=NAME_MAX.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    text.get(..end).unwrap_or_default().to_owned()
}
