//! The files themselves: everything they refer to is there, nothing comes from elsewhere, no text becomes markup.

use super::*;

#[test]
fn what_the_page_and_its_modules_refer_to_is_there() {
    let names: BTreeSet<String> = files().into_keys().collect();
    let page = source("index.html");
    for (of, text) in [("index.html", &page), ("offline.html", &source("offline.html"))] {
        for target in
            ["src=\"", "href=\"", "\":\""].iter().flat_map(|attribute| between(text, attribute, '"'))
        {
            let name = target.strip_prefix("/assets/@/").or_else(|| target.strip_prefix('/')).unwrap();
            assert!(names.contains(name), "{of} refers to `{target}`");
        }
    }
    let libraries = set(between(&page, "\"", '"').into_iter().map(str::to_owned));
    for (module, text) in modules() {
        for target in between(&text, " from \"", '"').into_iter().chain(between(&text, "import(\"", '"')) {
            if !target.starts_with('.') {
                assert!(libraries.contains(target), "{module} imports `{target}`");
            } else if !target.starts_with("../types/") {
                assert!(names.contains(&beside(&module, target)), "{module} imports `{target}`");
            }
        }
    }
}

/// The name of a file that a module refers to relative to itself.
pub(super) fn beside(module: &str, target: &str) -> String {
    let mut parts: Vec<&str> = module.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." => {}
            ".." => assert!(parts.pop().is_some(), "{module} leaves static/ with `{target}`"),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn nothing_is_inline_and_nothing_comes_from_elsewhere() {
    for page in [source("index.html"), source("offline.html")] {
        assert!(!page.contains("<style") && !page.contains(" style="), "inline style");
        let scripts = between(&page, "<script", '>');
        // The import map is allowed by its hash; JSON is no script.
        let is_data =
            |tag: &str| tag == " type=\"importmap\"" || tag.starts_with(" type=\"application/json\"");
        assert!(scripts.iter().all(|tag| tag.contains(" src=\"/") || is_data(tag)), "{scripts:?}");
        assert!(between(&page, " on", ' ').iter().all(|rest| !rest.contains("=\"")), "inline listener");
    }
    let own =
        |name: &String| !name.starts_with("vendor/") && !name.ends_with(".png") && name != "openapi.json";
    for (name, bytes) in files().into_iter().filter(|(name, _)| own(name)) {
        let text = String::from_utf8(bytes).unwrap().replace("http://www.w3.org/2000/svg", "");
        assert!(!text.contains("://") && !text.contains("@import") && !text.contains("url("), "{name}");
    }
}

#[test]
fn text_never_becomes_markup_or_code() {
    for (name, text) in modules() {
        for banned in [
            "innerHTML",
            "InnerHTML",
            "outerHTML",
            "insertAdjacent",
            "document.write",
            "DOMParser",
            "createContextualFragment",
            "eval(",
            "new Function",
            "sessionStorage",
            "document.cookie",
            " style=",
            "srcdoc",
        ] {
            assert!(!text.contains(banned), "{name} uses `{banned}`");
        }
        let keeps_settings = ["remembered.js", "theme.js"].contains(&name.as_str());
        assert!(keeps_settings || !text.contains("localStorage"), "{name} keeps something in the browser");
    }
}

#[test]
fn only_the_tokens_name_colours() {
    let styles = files().into_iter().filter(|(name, _)| name.ends_with(".css") && name != "tokens.css");
    for (name, bytes) in styles {
        let text = String::from_utf8(bytes).unwrap();
        for (number, line) in text.lines().enumerate() {
            let allowed = line.replace("#fff", "");
            let hex = between(&allowed, ": #", ';').into_iter().chain(between(&allowed, " #", ' '));
            let colours =
                hex.filter(|rest| rest.len() <= 8 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()));
            assert_eq!(colours.count(), 0, "{name}:{}: {line}", number + 1);
            assert!(!allowed.contains("rgb(") && !allowed.contains("hsl("), "{name}:{}: {line}", number + 1);
        }
    }
}

