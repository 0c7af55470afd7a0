//! Query parameters as a type. Unknown, repeated and unreadable parameters are refused.
use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

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
    /// Only report the effects of the change, or why it would be refused; nothing is changed.
    #[serde(default)]
    #[param(required = false)]
    pub dry_run: bool,
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    require_utf8(query)?;
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
