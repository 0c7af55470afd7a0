//! How much one computer may write at requests that are pending already: users who join, amend, repeat and withdraw. A
//! request that was asked for only now and then is not counted, so that it costs no further write. What is counted is
//! counted before it is saved, so that racing calls cannot exceed the limits.

use countersign_http::{Code, Problem, Services};
use countersign_model::{AskedAs, Computer, Request};
use jiff::Timestamp;

use crate::limits::{self, Limits, MINUTE};

/// A request that was asked for, and amended, no more often than this is changed without being counted.
pub const FREE_PER_REQUEST: u32 = 4;

/// What a computer writes at a pending request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// A user joins it or amends it.
    Change,
    /// It was asked for once more. This has a count of its own, so that a program that repeats itself keeps nobody out.
    Repetition,
    /// A user withdraws. Everybody who does has asked before, which was counted, so only the pace is limited: nobody
    /// waits a day for it.
    Withdrawal,
}

impl From<AskedAs> for Written {
    fn from(by: AskedAs) -> Self {
        match by {
            AskedAs::Joining | AskedAs::Amending => Self::Change,
            AskedAs::Repeating | AskedAs::OneOfMore => Self::Repetition,
        }
    }
}

/// Whether what is written at a request must be counted first.
pub fn must_be_counted(request: &Request) -> bool {
    let said = request.requesters.iter().fold(0_u32, |sum, requester| sum.saturating_add(requester.count));
    request.count.max(said) > FREE_PER_REQUEST
}

/// Counts what is about to be written; `Err` says when there is room for it.
pub async fn count(
    services: &Services,
    computer: &Computer,
    written: Written,
) -> Result<Result<(), Timestamp>, Problem> {
    let Some(limits) = Limits::of(services).await? else { return Ok(Ok(())) };
    let mut throttles = match written {
        Written::Change | Written::Withdrawal => limits.changes(computer),
        Written::Repetition => limits.repetitions(computer),
    };
    if written == Written::Withdrawal {
        throttles.retain(|(throttle, _)| throttle.period == MINUTE);
    }
    let counted = limits::count(&services.journal, &throttles, 1).await?;
    Ok(counted.map(|_| ()))
}

/// 429: the computer has changed its requests too often.
pub fn too_many(until: Timestamp, now: Timestamp) -> Problem {
    let detail = "the users of this computer, or of those that enrolled with the same key, changed their requests too often; \
                  try again later";
    Problem::over_limit(Code::TooManyChanges, detail, until, now)
}
