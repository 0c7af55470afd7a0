//! The limits of one computer, and of all computers that enrolled with one key: defaults, which the application variable
//! `computer_limits` changes.

use countersign_http::functions::WrongSetting;
use countersign_http::{Problem, Services};
use countersign_journal::Journal;
use countersign_kv::log;
use countersign_model::Computer;
use countersign_model::request::{ATTACHMENT_LEAST, ATTACHMENT_MAX, ATTACHMENT_MOST};
use countersign_model::text::several;
use countersign_store::KeptBytes;
use countersign_store::throttle::{Throttle, Try};
use jiff::{SignedDuration, Timestamp};

pub const MINUTE: SignedDuration = SignedDuration::from_mins(1);
pub const DAY: SignedDuration = SignedDuration::from_hours(24);
const MIB: u64 = 1024 * 1024;

/// The variable: `name=number` pairs separated by commas or spaces, with the names of the fields of [`Limits`]; or
/// `off`.
const VARIABLE: &str = "computer_limits";
/// A computer with fewer new requests than these in the last minute and day, and with fewer known requests, is not
/// counted: its submissions cost no further write. No limit is below them.
pub const FREE_PER_MINUTE: usize = 2;
pub const FREE_PER_DAY: usize = 20;
pub const FREE_LISTED: usize = 50;
/// The same for the computers of one enrollment key together: with fewer requests in a week than these, they have room.
pub const FREE_OF_KEY: u64 = 1_000;
/// The most open requests that can be set: their ids are one value of the store.
const OPEN_MOST: u64 = 1_000;

/// The variable with the most bytes of a copy of a file.
const LARGEST_COPY: &str = "attachment_max_bytes";

/// The most bytes of a copy of a file that this deployment stores.
///
/// # Errors
/// If the provider of variables fails.
pub async fn largest_copy(services: &Services) -> Result<u64, Problem> {
    let text = services.settings.get(LARGEST_COPY).await?;
    Ok(bytes_of(&text).map_or_else(
        || {
            log::line("the variable attachment_max_bytes is not a number of bytes", &[("value", &text)]);
            ATTACHMENT_MAX
        },
        |bytes| bytes.clamp(ATTACHMENT_LEAST, ATTACHMENT_MOST),
    ))
}

/// The number of bytes that a variable sets; `None` if it is no number.
fn bytes_of(text: &str) -> Option<u64> {
    let text = text.trim();
    if text.is_empty() { Some(ATTACHMENT_MAX) } else { text.parse().ok() }
}

/// What is wrong with the variables about limits.
///
/// # Errors
/// If the provider of variables fails.
pub async fn wrong_settings(services: &Services) -> Result<Vec<WrongSetting>, Problem> {
    let mut wrong = Vec::new();
    let text = services.settings.get(LARGEST_COPY).await?;
    let range = format!("{ATTACHMENT_LEAST} to {ATTACHMENT_MOST} bytes are possible");
    match bytes_of(&text) {
        None => wrong.push(WrongSetting::new(
            format!("`{LARGEST_COPY}` is not a number of bytes, so that {ATTACHMENT_MAX} counts"),
            format!("set it to a number; {range}"),
        )),
        Some(bytes) if !(ATTACHMENT_LEAST..=ATTACHMENT_MOST).contains(&bytes) => {
            let counts = bytes.clamp(ATTACHMENT_LEAST, ATTACHMENT_MOST);
            let what = format!("`{LARGEST_COPY}` is {bytes}, but {counts} counts");
            wrong.push(WrongSetting::new(what, format!("set it to what you want; {range}")));
        }
        Some(_) => {}
    }
    for entry in Limits::read(&services.settings.get(VARIABLE).await?).1 {
        wrong.push(WrongSetting::new(
            format!("`{entry}` in `{VARIABLE}` is no limit, so that it changes nothing"),
            "write NAME=NUMBER pairs, or `off`; README.md has the names",
        ));
    }
    Ok(wrong)
}

/// The same for a file of a size that is announced, if it is. No deployment refuses a small one, so that its limit is not
/// read: that would cost each request for permission one more call to the host.
///
/// # Errors
/// If the provider of variables fails.
pub async fn largest_copy_for(services: &Services, size: Option<u64>) -> Result<u64, Problem> {
    match size {
        Some(size) if size > ATTACHMENT_LEAST => largest_copy(services).await,
        _ => Ok(ATTACHMENT_MOST),
    }
}

