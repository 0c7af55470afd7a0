//! The console in a real browser: sign in, follow the direct link, decide. What people press is found by its role and name.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

mod accounts;
mod asking;
mod audit;
mod choosing;
mod clones;
mod cold;
mod deciding;
mod decision_states;
mod device;
mod drafts;
mod every_page;
mod few;
mod first_steps;
mod first_use;
mod flags;
mod fleet;
mod grants;
mod keyboard;
mod languages;
mod live;
mod long_lists;
mod matching;
mod me;
mod names;
mod numbers;
mod people;
mod records;
mod rules;
mod shape;
mod shortcuts;
mod states;
mod tags;

use std::time::Duration;

use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::sizes::{Size, at_both_sizes, sign_in};
use countersign_tests::{Browser, Deployment, PASSWORD, one_time_code, sha256};
use serde_json::json;

/// Whether a phone shows the filters of the list.
const FILTERS_SHOWN: &str = "return document.querySelector('.toolbar-filters') !== null;";

/// Where this browser keeps filters.
const KEPT: &str = "return Object.keys(localStorage).filter((key) => key.startsWith('filters'));";

/// Until it sends a decision, the page reads of its request what it knows already.
const HEARS_NOTHING: &str = r#"
    const done = arguments[arguments.length - 1];
    const { fetch } = window;
    const path = location.pathname.replace("/requests/", "/v1/requests/");
    fetch(path).then((answer) => answer.json()).then((known) => {
        window.fetch = (url, init) => {
            const { pathname, search } = new URL(url, location.origin);
            if (pathname === path && (init?.method ?? "GET") === "GET") return Promise.resolve(Response.json(known));
            if (pathname.endsWith("/decision") && !search) window.fetch = fetch;
            return fetch(url, init);
        };
        done(true);
    });
"#;

/// A request for a file of this name.
async fn asked_for(world: &Deployment, name: &str) -> String {
    let mut request = world.request_for(name.as_bytes());
    request["subject"]["path"] = json!(format!("C:\\Tools\\{name}"));
    world.submit(&request, &sha256(name.as_bytes())).await.expect(201).text_at("/id")
}

