//! Files of a crate use each other one way: whoever reads one never has to read on in a circle.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use countersign_tests::{root, rust_files};

/// A file's module (`lists::tree::read`), and the modules of the crate that it names by `crate::`. A module and those below it are
/// one neighbourhood, so arrows between them do not count.
type Arrows = BTreeMap<String, BTreeSet<String>>;

fn crates() -> Vec<PathBuf> {
    let folders =
        ["shared", "functions"].iter().flat_map(|folder| std::fs::read_dir(root().join(folder)).unwrap());
    let mut crates: Vec<_> =
        folders.map(|entry| entry.unwrap().path().join("src")).filter(|src| src.is_dir()).collect();
    crates.sort();
    crates
}

fn is_within(module: &str, other: &str) -> bool {
    module == other || module.strip_prefix(other).is_some_and(|rest| rest.starts_with("::"))
}

fn arrows(src: &Path) -> Arrows {
    let mut texts = BTreeMap::new();
    for file in rust_files(src) {
        let module = file.strip_prefix(src).unwrap().with_extension("");
        let module = module.to_str().unwrap().replace('/', "::");
        let is_test = module.split("::").any(|part| part.starts_with("test"));
        if !is_test && !["lib", "main"].contains(&module.as_str()) {
            let text = std::fs::read_to_string(&file).unwrap();
            texts.insert(module, text.split("#[cfg(test)]").next().unwrap().to_owned());
        }
    }
    let mut arrows = Arrows::new();
    for (module, text) in &texts {
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let named =
            code.flat_map(|line| line.split("crate::").skip(1).map(str::to_owned).collect::<Vec<_>>());
        let named = named.filter_map(|path| longest_module(&path, &texts));
        let others = named.filter(|other| !is_within(module, other) && !is_within(other, module));
        arrows.insert(module.clone(), others.collect());
    }
    arrows
}

/// The module that a path leads to: its longest beginning that is a file.
fn longest_module(path: &str, texts: &BTreeMap<String, String>) -> Option<String> {
    let path: String = path.chars().take_while(|c| c.is_alphanumeric() || "_:".contains(*c)).collect();
    let parts: Vec<&str> = path.split("::").collect();
    (1..=parts.len()).rev().map(|length| parts[..length].join("::")).find(|module| texts.contains_key(module))
}

/// The files that can be removed one after another because they use no other that is left; what remains is in a circle, or uses one.
fn circles(mut arrows: Arrows) -> Arrows {
    loop {
        let left: BTreeSet<String> = arrows.keys().cloned().collect();
        arrows.values_mut().for_each(|uses| uses.retain(|module| left.contains(module)));
        let before = arrows.len();
        arrows.retain(|_, uses| !uses.is_empty());
        if arrows.len() == before {
            return arrows;
        }
    }
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    for src in crates() {
        let found = circles(arrows(&src));
        assert!(found.is_empty(), "{}: {found:?}", src.display());
    }
}

#[test]
fn a_circle_is_found() {
    let uses = |pairs: &[(&str, &str)]| -> Arrows {
        let mut arrows = Arrows::new();
        for (from, to) in pairs {
            arrows.entry((*from).to_owned()).or_default().insert((*to).to_owned());
            arrows.entry((*to).to_owned()).or_default();
        }
        arrows
    };
    assert!(circles(uses(&[("a", "b"), ("b", "c"), ("a", "c")])).is_empty());
    let found = circles(uses(&[("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")]));
    assert_eq!(found.into_keys().collect::<Vec<_>>(), ["a", "b", "c"]);
}
