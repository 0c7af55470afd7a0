//! Texts that computers report: kept exactly, shown with every character, cut in the middle.

use countersign_model::{Access, Device, File, Reported, Subject, text, unicode};
use proptest::collection::vec;
use proptest::prelude::*;

fn shown(text: &str) -> String {
    Reported::from(text).to_string()
}

/// A UTF-16 text in WTF-8.
fn wtf8(units: &[u16]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for unit in char::decode_utf16(units.iter().copied()) {
        match unit {
            Ok(c) => bytes.extend(c.to_string().bytes()),
            Err(lone) => {
                let [high, low] = lone.unpaired_surrogate().to_be_bytes();
                bytes.extend([0xed, 0x80 | ((high & 0xf) << 2) | (low >> 6), 0x80 | (low & 0x3f)]);
            }
        }
    }
    bytes
}

#[test]
fn what_cannot_be_seen_is_shown_as_an_escape() {
    let cases = [
        (r"C:\Program Files\Tool 1.2\tool.exe", r"C:\Program Files\Tool 1.2\tool.exe", "nothing odd"),
        (" a  b ", " a  b ", "spaces count"),
        ("Übung – 試験.exe", "Übung – 試験.exe", "every script"),
        ("a\nb\u{0}c\u{7f}\u{85}", r"a\u{a}b\u{0}c\u{7f}\u{85}", "control characters"),
        ("cod\u{202e}txt.exe", r"cod\u{202e}txt.exe", "an override of direction"),
        ("pay\u{200b}pal\u{feff}", r"pay\u{200b}pal\u{feff}", "characters without width"),
        ("a\u{2028}b", r"a\u{2028}b", "a separator of lines"),
        ("a\u{fffd}b", "a\u{fffd}b", "what an agent has replaced is seen as it is"),
        (r"C:\u{41}\x", r"C:\u{5c}u{41}\x", "a backslash that would begin an escape"),
        (r"C:\u{…}", r"C:\u{5c}u{…}", "nobody can pretend that something was left out"),
        (r"C:\u\{a}", r"C:\u\{a}", "others stay"),
    ];
    for (text, expected, why) in cases {
        assert_eq!(shown(text), expected, "{why}");
        assert_eq!(Reported::from(text).as_sent(), text, "{why}");
    }
}

#[test]
fn a_lone_surrogate_is_an_escape_and_a_pair_is_a_character() {
    let lone = Reported::of_wtf8(&wtf8(&[0x43, 0xd800, 0xdc00, 0xdce9, 0x2e, 0xd83d]), 100);
    assert_eq!(lone.as_str(), "C\u{10000}\\u{dce9}.\\u{d83d}");
    assert_eq!(lone.as_sent(), lone.as_str(), "no text in UTF-8 can contain it");
    assert_ne!(lone, Reported::from(lone.as_str()), "whoever writes the escape means something else");
    assert_eq!(Reported::of_wtf8(b"a\xffb", 100).as_str(), r"a\u{dcff}b", "no WTF-8 at all");
}

#[test]
fn a_long_path_keeps_its_beginning_and_its_end() {
    let path = format!(r"C:\Users\{}\setup.exe", "x".repeat(32_767));
    let kept = Reported::new(&path, 100);
    assert!(kept.is_cut() && kept.size() <= 100 && kept.size() > 90, "{kept}");
    assert!(
        kept.as_str().starts_with(r"C:\Users\xxx") && kept.as_str().ends_with(r"xxx\setup.exe"),
        "{kept}"
    );
    assert!(kept.as_str().contains(r"xxx\u{…}xxx"), "{kept}");
    assert_eq!(kept.file_name().as_str(), "setup.exe");
    let whole = Reported::new(&"x".repeat(100), 100);
    assert!(!whole.is_cut() && whole.size() == 100);
    assert!(!Reported::from(r"\u{…}").is_cut());
    assert_eq!(
        Reported::new(&"\\".repeat(5000), Reported::PATH_MAX).size(),
        Reported::PATH_MAX,
        "each is two"
    );
    let escapes = Reported::new(&"\u{1}".repeat(50), 60);
    assert_eq!(escapes.as_str(), r"\u{1}\u{1}\u{1}\u{1}\u{…}\u{1}\u{1}\u{1}\u{1}", "no escape is cut in two");
}

#[test]
fn names_are_the_last_part_of_either_kind_of_path() {
    let cases = [
        (r"C:\Tools\a.exe", "a.exe"),
        ("/opt/tool/", "tool"),
        ("tool", "tool"),
        ("/", "/"),
        ("C:\\Tools\\a\u{1}b.exe", r"a\u{1}b.exe"),
        ("C:\\Tools\\\u{1}.exe", r"\u{1}.exe"),
        (r"C:\Tools\u{1}", "u{1}"),
        ("", ""),
    ];
    for (path, name) in cases {
        assert_eq!(Reported::from(path).file_name().as_str(), name, "{path}");
    }
    let sha256 = "615c46b39130a04a08da04163542ce7ce1164fa4b35408efb43aac0a8a9f7ae5".parse().unwrap();
    let mut file = File::new(sha256);
    assert_eq!(Subject::Application(file.clone()).name(), "SHA-256 615c46b39130…");
    file.path = Some(r"C:\x\a.exe".into());
    assert_eq!(Subject::Elevation(file).name(), "a.exe");
}

