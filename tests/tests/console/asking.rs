//! Who asks for something, of several at one computer and at several, and what is shown of it at once.

use countersign_host::harness::TestHost;
use countersign_tests::Browser;
use countersign_tests::sizes::{Size, at_both_sizes};
use serde_json::json;

use crate::asked_for;

/// What stands beside "Who" in the panel, and beside the person on a phone.
const AT_A_GLANCE: [&str; 2] = [".panel-what .facts", ".phone-facts li"];

/// A request is not answered until `letGo` is called.
const HOLDS_THE_REQUEST: &str = r#"
    {
        const { fetch } = window;
        const held = new Promise((letGo) => { window.letGo = letGo; });
        window.fetch = async (url, init) => {
            if (/\/v1\/requests\/req_\w+$/.test(new URL(url, location.origin).pathname)) await held;
            return fetch(url, init);
        };
    }
"#;

/// How often the page has read groups.
const READS_OF_GROUPS: &str = r#"
    const read = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
    return read.filter((path) => path.endsWith("/groups")).length;
"#;

/// Opens a request where the other computers are listed that wait for the same.
async fn opens_those_who_wait(browser: &Browser, host: &TestHost, id: &str, size: Size) {
    browser.open(&host.url(&format!("/requests/{id}"))).await;
    if size == Size::Phone {
        browser.press("Also waiting").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_list_knows_is_shown_while_a_request_is_read_and_nothing_can_be_decided() {
    at_both_sizes(async |browser, host, world, size| {
        asked_for(world, "report.exe").await;
        host.settle().await.unwrap();
        browser
            .command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": HOLDS_THE_REQUEST }))
            .await;
        browser.open(&host.url("/requests")).await;
        browser.has("link", "report.exe").await;
        if size == Size::Phone {
            browser.choose("link", "report.exe").await;
        }
        browser.has_disabled("button", "Approve").await;
        browser.has_disabled("button", "Deny").await;
        let known = if size == Size::Phone { ".page-body" } else { ".panel-what" };
        let shown = browser.text(known).await;
        assert!(shown.contains("COMPANY\\ann") && shown.contains("I need it for the report"), "{shown}");
        browser.is_accessible().await;
        browser.run("window.letGo();").await;
        browser.has_enabled("button", "Approve").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_withdrawn_is_neither_the_one_who_asks_nor_one_of_those_who_ask_more() {
    at_both_sizes(async |browser, host, world, size| {
        let id = asked_for(world, "report.exe").await;
        let mut body = world.request_for(b"report.exe");
        for name in ["bob", "cleo"] {
            body["requester"] = json!({ "username": format!("COMPANY\\{name}") });
            world.submit(&body, name).await.expect(200);
        }
        let path = format!("/agent/v1/requests/{id}/cancellation");
        let who = json!({ "username": "COMPANY\\ann" });
        world.api.post(&path).bearer(&world.computer_token).json(&who).send().await.expect(200);
        host.settle().await.unwrap();
        let glance = AT_A_GLANCE[usize::from(size == Size::Phone)];
        let address = match size {
            Size::Desktop => host.url("/requests"),
            Size::Phone => host.url(&format!("/requests/{id}")),
        };
        browser.open(&address).await;
        browser.says("and 1 more").await;
        let shown = browser.text(glance).await.replace(['\u{2068}', '\u{2069}'], "");
        assert!(shown.contains("COMPANY\\bob") && !shown.contains("COMPANY\\ann"), "{shown}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_computers_that_wait_are_listed_with_the_words_of_those_who_ask() {
    at_both_sizes(async |browser, host, world, size| {
        let (_, other) = world.another_computer("pc-2").await;
        let id = asked_for(world, "report.exe").await;
        let mut body = world.request_for(b"report.exe");
        body["requester"] = json!({ "username": "COMPANY\\bob" });
        body["reason"] = json!("The audit needs it, too");
        world.api.post("/agent/v1/requests").bearer(&other).json(&body).send().await.expect(201);
        host.settle().await.unwrap();
        opens_those_who_wait(browser, host, &id, size).await;
        browser.has("link", "COMPANY\\bob").await;
        browser.says("“The audit needs it, too”").await;
        browser.says("pc-2 in Workstations").await;
        browser.settles().await;
        browser.until_it_is(READS_OF_GROUPS, 0).await;
        browser.is_accessible().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_other_computers_that_wait_the_group_is_said_and_all_groups_are_read_once() {
    at_both_sizes(async |browser, host, world, size| {
        let id = asked_for(world, "report.exe").await;
        for (hostname, group) in [("srv-1", "Servers"), ("lap-1", "Laptops")] {
            let (computer, token) = world.another_computer(hostname).await;
            let groups = format!("/v1/organizations/{}/groups", world.company);
            let made = world.api.post(&groups).bearer(&world.boss).json(&json!({ "name": group }));
            let group = made.send().await.expect(201).text_at("/id");
            let computer = format!("/v1/organizations/{}/computers/{computer}", world.company);
            world.patch(&computer, &json!({ "group_id": group })).await.expect(200);
            let mut body = world.request_for(b"report.exe");
            body.as_object_mut().unwrap().remove("policy_id");
            world.api.post("/agent/v1/requests").bearer(&token).json(&body).send().await.expect(201);
        }
        host.settle().await.unwrap();
        opens_those_who_wait(browser, host, &id, size).await;
        browser.says("srv-1 in Servers").await;
        browser.says("lap-1 in Laptops").await;
        browser.settles().await;
        browser.until_it_is(READS_OF_GROUPS, 1).await;
        browser.is_accessible().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_waits_it_is_said_who_decided_last_and_nothing_is_opened_for_that() {
    at_both_sizes(async |browser, host, world, _size| {
        let id = asked_for(world, "report.exe").await;
        world.decide(&world.clerk_token, &id, &json!({ "outcome": "approved" })).await.expect(200);
        host.settle().await.unwrap();
        browser.open(&host.url("/requests")).await;
        browser.has("heading", "Nothing waits for a decision.").await;
        browser.says("The request that came last was decided").await;
        browser.says("by Clerk.").await;
        browser.is_accessible().await;
        host.settle().await.unwrap();
        for audit in ["unified", "system"] {
            let acts = world.audit(audit, &id).await;
            assert!(!acts.iter().any(|act| act == "request.opened"), "{acts:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_second_computer_of_a_name_it_is_said_since_when_and_from_where() {
    at_both_sizes(async |browser, host, world, _size| {
        let (_, token) = world.another_computer("pc-1").await;
        world.api.get("/agent/v1/check-in").bearer(&token).send().await.expect(200);
        let call = world.api.post("/agent/v1/requests").bearer(&token).json(&world.request_for(b"of a twin"));
        let id = call.send().await.expect(201).text_at("/id");
        host.settle().await.unwrap();
        browser.open(&host.url(&format!("/requests/{id}"))).await;
        browser.says("A second computer calls itself pc-1.").await;
        browser.says("It enrolled ").await;
        browser.says("It checked in last from 127.0.0.1.").await;
        browser.is_accessible().await;
        browser.choose("link", "Compare the two").await;
        browser.has("table", "The two computers").await;
        browser.says("Last address").await;
        browser.says("127.0.0.1").await;
        browser.is_accessible().await;
    })
    .await;
}
