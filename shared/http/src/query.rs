//! Query parameters as a type. Unknown, repeated and unreadable parameters are refused.
use axum::extract::FromRequestParts;
use http::request::Parts;
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
const LONGEST: [(&str, usize); 5] =
    [("about", 64), ("cursor", CURSOR_MAX), ("head", 200), ("q", 254), ("since", 8 * 1024)];
const LONGEST_OTHER: usize = 64;

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    require_utf8(query)?;
    require_short(query)?;
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(pairs).map_err(|error| {
        let message = pointer::message(&error.inner().to_string());
        Problem::invalid_query(vec![InputError::new(pointer::of(error.path()), message)])
    })
}

/// Percent-decoding would replace bytes that are not UTF-8; here they are refused.
fn require_utf8(query: &str) -> Result<(), Problem> {
    let replaced = form_urlencoded::parse(query.as_bytes())
        .any(|(name, value)| name.contains('\u{fffd}') || value.contains('\u{fffd}'));
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
        if name.chars().count() > LONGEST_OTHER {
            errors.push(InputError::new(
                "",
                format!("names of parameters have at most {LONGEST_OTHER} characters"),
            ));
        } else if value.chars().count() > most {
            errors.push(InputError::new(
                format!("/{name}"),
                format!("must not be longer than {most} characters"),
            ));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid_query(errors)) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_value_of_a_query_has_a_bound() {
        let cases = [
            ("cursor", CURSOR_MAX),
            ("q", 254),
            ("about", 64),
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
