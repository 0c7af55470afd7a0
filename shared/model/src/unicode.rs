//! Texts as people see them: Unicode normalization, and characters that show nothing.

mod shaping;

use std::borrow::Cow;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::props::{BidiClass, BidiControl, DefaultIgnorableCodePoint};
use icu_properties::{CodePointMapData, CodePointSetData};

use shaping::shapes;

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

/// Normalization form KD: as [`nfkc`], but every accent is a character of its own behind its letter.
#[must_use]
pub fn nfkd(text: &str) -> Cow<'_, str> {
    DecomposingNormalizerBorrowed::new_nfkd().normalize(text)
}

/// Whether a text has letters that are written from right to left, which also move what stands around them.
#[must_use]
pub fn is_from_the_right(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let class = CodePointMapData::<BidiClass>::new();
    text.chars().any(|c| matches!(class.get(c), BidiClass::RightToLeft | BidiClass::ArabicLetter))
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

/// The text on one line, as people see it. A character that hides, or that reorders others, is written as an escape:
/// `a\u{202e}b`. What shapes its neighbours stays: the joiners of Persian and Indic words and of emoji, and the
/// selectors of a variant.
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    if !text.contains(deceives) {
        return Cow::Borrowed(text);
    }
    let chars: Vec<char> = text.chars().collect();
    let mut shown = String::with_capacity(text.len());
    for (at, c) in chars.iter().enumerate() {
        if is_shown(&chars, at) { shown.push(*c) } else { escape(u32::from(*c), &mut shown) }
    }
    Cow::Owned(shown)
}

/// Whether the character at this place is shown as it is in a text that people read.
pub(crate) fn is_shown(chars: &[char], at: usize) -> bool {
    !chars.get(at).copied().is_some_and(deceives) || shapes(chars, at)
}

/// Whether a character can hide text or its place, unless it shapes its neighbours.
fn deceives(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}')
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || CodePointSetData::new::<BidiControl>().contains(c)
}

/// Writes the number of a character, or of a lone surrogate, as an escape: `\u{d800}`.
pub fn escape(number: u32, text: &mut String) {
    text.push_str(&format!("\\u{{{number:x}}}"));
}

/// Whether a character looks like a space: white space, and the empty pattern of Braille.
#[must_use]
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

/// Every run of what looks like spaces becomes one space; none stays at the ends.
#[must_use]
pub fn single_spaced(text: &str) -> String {
    text.split(is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// One line of at most `most` characters. A character that hides or reorders text is an escape.
#[must_use]
pub fn one_line(text: &str, most: usize) -> String {
    let mut line: String = shown(text).chars().take(most.saturating_add(1)).collect();
    if line.chars().count() > most {
        line = line.chars().take(most.saturating_sub(1)).collect();
        line.push('…');
    }
    line
}
