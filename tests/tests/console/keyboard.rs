//! The main job without a pointer, in a real browser. Wherever a key leads, the focus is there to be seen.

use countersign_tests::Key::{Back, Down, Enter, Escape, Tab};
use countersign_tests::sizes::{Size, at_both_sizes};
use countersign_tests::{Browser, PASSWORD};

use crate::status_of;

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_choosing_deciding_and_answering_need_no_pointer() {
    at_both_sizes(async |browser, host, world, size| {
        let ask = async |bytes: &[u8], key: &str| {
            world.submit(&world.request_for(bytes), key).await.expect(201).text_at("/id")
        };
        let ids = [ask(b"one", "one").await, ask(b"two", "two").await, ask(b"three", "three").await];
        host.settle().await.unwrap();
        browser.open(&host.url("/me")).await;
        browser.press("Sign out").await;
        browser.says("You are signed out.").await;

        browser.open(&host.url("/requests")).await;
        browser.has("textbox", "Password").await;
        browser.tabs_to("input Email address").await;
        browser.types("boss@company.example").await;
        browser.tabs_to("input Password").await;
        browser.types(PASSWORD).await;
        browser.hits(Enter).await;
        browser.has("link", "report.exe").await;

        // Down, down, up; and open it.
        browser.types("j").await;
        browser.has_focus("a report.exe").await;
        browser.types("jk").await;
        browser.has_focus("a report.exe").await;
        browser.hits(Enter).await;
        match size {
            Size::Desktop => approve_beside_the_list(browser).await,
            Size::Phone => approve_in_the_sheet(browser).await,
        }
        deny_with_a_word(browser, size).await;
        let mut outcomes = Vec::new();
        for id in &ids {
            outcomes.push(status_of(world, id).await);
        }
        outcomes.sort();
        assert_eq!(outcomes, ["approved", "denied", "pending"]);
    })
    .await;
}

/// The choices are opened and folded, a message is written, and a second Enter sends.
async fn approve_beside_the_list(browser: &Browser) {
    browser.has_enabled("button", "Approve").await;
    browser.types("e").await;
    browser.has_focus("input This computer").await;
    browser.tabs_to("textarea Message to").await;
    browser.types("Go ahead.").await;
    // Keys are shortcuts again outside of the field.
    browser.hits(Escape).await;
    browser.types("a").await;
    browser.has_enabled("button", "Approve").await;
    browser.has_focus("button Approve").await;
    browser.hits(Enter).await;
    browser.says("Approved for").await;
    browser.has_focus("a Next").await;
    browser.hits(Enter).await;
    // The panel with the link is gone: it goes on at the row of the request that follows.
    browser.has_focus("a report.exe").await;
}

/// The sheet takes the focus and gives it back.
async fn approve_in_the_sheet(browser: &Browser) {
    browser.has("button", "Change").await;
    browser.has_focus("h1 report.exe").await;
    browser.tabs_to("button Change").await;
    browser.hits(Enter).await;
    browser.has_focus("h2 Decide").await;
    browser.hits(Escape).await;
    browser.has_focus("button Change").await;
    browser.hits(Enter).await;
    browser.has_focus("h2 Decide").await;
    browser.has("textbox", "Message to").await;
    browser.tabs_to("textarea Message to").await;
    browser.types("Go ahead.").await;
    browser.has_enabled("button", "Approve").await;
    browser.tabs_to("button Approve").await;
    browser.hits(Enter).await;
    browser.says("Approved for").await;
    browser.has_focus("a Next").await;
    browser.hits(Enter).await;
}

