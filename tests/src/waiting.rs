//! Waiting for what a page will show. On a slow machine a page shows nothing yet when it is looked at once, so stories wait for
//! all that they assert.

use std::time::Duration;

use serde_json::{Value, json};

use crate::Browser;
use crate::browser::id_of;

/// How long a page may take to show something, also on a machine that is busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How long it may take to look once.
const A_LOOK: Duration = Duration::from_secs(5);

/// Looks now, whenever the document changes, and several times a second, because not all that is seen is in the document: the
/// value of a field, or how far something is scrolled.
const WATCH: &str = r"
    const watch = (look) => {
        if (look()) return;
        const again = () => {
            if (!look()) return;
            observer.disconnect();
            clearInterval(timer);
        };
        const observer = new MutationObserver(again);
        observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
        const timer = setInterval(again, 250);
    };
";

/// Finds what people would find: an element that is shown, by its role and the beginning of its name as a screen reader says it.
/// Calls back with the element once it is there, and once it is enabled or disabled where that is asked for; or once it is gone.
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
    watch(() => {
        // What is behind a modal dialog cannot be reached.
        const within = [...document.querySelectorAll(":modal")].at(-1) ?? document;
        const shown = [...within.querySelectorAll(candidates)].filter((element) => element.getClientRects().length > 0)
            .filter((element) => state !== "enabled" || !isOff(element));
        const found = shown.find((element) => nameOf(element) === name) ?? shown.find((element) => nameOf(element).startsWith(name));
        if (state === "absent") {
            if (!found) done(true);
            return !found;
        }
        if (state === "disabled" && !(found && isOff(found))) return false;
        // Not below what stays at the edge of a window.
        found?.scrollIntoView({ block: "center" });
        // A chip shows only its label, which is what people press.
        if (found) done(state === "enabled" && found.classList.contains("only-read") ? found.labels[0] : found);
        return Boolean(found);
    });
"#;

/// Calls back once the page shows a text, if one is wanted, and does not show another one, if that must be gone.
const UNTIL_SHOWN: &str = r#"
    const [text, gone, done] = arguments;
    watch(() => {
        // A page that is only beginning has none.
        if (!document.body) return false;
        const shown = document.body.innerText.replace(/[\u2066-\u2069]/g, "");
        const isSo = (text === null || shown.includes(text)) && (gone === null || !shown.includes(gone));
        if (isSo) done(true);
        return isSo;
    });
"#;

/// Calls back with the text of an element once it has some.
const UNTIL_WORDS: &str = r"
    const [selector, done] = arguments;
    watch(() => {
        const text = document.querySelector(selector)?.textContent;
        if (text) done(text);
        return Boolean(text);
    });
";

/// Calls back once a script returns what is wanted, which is given as JSON. It may fail before that: what it asks about is not
/// there yet.
const UNTIL_IT_IS: &str = r"
    const [wanted, done] = arguments;
    const value = () => { SCRIPT };
    const now = () => {
        try {
            return JSON.stringify(value() ?? null);
        } catch {
            return undefined;
        }
    };
    watch(() => {
        const isSo = now() === wanted;
        if (isSo) done(true);
        return isSo;
    });
";

/// Calls back once the page has a heading, no call is under way, and for a moment nothing has changed and no call has begun or
/// ended. The moment is longer than pages wait before they ask for what belongs to what they show.
const UNTIL_SETTLED: &str = r#"
    const done = arguments[arguments.length - 1];
    const QUIET = 400;
    let changed = performance.now();
    const observer = new MutationObserver(() => { changed = performance.now(); });
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    const timer = setInterval(() => {
        const quiet = performance.now() - Math.max(changed, window.callsChanged);
        if (window.callsUnderWay > 0 || quiet < QUIET || !document.querySelector("h1")) return;
        observer.disconnect();
        clearInterval(timer);
        done(true);
    }, 50);
"#;

impl Browser {
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

