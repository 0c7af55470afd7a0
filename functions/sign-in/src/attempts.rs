//! Throttles guessing without locking out the account's owner: an administrator at an address from which they have
//! signed in before is slowed down only by attempts from that address.

pub use countersign_http::place;
use countersign_http::{Caller, Code, Problem, Services, block};
use countersign_model::{Credentials, SessionId};
use countersign_store::throttle::{Throttle, Try};
use futures::future::{try_join, try_join_all};
use jiff::{SignedDuration, Timestamp};

use crate::account::Account;

const TEN_MINUTES: SignedDuration = SignedDuration::from_mins(10);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Failures for one account from one address.
const PAIR: Throttle = Throttle { name: "sign-in/account-and-address", most: 10, period: TEN_MINUTES };
/// Failures from one address. After these, it can only sign in to accounts that have signed in from it before.
pub const ADDRESS: Throttle = Throttle { name: "sign-in/address", most: 30, period: TEN_MINUTES };
/// After this many failures, no sign-in from the address is accepted, and nothing is compared.
pub const ADDRESS_MOST: u64 = 90;
/// Failures for one account. After these, only addresses that it has signed in from before can sign in to it.
pub const ACCOUNT: Throttle = Throttle { name: "sign-in/account", most: 100, period: HOUR };
/// Wrong one-time codes when signing in to one account, from anywhere. A caller that sends one has the right password.
pub const CODE: Throttle = Throttle { name: "sign-in/code", most: 20, period: HOUR };
/// Wrong passwords and codes within one session. Counted per session, so that a stolen session blocks only itself.
pub const STEP_UP: Throttle = Throttle { name: "session/step-up", most: 10, period: HOUR };

/// Passwords compared in a second by all instances together, for accounts that have not signed in from the caller's address before. Each
/// comparison takes about a tenth of a second of a processor, so a flood would slow down everything else.
const COMPARED: Throttle =
    Throttle { name: "sign-in/compared", most: 10, period: SignedDuration::from_secs(1) };
/// How many of [`COMPARED`] one block of addresses has. Whoever holds a whole block cannot use up what the others have.
const COMPARED_BLOCK: Throttle =
    Throttle { name: "sign-in/compared-block", most: 3, period: SignedDuration::from_secs(1) };
/// The same for accounts that have: a flood from elsewhere does not keep them out.
const COMPARED_KNOWN: Throttle =
    Throttle { name: "sign-in/compared-known", most: 10, period: SignedDuration::from_secs(1) };
/// The same for callers who show a session or a one-time token: passwords that a session asks for again, and new passwords, which are
/// hashed with the same work. Many sessions together would otherwise be a flood as well.
pub const COMPARED_HELD: Throttle =
    Throttle { name: "sign-in/compared-held", most: 10, period: SignedDuration::from_secs(1) };

/// A counted attempt.
pub struct Counted {
    tries: Vec<Try>,
    /// Whether its address has failed so often that it is about no account any more.
    is_blocked: bool,
    refused_until: Option<Timestamp>,
    /// Set if the account or the address is over its limit.
    crowded_until: Option<Timestamp>,
    /// Whether the account has signed in from the address before.
    is_known: bool,
    /// What its computation counts towards.
    compared: &'static Throttle,
    /// The block of addresses that its computation counts towards as well.
    block: Option<String>,
}

impl Counted {
    /// Counts an attempt to sign in before anything is compared, so that racing attempts cannot exceed the limits. The
    /// counters are the same whether or not anybody has the email address. An address that is
    /// over [`ADDRESS_MOST`] is counted, but no longer its attempts at accounts.
    pub async fn sign_in(
        services: &Services,
        caller: &Caller,
        account: &str,
        credentials: Option<&Credentials>,
    ) -> Result<Self, Problem> {
        let here = caller.address.map(place).unwrap_or_default();
        let address = services.journal.count_try(&ADDRESS, &[&here]).await?;
        if address.count > ADDRESS_MOST {
            let refused_until = Some(address.until);
            return Ok(Self { refused_until, is_blocked: true, ..Self::of(address) });
        }
        let (pair, account) = try_join(
            services.journal.count_try(&PAIR, &[account, &here]),
            services.journal.count_try(&ACCOUNT, &[account]),
        )
        .await?;
        let is_known = credentials.is_some_and(|credentials| credentials.places.contains(&here));
        let refused_until = (!pair.allowed).then_some(pair.until);
        let crowded = [&address, &account].into_iter().filter(|each| !each.allowed);
        let crowded_until = crowded.map(|each| each.until).max();
        let tries = vec![address, pair, account];
        let compared = if is_known { &COMPARED_KNOWN } else { &COMPARED };
        let block = caller.address.filter(|_| !is_known).map(block);
        Ok(Self { tries, is_blocked: false, refused_until, crowded_until, is_known, compared, block })
    }

