//! Texts from outside: what is accepted and what is not.

use countersign_model::text::{self, TextError};
use countersign_model::{Address, Channel, EmailAddress, PhoneNumber, Sha256};

#[test]
fn a_name_is_shown_as_it_was_typed_but_cleaned() {
    let cases = [
        ("  Company \u{a0} B ", "Company B", "runs of white space are one space"),
        ("Help\u{200b}desk\u{feff}", "Helpdesk", "what shows nothing and does nothing goes"),
        ("ex\u{ad}ec", "exec", "a soft hyphen, too"),
        ("\u{202e}gpj.exe", "gpj.exe", "nothing turns what stands behind the name"),
        (
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "Persian needs its joiners",
        ),
        (
            "\u{1f468}\u{200d}\u{1f4bb} Ops\u{200d}",
            "\u{1f468}\u{200d}\u{1f4bb} Ops",
            "emoji as well, but not at the end",
        ),
        ("\u{2764}\u{fe0f}", "\u{2764}\u{fe0f}", "a variation selector at the end belongs to the heart"),
        ("Cafe\u{301}", "Cafe\u{301}", "the form stays the typed one"),
        ("\u{ff21}BC", "\u{ff21}BC", "and the width"),
    ];
    for (typed, shown, why) in cases {
        assert_eq!(text::name(typed).as_deref(), Ok(shown), "{why}");
        assert_eq!(text::name(shown).as_deref(), Ok(shown), "{why}, once and for all");
    }
    for empty in
        ["", "\u{200b}", "\u{2800}", " \u{feff} \u{ad}", "\u{200d}", "\u{fe0f}", "\u{3164}", "\u{2028}"]
    {
        assert_eq!(text::name(empty), Err(TextError::Empty), "{empty:?}");
    }
    assert_eq!(
        text::name(&format!("{}a", "\u{200b}".repeat(500))).as_deref(),
        Ok("a"),
        "the rest is what counts"
    );
}

#[test]
fn names_are_compared_as_people_see_them() {
    let same = [
        ("Caf\u{e9}", "Cafe\u{301}", "composed or not"),
        ("Help desk", "HELP  DESK", "case and spaces"),
        ("Help desk", "Help\u{3000}desk", "wide spaces"),
        ("Helpdesk", "Help\u{200b}de\u{ad}sk\u{200d}", "invisible characters"),
        ("e\u{301}", "e\u{200b}\u{301}", "an accent goes to its letter"),
        ("Stra\u{df}e", "STRASSE", "letters that fold into two"),
        ("\u{ff21}\u{ff22}\u{ff23}", "abc", "full-width letters"),
        ("o\u{fb03}ce", "office", "ligatures"),
        ("\u{645}\u{6cc}\u{200c}\u{62e}", "\u{645}\u{6cc}\u{62e}", "joiners"),
        ("\u{2764}\u{fe0f}", "\u{2764}", "how an emoji is drawn"),
    ];
    for (one, other, why) in same {
        assert_eq!(text::name_key(one), text::name_key(other), "{why}");
        assert_eq!(text::name_key(&text::name_key(one)), text::name_key(one), "{why}: the key of the key");
    }
    let different = [("Cafe", "Caf\u{e9}"), ("Help desk", "Helpdesk"), ("A", "\u{391}"), ("1", "2")];
    for (one, other) in different {
        assert_ne!(text::name_key(one), text::name_key(other));
    }
}

#[test]
fn names_are_one_trimmed_line_of_at_most_two_hundred_characters() {
    assert_eq!(text::name("  Company B "), Ok("Company B".to_owned()));
    assert_eq!(text::name(&"ü".repeat(200)).unwrap().chars().count(), 200);
    assert_eq!(text::name(&"ü".repeat(201)), Err(TextError::TooLong(200)));
    assert_eq!(text::name(" \t "), Err(TextError::Empty));
    assert_eq!(text::name("a\u{0}b"), Err(TextError::ControlCharacter));
    assert_eq!(text::name("a\nb"), Err(TextError::ControlCharacter));
}

#[test]
fn free_text_keeps_its_lines_and_may_be_empty() {
    assert_eq!(text::message("  You may\nuse it "), Ok(Some("You may\nuse it".to_owned())));
    assert_eq!(text::message("  "), Ok(None));
    assert_eq!(text::note(&"x".repeat(2001)), Err(TextError::TooLong(2000)));
    assert_eq!(text::message("\u{7}"), Err(TextError::ControlCharacter));
}

