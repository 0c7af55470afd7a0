//! A real browser, headless, driven over the WebDriver protocol.

use std::net::{Ipv4Addr, TcpListener};
use std::process::Stdio;
use std::time::Instant;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::are_installed;
use crate::waiting::PATIENCE;

/// How the protocol names an element in the arguments of a script.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Why something is tried again: what was found has moved before it was used, is hidden or was drawn again, or was not hit.
const MOVED: [&str; 4] =
    ["element click intercepted", "element not interactable", "stale element reference", "missed"];

/// From now on only what is aimed at, or what it labels, is hit: what has taken its place below the pointer is not.
const AIM: &str = r#"
    const [at] = arguments;
    const parts = [at, at.control, ...(at.labels ?? [])].filter(Boolean);
    const aim = { missed: false, end: () => types.forEach((type) => removeEventListener(type, look, true)) };
    const look = (event) => {
        if (!event.isTrusted || parts.some((part) => part.contains(event.target))) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        aim.missed = true;
    };
    const types = ["pointerdown", "mousedown", "pointerup", "mouseup", "click"];
    for (const type of types) addEventListener(type, look, { capture: true });
    window.aim = aim;
"#;

/// Whether something else was below the pointer.
const MISSED: &str = r#"
    const { aim } = window;
    delete window.aim;
    aim?.end();
    return aim?.missed ?? false;
"#;

/// The option of a list to choose from whose words begin with a text, once it is there; nothing if the list was drawn again.
const UNTIL_OFFERED: &str = r#"
    const [list, words, done] = arguments;
    watch(() => {
        const found = [...list.options].find((option) => option.label.replace(/[\u2066-\u2069]/g, "").startsWith(words));
        if (!found && list.isConnected) return false;
        done(found ?? null);
        return true;
    });
"#;

/// Counts the calls of a page that are under way until their contents are there, in `callsUnderWay`, from before its own scripts
/// on; and keeps when one has begun or ended, in `callsChanged`.
const COUNT_CALLS: &str = r#"
    window.callsUnderWay = 0;
    window.callsChanged = 0;
    // In a block: a constant of the document would hide what is set here from its scripts.
    {
        const { fetch } = window;
        const add = (n) => {
            window.callsUnderWay += n;
            window.callsChanged = performance.now();
        };
        const over = () => add(-1);
        window.fetch = (...call) => {
            add(1);
            const answer = fetch(...call);
            answer.then((response) => response.clone().arrayBuffer()).then(over, over);
            return answer;
        };
    }
"#;

/// A browser with one page. Dropping it ends it.
pub struct Browser {
    session: String,
    client: reqwest::Client,
    _driver: Child,
    _profile: TempDir,
}

