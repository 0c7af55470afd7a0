//! Everything that matches is selected by a second press, which says how many that are.

use countersign_tests::sizes::{Size, at_both_sizes_with};

use crate::asked_for;

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_matches_is_selected_with_its_number() {
    // One computer asks for all of them.
    at_both_sizes_with(&[("computer_limits", "off")], async |browser, host, world, size| {
        // On a phone requests are decided one by one.
        if size == Size::Phone {
            return;
        }
        for number in 0..52 {
            asked_for(world, &format!("file-{number:02}.exe")).await;
        }
        asked_for(world, "other.txt").await;
        host.settle().await.unwrap();
        browser.open(&host.url("/requests?q=file-")).await;
        browser.choose("checkbox", "Select all shown").await;
        browser.says("50 selected").await;
        browser.has("button", "Select all 52 that match").await;
        browser.is_accessible().await;
        browser.press("Select all 52 that match").await;
        browser.says("52 selected").await;
        browser.press("Approve 52").await;
        browser.says("52 approved").await;
    })
    .await;
}
