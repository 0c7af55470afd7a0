//! What a message says: the product's own words, and texts from outside. Nothing but [`Words::theirs`] takes a text that
//! is not a constant of the program, and each medium writes theirs in a way that is harmless in it. So no message can
//! contain a text from outside that was forgotten.

use std::borrow::Cow;
use std::fmt::Display;
use std::net::IpAddr;

use countersign_model::unicode;

use super::{gsm, inert};

/// Words of a message, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Own(Cow<'static, str>),
    Theirs(String),
}

/// Values that contain nothing but letters, digits and hyphens, and no more than the product puts into them.
pub trait Plain: Display {}

impl Plain for u16 {}
impl Plain for u32 {}
impl Plain for u64 {}
impl Plain for usize {}
impl Plain for countersign_model::RequestId {}
impl Plain for countersign_model::Sha256 {}

/// Concatenates constants and [`Words`].
macro_rules! words {
    ($($part:expr),* $(,)?) => {{
        let words = $crate::message::words::Words::default();
        $( let words = words.and($part); )*
        words
    }};
}
pub(crate) use words;

impl Words {
    /// A text from outside, on one line of at most `most` characters.
    pub fn theirs(text: &str, most: usize) -> Self {
        Self(vec![Piece::Theirs(unicode::one_line(text, most))])
    }

    /// A text of several lines from outside, each of at most `most` characters.
    pub fn their_lines(text: &str, most: usize) -> Vec<Self> {
        text.lines().map(|line| Self::theirs(&line.replace('\t', " "), most)).collect()
    }

    /// A number, an id or a digest.
    pub fn plain(value: &impl Plain) -> Self {
        Self(vec![Piece::Own(Cow::Owned(value.to_string()))])
    }

    /// The address of a computer, which no program takes for a link to a page.
    pub fn address(address: IpAddr) -> Self {
        Self(vec![Piece::Own(Cow::Owned(address.to_string()))])
    }

    /// A moment, as its language and zone write it.
    pub(super) fn moment(text: String) -> Self {
        Self(vec![Piece::Own(Cow::Owned(text))])
    }

    /// With more behind.
    #[must_use]
    pub fn and(mut self, more: impl Into<Self>) -> Self {
        for piece in more.into().0 {
            match (self.0.last_mut(), piece) {
                // What stands between two texts from outside is one piece.
                (Some(Piece::Own(last)), Piece::Own(own)) => last.to_mut().push_str(&own),
                (_, piece) => self.0.push(piece),
            }
        }
        self
    }

    /// Several, with a constant between each two.
    pub fn joined(all: impl IntoIterator<Item = Self>, between: &'static str) -> Self {
        let mut joined = Self::default();
        for (number, words) in all.into_iter().enumerate() {
            joined = joined.and(if number == 0 { "" } else { between }).and(words);
        }
        joined
    }

    /// As plain text: an email's subject and text.
    pub fn text(&self) -> String {
        self.written(str::to_owned, inert::text)
    }

    /// As HTML.
    pub fn html(&self) -> String {
        self.written(inert::escaped, inert::html)
    }

    fn written(&self, own: impl Fn(&str) -> String, theirs: impl Fn(&str) -> String) -> String {
        let piece = |(at, piece): (usize, &Piece)| match piece {
            Piece::Own(text) if self.joins_numbers(at) => format!("{{{}}}", own(text)),
            Piece::Own(text) => own(text),
            Piece::Theirs(text) => theirs(text),
        };
        self.0.iter().enumerate().map(piece).collect()
    }

    /// Whether the product's own words at this place make one phone number of the texts before and behind them.
    fn joins_numbers(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.0.get(before));
        match (before, self.0.get(at), self.0.get(at.saturating_add(1))) {
            (Some(Piece::Theirs(before)), Some(Piece::Own(own)), Some(Piece::Theirs(after))) => {
                inert::joins_numbers(before, own, after)
            }
            _ => false,
        }
    }

    /// Writes everything in the alphabet of text messages, as far as that has or resembles the letters. A mark of what
    /// was left out stays, for there may be more of it to leave out.
    pub(super) fn transliterate(&mut self) {
        for piece in &mut self.0 {
            match piece {
                Piece::Own(text) => *text = Cow::Owned(gsm::transliterated(text)),
                Piece::Theirs(text) => {
                    *text = text.split('…').map(gsm::transliterated).collect::<Vec<_>>().join("…");
                }
            }
        }
    }

    /// Leaves of each text from outside at most so many characters.
    pub(super) fn clamp(&mut self, most: usize) {
        for text in self.theirs_mut().filter(|text| text.chars().count() > most) {
            *text = without_middle(text, most);
        }
    }

    /// Takes characters out of the longest text from outside: more of one that is far too long. `false` if none has more
    /// than `least`.
    pub(super) fn shorten(&mut self, least: usize) -> bool {
        let all = self.theirs_mut().map(|text| (text.chars().count(), text));
        match all.filter(|(length, _)| *length > least).max_by_key(|(length, _)| *length) {
            Some((length, text)) => {
                *text = without_middle(text, length - 1 - (length - least) / 8);
                true
            }
            None => false,
        }
    }

    fn theirs_mut(&mut self) -> impl Iterator<Item = &mut String> {
        self.0.iter_mut().filter_map(|piece| match piece {
            Piece::Own(_) => None,
            Piece::Theirs(text) => Some(text),
        })
    }
}

impl From<&'static str> for Words {
    fn from(text: &'static str) -> Self {
        if text.is_empty() { Self::default() } else { Self(vec![Piece::Own(Cow::Borrowed(text))]) }
    }
}

impl From<&Self> for Words {
    fn from(words: &Self) -> Self {
        words.clone()
    }
}

/// Of a text, so many characters of its beginning and its end, which is where names differ. The end is the shorter part.
fn without_middle(text: &str, most: usize) -> String {
    let chars: Vec<char> = text.chars().filter(|c| *c != '…').collect();
    let kept = most.saturating_sub(1).min(chars.len());
    let end = kept / 3;
    let beginning = chars.iter().take(kept.saturating_sub(end));
    let rest = chars.iter().skip(chars.len().saturating_sub(end));
    beginning.chain(std::iter::once(&'…')).chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line_and_shows_as_it_is() {
        assert_eq!(unicode::one_line("a\r\nBcc: x\u{2028}y", 50), r"a\u{d}\u{a}Bcc: x\u{2028}y");
        assert_eq!(
            unicode::one_line("cod\u{202e}exe.txt", 50),
            r"cod\u{202e}exe.txt",
            "an ending cannot be turned round"
        );
        assert_eq!(unicode::one_line("abcdef", 4), "abc…");
        assert_eq!(unicode::one_line("abcd", 4), "abcd");
    }

    #[test]
    fn the_longest_text_from_outside_loses_its_middle() {
        let mut all = words![Words::theirs("abcdefghij", 50), " of us and ", Words::theirs("xyz", 50)];
        assert!(all.shorten(3));
        assert_eq!(
            all.text(),
            "abcdef…ij of us and xyz",
            "less by one, with a mark that something is missing"
        );
        while all.shorten(5) {}
        assert_eq!(all.text(), "abc…j of us and xyz");
    }
}