impl Drop for Browser {
    /// Chromium would go on without its driver, which dies with this.
    fn drop(&mut self) {
        let ends = self.client.delete(&self.session).send();
        let ended = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(ends));
        if let Err(error) = ended {
            println!("a browser goes on: {error}");
        }
    }
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
        browser.has_patience(PATIENCE).await;
        browser.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": COUNT_CALLS })).await;
        Some(browser)
    }

    /// Opens an address.
    pub async fn open(&self, url: &str) {
        self.post("url", json!({ "url": url })).await;
    }

    /// Lays the page out as in a window of this width, which may be narrower than a browser's own can be.
    pub async fn lay_out(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.command("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Makes the window as large as a desktop's. It begins as large as a phone's.
    pub async fn widen(&self) {
        self.post("window/rect", json!({ "width": 1440, "height": 900 })).await;
    }

    /// Types into the field of a name, replacing its contents.
    pub async fn fill(&self, name: &str, text: &str) {
        // As people do it: the page hears of nothing but what is typed.
        let focus = "arguments[0].focus(); arguments[0].select();";
        self.aim("textbox", name, async |element| {
            self.send("execute/sync", &on(&element, focus)).await?;
            self.send(&format!("element/{element}/value"), &json!({ "text": text })).await?;
            // The page may have taken the focus, or begun anew meanwhile.
            let typed = self.send("execute/sync", &on(&element, "return arguments[0].value;")).await?;
            if typed == text { Ok(()) } else { Err(missed()) }
        })
        .await;
    }

    /// Presses the button of a name, once it is not disabled.
    pub async fn press(&self, name: &str) {
        self.choose("button", name).await;
    }

    /// Clicks what has a role and a name, once it is not disabled: a link, a radio button, a box to tick.
    pub async fn choose(&self, role: &str, name: &str) {
        self.aim(role, name, async |element| self.click(&element).await).await;
    }

    /// Chooses from the list of a name what begins with a text.
    pub async fn pick(&self, name: &str, option: &str) {
        self.aim("combobox", name, async |list| {
            let found = self.watch(UNTIL_OFFERED, json!([{ ELEMENT: list }, option])).await?;
            let option = id_of(&found).ok_or_else(missed)?;
            self.send(&format!("element/{option}/click"), &json!({})).await.map(|_| ())
        })
        .await;
    }

    /// Does something with what has a role and a name, once it is not disabled; again if the page moved meanwhile.
    async fn aim(&self, role: &str, name: &str, act: impl AsyncFn(String) -> Result<(), Value>) {
        let until = Instant::now() + PATIENCE;
        loop {
            match act(self.find(role, name, "enabled").await).await {
                Ok(()) => return,
                Err(refused) if MOVED.iter().any(|error| refused["error"] == *error) => {
                    assert!(Instant::now() < until, "{role} {name} moves again and again: {refused}");
                    self.moment().await;
                }
                Err(refused) => panic!("{role} {name}: {refused}"),
            }
        }
    }

    /// Clicks an element, and nothing else.
    async fn click(&self, element: &str) -> Result<(), Value> {
        self.send("execute/sync", &on(element, AIM)).await?;
        let clicked = self.send(&format!("element/{element}/click"), &json!({})).await;
        let was_missed = self.run(MISSED).await == true;
        clicked?;
        if was_missed { Err(missed()) } else { Ok(()) }
    }

    /// Runs a script, which returns a value.
    pub async fn run(&self, script: &str) -> Value {
        self.post("execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// Runs a script, which hands a value to the callback that it gets.
    pub async fn run_until_called(&self, script: &str) -> Value {
        self.until(script, json!([])).await
    }

    /// Grants the present page a permission, such as `notifications`, as its reader would.
    pub async fn allow(&self, name: &str) {
        let body = json!({ "descriptor": { "name": name }, "state": "granted" });
        self.post("permissions", body).await;
    }

    /// Hands a push message to the first service worker of an origin, as a push service does.
    pub async fn deliver_push(&self, origin: &str, message: &str) {
        self.command("ServiceWorker.enable", json!({})).await;
        let params = json!({ "origin": origin, "registrationId": "0", "data": message });
        self.command("ServiceWorker.deliverPushMessage", params).await;
    }

    /// As a reader sees it who prefers a dark or a light page.
    pub async fn prefer(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" }]);
        self.command("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// What the browser complained about: errors of scripts, violations of the page's policy, failed requests. Being asked to
    /// sign in is no failure, nor is what breaks off because this machine's network interfaces change.
    pub async fn complaints(&self) -> Vec<String> {
        let entries = self.post("se/log", json!({ "type": "browser" })).await;
        let severe = |entry: &&Value| entry["level"] == "SEVERE";
        let message = |entry: &Value| entry["message"].as_str().unwrap_or_default().to_owned();
        let all = entries.as_array().into_iter().flatten().filter(severe).map(message);
        let no_session = |message: &String| message.contains("/v1/session") && message.contains("401");
        let no_failure = |message: &String| no_session(message) || message.contains("ERR_NETWORK_CHANGED");
        all.filter(|message| !no_failure(message)).collect()
    }

    /// Waits until something was refused since the complaints were read last, and asserts that it was nothing but what has all these
    /// parts in its address and status. From then on it is no complaint any more.
    pub async fn was_refused(&self, parts: &[&str]) {
        let until = Instant::now() + PATIENCE;
        // The page may know of it before the browser has noted it.
        while self.refusals(parts).await.is_empty() {
            assert!(Instant::now() < until, "nothing was refused: {parts:?}");
            self.moment().await;
        }
    }

    /// The same where nothing need have been refused, and nothing is waited for.
    pub async fn may_have_been_refused(&self, parts: &[&str]) {
        self.refusals(parts).await;
    }

    async fn refusals(&self, parts: &[&str]) -> Vec<String> {
        let refused = self.complaints().await;
        let expected = |line: &String| parts.iter().all(|part| line.contains(part));
        assert!(refused.iter().all(expected), "{refused:?}");
        refused
    }

    /// A command of the Chrome DevTools Protocol, and its result.
    pub async fn command(&self, name: &str, params: Value) -> Value {
        self.post("goog/cdp/execute", json!({ "cmd": name, "params": params })).await
    }

    /// A command of the WebDriver protocol.
    pub(crate) async fn post(&self, command: &str, body: Value) -> Value {
        let answer = self.send(command, &body).await;
        answer.unwrap_or_else(|refused| panic!("{command} {body}: {refused}"))
    }

    pub(crate) async fn send(&self, command: &str, body: &Value) -> Result<Value, Value> {
        let call = self.client.post(format!("{}/{command}", self.session)).json(body);
        let response = call.send().await.expect("the driver answers");
        let ok = response.status().is_success();
        let mut answer: Value = response.json().await.expect("the driver answers JSON");
        let value = answer["value"].take();
        if ok { Ok(value) } else { Err(value) }
    }
}

/// A script about an element.
fn on(element: &str, script: &str) -> Value {
    json!({ "script": script, "args": [{ ELEMENT: element }] })
}

/// Why something is tried again that the driver did not refuse.
fn missed() -> Value {
    json!({ "error": "missed" })
}

/// The id of an element that a script has returned.
pub(crate) fn id_of(found: &Value) -> Option<String> {
    found.as_object()?.values().next()?.as_str().map(str::to_owned)
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
    let wanted =
        json!({ "goog:chromeOptions": { "args": arguments }, "goog:loggingPrefs": { "browser": "ALL" } });
    json!({ "capabilities": { "alwaysMatch": wanted } })
}
