//! Override codes: a computer's agent checks them without a connection, under a key that it was given once.
//!
//! A code is a TOTP (RFC 6238): HMAC-SHA-256, eight digits, a period of one day that begins at midnight UTC.
use std::fmt;

use countersign_kv::Random;
use countersign_model::computer::override_key::SealedOverrideKey;
use countersign_model::{Computer, ComputerId};
use jiff::{SignedDuration, Timestamp};
use totp_rs::{Algorithm, Builder, Secret};

use crate::secrets::SecretKeys;

/// As long as the digest of the HMAC, as RFC 6238 recommends.
const KEY_BYTES: usize = 32;
const DIGITS: u8 = 8;
const DAY: SignedDuration = SignedDuration::from_hours(24);
const PURPOSE: &str = "override codes";

/// The key of a computer's override codes. It is never shown, not even by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct OverrideKey([u8; KEY_BYTES]);

impl fmt::Debug for OverrideKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OverrideKey(…)")
    }
}

/// The code of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverrideCode {
    /// Eight digits.
    pub code: String,
    /// When the day begins.
    pub valid_from: Timestamp,
    /// When it ends.
    pub valid_until: Timestamp,
}

impl OverrideKey {
    /// A random key.
    #[must_use]
    pub fn new(random: &dyn Random) -> Self {
        let mut key = [0; KEY_BYTES];
        random.bytes(&mut key);
        Self(key)
    }

    /// A new computer with a key, or with none if the deployment has no `secret_key`.
    #[must_use]
    pub fn equip(computer: Computer, keys: &SecretKeys, random: &dyn Random) -> Computer {
        match Self::new(random).seal(keys, &computer.id, random) {
            Some(sealed) => computer.with_override_key(sealed),
            None => computer,
        }
    }

    /// The key of a computer as its agent gets it. `None` if it has none, or one that cannot be read any more.
    #[must_use]
    pub fn text_of(keys: &SecretKeys, computer: &Computer) -> Option<String> {
        let sealed = computer.override_key.as_ref()?;
        Self::open(keys, &computer.id, sealed).map(|key| key.text())
    }

    /// Encrypted for its computer. `None` without a `secret_key`.
    #[must_use]
    pub fn seal(
        &self,
        keys: &SecretKeys,
        owner: &ComputerId,
        random: &dyn Random,
    ) -> Option<SealedOverrideKey> {
        keys.seal(PURPOSE, owner.as_str(), &self.0, random).map(SealedOverrideKey::new)
    }

    /// `None` if the key belongs to another computer, or was sealed under a `secret_key` that is gone.
    #[must_use]
    pub fn open(keys: &SecretKeys, owner: &ComputerId, sealed: &SealedOverrideKey) -> Option<Self> {
        let bytes = keys.open(PURPOSE, owner.as_str(), sealed.as_str())?;
        bytes.try_into().ok().map(Self)
    }

    /// The key as its agent gets it: base32 (RFC 4648) without padding, as authenticators take it.
    #[must_use]
    pub fn text(&self) -> String {
        Secret::from(self.0).to_base32()
    }

    /// The code of the day of a moment. `None` before 1970.
    #[must_use]
    pub fn code_at(&self, now: Timestamp) -> Option<OverrideCode> {
        let day = now.as_second().div_euclid(DAY.as_secs());
        let valid_from = Timestamp::from_second(day.checked_mul(DAY.as_secs())?).ok()?;
        let totp = Builder::new()
            .with_algorithm(Algorithm::SHA256)
            .with_digits(DIGITS)
            .with_skew(0)
            .with_step_duration(DAY.as_secs().try_into().ok()?)
            .with_secret(self.0)
            .build_noncompliant();
        let code = totp.generate(now.as_second().try_into().ok()?).to_string();
        let valid_until = valid_from.saturating_add(DAY).ok()?;
        Some(OverrideCode { code, valid_from, valid_until })
    }
}

#[cfg(test)]
mod tests {
    use countersign_kv::memory::TestRandom;
    use ulid::Ulid;

    use super::*;

    /// The key of the test vectors of RFC 6238, appendix B, for SHA-256.
    const RFC_KEY: [u8; KEY_BYTES] = *b"12345678901234567890123456789012";

    fn computer(number: u128) -> ComputerId {
        ComputerId::from_ulid(Ulid::from(number))
    }

    #[test]
    fn a_code_is_that_of_rfc_6238_with_a_day_for_a_period() {
        // The vector for 59 s is that of the first step after the epoch; here a step is a day.
        let begin = Timestamp::from_second(DAY.as_secs()).unwrap();
        for now in [begin, begin + DAY - SignedDuration::from_secs(1)] {
            let found = OverrideKey(RFC_KEY).code_at(now).unwrap();
            let (valid_from, valid_until) = (begin, begin + DAY);
            assert_eq!(found, OverrideCode { code: "46119246".to_owned(), valid_from, valid_until });
        }
        let key = OverrideKey::new(&TestRandom::new(1));
        let now: Timestamp = "2026-03-01T23:59:59Z".parse().unwrap();
        let today = key.code_at(now).unwrap();
        assert_eq!(today.valid_until.to_string(), "2026-03-02T00:00:00Z");
        assert_ne!(key.code_at(today.valid_until).unwrap().code, today.code);
        assert_ne!(OverrideKey::new(&TestRandom::new(2)).code_at(now).unwrap().code, today.code);
    }

    #[test]
    fn a_key_opens_only_for_its_computer_and_under_its_secret_key() {
        let (keys, random) = (SecretKeys::parse("a key"), TestRandom::new(1));
        let key = OverrideKey::new(&random);
        let sealed = key.seal(&keys, &computer(1), &random).unwrap();
        assert_eq!(OverrideKey::open(&keys, &computer(1), &sealed), Some(key.clone()));
        assert_eq!(OverrideKey::open(&keys, &computer(2), &sealed), None);
        assert_eq!(OverrideKey::open(&SecretKeys::parse("another"), &computer(1), &sealed), None);
        assert_eq!(key.seal(&SecretKeys::parse(""), &computer(1), &random), None);
        assert_eq!(sealed.id().len(), 8);
        assert!(!key.text().contains('=') && key.text().len() == 52, "{}", key.text());
        assert!(!format!("{key:?}").contains(&key.text()));
    }
}
