//! A list of a million requests: only the rows near the window are in the document, and the keyboard and a screen reader find their way.

use countersign_tests::Browser;
use countersign_tests::sizes::{Size, at_both_sizes};
use serde_json::{Value, json};

/// Answers for the list as a server with a million requests that are like the one that it has.
const A_MILLION: &str = r#"
    {
        const { fetch } = window;
        let real = "";
        window.fetch = async (url, init) => {
            const address = new URL(url, location.origin);
            // Each of them opens the one that there is.
            if (real) address.pathname = address.pathname.replace(/^(\/v1\/requests\/)req_\w+/, `$1${real}`);
            if (address.pathname !== "/v1/requests") return fetch(address, init);
            const limit = Number(address.searchParams.get("limit") ?? 50);
            const from = Number(address.searchParams.get("cursor") ?? 0);
            address.searchParams.delete("cursor");
            const { items: [one] } = await (await fetch(address, init)).json();
            real = one.id;
            // Newer ones have larger ids.
            const id = (nth) => real.slice(0, -10) + String(9_999_999_999 - nth);
            const row = (nth) => ({ ...one, id: id(nth), subject: { ...one.subject, name: `file-${nth}.exe` } });
            const items = Array.from({ length: limit }, (_, at) => row(from + at));
            return Response.json({ items, next_cursor: from + limit < 1_000_000 ? String(from + limit) : null });
        };
    }
"#;

/// How many rows are in the document, what the last one says of its place, and how high the list is.
const DRAWN: &str = r#"
    const rows = [...document.querySelectorAll("[data-request-id]")];
    const last = rows.at(-1);
    return { rows: rows.length, at: Number(last.ariaPosInSet), of: last.ariaSetSize, high: document.querySelector(".list").offsetHeight };
"#;

/// Reads on until at least so many rows were read. The list is read again meanwhile, and then may have more of them at once.
async fn read_on(browser: &Browser, rows: u64) -> Value {
    for _ in 0..rows / 50 {
        let drawn = browser.run(DRAWN).await;
        if drawn["at"].as_u64().is_some_and(|at| at >= rows) {
            return drawn;
        }
        browser.press("Show more").await;
        browser.settles().await;
    }
    browser.run(DRAWN).await
}

/// Gives one of the last rows the focus, and returns its place in the list.
const HOLD: &str = "
    const name = [...document.querySelectorAll('.row-name')].at(-3);
    name.focus();
    return Number(name.closest('[data-request-id]').ariaPosInSet);
";

/// The place in the list of the row with the focus.
const HELD: &str = "return Number(document.activeElement.closest('[data-request-id]').ariaPosInSet);";

#[tokio::test(flavor = "multi_thread")]
async fn of_a_million_requests_only_those_near_the_window_are_in_the_document() {
    at_both_sizes(async |browser, host, world, size| {
        world.submit(&world.request_for(b"one of many"), "key").await.expect(201);
        host.settle().await.unwrap();
        browser.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": A_MILLION })).await;
        browser.open(&host.url("/requests?sort=newest")).await;
        browser.has("link", "file-0.exe").await;
        let drawn = read_on(browser, 1000).await;
        let read = drawn["at"].as_u64().unwrap();
        assert!(drawn["rows"].as_u64().unwrap() <= 300, "{size:?}: {drawn}");
        assert!(read >= 1000 && drawn["of"] == "-1", "{size:?}: {drawn}");
        let row = if size == Size::Phone { 80.0 } else { 50.0 };
        assert!(drawn["high"].as_f64().unwrap() > read as f64 * row, "{size:?}: {drawn}");
        browser.is_accessible().await;

        // The row with the focus stays, however far it is scrolled out of sight.
        let held = browser.run(HOLD).await.as_u64().unwrap();
        browser
            .run("const box = document.querySelector('.rows-scroll'); box.scrollTop = 0; scrollTo(0, 0);")
            .await;
        browser.has("link", "file-0.exe").await;
        browser.until_it_is(HELD, held).await;
        browser
            .until_it_is("return document.querySelectorAll('[data-request-id]').length <= 400;", true)
            .await;
        // A phone goes on from the focus, a desktop from the request that is open beside the list.
        let (key, expected) = match size {
            Size::Phone => ("k", format!("a file-{}.exe", held - 2)),
            Size::Desktop => ("j", "a file-1.exe".to_owned()),
        };
        browser.types(key).await;
        browser.has_focus(&expected).await;
    })
    .await;
}

/// Answers as a server does with a thousand computers like the one that it has. The names become longer and longer.
const A_THOUSAND_COMPUTERS: &str = r#"
    {
        const { fetch } = window;
        window.fetch = async (url, init) => {
            const address = new URL(url, location.origin);
            if (!/^\/v1\/organizations\/\w+\/computers$/.test(address.pathname) || address.searchParams.has("state")) return fetch(url, init);
            const from = Number(address.searchParams.get("cursor") ?? 0);
            address.searchParams.delete("cursor");
            const { items: [one] } = await (await fetch(address, init)).json();
            const row = (nth) => ({ ...one, id: one.id.slice(0, -6) + String(100_000 + nth), name: null, hostname: `PC-${nth}-` + "LONG".repeat(nth / 20), os: "Windows ".repeat(nth / 100 + 1) });
            const items = Array.from({ length: 200 }, (_, at) => row(from + at));
            return Response.json({ items, next_cursor: from < 800 ? String(from + 200) : null });
        };
    }
