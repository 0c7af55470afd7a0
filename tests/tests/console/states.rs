//! Pages and states of a page that no story passes: accessible in both themes, at both sizes and in every language.

use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::sizes::{Size, at_both_sizes, sign_in};
use countersign_tests::{Browser, Deployment};
use serde_json::{Value, json};

/// The languages besides English, and what the page of a request says in each.
const LANGUAGES: &[(&str, &str)] = &[("de", "Genehmigen"), ("es", "Aprobar"), ("fr", "Approuver")];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_before_signing_in_is_accessible() {
    for size in [Size::Phone, Size::Desktop] {
        let Some(browser) = Browser::start().await else { return };
        let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
        if size == Size::Desktop {
            browser.widen().await;
        }
        browser.open(&host.url("/setup")).await;
        browser.has("heading", "Set up Countersign").await;
        browser.is_accessible().await;
        let _world = Deployment::on(&host).await;
        for (path, heading) in [
            ("/", "Sign in"),
            ("/invitation#token", "Accept your invitation"),
            ("/password-reset#token", "Choose a new password"),
            ("/forgotten-password", "Forgotten password"),
        ] {
            browser.open(&host.url(path)).await;
            browser.has("heading", heading).await;
            browser.settles().await;
            browser.is_accessible().await;
        }
        assert_eq!(browser.complaints().await, [""; 0], "{size:?}");
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_no_story_passes_are_accessible() {
    at_both_sizes(async |browser, host, _world, size| {
        let organizations = if size == Size::Phone { "Organizations" } else { "Company A" };
        for (path, heading) in [
            ("/more", "More"),
            ("/organizations", organizations),
            ("/one-time-codes", "Set up one-time codes"),
            ("/nowhere/at/all", "Not found"),
        ] {
            browser.open(&host.url(path)).await;
            browser.has("heading", heading).await;
            browser.settles().await;
            browser.is_accessible().await;
        }
        browser.was_refused(&["/nowhere/at/all", "404"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_accessible_folded_open_and_while_it_is_denied_in_every_language() {
    at_both_sizes(async |browser, host, world, size| {
        let id = world.submit(&world.request_for(b"states"), "key").await.expect(201).text_at("/id");
        host.settle().await.unwrap();
        let page = host.url(&format!("/requests/{id}"));
        browser.open(&page).await;
        browser.says("I need it for the report").await;
        browser.settles().await;
        browser.is_accessible().await;
        if size == Size::Phone {
            browser.press("Change").await;
            browser.has("heading", "Decide").await;
            browser.is_accessible().await;
            browser.press("Fold the choices away").await;
            browser.has("button", "Change").await;
        }
        browser.press("Deny").await;
        browser.has("textbox", "Message to").await;
        browser.is_accessible().await;
        for (language, approve) in LANGUAGES {
            browser.run(&format!("localStorage.setItem('language', '{language}');")).await;
            browser.open(&page).await;
            browser.has("button", approve).await;
            browser.settles().await;
            browser.is_accessible().await;
            browser.until_it_is("return document.documentElement.lang;", *language).await;
        }
        browser.run("localStorage.removeItem('language');").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_path_and_a_persian_reason_fit_the_narrowest_window() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    let mut request = world.request_for(b"long");
    let path = format!("C:\\{}\\Rechnungsverarbeitung.exe", "Anwendungsdaten_ohne_Leerzeichen".repeat(6));
    request["subject"]["path"] = json!(path);
    request["reason"] = json!("برای گزارش ماهانه به این برنامه نیاز دارم ".repeat(6));
    let id = world.submit(&request, "long").await.expect(201).text_at("/id");
    host.settle().await.unwrap();
    browser.lay_out(320, 640).await;
    browser.open(&host.url(&format!("/requests/{id}"))).await;
    sign_in(&browser, "boss@company.example").await;
    browser.has("heading", "Rechnungsverarbeitung.exe").await;
    browser.press("The file").await;
    browser.says("SHA-256").await;
    browser.settles().await;
    browser.is_accessible().await;
    // The reason is read from the right.
    browser
        .until_it_is("return getComputedStyle(document.querySelector('blockquote')).direction;", "rtl")
        .await;
    browser.press("Change").await;
    browser.has("heading", "Decide").await;
    browser.is_accessible().await;
    assert_eq!(browser.complaints().await, [""; 0]);
    host.stop().await;
}

/// The badges of the first row of the list.
const BADGES: &str = r"
    const badges = document.querySelector('[data-request-id]').querySelectorAll('.row-badges .badge');
    return [...badges].map((badge) => badge.textContent.replace(/[\u2066-\u2069]/g, '').trim());
";

#[tokio::test(flavor = "multi_thread")]
async fn a_row_shows_the_two_things_that_change_a_decision_the_most() {
    at_both_sizes(async |browser, host, world, _size| {
        let mut request = world.request_for(b"unsigned");
        request["kind"] = json!("elevation");
        request["subject"]["certificate"] = Value::Null;
        let id = world.submit(&request, "ann").await.expect(201).text_at("/id");
        request["requester"]["username"] = json!("COMPANY\\bob");
        world.submit(&request, "bob").await.expect(200);
        browser.open(&host.url("/requests")).await;
        browser.has("link", "report.exe").await;
        browser.until_it_is(BADGES, json!(["Unsigned", "1 more asks"])).await;
        let taken = format!("/v1/requests/{id}/assignee");
        world.api.put(&taken).bearer(&world.boss).json(&json!({})).send().await.expect(200);
        browser.open(&host.url("/requests")).await;
        browser.has("link", "report.exe").await;
        browser.until_it_is(BADGES, json!(["Unsigned", "Taken by Boss"])).await;
        browser.is_accessible().await;
    })
    .await;
}
