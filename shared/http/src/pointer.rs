//! The place of an input error (a JSON pointer) and its description, in words without Rust type names.
use serde_path_to_error::{Path, Segment};

/// The most characters of a message, because serde's messages can repeat a long input.
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

/// serde's message without the position, which the pointer gives more precisely, and without Rust type names.
pub fn message(raw: &str) -> String {
    let raw = raw.rsplit_once(" at line ").map_or(raw, |(message, _)| message);
    let (found, expected) = match raw.rsplit_once(", expected ") {
        Some((found, expected)) => (found, Some(expected)),
        None => (raw, None),
    };
    let mut message = found.to_owned();
    if let Some(expected) = expected {
        message.push_str(", expected ");
        message.push_str(in_words(expected));
    }
    if message.chars().count() > LONGEST_MESSAGE {
        message = message.chars().take(LONGEST_MESSAGE).chain("…".chars()).collect();
    }
    message
}

fn in_words(expected: &str) -> &str {
    match expected {
        "a sequence" => "an array",
        "a map" => "an object",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a non-negative whole number",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        _ if expected.starts_with("struct ") || expected.starts_with("internally tagged enum") => "an object",
        _ if expected.starts_with("adjacently tagged enum") => "an object",
        _ if expected.starts_with("enum ") || expected.starts_with("variant identifier") => {
            "one of its names"
        }
        _ if expected.starts_with("tuple struct ") || expected.starts_with("unit struct ") => "another value",
        _ => expected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_no_rust_type_and_no_position() {
        let cases = [
            (
                "invalid type: string \"x\", expected u64 at line 1 column 3",
                "invalid type: string \"x\", expected a non-negative whole number",
            ),
            ("invalid type: null, expected struct Body", "invalid type: null, expected an object"),
            ("missing field `name` at line 1 column 2", "missing field `name`"),
            ("unknown field `x`, expected `a` or `b`", "unknown field `x`, expected `a` or `b`"),
        ];
        for (raw, expected) in cases {
            assert_eq!(message(raw), expected);
        }
    }

    #[test]
    fn a_long_input_is_not_repeated_whole() {
        assert!(message(&format!("unknown field `{}`", "é".repeat(9000))).chars().count() <= 301);
    }
}
