//! The sender of an email: a name and an address, as each provider takes them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The most bytes in one encoded word: 60 characters of base64, so that the word has at most 75 (RFC 2047 §2).
const WORD: usize = 45;

/// The sender: the configured address under a name, if there is one.
pub fn under(name: Option<&str>, configured: &str) -> String {
    let Some(name) = name else { return configured.to_owned() };
    let address = configured.rsplit_once('<').map_or(configured, |(_, rest)| rest.trim_end_matches('>'));
    // In quotes, a name is one word; a quote or a backslash would end it.
    let name: String = name.chars().filter(|c| !matches!(c, '"' | '\\')).collect();
    format!("\"{name}\" <{}>", address.trim())
}

/// A sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The name, without quotes.
    pub name: Option<String>,
    /// The address.
    pub address: String,
}

impl Sender {
    /// The sender that a text such as `"Name" <a@b.example>` describes.
    pub fn parse(text: &str) -> Self {
        let Some((name, address)) = text.rsplit_once('<') else {
            return Self { name: None, address: text.trim().to_owned() };
        };
        let name = name.trim().trim_matches('"').replace(['"', '\\'], "");
        let address = address.trim().trim_end_matches('>').trim().to_owned();
        Self { name: Some(name).filter(|name| !name.is_empty()), address }
    }

    /// The domain of the address.
    pub fn domain(&self) -> Option<&str> {
        self.address.rsplit_once('@').map(|(_, domain)| domain)
    }

    /// As a header has it: a name of other than ASCII characters becomes encoded words.
    pub fn header(&self, between: &str) -> String {
        match &self.name {
            None => self.address.clone(),
            Some(name) if is_plain(name) => format!("\"{name}\" <{}>", self.address),
            Some(name) => format!("{}{between}<{}>", encoded(name, between), self.address),
        }
    }
}

/// A text as a header has it: unchanged, or as encoded words (RFC 2047) with `between` between them.
pub fn encoded(text: &str, between: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        if word.len() + c.len_utf8() > WORD {
            words.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    words.push(word);
    let words: Vec<String> =
        words.iter().map(|word| format!("=?UTF-8?B?{}?=", STANDARD.encode(word))).collect();
    words.join(between)
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !text.contains("=?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_has_a_name_and_an_address() {
        let sender = |name: Option<&str>, address: &str| Sender {
            name: name.map(str::to_owned),
            address: address.to_owned(),
        };
        let cases = [
            ("a@b.example", sender(None, "a@b.example")),
            ("Name <a@b.example>", sender(Some("Name"), "a@b.example")),
            ("\"Sons' <Security>\" <a@b.example>", sender(Some("Sons' <Security>"), "a@b.example")),
            (" <a@b.example> ", sender(None, "a@b.example")),
        ];
        for (text, expected) in cases {
            assert_eq!(Sender::parse(text), expected, "{text}");
        }
        assert_eq!(Sender::parse("Name <a@b.example>").domain(), Some("b.example"));
    }

    #[test]
    fn a_header_is_ascii_whatever_the_name_is() {
        assert_eq!(Sender::parse("Name <a@b.example>").header(" "), "\"Name\" <a@b.example>");
        assert_eq!(
            Sender::parse("Müller <a@b.example>").header(" "),
            "=?UTF-8?B?TcO8bGxlcg==?= <a@b.example>"
        );
        let long = encoded(&"ü".repeat(50), " ");
        assert_eq!(long.split(' ').count(), 3, "{long}");
        assert!(long.is_ascii() && long.split(' ').all(|word| word.len() <= 75), "{long}");
        assert_eq!(
            encoded("=?UTF-8?B?eA==?=", " "),
            "=?UTF-8?B?PT9VVEYtOD9CP2VBPT0/PQ==?=",
            "not taken for one"
        );
    }

    #[test]
    fn the_sender_is_the_configured_address_under_the_display_name() {
        let cases = [
            (None, "Countersign <a@b.example>", "Countersign <a@b.example>"),
            (Some("Company"), "Countersign <a@b.example>", "\"Company\" <a@b.example>"),
            (Some("Company"), "a@b.example", "\"Company\" <a@b.example>"),
            (Some("A\" <x@y.example>, \\\"B"), "a@b.example", "\"A <x@y.example>, B\" <a@b.example>"),
        ];
        for (name, configured, expected) in cases {
            assert_eq!(under(name, configured), expected);
        }
    }
}
