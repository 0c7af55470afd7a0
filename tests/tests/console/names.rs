//! Names in the console: what is made visible of those that deceive, and how the whole of one that is cut is seen.

use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::Browser;
use countersign_tests::sizes::at_both_sizes;
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

/// What of the page a pointer would not be told in words: names that are cut, and buttons that are an icon alone. And how many there are.
const UNTOLD: &str = r#"
    const plain = (text) => (text ?? "").replace(/[\u2066-\u2069]/g, "");
    const shown = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.getClientRects().length);
    const cut = shown("bdi.cut").map((one) => [plain(one.title), plain(one.textContent)]);
    const icons = shown(".button-icon").map((one) => [one.querySelector("[title]")?.title, one.getAttribute("aria-label")]);
    return { cut: cut.length, icons: icons.length, untold: [...cut, ...icons].filter(([title, name]) => !title || title !== name) };
"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_pointer_is_told_the_whole_of_a_cut_name_and_what_an_icon_means() {
    at_both_sizes(async |browser, host, world, _size| {
        browser.open(&host.url(&format!("/administrators?organization={}", world.company))).await;
        browser.says("clerk@company.example").await;
        browser.settles().await;
        let found = browser.run(UNTOLD).await;
        assert!(found["cut"].as_u64() > Some(0), "{found}");
        assert_eq!(found["untold"], json!([]));
        browser.open(&host.url(&format!("/administrators/{}/permissions", world.clerk))).await;
        browser.press("Add a role").await;
        browser.settles().await;
        let found = browser.run(UNTOLD).await;
        assert!(found["icons"].as_u64() > Some(0), "{found}");
        assert_eq!(found["untold"], json!([]));
    })
    .await;
}
