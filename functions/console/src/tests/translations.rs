//! What the server says in English and the console in the reader's language: each code of a problem, and each permission.

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
    let keys = set(codes.iter().map(|code| format!("code.{code}")));
    let first = translated(OTHERS[0], "problems");
    for language in OTHERS {
        let theirs = translated(language, "problems");
        assert_eq!(set(theirs.keys().cloned()), keys, "texts/{language}/problems.js");
        // The server's own sentence is added for the same codes in all of them.
        for (key, text) in &theirs {
            assert_eq!(gaps(text), gaps(&first[key]), "{language}: {key}");
            assert!(gaps(text).iter().all(|gap| gap == "detail"), "{language}: {key}");
        }
    }
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
