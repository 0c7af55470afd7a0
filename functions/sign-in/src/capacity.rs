//! How many passwords the deployment compares in a second. Each comparison takes about a tenth of a second of a processor, so a flood
//! would slow down everything else. Callers are divided into pools, so that a flood of one kind keeps out none of the others.

use std::cell::Cell;

use countersign_http::{Caller, Code, Problem, Services, block, place};
use countersign_store::throttle::Throttle;
use futures::future::try_join_all;
use jiff::SignedDuration;

use crate::account::Account;
use crate::refusal;

const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// Failures of one block of addresses, and its attempts under way. Up to these, they are in the pool of those that fail little.
pub const BLOCK: Throttle =
    Throttle { name: "sign-in/block", most: 5, period: SignedDuration::from_mins(10) };

/// Attempts at accounts that have signed in from the caller's address before.
const KNOWN: Throttle = Throttle { name: "sign-in/compared-known", most: 10, period: SECOND };
/// Attempts from blocks of addresses that have failed little: one block takes no more than [`BLOCK`] of them in ten minutes.
const FRESH: Throttle = Throttle { name: "sign-in/compared-fresh", most: 5, period: SECOND };
/// Attempts from anywhere.
const COMMON: Throttle = Throttle { name: "sign-in/compared", most: 5, period: SECOND };
/// Callers who show a session or a one-time token: passwords that a session asks for again, and new passwords, which are hashed with the
/// same work. Many sessions together would otherwise be a flood as well.
pub const HELD: Throttle = Throttle { name: "sign-in/compared-held", most: 10, period: SECOND };

/// The pools that a comparison may be counted in; the first one with room is taken.
#[derive(Debug, Clone, Copy)]
pub struct Pools(&'static [Throttle]);

impl Pools {
    /// For a caller who shows a session or a one-time token.
    pub const HELD: Self = Self(&[HELD]);
    const KNOWN: Self = Self(&[KNOWN]);
    const FRESH: Self = Self(&[FRESH, COMMON]);
    pub const COMMON: Self = Self(&[COMMON]);

    /// For somebody who signs in. One read, if the account has not signed in from the address before.
    pub async fn of_sign_in(
        services: &Services,
        caller: &Caller,
        account: &Account,
    ) -> Result<Self, Problem> {
        if account.is_known_at(&caller.address.map(place).unwrap_or_default()) {
            return Ok(Self::KNOWN);
        }
        let block = caller.address.map(block).unwrap_or_default();
        let has_failed = services.journal.full_until(&BLOCK, &[&block], 1).await?.is_some();
        Ok(if has_failed { Self::COMMON } else { Self::FRESH })
    }

    /// Refuses without a write if all of them are full, so that what a flood sends beyond them costs one round of reads.
    ///
    /// # Errors
    /// 429 with `Retry-After`.
    pub async fn require_any(self, services: &Services, comparisons: u64) -> Result<(), Problem> {
        let reads = self.0.iter().map(|pool| services.journal.full_until(pool, &[], comparisons));
        let is_full = try_join_all(reads).await?.iter().all(Option::is_some);
        if is_full { Err(crowded()) } else { Ok(()) }
    }

    /// Takes a share of this second for some comparisons.
    ///
    /// # Errors
    /// 429 with `Retry-After`.
    pub async fn take(self, services: &Services, comparisons: u64) -> Result<(), Problem> {
        for pool in self.0 {
            if services.journal.count_all(&[(*pool, &[])], comparisons).await?.is_ok() {
                return Ok(());
            }
        }
        Err(crowded())
    }
}

fn crowded() -> Problem {
    Problem::too_many_requests("too many passwords are being checked at this moment; try again", 1)
}

thread_local! {
    /// The second in which this instance has last recorded sign-ins that found no pool with room, and how many it has refused since.
    static REFUSED: Cell<(i64, u32)> = const { Cell::new((0, 0)) };
}

/// What a refused comparison is counted as.
pub trait OrCount {
    /// Passes the problem on. Sign-ins that found no pool with room are recorded by each instance once a second, all of that second together:
    /// a write for each would cost as much as what was refused. Those of the last second are recorded with the next refusal; if the instance
    /// ends before, they are missing.
    async fn or_count(self, services: &Services, caller: &Caller) -> Result<(), Problem>;
}

impl OrCount for Result<(), Problem> {
    async fn or_count(self, services: &Services, caller: &Caller) -> Result<(), Problem> {
        if self.as_ref().is_err_and(|problem| problem.code() == Code::TooManyRequests) {
            let second = caller.now.as_second();
            let (last, waiting) = REFUSED.get();
            let many = waiting.saturating_add(1);
            if last == second {
                REFUSED.set((last, many));
            } else {
                REFUSED.set((second, 0));
                refusal::record_crowd(services, caller, many).await?;
            }
        }
        self
    }
}
