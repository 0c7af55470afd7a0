//! What every page keeps to, measured in a real browser.

use countersign_tests::Browser;
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

/// What of the page cannot be seen where the system chooses the colours: controls without a border, and those of which nothing says that
/// they are the chosen ones. And how many controls there are.
const UNSEEN: &str = r"
    const shown = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.getClientRects().length && !one.matches('.only-read'));
    const style = (one, part) => getComputedStyle(one, part);
    const hasBorder = (one) => style(one).borderTopStyle !== 'none' && parseFloat(style(one).borderTopWidth) > 0 && style(one).borderTopColor !== style(one).backgroundColor;
    const hasRing = (one) => style(one).outlineStyle !== 'none' && parseFloat(style(one).outlineWidth) > 0;
    const controls = shown('.button, .chip, .check, .radio, .input, .select-box > .select');
    const dots = shown('.radio:checked').filter((one) => style(one, '::after').backgroundColor === style(one).backgroundColor);
    const current = shown('.nav-on, .chip-on, .button[aria-pressed=true]').filter((one) => !hasRing(one));
    const name = (one) => `${one.className} ${one.textContent}`;
    return { forced: matchMedia('(forced-colors: active)').matches, controls: controls.length,
        unseen: [...controls.filter((one) => !hasBorder(one)), ...dots, ...current].map(name) };
";

/// Shows pages in the colours that the system has chosen, which leave no ground of the page's own.
async fn force_colours(browser: &Browser) {
    let features = json!([{ "name": "forced-colors", "value": "active" },
        { "name": "prefers-reduced-motion", "value": "reduce" }]);
    browser.command("Emulation.setEmulatedMedia", json!({ "features": features })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forced_colours_keep_every_border_and_every_state() {
    at_both_sizes(async |browser, host, world, size| {
        let id = world.submit(&world.request_for(b"forced"), "key").await.expect(201).text_at("/id");
        host.settle().await.unwrap();
        for path in [&format!("/requests/{id}"), "/me", "/grants", "/reports"] {
            browser.open(&host.url(path)).await;
            browser.settles().await;
            if size == Size::Phone && path.ends_with(&id) {
                browser.press("Change").await;
                browser.has("radio", "This computer").await;
            }
            force_colours(browser).await;
            let found = browser.run(UNSEEN).await;
            assert_eq!(found["forced"], true);
            assert!(found["controls"].as_u64() > Some(2), "{path}: {found}");
            assert_eq!(found["unseen"], json!([]), "{path}");
            assert_eq!(browser.stops_out_of_sight().await, [""; 0], "{path}");
        }
    })
    .await;
}

/// How far the buttons of the open sheet move while it is scrolled.
const SCROLLED: &str = r"
    const sheet = document.querySelector('.sheet-open');
    const foot = sheet.querySelector('.sheet-foot');
    sheet.scrollTop = 0;
    const before = foot.getBoundingClientRect().top;
    sheet.scrollTop = 40;
    return before - foot.getBoundingClientRect().top;
";

#[tokio::test(flavor = "multi_thread")]
async fn in_a_low_window_the_buttons_of_the_sheet_scroll_with_what_they_are_about() {
    at_both_sizes(async |browser, host, world, size| {
        if size == Size::Desktop {
            return;
        }
        let id = world.submit(&world.request_for(b"low"), "key").await.expect(201).text_at("/id");
        host.settle().await.unwrap();
        browser.lay_out(390, 440).await;
        browser.open(&host.url(&format!("/requests/{id}"))).await;
        browser.has("heading", "report.exe").await;
        browser.has_enabled("button", "Change").await;
        let position = "return getComputedStyle(document.querySelector('.sheet-folded')).position;";
        assert_eq!(browser.run(position).await, "static", "folded, it is a part of the page");
        browser.press("Change").await;
        browser.has("heading", "Decide").await;
        browser.says("may run this file").await;
        assert_eq!(browser.run(SCROLLED).await, 40.0);
        browser.is_accessible().await;
        assert_eq!(browser.stops_out_of_sight().await, [""; 0]);
        browser.press("Approve").await;
        browser.says("Approved for").await;
    })
    .await;
}

/// Whether what has the focus says that something was refused, above the first field of its form.
const ABOVE: &str = r"
    const note = document.activeElement;
    const field = note.parentElement.querySelector('input, select, textarea');
    return note.matches('.note-bad') && Boolean(note.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING);
";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_stands_above_the_fields_and_takes_the_focus() {
    at_both_sizes(async |browser, host, world, _size| {
        browser.open(&host.url(&format!("/login-settings?organization={}", world.company))).await;
        browser.fill("Networks from which", "nowhere").await;
        browser.press("Save").await;
        browser.says("nowhere:").await;
        browser.settles().await;
        assert_eq!(browser.run(ABOVE).await, true, "in a card");
        browser.was_refused(&["login-settings", "422"]).await;

        browser.open(&host.url(&format!("/integrations?organization={}", world.company))).await;
        browser.press("New integration").await;
        browser.pick("It sends to", "Webhook").await;
        browser.fill("Name", "Desk").await;
        browser.fill("Address of your program", "http://hooks.company.example/x").await;
        browser.press("Make the integration").await;
        browser.says("Must begin with").await;
        browser.settles().await;
        assert_eq!(browser.run(ABOVE).await, true, "in a dialog");
        browser.was_refused(&["integrations", "422"]).await;
    })
    .await;
}

/// How many lines the first path has.
const LINES: &str = r"
    const path = document.querySelector('.path bdi');
    const { lineHeight } = getComputedStyle(path);
    const [first, last] = [path.firstChild, path.lastChild].map((part) => part.getBoundingClientRect());
    return Math.round((last.bottom - first.top) / parseFloat(lineHeight));
";

#[tokio::test(flavor = "multi_thread")]
async fn a_path_of_more_than_ten_lines_is_folded_and_shown_whole_at_a_press() {
    at_both_sizes(async |browser, host, world, size| {
        let mut request = world.request_for(b"deep");
        let path = format!("C:\\{}report.exe", "Anwendungsdaten_ohne_Leerzeichen\\".repeat(60));
        request["subject"]["path"] = json!(path);
        let id = world.submit(&request, "key").await.expect(201).text_at("/id");
        browser.open(&host.url(&format!("/requests/{id}"))).await;
        browser.has("heading", "report.exe").await;
        if size == Size::Phone {
            browser.press("The file").await;
        }
        browser.has("button", "Show all 1,993 characters").await;
        browser.settles().await;
        let lines = browser.run(LINES).await.as_u64();
        assert!(lines > Some(4) && lines <= Some(10), "{lines:?}");
        browser.is_accessible().await;
        browser.press("Show all 1,993 characters").await;
        browser.says_not("Show all 1,993 characters").await;
        let lines = browser.run(LINES).await.as_u64();
        assert!(lines > Some(10), "{lines:?}");
    })
    .await;
}
