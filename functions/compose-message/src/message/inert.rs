//! Texts from outside, written so that nothing makes a link or a phone number of them. There is one function for each
//! medium.
//!
//! What would make a link stands in braces: `http{://}evil{.}example`. Braces can be seen in every medium and every
//! program for mail, and whoever wants the text as it was leaves them out. Characters without width would be no
//! protection: programs that look for links take them for letters, and browsers drop them from host names (UTS #46), so
//! such a link works; in a text message they would also cost twice. Square brackets are part of phone numbers for phones,
//! and begin links in Markdown.

mod find;

use countersign_model::unicode;

use self::find::breaks;

/// For plain text: emails, their subjects, text messages, and chats, which are sent text without mark-up.
pub fn text(text: &str) -> String {
    let broken = broken(text);
    // An isolate: letters that are written from right to left do not move what stands around them.
    if unicode::is_from_the_right(text) { format!("\u{2068}{broken}\u{2069}") } else { broken }
}

/// For HTML, as an element's contents.
pub fn html(text: &str) -> String {
    let broken = escaped(&broken(text));
    if unicode::is_from_the_right(text) { format!("<bdi>{broken}</bdi>") } else { broken }
}

/// Whether what stands between two texts makes one phone number of them.
pub fn joins_numbers(before: &str, between: &str, after: &str) -> bool {
    let digit = |c: char| c.is_numeric();
    let near = |c: &char| find::joins_digits(*c);
    between.chars().all(find::joins_digits)
        && before.chars().rev().find(|c| !near(c)).is_some_and(digit)
        && after.chars().find(|c| !near(c)).is_some_and(digit)
}

/// Text escaped for HTML.
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

/// The text with braces around everything that would make a link.
fn broken(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut broken = String::with_capacity(text.len());
    let mut written = 0;
    for place in breaks(&chars) {
        broken.extend(chars.get(written..place.start).unwrap_or_default());
        broken.push('{');
        broken.extend(chars.get(place.clone()).unwrap_or_default());
        broken.push('}');
        written = place.end;
    }
    broken.extend(chars.get(written..).unwrap_or_default());
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_becomes_a_link() {
        let cases = [
            ("http://evil.example/login", "http{://}evil{.}example/login", "a whole address"),
            ("see evil.com now", "see evil{.}com now", "mail programs link bare domains"),
            ("evil.zip", "evil{.}zip", "the newer ones, too"),
            ("evil.com.exe", "evil{.}com{.}exe", "or a part of a name"),
            ("www.evil.exe", "www{.}evil{.}exe", "whatever follows www"),
            ("bob@evil.com", "bob@evil{.}com", "and mail addresses"),
            ("//evil.com/x", "{//}evil{.}com/x", "without a scheme"),
            ("//localhost/x", "{//}localhost/x", "without a dot"),
            (r"\\198.51.100.7\share", r"{\\}198{.}51{.}100{.}7\share", "a share, which Outlook links"),
            (r"\\server\share", r"{\\}server\share", "by name"),
            (r"C:\\x\\y", r"C{:\\}x{\\}y", "anywhere"),
            ("EVIL.COM.", "EVIL{.}COM.", "in capitals, at the end of a sentence"),
            ("bücher.example", "bücher{.}example", "in other scripts"),
            ("evil。com", "evil{。}com", "with other dots"),
            ("你好。请安装软件。", "你好。请安装软件。", "which also end sentences"),
            ("\u{2764}.ws", "\u{2764}{.}ws", "pictures are domains as well"),
            ("a.xn--p1ai", "a{.}xn--p1ai", "encoded"),
            ("javascript:alert(1)", "javascript{:}alert(1)", "other schemes"),
            ("mailto:bob@evil.example", "mailto{:}bob@evil{.}example", "other schemes"),
            ("tel:+19005550199", "tel{:}+190055{}50199", "and the number itself, which phones link"),
            ("+1 900 555 0199", "+1 900{ }555{ }0199", "however it is written"),
            ("555-0100", "555{-}0100", "a local one"),
            ("(900) 555/0199", "(900) 555{/}0199", "with other separators"),
            (r"C:\Logs\20260601123456\a.log", r"C:\Logs\202606{}011234{}56\a.log", "one that is none"),
            (r"C:\Tools\setup-1.2.3.exe", r"C:\Tools\setup-1.2.3.exe", "a path stays readable"),
            ("/opt/vendor/install.sh", "/opt/vendor/install{.}sh", "this one may be linked"),
            (r"C:\Tools\evil.com", r"C:\Tools\evil{.}com", "this one, too"),
            ("Example Corp., Inc.", "Example Corp., Inc.", "ends of words are no domains"),
            ("approvals.e….example/x", "approvals{.}e…{.}example/x", "nor is one that lost its middle"),
            ("evil.co…", "evil{.}co…", "or its end"),
            ("setup.exe… Soft…re", "setup.exe… Soft…re", "as these have"),
            ("1.2.3", "1.2.3", "neither are versions"),
            ("1.2.3.4", "1{.}2{.}3{.}4", "but four numbers are an address"),
            ("2026-06-01 12:30", "2026-06{-}01 12:30", "a date might be a phone number"),
            ("e.g. this", "e.g. this", "nor abbreviations"),
            ("Note: this", "Note: this", "nor every colon"),
        ];
        for (theirs, expected, why) in cases {
            assert_eq!(text(theirs), expected, "{why}");
        }
    }

    #[test]
    fn two_texts_are_not_joined_to_a_number() {
        assert!(joins_numbers("900 555", " (", "(0199"));
        for (before, between, after) in [("900", ", ", "555"), ("pc-900", " (", "pc-2"), ("a", " (", "0199")]
        {
            assert!(!joins_numbers(before, between, after), "{before}{between}{after}");
        }
    }

    #[test]
    fn letters_from_the_right_move_nothing_around_them() {
        assert_eq!(text("\u{5d0}.example"), "\u{2068}\u{5d0}{.}example\u{2069}");
        assert_eq!(html("\u{5d0}<b>"), "<bdi>\u{5d0}&lt;b&gt;</bdi>");
        assert_eq!(html("it's"), "it&#39;s");
    }
}
