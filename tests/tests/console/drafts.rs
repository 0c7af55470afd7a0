//! What somebody has typed is lost only when they say so.

use countersign_tests::sizes::at_both_sizes;
use serde_json::json;

const AT: &str = "return location.pathname + location.search;";

#[tokio::test(flavor = "multi_thread")]
async fn back_asks_before_it_loses_what_was_typed() {
    at_both_sizes(async |browser, host, world, _size| {
        let path = format!("/administrators/{}/profile?organization={}", world.clerk, world.company);
        browser.open(&host.url(&format!("/administrators?organization={}", world.company))).await;
        browser.choose("link", "Clerk").await;
        browser.choose("link", "Profile").await;
        browser.fill("Name", "Clerk Kent").await;
        browser.run("history.back();").await;
        browser.has("heading", "Leave without saving?").await;
        // It is where it was: browsers leave before the page can stop them.
        browser.until_it_is(AT, path.as_str()).await;
        browser.is_accessible().await;
        browser.press("Stay here").await;
        browser.says_not("Leave without saving?").await;
        browser.until_it_is("return document.querySelector('input[name=name]').value;", "Clerk Kent").await;
        browser.run("history.back();").await;
        browser.press("Leave").await;
        browser.says("Individual permissions").await;
        browser.until_it_is(AT, path.replace("/profile", "/permissions")).await;
        browser.run("history.forward();").await;
        browser.has("textbox", "Phone number").await;
        // The places before and after are still there.
        browser.until_it_is(AT, path).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_organization_asks_before_it_loses_what_was_typed() {
    at_both_sizes(async |browser, host, world, _size| {
        browser.open(&host.url(&format!("/login-settings?organization={}", world.company))).await;
        browser.says("In force at Company B").await;
        browser.choose("checkbox", "Require one-time codes").await;
        browser.pick("Organization", "Company A").await;
        browser.press("Stay here").await;
        browser.says_not("Leave without saving?").await;
        browser.settles().await;
        browser.says("In force at Company B").await;
        browser.says("Not saved yet").await;
        browser.pick("Organization", "Company A").await;
        browser.press("Leave").await;
        browser.says("In force at Company A").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_slower_reads_a_profile_again_and_saves_it() {
    at_both_sizes(async |browser, host, world, _size| {
        let path = format!("/v1/administrators/{}", world.clerk);
        for (tab, changed) in
            [("profile", json!({ "phone": "+49301234567" })), ("notifications", json!({ "name": "Other" }))]
        {
            browser.open(&host.url(&format!("/administrators/{}/{tab}", world.clerk))).await;
            match tab {
                "profile" => browser.fill("Name", "Clerk Kent").await,
                _ => browser.choose("checkbox", "Text message").await,
            }
            world.patch(&path, &changed).await.expect(200);
            browser.press("Save").await;
            browser.press("Read it again").await;
            browser.was_refused(&[world.clerk.as_str(), "412"]).await;
            browser.settles().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_was_typed_is_saved_with_those_that_were_added() {
    at_both_sizes(async |browser, host, world, _size| {
        let policies = format!(
            "/groups/{}/policies?organization={}&policy={}",
            world.group, world.company, world.policy
        );
        browser.open(&host.url(&policies)).await;
        browser.fill("Address to add", "late@company.example").await;
        browser.press("Save").await;
        browser.says("Saved.").await;
        browser.says("late@company.example").await;
        let path = format!("/v1/organizations/{}/policies/{}", world.company, world.policy);
        let policy = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
        let saved = policy["notify"]["addresses"].to_string();
        assert!(saved.contains("late@company.example") && saved.contains("desk@company.example"), "{saved}");
    })
    .await;
}
