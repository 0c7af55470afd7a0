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

/// The lines of running text that have more letters than are read with ease, each with its number, and how many lines there are.
const TOO_LONG: &str = r"
    const lines = [...document.querySelectorAll('p, blockquote, .note-words')].filter((one) => one.getClientRects().length && !one.closest('.only-read') && !one.querySelector('p')).flatMap((block) => {
        const letters = new Map();
        const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
        for (let text = texts.nextNode(); text; text = texts.nextNode()) {
            for (let at = 0; at < text.length; at += 1) {
                const range = document.createRange();
                range.setStart(text, at);
                range.setEnd(text, at + 1);
                const top = Math.round(range.getBoundingClientRect().top);
                letters.set(top, (letters.get(top) ?? 0) + 1);
            }
        }
        return [...letters.values()].map((n) => [n, block.textContent]);
    });
    return { lines: lines.length, long: lines.filter(([n]) => n > 82) };
";

#[tokio::test(flavor = "multi_thread")]
async fn no_line_of_text_is_too_long_to_read() {
    at_both_sizes(async |browser, host, world, _size| {
        let mut request = world.request_for(b"a long reason");
        request["reason"] = json!("It is for the yearly report, which has to be there tomorrow. ".repeat(8));
        let id = world.submit(&request, "key").await.expect(201).text_at("/id");
        for path in [&format!("/requests/{id}"), "/flags", "/me/tokens", "/audit/unified", "/login-settings"]
        {
            browser.open(&host.url(path)).await;
            browser.settles().await;
            let found = browser.run(TOO_LONG).await;
            assert!(found["lines"].as_u64() > Some(0), "{path}: {found}");
            assert_eq!(found["long"], json!([]), "{path}");
        }
    })
    .await;
}

/// Where the button is that signs out, and how its ground looks.
const GROUND: &str = r"
    const button = [...document.querySelectorAll('.button')].find((one) => one.textContent.includes('Sign out'));
    button.scrollIntoView({ block: 'center' });
    const { left, top, width, height } = button.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2, ground: getComputedStyle(button).backgroundColor };
";

#[tokio::test(flavor = "multi_thread")]
async fn a_button_that_is_held_down_looks_pressed() {
    at_both_sizes(async |browser, host, _world, _size| {
        browser.open(&host.url("/me")).await;
        browser.has("button", "Sign out").await;
        // Without motion: a colour is there at once.
        browser.prefer("light").await;
        let mouse = async |kind: &str, x: f64, y: f64| {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            let event = json!({ "type": kind, "x": x, "y": y, "button": button, "clickCount": 1 });
            browser.command("Input.dispatchMouseEvent", event).await;
        };
        let found = browser.run(GROUND).await;
        let (x, y) = (found["x"].as_f64().unwrap(), found["y"].as_f64().unwrap());
        mouse("mouseMoved", x, y).await;
        let hovered = browser.run(GROUND).await;
        mouse("mousePressed", x, y).await;
        let pressed = browser.run(GROUND).await;
        assert_ne!(pressed["ground"], hovered["ground"]);
        assert_ne!(hovered["ground"], found["ground"]);
        // Let go elsewhere, it does nothing.
        mouse("mouseMoved", 1.0, 1.0).await;
        mouse("mouseReleased", 1.0, 1.0).await;
        browser.has("button", "Sign out").await;
    })
    .await;
}
