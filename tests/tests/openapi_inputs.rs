//! What the OpenAPI document says about input and answers: bounds, and a valid example of every body.
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
    ("integer", &["maximum", "enum"]),
    ("object", &["properties"]),
];

/// The largest integers of 32 bits and of JSON: the bound of an integer of an answer that says no other.
const LARGEST: [u64; 2] = [(1 << 31) - 1, (1 << 53) - 1];

/// Integers that come in and may be as large as in JSON: whatever they are, they are compared with what there is.
const ANY_INTEGER: [&str; 6] = [
    "#/components/schemas/Deploy/version",
    "#/components/schemas/SubjectBody/size",
    "get /v1/audit/system/verify count",
    "get /v1/organizations/{organization_id}/deployments/{version} version",
    "get /v1/organizations/{organization_id}/policies/changes from",
    "get /v1/organizations/{organization_id}/policies/changes to",
];

/// A walk through schemas, which collects what has no bound.
struct Walk<'a> {
    document: &'a Value,
    seen: BTreeSet<String>,
    unbounded: Vec<String>,
    /// Integers whose bound is only that of their format.
    any_integer: BTreeSet<String>,
    /// Moments and days by their descriptions.
    times: Vec<(String, String)>,
}

impl<'a> Walk<'a> {
    fn of(document: &'a Value) -> Self {
        Self {
            document,
            seen: BTreeSet::new(),
            unbounded: Vec::new(),
            any_integer: BTreeSet::new(),
            times: Vec::new(),
        }
    }

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
        if LARGEST.iter().any(|largest| schema["maximum"] == *largest) {
            self.any_integer.insert(place.to_owned());
        }
        if ["date-time", "date"].iter().any(|format| schema["format"] == *format) {
            self.times
                .push((place.to_owned(), schema["description"].as_str().unwrap_or_default().to_owned()));
        }
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            self.schema(&format!("{place}/{name}"), field);
        }
        for parts in ["oneOf", "anyOf", "allOf"] {
            for part in schema[parts].as_array().into_iter().flatten() {
                self.schema(place, part);
            }
        }
        for parts in ["items", "additionalProperties"] {
            if schema[parts].is_object() {
                self.schema(&format!("{place}/{parts}"), &schema[parts]);
            }
        }
    }
}

#[test]
fn everything_that_comes_in_has_a_bound_and_every_body_an_example() {
    let document: Value = serde_json::from_str(&openapi()).unwrap();
    let mut walk = Walk::of(&document);
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
    let any: BTreeSet<String> = ANY_INTEGER.map(str::to_owned).into();
    assert_eq!(walk.any_integer, any, "an integer that comes in has a bound of its own");
    assert!(bodies > 30 && parameters > 100, "{bodies} bodies, {parameters} parameters");
    // They are read by types that know "never" and refuse the rest in our words: shared/http/src/moment.rs.
    let foreign = |(_, description): &&(String, String)| {
        !["A moment (RFC 3339)", "A day, such as"].iter().any(|begin| description.starts_with(begin))
    };
    assert_eq!(walk.times.iter().filter(foreign).collect::<Vec<_>>(), Vec::<&(String, String)>::new());
    assert!(walk.times.len() > 10, "{:?}", walk.times);
}

