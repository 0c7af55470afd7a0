//! The limits of one computer: constants with their defaults, which the application variable `computer_limits` changes.

use countersign_http::{Problem, Services};
use countersign_kv::log;
use countersign_store::throttle::Throttle;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
const MIB: u64 = 1024 * 1024;

/// The variable: `name=number` pairs separated by commas or spaces, with the names of the fields of [`Limits`]; or
/// `off`.
const VARIABLE: &str = "computer_limits";
/// A computer with fewer new requests than these in the last minute and day, and with fewer known requests, is not
/// counted: its submissions cost no further write. No limit is below them.
pub const FREE_PER_MINUTE: usize = 2;
pub const FREE_PER_DAY: usize = 20;
pub const FREE_LISTED: usize = 50;
/// The most open requests that can be set: their ids are one value of the store.
const OPEN_MOST: u64 = 1_000;

/// What one computer may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// New requests per minute.
    pub requests_per_minute: u64,
    /// New requests per day (UTC).
    pub requests_per_day: u64,
    /// Pending requests.
    pub open_requests: u64,
    /// Bytes of attachments sent per day (UTC), in MiB.
    pub attachment_mib_per_day: u64,
    /// Bytes of attachments in the store, in MiB.
    pub attachment_mib: u64,
}

impl Limits {
    /// Far more than a person at a computer asks for, and little enough for those who read it.
    pub const DEFAULT: Self = Self {
        requests_per_minute: 30,
        requests_per_day: 500,
        open_requests: 100,
        attachment_mib_per_day: 2 * 1024,
        attachment_mib: 8 * 1024,
    };

    /// The deployment's limits; `None` if they are switched off.
    ///
    /// # Errors
    /// If the provider of variables fails.
    pub async fn of(services: &Services) -> Result<Option<Self>, Problem> {
        Ok(Self::read(&services.settings.get(VARIABLE).await?))
    }

    /// A malformed or unknown entry is left out, and logged.
    fn read(text: &str) -> Option<Self> {
        let mut limits = Self::DEFAULT;
        for entry in text.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty()) {
            if entry == "off" {
                return None;
            }
            if limits.set(entry).is_none() {
                log::line("an entry of the variable computer_limits is not valid", &[("entry", &entry)]);
            }
        }
        Some(limits)
    }

    fn set(&mut self, entry: &str) -> Option<()> {
        let (name, number) = entry.split_once('=')?;
        let number: u64 = number.parse().ok()?;
        let free = |free: usize| number.max(free as u64);
        match name {
            "requests_per_minute" => self.requests_per_minute = free(FREE_PER_MINUTE),
            "requests_per_day" => self.requests_per_day = free(FREE_PER_DAY),
            "open_requests" => self.open_requests = free(FREE_LISTED).min(OPEN_MOST),
            "attachment_mib_per_day" => self.attachment_mib_per_day = number,
            "attachment_mib" => self.attachment_mib = number,
            _ => return None,
        }
        Some(())
    }

    /// The throttle of new requests per minute.
    pub fn per_minute(&self) -> Throttle {
        Throttle { name: "computer/requests-per-minute", most: self.requests_per_minute, period: MINUTE }
    }

    /// The throttle of new requests per day.
    pub fn per_day(&self) -> Throttle {
        Throttle { name: "computer/requests-per-day", most: self.requests_per_day, period: DAY }
    }

    /// The throttle of bytes per day.
    pub fn bytes_per_day(&self) -> Throttle {
        let most = self.attachment_mib_per_day.saturating_mul(MIB);
        Throttle { name: "computer/attachment-bytes-per-day", most, period: DAY }
    }

    /// The most bytes in the store.
    pub fn kept_bytes(&self) -> u64 {
        self.attachment_mib.saturating_mul(MIB)
    }
}

/// 429 with `Retry-After` until a moment.
pub fn over(code: &str, detail: &str, until: Timestamp, now: Timestamp) -> Problem {
    let seconds = u32::try_from(until.duration_since(now).as_secs().max(1)).unwrap_or(u32::MAX);
    Problem::new(StatusCode::TOO_MANY_REQUESTS, code, detail).with_retry_after(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_changes_what_it_names_and_a_malformed_entry_changes_nothing() {
        assert_eq!(Limits::read(""), Some(Limits::DEFAULT));
        assert_eq!(Limits::read("off"), None);
        let text =
            "requests_per_day=700, attachment_mib=1 open_requests=5000 nonsense requests_per_minute=-1";
        let read =
            Limits { requests_per_day: 700, attachment_mib: 1, open_requests: 1_000, ..Limits::DEFAULT };
        assert_eq!(Limits::read(text), Some(read));
    }

    #[test]
    fn no_limit_is_below_what_is_not_counted() {
        let read = Limits::read("requests_per_minute=0 requests_per_day=0 open_requests=0").unwrap();
        assert_eq!((read.requests_per_minute, read.requests_per_day, read.open_requests), (2, 20, 50));
    }
}
