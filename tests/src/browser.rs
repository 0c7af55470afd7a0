//! A real browser, headless, driven over the WebDriver protocol.

use std::net::{Ipv4Addr, TcpListener};
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::are_installed;

/// How long a page may take to show something.
const PATIENCE: Duration = Duration::from_secs(20);

/// Calls back once an element has a text; checks again whenever the page changes.
const UNTIL_SHOWN: &str = "
    const [selector, text, done] = arguments;
    const shown = () => {
        const element = document.querySelector(selector);
        return element && element.getClientRects().length > 0 && element.textContent.includes(text);
    };
    if (shown()) { done(true); return; }
    const observer = new MutationObserver(() => { if (shown()) { observer.disconnect(); done(true); } });
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
";

/// A browser with one page. Dropping it ends it.
pub struct Browser {
    session: String,
    client: reqwest::Client,
    _driver: Child,
    _profile: TempDir,
}

impl Browser {
    /// Starts Chromium; `None` if it is not installed, which the output says. With `COUNTERSIGN_REQUIRE_ALL` that
    /// fails.
    pub async fn start() -> Option<Self> {
        if !are_installed(&["chromedriver", "chromium"], "chromium and chromium-driver") {
            return None;
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let mut driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver starts");
        let mut lines = BufReader::new(driver.stdout.take().expect("its output")).lines();
        while let Some(line) = lines.next_line().await.expect("its output") {
            if line.contains("started successfully") {
                break;
            }
        }
        let profile = tempfile::tempdir().expect("a folder");
        let client = crate::api::client().timeout(PATIENCE * 3).build().expect("a client");
        let origin = format!("http://127.0.0.1:{port}");
        let body = capabilities(&profile);
        let answer: Value =
            client.post(format!("{origin}/session")).json(&body).send().await.unwrap().json().await.unwrap();
        let id = answer["value"]["sessionId"].as_str().unwrap_or_else(|| panic!("{answer}"));
        let session = format!("{origin}/session/{id}");
        let browser = Self { session, client, _driver: driver, _profile: profile };
        let milliseconds = PATIENCE.as_millis() as u64;
        browser.post("timeouts", json!({ "script": milliseconds, "implicit": milliseconds })).await;
        Some(browser)
    }

    /// Opens an address.
    pub async fn open(&self, url: &str) {
        self.post("url", json!({ "url": url })).await;
    }

    /// Types into a field, replacing its contents.
    pub async fn fill(&self, selector: &str, text: &str) {
        let element = self.element(selector).await;
        self.post(&format!("element/{element}/clear"), json!({})).await;
        self.post(&format!("element/{element}/value"), json!({ "text": text })).await;
    }

    /// Clicks something.
    pub async fn click(&self, selector: &str) {
        let element = self.element(selector).await;
        self.post(&format!("element/{element}/click"), json!({})).await;
    }

    /// Waits until an element shows a text.
    pub async fn shows(&self, selector: &str, text: &str) {
        self.post("execute/async", json!({ "script": UNTIL_SHOWN, "args": [selector, text] })).await;
    }

    /// The text of an element.
    pub async fn text(&self, selector: &str) -> String {
        let script = "return document.querySelector(arguments[0]).textContent;";
        let text = self.post("execute/sync", json!({ "script": script, "args": [selector] })).await;
        text.as_str().unwrap_or_else(|| panic!("{selector}: {text}")).to_owned()
    }

    /// Whether a control is disabled.
    pub async fn is_disabled(&self, selector: &str) -> bool {
        let script = "return document.querySelector(arguments[0]).disabled;";
        self.post("execute/sync", json!({ "script": script, "args": [selector] })).await == true
    }

    async fn element(&self, selector: &str) -> String {
        let found = self.post("element", json!({ "using": "css selector", "value": selector })).await;
        let id = found.as_object().and_then(|found| found.values().next()).and_then(Value::as_str);
        id.unwrap_or_else(|| panic!("{found}")).to_owned()
    }

    async fn post(&self, command: &str, body: Value) -> Value {
        let call = self.client.post(format!("{}/{command}", self.session)).json(&body);
        let response = call.send().await.expect("the driver answers");
        let ok = response.status().is_success();
        let mut answer: Value = response.json().await.expect("the driver answers JSON");
        assert!(ok, "{command} {body}: {answer}");
        answer["value"].take()
    }
}

fn capabilities(profile: &TempDir) -> Value {
    let folder = format!("--user-data-dir={}", profile.path().display());
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-sync",
        "--no-first-run",
        "--window-size=390,844",
        folder.as_str(),
    ];
    json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": { "args": arguments } } } })
}
