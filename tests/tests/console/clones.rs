//! A computer whose token several computers use, in a real browser.

use countersign_tests::sizes::at_both_sizes;

#[tokio::test(flavor = "multi_thread")]
async fn a_cloned_computer_stands_on_top_and_its_page_says_what_to_do() {
    at_both_sizes(async |browser, host, world, _size| {
        world.another_computer("pc-0").await;
        let mut answers = Vec::new();
        for agent in ["agent-0001", "agent-0002", "agent-0001", "agent-0002"] {
            let call = world.api.get(&format!("/agent/v1/check-in?instance={agent}"));
            answers.push(call.bearer(&world.computer_token).send().await.status);
        }
        assert_eq!(answers, [200, 200, 200, 401], "two agents take turns with one token");
        host.settle().await.unwrap();

        browser.open(&host.url(&format!("/computers?organization={}", world.company))).await;
        browser.says("Cloned").await;
        // Before pc-0.
        let first = "return document.querySelector('main :is(tbody tr, .card-row) a').textContent;";
        browser.until_it_is(first, "pc-1").await;
        browser.is_accessible().await;
        browser.choose("link", "pc-1").await;
        browser.says("Several computers used its token").await;
        browser.says("each of them has to enrol anew").await;
        browser.is_accessible().await;
        browser.press("More about this computer").await;
        browser.press("Retire").await;
        browser.is_accessible().await;
    })
    .await;
}
