//! Slowing down whoever guesses, without locking out whom they guess about: an administrator at an address they have signed
//! in from is slowed down only by what is tried from there.
use std::net::{IpAddr, Ipv6Addr};

use countersign_http::{Caller, Problem, Services};
use countersign_model::Credentials;
use countersign_store::keys;
use countersign_store::throttle::{Throttle, Try};
use futures::future::try_join_all;
use jiff::{SignedDuration, Timestamp};

const TEN_MINUTES: SignedDuration = SignedDuration::from_mins(10);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Failures for one account from one address.
const PAIR: Throttle = Throttle { name: "sign-in/account-and-address", most: 10, period: TEN_MINUTES };
/// Failures from one address, at accounts that never signed in from there.
const ADDRESS: Throttle = Throttle { name: "sign-in/address", most: 30, period: TEN_MINUTES };
/// Failures for one account, from addresses it never signed in from.
pub const ACCOUNT: Throttle = Throttle { name: "sign-in/account", most: 100, period: HOUR };
/// Wrong one-time codes for one account, from anywhere: whoever gets there has the password.
pub const CODE: Throttle = Throttle { name: "sign-in/code", most: 20, period: HOUR };

/// A network behind which one client may have any address: the address itself, or the /64 of an IPv6 one. As a digest.
pub fn place(address: IpAddr) -> String {
    let network = match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).to_string(),
    };
    keys::digest(&["place", &network])
}

/// A try to sign in that was counted.
pub struct Counted {
    tries: Vec<Try>,
    /// Whether it goes too far, and is the first in its period that does.
    pub first_refused: bool,
    refused_until: Option<Timestamp>,
}

impl Counted {
    /// Counts a try before anything is compared, so that racing ones cannot go beyond the limits.
    pub async fn new(
        services: &Services,
        caller: &Caller,
        account: &str,
        credentials: Option<&Credentials>,
    ) -> Result<Self, Problem> {
        let here = caller.address.map(place).unwrap_or_default();
        let is_known = credentials.is_some_and(|credentials| credentials.places.contains(&here));
        let pair = [account, &here];
        let (one, other) = ([here.as_str()], [account]);
        let mut counts: Vec<(&Throttle, &[&str])> = vec![(&PAIR, &pair)];
        if !is_known {
            counts.extend([(&ADDRESS, &one[..]), (&ACCOUNT, &other[..])]);
        }
        let counts =
            counts.into_iter().map(|(throttle, subject)| services.store.count_try(throttle, subject));
        Ok(Self::of(try_join_all(counts).await?))
    }

    /// Counts a one-time code.
    pub async fn code(services: &Services, account: &str) -> Result<Self, Problem> {
        Ok(Self::of(vec![services.store.count_try(&CODE, &[account]).await?]))
    }

    fn of(tries: Vec<Try>) -> Self {
        let refused = tries.iter().filter(|each| !each.allowed);
        let refused_until = refused.map(|each| each.until).max();
        let first_refused = tries.iter().any(|each| each.first_refused);
        Self { tries, first_refused, refused_until }
    }

    /// Goes on, or says when to come again.
    ///
    /// # Errors
    /// 429 with `Retry-After`.
    pub fn require_room(&self, now: Timestamp) -> Result<(), Problem> {
        let Some(until) = self.refused_until else { return Ok(()) };
        let seconds = until.duration_since(now).as_secs().max(1);
        Err(Problem::too_many_requests(
            "too many attempts to sign in have failed; try again later",
            u32::try_from(seconds).unwrap_or(u32::MAX),
        ))
    }

    /// What succeeded is nothing to slow down.
    pub async fn give_back(&self, services: &Services) -> Result<(), Problem> {
        try_join_all(self.tries.iter().map(|each| services.store.give_back(each))).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_of_one_client_are_one_place() {
        let of = |text: &str| place(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
