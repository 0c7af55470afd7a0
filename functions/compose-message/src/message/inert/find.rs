//! Finds what programs for mail, phones and chats take for links and phone numbers.

use std::ops::Range;

/// File name endings that are no domain's. Any other ending of letters might be one, and some, such as `zip`, are.
const FILE_ENDINGS: &[&str] = &[
    "appx", "bat", "bin", "cmd", "conf", "cpl", "csv", "dat", "deb", "dll", "dmg", "doc", "docx", "exe",
    "html", "iso", "jar", "json", "lnk", "log", "msi", "msix", "pdf", "png", "rpm", "scr", "sys", "tar",
    "tmp", "toml", "txt", "vbs", "wasm", "xls", "xlsx", "xml", "yaml",
];
/// The digits that can stand together without being a phone number.
const DIGITS: usize = 6;
/// The most characters between two groups of digits of a phone number.
const GAP: usize = 4;

/// The places to break, in order and apart. An empty one stands between two characters.
pub fn breaks(chars: &[char]) -> Vec<Range<usize>> {
    let mut broken = vec![false; chars.len()];
    let mut mark = |places: Vec<Range<usize>>| {
        let mut found = Vec::new();
        for place in places {
            if broken.get(place.clone()).is_some_and(|flags| flags.iter().all(|flag| !flag)) {
                broken.get_mut(place.clone()).unwrap_or_default().fill(true);
                found.push(place);
            }
        }
        found
    };
    let mut all = mark(separators(chars));
    all.extend(mark(dots(chars)));
    all.extend(numbers(chars, &broken));
    all.sort_by_key(|place| (place.start, place.end));
    all
}

fn get(chars: &[char], at: usize) -> Option<char> {
    chars.get(at).copied()
}

fn is_slash(c: char) -> bool {
    matches!(c, '/' | '\\')
}

/// The colons behind schemes, and slashes of either kind that stand together.
fn separators(chars: &[char]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(c) = get(chars, at) {
        let slashes_from = if c == ':' { at + 1 } else { at };
        let slashes = chars.iter().skip(slashes_from).take_while(|c| is_slash(**c)).count();
        let end = slashes_from + slashes;
        let to_break = match c {
            ':' => {
                slashes > 1
                    || (is_scheme(chars, at) && get(chars, at + 1).is_some_and(|c| !c.is_whitespace()))
            }
            c => is_slash(c) && slashes > 1,
        };
        if to_break {
            found.push(at..if slashes > 1 { end } else { at + 1 });
        }
        at = if to_break { end.max(at + 1) } else { at + 1 };
    }
    found
}

/// Whether a scheme ends at this place: `C:` is none.
fn is_scheme(chars: &[char], colon: usize) -> bool {
    let part = |c: &&char| c.is_ascii_alphanumeric() || matches!(**c, '+' | '.' | '-');
    let before = chars.get(..colon).unwrap_or_default().iter().rev().take_while(part).copied();
    let length = before.enumerate().filter(|(_, c)| c.is_ascii_alphabetic()).map(|(at, _)| at + 1).last();
    length.is_some_and(|length| length > 1)
}

/// The text with a plain dot for each character that browsers take for one. The full stop of Chinese and Japanese is one
/// only before a letter or digit of ASCII, because otherwise it ends sentences.
fn with_plain_dots(chars: &[char]) -> Vec<char> {
    let plain = |(at, c): (usize, &char)| match c {
        '\u{ff0e}' | '\u{2024}' => '.',
        '\u{3002}' | '\u{ff61}' => {
            if get(chars, at + 1).is_some_and(|c| c.is_ascii_alphanumeric()) {
                '.'
            } else {
                ' '
            }
        }
        c => *c,
    };
    chars.iter().enumerate().map(plain).collect()
}

/// Whether a character ends what can be the name of a host. The mark of what was left out does not: some programs take it for a letter.
fn ends_name(c: char) -> bool {
    c.is_whitespace() || "/\\:@()<>\"'`,;!?=&|[]{}#%*+$^~".contains(c)
}

/// The dots inside of names that may be those of hosts.
fn dots(chars: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for name in with_plain_dots(chars).split(|c| ends_name(*c)) {
        if may_be_host(name) {
            let inner = name.len() - name.iter().rev().take_while(|c| **c == '.').count();
            let dots = name.iter().take(inner).enumerate().filter(|(_, c)| **c == '.');
            found.extend(dots.map(|(at, _)| start + at..start + at + 1));
        }
        start += name.len() + 1;
    }
    found
}

fn may_be_host(name: &[char]) -> bool {
    let labels: Vec<&[char]> = name.split(|c| *c == '.').filter(|label| !label.is_empty()).collect();
    let number = |label: &&[char]| label.len() <= 3 && label.iter().all(char::is_ascii_digit);
    let address = labels.len() == 4 && labels.iter().all(number);
    address || labels.iter().skip(1).any(|label| may_be_top_level(label))
}

/// Whether a domain may end with this label, or with its beginning: some programs look no further.
fn may_be_top_level(label: &[char]) -> bool {
    let letters = label.iter().take_while(|c| c.is_ascii_alphabetic() || !c.is_ascii()).count();
    let text: String = label.iter().collect::<String>().to_lowercase();
    letters >= 2 && !FILE_ENDINGS.contains(&text.trim_end_matches('…'))
}

/// The separators, or places between digits, that keep more than a few digits from standing together.
fn numbers(chars: &[char], broken: &[bool]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // The digits since the last break, those of them behind the last separator, and that separator.
    let (mut digits, mut group, mut gap) = (0, 0, None::<Range<usize>>);
    for (at, c) in chars.iter().enumerate() {
        let is_broken = broken.get(at).copied().unwrap_or_default();
        if c.is_numeric() && !is_broken {
            if digits == DIGITS {
                digits = if gap.is_some() { group } else { 0 };
                group = digits;
                found.push(gap.take().unwrap_or(at..at));
            }
            digits += 1;
            group += 1;
        } else if joins_digits(*c) && !is_broken && digits > 0 {
            let start = gap.filter(|gap| gap.end == at).map_or(at, |gap| gap.start);
            gap = Some(start..at + 1);
            group = 0;
            if at - start >= GAP {
                (digits, gap) = (0, None);
            }
        } else {
            (digits, group, gap) = (0, 0, None);
        }
    }
    found
}

/// Whether a character can stand between the digits of a phone number.
pub fn joins_digits(c: char) -> bool {
    c.is_whitespace() || "-./()[]~+x\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2212}".contains(c)
}
