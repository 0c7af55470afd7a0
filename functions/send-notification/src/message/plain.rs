//! Makes text from outside harmless: it stays on its line, is displayed in its real order, and does not become a link.

use countersign_model::unicode;

/// File name endings that no mail program takes for a domain. Any other ending of letters might be one.
const FILE_ENDINGS: &[&str] = &[
    "appx", "bat", "bin", "cmd", "conf", "cpl", "csv", "dat", "deb", "dll", "dmg", "doc", "docx", "exe",
    "html", "iso", "jar", "json", "lnk", "log", "msi", "msix", "pdf", "png", "rpm", "scr", "sys", "tar",
    "tmp", "toml", "txt", "vbs", "wasm", "xls", "xlsx", "xml", "yaml",
];

/// One line of at most `most` characters. Control characters, and characters that reorder or hide text, are escapes.
pub fn one_line(text: &str, most: usize) -> String {
    let mut line: String = unicode::shown(text).chars().take(most + 1).collect();
    if line.chars().count() > most {
        line = line.chars().take(most.saturating_sub(1)).collect();
        line.push('…');
    }
    line
}

/// One line in which nothing is taken for a link: `http[:]//evil[.]example`.
pub fn defanged(text: &str, most: usize) -> String {
    let line = one_line(text, most).replace("://", "[:]//");
    let mut harmless = String::with_capacity(line.len());
    let mut rest = line.as_str();
    while let Some(start) = rest.find(is_domain_char) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !is_domain_char(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        harmless.push_str(before);
        // After a slash, a name is part of a path, which nothing takes for a domain.
        let in_path = before.ends_with('/') && !harmless.ends_with("//");
        if looks_like_domain(word) && !in_path {
            harmless.push_str(&word.replace('.', "[.]"));
        } else {
            harmless.push_str(word);
        }
        rest = after;
    }
    harmless.push_str(rest);
    harmless
}

/// Somebody's own words as at most so many lines, each harmless.
pub fn quoted(text: &str, most: usize) -> Vec<String> {
    text.lines().map(|line| defanged(&line.replace('\t', " "), most)).collect()
}

fn is_domain_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '。')
}

fn looks_like_domain(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    let Some((before, last)) = word.rsplit_once('.') else { return false };
    let name = last.chars().count() >= 2 && last.chars().all(|c| c.is_alphabetic() || c == '-');
    let file = FILE_ENDINGS.contains(&last.to_lowercase().as_str()) && !before.starts_with("www.");
    let before = before.trim_matches('.');
    !before.is_empty() && (name || last.starts_with("xn--")) && !file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_becomes_a_link() {
        let cases = [
            ("http://evil.example/login", "http[:]//evil[.]example/login", "a whole address"),
            ("see evil.com now", "see evil[.]com now", "mail programs link bare domains"),
            ("www.evil.com", "www[.]evil[.]com", "and these"),
            ("www.evil.exe", "www[.]evil[.]exe", "whatever follows www"),
            ("bob@evil.com", "bob@evil[.]com", "and mail addresses"),
            ("//evil.com/x", "//evil[.]com/x", "without a scheme"),
            ("EVIL.COM.", "EVIL[.]COM[.]", "in capitals, at the end of a sentence"),
            ("bücher.example", "bücher[.]example", "in other scripts"),
            ("a.xn--p1ai", "a[.]xn--p1ai", "encoded"),
            ("C:\\Tools\\setup-1.2.3.exe", "C:\\Tools\\setup-1.2.3.exe", "a path stays readable"),
            ("/opt/vendor/install.sh", "/opt/vendor/install.sh", "so does this one"),
            ("C:\\Tools\\evil.com", "C:\\Tools\\evil[.]com", "this one may be linked"),
            ("Example Corp., Inc.", "Example Corp., Inc.", "ends of words are no domains"),
            ("1.2.3.4", "1.2.3.4", "neither are numbers"),
            ("e.g. this", "e.g. this", "nor abbreviations"),
        ];
        for (text, expected, why) in cases {
            assert_eq!(defanged(text, 200), expected, "{why}");
        }
    }

    #[test]
    fn a_line_stays_one_line_and_shows_as_it_is() {
        assert_eq!(one_line("a\r\nBcc: x\u{2028}y", 50), r"a\u{d}\u{a}Bcc: x\u{2028}y");
        assert_eq!(
            one_line("cod\u{202e}exe.txt", 50),
            r"cod\u{202e}exe.txt",
            "an ending cannot be turned round"
        );
        assert_eq!(one_line("abcdef", 4), "abc…");
        assert_eq!(one_line("abcd", 4), "abcd");
    }
}
