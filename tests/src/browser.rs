//! A real browser, headless, driven over the WebDriver protocol.

use std::net::{Ipv4Addr, TcpListener};
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::are_installed;

/// How the protocol names an element in the arguments of a script.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long a page may take to show something, also on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often something is tried while the page moves below the pointer: a list that is read again may have more rows above.
const AIMS: usize = 5;

/// What the driver says when what was found has moved before it was used, or was drawn again.
const MOVED: [&str; 2] = ["element click intercepted", "stale element reference"];

/// Finds what people would find: an element that is shown, by its role and the beginning of its name as a screen reader says it.
/// Calls back with the element once it is there, and once it is enabled or disabled where that is asked for; checks again
/// whenever the page changes.
const UNTIL_FOUND: &str = r#"
    const [role, name, state, done] = arguments;
    const candidates = {
        button: "button, summary", link: "a[href]", radio: "input[type=radio]", checkbox: "input[type=checkbox]",
        textbox: "input:not([type=radio]):not([type=checkbox]), textarea", heading: "h1, h2, h3", combobox: "select",
        list: "ul, ol", table: "table", option: "[role=option]",
    }[role];
    const plain = (text) => text.replace(/[\u2066-\u2069]/g, "").replace(/\s+/g, " ").trim();
    const words = (element) => {
        const copy = element.cloneNode(true);
        for (const one of copy.querySelectorAll("[aria-hidden=true], [hidden]")) one.remove();
        return plain(copy.textContent);
    };
    const nameOf = (element) => plain(element.getAttribute("aria-label") ?? "") || [...(element.labels ?? [])].map(words).join(" ") || words(element);
    const isOff = (element) => element.disabled || element.ariaDisabled === "true";
    const look = () => {
        // What is behind a modal dialog cannot be reached.
        const within = [...document.querySelectorAll(":modal")].at(-1) ?? document;
        const shown = [...within.querySelectorAll(candidates)].filter((element) => element.getClientRects().length > 0)
            .filter((element) => state !== "enabled" || !isOff(element));
        const found = shown.find((element) => nameOf(element) === name) ?? shown.find((element) => nameOf(element).startsWith(name));
        if (state === "disabled" && !(found && isOff(found))) return false;
        // Not below what stays at the edge of a window.
        found?.scrollIntoView({ block: "center" });
        // A chip shows only its label, which is what people press.
        if (found) done(state === "enabled" && found.classList.contains("only-read") ? found.labels[0] : found);
        return Boolean(found);
    };
    if (look()) return;
    const observer = new MutationObserver(() => { if (look()) observer.disconnect(); });
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
"#;

/// The option of a list to choose from whose words begin with a text, once it is there.
const UNTIL_OFFERED: &str = r#"
    const [list, words, done] = arguments;
    const look = () => {
        const found = [...list.options].find((option) => option.label.replace(/[\u2066-\u2069]/g, "").startsWith(words));
        if (found) done(found);
        return Boolean(found);
    };
    if (look()) return;
    const observer = new MutationObserver(() => { if (look()) observer.disconnect(); });
    observer.observe(list, { subtree: true, childList: true, characterData: true, attributes: true });
"#;

/// Calls back once the page shows a text, or shows it no more.
const UNTIL_SHOWN: &str = r#"
    const [text, wanted, done] = arguments;
    const shown = () => document.body.innerText.replace(/[\u2066-\u2069]/g, "").includes(text) === wanted;
    if (shown()) { done(true); return; }
    const observer = new MutationObserver(() => { if (shown()) { observer.disconnect(); done(true); } });
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
"#;

/// Counts the calls of a page that are under way, in `callsUnderWay`, from before its own scripts on.
const COUNT_CALLS: &str = r#"
    window.callsUnderWay = 0;
    // In a block: a constant of the document would hide what is set here from its scripts.
    {
        const { fetch } = window;
        const over = () => { window.callsUnderWay -= 1; };
        window.fetch = (...call) => {
            window.callsUnderWay += 1;
            const answer = fetch(...call);
            answer.then(over, over);
            return answer;
        };
    }
"#;

