//! An email looks right in programs for mail that drop its style sheet, as Gmail does for other people's accounts and Outlook always: every
//! element says itself what it needs.

use std::collections::BTreeMap;

use countersign_model::Language;
use regex_lite::Regex;

use super::samples;
use crate::message::Reader;

/// An element of the body.
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    /// What its attribute `style` sets.
    style: BTreeMap<String, String>,
    /// The elements around it.
    above: Vec<usize>,
    /// Whether text stands in it, and not in an element within.
    has_text: bool,
}

impl Element {
    fn is(&self, names: &[&str]) -> bool {
        names.contains(&self.name.as_str())
    }

    fn sets(&self, property: &str) -> bool {
        self.style.contains_key(property)
    }

    fn has_background(&self) -> bool {
        self.sets("background") || self.sets("background-color")
    }
}

fn declarations(style: &str) -> BTreeMap<String, String> {
    let pairs = style.split(';').filter_map(|pair| pair.split_once(':'));
    pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect()
}

/// The style sheet, and the document without it and without what only Outlook reads.
fn split(html: &str) -> (String, String) {
    let (before, rest) = html.split_once("<style>").expect("a style sheet");
    let (sheet, behind) = rest.split_once("</style>").expect("its end");
    let comments = Regex::new("(?s)<!--.*?-->").unwrap();
    (sheet.to_owned(), comments.replace_all(&[before, behind].concat(), "").into_owned())
}