#[test]
fn email_addresses() {
    let good = ["a@b.example", "first.last+tag@sub.company.example", "o'neil@b.example", "a@bücher.example"];
    for email in good {
        assert!(email.parse::<EmailAddress>().is_ok(), "{email}");
    }
    let long = format!("{}@b.example", "a".repeat(65));
    let too_long = format!("a@{}.example", vec!["b".repeat(60); 5].join("."));
    let bad = [
        ("", "empty"),
        ("a", "no at sign"),
        ("@b.example", "nobody"),
        ("a@", "nowhere"),
        ("a@@b.example", "two at signs"),
        ("a@b@c.example", "two at signs"),
        ("a b@c.example", "a space"),
        ("a@b .example", "a space"),
        ("a\r\nBcc: x@c.example", "a header smuggled in"),
        ("Name <a@b.example>", "a display name"),
        ("a@b.example, c@b.example", "two addresses"),
        (".a@b.example", "a leading dot"),
        ("a..b@b.example", "two dots"),
        ("a@-b.example", "a label that starts with a hyphen"),
        ("a@b..example", "an empty label"),
        (long.as_str(), "more than 64 before the at sign"),
        (too_long.as_str(), "more than 254 in all"),
    ];
    for (email, why) in bad {
        assert_eq!(email.parse::<EmailAddress>(), Err(TextError::Email), "{why}");
    }
    for too_many in ["a@b.example..", "a@.", "a."] {
        assert_eq!(too_many.parse::<EmailAddress>(), Err(TextError::Email), "{too_many}");
    }
    let address = |text: &str| text.parse::<EmailAddress>().unwrap();
    assert_eq!(
        address("Kim.Lee@Company.example.").as_str(),
        "Kim.Lee@Company.example",
        "as typed, without the dot"
    );
    for same in [
        "kim.lee@company.example",
        "KIM.LEE@COMPANY.EXAMPLE",
        "Kim.Lee@company.example.",
        " kim.lee@company.example ",
    ] {
        assert_eq!(address(same).key(), "kim.lee@company.example", "{same}");
        assert_eq!(same.parse::<Address>().unwrap().key(), "kim.lee@company.example", "{same}");
    }
    for other in ["kimlee@company.example", "kim.lee+a@company.example"] {
        assert_ne!(address(other).key(), "kim.lee@company.example");
    }
}

#[test]
fn an_address_of_an_integration_is_its_kind_and_its_name() {
    let cases = [
        ("slack:Security desk", Channel::Chat, "slack:Security desk"),
        ("slack: Security \u{a0} desk", Channel::Chat, "slack:Security desk"),
        (" teams:  soc ", Channel::Chat, "teams:soc"),
        ("webhook:+15550100", Channel::Webhook, "webhook:+15550100"),
        ("pagerduty:a@b.example", Channel::Webhook, "pagerduty:a@b.example"),
        ("sms:+15550100", Channel::Sms, "+15550100"),
        ("a@b.example", Channel::Email, "a@b.example"),
    ];
    for (text, channel, shown) in cases {
        let address: Address = text.parse().unwrap();
        assert_eq!(address.by_channel(), (channel, shown), "{text}");
    }
    let long = format!("slack:{}", "x".repeat(65));
    for bad in ["slack:", "slack: ", "slack:a\nb", "Slack:desk", "pigeon:desk", &long] {
        assert!(bad.parse::<Address>().is_err(), "{bad}");
    }
    let same = ["slack:Desk", "slack:desk"].map(|text| text.parse::<Address>().unwrap().key());
    assert_eq!(same[0], same[1]);
}

#[test]
fn addresses_of_a_policy_are_email_or_sms() {
    let sms: Address = "sms:+15550100".parse().unwrap();
    assert_eq!(sms.sms(), Some("+15550100"));
    let email: Address = " a@b.example ".parse().unwrap();
    assert_eq!((email.sms(), email.as_str()), (None, "a@b.example"));
    for bad in ["sms:5550100", "sms:", "sms:+1555", "sms:+0155501000", "sms:a@b.example", "tel:+15550100"] {
        assert!(bad.parse::<Address>().is_err(), "{bad}");
    }
    assert!(serde_json::from_str::<Address>("\"nobody\"").is_err());
    assert!("+1234567890123456".parse::<PhoneNumber>().is_err(), "16 digits");
}

#[test]
fn a_digest_is_64_hexadecimal_digits_in_lower_case() {
    let upper = "AB".repeat(32);
    assert_eq!(upper.parse::<Sha256>().unwrap().as_str(), "ab".repeat(32));
    for bad in ["ab".repeat(31), "ag".repeat(32), format!("{} ", "ab".repeat(32))] {
        assert_eq!(bad.parse::<Sha256>(), Err(TextError::Sha256), "{bad}");
    }
}