/// What one computer may do, and what all computers that enrolled with one key may do together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// New requests per minute.
    pub requests_per_minute: u64,
    /// New requests per day (UTC).
    pub requests_per_day: u64,
    /// Changes of pending requests per minute: users who join, amend or withdraw. As many repetitions are counted.
    pub changes_per_minute: u64,
    /// The same per day (UTC), without those who withdraw.
    pub changes_per_day: u64,
    /// Pending requests.
    pub open_requests: u64,
    /// Bytes of attachments sent per day (UTC), in MiB.
    pub attachment_mib_per_day: u64,
    /// Bytes of attachments in the store, in MiB.
    pub attachment_mib: u64,
    /// New requests per minute of the computers of one enrollment key. Those of computers that are not counted
    /// themselves are not counted here either; the same is true for each day.
    pub key_requests_per_minute: u64,
    /// New requests per day of the computers of one enrollment key.
    pub key_requests_per_day: u64,
    /// Changes of pending requests per minute of the computers of one enrollment key.
    pub key_changes_per_minute: u64,
    /// The same per day.
    pub key_changes_per_day: u64,
    /// Pending requests of the computers of one enrollment key.
    pub key_open_requests: u64,
    /// Bytes of attachments per day of the computers of one enrollment key, in MiB.
    pub key_attachment_mib_per_day: u64,
    /// Bytes of attachments in the store of the computers of one enrollment key, in MiB.
    pub key_attachment_mib: u64,
}

impl Limits {
    /// For a computer: far more than a person there asks for, and little enough for those who read it; its changes are
    /// enough for a terminal server on which 64 users join four requests in the same minute. For a key: enough for 10,000
    /// computers, each with two open requests, fourteen requests in a week, twenty changes in a day beside those that are
    /// not counted, and 20 MiB of files that no other computer of the organization has sent. Usually they share their
    /// files and ask for less, so an honest fleet stays far below.
    pub const DEFAULT: Self = Self {
        requests_per_minute: 30,
        requests_per_day: 500,
        changes_per_minute: 300,
        changes_per_day: 5_000,
        open_requests: 100,
        attachment_mib_per_day: 2 * 1024,
        attachment_mib: 8 * 1024,
        key_requests_per_minute: 600,
        key_requests_per_day: 20_000,
        key_changes_per_minute: 6_000,
        key_changes_per_day: 200_000,
        key_open_requests: 20_000,
        key_attachment_mib_per_day: 50 * 1024,
        key_attachment_mib: 200 * 1024,
    };

    /// The deployment's limits; `None` if they are switched off.
    ///
    /// # Errors
    /// If the provider of variables fails.
    pub async fn of(services: &Services) -> Result<Option<Self>, Problem> {
        let text = services.settings.get(VARIABLE).await?;
        let (limits, wrong) = Self::read(&text);
        for entry in wrong {
            log::line("an entry of the variable computer_limits is not valid", &[("entry", &entry)]);
        }
        Ok(limits)
    }

    /// The limits of a text, and its malformed and unknown entries, which count for nothing.
    fn read(text: &str) -> (Option<Self>, Vec<&str>) {
        let (mut limits, mut wrong) = (Self::DEFAULT, Vec::new());
        for entry in several(text) {
            if entry == "off" {
                return (None, wrong);
            }
            if limits.set(entry).is_none() {
                wrong.push(entry);
            }
        }
        (Some(limits), wrong)
    }

    fn set(&mut self, entry: &str) -> Option<()> {
        let (name, number) = entry.split_once('=')?;
        let number: u64 = number.parse().ok()?;
        let free = |free: usize| number.max(free as u64);
        match name {
            "requests_per_minute" => self.requests_per_minute = free(FREE_PER_MINUTE),
            "requests_per_day" => self.requests_per_day = free(FREE_PER_DAY),
            "changes_per_minute" => self.changes_per_minute = number,
            "changes_per_day" => self.changes_per_day = number,
            "open_requests" => self.open_requests = free(FREE_LISTED).min(OPEN_MOST),
            "attachment_mib_per_day" => self.attachment_mib_per_day = number,
            "attachment_mib" => self.attachment_mib = number,
            "key_requests_per_minute" => self.key_requests_per_minute = number,
            "key_requests_per_day" => self.key_requests_per_day = number,
            "key_changes_per_minute" => self.key_changes_per_minute = number,
            "key_changes_per_day" => self.key_changes_per_day = number,
            "key_open_requests" => self.key_open_requests = number.max(FREE_OF_KEY),
            "key_attachment_mib_per_day" => self.key_attachment_mib_per_day = number,
            "key_attachment_mib" => self.key_attachment_mib = number,
            _ => return None,
        }
        Some(())
    }

    /// The throttles of new requests, with their subjects; the one that is reached first comes first.
    pub fn requests(&self, computer: &Computer) -> Vec<(Throttle, String)> {
        let of_computer = [
            throttle("computer/requests-per-minute", self.requests_per_minute, MINUTE),
            throttle("computer/requests-per-day", self.requests_per_day, DAY),
        ];
        let of_key = [
            throttle("enrollment-key/requests-per-minute", self.key_requests_per_minute, MINUTE),
            throttle("enrollment-key/requests-per-day", self.key_requests_per_day, DAY),
        ];
        of(computer, of_computer, of_key)
    }