#[test]
fn the_libraries_are_those_whose_checksums_are_kept() {
    let kept = set(source("vendor/CHECKSUMS.txt").lines().map(str::to_owned));
    let libraries =
        files().into_iter().filter(|(name, _)| name.starts_with("vendor/") && name.ends_with(".js"));
    let found =
        set(libraries.map(|(name, bytes)| format!("{}  {}", sha256(&bytes), &name["vendor/".len()..])));
    assert_eq!(found, kept);
}

/// The modules that translate what the server says in English.
const TRANSLATIONS: [&str; 4] = ["/problems.js", "/faults.js", "/obstacles.js", "/permissions.js"];

/// The texts of a language by key, each with all its forms, without `TRANSLATIONS`.
fn texts(language: &str) -> BTreeMap<String, String> {
    let folder = format!("texts/{language}/");
    texts_in(|name| name.starts_with(&folder) && !TRANSLATIONS.iter().any(|one| name.ends_with(one)))
}

/// The texts of some modules by key, each with all its forms.
pub(super) fn texts_in(which: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for (_, text) in modules().into_iter().filter(|(name, _)| which(name)) {
        let mut last = None;
        for line in text.lines() {
            if let Some(key) = key(line) {
                last = Some(key.to_owned());
            }
            if let Some(key) = &last {
                texts.entry(key.clone()).or_insert_with(String::new).push_str(line);
            }
        }
    }
    texts
}

#[test]
fn every_text_is_there_in_every_language_with_the_same_gaps_to_fill() {
    let english = texts("en");
    assert!(english.len() > 50, "{}", english.len());
    for (name, text) in modules().into_iter().filter(|(name, _)| !name.starts_with("texts/")) {
        for call in [" t(\"", "(t(\"", "{t(\"", " rich(\"", "{rich(\"", "(rich(\""] {
            for used in between(&text, call, '"') {
                assert!(english.contains_key(used), "{name} uses the text `{used}`");
            }
        }
    }
    for language in LANGUAGES {
        let theirs = texts(language);
        assert_eq!(set(theirs.keys().cloned()), set(english.keys().cloned()), "{language}");
        for (key, text) in &english {
            assert_eq!(gaps(&theirs[key]), gaps(text), "{language}: {key}");
            assert_eq!(theirs[key].contains("other:"), text.contains("other:"), "{language}: {key}");
        }
    }
}

/// What a text has to be filled with. What is counted may be said in words by a form for one.
pub(super) fn gaps(text: &str) -> BTreeSet<String> {
    set(between(text, "{", '}').into_iter().filter(|gap| is_word(gap)).map(str::to_owned))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The texts of all pages that were opened are kept together.
#[test]
fn a_text_has_the_same_words_wherever_it_is_defined() {
    let mut defined: BTreeMap<(String, String), String> = BTreeMap::new();
    for (name, text) in modules().into_iter().filter(|(name, _)| name.starts_with("texts/")) {
        let language = name.split('/').nth(1).unwrap().to_owned();
        for (key, line) in text.lines().filter_map(|line| Some((key(line)?, line))) {
            let before = defined.insert((language.clone(), key.to_owned()), line.to_owned());
            assert!(before.is_none_or(|before| before == line), "{name} defines `{key}` otherwise");
        }
    }
}

/// `  "page.name": …` → `page.name`.
fn key(line: &str) -> Option<&str> {
    let (key, rest) = line.strip_prefix("  \"")?.split_once('"')?;
    rest.starts_with(": ").then_some(key)
}

#[test]
fn modules_and_styles_are_short_enough_to_read() {
    let own =
        |name: &String| !name.starts_with("vendor/") && (name.ends_with(".js") || name.ends_with(".css"));
    for (name, bytes) in files().into_iter().filter(|(name, _)| own(name)) {
        let lines = String::from_utf8(bytes).unwrap().lines().count();
        assert!(lines <= 400, "{name} has {lines} lines");
    }
}

#[test]
fn the_description_of_the_api_is_a_document_of_openapi_3_1() {
    let document: serde_json::Value = serde_json::from_str(&source("openapi.json")).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    assert_eq!(document["info"]["title"], "Countersign");
    assert!(document["paths"].is_object());
}
