//! A page as a screen reader goes through it: the browser's accessibility tree, a line for each thing that is said.

use std::path::Path;

use serde_json::{Value, json};

use crate::{Browser, root};

/// They group other things and say nothing themselves.
const SILENT: &[&str] = &[
    "none",
    "generic",
    "InlineTextBox",
    "RootWebArea",
    "LineBreak",
    "LabelText",
    "Legend",
    "ListMarker",
    "DescriptionList",
    "SvgRoot",
    "Details",
    "emphasis",
    "strong",
];

/// Their name is all there is to say of them.
const WHOLE: &[&str] =
    &["button", "link", "heading", "radio", "checkbox", "textbox", "searchbox", "image", "combobox"];

/// Where a run of text ends.
const BLOCKS: &[&str] =
    &["paragraph", "listitem", "term", "definition", "status", "alert", "group", "region", "note"];

impl Browser {
    /// What a screen reader says from the top of the page to its end, without what time it is.
    pub async fn reading(&self) -> String {
        let tree = self.command("Accessibility.getFullAXTree", json!({})).await;
        let nodes = tree["nodes"].as_array().expect("nodes");
        let mut reading = Reading { nodes, lines: Vec::new(), text: String::new() };
        reading.read(&nodes[0], 0);
        reading.end_text(0);
        reading.lines.join("\n") + "\n"
    }

    /// Asserts that a screen reader says what a file has, whose path begins at the workspace. With `UPDATE_READING` the file is written.
    pub async fn reads_as(&self, path: impl AsRef<Path>) {
        let (path, reading) = (root().join(path), self.reading().await);
        if std::env::var_os("UPDATE_READING").is_some() {
            std::fs::write(path, reading).expect("a file");
            return;
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        let mut both = kept.lines().zip(reading.lines()).zip(1..);
        let differs = both.find_map(|((was, is), line)| {
            (was != is).then(|| format!("line {line}, {was:?}, is now {is:?}"))
        });
        assert!(
            kept == reading,
            "{} is out of date: {}. Run `UPDATE_READING=1 cargo test -p countersign-tests --test console reading` and review the \
             difference. It is now:\n{reading}",
            path.display(),
            differs.as_deref().unwrap_or("one is longer"),
        );
    }
}

struct Reading<'a> {
    nodes: &'a [Value],
    lines: Vec<String>,
    /// A run of text that is not a line yet.
    text: String,
}

impl<'a> Reading<'a> {
    fn read(&mut self, node: &'a Value, depth: usize) {
        let role = node["role"]["value"].as_str().unwrap_or_default();
        let name = said(&node["name"]["value"]);
        if role == "time" {
            self.add("‹time›");
            return;
        }
        if role == "StaticText" {
            self.add(&without_dates(&name));
            return;
        }
        if node["ignored"] == true || SILENT.contains(&role) {
            return self.read_children(node, depth);
        }
        self.end_text(depth);
        let states = states(node);
        let described = said(&node["description"]["value"]);
        let mut line = format!("{}{role}", "  ".repeat(depth));
        for part in [name, states, described].iter().filter(|part| !part.is_empty()) {
            line += " · ";
            line += &without_dates(part);
        }
        let says_something = line.contains(" · ") || BLOCKS.contains(&role);
        self.lines.push(line);
        if !WHOLE.contains(&role) {
            let before = self.lines.len();
            self.read_children(node, depth + 1);
            self.end_text(depth + 1);
            if !says_something && self.lines.len() == before {
                self.lines.pop();
            }
        }
    }

    fn read_children(&mut self, node: &'a Value, depth: usize) {
        for id in node["childIds"].as_array().into_iter().flatten() {
            if let Some(child) = self.nodes.iter().find(|one| one["nodeId"] == *id) {
                self.read(child, depth);
            }
        }
    }

    fn add(&mut self, text: &str) {
        if !self.text.is_empty() && !text.is_empty() {
            self.text.push(' ');
        }
        self.text += text;
    }

    fn end_text(&mut self, depth: usize) {
        let text = std::mem::take(&mut self.text);
        if !text.is_empty() {
            self.lines.push(format!("{}“{text}”", "  ".repeat(depth)));
        }
    }
}

/// A text on one line, without what isolates names in it.
fn said(value: &Value) -> String {
    let text =
        value.as_str().unwrap_or_default().replace(|char| ('\u{2066}'..='\u{2069}').contains(&char), "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Such as `checked, disabled`.
fn states(node: &Value) -> String {
    let properties = node["properties"].as_array().into_iter().flatten();
    let states = properties.filter_map(|property| {
        let (name, value) = (property["name"].as_str()?, &property["value"]["value"]);
        match name {
            "checked" | "pressed" => (value == "true").then(|| name.to_owned()),
            "expanded" => Some(if value == true { "expanded" } else { "folded" }.to_owned()),
            "disabled" | "busy" | "required" => (value == true).then(|| name.to_owned()),
            "level" => Some(format!("level {value}")),
            _ => None,
        }
    });
    states.collect::<Vec<_>>().join(", ")
}

/// A text in which every date is the same.
fn without_dates(text: &str) -> String {
    const MONTHS: &[&str] =
        &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let is_number = |word: &str| word.trim_matches(|c: char| !c.is_ascii_digit()).parse::<u16>().is_ok();
    let mut words: Vec<&str> = Vec::new();
    let mut after_date = false;
    for word in text.split_whitespace() {
        if MONTHS.iter().any(|month| word.starts_with(month))
            && words.last().is_some_and(|last| is_number(last))
        {
            words.pop();
            words.push("‹date›");
            after_date = true;
        } else if !(after_date && (is_number(word) || word.contains(':'))) {
            words.push(word);
            after_date = false;
        }
    }
    words.join(" ")
}