    /// The same for changes of pending requests.
    pub fn changes(&self, computer: &Computer) -> Vec<(Throttle, String)> {
        let of_computer = [
            throttle("computer/changes-per-minute", self.changes_per_minute, MINUTE),
            throttle("computer/changes-per-day", self.changes_per_day, DAY),
        ];
        let of_key = [
            throttle("enrollment-key/changes-per-minute", self.key_changes_per_minute, MINUTE),
            throttle("enrollment-key/changes-per-day", self.key_changes_per_day, DAY),
        ];
        of(computer, of_computer, of_key)
    }

    /// The same for repetitions of pending requests.
    pub fn repetitions(&self, computer: &Computer) -> Vec<(Throttle, String)> {
        let of_computer = [
            throttle("computer/repetitions-per-minute", self.changes_per_minute, MINUTE),
            throttle("computer/repetitions-per-day", self.changes_per_day, DAY),
        ];
        let of_key = [
            throttle("enrollment-key/repetitions-per-minute", self.key_changes_per_minute, MINUTE),
            throttle("enrollment-key/repetitions-per-day", self.key_changes_per_day, DAY),
        ];
        of(computer, of_computer, of_key)
    }

    /// The throttles of bytes per day, with their subjects.
    pub fn bytes(&self, computer: &Computer) -> Vec<(Throttle, String)> {
        let bytes = |mib: u64| mib.saturating_mul(MIB);
        let of_computer =
            throttle("computer/attachment-bytes-per-day", bytes(self.attachment_mib_per_day), DAY);
        let of_key =
            throttle("enrollment-key/attachment-bytes-per-day", bytes(self.key_attachment_mib_per_day), DAY);
        of(computer, [of_computer], [of_key])
    }

    /// The most bytes in the store.
    pub fn kept_bytes(&self) -> KeptBytes {
        KeptBytes {
            computer: self.attachment_mib.saturating_mul(MIB),
            key: self.key_attachment_mib.saturating_mul(MIB),
        }
    }

    /// The most requests in a week of the computers of one enrollment key, those included that are not counted one by
    /// one.
    pub fn key_requests_per_week(&self) -> u64 {
        self.key_requests_per_day.saturating_mul(7).max(FREE_OF_KEY)
    }
}

const fn throttle(name: &'static str, most: u64, period: SignedDuration) -> Throttle {
    Throttle { name, most, period }
}

/// Throttles with their subjects: a computer and, if it is known, its enrollment key.
fn of<const N: usize>(
    computer: &Computer,
    of_computer: [Throttle; N],
    of_key: [Throttle; N],
) -> Vec<(Throttle, String)> {
    let own = of_computer.map(|throttle| (throttle, computer.id.to_string()));
    let key = computer.enrollment_key_id.iter().flat_map(|key| of_key.map(|of| (of, key.to_string())));
    own.into_iter().chain(key).collect()
}

/// Counts something of a weight for each of these throttles. If one has no room, nothing stays counted, and the moment is
/// returned when all have room again.
pub async fn count(
    journal: &Journal,
    throttles: &[(Throttle, String)],
    weight: u64,
) -> Result<Result<Vec<Try>, Timestamp>, Problem> {
    let subjects: Vec<[&str; 1]> = throttles.iter().map(|(_, subject)| [subject.as_str()]).collect();
    let limits =
        throttles.iter().zip(&subjects).map(|((throttle, _), subject)| (*throttle, subject.as_slice()));
    let limits: Vec<(Throttle, &[&str])> = limits.collect();
    Ok(journal.count_all(&limits, weight).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_changes_what_it_names_and_a_malformed_entry_changes_nothing() {
        assert_eq!(Limits::read(""), (Some(Limits::DEFAULT), vec![]));
        assert_eq!(Limits::read("off"), (None, vec![]));
        let text =
            "requests_per_day=700, attachment_mib=1 open_requests=5000 nonsense requests_per_minute=-1";
        let read =
            Limits { requests_per_day: 700, attachment_mib: 1, open_requests: 1_000, ..Limits::DEFAULT };
        assert_eq!(Limits::read(text), (Some(read), vec!["nonsense", "requests_per_minute=-1"]));
    }

    #[test]
    fn no_limit_is_below_what_is_not_counted() {
        let text = "requests_per_minute=0 requests_per_day=0 open_requests=0 key_requests_per_day=0 key_open_requests=0";
        let read = Limits::read(text).0.unwrap();
        assert_eq!((read.requests_per_minute, read.requests_per_day, read.open_requests), (2, 20, 50));
        assert_eq!((read.key_requests_per_week(), read.key_open_requests), (1_000, 1_000));
    }
}
