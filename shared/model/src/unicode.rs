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

/// Whether a character cannot be seen where it stands, or hides or reorders others: control characters, separators of
/// lines, and everything invisible.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control() || is_invisible(c) || matches!(c, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}')
}

/// The text on one line, with every hidden character written as an escape: `a\u{202e}b`.
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) { escape(u32::from(c), &mut shown) } else { shown.push(c) }
    }
    Cow::Owned(shown)
}

/// Writes the number of a character, or of a lone surrogate, as an escape: `\u{d800}`.
pub fn escape(number: u32, text: &mut String) {
    text.push_str(&format!("\\u{{{number:x}}}"));
}

/// Every run of white space becomes one space; none stays at the ends.
#[must_use]
pub fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