#[test]
fn devices_whose_identifiers_differ_only_in_what_cannot_be_seen_are_different() {
    let key = |id: Reported| Subject::Storage(Device::new(id, Access::Read)).key();
    assert_ne!(key("SN\u{0}1".into()), key("SN1".into()));
    assert_ne!(key("SN\u{0}1".into()), key(r"SN\u{0}1".into()));
    assert_ne!(key(Reported::of_wtf8(&wtf8(&[0xd800]), 9)), key(r"\u{d800}".into()));
    assert!(Reported::from("\u{0}").size() > 0 && !Reported::from("\u{0}").is_blank());
    assert!(Reported::from(" \t\u{a0}").is_blank());
}

#[test]
fn a_reason_keeps_its_lines_and_shows_what_is_odd() {
    let odd = [b"  It\xed\xa0\x80s\x07 urgent\n\tplease ".as_slice(), "\u{200d}".as_bytes()].concat();
    let expected = "It\\u{d800}s\\u{7} urgent\n\tplease \u{200d}";
    assert_eq!(text::reason(&odd), (Some(expected.to_owned()), false));
    assert_eq!(text::reason(b" \n "), (None, false));
    let (kept, cut) = text::reason("é".repeat(2001).as_bytes());
    assert_eq!((kept.unwrap().chars().count(), cut), (2000, true));
}

#[test]
fn one_function_shows_what_is_hidden() {
    assert_eq!(unicode::shown("a\r\nb\u{202e}"), r"a\u{d}\u{a}b\u{202e}");
    assert_eq!(unicode::shown("plain é"), "plain é");
}

#[test]
fn only_what_hides_or_reorders_is_an_escape_for_people() {
    let kept = [
        ("\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}", "a Persian verb"),
        (
            "\u{622}\u{632}\u{627}\u{62f}\u{200c}\u{62a}\u{631}",
            "behind a letter that does not connect anyway",
        ),
        ("\u{647}\u{200d}.", "a Persian abbreviation: the letter as if it were connected"),
        ("\u{915}\u{94d}\u{200d}\u{937}", "a half consonant of Hindi"),
        ("\u{915}\u{94d}\u{200c}\u{937}", "or a whole one"),
        ("\u{9b0}\u{200d}\u{9cd}\u{9af}", "Bengali joins the other way round"),
        ("\u{1f468}\u{1f3fd}\u{200d}\u{1f4bb}", "a man with a colour of skin and a laptop"),
        ("\u{2764}\u{fe0f}\u{200d}\u{1f525}", "a heart on fire"),
        ("1\u{fe0f}\u{20e3}", "a key"),
        ("\u{845b}\u{e0100}", "the variant of a character in a Japanese name"),
        ("\u{1828}\u{180b}", "the variant of a Mongolian letter"),
    ];
    for (text, why) in kept {
        assert_eq!(unicode::shown(text), text, "{why}");
        assert_eq!(Reported::from(text).shown(), text, "{why}, as a computer reports it");
    }
    let escaped = [
        ("ex\u{200d}ec", r"ex\u{200d}ec", "Latin letters are not joined"),
        ("ex\u{200c}ec", r"ex\u{200c}ec", "nor kept apart"),
        ("\u{645}\u{200c}\u{200c}\u{645}", r"\u{200c}\u{200c}", "once is enough"),
        ("1\u{fe0f}2", r"1\u{fe0f}2", "a digit has no variant"),
        ("a\u{fe00}", r"a\u{fe00}", "nor has a letter"),
        ("\u{1f468}\u{200d}x", r"\u{200d}x", "no picture follows"),
        ("a\u{200b}\u{ad}\u{feff}b", r"a\u{200b}\u{ad}\u{feff}b", "what shows nothing"),
        ("\u{5d0}\u{200f}\u{61c}\u{2066}x", r"\u{200f}\u{61c}\u{2066}x", "marks of direction, in any text"),
        ("x\u{e0061}\u{e007f}", r"x\u{e0061}\u{e007f}", "tags"),
        ("a\u{3164}\u{2028}\u{7}", r"a\u{3164}\u{2028}\u{7}", "fillers, ends of lines, a bell"),
    ];
    for (text, part, why) in escaped {
        assert!(unicode::shown(text).contains(part), "{why}: {}", unicode::shown(text));
        assert!(Reported::from(text).shown().contains(part), "{why}, as a computer reports it");
    }
    assert_eq!(
        Reported::from(r"\u{202e}x").shown(),
        r"\u{5c}u{202e}x",
        "an escape in the text itself stays apart"
    );
    assert_eq!(Reported::of_wtf8(&wtf8(&[0xd800, 0x41]), 99).shown(), r"\u{d800}A");
}

