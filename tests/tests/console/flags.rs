//! Files that are flagged as malicious, in a real browser: what is flagged is found, and a flag is cleared.

use countersign_host::harness::TestHost;
use countersign_tests::Browser;
use countersign_tests::sizes::at_both_sizes;
use serde_json::json;

/// The badges of the first row among those that were decided.
async fn badges_of_decided(browser: &Browser, host: &TestHost) -> Vec<String> {
    browser.open(&host.url("/requests?status=decided")).await;
    browser.has("link", "report.exe").await;
    let badges = "return [...document.querySelector('.row-badges').querySelectorAll('.badge')].map((badge) => badge.textContent);";
    serde_json::from_value(browser.run(badges).await).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_flagged_is_found_and_a_flag_is_cleared() {
    at_both_sizes(async |browser, host, world, size| {
        let page = format!("/flags?organization={}", world.company);
        browser.open(&host.url(&page)).await;
        browser.says("No file is flagged as malicious.").await;
        browser.is_accessible().await;
        let id = world.submit(&world.request_for(b"a trojan"), "key").await.expect(201).text_at("/id");
        let flag = format!("/v1/requests/{id}/flag");
        let why = json!({ "note": "It sends files away." });
        world.api.put(&flag).bearer(&world.boss).json(&why).send().await.expect(200);
        host.settle().await.unwrap();

        // From the navigation: a link of the sidebar, and on a phone one of the row above the page.
        browser.open(&host.url("/grants")).await;
        browser.choose("link", "Flagged files").await;
        browser.has("heading", "Flagged files").await;
        browser.says("report.exe").await;
        browser.says("Flagged by ").await;
        browser.says("It sends files away.").await;
        browser.says("and below.").await;
        browser.has("link", "report.exe").await;
        browser.is_accessible().await;
        browser.press("Clear the flag of report.exe").await;
        browser.has("heading", "Clear the flag of report.exe?").await;
        browser.is_accessible().await;
        browser.press("Keep the flag").await;
        browser.has_no("heading", "Clear the flag of report.exe?").await;
        browser.says("report.exe").await;
        let badges = badges_of_decided(browser, host).await;
        assert_eq!(badges, ["Flagged", "Denied"], "{size:?}: what changes a decision the most comes first");
        let reading = browser.reading().await;
        let says = |line: &str| line.contains("Flagged") && line.contains("Denied");
        assert!(reading.lines().any(says), "{size:?}: {reading}");
        browser.is_accessible().await;
        browser.open(&host.url(&page)).await;
        browser.press("Clear the flag of report.exe").await;
        browser.has("heading", "Clear the flag of report.exe?").await;
        browser.press("Clear the flag").await;
        browser.says("No file is flagged as malicious.").await;
        let shown = world.api.get(&flag).bearer(&world.boss).send().await;
        assert_eq!(shown.status, 404, "{size:?}: {}", shown.text());
        assert_eq!(badges_of_decided(browser, host).await[0], "Denied", "{size:?}: it is cleared");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_only_look_is_told_what_clearing_a_flag_would_need() {
    at_both_sizes(async |browser, host, world, _size| {
        let id = world.submit(&world.request_for(b"a trojan"), "key").await.expect(201).text_at("/id");
        let flag = format!("/v1/requests/{id}/flag");
        world.api.put(&flag).bearer(&world.boss).json(&json!({})).send().await.expect(200);
        host.settle().await.unwrap();
        let held = ["view-approvals"];
        world.administrator(host, "looks@company.example", &world.company, &held).await;
        browser.open(&host.url("/me")).await;
        browser.press("Sign out").await;
        countersign_tests::sizes::sign_in(browser, "looks@company.example").await;
        browser.open(&host.url("/flags")).await;
        browser.says("report.exe").await;
        browser.has_disabled("button", "Clear the flag of report.exe").await;
        browser.is_accessible().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn approvals_of_the_publisher_that_still_let_a_flagged_file_run_are_named() {
    at_both_sizes(async |browser, host, world, _size| {
        let settings = format!("/v1/organizations/{}/approval-settings", world.company);
        let allows = json!({ "publisher_scope": "organization" });
        world.api.put(&settings).bearer(&world.boss).json(&allows).send().await.expect(200);
        let signed = async |bytes: &[u8], key: &str| {
            let mut body = world.request_for(bytes);
            body["subject"]["signers"] =
                json!([{ "subject": "CN=Example Tools", "issuer": "CN=Example CA", "verified": true }]);
            world.submit(&body, key).await.expect(201).text_at("/id")
        };
        let (covering, flagged) = (signed(b"a tool", "tool").await, signed(b"a trojan", "trojan").await);
        let publisher = json!({ "outcome": "approved", "condition": "publisher", "scope": "organization" });
        world.decide(&world.boss, &covering, &publisher).await.expect(200);
        let flag = format!("/v1/requests/{flagged}/flag");
        world.api.put(&flag).bearer(&world.boss).json(&json!({})).send().await.expect(200);
        host.settle().await.unwrap();
        browser.open(&host.url(&format!("/requests/{flagged}"))).await;
        browser.says("1 approval of its publisher still lets it run.").await;
        browser.is_accessible().await;
        browser.choose("link", "Example Tools").await;
        browser.says("It covers everything that the publisher signs.").await;
        browser.address_has(&format!("/requests/{covering}")).await;
    })
    .await;
}
