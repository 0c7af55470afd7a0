//! The pictures of the console: no page is forgotten, and what refers to them finds them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::collections::BTreeSet;

use countersign_tests::addresses::routes;
use countersign_tests::pictures::{MESSAGES, PICTURES, index};
use countersign_tests::root;

const FOLDER: &str = "docs/screenshots";

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// What stands between a beginning and an end, each time.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    text.split(start).skip(1).map(|rest| rest.split_once(end).expect("an end").0).collect()
}

#[test]
fn there_is_a_picture_of_every_page() {
    let routes = routes();
    let shown = PICTURES.iter().flat_map(|picture| picture.routes).map(|route| (*route).to_owned());
    let shown: BTreeSet<String> = shown.collect();
    let forgotten: Vec<_> = routes.difference(&shown).collect();
    assert_eq!(forgotten, [&""; 0], "add a picture to tests/src/pictures/list.rs");
    let gone: Vec<_> = shown.difference(&routes).collect();
    assert_eq!(gone, [&""; 0], "routes.js has no such address");
    assert!(routes.len() > 30, "{routes:?}");
}

#[test]
fn every_picture_has_a_name_of_its_own() {
    let names = PICTURES.iter().map(|one| one.name).chain(MESSAGES.iter().map(|one| one.name));
    let mut seen = BTreeSet::new();
    for name in names {
        assert!(seen.insert(name), "{name} twice");
    }
}

#[test]
fn the_index_names_what_is_there_and_all_of_it() {
    let text = read("docs/screenshots/README.md");
    assert_eq!(text, index(), "run cargo run -p countersign-tests --example screenshots");
    let named: BTreeSet<String> = between(&text, "](", ")")
        .into_iter()
        .filter(|link| link.ends_with(".webp"))
        .map(str::to_owned)
        .collect();
    let entries = std::fs::read_dir(root().join(FOLDER)).unwrap();
    let there: BTreeSet<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    assert_eq!(named, there);
}

#[test]
fn documents_show_pictures_that_are_there() {
    for (document, from, least) in [("README.md", "", 4), ("docs/notifications.md", "docs/", 4)] {
        let text = read(document);
        let shown = between(&text, "screenshots/", ".webp");
        assert!(shown.len() >= least, "{document} shows {shown:?}");
        assert!(text.contains(&format!("{}/", FOLDER.trim_start_matches(from))), "{document}");
        for name in shown {
            assert!(root().join(FOLDER).join(format!("{name}.webp")).exists(), "{document}: {name}");
        }
    }
}
