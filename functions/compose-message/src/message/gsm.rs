//! The alphabet of text messages (3GPP TS 23.038, GSM 03.38), and what a message costs. With one character that it does
//! not have, a message is in UCS-2, and holds less than half.

use std::borrow::Cow;

use countersign_model::unicode;

/// The basic alphabet, one septet each.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿\
                     abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its extension: an escape and a septet each.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";
/// What resembles characters that neither has, beyond letters with accents.
const ALIKE: &[(&str, &str)] = &[
    ("…", "..."),
    ("‘’‚‛′‹›`´", "'"),
    ("“”„‟″«»", "\""),
    ("‐‑‒–—―−", "-"),
    ("•·", "*"),
    ("×", "x"),
    ("÷", "/"),
    ("\t", " "),
    ("©", "(C)"),
    ("®", "(R)"),
    ("ł", "l"),
    ("Ł", "L"),
    ("đð", "d"),
    ("ĐÐ", "D"),
    ("þ", "th"),
    ("Þ", "Th"),
    ("ı", "i"),
    ("œ", "oe"),
    ("Œ", "OE"),
    ("ħ", "h"),
    ("Ħ", "H"),
    ("ẞ", "SS"),
];

/// The units of one segment that is alone, and of each of several: septets.
const SEPTETS: (usize, usize) = (160, 153);
/// The same in UCS-2: 16 bits each.
const UNITS: (usize, usize) = (70, 67);

/// The text with what resembles them in place of characters that the alphabet does not have: letters without accents,
/// plain quotes, dashes and dots. Other scripts stay.
pub fn transliterated(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in unicode::nfc(text).chars() {
        if septets(c).is_some() {
            plain.push(c);
        } else if let Some((_, like)) = ALIKE.iter().find(|(these, _)| these.contains(c)) {
            plain.push_str(like);
        } else {
            plain.push_str(&without_accents(c));
        }
    }
    plain
}

/// A letter without its accents, a ligature as letters, a wide digit as a digit; or the character itself.
fn without_accents(c: char) -> Cow<'static, str> {
    let mut whole = [0; 4];
    let parts = unicode::nfkd(c.encode_utf8(&mut whole)).into_owned();
    let bare: String = parts.chars().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')).collect();
    let known = bare.chars().all(|c| septets(c).is_some());
    if known { Cow::Owned(bare) } else { Cow::Owned(c.to_string()) }
}

/// The septets of a character; `None` if the alphabet does not have it.
fn septets(c: char) -> Option<usize> {
    if c.is_ascii_alphanumeric() || BASIC.contains(c) {
        return Some(1);
    }
    EXTENSION.contains(c).then_some(2)
}

/// Whether the alphabet has every character.
pub fn has(text: &str) -> bool {
    text.chars().all(|c| septets(c).is_some())
}

/// How many segments a text message takes, each of which costs like a message.
pub fn segments(text: &str) -> usize {
    match text.chars().map(septets).collect::<Option<Vec<usize>>>() {
        Some(septets) => filled(&septets, SEPTETS),
        None => filled(&text.chars().map(char::len_utf16).collect::<Vec<_>>(), UNITS),
    }
}

/// How many segments characters of these sizes fill. None is split between two.
fn filled(sizes: &[usize], (alone, each): (usize, usize)) -> usize {
    if sizes.iter().sum::<usize>() <= alone {
        return 1;
    }
    let (segments, _) = sizes.iter().fold((1_usize, 0_usize), |(segments, used), size| {
        if used + size > each { (segments + 1, *size) } else { (segments, used + size) }
    });
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_alphabet_has_not_is_written_with_what_resembles_it() {
        let cases = [
            ("Münchner Straße à la carte: 5 €", "Münchner Straße à la carte: 5 €", "it has many letters"),
            ("“naïve” – l’été…", "\"naive\" - l'été...", "quotes, dashes, accents"),
            ("Çelik façade", "Çelik facade", "one of a pair"),
            ("Łódź Đurić Þór œuvre", "Lodz Duric Thor oeuvre", "letters of their own"),
            ("e\u{301} x\u{302}", "é x", "accents as characters of their own"),
            ("\u{ff21}\u{ff22} \u{fb01}n\u{a0}™", "AB fin TM", "wide letters, ligatures, other spaces"),
            ("中文 שלום", "中文 שלום", "other scripts stay"),
        ];
        for (text, expected, why) in cases {
            assert_eq!(transliterated(text), expected, "{why}");
            assert_eq!(has(&transliterated(text)), !text.contains('中'), "{why}");
        }
    }

    #[test]
    fn segments_are_counted_as_networks_fill_them() {
        let cases = [
            ("a".repeat(160), 1, "one"),
            ("a".repeat(161), 2, "a header in each of several"),
            ("a".repeat(306), 2, "two"),
            ("a".repeat(307), 3, "three"),
            ("€".repeat(80), 1, "an escape counts"),
            ("a".to_owned() + &"€".repeat(152), 2, "153 and 152"),
            ("€".repeat(153), 3, "an escape is not split from its character"),
            ("中".repeat(70), 1, "70 units of UCS-2"),
            ("中".repeat(71), 2, "of several, 67"),
            ("中".repeat(134), 2, "two"),
            ("中".repeat(135), 3, "three"),
            ("\u{1f468}".repeat(35), 1, "an emoji is two units"),
            ("\u{1f468}".repeat(67), 3, "which are not split: 33 in a segment"),
        ];
        for (text, expected, why) in cases {
            assert_eq!(segments(&text), expected, "{why}");
        }
        let all: usize = BASIC.chars().count();
        assert_eq!((all, EXTENSION.chars().count()), (127, 10), "128 without the escape");
    }
}