/// Lists of answers for which the document states no bound: what bounds them is how many there are of something else.
const LISTS_WITHOUT_A_BOUND: &[&str] = &[
    "ActionView/missing",
    "ActionView/missing/items",
    "AdministratorEffects/warnings",
    "AdministratorView/assignments",
    "AdministratorView/warnings",
    "Answer/because",
    "Answer/missing",
    "Answer/missing/items",
    "AuditEntry/about",
    "CanDecide/missing",
    "CanDecide/missing/items",
    "ChannelsView/providers",
    "CheckIn/policies",
    "CombinationView/actions",
    "CombinationView/combined_with",
    "DecisionDefaults/conditions",
    "Delivered/warnings",
    "DeployedGroup/policies",
    "Difference/actions",
    "EffectivePermission/because",
    "GrantChanges/added",
    "GrantChanges/removed",
    "GroupDifference/policies",
    "HolderView/assigned_at",
    "OpenedDeployment/groups",
    "PermissionView/actions",
    "PermissionView/combinations",
    "PermissionView/includes",
    "PolicyContentDetail/differing",
    "PolicyDifference/changes",
    "Problem/changed",
    "Problem/errors",
    "Problem/missing",
    "Problem/missing/items",
    "RequestView/actions",
    "VerificationView/problems",
    "WhoAmI/permissions",
    "WhoCan/because",
];

#[test]
fn every_text_and_integer_of_an_answer_has_a_bound() {
    let document: Value = serde_json::from_str(&openapi()).unwrap();
    let mut walk = Walk::of(&document);
    for (place, response) in answers(&document) {
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            walk.schema(&format!("{place} {name}"), &header["schema"]);
        }
        for (kind, content) in response["content"].as_object().into_iter().flatten() {
            if kind.ends_with("json") {
                walk.schema(&place, &content["schema"]);
            }
        }
    }
    let of = |kind: &str| {
        let all = walk.unbounded.iter().filter_map(|place| place.strip_suffix(kind));
        all.map(|place| place.trim_start_matches("#/components/schemas/")).collect::<BTreeSet<_>>()
    };
    assert_eq!(of(" (string)"), BTreeSet::new(), "see shared/http/src/openapi/fields.rs");
    assert_eq!(of(" (integer)"), BTreeSet::new(), "see shared/http/src/openapi/bounds.rs");
    assert_eq!(of(" (array)"), LISTS_WITHOUT_A_BOUND.iter().copied().collect());
    assert!(walk.seen.len() > 200, "{}", walk.seen.len());
}

/// Every answer with its place.
fn answers(document: &Value) -> impl Iterator<Item = (String, &Value)> {
    let operations = document["paths"].as_object().unwrap().iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(move |(method, each)| (format!("{method} {path}"), each))
    });
    operations.flat_map(move |(place, operation)| {
        operation["responses"].as_object().unwrap().iter().map(move |(status, response)| {
            let shared = response["$ref"].as_str().map(|name| name.trim_start_matches('#'));
            let response = shared.map_or(response, |name| document.pointer(name).unwrap());
            (format!("{place} {status}"), response)
        })
    })
}

#[test]
fn every_example_is_one_of_its_schema_and_every_answer_has_one() {
    let document: Value = serde_json::from_str(&openapi()).unwrap();
    let mut faults = Vec::new();
    let mut contents = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            contents
                .push((format!("{method} {path}"), &operation["requestBody"]["content"]["application/json"]));
        }
    }
    for (place, answer) in answers(&document) {
        for (kind, content) in answer["content"].as_object().into_iter().flatten() {
            if is_text(kind) {
                contents.push((format!("{place} {kind}"), content));
            }
        }
    }
    contents.retain(|(_, content)| content.is_object());
    for (place, content) in &contents {
        let example = content.get("example").unwrap_or_else(|| panic!("{place} has no example"));
        Fit { document: &document, faults: &mut faults }.check(place, &content["schema"], example);
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(contents.len() > 1_000, "{}", contents.len());
}

/// Whether an answer of a media type is read as text. The others are pictures and files.
fn is_text(kind: &str) -> bool {
    let words = ["json", "jsonl", "openmetrics-text"];
    kind.starts_with("text/") || kind.split(['/', '+']).any(|word| words.contains(&word))
}