/// Deny leads to its message; back leads to Deny.
async fn deny_with_a_word(browser: &Browser, size: Size) {
    browser.has_enabled("button", "Approve").await;
    match size {
        Size::Desktop => browser.types("d").await,
        Size::Phone => browser.tabs_to("button Deny").await,
    }
    browser.has_focus("button Deny").await;
    browser.hits(Enter).await;
    browser.has_focus("textarea Message to").await;
    browser.tabs_to("button Back").await;
    browser.hits(Enter).await;
    browser.has_focus("button Deny").await;
    browser.hits(Enter).await;
    browser.has_focus("textarea Message to").await;
    browser.types("Use the approved version.").await;
    browser.has_enabled("button", "Deny, tell").await;
    browser.tabs_to("button Deny").await;
    browser.hits(Enter).await;
    browser.says("denied this").await;
    browser.has_focus("a Next").await;
    browser.hits(Back).await;
    browser.focus().await;
    browser.hits(Tab).await;
    browser.has_focus("a Next").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn escape_goes_one_step_back_and_asks_before_it_loses_a_message() {
    at_both_sizes(async |browser, host, world, size| {
        let id = world.submit(&world.request_for(b"one"), "one").await.expect(201).text_at("/id");
        host.settle().await.unwrap();
        if size == Size::Desktop {
            browser.open(&host.url("/requests")).await;
            browser.has_enabled("button", "Approve").await;
            browser.types("e").await;
            browser.has_focus("input This computer").await;
            browser.hits(Escape).await;
            browser.has_focus("button Change").await;
            browser.press("Deny").await;
            browser.has_focus("textarea Message to").await;
            browser.hits(Escape).await;
            browser.hits(Escape).await;
            browser.has_focus("button Deny").await;
        }
        browser.open(&host.url(&format!("/requests/{id}"))).await;
        browser.press("Deny").await;
        browser.has_focus("textarea Message to").await;
        browser.types("Half a sent").await;
        // Out of the field.
        browser.hits(Escape).await;
        if size == Size::Desktop {
            browser.hits(Escape).await;
            browser.has_focus("button Deny").await;
        }
        browser.hits(Escape).await;
        browser.has("heading", "Leave without saving?").await;
        browser.press("Stay here").await;
        browser.says_not("Leave without saving?").await;
        browser.hits(Escape).await;
        browser.press("Leave").await;
        browser.has("heading", "Approval Center").await;
        assert_eq!(status_of(world, &id).await, "pending");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dialogs_and_menus_give_the_focus_back() {
    at_both_sizes(async |browser, host, world, size| {
        world.submit(&world.request_for(b"one"), "one").await.expect(201);
        host.settle().await.unwrap();
        browser.open(&host.url("/requests")).await;
        browser.has("link", "report.exe").await;
        if size == Size::Desktop {
            browser.types("j").await;
            browser.has_focus("a report.exe").await;
            browser.types("?").await;
            browser.has("heading", "Keyboard").await;
            browser.hits(Escape).await;
            browser.has_focus("a report.exe").await;
            browser.types("/").await;
            browser.has_focus("input Search or go to").await;
            browser.types("report").await;
            browser.has("heading", "Approval Center").await;
            browser.is_accessible().await;
            browser.hits(Down).await;
            browser.has_focus("a Reports").await;
            browser.hits(Down).await;
            browser.hits(Enter).await;
            browser.address_has("/requests/req_").await;
            browser.has_no("heading", "Approval Center").await;
            browser.says("I need it for the report").await;
            browser.types("/").await;
            browser.has_focus("input Search or go to").await;
            browser.types("works").await;
            browser.says("Nothing found.").await;
            browser.hits(Escape).await;
        }
        let path = format!("/administrators/{}/profile", world.clerk);
        browser.open(&host.url(&path)).await;
        browser.has("button", "What can be done with this account").await;
        browser.tabs_to("button What can be done with this account").await;
        browser.hits(Enter).await;
        browser.tabs_to("button Disable").await;
        browser.hits(Enter).await;
        browser.says("enabling gives them back").await;
        browser.focus().await;
        browser.hits(Escape).await;
        browser.has_focus("button What can be done with this account").await;
        browser.hits(Enter).await;
        browser.tabs_to("button Disable").await;
        browser.hits(Escape).await;
        browser.has_focus("button What can be done with this account").await;
    })
    .await;
}
