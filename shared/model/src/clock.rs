//! How far clocks are relied on.

use jiff::SignedDuration;

/// How much the clocks of a deployment's hosts may differ: 5 minutes.
///
/// Whether something happens, and that it happens once, is decided by a swap of a record, whatever the difference
/// between clocks. A host that takes over from another that may have died waits this much longer. A time that one host
/// wrote and another compares with its own clock (the end of a session, a grant or an invitation; the expiry of a
/// request) is early or late by at most this much.
pub const ALLOWED_SKEW: SignedDuration = SignedDuration::from_mins(5);
