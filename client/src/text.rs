//! Texts of others on a terminal: a file name or a reason must not move the cursor, change colours or turn a line around.

/// The characters that reorder the text around them: Unicode's property `Bidi_Control`.
const REORDERING: [char; 12] = [
    '\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}',
    '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

fn is_unsafe(c: char) -> bool {
    c.is_control() || REORDERING.contains(&c) || matches!(c, '\u{2028}' | '\u{2029}')
}

/// A line for people: each control character, line separator or character that reorders text is a space.
#[must_use]
pub fn shown(line: &str) -> String {
    line.chars().map(|c| if is_unsafe(c) { ' ' } else { c }).collect()
}

/// A line of JSON for programs, which may also reach a terminal: the same characters, which can be only inside strings, are
/// escaped, so that nothing is lost.
#[must_use]
pub fn json_line(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    for c in json.chars() {
        if is_unsafe(c) {
            line.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            line.push(c);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_the_cursor_or_turns_text_around_is_not_printed() {
        assert_eq!(shown("a\u{1b}[2Jb\u{202e}c\u{9b}d\ne\u{2066}f\u{2028}g"), "a [2Jb c d e f g");
        assert_eq!(shown("Überprüfung – 承認"), "Überprüfung – 承認");
    }

    #[test]
    fn programs_read_exactly_what_was_sent() {
        let text = "a\u{202e}b\u{7f}c\u{1b}d";
        let line = json_line(&serde_json::to_string(text).unwrap());
        assert!(line.chars().all(|c| !is_unsafe(c)), "{line}");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
    }
}
