//! Override codes: an administrator reads a computer's code of the day to somebody at that computer, which checks it without
//! a connection.
//!
//! A code is a one-time code in the form of RFC 6238: HMAC-SHA-256 under the key that the computer got when it
//! enrolled, a period of a UTC day, eight digits.

use std::io::{Read, Seek, Write};
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use subtle::{Choice, ConstantTimeEq};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::{AgentError, private_file};

const DIGITS: u8 = 8;
const DAY: u64 = 24 * 60 * 60;
const HOUR: i64 = 60 * 60;
/// How far the computer's clock may be off at midnight.
const CLOCKS_DIFFER_BY: SignedDuration = SignedDuration::from_mins(5);
/// The attempts in an hour. Somebody who tries all the time guesses a code of the day with a chance of 1 in 400,000.
const ATTEMPTS_AN_HOUR: u32 = 10;
/// How the name of the file of attempts ends.
const ENDING: &str = ".attempts";

/// The key under which a computer checks override codes.
pub struct OverrideKey(Totp);

impl std::fmt::Debug for OverrideKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("OverrideKey(…)")
    }
}

impl OverrideKey {
    /// The key as the server gave it, in base32.
    ///
    /// # Errors
    /// When it is something else, or shorter than 128 bits.
    pub fn parse(text: &str) -> Result<Self, AgentError> {
        let secret = Secret::try_from_base32(text).map_err(|_| AgentError::OverrideKey)?;
        let builder =
            Builder::new().with_algorithm(Algorithm::SHA256).with_digits(DIGITS).with_secret(secret);
        let code =
            builder.with_step_duration(DAY).with_skew(0).build().map_err(|_| AgentError::OverrideKey)?;
        Ok(Self(code))
    }

    /// The code of a day.
    #[must_use]
    pub fn code(&self, at: Timestamp) -> String {
        self.0.generate(u64::try_from(at.as_second()).unwrap_or(0)).to_string()
    }

    /// Whether it is the code of this day, or, within five minutes of midnight (UTC), of the neighbouring one. Spaces and
    /// hyphens do not count. How long this takes says nothing about the right code.
    #[must_use]
    pub fn accepts(&self, code: &str, at: Timestamp) -> bool {
        let code: String = code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let days = [Some(at), at.checked_sub(CLOCKS_DIFFER_BY).ok(), at.checked_add(CLOCKS_DIFFER_BY).ok()];
        let right = days.into_iter().flatten().map(|day| self.code(day).as_bytes().ct_eq(code.as_bytes()));
        right.fold(Choice::from(0), |one, other| one | other).into()
    }
}

/// The attempts of this hour, in a file beside the state.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Attempts {
    /// Hours since 1970.
    hour: i64,
    made: u32,
}

/// Counts an attempt at a code before it is checked, so that ending the program early saves none.
///
/// # Errors
/// When there have been ten in this hour, or the file beside `state` cannot be written.
pub fn count_attempt(state: &Path, now: Timestamp) -> Result<(), AgentError> {
    let path = private_file::beside(state, ENDING);
    let unusable =
        |cause: std::io::Error| AgentError::State { path: path.clone(), reason: cause.to_string() };
    let mut file = private_file::open(&path).map_err(unusable)?;
    // Two attempts at once count as two.
    file.lock().map_err(unusable)?;
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(unusable)?;
    let hour = now.as_second().div_euclid(HOUR);
    let known: Attempts = serde_json::from_str(&text).unwrap_or_default();
    let made = if known.hour == hour { known.made } else { 0 };
    if made >= ATTEMPTS_AN_HOUR {
        let until = Timestamp::from_second((hour + 1) * HOUR).unwrap_or(Timestamp::MAX);
        return Err(AgentError::TooManyAttempts { until });
    }
    let text = serde_json::to_vec(&Attempts { hour, made: made + 1 }).map_err(std::io::Error::from);
    let text = text.map_err(unusable)?;
    let written = file.rewind().and_then(|()| file.set_len(0)).and_then(|()| file.write_all(&text));
    written.and_then(|()| file.sync_all()).map_err(unusable)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seed of RFC 6238, appendix B, for SHA-256: "12345678901234567890123456789012".
    const SEED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA";

    fn key() -> OverrideKey {
        OverrideKey::parse(SEED).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_code_is_that_of_rfc_6238_with_the_day_as_its_period() {
        // Of the vectors of RFC 6238, appendix B, the first has the counter 1 (59 s / 30 s), as has the second day of 1970.
        assert_eq!(key().code(at("1970-01-02T12:00:00Z")), "46119246");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for bad in ["", "not a key!", "AAAA"] {
            assert!(matches!(OverrideKey::parse(bad), Err(AgentError::OverrideKey)), "{bad}");
        }
    }

    #[test]
    fn a_code_counts_on_its_day_and_five_minutes_around_it() {
        let code = key().code(at("2026-11-27T12:00:00Z"));
        for (time, counts) in [
            ("2026-11-26T23:54:59Z", false),
            ("2026-11-26T23:55:00Z", true),
            ("2026-11-27T00:00:00Z", true),
            ("2026-11-27T23:59:59Z", true),
            ("2026-11-28T00:04:59Z", true),
            ("2026-11-28T00:05:00Z", false),
        ] {
            assert_eq!(key().accepts(&code, at(time)), counts, "{time}");
        }
    }

    #[test]
    fn a_code_may_be_typed_in_groups_but_not_be_longer_or_shorter() {
        let noon = at("2026-11-27T12:00:00Z");
        let code = key().code(noon);
        let (front, back) = code.split_at(4);
        assert!(key().accepts(&format!(" {front}-{back} "), noon));
        for wrong in [front.to_owned(), format!("{code}0"), String::new(), format!("+{code}")] {
            assert!(!key().accepts(&wrong, noon), "{wrong}");
        }
    }

    #[test]
    fn the_eleventh_attempt_of_an_hour_is_refused_and_the_next_hour_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state.json");
        for _ in 0..ATTEMPTS_AN_HOUR {
            count_attempt(&state, at("2026-11-27T12:00:00Z")).unwrap();
        }
        let refused = count_attempt(&state, at("2026-11-27T12:59:59Z")).unwrap_err();
        let AgentError::TooManyAttempts { until } = refused else { panic!("{refused}") };
        assert_eq!(until, at("2026-11-27T13:00:00Z"));
        count_attempt(&state, at("2026-11-27T13:00:00Z")).unwrap();
    }

    #[test]
    fn a_damaged_file_of_attempts_begins_anew_and_one_that_cannot_be_written_refuses() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state.json");
        std::fs::write(private_file::beside(&state, ENDING), "{").unwrap();
        count_attempt(&state, at("2026-11-27T12:00:00Z")).unwrap();
        assert!(count_attempt(Path::new("/nowhere/state.json"), at("2026-11-27T12:00:00Z")).is_err());
    }
}