"#;

/// How wide the columns are, and how many rows are in the document.
const COLUMNS: &str = r#"
    const widths = [...document.querySelectorAll("thead th")].map((one) => Math.round(one.getBoundingClientRect().width));
    return { widths, rows: document.querySelectorAll("tbody tr[data-key]").length, wide: document.documentElement.scrollWidth > innerWidth };
"#;

#[tokio::test(flavor = "multi_thread")]
async fn columns_stay_as_wide_as_they_are_while_other_rows_come() {
    at_both_sizes(async |browser, host, world, size| {
        if size == Size::Phone {
            return;
        }
        browser
            .command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": A_THOUSAND_COMPUTERS }))
            .await;
        browser.open(&host.url(&format!("/computers?organization={}", world.company))).await;
        browser.says("PC-0-").await;
        browser.settles().await;
        let first = browser.run(COLUMNS).await;
        for _ in 0..4 {
            browser.press("Show more").await;
            browser.settles().await;
        }
        let all = browser.run(COLUMNS).await;
        assert!(all["rows"].as_u64().unwrap() < 400, "{all}");
        browser.run("scrollTo(0, document.documentElement.scrollHeight);").await;
        browser.says("PC-999-").await;
        let last = browser.run(COLUMNS).await;
        assert_eq!((&first["widths"], &last["widths"]), (&last["widths"], &all["widths"]), "{size:?}");
        assert_eq!(last["wide"], false, "{last}");
    })
    .await;
}

/// Answers as a server does that has a thousand of each: entries of the audit, grants and messages like the first one.
const A_THOUSAND_OF_EACH: &str = r#"
    {
        const { fetch } = window;
        window.fetch = async (url, init) => {
            const address = new URL(url, location.origin);
            if (!["/v1/audit/system", "/v1/grants", "/v1/notifications"].includes(address.pathname)) return fetch(url, init);
            const from = Number(address.searchParams.get("cursor") ?? 0);
            address.searchParams.delete("cursor");
            const { items: [one] } = await (await fetch(address, init)).json();
            const items = Array.from({ length: 200 }, (_, at) => ({ ...one, id: one.id.slice(0, -6) + String(100_000 + from + at) }));
            return Response.json({ items, next_cursor: from < 800 ? String(from + 200) : null, looked_at: 200 });
        };
    }
"#;

/// Whether the last row in the document is the last one that was read.
const IS_AT_END: &str = r#"
    const last = [...document.querySelectorAll("main [data-key]")].at(-1);
    return Number(last.ariaPosInSet ?? last.ariaRowIndex) >= 1000;
"#;

/// How many rows are in the document.
const DRAWN_OF_EACH: &str = r#"return document.querySelectorAll("main [data-key]").length;"#;

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_entries_grants_and_messages_only_those_near_the_window_are_in_the_document() {
    at_both_sizes(async |browser, host, world, size| {
        let asked = world.submit(&world.request_for(b"one of many"), "key").await.expect(201).text_at("/id");
        host.settle().await.unwrap();
        let decision = format!("/v1/requests/{asked}/decision");
        let approved = json!({ "outcome": "approved" });
        world.api.post(&decision).bearer(&world.boss).json(&approved).send().await.expect(200);
        host.settle().await.unwrap();
        browser
            .command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": A_THOUSAND_OF_EACH }))
            .await;
        for path in ["/audit/system", "/grants", "/deliveries"] {
            browser.open(&host.url(&format!("{path}?organization={}", world.company))).await;
            for _ in 0..4 {
                browser.press("Show more").await;
                browser.settles().await;
            }
            browser.run("scrollTo(0, document.documentElement.scrollHeight);").await;
            // The head of a table is a row, too.
            browser.until_it_is(IS_AT_END, true).await;
            let drawn = browser.run(DRAWN_OF_EACH).await;
            assert!(drawn.as_u64().unwrap() < 500, "{size:?} {path}: {drawn}");
            browser.is_accessible().await;
        }
    })
    .await;
}

/// As the server would count more than a thousand that wait.
const COUNTS_MANY: &str = r#"
    {
        const { fetch } = window;
        window.fetch = async (url, init) => {
            const answer = await fetch(url, init);
            if (new URL(url, location.origin).pathname !== "/v1/requests/counts") return answer;
            return Response.json({ ...await answer.json(), total: 1234 });
        };
    }
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_count_in_the_navigation_and_in_the_title_is_exact_to_999() {
    at_both_sizes(async |browser, host, world, size| {
        world.submit(&world.request_for(b"one of many"), "key").await.expect(201);
        host.settle().await.unwrap();
        browser.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": COUNTS_MANY })).await;
        browser.open(&host.url("/requests")).await;
        browser.has("link", "report.exe").await;
        browser.says("1,000+").await;
        let count = if size == Size::Phone { ".phone-count" } else { ".nav-on .count" };
        assert_eq!(browser.text(count).await, "1,000+");
        assert_eq!(browser.run("return document.title;").await, "(1,000+) Approval Center – Countersign");
    })
    .await;
}
