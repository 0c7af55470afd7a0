//! Every message in every language, as it arrives: `languages/*.txt`. `UPDATE_MESSAGES=1` writes them anew; review the diff.

use std::fmt::Write;
use std::path::Path;

use countersign_model::Language;

use super::samples;
use crate::message::{Reader, gsm};

/// The texts of a language: each message's subject, title, text and text message.
fn written(language: Language) -> String {
    let mut all = String::new();
    for (name, message) in samples::all(&Reader::of(Some(language), None), &str::to_owned) {
        let segments = gsm::segments(&message.short);
        let _ = write!(
            all,
            "=== {name}\nSubject: {}\nTitle: {}\n\n{}\nSMS ({segments}): {}\n\n",
            message.subject, message.title, message.text, message.short
        );
    }
    all
}

#[test]
fn messages_are_worded_as_reviewed() {
    let update = std::env::var_os("UPDATE_MESSAGES").is_some();
    for language in Language::ALL {
        let file = format!("src/message/tests/languages/{language}.txt");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let now = written(*language);
        if update {
            std::fs::write(&path, &now).unwrap();
        }
        let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
        let differing = now.lines().zip(reviewed.lines().chain(std::iter::repeat("")));
        let first = differing.into_iter().find(|(now, reviewed)| now != reviewed);
        assert_eq!(first, None, "{language}: run with UPDATE_MESSAGES=1 and review the diff");
        assert_eq!(now.len(), reviewed.len(), "{language}: run with UPDATE_MESSAGES=1 and review the diff");
    }
}

#[test]
fn every_language_fits_text_messages() {
    for language in Language::ALL {
        for (name, message) in samples::all(&Reader::of(Some(*language), None), &str::to_owned) {
            assert!(gsm::has(&message.short), "{language}, {name}: {}", message.short);
            assert!(gsm::segments(&message.short) <= 2, "{language}, {name}: {}", message.short);
            assert_eq!(message.content.language, language.id());
            assert!(message.html.contains(&format!("<html lang=\"{language}\">")), "{name}");
        }
    }
}

#[test]
fn a_moment_is_that_of_the_readers_clock() {
    let at = "2026-06-01T22:30:00Z".parse().unwrap();
    let cases = [
        (None, "2026-06-01 22:30 UTC"),
        (Some("Europe/Berlin"), "2026-06-02 00:30 (UTC+2)"),
        (Some("America/St_Johns"), "2026-06-01 20:00 (UTC-2:30)"),
        (Some("Asia/Kolkata"), "2026-06-02 04:00 (UTC+5:30)"),
        (Some("UTC"), "2026-06-01 22:30 UTC"),
        (Some("Mars/Olympus"), "2026-06-01 22:30 UTC"),
    ];
    for (zone, shown) in cases {
        assert_eq!(Reader::of(None, zone).moment(at).text(), shown, "{zone:?}");
    }
    let winter = "2026-12-01T22:30:00Z".parse().unwrap();
    assert_eq!(Reader::of(None, Some("Europe/Berlin")).moment(winter).text(), "2026-12-01 23:30 (UTC+1)");
}
