//! A time of day, to the minute, on whichever clock.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::fault::{Fault, FaultKind};

/// A time of day as a clock shows it: `22:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClockTime {
    hour: i8,
    minute: i8,
}

/// The text is not a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", Fault::from(FaultKind::NotATimeOfDay))]
pub struct NotAClockTime;

impl ClockTime {
    /// What a clock of the zone shows at a moment.
    #[must_use]
    pub fn shown(at: Timestamp, zone: &TimeZone) -> Self {
        let shown = zone.to_datetime(at);
        Self { hour: shown.hour(), minute: shown.minute() }
    }

    /// The first moment after another at which a clock of the zone shows this time. When the clock is put forward over it, that is as
    /// long after the change as the time is after the hour; when it is put back, the time comes twice.
    #[must_use]
    pub fn next_after(self, moment: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let time = Time::new(self.hour, self.minute, 0, 0).ok()?;
        let mut date = zone.to_datetime(moment).date();
        // The day after tomorrow is for zones that skip a whole day.
        for _ in 0..3 {
            let there = zone.to_ambiguous_timestamp(date.to_datetime(time));
            let comes = [there.compatible(), there.later()].into_iter().flatten();
            if let Some(next) = comes.into_iter().find(|each| *each > moment) {
                return Some(next);
            }
            date = date.tomorrow().ok()?;
        }
        None
    }
}

impl FromStr for ClockTime {
    type Err = NotAClockTime;

    fn from_str(text: &str) -> Result<Self, NotAClockTime> {
        let part = |text: &str, most: i8| {
            let number = text.parse::<i8>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
            number.filter(|number| text.len() == 2 && *number <= most).ok_or(NotAClockTime)
        };
        let (hour, minute) = text.split_once(':').ok_or(NotAClockTime)?;
        Ok(Self { hour: part(hour, 23)?, minute: part(minute, 59)? })
    }
}

impl TryFrom<String> for ClockTime {
    type Error = NotAClockTime;

    fn try_from(text: String) -> Result<Self, NotAClockTime> {
        text.parse()
    }
}

impl From<ClockTime> for String {
    fn from(time: ClockTime) -> Self {
        time.to_string()
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for ClockTime {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let text = crate::schema::text(Some("^([01][0-9]|2[0-3]):[0-5][0-9]$"), "22:30");
        crate::schema::described("A time of day as a clock shows it, from `00:00` to `23:59`.", text)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for ClockTime {}
