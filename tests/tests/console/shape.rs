//! What every page keeps to, measured in a real browser.

use countersign_tests::sizes::{Size, at_both_sizes};
use serde_json::json;

/// The chips that a finger would miss, with their heights, and how many there are.
const TOO_LOW: &str = r"
    const chips = [...document.querySelectorAll('.chip')].filter((chip) => chip.getClientRects().length);
    const low = chips.map((chip) => [chip.textContent, chip.getBoundingClientRect().height]).filter(([, height]) => height < 44);
    return { chips: chips.length, low };
";

#[tokio::test(flavor = "multi_thread")]
async fn chips_are_as_high_as_a_finger_needs_on_a_phone() {
    at_both_sizes(async |browser, host, _world, size| {
        if size == Size::Desktop {
            return;
        }
        // The row of places above a page, and the choices on one.
        for path in ["/grants", "/me"] {
            browser.open(&host.url(path)).await;
            browser.settles().await;
            let found = browser.run(TOO_LOW).await;
            assert!(found["chips"].as_u64() > Some(2), "{path}: {found}");
            assert_eq!(found["low"], json!([]), "{path}");
        }
    })
    .await;
}
