//! Names that people cannot tell apart, for tests of what must be unique as people see it.

/// A name.
pub const TAKEN: &str = "Café desk";

/// The same name as other keyboards and programs write it.
pub const LOOK_ALIKES: [&str; 11] = [
    "Café desk",
    "CAFÉ DESK",
    "Cafe\u{301} desk",
    "Café  desk",
    " Café desk ",
    "Café\u{a0}desk",
    "Ca\u{200b}fé desk",
    "Café\u{ad} desk",
    "\u{ff23}afé desk",
    "Café\u{2800}desk",
    "Café desk\u{2800}",
];

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_model::text::name_key;

    #[test]
    fn they_are_written_differently_and_compared_as_one() {
        for alike in LOOK_ALIKES {
            assert_eq!(name_key(alike.trim()), name_key(TAKEN), "{alike:?}");
        }
        let written: std::collections::BTreeSet<&str> = LOOK_ALIKES.into_iter().collect();
        assert_eq!(written.len(), LOOK_ALIKES.len());
    }
}
