//! What the server says in English and the console in the reader's language: each code of a problem, each kind of fault in an input, each
//! obstacle, and each permission.

use super::sources::{gaps, texts_in};
use super::*;

/// The languages besides English, which is the server's own.
const OTHERS: [&str; 3] = {
    let [_, others @ ..] = LANGUAGES;
    others
};

/// A module of a language's translations.
fn translated(language: &str, name: &str) -> BTreeMap<String, String> {
    texts_in(|module| module == format!("texts/{language}/{name}.js"))
}

/// All values of a type of the API that is one of a list.
fn values_of(name: &str) -> Vec<String> {
    let document: serde_json::Value = serde_json::from_str(&source("openapi.json")).unwrap();
    let values = document["components"]["schemas"][name]["enum"].as_array().unwrap();
    values.iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_code_of_a_problem_has_a_sentence_in_every_other_language() {
    let codes = values_of("ProblemCode");
    assert!(codes.len() > 100, "{}", codes.len());
    sentences_of("problems", "code", &codes, &["detail"]);
}

/// The keys of one kind and its sentences in each of the other languages, whose gaps are the same.
fn sentences_of(module: &str, start: &str, codes: &[String], gaps_there: &[&str]) {
    let keys = set(codes.iter().map(|code| format!("{start}.{code}")));
    let first = translated(OTHERS[0], module);
    for language in OTHERS {
        let theirs = translated(language, module);
        let found = theirs.keys().filter(|key| key.starts_with(&format!("{start}.")));
        assert_eq!(set(found.cloned()), keys, "texts/{language}/{module}.js");
        assert_eq!(set(theirs.keys().cloned()), set(first.keys().cloned()), "texts/{language}/{module}.js");
        for (key, text) in &theirs {
            assert_eq!(gaps(text), gaps(&first[key]), "{language}: {key}");
            assert!(gaps(text).iter().all(|gap| gaps_there.contains(&gap.as_str())), "{language}: {key}");
        }
    }
}

/// All values of a type of the API but the one that has no sentence of its own.
fn kinds_of(name: &str) -> Vec<String> {
    values_of(name).into_iter().filter(|kind| kind != "other").collect()
}

#[test]
fn every_kind_of_fault_and_every_obstacle_has_a_sentence_in_every_other_language() {
    sentences_of("faults", "fault", &kinds_of("FaultKind"), &["least", "most", "detail"]);
    sentences_of("obstacles", "obstacle", &kinds_of("ObstacleCode"), &[]);
}

#[test]
fn every_permission_has_a_title_and_a_meaning_in_every_other_language() {
    let permissions = values_of("Permission");
    let catalogue = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/model/catalogue.json");
    let catalogue: serde_json::Value = serde_json::from_slice(&fs::read(catalogue).unwrap()).unwrap();
    let categories = catalogue.as_array().unwrap().iter().map(|one| one["category"].as_str().unwrap());
    let slug = |category: &str| category.trim_end_matches(" Permissions").to_lowercase().replace(' ', "-");
    let mut keys: BTreeSet<_> = categories.map(|one| format!("permission.category.{}", slug(one))).collect();
    for one in &permissions {
        keys.extend([format!("permission.{one}"), format!("permission.{one}.meaning")]);
    }
    for language in OTHERS {
        let theirs = translated(language, "permissions");
        assert_eq!(set(theirs.keys().cloned()), keys, "texts/{language}/permissions.js");
        assert!(theirs.values().all(|text| gaps(text).is_empty()), "{language}");
        let titles = set(permissions.iter().map(|one| theirs[&format!("permission.{one}")].clone()));
        assert_eq!(titles.len(), permissions.len(), "{language}: two permissions have one title");
    }
}