#[test]
fn every_parameter_has_an_example_that_is_one_of_its_schema() {
    let document: Value = serde_json::from_str(&openapi()).unwrap();
    let (mut faults, mut parameters) = (Vec::new(), 0);
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let place = format!("{method} {path} {}", parameter["name"].as_str().unwrap());
                let schema = &parameter["schema"];
                match parameter.get("example").or_else(|| example_of(&document, schema)) {
                    Some(example) => {
                        Fit { document: &document, faults: &mut faults }.check(&place, schema, example)
                    }
                    None => faults.push(format!("{place} has no example")),
                }
                parameters += 1;
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(parameters > 300, "{parameters}");
}

/// The example of a schema, or of one of its parts.
fn example_of<'a>(document: &'a Value, schema: &'a Value) -> Option<&'a Value> {
    if let Some(name) = schema["$ref"].as_str() {
        return example_of(document, document.pointer(name.trim_start_matches('#'))?);
    }
    let listed = ["examples", "enum"].into_iter().find_map(|keyword| schema[keyword].as_array()?.first());
    let own = schema.get("example").or(listed);
    let parts = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|keyword| schema[keyword].as_array());
    own.or_else(|| parts.flatten().find_map(|part| example_of(document, part)))
        .or_else(|| example_of(document, schema.get("items")?))
}

/// Compares examples with their schemas, and collects where they differ.
struct Fit<'a> {
    document: &'a Value,
    faults: &'a mut Vec<String>,
}

impl Fit<'_> {
    fn check(&mut self, place: &str, schema: &Value, value: &Value) {
        if let Some(name) = schema["$ref"].as_str() {
            let named = self.document.pointer(name.trim_start_matches('#')).unwrap();
            self.check(place, named, value);
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.check(place, part, value);
        }
        for keyword in ["oneOf", "anyOf"] {
            let Some(forms) = schema[keyword].as_array() else { continue };
            let fitting = forms.iter().filter(|form| self.fits(form, value)).count();
            // Forms of texts differ by their patterns, which are not compared here.
            let is_ambiguous = keyword == "oneOf" && fitting > 1 && value.is_object();
            if fitting == 0 || is_ambiguous {
                self.faults.push(format!("{place} is {fitting} of its forms: {value}"));
            }
        }
        self.plain(place, schema, value);
        let fields = value.as_object().into_iter().flatten();
        for (name, field) in fields.filter(|(name, _)| schema["properties"].get(name).is_some()) {
            self.check(&format!("{place}/{name}"), &schema["properties"][name], field);
        }
        for item in value.as_array().into_iter().flatten().filter(|_| schema["items"].is_object()) {
            self.check(&format!("{place}/items"), &schema["items"], item);
        }
    }

    fn fits(&self, schema: &Value, value: &Value) -> bool {
        let mut faults = Vec::new();
        Fit { document: self.document, faults: &mut faults }.check("", schema, value);
        faults.is_empty()
    }

    /// What the keywords of this schema alone say.
    fn plain(&mut self, place: &str, schema: &Value, value: &Value) {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let types: Vec<&str> = [&schema["type"]]
            .into_iter()
            .chain(schema["type"].as_array().into_iter().flatten())
            .filter_map(Value::as_str)
            .collect();
        let is_number = kind == "integer" && types.contains(&"number");
        if !types.is_empty() && !types.contains(&kind) && !is_number {
            self.faults.push(format!("{place} is {kind} instead of {types:?}"));
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if value.is_object() && value.get(name).is_none() {
                self.faults.push(format!("{place} has no `{name}`"));
            }
        }
        let known = schema["enum"].as_array();
        if known.is_some_and(|known| !known.contains(value)) {
            self.faults.push(format!("{place} is not one of its words: {value}"));
        }
        let longest = schema["maxLength"].as_u64();
        let length = value.as_str().map(|text| text.chars().count() as u64);
        if longest.zip(length).is_some_and(|(longest, length)| length > longest) {
            self.faults.push(format!("{place} is too long: {value}"));
        }
    }
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
                let is_from_the_server = ["414", "431"].contains(&status.as_str());
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
