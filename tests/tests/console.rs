//! The console in a real browser: sign in, follow the direct link, approve.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::time::Duration;

use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::{Browser, Deployment, PASSWORD, one_time_code};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_follows_the_link_signs_in_and_approves() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    let id = world.submit(&world.request_for(b"in the browser"), "key").await.expect(201).text_at("/id");
    host.settle().await.unwrap();

    browser.open(&host.url(&format!("/requests/{id}"))).await;
    browser.fill("#sign-in-email", "clerk@company.example").await;
    browser.fill("#sign-in-password", PASSWORD).await;
    browser.click("#sign-in-submit").await;
    browser.shows("#fact-path", "report.exe").await;
    browser.shows("#fact-company", "Company B").await;
    browser.click("#scope-organization").await;
    assert!(browser.is_disabled("#approve").await, "what is not allowed is shown disabled");
    browser.shows("#approve-reason", "").await;
    browser.click("#scope-computer").await;
    let opened = world.api.get(&format!("/v1/requests/{id}")).bearer(&world.boss).send().await.expect(200);
    assert_eq!(opened.text_at("/status"), "pending", "looking decides nothing");

    browser.click("#approve").await;
    browser.shows("#request-status", "Approved").await;
    let opened = world.api.get(&format!("/v1/requests/{id}")).bearer(&world.boss).send().await.expect(200);
    assert_eq!(opened.text_at("/status"), "approved");
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_sees_the_pending_requests() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    let id = world.submit(&world.request_for(b"listed"), "key").await.expect(201).text_at("/id");
    host.settle().await.unwrap();
    browser.open(&host.url("/")).await;
    browser.fill("#sign-in-email", "boss@company.example").await;
    browser.fill("#sign-in-password", "not the password at all").await;
    browser.click("#sign-in-submit").await;
    browser.shows("#error", "password").await;
    browser.fill("#sign-in-password", PASSWORD).await;
    browser.click("#sign-in-submit").await;
    browser.shows(&format!("[data-request-id='{id}']"), "report.exe").await;
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_under_the_name_of_another_one_is_marked_in_the_list_and_in_the_request() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    let (_, token) = world.another_computer("pc-1").await;
    let body = world.request_for(b"of a twin");
    let call = world.api.post("/agent/v1/requests").bearer(&token).json(&body);
    let id = call.send().await.expect(201).text_at("/id");
    host.settle().await.unwrap();
    browser.open(&host.url("/")).await;
    browser.fill("#sign-in-email", "clerk@company.example").await;
    browser.fill("#sign-in-password", PASSWORD).await;
    browser.click("#sign-in-submit").await;
    browser.shows(&format!("[data-request-id='{id}']"), "Unconfirmed computer").await;
    browser.open(&host.url(&format!("/requests/{id}"))).await;
    browser.shows("#fact-computer", "another computer has this name").await;
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_looks_as_the_organization_has_chosen_to_whoever_belongs_to_it() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    let branding = json!({ "display_name": "Company <Security>", "colour": "#0a7b3c", "reply_to": null });
    let path = format!("/v1/organizations/{}/branding", world.company);
    world.api.put(&path).bearer(&world.boss).json(&branding).send().await.expect(200);
    browser.open(&host.url("/")).await;
    browser.shows("#brand-name", "Countersign").await;
    // She may decide requests, and not see the organization.
    browser.fill("#sign-in-email", "clerk@company.example").await;
    browser.fill("#sign-in-password", PASSWORD).await;
    browser.click("#sign-in-submit").await;
    browser.shows("#brand-name", "Company <Security>").await;
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_must_use_one_time_codes_sets_them_up_and_signs_in_with_one() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    let settings = json!({ "require_totp": true, "session_minutes": null, "allowed_ranges": [] });
    let path = format!("/v1/organizations/{}/login-settings", world.company);
    world.api.put(&path).bearer(&world.boss).json(&settings).send().await.expect(200);
    let sign_in = async || {
        browser.open(&host.url("/")).await;
        browser.fill("#sign-in-email", "clerk@company.example").await;
        browser.fill("#sign-in-password", PASSWORD).await;
        browser.click("#sign-in-submit").await;
    };
    sign_in().await;
    browser.fill("#codes-password", PASSWORD).await;
    browser.click("#codes-begin-submit").await;
    browser.shows("#codes-secret", "").await;
    let secret = browser.text("#codes-secret").await;
    browser.fill("#codes-code", &one_time_code(&host, &secret)).await;
    browser.click("#codes-confirm-submit").await;
    browser.shows("#recovery-codes", "-").await;
    browser.click("#codes-done").await;
    browser.shows("#who-name", "Clerk").await;
    browser.click("#sign-out").await;
    browser.shows("#notice", "signed out").await;

    host.advance(Duration::from_secs(30));
    sign_in().await;
    // As an authenticator shows it, copied with its no-break space.
    let code = one_time_code(&host, &secret);
    browser.fill("#sign-in-code", &format!("{}\u{a0}{}", &code[..3], &code[3..])).await;
    browser.click("#sign-in-submit").await;
    browser.shows("#who-name", "Clerk").await;
    host.stop().await;
}
