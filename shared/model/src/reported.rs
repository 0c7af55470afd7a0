//! Texts that a computer reports and that nobody checks: paths, subjects of certificates, serial numbers. They are kept
//! exactly, in a form in which every character can be seen.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::unicode;

/// Begins an escape. A text that contains it itself is written with an escape for its backslash.
const ESCAPE: &str = "\\u{";
/// A backslash that is part of the text and would otherwise begin an escape.
const BACKSLASH: &str = "\\u{5c}";
/// Stands for what was left out of a text that was too long.
const LEFT_OUT: &str = "\\u{…}";
/// The longest escape: six hexadecimal digits, and what is around them.
const ESCAPE_MAX: usize = 10;

/// A text as a computer reported it. Characters that cannot be seen ([`unicode::is_hidden`]) and lone surrogates, which
/// Windows allows in names, are written as `\u{…}` with their number in hexadecimal; so is the backslash of a `\u{` in
/// the text itself. So different texts stay different, and every text can be stored, compared and shown as it is.
///
/// A text that is too long is kept without its middle, and `\u{…}` (with the ellipsis) stands there: paths differ most
/// at their end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reported(String);

impl Reported {
    /// The most that is kept of the path of a file, in bytes as JSON (UTF-8, quotes and backslashes count twice).
    pub const PATH_MAX: usize = 8 * 1024;
    /// The most that is kept of the path of a calling process, in bytes as JSON.
    pub const PROCESS_MAX: usize = 4 * 1024;
    /// The most that is kept of the subject of a certificate, in bytes as JSON.
    pub const CERTIFICATE_MAX: usize = 4 * 1024;
    /// The longest identifier of a device, in bytes as JSON. It is never cut: it says which device a grant is for.
    pub const DEVICE_ID_MAX: usize = 2 * 1024;
    /// The most that is kept of the name of a device, in bytes as JSON.
    pub const DEVICE_NAME_MAX: usize = 1024;
    /// The most that is kept of a command line, in bytes as JSON.
    pub const COMMAND_LINE_MAX: usize = 8 * 1024;
    /// The most that is kept of where a file came from, in bytes as JSON.
    pub const ORIGIN_MAX: usize = 2 * 1024;
    /// The most that is kept of the subject and of the issuer of one of several signers, in bytes as JSON.
    pub const SIGNER_MAX: usize = 2 * 1024;
    /// The most that is kept of the name of a publisher, product or vendor, in bytes as JSON.
    pub const PROPERTY_MAX: usize = 1024;
    /// The most that is kept of a short word such as a version, a class of devices, an account or a team, in bytes as JSON.
    pub const WORD_MAX: usize = 256;
    /// The most that is kept of something that stands where an id was expected, in bytes as JSON.
    pub const UNKNOWN_MAX: usize = 200;
    /// The longest name of a subject, in bytes as JSON.
    pub const NAME_MAX: usize = 512;

    /// A text, of which at most so many bytes (as JSON) are kept.
    #[must_use]
    pub fn new(text: &str, most: usize) -> Self {
        Self::of_wtf8(text.as_bytes(), most)
    }

    /// A text in [WTF-8](https://wtf-8.codeberg.page): UTF-8 that may contain lone surrogates, as JSON strings may. A byte that
    /// is not even that is kept as a lone surrogate from `\u{dc80}` to `\u{dcff}`. At most so many bytes (as JSON) are kept.
    #[must_use]
    pub fn of_wtf8(bytes: &[u8], most: usize) -> Self {
        Self(written(bytes)).shortened(most)
    }

