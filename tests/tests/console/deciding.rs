//! What a decision must not lose: its result, the request that it is about, and its end.

use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::sizes::{Size, at_both_sizes, sign_in};
use countersign_tests::{Browser, Deployment, Key};
use serde_json::{Value, json};

use crate::{asked_for, status_of};

/// What browsers offer to pages under HTTPS and on localhost alone.
const NOT_SECURE: &str = r#"
    delete Crypto.prototype.randomUUID;
    Object.defineProperty(Navigator.prototype, "clipboard", { get: () => undefined });
    window.copied = [];
    document.addEventListener("copy", () => window.copied.push(document.activeElement.value));
"#;

/// Decisions are lost on their way and counted, and the next attempt follows at once. The rest of the page is connected.
const LOSES_DECISIONS: &str = r#"
    {
        const { fetch, setTimeout } = window;
        window.tries = 0;
        window.fetch = (url, init) => {
            if (!String(url).endsWith("/decision")) return fetch(url, init);
            window.tries += 1;
            return Promise.resolve(Response.json({ code: "unavailable", detail: "not now" }, { status: 503 }));
        };
        window.setTimeout = (work, delay, ...more) => setTimeout(work, delay === 3000 ? 20 : delay, ...more);
    }
"#;

/// How many rows the list has.
const ROWS: &str = "return document.querySelectorAll('.list-row').length;";

async fn settings(world: &Deployment, settings: &Value) {
    let path = format!("/v1/organizations/{}/approval-settings", world.company);
    world.api.put(&path).bearer(&world.boss).json(settings).send().await.expect(200);
}