    /// Waits until nothing that has a role and a name is there.
    pub async fn has_no(&self, role: &str, name: &str) {
        self.watches(UNTIL_FOUND, json!([role, name, "absent"])).await;
    }

    pub(crate) async fn find(&self, role: &str, name: &str, state: &str) -> String {
        let found = self.watches(UNTIL_FOUND, json!([role, name, state])).await;
        id_of(&found).unwrap_or_else(|| panic!("{role} {name}: {found}"))
    }

    /// Waits until the page shows a text.
    pub async fn says(&self, text: &str) {
        self.watches(UNTIL_SHOWN, json!([text, null])).await;
    }

    /// Waits until the page does not show a text.
    pub async fn says_not(&self, text: &str) {
        self.watches(UNTIL_SHOWN, json!([null, text])).await;
    }

    /// Waits until the page shows one text and not another, which it showed before.
    pub async fn says_instead(&self, text: &str, gone: &str) {
        self.watches(UNTIL_SHOWN, json!([text, gone])).await;
    }

    /// The text of an element, once it has one.
    pub async fn text(&self, selector: &str) -> String {
        let text = self.watches(UNTIL_WORDS, json!([selector])).await;
        text.as_str().unwrap_or_else(|| panic!("{selector}: {text}")).to_owned()
    }

    /// Waits until a script returns a value: `null`, true or false, a number, a text, or a list of these.
    pub async fn until_it_is(&self, script: &str, wanted: impl Into<Value>) {
        let wanted = wanted.into().to_string();
        let look = UNTIL_IT_IS.replace("SCRIPT", script);
        if self.watch(&look, json!([wanted])).await.is_err() {
            let is = self.run(script).await;
            panic!("{is} instead of {wanted}: {script}\n{}", self.shown().await);
        }
    }

    /// Waits until the address of the page has a part.
    pub async fn address_has(&self, part: &str) {
        let script = format!("return (location.pathname + location.search).includes({});", json!(part));
        self.until_it_is(&script, true).await;
    }

    /// Waits until the page has read everything that it shows.
    pub async fn settles(&self) {
        self.until(UNTIL_SETTLED, json!([])).await;
    }

    /// Lets the page go on before something is tried again.
    pub(crate) async fn moment(&self) {
        self.until("setTimeout(arguments[0], 50);", json!([])).await;
    }

    /// Runs a script with arguments, which calls back once what is waited for is there. If it does not, the page is shown.
    pub async fn until(&self, script: &str, args: Value) -> Value {
        match self.wait(script, &args).await {
            Ok(value) => value,
            Err(refused) => {
                panic!("waited for {args} in vain: {}\n{}\n{script}", refused["message"], self.shown().await)
            }
        }
    }

    /// The same with `watch` for the script.
    pub(crate) async fn watch(&self, script: &str, args: Value) -> Result<Value, Value> {
        self.wait(&format!("{WATCH}{script}"), &args).await
    }

    async fn watches(&self, script: &str, args: Value) -> Value {
        self.until(&format!("{WATCH}{script}"), args).await
    }

    /// If nothing has called back, it is looked once more: where the page was loaded anew meanwhile, nothing is left that would.
    async fn wait(&self, script: &str, args: &Value) -> Result<Value, Value> {
        let waiting = json!({ "script": script, "args": args });
        let answer = self.send("execute/async", &waiting).await;
        if !answer.as_ref().is_err_and(|refused| refused["error"] == "script timeout") {
            return answer;
        }
        self.has_patience(A_LOOK).await;
        let answer = self.send("execute/async", &waiting).await;
        self.has_patience(PATIENCE).await;
        answer
    }

    /// From now on the driver waits so long for what a script waits for.
    pub(crate) async fn has_patience(&self, patience: Duration) {
        self.post("timeouts", json!({ "script": patience.as_millis() as u64 })).await;
    }

    /// The address and the words of the page.
    async fn shown(&self) -> String {
        let page = self.run("return `${location.href}\n${document.body.innerText}`;").await;
        page.as_str().unwrap_or_default().to_owned()
    }
}