/// Calls back once the page has a heading, no call is under way and nothing has changed for a moment.
const UNTIL_SETTLED: &str = r#"
    const done = arguments[arguments.length - 1];
    let timer;
    const changed = () => {
        clearTimeout(timer);
        timer = setTimeout(look, 250);
    };
    const look = () => {
        if (window.callsUnderWay > 0 || !document.querySelector("h1")) return changed();
        observer.disconnect();
        done(document.querySelector("h1").textContent);
    };
    const observer = new MutationObserver(changed);
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    changed();
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
        let milliseconds = PATIENCE.as_millis() as u64;
        browser.post("timeouts", json!({ "script": milliseconds, "implicit": milliseconds })).await;
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
        let script = "arguments[0].focus(); arguments[0].select();";
        self.aim("textbox", name, async |element| {
            self.send("execute/sync", &json!({ "script": script, "args": [{ ELEMENT: element }] })).await?;
            self.send(&format!("element/{element}/value"), &json!({ "text": text })).await
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
            let offered = json!({ "script": UNTIL_OFFERED, "args": [{ ELEMENT: list }, option] });
            let found = self.send("execute/async", &offered).await?;
            self.click(&id_of(&found).unwrap_or_else(|| panic!("{name}: {option}: {found}"))).await
        })
        .await;
    }

    /// Does something with what has a role and a name, once it is not disabled; again if the page moved meanwhile.
    async fn aim(&self, role: &str, name: &str, act: impl AsyncFn(String) -> Result<Value, Value>) {
        for _ in 0..AIMS {
            match act(self.find(role, name, "enabled").await).await {
                Ok(_) => return,
                Err(refused) if MOVED.iter().any(|error| refused["error"] == *error) => self.settles().await,
                Err(refused) => panic!("{role} {name}: {refused}"),
            }
        }
        panic!("{role} {name} lies below something else, or is drawn again and again");
    }

    async fn click(&self, element: &str) -> Result<Value, Value> {
        self.send(&format!("element/{element}/click"), &json!({})).await
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

    /// Waits until what has a role and a name is there.
    pub async fn has(&self, role: &str, name: &str) {
        self.find(role, name, "any").await;
    }

    /// Waits until what has a role and a name is there and can be used.
    pub async fn has_enabled(&self, role: &str, name: &str) {
        self.find(role, name, "enabled").await;
    }

    /// Waits until what has a role and a name is there and disabled, so that a screen reader says so: a page may have to ask first.
    pub async fn has_disabled(&self, role: &str, name: &str) {
        self.find(role, name, "disabled").await;
    }

    /// Waits until the page shows a text.
    pub async fn says(&self, text: &str) {
        self.until(UNTIL_SHOWN, json!([text, true])).await;
    }

    /// Waits until the page does not show a text.
    pub async fn says_not(&self, text: &str) {
        self.until(UNTIL_SHOWN, json!([text, false])).await;
    }

    /// Waits until the page has read everything that it shows.
    pub async fn settles(&self) {
        self.run_until_called(UNTIL_SETTLED).await;
    }

    /// The text of an element.
    pub async fn text(&self, selector: &str) -> String {
        let script = "return document.querySelector(arguments[0]).textContent;";
        let text = self.post("execute/sync", json!({ "script": script, "args": [selector] })).await;
        text.as_str().unwrap_or_else(|| panic!("{selector}: {text}")).to_owned()
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

    /// Asserts that something was refused since the complaints were read last, and nothing but what has all these parts in its address
    /// and status. From then on it is no complaint any more.
    pub async fn was_refused(&self, parts: &[&str]) {
        assert!(!self.refusals(parts).await.is_empty(), "nothing was refused");
    }

    /// The same where nothing need have been refused.
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

    async fn find(&self, role: &str, name: &str, state: &str) -> String {
        let found = self.until(UNTIL_FOUND, json!([role, name, state])).await;
        id_of(&found).unwrap_or_else(|| panic!("{role} {name}: {found}"))
    }

    /// Runs a script with arguments, which calls back once what is waited for is there. If it does not, the page is shown.
    pub async fn until(&self, script: &str, args: Value) -> Value {
        let waiting = json!({ "script": script, "args": args });
        match self.send("execute/async", &waiting).await {
            Ok(value) => value,
            Err(refused) => {
                let page = self.run("return `${location.href}\n${document.body.innerText}`;").await;
                let page = page.as_str().unwrap_or_default().to_owned();
                panic!("waited for {args} in vain: {}\n{page}\n{script}", refused["error"])
            }
        }
    }

    /// A command of the WebDriver protocol.
    pub(crate) async fn post(&self, command: &str, body: Value) -> Value {
        let answer = self.send(command, &body).await;
        answer.unwrap_or_else(|refused| panic!("{command} {body}: {refused}"))
    }

    async fn send(&self, command: &str, body: &Value) -> Result<Value, Value> {
        let call = self.client.post(format!("{}/{command}", self.session)).json(body);
        let response = call.send().await.expect("the driver answers");
        let ok = response.status().is_success();
        let mut answer: Value = response.json().await.expect("the driver answers JSON");
        let value = answer["value"].take();
        if ok { Ok(value) } else { Err(value) }
    }
}

/// The id of an element that a script has returned.
fn id_of(found: &Value) -> Option<String> {
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
