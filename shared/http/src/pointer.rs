//! The place of an input error (a JSON pointer) and its description in our own words.
use countersign_model::{Fault, FaultKind};
use serde_path_to_error::{Path, Segment};

/// The most characters of a message, because a check of our own may repeat a long input.
const LONGEST_MESSAGE: usize = 300;

/// The JSON pointer (RFC 6901) of a path.
pub fn of(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            // The variant of an enum is not a place of its own in the input.
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

/// The JSON pointer of a member that nobody knows.
pub fn of_ignored(path: &serde_ignored::Path<'_>) -> String {
    use serde_ignored::Path;
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => format!("{}/{index}", of_ignored(parent)),
        Path::Map { parent, key } => {
            format!("{}/{}", of_ignored(parent), key.replace('~', "~0").replace('/', "~1"))
        }
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => {
            of_ignored(parent)
        }
    }
}

/// What is wrong, in our words instead of serde's. Messages of our own checks stay as they are.
pub fn fault(raw: &str) -> Fault {
    let raw = raw.rsplit_once(" at line ").map_or(raw, |(message, _)| message);
    let fault = of_serde(raw).unwrap_or_else(|| Fault::said(raw));
    let message = fault.to_string();
    if message.chars().count() <= LONGEST_MESSAGE {
        return fault;
    }
    let short: String = message.chars().take(LONGEST_MESSAGE).chain("…".chars()).collect();
    fault.saying(short)
}

/// serde's own messages begin in these ways; `None` for every other one.
fn of_serde(raw: &str) -> Option<Fault> {
    if let Some(name) = raw.strip_prefix("missing field ") {
        return Some(FaultKind::Required.saying(format!("{name} is required")));
    }
    if let Some(name) = raw.strip_prefix("duplicate field ") {
        return Some(FaultKind::Repeated.saying(format!("{name} must be given once")));
    }
    if let Some(rest) = raw.strip_prefix("unknown field ") {
        return Some(FaultKind::UnknownMember.saying(match rest.rsplit_once(", expected ") {
            Some((name, known)) => format!("{name} is not known here; known: {}", one_of(known)),
            None => format!("{} is not known here", rest.trim_end_matches(", there are no fields")),
        }));
    }
    if raw.starts_with("unknown variant ") {
        return Some(must_be(FaultKind::UnknownValue, names(raw).unwrap_or("another value")));
    }
    let is_type = ["invalid type: ", "invalid value: ", "invalid length "].iter().any(|b| raw.starts_with(b));
    if is_type {
        let (_, expected) = raw.rsplit_once(", expected ")?;
        return Some(must_be(FaultKind::WrongType, type_of(expected)));
    }
    number_or_bool(raw).map(|expected| must_be(FaultKind::WrongType, expected))
}

fn must_be(kind: FaultKind, what: &str) -> Fault {
    kind.saying(format!("must be {what}"))
}

/// serde's list of names, without the words in front of a long one.
fn one_of(names: &str) -> &str {
    names.strip_prefix("one of ").unwrap_or(names)
}

/// The names that serde lists, the name that was given left out: it could contain anything.
fn names(raw: &str) -> Option<&str> {
    let (_, names) = raw.rsplit_once("`, expected ")?;
    Some(names)
}

/// What the number and bool parsers of the standard library say about query parameters.
fn number_or_bool(raw: &str) -> Option<&'static str> {
    match raw {
        "invalid digit found in string"
        | "cannot parse integer from empty string"
        | "number too large to fit in target type" => Some("a non-negative whole number in range"),
        "provided string was not `true` or `false`" => Some("`true` or `false`"),
        _ => None,
    }
}

fn type_of(expected: &str) -> &'static str {
    match expected {
        "a string" | "a borrowed string" | "a string key" | "str" => "a string",
        "a boolean" => "`true` or `false`",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a non-negative whole number",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a sequence" => "an array",
        "a map" => "an object",
        _ if expected.starts_with("struct ") || expected.contains("tagged enum") => "an object",
        _ if expected.starts_with("an array of length ") || expected.starts_with("a tuple of size ") => {
            "an array of another length"
        }
        _ if expected.starts_with("enum ") || expected.starts_with("variant identifier") => {
            "one of its names"
        }
        _ => "another value",
    }
}

#[cfg(test)]
mod tests {
    use countersign_model::EmailAddress;

    use super::*;

    #[test]
    fn messages_are_ours_and_say_what_is_right() {
        let cases = [
            (
                "invalid type: string \"x\", expected u64 at line 1 column 3",
                "must be a non-negative whole number",
            ),
            ("invalid value: integer `256`, expected u8", "must be a whole number from 0 to 255"),
            ("invalid type: null, expected struct Body", "must be an object"),
            ("invalid type: string \"a, expected b\", expected a boolean", "must be `true` or `false`"),
            ("invalid length 1, expected struct Body with 3 elements", "must be an object"),
            ("invalid type: map, expected some type of a library", "must be another value"),
            ("missing field `name` at line 1 column 2", "`name` is required"),
            ("duplicate field `name`", "`name` must be given once"),
            ("unknown field `x`, expected `a` or `b`", "`x` is not known here; known: `a` or `b`"),
            (
                "unknown field `x`, expected one of `a`, `b`, `c`",
                "`x` is not known here; known: `a`, `b`, `c`",
            ),
            ("unknown field `x`, there are no fields", "`x` is not known here"),
            ("unknown variant `x`, expected one of `a`, `b`, `c`", "must be one of `a`, `b`, `c`"),
            ("invalid digit found in string", "must be a non-negative whole number in range"),
            ("provided string was not `true` or `false`", "must be `true` or `false`"),
            ("must be from 1 to 200", "must be from 1 to 200"),
        ];
        for (raw, expected) in cases {
            assert_eq!(fault(raw).to_string(), expected);
        }
    }

    #[test]
    fn a_parser_hands_on_what_kind_of_fault_it_found() {
        let email = "x".parse::<EmailAddress>().unwrap_err().to_string();
        let cases = [
            ("missing field `name` at line 1 column 2", FaultKind::Required),
            ("unknown variant `x`, expected `a` or `b`", FaultKind::UnknownValue),
            ("invalid type: null, expected a string", FaultKind::WrongType),
            (&*email, FaultKind::NotAnEmailAddress),
            ("must be from 1 to 200", FaultKind::Other),
        ];
        for (raw, kind) in cases {
            assert_eq!(fault(raw).kind, kind, "{raw}");
        }
    }

    #[test]
    fn a_long_input_is_not_repeated_whole() {
        let message = fault(&format!("`{}` is not a known action", "é".repeat(9000))).to_string();
        assert!(message.chars().count() <= 301);
    }
}
