//! A browser without a pointer: keys, and where the focus is.

use serde_json::{Value, json};

use crate::Browser;

/// Says of the element that has the focus its role and the beginning of its name; why nobody can see that it has it, otherwise.
const LOOK: &str = r#"
    const look = () => {
        const element = document.activeElement;
        if (!element || element === document.body) return { lost: "nothing has the focus" };
        const box = element.getBoundingClientRect();
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const name = (element.getAttribute("aria-label") || element.labels?.[0]?.textContent || element.textContent).replace(/[\u2066-\u2069]/g, "").replace(/\s+/g, " ").trim();
        const found = `${element.tagName.toLowerCase()} ${name}`;
        if (box.width === 0 || box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return { lost: `${found} is out of sight` };
        const rung = (one, part) => {
            const { outlineStyle: style, outlineWidth: width, boxShadow } = getComputedStyle(one, part);
            return (style !== "none" && parseFloat(width) > 0) || boxShadow !== "none";
        };
        // A heading or the page itself, where reading begins, needs no ring; what can be pressed or typed into does.
        const needs = element.matches("a, button, input, select, textarea, summary");
        const label = element.labels?.[0];
        const around = [element, label, element.parentElement, label?.parentElement];
        const shows = rung(element, "::after") || around.some((one) => one && rung(one));
        if (needs && !shows) return { lost: `${found} shows no ring: ${outlineStyle} ${outlineWidth}` };
        return { found };
    };
"#;

/// Gives the focus to everything that the tab key leads to, one after the other, and says where nobody can see that.
const STOPS: &str = r#"
    const all = "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex='-1'])";
    const within = [...document.querySelectorAll(":modal")].at(-1) ?? document;
    const stops = [...within.querySelectorAll(all)].filter((element) => element.tabIndex >= 0 && !element.disabled && element.checkVisibility({ visibilityProperty: true }));
    return { n: stops.length, lost: stops.flatMap((element) => {
        element.focus();
        const { lost } = look();
        return lost ? [lost] : [];
    }) };
"#;

/// A key that types nothing, as the WebDriver protocol names it.
#[derive(Debug, Clone, Copy)]
pub enum Key {
    Enter,
    Escape,
    Tab,
    /// The tab key with shift.
    Back,
    Down,
    /// Enter with the control key.
    Send,
}

impl Browser {
    /// Types into what has the focus, or presses keys that are shortcuts.
    pub async fn types(&self, text: &str) {
        let strokes = text.chars().flat_map(|key| [down(key), up(key)]).collect();
        self.act(strokes).await;
    }

    /// Presses a key.
    pub async fn hits(&self, key: Key) {
        const SHIFT: char = '\u{e008}';
        const CONTROL: char = '\u{e009}';
        let strokes = match key {
            Key::Enter => vec![down('\u{e007}'), up('\u{e007}')],
            Key::Escape => vec![down('\u{e00c}'), up('\u{e00c}')],
            Key::Tab => vec![down('\u{e004}'), up('\u{e004}')],
            Key::Back => vec![down(SHIFT), down('\u{e004}'), up('\u{e004}'), up(SHIFT)],
            Key::Down => vec![down('\u{e015}'), up('\u{e015}')],
            Key::Send => vec![down(CONTROL), down('\u{e007}'), up('\u{e007}'), up(CONTROL)],
        };
        self.act(strokes).await;
    }

    /// What has the focus, such as `button Approve`. Fails if nothing has it, or nobody can see that.
    pub async fn focus(&self) -> String {
        let found = self.run(&format!("{LOOK} return look();")).await;
        assert_eq!(found["lost"], Value::Null);
        found["found"].as_str().expect("a name").to_owned()
    }

    /// Waits until something has the focus whose role and name begin so, such as `button Approve`, and everybody can see that it has it.
    pub async fn has_focus(&self, wanted: &str) {
        let beginning = format!("return found?.slice(0, {}) ?? lost;", wanted.encode_utf16().count());
        self.until_it_is(&format!("{LOOK} const {{ found, lost }} = look(); {beginning}"), wanted).await;
    }

    /// Where on this page nobody can see that something has the focus, of all that the tab key leads to. There is something.
    pub async fn stops_out_of_sight(&self) -> Vec<Value> {
        // From then on what has the focus is marked.
        self.hits(Key::Tab).await;
        let mut found = self.run(&format!("{LOOK} {STOPS}")).await;
        assert!(found["n"].as_u64() > Some(0), "nothing can be reached");
        found["lost"].take().as_array().expect("a list").clone()
    }

    /// Goes on with the tab key to what begins with a text, such as `button Approve`. The focus is to be seen on the whole way.
    pub async fn tabs_to(&self, wanted: &str) {
        let mut way = Vec::new();
        for _ in 0..60 {
            self.hits(Key::Tab).await;
            let focus = self.focus().await;
            if focus.starts_with(wanted) {
                return;
            }
            way.push(focus);
        }
        panic!("no {wanted} on the way: {way:#?}");
    }

    async fn act(&self, strokes: Vec<Value>) {
        let keys = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.post("actions", json!({ "actions": [keys] })).await;
    }
}

fn down(key: char) -> Value {
    json!({ "type": "keyDown", "value": key.to_string() })
}

fn up(key: char) -> Value {
    json!({ "type": "keyUp", "value": key.to_string() })
}