    /// The text with its escapes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was reported.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether nothing but white space was reported.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        Pieces(&self.0).all(|piece| shown_as(piece).is_some_and(char::is_whitespace))
    }

    /// Whether it was too long to keep it whole.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        Pieces(&self.0).any(|piece| piece == LEFT_OUT)
    }

    /// Whether it has characters that cannot be seen.
    #[must_use]
    pub fn hides_characters(&self) -> bool {
        Pieces(&self.0).any(|piece| piece.starts_with(ESCAPE) && piece != BACKSLASH && piece != LEFT_OUT)
    }

    /// How many bytes it has as JSON, without the quotes around it.
    #[must_use]
    pub fn size(&self) -> usize {
        cost(&self.0)
    }

    /// At most so many bytes (as JSON) of it: its beginning and its end.
    #[must_use]
    pub fn shortened(self, most: usize) -> Self {
        let size = self.size();
        if size <= most {
            return self;
        }
        let half = most.saturating_sub(cost(LEFT_OUT)) / 2;
        let (mut text, mut passed) = (String::with_capacity(most), 0_usize);
        let mut pieces = Pieces(&self.0);
        for piece in pieces.by_ref() {
            passed = passed.saturating_add(cost(piece));
            if passed > half {
                break;
            }
            text.push_str(piece);
        }
        text.push_str(LEFT_OUT);
        for piece in pieces {
            // The pieces of the second half: with this one, no more than the half is left.
            if size.saturating_sub(passed) <= half && piece != LEFT_OUT {
                text.push_str(piece);
            }
            passed = passed.saturating_add(cost(piece));
        }
        Self(text)
    }

    /// The last component of a path with either kind of separator, or the whole path if it has none.
    #[must_use]
    pub fn file_name(&self) -> Self {
        // Most paths have no escapes, and a page has 200 of them.
        if !self.0.contains(ESCAPE) {
            let name = self.0.rsplit(['/', '\\']).find(|part| !part.is_empty());
            return Self(name.unwrap_or(&self.0).to_owned());
        }
        let (mut name, mut part) = (String::new(), String::new());
        for piece in Pieces(&self.0) {
            if matches!(shown_as(piece), Some('/' | '\\')) {
                if !part.is_empty() {
                    name = std::mem::take(&mut part);
                }
            } else {
                part.push_str(piece);
            }
        }
        match (part.is_empty(), name.is_empty()) {
            (false, _) => Self(part),
            (true, false) => Self(name),
            (true, true) => self.clone(),
        }
    }

    /// Text of several lines: only control characters other than ends of lines and tabs, and lone surrogates, are
    /// escapes. Joiners and variation selectors belong to the words of people.
    #[must_use]
    pub fn lines(&self) -> String {
        let mut text = String::with_capacity(self.0.len());
        for piece in Pieces(&self.0) {
            match shown_as(piece) {
                Some(c) if !c.is_control() || matches!(c, '\n' | '\r' | '\t') => text.push(c),
                _ => text.push_str(piece),
            }
        }
        text
    }

    /// The text for people to read: what shapes its neighbours ([`unicode::shown`]) is no escape in it, so that Persian
    /// words and emoji look as they were typed.
    #[must_use]
    pub fn shown(&self) -> String {
        if !self.0.contains(ESCAPE) {
            return self.0.clone();
        }
        let pieces: Vec<&str> = Pieces(&self.0).collect();
        // A lone surrogate shapes nothing.
        let chars: Vec<char> = pieces.iter().map(|piece| shown_as(piece).unwrap_or('\u{fffd}')).collect();
        let mut text = String::with_capacity(self.0.len());
        for (at, (piece, c)) in pieces.iter().zip(&chars).enumerate() {
            let as_it_is = *piece != BACKSLASH && shown_as(piece).is_some() && unicode::is_shown(&chars, at);
            if as_it_is { text.push(*c) } else { text.push_str(piece) }
        }
        text
    }

    /// The text as the computer sent it. What no text in UTF-8 can contain stays an escape: lone surrogates, and the
    /// mark of what was left out.
    #[must_use]
    pub fn as_sent(&self) -> String {
        let mut text = String::with_capacity(self.0.len());
        for piece in Pieces(&self.0) {
            match shown_as(piece) {
                Some(c) => text.push(c),
                None => text.push_str(piece),
            }
        }
        text
    }
}

impl From<&str> for Reported {
    fn from(text: &str) -> Self {
        Self::new(text, Self::PATH_MAX)
    }
}

impl fmt::Display for Reported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Reported> for String {
    fn from(reported: Reported) -> Self {
        reported.0
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use utoipa::openapi::schema::{ObjectBuilder, Type};
    use utoipa::openapi::{RefOr, Schema};
    use utoipa::{PartialSchema, ToSchema};

    use super::Reported;

    impl PartialSchema for Reported {
        fn schema() -> RefOr<Schema> {
            let description =
                r"A text as a computer reported it, with escapes such as `\u{202e}` for what cannot be seen.";
            ObjectBuilder::new()
                .schema_type(Type::String)
                .description(Some(description))
                .max_length(Some(Self::PATH_MAX))
                .examples([r"C:\Users\ann\Downloads\setup.exe"])
                .into()
        }
    }

    impl ToSchema for Reported {}
}

/// A text in WTF-8 with escapes.
fn written(mut bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    while !bytes.is_empty() {
        let error = match std::str::from_utf8(bytes) {
            Ok(rest) => {
                write(rest, &mut text);
                break;
            }
            Err(error) => error,
        };
        let (valid, odd) = bytes.split_at(error.valid_up_to());
        write(std::str::from_utf8(valid).unwrap_or_default(), &mut text);
        bytes = match odd {
            [0xed, high @ 0xa0..=0xbf, low @ 0x80..=0xbf, rest @ ..] => {
                let surrogate = 0xd000 | (u32::from(high & 0x3f) << 6) | u32::from(low & 0x3f);
                unicode::escape(surrogate, &mut text);
                rest
            }
            // No WTF-8 has such a byte. As in PEP 383, it becomes a surrogate that says which byte it was.
            [byte, rest @ ..] => {
                unicode::escape(0xdc00 | u32::from(*byte), &mut text);
                rest
            }
            [] => &[],
        };
    }
    text
}

fn write(part: &str, text: &mut String) {
    let mut rest = part;
    while let Some(c) = rest.chars().next() {
        if rest.starts_with(ESCAPE) {
            text.push_str(BACKSLASH);
        } else if unicode::is_hidden(c) {
            unicode::escape(u32::from(c), text);
        } else {
            text.push(c);
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
}

/// The size of a piece as JSON: nothing in it needs more than a backslash.
fn cost(piece: &str) -> usize {
    piece.len().saturating_add(piece.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count())
}

/// The character that a piece stands for; `None` for a lone surrogate and for what was left out.
fn shown_as(piece: &str) -> Option<char> {
    match piece.strip_prefix(ESCAPE).and_then(|rest| rest.strip_suffix('}')) {
        Some(number) => u32::from_str_radix(number, 16).ok().and_then(char::from_u32),
        None => piece.chars().next(),
    }
}

/// The characters and escapes of a written text.
struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let first = self.0.chars().next()?;
        let escape = if self.0.starts_with(ESCAPE) {
            self.0.bytes().take(ESCAPE_MAX).position(|byte| byte == b'}')
        } else {
            None
        };
        let length = escape.map_or(first.len_utf8(), |end| end.saturating_add(1));
        let (piece, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(piece)
    }
}