/// The list on a desktop, for the first administrator.
async fn list(host: &TestHost) -> Option<Browser> {
    let browser = Browser::start().await?;
    browser.widen().await;
    browser.open(&host.url("/requests")).await;
    sign_in(&browser, "boss@company.example").await;
    Some(browser)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_many_stays_until_it_was_read() {
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    settings(&world, &json!({ "default_days": 7 })).await;
    world.another_computer("pc-2").await;
    let ids = [asked_for(&world, "one.exe").await, asked_for(&world, "two.exe").await];
    let other = asked_for(&world, "three.exe").await;
    host.settle().await.unwrap();
    let Some(browser) = list(&host).await else { return };
    browser.choose("checkbox", "Select one.exe").await;
    browser.choose("checkbox", "Select two.exe").await;
    browser.says("They reach 1 computer.").await;
    browser.choose("radio", "Each one’s group").await;
    browser.says("They reach 2 computers.").await;
    browser.choose("radio", "Each one’s own computer").await;
    browser.says("They reach 1 computer.").await;
    browser.is_accessible().await;
    browser.press("Approve 2").await;
    browser.says("2 approved").await;
    browser.is_accessible().await;
    // The list is read again, and the two are in it no more.
    browser.until_it_is(ROWS, 1).await;
    browser.settles().await;
    browser.says("2 approved").await;
    let buttons = browser.run("return document.querySelectorAll('#approve').length;").await;
    assert_eq!(buttons, 0, "nothing else can be approved in its place");
    browser.press("Done").await;
    browser.says_not("2 approved").await;
    for id in &ids {
        let decided = world.api.get(&format!("/v1/requests/{id}")).bearer(&world.boss).send().await;
        let decision = decided.expect(200).json()["decision"].take();
        let at = |name: &str| decision[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        let lasts = at("expires_at").duration_since(at("at"));
        assert_eq!(lasts.as_hours(), 7 * 24, "as its organization has it: {decision}");
    }
    assert_eq!(status_of(&world, &other).await, "pending");
    assert_eq!(browser.complaints().await, [""; 0]);
    host.stop().await;
}

/// The preview of many is not answered until `letGo` is called, and nobody stops waiting for it.
const HOLDS_THE_PREVIEW: &str = r#"
    {
        const { fetch, setTimeout } = window;
        const held = new Promise((letGo) => { window.letGo = letGo; });
        window.fetch = async (url, init) => {
            const { pathname, search } = new URL(url, location.origin);
            if (pathname === "/v1/requests/decisions" && search) await held;
            return fetch(url, init);
        };
        window.setTimeout = (work, delay, ...more) => (delay === 2000 ? 0 : setTimeout(work, delay, ...more));
    }
"#;

#[tokio::test(flavor = "multi_thread")]
async fn how_many_are_decided_is_known_before_they_can_be() {
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    let ids = [asked_for(&world, "one.exe").await, asked_for(&world, "two.exe").await];
    host.settle().await.unwrap();
    let Some(browser) = list(&host).await else { return };
    browser.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": HOLDS_THE_PREVIEW })).await;
    browser.open(&host.url("/requests")).await;
    browser.choose("checkbox", "Select all shown").await;
    browser.says("2 selected").await;
    browser.has_disabled("button", "Approve").await;
    browser.has_disabled("button", "Deny").await;
    let said = browser.text(".bulk .acts").await;
    assert!(!said.contains('2'), "no number is said: {said}");
    browser.is_accessible().await;
    browser.run("window.letGo();").await;
    browser.press("Approve 2").await;
    browser.says("2 approved").await;
    for id in &ids {
        assert_eq!(status_of(&world, id).await, "approved");
    }
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_that_the_server_would_refuse_says_why_and_cannot_be_sent() {
    const PAST: &str =
        "const field = document.querySelector('input[name=until]'); field.value = '2020-01-01T00:00';
        field.dispatchEvent(new Event('input', { bubbles: true }));";
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    let id = asked_for(&world, "report.exe").await;
    host.settle().await.unwrap();
    let Some(browser) = list(&host).await else { return };
    browser.open(&host.url(&format!("/requests/{id}"))).await;
    browser.choose("radio", "Date…").await;
    browser.run(PAST).await;
    browser.says("must be in the future").await;
    // It would be refused.
    browser.has_disabled("button", "Approve").await;
    browser.is_accessible().await;
    browser.choose("radio", "No end").await;
    browser.says_not("must be in the future").await;
    browser.press("Approve").await;
    browser.says("Approved for").await;
    assert_eq!(status_of(&world, &id).await, "approved");
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_denied_with_the_word_that_their_organization_asks_for() {
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    settings(&world, &json!({ "denial_needs_message": true })).await;
    let ids = [asked_for(&world, "one.exe").await, asked_for(&world, "two.exe").await];
    host.settle().await.unwrap();
    let Some(browser) = list(&host).await else { return };
    browser.choose("checkbox", "Select all shown").await;
    browser.press("Deny 2").await;
    browser.says("asks for a word with each denial").await;
    // It would be refused.
    browser.has_disabled("button", "Deny 2").await;
    browser.is_accessible().await;
    browser.fill("Message to everybody who asked", "Use the approved version.").await;
    browser.press("Deny 2").await;
    browser.says("2 denied").await;
    for id in &ids {
        assert_eq!(status_of(&world, id).await, "denied");
    }
    assert_eq!(browser.complaints().await, [""; 0]);
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_ticked_where_nothing_can_be_decided_and_ticks_stay_with_their_list() {
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    let one = asked_for(&world, "one.exe").await;
    asked_for(&world, "two.exe").await;
    world.decide(&world.boss, &one, &json!({ "outcome": "approved" })).await.expect(200);
    host.settle().await.unwrap();
    let Some(browser) = list(&host).await else { return };
    browser.choose("checkbox", "Select two.exe").await;
    browser.says("1 selected").await;
    browser.choose("link", "Decided").await;
    browser.has("link", "one.exe").await;
    browser.says_not("1 selected").await;
    browser.types("x").await;
    browser.settles().await;
    let panels = browser.run("return document.querySelectorAll('.bulk').length;").await;
    assert_eq!(panels, 0, "there is nothing to decide");
    browser.choose("link", "Pending").await;
    browser.has("link", "two.exe").await;
    browser.says_not("1 selected").await;
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_request_beside_the_list_stays_when_a_colleague_decides_it() {
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    let first = asked_for(&world, "first.exe").await;
    asked_for(&world, "second.exe").await;
    host.settle().await.unwrap();
    let Some(browser) = list(&host).await else { return };
    browser.press("Deny").await;
    browser.fill("Message to", "Half a sent").await;
    browser.says("It stays blocked.").await;
    browser.address_has(&format!("selected={first}")).await;
    let denial = json!({ "outcome": "denied", "message": "Not this one." });
    world.decide(&world.clerk_token, &first, &denial).await.expect(200);
    browser.says("Clerk denied this").await;
    let heading = browser.text(".panel h2").await;
    assert_eq!(heading, "first.exe", "it is not another one");
    // It has left the list.
    browser.until_it_is(ROWS, 1).await;
    assert_eq!(browser.complaints().await, [""; 0]);
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_and_copies_do_not_need_what_only_https_gives() {
    at_both_sizes(async |browser, host, world, _size| {
        let id = asked_for(world, "report.exe").await;
        host.settle().await.unwrap();
        browser.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": NOT_SECURE })).await;
        browser.open(&host.url(&format!("/requests/{id}"))).await;
        let link = host.url(&format!("/requests/{id}"));
        browser.says("I need it for the report").await;
        browser.types("c").await;
        browser.until_it_is("return window.copied;", json!([link])).await;
        browser.run("document.execCommand = () => false;").await;
        browser.types("c").await;
        browser.says("This browser does not let the page copy.").await;
        // It can be copied by hand.
        browser.until_it_is("return document.querySelector('.by-hand textarea').value;", link).await;
        browser.is_accessible().await;
        browser.press("Approve").await;
        browser.says("Approved for").await;
        assert_eq!(status_of(world, &id).await, "approved");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_that_does_not_arrive_is_tried_until_its_reader_stops_it_or_leaves() {
    at_both_sizes(async |browser, host, world, size| {
        let id = asked_for(world, "report.exe").await;
        host.settle().await.unwrap();
        browser.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": LOSES_DECISIONS })).await;
        browser.open(&host.url(&format!("/requests/{id}"))).await;
        browser.press("Approve").await;
        browser.says("It is not known whether the server has it.").await;
        browser.is_accessible().await;
        browser.press("Stop trying").await;
        browser.says("Nothing is sent any more.").await;
        browser.is_accessible().await;
        ends(browser).await;

        browser.press("Approve").await;
        browser.says("The same decision is sent again").await;
        let tries = browser.run("return window.tries;").await;
        browser.until_it_is(&format!("return window.tries > {tries};"), true).await;
        let list = if size == Size::Phone { "Back to the Approval Center" } else { "Approval Center" };
        browser.choose("link", list).await;
        browser.has("link", "report.exe").await;
        ends(browser).await;
        assert_eq!(status_of(world, &id).await, "pending");
    })
    .await;
}

/// No further attempts are made.
async fn ends(browser: &Browser) {
    let tries = "return window.tries;";
    let before = browser.run(tries).await;
    // As long as several attempts would take.
    browser.run_until_called("setTimeout(arguments[0], 200);").await;
    assert_eq!(browser.run(tries).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_back_to_the_list_keeps_its_filters_and_its_place() {
    at_both_sizes(async |browser, host, world, size| {
        for number in 0..30 {
            asked_for(world, &format!("file-{number:02}.exe")).await;
        }
        host.settle().await.unwrap();
        browser.open(&host.url("/requests?kind=application&sort=newest")).await;
        browser.has("link", "file-00.exe").await;
        browser.choose("link", "file-02.exe").await;
        if size == Size::Desktop {
            browser.has("heading", "file-02.exe").await;
            browser.choose("link", "Open").await;
        }
        browser.address_has("/requests/req_").await;
        browser.has("heading", "file-02.exe").await;
        browser.says("I need it for the report").await;
        browser.settles().await;
        match size {
            Size::Phone => browser.choose("link", "Back to the Approval Center").await,
            Size::Desktop => browser.hits(Key::Escape).await,
        }
        // Whatever is looked for by its role is scrolled to.
        browser.says("These 30 are all that waits.").await;
        browser.address_has("kind=application").await;
        let top = "Math.max(window.scrollY, document.querySelector('.rows-scroll').scrollTop)";
        browser.settles().await;
        // The row that was opened is far down.
        browser.until_it_is(&format!("return {top} > 0;"), true).await;
        let left_at = browser.run(&format!("return {top};")).await;
        browser.run("history.back();").await;
        browser.says_not("These 30 are all that waits.").await;
        browser.settles().await;
        browser.run("history.forward();").await;
        browser.says("These 30 are all that waits.").await;
        browser.settles().await;
        // What is read again may be a little higher or lower.
        browser.until_it_is(&format!("return Math.abs({top} - {left_at}) < 100;"), true).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_of_a_decision_is_for_administrators_and_the_text_of_a_note_is_removed() {
    at_both_sizes(async |browser, host, world, size| {
        let id = asked_for(world, "report.exe").await;
        let notes = format!("/v1/requests/{id}/notes");
        let note = json!({ "text": "Asked the vendor." });
        world.api.post(&notes).bearer(&world.boss).json(&note).send().await.expect(201);
        host.settle().await.unwrap();
        browser.open(&host.url(&format!("/requests/{id}"))).await;
        if size == Size::Phone {
            browser.press("Notes and history").await;
        }
        browser.says("Asked the vendor.").await;
        browser.press("Remove the text").await;
        browser.says("stays on record").await;
        browser.is_accessible().await;
        browser.press("Remove the text").await;
        browser.says("This note was removed.").await;
        let left = world.api.get(&notes).bearer(&world.boss).send().await.expect(200).json();
        assert_eq!(left["items"][0]["text"], Value::Null);
        if size == Size::Phone {
            browser.press("Change").await;
        }
        browser.press("Note for administrators").await;
        browser.fill("Note for administrators", "Seen with Kim.").await;
        browser.is_accessible().await;
        browser.press("Approve").await;
        browser.says("Seen with Kim.").await;
        let decided = world.api.get(&format!("/v1/requests/{id}")).bearer(&world.boss).send().await;
        let decision = decided.expect(200).json()["decision"].take();
        assert_eq!((&decision["note"], &decision["message"]), (&json!("Seen with Kim."), &Value::Null));
    })
    .await;
}
