//! Keys that do at once what otherwise takes a way: saving, going to a place, and the steps with a request.

use countersign_tests::Key::Send;
use countersign_tests::sizes::{Size, at_both_sizes};
use serde_json::json;

use crate::asked_for;

#[tokio::test(flavor = "multi_thread")]
async fn control_and_enter_save_from_within_a_field() {
    at_both_sizes(async |browser, host, world, size| {
        let id = asked_for(world, "report.exe").await;
        let criteria = json!({ "kinds": ["application"], "username": "nobody" });
        let rule = json!({ "name": "Nobody", "effect": "deny", "criteria": criteria });
        let rule = json!({ "organization_id": world.company, "rule": rule });
        let rule = world.api.post("/v1/rules").bearer(&world.boss).json(&rule).send().await;
        let rule = rule.expect(201).text_at("/id");
        host.settle().await.unwrap();

        browser.open(&host.url(&format!("/requests/{id}"))).await;
        browser.has_enabled("button", "Approve").await;
        browser.types("n").await;
        browser.has("heading", "Leave a note").await;
        browser.fill("Note", "Asked the vendor.").await;
        browser.hits(Send).await;
        browser.says_not("Leave a note").await;
        let path = format!("/v1/requests/{id}/notes");
        let notes = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
        assert_eq!(notes["items"][0]["text"], "Asked the vendor.");

        browser.open(&host.url(&format!("/administrators/{}/profile", world.clerk))).await;
        browser.fill("Name", "Clerk Kent").await;
        browser.hits(Send).await;
        browser.says("Saved.").await;

        browser.open(&host.url(&format!("/rules/{rule}?organization={}", world.company))).await;
        browser.fill("Most requests", "10").await;
        browser.hits(Send).await;
        browser.says("Saved. It counts from the next request on.").await;

        if size == Size::Desktop {
            browser.open(&host.url(&format!("/administrators/{}/permissions", world.clerk))).await;
            browser.choose("checkbox", "Approve for Group").await;
            browser.has_enabled("button", "Save 1 change").await;
            browser.hits(Send).await;
            browser.says("Saved. It counts from their next request on.").await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g_and_a_letter_go_to_a_place() {
    at_both_sizes(async |browser, _host, _world, _size| {
        for (keys, title) in [
            ("gg", "Grants"),
            ("gc", "Computers"),
            ("gp", "Policies"),
            ("gr", "Reports"),
            ("ga", "Approval Center"),
        ] {
            browser.types(keys).await;
            browser.has("heading", title).await;
            browser.settles().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_taken_and_selected_by_a_key() {
    at_both_sizes(async |browser, host, world, size| {
        let id = asked_for(world, "report.exe").await;
        host.settle().await.unwrap();
        browser.open(&host.url(&format!("/requests/{id}"))).await;
        browser.has_enabled("button", "Approve").await;
        browser.types("t").await;
        browser.says("Taken by").await;
        browser.has("button", "Release it").await;
        browser.types("t").await;
        browser.says_not("Taken by").await;
        if size == Size::Desktop {
            browser.open(&host.url("/requests")).await;
            browser.has_enabled("button", "Approve").await;
            browser.types("x").await;
            browser.says("1 selected").await;
            browser.types("x").await;
            browser.says_not("1 selected").await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_pauses_while_typing_a_search_loses_no_space() {
    at_both_sizes(async |browser, host, _world, _size| {
        browser.open(&host.url("/audit/unified")).await;
        browser.fill("Search the entries", "two ").await;
        browser.address_has("q=two").await;
        browser.settles().await;
        browser.types("words").await;
        let shown = "return document.querySelector('input[name=q]').value;";
        browser.until_it_is(shown, "two words").await;
        let asked = "return new URL(location).searchParams.get('q');";
        browser.until_it_is(asked, "two words").await;
        // What the address says otherwise counts.
        browser.press("Clear the search").await;
        browser.until_it_is(shown, "").await;
    })
    .await;
}
