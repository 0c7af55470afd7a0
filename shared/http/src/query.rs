//! Query parameters as a type. Unknown, repeated and unreadable parameters are refused.

use std::borrow::Cow;

use axum::extract::FromRequestParts;
use countersign_model::{Acts, FaultKind, Reported};
use http::request::Parts;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use crate::cursor::CURSOR_MAX;
use crate::pointer;
use crate::problem::{Code, InputError, Problem};

/// The query as `T`, which denies unknown fields.
#[derive(Clone, Debug)]
pub struct QueryOf<T>(pub T);

impl<T, S> FromRequestParts<S> for QueryOf<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parse(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// For changes that support a dry run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DryRun {
    /// Whether to report only the effects of the change, or why it would be refused, and change nothing; default:
    /// false.
    #[serde(default)]
    #[param(required = false)]
    pub dry_run: bool,
}

/// The most characters of a parameter's value, where it is a text. The longest of all other values is an id, a number or
/// a name from a list.
const LONGEST: [(&str, usize); 6] = [
    ("about", 64),
    ("act", Acts::LONGEST),
    ("cursor", CURSOR_MAX),
    ("head", 200),
    ("q", 254),
    ("since", 8 * 1024),
];
const LONGEST_OTHER: usize = 64;

/// Parameters that a computer fills with what it finds: any bytes, of any length. They are read as [`Reported`].
const REPORTED: [&str; 1] = ["hostname"];

fn is_reported(name: &str) -> bool {
    REPORTED.iter().any(|reported| percent_decode_str(name).eq(reported.bytes()))
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let query = &with_reported(query);
    require_utf8(query)?;
    require_short(query)?;
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(pairs).map_err(|error| {
        let fault = pointer::fault(&error.inner().to_string());
        Problem::invalid_query(vec![InputError::new(pointer::of(error.path()), fault)])
    })
}

/// The query with what computers report in the form in which it is kept: with escapes, and so in UTF-8.
fn with_reported(query: &str) -> Cow<'_, str> {
    let is_pair = |pair: &str| is_reported(pair.split('=').next().unwrap_or_default());
    if !query.split('&').any(is_pair) {
        return Cow::Borrowed(query);
    }
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, value)) if is_pair(pair) => {
            let spaced = value.replace('+', " ");
            let bytes: Vec<u8> = percent_decode_str(&spaced).collect();
            let kept = Reported::of_wtf8(bytes.trim_ascii(), usize::MAX);
            let encoded: String = form_urlencoded::byte_serialize(kept.as_str().as_bytes()).collect();
            Cow::Owned(format!("{name}={encoded}"))
        }
        _ => Cow::Borrowed(pair),
    });
    Cow::Owned(pairs.collect::<Vec<_>>().join("&"))
}

/// Percent-decoding would replace bytes that are not UTF-8; here they are refused.
fn require_utf8(query: &str) -> Result<(), Problem> {
    let replaced = form_urlencoded::parse(query.as_bytes())
        .any(|(name, value)| name.contains('\u{fffd}') || value.contains('\u{fffd}') && !is_reported(&name));
    if replaced {
        return Err(Problem::new(Code::MalformedQuery, "the query is not UTF-8"));
    }
    Ok(())
}

/// Every value has a bound, whatever the type that it is read as.
fn require_short(query: &str) -> Result<(), Problem> {
    let mut errors = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let known = LONGEST.iter().find(|(known, _)| *known == name);
        let most = known.map_or(LONGEST_OTHER, |(_, most)| *most);
        // Cut where it is read.
        let most = if is_reported(&name) { usize::MAX } else { most };
        if name.chars().count() > LONGEST_OTHER {
            errors.push(InputError::new(
                "",
                format!("names of parameters have at most {LONGEST_OTHER} characters"),
            ));
        } else if value.chars().count() > most {
            errors.push(InputError::new(format!("/{name}"), FaultKind::TooLong.above(most)));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid_query(errors)) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn what_a_computer_reports_may_be_any_bytes_of_any_length() {
        let read =
            |query: &str| parse::<BTreeMap<String, String>>(query).map(|mut all| all.remove("hostname"));
        let cases = [
            ("hostname=pc-7", "pc-7"),
            ("hostname=a+b%20c", "a b c"),
            ("hostname=caf%C3%A9", "café"),
            ("hostname=caf%E9", r"caf\u{dce9}"),
            ("hostname=%ED%A0%80", r"\u{d800}"),
            ("hostname=pc%007", r"pc\u{0}7"),
            ("hostname=%5Cu%7B41%7D", r"\u{5c}u{41}"),
            ("host%6Eame=a%0Ab", r"a\u{a}b"),
            ("since=v&hostname=%EF%BF%BD&wait=1", "\u{fffd}"),
            ("hostname=", ""),
            ("hostname", ""),
        ];
        for (query, expected) in cases {
            assert_eq!(read(query).unwrap().as_deref(), Some(expected), "{query}");
        }
        let long = "ä".repeat(20_000);
        assert_eq!(read(&format!("hostname={long}")).unwrap().as_deref(), Some(long.as_str()));
        assert!(read("wait=%E9&hostname=a").is_err(), "others are as they were");
    }

    #[test]
    fn every_value_of_a_query_has_a_bound() {
        let cases = [
            ("cursor", CURSOR_MAX),
            ("q", 254),
            ("about", 64),
            ("act", 512),
            ("head", 200),
            ("since", 8192),
            ("organization_id", 64),
            ("unheard-of", 64),
        ];
        for (name, most) in cases {
            let read = |count: usize| {
                parse::<BTreeMap<String, String>>(&format!("{name}={}", "%C3%A4".repeat(count)))
            };
            assert_eq!(read(most).unwrap()[name], "ä".repeat(most));
            let refused = read(most + 1).unwrap_err();
            assert_eq!(refused.details().errors[0].pointer, format!("/{name}"), "{name}");
        }
        assert!(parse::<BTreeMap<String, String>>(&"n".repeat(65)).is_err());
    }
}
