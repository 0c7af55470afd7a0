//! The first steps after the set-up, and the service worker, in a real browser.

use std::time::{Duration, Instant};

use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::sizes::{Size, at_both_sizes};
use countersign_tests::{Api, Browser, PASSWORD};
use serde_json::{Value, json};

/// What is in the caches of the service worker, by address.
const KEPT: &str = r#"
    const done = arguments[arguments.length - 1];
    const read = async () => {
        await navigator.serviceWorker.ready;
        const kept = await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)));
        return kept.flat();
    };
    read().then(done);
"#;

/// How long the way from the set-up to the first approval may take somebody who types and presses without thinking, with a computer that
/// asks at once. What the checks of this test take is not part of it.
const WITHOUT_THINKING: Duration = Duration::from_secs(60);

/// Waits until a worker answers for the page.
const CONTROLLED: &str = r#"
    const done = arguments[arguments.length - 1];
    if (navigator.serviceWorker.controller) done(true);
    else navigator.serviceWorker.addEventListener("controllerchange", () => done(true), { once: true });
"#;

/// Keeps what the worker says.
const LISTEN: &str = r#"
    window.pushed = new Promise((done) => navigator.serviceWorker.addEventListener("message", ({ data }) => { if (data.pushed) done(); }));
"#;

/// Hands over the notifications that are shown, once the worker has said that it has shown one. Asking earlier would be wrong: Chromium
/// forgets those that are not on the screen yet.
const SHOWN: &str = r#"
    const done = arguments[arguments.length - 1];
    const read = async () => {
        await window.pushed;
        const shown = await (await navigator.serviceWorker.ready).getNotifications();
        return shown.map(({ title, body, data }) => ({ title, body, data }));
    };
    read().then(done);
"#;

/// What the worker does to the open window when somebody presses a message: nobody can press one in a headless browser.
const PRESSED: &str = r#"
    const read = async () => (await (await navigator.serviceWorker.ready).getNotifications())[0].data.path;
    read().then((open) => navigator.serviceWorker.dispatchEvent(new MessageEvent("message", { data: { open } })));
"#;