#[test]
fn the_invisible_characters_of_stored_names_are_those_of_unicode() {
    let ignorable =
        icu_properties::CodePointSetData::new::<icu_properties::props::DefaultIgnorableCodePoint>();
    let differing: Vec<char> =
        ('\0'..=char::MAX).filter(|c| unicode::is_invisible(*c) != ignorable.contains(*c)).collect();
    assert_eq!(differing, [] as [char; 0]);
}

#[test]
fn a_text_with_hebrew_or_arabic_letters_is_from_the_right() {
    for (text, expected) in [("abc 123", false), ("a\u{5d0}", true), ("\u{645}", true), ("\u{4e2d}", false)] {
        assert_eq!(unicode::is_from_the_right(text), expected, "{text}");
    }
}

/// Texts with many of the characters that matter here.
fn odd_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        prop::sample::select(vec!["\\", "/", "\\u{", "}", "\u{0}", "\u{202e}", "\"", "…", "a", "\\u{…}"])
            .prop_map(str::to_owned),
    ];
    vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn different_texts_stay_different(one in vec(any::<u16>(), 0..12), other in vec(any::<u16>(), 0..12)) {
        let of = |units: &[u16]| Reported::of_wtf8(&wtf8(units), usize::MAX);
        prop_assert_eq!(of(&one) == of(&other), one == other);
    }

    #[test]
    fn every_text_comes_back_as_it_was_sent(text in odd_text()) {
        let kept = Reported::new(&text, usize::MAX);
        prop_assert!(!kept.is_cut());
        prop_assert_eq!(kept.as_sent(), text);
    }

    #[test]
    fn nothing_hidden_is_ever_shown(text in odd_text(), most in 8_usize..200) {
        let kept = Reported::new(&text, most);
        prop_assert!(!kept.as_str().contains(unicode::is_hidden));
        prop_assert!(!kept.file_name().as_str().contains(unicode::is_hidden));
    }

    #[test]
    fn a_bound_holds_in_the_stored_form(units in vec(any::<u16>(), 0..300), most in 8_usize..600) {
        let whole = Reported::of_wtf8(&wtf8(&units), usize::MAX);
        let kept = whole.clone().shortened(most);
        let stored = serde_json::to_string(&kept).unwrap();
        prop_assert_eq!(stored.len(), kept.size() + 2);
        prop_assert!(kept.size() <= most);
        prop_assert_eq!(kept.is_cut(), whole.size() > most);
        prop_assert!(kept.is_cut() || kept == whole);
        prop_assert_eq!(&serde_json::from_str::<Reported>(&stored).unwrap(), &kept);
        prop_assert_eq!(kept.clone().shortened(most), kept);
    }
}

#[test]
fn a_host_name_is_kept_whatever_a_computer_makes_of_it() {
    let kept = |bytes: &[u8]| text::reported_hostname(Reported::of_wtf8(bytes, usize::MAX));
    let cases: [(&[u8], Option<&str>, &str); 12] = [
        (b"pc-7", Some("pc-7"), "nothing odd"),
        (b" pc-7 ", Some("pc-7"), "white space around it"),
        (b"pc-7.example.", Some("pc-7.example"), "the dot of the root is no part of it"),
        (b"pc\n7", Some(r"pc\u{a}7"), "a control character"),
        (b"PC-7\0", Some(r"PC-7\u{0}"), "the end of a text in C"),
        (b"pc-\xed\xa0\x80", Some(r"pc-\u{d800}"), "a lone surrogate"),
        (b"caf\xe9", Some(r"caf\u{dce9}"), "Windows-1252"),
        ("pc\u{202e}7".as_bytes(), Some(r"pc\u{202e}7"), "an override of direction"),
        (b"", None, "nothing"),
        (b"  ", None, "nothing but white space"),
        (b".", None, "nothing but the root"),
        (b" .. ", None, "nothing but dots"),
    ];
    for (sent, expected, why) in cases {
        assert_eq!(kept(sent).as_deref(), expected, "{why}");
    }
    let longest = "x".repeat(text::HOSTNAME_MAX);
    assert_eq!(kept(format!("{longest}.").as_bytes()), Some(longest.clone()));
    let cut = kept(format!("first-{longest}-last").as_bytes()).unwrap();
    assert!(cut.chars().count() <= text::HOSTNAME_MAX && cut.len() > 240, "{cut}");
    assert!(cut.starts_with("first-xx") && cut.contains(r"\u{…}") && cut.ends_with("xx-last"), "{cut}");
    let wide = kept("ü".repeat(300).as_bytes()).unwrap();
    assert!(wide.chars().count() <= text::HOSTNAME_MAX, "{wide}");
}
