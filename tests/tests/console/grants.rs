//! Grants of several organizations, in a real browser.

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
