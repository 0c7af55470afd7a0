//! The OpenAPI document: generated from the code, committed, served.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use countersign_tests::{openapi, root};
use serde_json::{Value, json};

#[test]
fn the_committed_document_is_what_the_code_says() {
    let path = root().join("functions/console/static/openapi.json");
    let document = openapi();
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&path, &document).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(
        committed == document,
        "the document is out of date: run `UPDATE_OPENAPI=1 cargo test -p countersign-tests --test openapi`"
    );
}

#[test]
fn every_operation_is_named_explained_and_says_who_may_call_it() {
    let document: Value = serde_json::from_str(&openapi()).unwrap();
    assert_eq!(document["openapi"].as_str().map(|version| &version[..3]), Some("3.1"));
    let mut names = std::collections::BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let name =
                operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no name"));
            assert!(names.insert(name.to_owned()), "{name} names two operations");
            assert!(operation["summary"].is_string(), "{name} is not explained");
        }
    }
    assert!(names.len() > 50, "{names:?}");
}

#[test]
fn everything_in_the_document_is_described_in_sentences() {
    let document: Value = serde_json::from_str(&openapi()).unwrap();
    let faults = Reader::faults(&document);
    assert!(faults.is_empty(), "{} places:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn words_that_are_missing_or_no_sentence_are_found() {
    let document = json!({
        "paths": { "/v1/orders": { "post": {
            "summary": "Orders things. Also other things.",
            "parameters": [
                { "name": "kind", "schema": { "$ref": "#/components/schemas/Kind" } },
                { "name": "limit", "schema": { "type": "integer" } },
            ],
            "requestBody": {},
            "responses": { "200": { "description": "done" }, "400": { "$ref": "#/components/responses/Bad" } },
        } } },
        "components": {
            "schemas": {
                "Kind": { "description": "The kind." },
                "Order": { "description": "An order\nof things.", "properties": {
                    "kind": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Kind" }] },
                    "lines": { "description": "`[Line](crate::Line)`.", "items": { "properties": { "note": {} } } },
                } },
            },
            "responses": { "Bad": {} },
        },
    });
    assert_eq!(
        Reader::faults(&document),
        [
            "post /v1/orders is summed up in more than one sentence: Orders things. Also other things.",
            "post /v1/orders, limit is not described",
            "post /v1/orders, body is not described",
            "post /v1/orders, 200 does not begin like a sentence: done",
            "post /v1/orders, 200 does not end like a sentence: done",
            "post /v1/orders, 400 is not described",
            "Order has a line break inside a paragraph: An order\nof things.",
            "Order.lines names something of the source: `[Line](crate::Line)`.",
            "Order.lines.note is not described",
            "Bad is not described",
        ]
    );
}

/// Reads the words of a document, and notes the places where they are missing or are not sentences.
struct Reader<'a> {
    document: &'a Value,
    faults: Vec<String>,
}

impl<'a> Reader<'a> {
    fn faults(document: &'a Value) -> Vec<String> {
        let mut reader = Self { document, faults: Vec::new() };
        for (path, item) in entries(&document["paths"]) {
            for (method, operation) in entries(item) {
                reader.operation(&format!("{method} {path}"), operation);
            }
        }
        let components = &document["components"];
        for (name, schema) in entries(&components["schemas"]) {
            reader.described(name, schema);
            reader.schema(name, schema);
        }
        for (name, response) in entries(&components["responses"]) {
            reader.response(name, response);
        }
        for (name, scheme) in entries(&components["securitySchemes"]) {
            reader.described(name, scheme);
        }
        reader.faults
    }

    fn operation(&mut self, place: &str, operation: &'a Value) {
        let summary = operation["summary"].as_str().unwrap_or_default();
        self.sentences(place, summary);
        if summary.contains(". ") || summary.contains('\n') {
            self.fault(place, "is summed up in more than one sentence", summary);
        }
        self.own(place, operation);
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let place = format!("{place}, {}", parameter["name"].as_str().unwrap_or_default());
            self.described(&place, parameter);
            self.schema(&place, &parameter["schema"]);
        }
        if let Some(body) = operation.get("requestBody") {
            self.described(&format!("{place}, body"), body);
        }
        for (status, response) in entries(&operation["responses"]) {
            self.response(&format!("{place}, {status}"), response);
        }
    }

    fn response(&mut self, place: &str, response: &'a Value) {
        self.described(place, response);
        for (name, header) in entries(&response["headers"]) {
            self.described(&format!("{place}, {name}"), header);
        }
    }

    /// The properties of a schema and of its parts. Schemas that it refers to are read where they are defined.
    fn schema(&mut self, place: &str, schema: &'a Value) {
        for (name, property) in entries(&schema["properties"]) {
            let place = format!("{place}.{name}");
            self.described(&place, property);
            self.schema(&place, property);
        }
        let items = [schema.get("items"), schema.get("additionalProperties")];
        for part in forms(schema).chain(items.into_iter().flatten()) {
            self.own(place, part);
            self.schema(place, part);
        }
    }

    /// Notes a part that has no description, neither of its own nor where it refers to.
    fn described(&mut self, place: &str, part: &'a Value) {
        match self.description(part) {
            Some(text) => self.sentences(place, text),
            None => self.faults.push(format!("{place} is not described")),
        }
    }

    fn own(&mut self, place: &str, part: &'a Value) {
        if let Some(text) = part["description"].as_str() {
            self.sentences(place, text);
        }
    }

    fn description(&self, part: &'a Value) -> Option<&'a str> {
        let referred = || {
            let place = part["$ref"].as_str()?.strip_prefix('#')?;
            self.description(self.document.pointer(place)?)
        };
        let own = part["description"].as_str().or_else(referred);
        own.or_else(|| forms(part).chain(part.get("schema")).find_map(|form| self.description(form)))
    }

    fn sentences(&mut self, place: &str, text: &str) {
        if !text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || "`\"“".contains(c)) {
            self.fault(place, "does not begin like a sentence", text);
        }
        if !text.ends_with(['.', '?', '!']) {
            self.fault(place, "does not end like a sentence", text);
        }
        if text.replace("\n\n", "").contains('\n') {
            self.fault(place, "has a line break inside a paragraph", text);
        }
        if text.contains("crate::") {
            self.fault(place, "names something of the source", text);
        }
    }

    fn fault(&mut self, place: &str, what: &str, text: &str) {
        self.faults.push(format!("{place} {what}: {text}"));
    }
}

fn entries(map: &Value) -> impl Iterator<Item = (&String, &Value)> {
    map.as_object().into_iter().flatten()
}

/// The schemas of which one, some or all apply.
fn forms(schema: &Value) -> impl Iterator<Item = &Value> {
    ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|key| schema[key].as_array()).flatten()
}
