//! Headers about repetition and concurrency: `If-Match` with a record's revision, and `Idempotency-Key`.
use axum::extract::FromRequestParts;
use http::header::{ETAG, IF_MATCH};
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use utoipa::PartialSchema;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};

use crate::problem::Problem;

/// The revision that the caller has read and wants to change; `None` if it was not sent. An entity tag is the revision
/// in quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Option<u64>);

impl IfMatch {
    /// Refuses if the record has another revision.
    ///
    /// # Errors
    /// 412 with the current revision.
    pub fn check(self, revision: u64) -> Result<(), Problem> {
        match self.0 {
            Some(expected) if expected != revision => Err(Problem::precondition_failed(revision)),
            _ => Ok(()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Some(value) = single(parts, &IF_MATCH, "invalid-if-match")? else { return Ok(Self(None)) };
        if value == "*" {
            return Ok(Self(None));
        }
        let revision = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let revision = revision.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        match revision.and_then(|text| text.parse().ok()) {
            Some(revision) => Ok(Self(Some(revision))),
            None => Err(Problem::bad_request(
                "invalid-if-match",
                "`If-Match` must be one revision in quotes, such as `\"3\"`, or `*`",
            )),
        }
    }
}

/// The response header with a record's revision.
pub fn etag(revision: u64) -> (HeaderName, HeaderValue) {
    // A number in quotes is always a valid header value.
    let value = HeaderValue::try_from(format!("\"{revision}\"")).unwrap_or(HeaderValue::from_static("\"\""));
    (ETAG, value)
}

/// The caller's name for one attempt, with which the call can be repeated without a second effect; `None` if it was not
/// sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(pub Option<String>);

/// The most characters of an `Idempotency-Key`.
const LONGEST_IDEMPOTENCY_KEY: usize = 200;
static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Some(key) = single(parts, &IDEMPOTENCY_KEY, "invalid-idempotency-key")? else {
            return Ok(Self(None));
        };
        if key.is_empty() || key.len() > LONGEST_IDEMPOTENCY_KEY {
            return Err(Problem::bad_request(
                "invalid-idempotency-key",
                format!("`Idempotency-Key` must be 1 to {LONGEST_IDEMPOTENCY_KEY} visible ASCII characters"),
            ));
        }
        Ok(Self(Some(key)))
    }
}

/// The value of a header that may be sent at most once and must be visible ASCII.
fn single(parts: &Parts, name: &HeaderName, code: &str) -> Result<Option<String>, Problem> {
    let mut values = parts.headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().ok().filter(|_| values.next().is_none());
    let text = text.ok_or_else(|| {
        Problem::bad_request(code, format!("`{name}` must be a single value of visible ASCII characters"))
    })?;
    Ok(Some(text.trim().to_owned()))
}

impl utoipa::IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![header("If-Match", "the revision that you have read, as given by `ETag`; 412 if it has changed")]
    }
}

impl utoipa::IntoParams for IdempotencyKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![header(
            "Idempotency-Key",
            "your name for this attempt; repeated calls with the same name take effect once",
        )]
    }
}

fn header(name: &str, description: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(String::schema()))
        .build()
}
