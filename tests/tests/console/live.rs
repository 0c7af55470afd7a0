//! What happens while a page is open: new requests, a connection that is lost, a session that ends.

use countersign_tests::Browser;
use countersign_tests::sizes::{Size, at_both_sizes};
use serde_json::{Value, json};

use crate::{asked_for, status_of};

/// What is read again every five seconds is read twice a second: too often for a page to settle.
const READS_OFTEN: &str = r#"
    {
        const { setInterval } = window;
        window.setInterval = (work, delay, ...more) => setInterval(work, delay === 5000 ? 500 : delay, ...more);
    }
"#;

/// How many rows the list has.
const ROWS: &str = "return document.querySelectorAll('[data-request-id]').length;";

/// Whether the bar of new ones is in the window.
const BAR: &str = r"
    const { top, bottom } = document.querySelector('.fresh').getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
";

async fn reads_often(browser: &Browser) {
    browser.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": READS_OFTEN })).await;
}

async fn has_a_connection(browser: &Browser, connected: bool) {
    let conditions =
        json!({ "offline": !connected, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    browser.command("Network.enable", json!({})).await;
    browser.command("Network.emulateNetworkConditions", conditions).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_requests_appear_by_themselves_and_push_nothing_that_is_being_read() {
    at_both_sizes(async |browser, host, world, size| {
        asked_for(world, "first.exe").await;
        reads_often(browser).await;
        browser.open(&host.url("/requests")).await;
        browser.has("link", "first.exe").await;
        browser.run("window.isStillThere = true;").await;
        asked_for(world, "second.exe").await;
        browser.has("link", "second.exe").await;
        browser.says("1 new request").await;
        assert_eq!(browser.run("return window.isStillThere;").await, true, "it was not loaded again");

        for number in 0..20 {
            asked_for(world, &format!("file-{number:02}.exe")).await;
        }
        browser.open(&host.url("/requests")).await;
        browser.says("These 22 are all that waits.").await;
        let scrolled = match size {
            Size::Phone => "scrollTo(0, 300);",
            Size::Desktop => "document.querySelector('.rows-scroll').scrollTop = 300;",
        };
        browser.run(scrolled).await;
        asked_for(world, "late.exe").await;
        browser.says("1 new request. Show it").await;
        // It is seen wherever the reader is.
        browser.until_it_is(BAR, true).await;
        assert_eq!(browser.run(ROWS).await, 22, "it waits until somebody asks for it");
        browser.is_accessible().await;
        browser.press("1 new request. Show it").await;
        browser.has("link", "late.exe").await;
        browser.says("These 23 are all that waits.").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_connection_nothing_can_be_decided_until_it_is_back() {
    at_both_sizes(async |browser, host, world, size| {
        let id = asked_for(world, "report.exe").await;
        host.settle().await.unwrap();
        reads_often(browser).await;
        browser.open(&host.url(&format!("/requests/{id}"))).await;
        browser.has("button", "Approve").await;
        if size == Size::Desktop {
            browser.says("may run this file").await;
        }
        has_a_connection(browser, false).await;
        browser.says("No connection since").await;
        browser.says("A decision is not kept for later").await;
        browser.has_disabled("button", "Approve").await;
        browser.has_disabled("button", "Deny").await;
        browser.is_accessible().await;
        browser.run("document.getElementById('approve').click();").await;
        has_a_connection(browser, true).await;
        browser.says_not("No connection since").await;
        assert_eq!(status_of(world, &id).await, "pending", "what was pressed meanwhile was not kept");
        browser.was_refused(&["ERR_INTERNET_DISCONNECTED"]).await;
        browser.press("Approve").await;
        browser.says("Approved for").await;
        assert_eq!(status_of(world, &id).await, "approved");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_when_the_session_ends_is_there_after_signing_in_again() {
    at_both_sizes(async |browser, host, world, _size| {
        let id = asked_for(world, "report.exe").await;
        host.settle().await.unwrap();
        // The browser's session, of all that the first administrator has.
        let ends = async || world.api.delete("/v1/sessions").bearer(&world.boss).send().await.expect(204);
        let signs_in = async || {
            browser.has("heading", "Your session has ended").await;
            // Nothing is read again any more, and all that was under way has been refused.
            browser.settles().await;
            browser.is_accessible().await;
            browser.fill("Password", countersign_tests::PASSWORD).await;
            browser.press("Sign in").await;
            browser.says_not("Your session has ended").await;
            browser.was_refused(&["401"]).await;
        };
        reads_often(browser).await;
        browser.open(&host.url(&format!("/requests/{id}"))).await;
        browser.press("Deny").await;
        browser.fill("Message to", "Use the approved ver").await;
        ends().await;
        signs_in().await;
        // It goes on where it was.
        browser.has_focus("textarea Message to").await;
        browser.types("sion.").await;
        browser.press("Deny, tell").await;
        browser.says("Boss denied this").await;
        browser.says("Use the approved version.").await;
        assert_eq!(status_of(world, &id).await, "denied");

        browser.open(&host.url(&format!("/administrators/{}/profile", world.clerk))).await;
        browser.fill("Name", "Clerk Kent").await;
        ends().await;
        browser.press("Save").await;
        signs_in().await;
        browser.press("Save").await;
        browser.says("Saved.").await;
        let path = format!("/v1/administrators/{}", world.clerk);
        let saved = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json()["name"].take();
        assert_eq!(saved, Value::from("Clerk Kent"));
    })
    .await;
}
