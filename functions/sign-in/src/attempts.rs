//! Throttles guessing without locking out the account's owner: an administrator at an address from which they have
//! signed in before is slowed down only by attempts from that address.

use countersign_http::{Caller, Code, Problem, Services};
pub use countersign_http::{block, place};
use countersign_model::SessionId;
use countersign_store::throttle::{Throttle, Try};
use futures::future::{try_join_all, try_join4};
use jiff::{SignedDuration, Timestamp};

use crate::account::Account;
use crate::capacity::{BLOCK, Pools};

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
    pools: Pools,
}

impl Counted {
    /// Counts an attempt to sign in before anything is compared, so that racing attempts cannot exceed the limits. The
    /// counters are the same whether or not anybody has the email address. The attempts of an address that is
    /// over [`ADDRESS_MOST`] are no longer counted here.
    pub async fn sign_in(
        services: &Services,
        caller: &Caller,
        account: &Account,
        pools: Pools,
    ) -> Result<Self, Problem> {
        let here = caller.address.map(place).unwrap_or_default();
        let most = Throttle { most: ADDRESS_MOST, ..ADDRESS };
        let refused_until = services.journal.full_until(&most, &[&here], 1).await?;
        let is_known = account.is_known_at(&here);
        let mut counted =
            Self { tries: Vec::new(), is_blocked: true, refused_until, crowded_until: None, is_known, pools };
        if refused_until.is_some() {
            return Ok(counted);
        }
        let count = |throttle, subject: Vec<String>| async move {
            let subject: Vec<&str> = subject.iter().map(String::as_str).collect();
            services.journal.count_try(throttle, &subject).await
        };
        let name = &account.name;
        let of_block = async {
            if is_known {
                return Ok(None);
            }
            count(&BLOCK, vec![caller.address.map(block).unwrap_or_default()]).await.map(Some)
        };
        let (address, pair, account, block) = try_join4(
            count(&ADDRESS, vec![here.clone()]),
            count(&PAIR, vec![name.clone(), here]),
            count(&ACCOUNT, vec![name.clone()]),
            of_block,
        )
        .await?;
        // Racing attempts may all have found room before.
        counted.is_blocked = address.count > ADDRESS_MOST;
        counted.refused_until =
            [(!pair.allowed).then_some(pair.until), counted.is_blocked.then_some(address.until)]
                .into_iter()
                .flatten()
                .max();
        let crowded = [&address, &account].into_iter().filter(|each| !each.allowed);
        counted.crowded_until = crowded.map(|each| each.until).max();
        if block.as_ref().is_some_and(|block| !block.allowed) {
            counted.pools = Pools::COMMON;
        }
        counted.tries = [address, pair, account].into_iter().chain(block).collect();
        Ok(counted)
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
            pools: Pools::HELD,
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

    /// Takes a share of this second for some comparisons. An attempt that gets none is not counted: nothing was compared.
    ///
    /// # Errors
    /// 429 with `Retry-After` when as many passwords are being compared as the deployment allows.
    pub async fn require_capacity(&self, services: &Services, comparisons: u64) -> Result<(), Problem> {
        let capacity = self.pools.take(services, comparisons).await;
        if capacity.is_err() {
            self.give_back(services).await?;
        }
        capacity
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

/// Limits on calls that nobody in particular makes.
pub struct Strangers {
    /// Calls from one client address.
    pub client: Throttle,
    /// Calls from one block of addresses that do not count towards `all`, so that a flood from elsewhere does not keep out its people.
    pub block: Throttle,
    /// All others.
    pub all: Throttle,
}

impl Strangers {
    /// Counts a call, unless it is over a limit.
    ///
    /// # Errors
    /// 429 with `Retry-After` and these words.
    pub async fn count(&self, services: &Services, caller: &Caller, detail: &str) -> Result<(), Problem> {
        let here = caller.address.map(place).unwrap_or_default();
        let block = caller.address.map(block).unwrap_or_default();
        let (client, block): (&[&str], &[&str]) = (&[&here], &[&block]);
        if services.journal.count_all(&[(self.client, client), (self.block, block)], 1).await?.is_ok() {
            return Ok(());
        }
        let counted = services.journal.count_all(&[(self.client, client), (self.all, &[])], 1).await?;
        let refused = |until| Problem::over_limit(Code::TooManyRequests, detail, until, caller.now);
        counted.map(drop).map_err(refused)
    }
}

fn too_many(until: Timestamp, now: Timestamp) -> Problem {
    let detail = "too many attempts to sign in have failed; try again later";
    Problem::over_limit(Code::TooManyRequests, detail, until, now)
}
