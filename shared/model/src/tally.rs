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

/// A UTC day, as the number of days since 1970-01-01.
pub type Day = i32;

/// How many seconds a day has.
const DAY: i64 = 24 * 60 * 60;

/// The UTC day of a moment.
#[must_use]
pub fn day_of(at: Timestamp) -> Day {
    Day::try_from(at.as_second().div_euclid(DAY)).unwrap_or_default()
}

/// The date of a day.
#[must_use]
pub fn date_of(day: Day) -> Date {
    let begin = Timestamp::from_second(i64::from(day).saturating_mul(DAY)).unwrap_or_default();
    Offset::UTC.to_datetime(begin).date()
}

/// The month of a day, such as `2026-01`.
#[must_use]
pub fn month_of(day: Day) -> String {
    let date = date_of(day);
    format!("{:04}-{:02}", date.year(), date.month())
}

/// What an event adds to the counts of requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Tallied {
    /// When it happened, in whole milliseconds.
    pub at: Timestamp,
    /// When the request was made, in milliseconds.
    pub made: i64,
    /// The kind of the request.
    pub kind: RequestKind,
    /// In the counts of an organization above: the one directly below it from which the event came.
    pub via: Option<OrganizationId>,
    /// What happened.
    pub what: Tally,
}

/// What happened to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
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
        let at = Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at);
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
    pub fn day(&self) -> Day {
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

/// How an event is stored: without names of fields, and with a number for what happened, because every component that knows
/// it pays for each type with some kilobytes. When it happened and when the request was made, in milliseconds; the kind; the
/// organization below; what happened; the SHA-256 or the administrator; the name; the publisher.
#[derive(Serialize, Deserialize)]
struct Stored(i64, i64, RequestKind, Option<OrganizationId>, u8, String, String, String);

const MADE: u8 = 0;
const EXPIRED: u8 = 1;
const CANCELLED: u8 = 2;
const REVOKED: u8 = 3;
/// From here on decisions: twice the place of the outcome, and one more if the request was not pending.
const DECIDED: u8 = 4;

impl From<Tallied> for Stored {
    fn from(Tallied { at, made, kind, via, what }: Tallied) -> Self {
        let (code, key, name, publisher) = match what {
            Tally::Made { file, name, publisher } => {
                (MADE, file.unwrap_or_default(), name, publisher.unwrap_or_default())
            }
            Tally::Expired => (EXPIRED, String::new(), String::new(), String::new()),
            Tally::Cancelled => (CANCELLED, String::new(), String::new(), String::new()),
            Tally::Revoked => (REVOKED, String::new(), String::new(), String::new()),
            Tally::Decided { outcome, first, by } => {
                let outcome = match outcome {
                    Outcome::Approved => 0,
                    Outcome::Denied => 2,
                    Outcome::Ignored => 4,
                };
                let (id, name) = by.map(|(id, name)| (id.to_string(), name)).unwrap_or_default();
                (DECIDED + outcome + u8::from(!first), id, name, String::new())
            }
        };
        Self(at.as_millisecond(), made, kind, via, code, key, name, publisher)
    }
}

impl From<Stored> for Tallied {
    fn from(Stored(at, made, kind, via, code, key, name, publisher): Stored) -> Self {
        let given = |text: String| (!text.is_empty()).then_some(text);
        let what = match code {
            MADE => Tally::Made { file: given(key), name, publisher: given(publisher) },
            EXPIRED => Tally::Expired,
            CANCELLED => Tally::Cancelled,
            REVOKED => Tally::Revoked,
            decided => {
                let decided = decided.saturating_sub(DECIDED);
                let outcome = match decided / 2 {
                    0 => Outcome::Approved,
                    1 => Outcome::Denied,
                    _ => Outcome::Ignored,
                };
                let by = key.parse().ok().map(|id| (id, name));
                Tally::Decided { outcome, first: decided % 2 == 0, by }
            }
        };
        let at = Timestamp::from_millisecond(at).unwrap_or_default();
        Self { at, made, kind, via, what }
    }
}

fn by(who: &Who) -> Option<(AdministratorId, String)> {
    match who {
        Who::Administrator { id, name, .. } => Some((id.clone(), cut(name))),
        Who::Computer { .. } | Who::SetUp | Who::Operator | Who::Anonymous | Who::System => None,
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
