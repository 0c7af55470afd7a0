//! The OpenAPI document: generated from the code, committed, served.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use countersign_tests::{openapi, root};

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
    let document: serde_json::Value = serde_json::from_str(&openapi()).unwrap();
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
