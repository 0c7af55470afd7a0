//! Grants of several organizations, and how far they are used, in a real browser.

use countersign_tests::sizes::at_both_sizes;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn grants_of_the_organizations_below_are_listed_with_their_organization() {
    at_both_sizes(async |browser, host, world, _size| {
        let id = world.submit(&world.request_for(b"granted"), "key").await.expect(201).text_at("/id");
        let body = json!({ "outcome": "approved", "scope": "computer" });
        world.decide(&world.boss, &id, &body).await.expect(200);

        // The reader's own organization is the one above.
        browser.open(&host.url("/grants")).await;
        browser.says("For pc-1").await;
        browser.settles().await;
        let list = browser.text("ul[aria-label=Grants]").await;
        assert!(list.contains("Company B"), "{list}");
        browser.has_enabled("button", "Revoke report.exe").await;
        browser.is_accessible().await;
        browser.choose("checkbox", "With the organizations below").await;
        browser.says("No approval is in force here.").await;
        browser.has("link", "Company B").await;
        browser.choose("checkbox", "With the organizations below").await;
        browser.press("Revoke report.exe").await;
        browser.press("Revoke").await;
        browser.says("Ended").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_says_on_how_many_of_its_computers_it_was_used() {
    at_both_sizes(async |browser, host, world, _size| {
        for hostname in ["pc-2", "pc-3"] {
            world.another_computer(hostname).await;
        }
        let id = world.submit(&world.request_for(b"granted"), "key").await.expect(201).text_at("/id");
        let body = json!({ "outcome": "approved", "scope": "group" });
        let grant = world.decide(&world.boss, &id, &body).await.expect(200).text_at("/decision/grant_id");
        host.settle().await.unwrap();
        let page = host.url(&format!("/grants?organization={}", world.company));
        browser.open(&page).await;
        browser.says("used on 0 of 3 computers").await;
        let used = world.api.post(&format!("/agent/v1/grants/{grant}/use")).bearer(&world.computer_token);
        used.json(&json!({})).send().await.expect(200);

        browser.open(&page).await;
        browser.says("used on 1 of 3 computers").await;
        browser.is_accessible().await;
        browser.press("Revoke report.exe").await;
        browser.says("It was used on 1 of 3 computers.").await;
        browser.is_accessible().await;
        browser.press("Keep it").await;

        browser.open(&host.url(&format!("/requests/{id}"))).await;
        browser.press("Revoke").await;
        browser.says("It was used on 1 of 3 computers.").await;
        browser.is_accessible().await;
    })
    .await;
}
