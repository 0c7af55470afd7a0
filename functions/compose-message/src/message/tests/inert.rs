//! Nothing that is not ours becomes a link, a phone number or a mention, in any message and medium.

use linkify::LinkFinder;
use regex_lite::Regex;

use countersign_model::Language;

use super::samples::{self, Sample, TOKEN, URL};
use crate::message::gsm;
use crate::message::{Message, Reader};

const HOSTILE: &[&str] = &[
    "http://evil.example",
    "HTTPS://EVIL.EXAMPLE/login?next=1",
    "http://evil",
    "www.evil.example/win",
    "evil.example",
    "evil.zip",
    "evil.app/x?y=z#w",
    "evil.museum.",
    ".evil.dev",
    "evil.xn--p1ai",
    "пример.рф",
    "evil.新加坡",
    "https://approvals.example@evil.example/",
    "http:evil.example",
    "https:/evil.example",
    "http\u{ff1a}\u{ff0f}\u{ff0f}evil.example",
    "ftp.evil.example",
    "view-source:http://evil.example",
    "evil.com.exe",
    "sub.evil.co.uk:8080/a",
    "bücher.example",
    "xn--bcher-kva.example",
    "例え.テスト",
    "\u{2764}\u{fe0f}.ws",
    "evil\u{3002}com",
    "\u{ff45}\u{ff56}\u{ff49}\u{ff4c}\u{ff0e}\u{ff43}\u{ff4f}\u{ff4d}",
    "evil\u{2024}com",
    "\u{645}\u{62b}\u{627}\u{644}.\u{627}\u{6cc}\u{631}\u{627}\u{646}",
    r"\\198.51.100.7\share",
    r"\\server\share\a.exe",
    "//evil.example/x",
    "198.51.100.7",
    "http://3325256711/",
    "http://[2001:db8::1]/",
    "http://[::1]:8080/x",
    "https://[fe80::1%25eth0]/",
    "[2001:db8::1]",
    "file:///etc/passwd",
    "file://server/share/a.exe",
    r"file:\\server\share\a.exe",
    r"\\server@SSL@8443\DavWWWRoot\a.exe",
    r"\\?\UNC\server\share\a.exe",
    "smb://server/share",
    "ms-word:ofe|u|http://evil.example/a",
    "vscode://file/x",
    "intent://scan/#Intent;end",
    "magnet:?xt=urn:btih:0123456789abcdef",
    "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "mailto:bob@evil.example",
    "mailto:bob@localhost?subject=x",
    "bob@evil.example",
    "tel:+19005550199",
    "sms:+19005550199",
    "tel:9005550199;ext=2",
    "+49 (0)30 12345678",
    "\u{ff11}\u{ff19}\u{ff10}\u{ff10}\u{ff15}\u{ff15}\u{ff15}\u{ff10}\u{ff11}\u{ff19}\u{ff19}",
    "\u{661}\u{669}\u{660}\u{660}\u{665}\u{665}\u{665}\u{660}\u{661}\u{669}\u{669}",
    "call +1 900 555 0199 now",
    "(900) 555-0199",
    "0900.555.0199",
    "19005550199",
    "@channel and @here",
    "<!channel> <@U123> <https://evil.example|click>",
    "<!here|here> <!subteam^S012> <#C012|general> <@U1>",
    "<mailto:bob@evil.example|Bob>",
    "<at>Kim</at>",
    "[click](https://evil.example)",
    "[click](//evil/x) ![](\\\\server\\share)",
    "<a href=\"https://evil.example\">click</a>",
    "{{DATE(2026-06-01)}}",
    "x\r\nBcc: all@evil.example",
    "cod\u{202e}moc.live",
    "ev\u{200b}il.exam\u{2060}ple",
    "ht\u{ad}tp://ev\u{ad}il.example",
    "évil€.example … “http://évil.example”",
    "**bold** _it_ `code`",
];

/// What people read of HTML: no style sheet.
fn shown(html: &str) -> String {
    let (before, rest) = html.split_once("<style>").expect("a style sheet");
    let (_, behind) = rest.split_once("</style>").expect("its end");
    let inline = [before, behind].concat().replace("<bdi>", "").replace("</bdi>", "");
    let parts = inline.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    let text = parts.collect::<Vec<_>>().join("\n");
    pairs.iter().fold(text, |text, (entity, c)| text.replace(entity, c))
}

/// Every form of a message for people, by medium.
fn forms(message: &Message) -> Vec<(&'static str, String)> {
    vec![
        ("subject", message.subject.clone()),
        ("title", message.title.clone()),
        ("text", message.text.clone()),
        ("HTML", shown(&message.html)),
        ("SMS", message.short.clone()),
    ]
}

/// What the loosest programs for mail, phones and chats would make a link of.
struct Finder {
    /// What is ours and may be a link or look like a number, and names of programs.
    ours: Regex,
    patterns: Vec<Regex>,
    links: LinkFinder,
}