    /// Counts a one-time code at sign-in.
    pub async fn code(services: &Services, account: &str) -> Result<Self, Problem> {
        Ok(Self::of(services.journal.count_try(&CODE, &[account]).await?))
    }

    /// Counts a password or a code that a session requires again.
    pub async fn step_up(services: &Services, session: &SessionId) -> Result<Self, Problem> {
        Ok(Self::of(services.journal.count_try(&STEP_UP, &[session.as_str()]).await?))
    }

    fn of(one: Try) -> Self {
        let refused_until = (!one.allowed).then_some(one.until);
        Self {
            tries: vec![one],
            is_blocked: false,
            refused_until,
            crowded_until: None,
            is_known: false,
            compared: &COMPARED_HELD,
            block: None,
        }
    }

    /// Whom a refusal is counted for: the account, or the address alone once it has failed too often at any.
    pub fn subject<'a>(&self, account: &'a Account) -> Option<&'a Account> {
        Some(account).filter(|_| !self.is_blocked)
    }

    /// Continues, or says when to try again.
    ///
    /// # Errors
    /// 429 with `Retry-After`.
    pub fn require_room(&self, now: Timestamp) -> Result<(), Problem> {
        self.refused_until.map_or(Ok(()), |until| Err(too_many(until, now)))
    }

    /// A share of the computations of this second. A refused attempt is not counted as one: nothing was compared.
    ///
    /// # Errors
    /// 429 with `Retry-After` when as many passwords are being compared as the deployment allows, altogether or for the block of addresses.
    pub async fn require_capacity(&self, services: &Services) -> Result<(), Problem> {
        let capacity = self.within_capacity(services).await;
        if capacity.is_err() {
            self.give_back(services).await?;
        }
        capacity
    }

    /// The block first: what is refused there takes nothing from the others.
    async fn within_capacity(&self, services: &Services) -> Result<(), Problem> {
        if let Some(block) = &self.block {
            within_capacity(services, &COMPARED_BLOCK, &[block]).await?;
        }
        within_capacity(services, self.compared, &[]).await
    }

    /// The second gate, after the password was compared: while the account or the address is over its limit, only a
    /// correct password from a known address passes. Both failures look alike.
    ///
    /// # Errors
    /// 429 with `Retry-After`.
    pub fn require_quiet(&self, now: Timestamp, is_right: bool) -> Result<(), Problem> {
        match self.crowded_until {
            Some(until) if !(self.is_known && is_right) => Err(too_many(until, now)),
            _ => Ok(()),
        }
    }

    /// Takes back the count of a successful attempt.
    pub async fn give_back(&self, services: &Services) -> Result<(), Problem> {
        try_join_all(self.tries.iter().map(|each| services.journal.give_back(each))).await?;
        Ok(())
    }
}

/// A share of the computations of this second, for the new password of a caller who shows a one-time token.
///
/// # Errors
/// 429 with `Retry-After`.
pub async fn require_capacity_to_hash(services: &Services) -> Result<(), Problem> {
    within_capacity(services, &COMPARED_HELD, &[]).await
}

async fn within_capacity(services: &Services, throttle: &Throttle, subject: &[&str]) -> Result<(), Problem> {
    if services.journal.count_try(throttle, subject).await?.allowed {
        return Ok(());
    }
    Err(Problem::too_many_requests("too many passwords are being checked at this moment; try again", 1))
}

fn too_many(until: Timestamp, now: Timestamp) -> Problem {
    let detail = "too many attempts to sign in have failed; try again later";
    Problem::over_limit(Code::TooManyRequests, detail, until, now)
}
