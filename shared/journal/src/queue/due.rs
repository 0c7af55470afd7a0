//! An entry of a queue.

use std::fmt;

use jiff::Timestamp;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Due {
    /// The earliest time to do it.
    #[serde(deserialize_with = "read")]
    pub at: Timestamp,
    /// A delivery's id, or what a notice is about.
    pub id: String,
}

impl Due {
    /// Due on any clock: setting a clock back by an hour does not delay a new message by an hour.
    pub const AT_ONCE: Timestamp = Timestamp::UNIX_EPOCH;

    /// How the entry of a delivery that could not be sent begins among the notices: what it stood for is told instead.
    pub const FAILED: &'static str = "failed/";

    /// Something to be done as soon as possible.
    pub fn at_once(id: impl Into<String>) -> Self {
        Self { at: Self::AT_ONCE, id: id.into() }
    }

    /// The notice of an event: as many digits for each number, so that they are sorted by it.
    pub(crate) fn event(number: u64) -> Self {
        Self::at_once(format!("{number:020}"))
    }
}

/// How [`Due::AT_ONCE`] is written.
const AT_ONCE: &str = "1970-01-01T00:00:00Z";

/// Reads a time, without parsing the one that most entries have: a queue is read all the time.
fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    from.deserialize_str(Moment)
}

struct Moment;

impl Visitor<'_> for Moment {
    type Value = Timestamp;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a time")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Timestamp, E> {
        if text == AT_ONCE { Ok(Due::AT_ONCE) } else { text.parse().map_err(E::custom) }
    }
}

#[cfg(test)]
mod tests {
    use super::{AT_ONCE, Due};

    #[test]
    fn what_is_due_at_once_is_written_as_it_is_recognized() {
        assert_eq!(Due::AT_ONCE.to_string(), AT_ONCE);
    }
}