impl Finder {
    fn new() -> Self {
        let link = format!("{URL}/(requests/req_[0-9A-Z]+|(invitation|password-reset)#{TOKEN}|$|\\s)");
        let ours = [
            link.as_str(),
            r"\d{4}-\d\d-\d\d \d\d:\d\d UTC",
            r"\b192\.0\.2\.1\b",
            "req_[0-9A-Z]{26}",
            r"(^|[^.\w])\w+\.exe\b",
        ];
        let patterns = [
            r"(?i)[a-z][a-z0-9+.\-]+:[^\s]",
            r"\\\\[^\s}]",
            r"//[^/\s}]",
            r"(?i)[^\s.]\.[a-z][a-z]",
            r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}",
            r"(?:\d[- ().\[\]/]{0,4}){7}",
        ];
        let mut links = LinkFinder::new();
        links.url_must_have_scheme(false);
        let regex = |pattern: &str| Regex::new(pattern).unwrap();
        Self { ours: regex(&ours.join("|")), patterns: patterns.map(regex).into(), links }
    }

    fn found(&self, text: &str) -> Vec<String> {
        // Text messages have three dots for what was left out. What is on both sides of it is not one number.
        let text = text.replace("...", "…");
        let theirs = self.ours.replace_all(&text, " (ours) ");
        let links = self.links.links(&theirs).map(|link| link.as_str().to_owned());
        let of = |pattern: &Regex| pattern.find(&theirs).map(|found| found.as_str().to_owned());
        links.chain(self.patterns.iter().filter_map(of)).collect()
    }
}

/// Every message of a language, with this text in all places that are not ours.
fn messages(language: Language, theirs: &str) -> Vec<Sample> {
    samples::all(&Reader::of(Some(language), None), &|_| theirs.to_owned())
}

#[test]
fn the_finder_finds() {
    let finder = Finder::new();
    let unseen = "@{*\u{202e}\u{200b}\u{ad}\u{3002}\u{ff0e}\u{2024}\u{62b}\u{2764}テр新\u{ff11}\u{661}";
    for hostile in
        HOSTILE.iter().filter(|text| !text.contains("<at>") && !text.chars().any(|c| unseen.contains(c)))
    {
        assert!(!finder.found(&format!("x {hostile} y")).is_empty(), "{hostile}");
    }
}

/// Nothing from outside is a link in any message of the language and any medium.
fn has_no_links<'a>(language: Language, hostile: impl Iterator<Item = &'a &'a str>) {
    let finder = Finder::new();
    for hostile in hostile {
        let all = messages(language, hostile);
        assert!(all.len() > 14);
        for (name, message) in all {
            for (medium, text) in forms(&message) {
                let found = finder.found(&text);
                assert_eq!(found, [] as [&str; 0], "{language}: {hostile:?} in {name} as {medium}: {text}");
            }
        }
    }
}

// One test for each language: they run at the same time. What makes a text inert knows no language, so one language has every form, and the
// others some of each kind, for what stands around them.
const SOME: usize = 7;

#[test]
fn nothing_from_outside_is_a_link_in_english() {
    has_no_links(Language::English, HOSTILE.iter());
}

#[test]
fn nothing_from_outside_is_a_link_in_german() {
    has_no_links(Language::German, HOSTILE.iter().step_by(SOME));
}

#[test]
fn nothing_from_outside_is_a_link_in_spanish() {
    has_no_links(Language::Spanish, HOSTILE.iter().skip(2).step_by(SOME));
}

#[test]
fn nothing_from_outside_is_a_link_in_french() {
    has_no_links(Language::French, HOSTILE.iter().skip(4).step_by(SOME));
}

#[test]
fn every_language_has_its_test() {
    assert_eq!(Language::ALL.len(), 4, "a language without a test of its own");
}

#[test]
fn only_our_link_is_an_element_and_nothing_is_mentioned_or_hidden() {
    for hostile in HOSTILE {
        for (name, message) in samples::all(&Reader::default(), &|_| (*hostile).to_owned()) {
            let anchors = usize::from(message.content.link.is_some());
            assert_eq!(message.html.matches("<a ").count(), anchors, "{hostile:?} in {name}");
            assert!(!message.html.contains("<script"), "{hostile:?} in {name}");
            for (_, text) in forms(&message) {
                assert!(!text.contains(['\r', '\u{202e}', '\u{200b}', '\u{2060}']), "{hostile:?} in {name}");
            }
            for line in [&message.subject, &message.title] {
                assert!(line.chars().count() <= 150, "{line}");
                assert_eq!(line.lines().count(), 1, "{hostile:?} in {name}");
            }
        }
    }
}

#[test]
fn every_text_message_has_at_most_two_segments_and_its_link_whole() {
    let long = [
        "a".repeat(500),
        "…é".repeat(100),
        "\u{4e2d}\u{6587} ".repeat(99),
        "\u{1f468}\u{200d}\u{1f4bb}".repeat(40),
    ];
    let persian = "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645} ".repeat(20);
    let hostile = HOSTILE.iter().map(|text| (*text).to_owned());
    for text in hostile.chain(long).chain([persian]) {
        for (name, message) in Language::ALL.iter().flat_map(|language| messages(*language, &text)) {
            assert!(gsm::segments(&message.short) <= 2, "{name}: {}", message.short);
            let link = message.content.link.map(|(_, link)| link);
            assert!(link.is_none_or(|link| message.short.ends_with(&link)), "{name}: {}", message.short);
        }
    }
}

#[test]
fn ordinary_texts_in_latin_letters_never_need_ucs_2() {
    for language in Language::ALL {
        let reader = Reader::of(Some(*language), None);
        for (name, message) in samples::all(&reader, &|own| format!("{own} – “naïve” Łódź…")) {
            assert!(gsm::has(&message.short), "{language}, {name}: {}", message.short);
        }
    }
}

#[test]
fn persian_and_emoji_arrive_as_they_were_typed() {
    for typed in [
        "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
        "\u{1f468}\u{1f3fd}\u{200d}\u{1f4bb}",
        "\u{2764}\u{fe0f}",
    ] {
        for (name, message) in samples::all(&Reader::default(), &|_| typed.to_owned()) {
            for form in [&message.text, &message.html] {
                assert!(form.contains(typed) && !form.contains(r"\u{"), "{name}: {form}");
            }
        }
    }
}
