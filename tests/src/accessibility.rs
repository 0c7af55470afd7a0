//! What axe-core finds in the present page, in light and in dark, and whether the page is wider than its window.

use serde_json::{Value, json};

use crate::{Browser, root};

/// Where `npm ci` in the folder of the console puts it.
const AXE: &str = "functions/console/node_modules/axe-core/axe.min.js";

/// Hands over one line for each rule that is violated, with the elements: of all rules, or of those that find something else in another theme.
const VIOLATIONS: &str = r#"
    const [colours, done] = arguments;
    axe.run(document, { resultTypes: ["violations"], ...(colours ? { runOnly: ["color-contrast", "link-in-text-block"] } : {}) }).then(({ violations }) => done(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`)));
"#;

/// The parts of the page that reach out of the window at its end.
const TOO_WIDE: &str = r#"
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
        .map((element) => `${element.tagName} ${element.className}`);
"#;

/// The lines with a time as programs write it.
const RAW_TIMES: &str = r"return document.body.innerText.match(/.*\d{4}-\d\d-\d\dT\d\d:\d\d.*/g) ?? [];";

impl Browser {
    /// The parts of the page that reach out of the window.
    pub async fn too_wide(&self) -> Vec<String> {
        lines(&self.run(TOO_WIDE).await)
    }

    /// The times that the page shows as programs write them (RFC 3339).
    pub async fn raw_times(&self) -> Vec<String> {
        lines(&self.run(RAW_TIMES).await)
    }

    /// Asserts that the present page has no violation of axe-core's rules in either theme, and that nothing of it is beyond the
    /// edge of the window. Without axe-core, which the output says, it looks at the width alone; with `COUNTERSIGN_REQUIRE_ALL`
    /// that fails.
    pub async fn is_accessible(&self) {
        assert_eq!(self.too_wide().await, [""; 0], "wider than the window");
        assert_eq!(self.raw_times().await, [""; 0], "times that are read digit by digit");
        let Ok(axe) = std::fs::read_to_string(root().join(AXE)) else {
            assert!(std::env::var_os("COUNTERSIGN_REQUIRE_ALL").is_none(), "run npm ci in functions/console");
            println!("not run: npm ci in functions/console");
            return;
        };
        self.run(&format!("if (!window.axe) {{ {axe} }}")).await;
        // A theme changes colours alone.
        for (scheme, colours) in [("dark", true), ("light", false)] {
            self.prefer(scheme).await;
            let found = self.until(VIOLATIONS, json!([colours])).await;
            assert_eq!(lines(&found), [""; 0], "{scheme}");
        }
    }
}

fn lines(found: &Value) -> Vec<String> {
    let all = found.as_array().unwrap_or_else(|| panic!("{found}"));
    all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}