async fn status_of(world: &Deployment, id: &str) -> String {
    let opened = world.api.get(&format!("/v1/requests/{id}")).bearer(&world.boss).send().await;
    opened.expect(200).text_at("/status")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_follows_the_link_signs_in_and_approves() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    let id = world.submit(&world.request_for(b"in the browser"), "key").await.expect(201).text_at("/id");
    host.settle().await.unwrap();

    browser.open(&host.url(&format!("/requests/{id}"))).await;
    sign_in(&browser, "clerk@company.example").await;
    browser.has("heading", "report.exe").await;
    browser.says("Company B").await;
    browser.press("Change").await;
    browser.has("heading", "Decide").await;
    // What is not allowed is shown disabled.
    browser.has_disabled("radio", "The organization").await;
    browser.says("Needs").await;
    browser.choose("radio", "This computer").await;
    browser.press("Fold the choices away").await;
    browser.has("button", "Change").await;
    browser.settles().await;
    assert_eq!(status_of(&world, &id).await, "pending", "looking decides nothing");

    browser.press("Approve").await;
    browser.says("Approved for").await;
    assert_eq!(status_of(&world, &id).await, "approved");
    assert_eq!(browser.complaints().await, [""; 0]);
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_opens_its_message_first() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    let path = format!("/v1/organizations/{}/approval-settings", world.company);
    let settings = json!({ "denial_needs_message": true });
    world.api.put(&path).bearer(&world.boss).json(&settings).send().await.expect(200);
    let id = world.submit(&world.request_for(b"denied"), "key").await.expect(201).text_at("/id");
    host.settle().await.unwrap();

    browser.open(&host.url(&format!("/requests/{id}"))).await;
    sign_in(&browser, "clerk@company.example").await;
    browser.press("Deny").await;
    // This organization asks for a word.
    browser.has_disabled("button", "Deny, tell").await;
    browser.fill("Message to 1 person", "Use the approved version.").await;
    browser.press("Deny, tell").await;
    browser.says("Clerk denied this").await;
    browser.says("Use the approved version.").await;
    assert_eq!(status_of(&world, &id).await, "denied");
    assert_eq!(browser.complaints().await, [""; 0]);
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_second_is_told_who_was_first() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    let id = world.submit(&world.request_for(b"contested"), "key").await.expect(201).text_at("/id");
    host.settle().await.unwrap();
    browser.open(&host.url(&format!("/requests/{id}"))).await;
    sign_in(&browser, "clerk@company.example").await;
    browser.press("Change").await;
    browser.says("may run this file").await;
    browser.run_until_called(HEARS_NOTHING).await;
    let body = json!({ "outcome": "denied", "message": "Not this one." });
    world.decide(&world.boss, &id, &body).await.expect(200);
    browser.press("Approve").await;
    browser.says("denied this").await;
    browser.says("Your approval was not sent.").await;
    assert_eq!(status_of(&world, &id).await, "denied");
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_sees_the_pending_requests_and_decides_beside_the_list() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    let id = world.submit(&world.request_for(b"listed"), "key").await.expect(201).text_at("/id");
    host.settle().await.unwrap();
    browser.widen().await;
    browser.open(&host.url("/")).await;
    browser.fill("Email address", "boss@company.example").await;
    browser.fill("Password", "not the password at all").await;
    browser.press("Sign in").await;
    browser.says("the password is wrong").await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Sign in").await;
    browser.has("link", "report.exe").await;
    browser.choose("link", "report.exe").await;
    browser.press("Change").await;
    browser.choose("radio", "Its group").await;
    browser.says("may run this file").await;
    browser.press("Approve").await;
    browser.says("Approved for").await;
    assert_eq!(status_of(&world, &id).await, "approved");
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_requests_are_decided_at_once_and_what_must_be_looked_at_stays_pending() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    let first = world.submit(&world.request_for(b"one"), "one").await.expect(201).text_at("/id");
    let (_, token) = world.another_computer("pc-1").await;
    let twin = world.api.post("/agent/v1/requests").bearer(&token).json(&world.request_for(b"of a twin"));
    let twin = twin.send().await.expect(201).text_at("/id");
    host.settle().await.unwrap();
    browser.widen().await;
    browser.open(&host.url("/requests")).await;
    sign_in(&browser, "boss@company.example").await;
    browser.choose("checkbox", "Select all shown").await;
    browser.says("2 selected").await;
    browser.says("stays pending: its computer is unconfirmed").await;
    browser.press("Approve 1").await;
    browser.says("1 approved").await;
    assert_eq!(status_of(&world, &first).await, "approved");
    assert_eq!(status_of(&world, &twin).await, "pending");
    assert_eq!(browser.complaints().await, [""; 0]);
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_are_kept_under_a_name_and_removed() {
    at_both_sizes(async |browser, host, world, size| {
        world.submit(&world.request_for(b"listed"), "key").await.expect(201);
        host.settle().await.unwrap();
        let show = async || {
            if size == Size::Phone && browser.run(FILTERS_SHOWN).await == false {
                browser.press("Search and filters").await;
            }
        };
        browser.open(&host.url("/requests")).await;
        browser.has("link", "report.exe").await;
        show().await;
        browser.press("Saved filters").await;
        browser.press("Save or remove").await;
        browser.says("Nothing is filtered here").await;
        browser.press("Close").await;
        browser.pick("Kind", "Elevation").await;
        browser.says("Nothing matches these filters.").await;
        browser.press("Saved filters").await;
        browser.press("Save or remove").await;
        browser.fill("Name", "Who wants to be administrator").await;
        browser.is_accessible().await;
        browser.press("Save").await;
        browser.has_no("heading", "Saved filters").await;

        browser.open(&host.url("/requests")).await;
        browser.has("link", "report.exe").await;
        show().await;
        browser.press("Saved filters").await;
        browser.is_accessible().await;
        browser.press("Who wants to be administrator").await;
        browser.says("Nothing matches these filters.").await;
        browser.until_it_is("return location.search;", "?kind=elevation").await;
        browser.press("Saved filters").await;
        browser.press("Save or remove").await;
        browser.press("Remove Who wants to be administrator").await;
        browser.press("Close").await;
        browser.until_it_is(KEPT, json!([])).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_group_that_an_address_names_is_shown_and_taken_away() {
    at_both_sizes(async |browser, host, world, _size| {
        world.submit(&world.request_for(b"listed"), "key").await.expect(201);
        host.settle().await.unwrap();
        let address = format!("/requests?organization={}&group={}", world.company, world.group);
        browser.open(&host.url(&address)).await;
        browser.has("link", "report.exe").await;
        browser.has("button", "Group: Workstations").await;
        browser.is_accessible().await;
        browser.press("Group: Workstations").await;
        browser.says_not("Group: Workstations").await;
        browser.has("link", "report.exe").await;
        assert_eq!(
            browser.run("return new URLSearchParams(location.search).get('group');").await,
            json!(null)
        );
    })
    .await;
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
    sign_in(&browser, "clerk@company.example").await;
    browser.says("Unconfirmed computer").await;
    browser.open(&host.url(&format!("/requests/{id}"))).await;
    browser.says("A second computer calls itself pc-1.").await;
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
    browser.widen().await;
    browser.open(&host.url("/")).await;
    browser.has("link", "Countersign").await;
    // She may decide requests, and not see the organization.
    sign_in(&browser, "clerk@company.example").await;
    browser.has("link", "Company <Security>").await;
    // The strip below the mark is in the colour.
    let strip = "return getComputedStyle(document.querySelector('.sidebar .brand-mark')).boxShadow.includes('rgb(10, 123, 60)');";
    browser.until_it_is(strip, true).await;
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
    browser.widen().await;
    browser.open(&host.url("/")).await;
    sign_in(&browser, "clerk@company.example").await;
    browser.has("heading", "Set up one-time codes").await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Continue").await;
    browser.has("heading", "Scan this picture").await;
    let secret = browser.text("#codes-secret").await;
    browser.fill("Code that the app shows", &one_time_code(host.clock.now(), &secret)).await;
    browser.press("Confirm").await;
    browser.has("heading", "Keep your recovery codes").await;
    browser.press("I have kept them").await;
    browser.says("Clerk").await;
    browser.press("Your account").await;
    browser.press("Sign out").await;
    browser.says("You are signed out.").await;

    host.advance(Duration::from_secs(30));
    sign_in(&browser, "clerk@company.example").await;
    // As an authenticator shows it, copied with its no-break space.
    let code = one_time_code(host.clock.now(), &secret);
    browser.fill("One-time code", &format!("{}\u{a0}{}", &code[..3], &code[3..])).await;
    browser.press("Sign in").await;
    browser.says("Clerk").await;
    host.stop().await;
}
