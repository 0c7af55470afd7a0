//! A breaker: what fails several times in a row is not called for a while.

use jiff::{SignedDuration, Timestamp};

/// So many failures in a row make it open.
const FAILURES: u32 = 3;
/// How long it is open the first time; it doubles with each further failure.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// The longest it is open.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// Until when it is open after so many failures in a row; `None` if it is not.
pub fn opened_by(failures: u32, now: Timestamp) -> Option<Timestamp> {
    let further = failures.checked_sub(FAILURES)?;
    let pause = FIRST_PAUSE.checked_mul(1 << further.min(8)).unwrap_or(LONGEST_PAUSE);
    now.checked_add(pause.min(LONGEST_PAUSE)).ok()
}

/// Until when it is open; `None` if it is not. A clock that was set back does not keep it open for longer than it ever is.
pub fn open_at(now: Timestamp, until: Option<Timestamp>) -> Option<Timestamp> {
    until.filter(|until| *until > now && until.duration_since(now) <= LONGEST_PAUSE)
}
