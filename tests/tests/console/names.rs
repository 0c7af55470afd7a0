//! What the console makes visible of names that deceive, in a page of it.

use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::Browser;
use serde_json::{Value, json};

/// What the page shows of each text: as that of a person or a computer, and as the name of a file.
const SHOWN: &str = r#"
    const done = arguments[arguments.length - 1];
    import(document.querySelector("link[href$='/components/text.js']").href).then(({ plainly, nameInPlain }) =>
        done(TEXTS.map((text) => [plainly(text), nameInPlain(text)])));
"#;

/// What deceives: the text, and how it is shown as any text and as the name of a file.
const DECEIVES: &[(&str, &str, &str)] = &[
    ("ɡoogle.exe", "ɡ[U+0261]oogle.exe", "ɡ[U+0261]oogle.exe"),
    ("pɑypal.exe", "pɑ[U+0251]ypal.exe", "pɑ[U+0251]ypal.exe"),
    ("mıcrosoft.exe", "mıcrosoft.exe", "mı[U+0131]crosoft.exe"),
    ("report１.exe", "report１[U+FF11].exe", "report１[U+FF11].exe"),
    ("photo．exe", "photo．exe", "photo．[U+FF0E]exe"),
    ("a\u{2800}.exe", "a[U+2800].exe", "a[U+2800].exe"),
    ("re\u{200d}port.exe", "re[U+200D]port.exe", "re[U+200D]port.exe"),
    ("repo\u{fe0f}rt.exe", "repo[U+FE0F]rt.exe", "repo[U+FE0F]rt.exe"),
    ("РС-1", "Р[U+0420]С[U+0421]-1", "Р[U+0420]С[U+0421]-1"),
];

/// What people write and nobody takes for something else.
const HONEST: &[&str] = &[
    "report.exe",
    "Übergröße.exe",
    "Отчёт.exe",
    "Анна Козлова",
    "می\u{200c}خواهم.exe",
    "資料１.pdf",
    "👩\u{200d}💻 ❤\u{fe0f} 1\u{fe0f}\u{20e3}",
    "क\u{94d}\u{200d}ष",
];

#[tokio::test(flavor = "multi_thread")]
async fn names_that_only_look_like_others_are_marked_and_honest_ones_are_not() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    browser.open(&host.url("/")).await;
    let honest = HONEST.iter().map(|text| (*text, *text, *text));
    let cases: Vec<_> = DECEIVES.iter().copied().chain(honest).collect();
    let texts: Vec<_> = cases.iter().map(|(text, ..)| *text).collect();
    let shown = browser.run_until_called(&SHOWN.replace("TEXTS", &json!(texts).to_string())).await;
    let expected: Vec<Value> = cases.iter().map(|(_, text, name)| json!([text, name])).collect();
    assert_eq!(shown, json!(expected));
    host.stop().await;
}
