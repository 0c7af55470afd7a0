//! Moments and days in bodies and queries.
use countersign_model::{Fault, FaultKind};
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::temporal::Pieces;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};

/// A moment as a caller writes it (RFC 3339).
///
/// Many systems write 9999-12-31T23:59:59Z for "never". It lies a day after the last moment that [`Timestamp`] can
/// hold, so the moments after that one are read as the last whole second, [`Moment::LAST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "Timestamp")]
pub struct Moment(Timestamp);

/// The text is not a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAMoment;

impl fmt::Display for NotAMoment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Fault::from(FaultKind::NotATime).fmt(f)
    }
}

impl std::error::Error for NotAMoment {}

impl Moment {
    /// 9999-12-30T22:00:00Z.
    pub const LAST: Self = Self(Timestamp::constant(253_402_207_200, 0));
    /// The year in which the moments begin that [`Timestamp`] cannot hold.
    const LAST_YEAR: i16 = 9999;
}

impl FromStr for Moment {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        if let Ok(moment) = text.parse::<Timestamp>() {
            return Ok(Self(moment.min(Self::LAST.0)));
        }
        let pieces = Pieces::parse(text).map_err(|_| NotAMoment)?;
        let is_whole = pieces.time().is_some() && pieces.offset().is_some();
        if is_whole && pieces.date().year() == Self::LAST_YEAR { Ok(Self::LAST) } else { Err(NotAMoment) }
    }
}

impl TryFrom<String> for Moment {
    type Error = NotAMoment;

    fn try_from(text: String) -> Result<Self, NotAMoment> {
        text.parse()
    }
}

impl From<Moment> for Timestamp {
    fn from(moment: Moment) -> Self {
        moment.0
    }
}

impl utoipa::PartialSchema for Moment {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        text_of(
            KnownFormat::DateTime,
            "A moment (RFC 3339), such as `2026-01-31T12:00:00Z`. Those after 9999-12-30T22:00:00Z count as that one.",
        )
    }
}

impl utoipa::ToSchema for Moment {}

/// A day as a caller writes it (RFC 3339, full-date).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct CalendarDay(pub Date);

/// The text is not a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotADay;

impl fmt::Display for NotADay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be a day such as `2026-01-31`")
    }
}

impl std::error::Error for NotADay {}

impl TryFrom<String> for CalendarDay {
    type Error = NotADay;

    fn try_from(text: String) -> Result<Self, NotADay> {
        text.parse().map(Self).map_err(|_| NotADay)
    }
}

impl utoipa::PartialSchema for CalendarDay {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        text_of(KnownFormat::Date, "A day, such as `2026-01-31`.")
    }
}

impl utoipa::ToSchema for CalendarDay {}

fn text_of(format: KnownFormat, description: &str) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(format)))
        .description(Some(description))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_up_to_the_end_of_the_year_9999() {
        let cases = [
            ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
            ("2026-01-31T13:00:00.5+01:00", "2026-01-31T12:00:00.5Z"),
            ("2026-01-31t12:00:00z", "2026-01-31T12:00:00Z"),
            ("9999-12-30T22:00:00Z", "9999-12-30T22:00:00Z"),
            ("9999-12-30T22:00:00.9Z", "9999-12-30T22:00:00Z"),
            ("9999-12-31T23:59:59Z", "9999-12-30T22:00:00Z"),
            ("9999-12-31T23:59:59.9999999Z", "9999-12-30T22:00:00Z"),
            ("9999-12-31T23:59:59-12:00", "9999-12-30T22:00:00Z"),
            ("9999-12-31T00:00:00+00:00", "9999-12-30T22:00:00Z"),
        ];
        for (text, expected) in cases {
            let read = text.parse::<Moment>().map(|moment| Timestamp::from(moment).to_string());
            assert_eq!(read.as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_moments() {
        let texts = [
            "",
            "never",
            "soon",
            "2026-01-31",
            "2026-01-31T12:00:00",
            "2026-02-30T12:00:00Z",
            "12:00:00Z",
            "2026-01-31T25:00:00Z",
            "10000-01-01T00:00:00Z",
            "9999-12-31",
            "9999-12-31T23:59:59",
            "9999-12-32T00:00:00Z",
            "9999-12-31T24:00:00Z",
            "1767225600",
            "2026-01-31T12:00:00Z ",
        ];
        for text in texts {
            assert_eq!(text.parse::<Moment>(), Err(NotAMoment), "{text}");
        }
    }
}
