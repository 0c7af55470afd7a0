//! Reading the times of a queue's entries. Most are due at once, and a queue is read all the time.

use std::fmt;

use jiff::Timestamp;
use serde::Deserializer;
use serde::de::{Error, Visitor};

use super::Due;

/// How [`Due::AT_ONCE`] is written.
const AT_ONCE: &str = "1970-01-01T00:00:00Z";

/// Reads a time, without parsing the one that most entries have.
pub(super) fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
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