/// The elements of a document whose attributes are all in double quotes, as ours are.
fn elements(document: &str) -> Vec<Element> {
    let parts = Regex::new(r#"<(/?)([a-z]+)((?:\s+[a-z-]+="[^"]*")*)>|([^<]+)|<!doctype html>"#).unwrap();
    let attribute = Regex::new(r#"([a-z-]+)="([^"]*)""#).unwrap();
    let (mut all, mut open): (Vec<Element>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut read = 0;
    for part in parts.captures_iter(document) {
        let whole = part.get(0).unwrap();
        assert_eq!(whole.start(), read, "{}", &document[read..]);
        read = whole.end();
        if let Some(text) = part.get(4) {
            let is_shown = !text.as_str().replace("&nbsp;", "").trim().is_empty();
            if let Some(last) = open.last().filter(|_| is_shown) {
                all[*last].has_text = true;
            }
            continue;
        }
        let Some(name) = part.get(2).map(|name| name.as_str()) else { continue };
        if &part[1] == "/" {
            let last = open.pop().expect("an element to end");
            assert_eq!(all[last].name, name, "elements are nested");
            continue;
        }
        let attributes: BTreeMap<_, _> =
            attribute.captures_iter(&part[3]).map(|pair| (pair[1].to_owned(), pair[2].to_owned())).collect();
        let style = attributes.get("style").map(|style| declarations(style)).unwrap_or_default();
        all.push(Element { name: name.to_owned(), attributes, style, above: open.clone(), has_text: false });
        if !["meta", "br"].contains(&name) {
            open.push(all.len() - 1);
        }
    }
    assert_eq!((read, open), (document.len(), Vec::new()), "all of it was read");
    all
}

/// What the style sheet sets, by class; the contents of links by the class with ` a`.
fn dark(sheet: &str) -> BTreeMap<String, Vec<String>> {
    let rules =
        sheet.strip_prefix("@media (prefers-color-scheme: dark) {").and_then(|rest| rest.strip_suffix('}'));
    let rules = rules.expect("nothing is set but for dark mail");
    let rule = Regex::new(r"^\s*\.([a-z]+(?: a)?) \{ ([^{}]*)\}").unwrap();
    let (mut all, mut rest) = (BTreeMap::new(), rules);
    while !rest.trim().is_empty() {
        let found = rule.captures(rest).unwrap_or_else(|| panic!("another kind of rule: {rest}"));
        all.insert(found[1].to_owned(), declarations(&found[2]).into_keys().collect());
        rest = &rest[found.get(0).unwrap().end()..];
    }
    all
}

/// What is missing in a document, for who does not read its style sheet.
fn faults(html: &str) -> Vec<String> {
    let (sheet, document) = split(html);
    let (all, dark) = (elements(&document), dark(&sheet));
    let mut faults = Vec::new();
    let mut demand = |holds: bool, element: &Element, what: &str| {
        if !holds {
            faults.push(format!("<{} {:?}>: {what}", element.name, element.attributes));
        }
    };
    for element in &all {
        let is_under_background =
            || element.has_background() || element.above.iter().any(|place| all[*place].has_background());
        if element.has_text && !element.is(&["bdi"]) {
            // Neither is inherited into a table where a page is shown as in quirks mode.
            for property in ["font-family", "font-size", "line-height", "color"] {
                demand(element.sets(property), element, property);
            }
            demand(is_under_background(), element, "a background under the text");
        }
        if element.is(&["td", "th", "a", "blockquote"]) && element.has_text {
            demand(element.sets("padding"), element, "padding");
        }
        if element.is(&["td", "th"]) {
            demand(element.attributes.contains_key("align") || !element.has_text, element, "align");
        }
        if element.is(&["th"]) {
            demand(element.sets("font-weight"), element, "font-weight, which would be bold");
        }
        if element.is(&["blockquote", "body"]) {
            demand(element.sets("margin"), element, "margin, which programs set otherwise");
        }
        if element.is(&["a"]) {
            demand(element.sets("text-decoration"), element, "text-decoration");
        }
        if element.is(&["table"]) {
            let plain = ["cellpadding", "cellspacing", "border"];
            let is_plain =
                plain.iter().all(|name| element.attributes.get(*name).is_some_and(|value| value == "0"));
            demand(is_plain, element, "no padding, spacing and border of its own");
        }
        let class = element.attributes.get("class").cloned().unwrap_or_default();
        let around = element.above.last().and_then(|place| all[*place].attributes.get("class"));
        let of_links = around.map(|class| format!("{class} a")).filter(|_| element.is(&["a"]));
        demand(class.is_empty() || dark.contains_key(&class), element, "a class that the style sheet has");
        for name in [Some(class), of_links].into_iter().flatten() {
            for property in dark.get(&name).into_iter().flatten() {
                match property.as_str() {
                    "color" => demand(element.sets("color"), element, "color"),
                    "background-color" => demand(element.has_background(), element, "background-color"),
                    // Without a border it changes nothing.
                    "border-color" => {}
                    other => demand(
                        false,
                        element,
                        &format!("{other} is no colour, and only the style sheet sets it"),
                    ),
                }
            }
        }
    }
    faults
}

#[test]
fn every_element_of_an_email_has_what_it_needs_without_the_style_sheet() {
    for language in Language::ALL {
        let reader = Reader::of(Some(*language), None);
        for (name, message) in samples::all(&reader, &|own| own.to_owned()) {
            assert_eq!(faults(&message.html), Vec::<String>::new(), "{language}, {name}");
        }
    }
}

#[test]
fn what_is_missing_is_found() {
    let all = samples::all(&Reader::default(), &|own| own.to_owned());
    let whole = &all.iter().find(|(_, message)| message.html.contains("<blockquote")).unwrap().1.html;
    for (there, instead) in [
        ("font-family:", "x:"),
        ("font-size:", "x:"),
        ("line-height:", "x:"),
        (";color:", ";x:"),
        (";padding:", ";x:"),
        ("background-color:#ffffff", "x:y"),
        ("font-weight:400", "x:y"),
        ("text-decoration:none", "x:y"),
        (
            "<blockquote class=\"said\" dir=\"auto\" style=\"margin:0;",
            "<blockquote class=\"said\" dir=\"auto\" style=\"",
        ),
        ("cellpadding=\"0\"", ""),
        (" align=\"left\"", ""),
        ("class=\"quiet\"", "class=\"new\""),
        (".quiet { color", ".quiet { padding: 1px; color"),
    ] {
        assert!(whole.contains(there), "{there}");
        assert!(!faults(&whole.replace(there, instead)).is_empty(), "{there}");
    }
}