#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_goes_from_the_set_up_to_the_first_approval() {
    for size in [Size::Phone, Size::Desktop] {
        let Some(browser) = Browser::start().await else { return };
        let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
        let api = Api::new(host.url(""));
        if size == Size::Desktop {
            browser.widen().await;
        }
        let (began, mut checks) = (Instant::now(), Duration::ZERO);
        let mut is_accessible = async || {
            let begins = Instant::now();
            browser.is_accessible().await;
            checks += begins.elapsed();
        };
        browser.open(&host.url(&format!("/setup#{}", host.setup_token()))).await;
        browser.fill("Name of the organization", "Company A").await;
        browser.fill("Your name", "Boss").await;
        browser.fill("Your email address", "boss@company.example").await;
        browser.fill("Password", PASSWORD).await;
        browser.fill("Password, again", PASSWORD).await;
        browser.press("Set up").await;

        browser.says("1 of 7").await;
        browser.says("Company A, and you are its Super Admin").await;
        is_accessible().await;
        browser.press("Create the group").await;
        browser.says("2 of 7").await;
        browser.says("Each address is sent what a request is about").await;
        is_accessible().await;
        browser.press("Save and Deploy Policies").await;
        browser.says("Deployed as version 1.").await;
        browser.press("Make the command").await;
        browser.says("Waiting for its first check-in.").await;
        is_accessible().await;
        let command = browser.text(".command code").await;
        let key = command.rsplit(' ').next().unwrap();
        assert!(key.starts_with("cse_"), "{command}");

        // As the agent does it that the command starts.
        let body = json!({ "enrollment_key": key, "hostname": "pc-1", "os": "Debian 12" });
        let computer = api.post("/agent/v1/enroll").json(&body).send().await.expect(201).text_at("/token");
        browser.says("4 of 7").await;
        browser.says("request README.md").await;
        is_accessible().await;
        let policy = browser.text(".command code").await;
        let policy = policy.split_whitespace().find(|word| word.starts_with("pol_")).unwrap().to_owned();
        let subject = json!({ "path": "README.md", "sha256": "0".repeat(64) });
        let body = json!({ "kind": "application", "policy_id": policy, "subject": subject, "reason": "Practice",
            "requester": { "username": "boss" }, "attach": false });
        api.post("/agent/v1/requests").bearer(&computer).json(&body).send().await.expect(201);
        browser.says("5 of 7").await;
        browser.choose("link", "Open the request").await;
        browser.has("heading", "README.md").await;
        browser.press("Approve").await;
        browser.says("Approved for").await;
        let took = began.elapsed() - checks;
        println!("{size:?}: from the set-up to the first approval in {:.1} s", took.as_secs_f64());
        assert!(took <= WITHOUT_THINKING, "{size:?}: {took:?}");

        // It survives leaving, and what is left can be done from there.
        browser.open(&host.url("/first-steps")).await;
        browser.says("6 of 7").await;
        browser.fill("Name", "Clerk").await;
        browser.fill("Email address", "clerk@company.example").await;
        browser.is_accessible().await;
        browser.press("Send the invitation").await;
        browser.says("All steps are done.").await;
        browser.is_accessible().await;
        assert_eq!(browser.complaints().await, [""; 0], "{size:?}");
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_elsewhere_is_seen_as_done() {
    at_both_sizes(async |browser, host, world, _size| {
        browser.open(&host.url("/requests")).await;
        browser.has("heading", "No computer has asked yet.").await;
        browser.is_accessible().await;
        browser.choose("link", "Go on with the first steps").await;
        // The company has a group, a deployed policy and a computer.
        browser.says("desk@company.example").await;
        browser.says("4 of 7").await;
        browser.says("request README.md").await;
        world.submit(&world.request_for(b"practice"), "key").await.expect(201);
        browser.has("link", "Open the request").await;
        browser.open(&host.url("/")).await;
        browser.has("heading", "Approval Center").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_keeps_assets_alone_and_says_when_there_is_no_connection() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let address = host.url("/requests");
    browser.open(&address).await;
    browser.has("heading", "Sign in").await;
    browser.run_until_called(CONTROLLED).await;
    browser.open(&address).await;
    browser.has("heading", "Sign in").await;
    let kept = browser.run_until_called(KEPT).await;
    let kept: Vec<&str> = kept.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(kept.iter().any(|path| path.ends_with("/offline.html")), "{kept:?}");
    assert!(kept.iter().all(|path| path.starts_with("/assets/")), "nothing but assets: {kept:?}");
    assert_eq!(browser.complaints().await, [""; 0]);
    host.stop().await;

    browser.open(&address).await;
    browser.has("heading", "No connection").await;
    browser.has("button", "Try again").await;
    browser.says("Nothing waits to be sent.").await;
    browser.is_accessible().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_message_is_shown_and_opens_its_request_in_the_window_that_is_open() {
    at_both_sizes(async |browser, host, world, _size| {
        let id = world.submit(&world.request_for(b"pushed"), "key").await.expect(201).text_at("/id");
        browser.run_until_called(CONTROLLED).await;
        browser.allow("notifications").await;
        browser.run(LISTEN).await;
        // The public address of the deployment is another one than that of this window.
        let message = json!({ "title": "Company B: ann asks for report.exe", "body": "On pc-1",
            "url": format!("https://countersign.example/requests/{id}"), "tag": id });
        browser.deliver_push(&host.url("/"), &message.to_string()).await;
        let shown = browser.run_until_called(SHOWN).await;
        assert_eq!(shown[0]["title"], "Company B: ann asks for report.exe");
        assert_eq!(shown[0]["body"], "On pc-1");
        assert_eq!(shown[0]["data"]["path"], format!("/requests/{id}"));
        browser.run(PRESSED).await;
        browser.address_has(&format!("/requests/{id}")).await;
        browser.has("heading", "report.exe").await;
    })
    .await;
}
