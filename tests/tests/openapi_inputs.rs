//! What the OpenAPI document says about input: bounds for everything, and an example of every body.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::collections::BTreeSet;

use countersign_tests::openapi;
use serde_json::Value;

/// Keywords of which one bounds a value of this type.
const BOUNDS: [(&str, &[&str]); 4] = [
    ("string", &["maxLength", "pattern", "enum", "const", "format"]),
    ("array", &["maxItems"]),
    ("integer", &["maximum"]),
    ("object", &["properties"]),
];

/// A walk through everything that can come in, which collects what has no bound.
struct Walk<'a> {
    document: &'a Value,
    seen: BTreeSet<String>,
    unbounded: Vec<String>,
}

impl Walk<'_> {
    fn schema(&mut self, place: &str, schema: &Value) {
        if let Some(name) = schema["$ref"].as_str() {
            if self.seen.insert(name.to_owned()) {
                let named = self.document.pointer(name.trim_start_matches('#')).unwrap().clone();
                self.schema(name, &named);
            }
            return;
        }
        for (kind, bounds) in BOUNDS {
            let types = [&schema["type"]].into_iter().chain(schema["type"].as_array().into_iter().flatten());
            let is_of = types.filter_map(Value::as_str).any(|each| each == kind);
            if is_of && !bounds.iter().any(|bound| schema.get(bound).is_some()) {
                self.unbounded.push(format!("{place} ({kind})"));
            }
        }
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            self.schema(&format!("{place}/{name}"), field);
        }
        for parts in ["oneOf", "anyOf", "allOf"] {
            for part in schema[parts].as_array().into_iter().flatten() {
                self.schema(place, part);
            }
        }
        if schema["items"].is_object() {
            self.schema(&format!("{place}/items"), &schema["items"]);
        }
    }
}

#[test]
fn everything_that_comes_in_has_a_bound_and_every_body_an_example() {
    let document: Value = serde_json::from_str(&openapi()).unwrap();
    let mut walk = Walk { document: &document, seen: BTreeSet::new(), unbounded: Vec::new() };
    let (mut bodies, mut parameters) = (0, 0);
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let place = format!("{method} {path}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().unwrap();
                walk.schema(&format!("{place} {name}"), &parameter["schema"]);
                parameters += 1;
            }
            for (kind, content) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
                walk.schema(&place, &content["schema"]);
                assert!(content["example"].is_object() || kind != "application/json", "{place}");
                bodies += 1;
            }
        }
    }
    assert!(walk.unbounded.is_empty(), "{:#?}", walk.unbounded);
    assert!(bodies > 30 && parameters > 100, "{bodies} bodies, {parameters} parameters");
}

#[test]
fn every_refusal_is_a_problem_whose_codes_are_listed() {
    let document: Value = serde_json::from_str(&openapi()).unwrap();
    let resolved = |value: &Value| match value["$ref"].as_str() {
        Some(name) => document.pointer(name.trim_start_matches('#')).unwrap().clone(),
        None => value.clone(),
    };
    let mut refusals = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                let is_from_the_server = status == "414";
                if !status.starts_with(['4', '5']) || is_from_the_server {
                    continue;
                }
                let content = resolved(response)["content"]["application/problem+json"].clone();
                let schema = resolved(&content["schema"]);
                let narrowed = &schema["allOf"][1]["properties"];
                assert_eq!(narrowed["status"]["enum"][0].to_string(), *status, "{method} {path}");
                assert!(!narrowed["code"]["enum"].as_array().unwrap().is_empty(), "{method} {path} {status}");
                refusals += 1;
            }
        }
    }
    assert!(refusals > 500, "{refusals}");
}
