//! Texts as people see them: Unicode normalization, and characters that show nothing.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

/// Normalization form C: one text for each way of writing the same characters (`é` and `e` with an accent).
#[must_use]
pub fn nfc(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(text)
}

/// Normalization form KC: as [`nfc`], and also one text for characters that differ only in how they look (full-width
/// digits, ligatures, no-break spaces).
#[must_use]
pub fn nfkc(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfkc().normalize(text)
}

/// Whether a character shows nothing of its own (Unicode's `Default_Ignorable_Code_Point`). Some of these change how
/// their neighbours look: joiners, variation selectors, marks of direction.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether an invisible character does nothing in a name: soft hyphens, zero-width spaces, byte order marks, invisible
/// operators, and embeddings and overrides of direction, which would reach beyond the name.
#[must_use]
pub fn is_idle(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{206a}'..='\u{206f}' | '\u{feff}')
}

/// Every run of white space becomes one space; none stays at the ends.
#[must_use]
pub fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
