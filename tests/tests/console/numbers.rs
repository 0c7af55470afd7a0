//! Before something is taken away, the dialog says in numbers what ends with it.

use countersign_tests::sizes::{Size, at_both_sizes};
use serde_json::json;

use crate::asked_for;

#[tokio::test(flavor = "multi_thread")]
async fn revoking_and_retiring_say_in_numbers_what_ends() {
    at_both_sizes(async |browser, host, world, _size| {
        let approved = asked_for(world, "approved.exe").await;
        asked_for(world, "waits.exe").await;
        world.decide(&world.boss, &approved, &json!({ "outcome": "approved" })).await.expect(200);
        host.settle().await.unwrap();
        browser.open(&host.url(&format!("/requests/{approved}"))).await;
        browser.press("Revoke").await;
        browser.says("0 computers have used it.").await;
        browser.is_accessible().await;
        browser.press("Keep it").await;

        let computer = format!("/computers/{}?organization={}", world.computer, world.company);
        browser.open(&host.url(&computer)).await;
        browser.press("More about this computer").await;
        browser.press("Retire").await;
        browser.says("1 request of it is pending. 1 approval for it alone is in force.").await;
        browser.is_accessible().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discarding_a_draft_and_deleting_a_policy_say_in_numbers_what_goes() {
    at_both_sizes(async |browser, host, world, size| {
        let policy = format!("/v1/organizations/{}/policies/{}", world.company, world.policy);
        let entries = json!([{ "action": "allow", "match": { "by": "path", "values": ["C:\\Tools\\*"] } }]);
        world.patch(&policy, &json!({ "name": "Tools", "entries": entries })).await.expect(200);
        host.settle().await.unwrap();
        let page = format!("/groups/{}/policies?organization={}", world.group, world.company);
        browser.open(&host.url(&page)).await;
        browser.says("Draft differs").await;
        if size == Size::Phone {
            browser.choose("link", "Tools").await;
        }
        browser.press("Discard the draft").await;
        browser.says("2 parts of it differ from what is live.").await;
        browser.press("Keep the draft").await;
        browser.press("Delete").await;
        browser.says("1 entry goes with it.").await;
        browser.is_accessible().await;
    })
    .await;
}
