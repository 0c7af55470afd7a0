//! What clocks are relied on for.

use jiff::SignedDuration;

/// How much the clocks of a deployment's hosts may differ: 5 minutes.
///
/// What must not happen twice, or must happen after all, rests on a swap of a record and holds at any difference; where one host
/// takes over from another that may have died, it waits this much longer. A moment that one host wrote and another compares with its own
/// clock (the end of a session, a grant, an invitation; a request that expires) comes early or late by at most this much.
pub const ALLOWED_SKEW: SignedDuration = SignedDuration::from_mins(5);
