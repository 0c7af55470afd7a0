//! Problem details (RFC 9457): the only form in which refusals and failures are answered.
use axum::response::{IntoResponse, Response};
use countersign_kv::request;
use countersign_model::{Aspect, Decision, DecisionId, DecisionScope, Fault, FaultKind, Outcome, Told};
use http::header::{ACCEPT_ENCODING, ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::named::AdministratorName;

mod code;
mod from;

pub use code::Code;

/// The media type of a problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// The header field with the id of a request.
const REQUEST_ID: HeaderName = HeaderName::from_static(request::ID_HEADER);

/// A refusal or failure, ready to be sent. Handlers return `Result<_, Problem>` and use `?`.
///
/// Boxed, so that a `Result` with it stays small.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem(Box<Contents>);

#[derive(Clone, Debug, PartialEq)]
struct Contents {
    details: ProblemDetails,
    retry_after: Option<u32>,
    /// What would be accepted instead.
    accepted: Option<(HeaderName, HeaderValue)>,
}

/// A problem (RFC 9457): why the request was refused or failed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDetails {
    /// The HTTP status in words.
    pub title: String,
    /// The HTTP status as a number.
    #[schema(example = 422)]
    pub status: u16,
    /// The stable code that programs act on.
    #[schema(example = "invalid-body")]
    pub code: Code,
    /// What happened and what to do next, for people.
    pub detail: String,
    /// The errors in the input, one entry for each place; absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<InputError>,
    /// What is missing, with status 403: each inner list is one combination of permissions that would be enough.
    /// Otherwise absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<Vec<Told>>, required = false)]
    pub missing: Option<Vec<Vec<Told>>>,
    /// The earlier decision, with status 409 and code `already-decided`; otherwise absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = EarlierDecision, required = false)]
    pub decision: Option<EarlierDecision>,
    /// What has changed since the request was seen, with status 409 and code `request-changed`; otherwise absent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub changed: Vec<Aspect>,
    /// The current revision of the record, with status 412; otherwise absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, required = false)]
    pub revision: Option<u64>,
    /// The id of the request, by which the operator finds it in the log; absent where nothing gave it one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, max_length = 64, example = "4bf92f3577b34da6a3ce929d0e0e4736")]
    pub request_id: Option<String>,
}

/// Who decided what, and when.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct EarlierDecision {
    /// The id of the decision, by which it can be replaced; absent in answers to a computer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = DecisionId, required = false)]
    pub id: Option<DecisionId>,
    /// What was decided.
    pub outcome: Outcome,
    /// For whom it counts.
    pub scope: DecisionScope,
    /// The administrator who decided; absent in answers to a computer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = AdministratorName, required = false)]
    pub administrator: Option<AdministratorName>,
    /// When it was decided.
    pub at: Timestamp,
}

impl From<&Decision> for EarlierDecision {
    fn from(decision: &Decision) -> Self {
        let administrator = AdministratorName {
            id: decision.administrator_id.clone(),
            name: decision.administrator_name.clone(),
        };
        let Decision { outcome, scope, at, .. } = *decision;
        Self { id: Some(decision.id.clone()), outcome, scope, administrator: Some(administrator), at }
    }
}

/// An error at one place of the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct InputError {
    /// A JSON pointer (RFC 6901) into the body, or `/name` for a query parameter; empty for the whole body.
    #[schema(example = "/subject/sha256")]
    pub pointer: String,
    /// What kind of fault it is: stable, for programs.
    pub code: FaultKind,
    /// What is wrong there, for people.
    pub message: String,
    /// The least that is allowed there, in the unit that `code` names; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, required = false)]
    pub least: Option<u64>,
    /// The most that is allowed there, in the unit that `code` names; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, required = false)]
    pub most: Option<u64>,
}

impl InputError {
    /// An error at `pointer`.
    pub fn new(pointer: impl Into<String>, fault: impl Into<Fault>) -> Self {
        Self::at(pointer.into(), &fault.into())
    }

    fn at(pointer: String, fault: &Fault) -> Self {
        let &Fault { kind, least, most, .. } = fault;
        Self { pointer, code: kind, message: fault.to_string(), least, most }
    }
}

impl Problem {
    /// Any problem. `detail` is for people (lower case, no final period).
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let status = code.status();
        let details = ProblemDetails {
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            code,
            detail: detail.into(),
            errors: Vec::new(),
            missing: None,
            decision: None,
            changed: Vec::new(),
            revision: None,
            request_id: None,
        };
        Self(Box::new(Contents { details, retry_after: None, accepted: None }))
    }

    /// 401: the token is right, but clones of one image use it, so that it identifies none of them.
    pub fn computer_cloned() -> Self {
        Self::new(
            Code::ComputerCloned,
            "several computers use this token, as clones of one image do; each must enroll anew",
        )
    }

    /// 401: the caller was not identified. The answer is the same for all errors in the credentials.
    pub fn not_identified() -> Self {
        Self::new(
            Code::NotIdentified,
            "no valid credentials came with the request; send `Authorization: Bearer TOKEN`",
        )
    }

    /// 404: absent, or the caller may not know that it exists. The answers are the same on purpose.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "there is nothing here that you may see")
    }

    /// 405 with the available methods. A router's fallback need not name them, because the router adds them.
    pub fn method_not_allowed(allow: Option<&'static str>) -> Self {
        let mut problem = Self::new(
            Code::MethodNotAllowed,
            "this method is not available here; `Allow` names those that are",
        );
        problem.0.accepted = allow.map(|methods| (ALLOW, HeaderValue::from_static(methods)));
        problem
    }

    /// 412: `If-Match` does not name the current revision of the record.
    pub fn precondition_failed(revision: u64) -> Self {
        let mut problem = Self::new(
            Code::RevisionChanged,
            "the record has changed since you read it; read it again and repeat the change",
        );
        problem.0.details.revision = Some(revision);
        problem
    }

    /// 413: the body is larger than `limit` bytes.
    pub fn too_large(limit: u64) -> Self {
        Self::new(Code::BodyTooLarge, format!("the body is larger than {limit} bytes"))
    }

    /// 415: the body must be of type `expected`.
    pub fn unsupported_media_type(expected: &str) -> Self {
        Self::new(Code::UnsupportedMediaType, format!("send the body as `Content-Type: {expected}`"))
    }

    /// 415: the body is compressed or otherwise encoded. `Accept-Encoding` says that only plain bodies are accepted
    /// (RFC 9110, section 15.5.16).
    pub fn unsupported_content_encoding() -> Self {
        let mut problem = Self::new(
            Code::UnsupportedContentEncoding,
            "send the body uncompressed, without `Content-Encoding`",
        );
        problem.0.accepted = Some((ACCEPT_ENCODING, HeaderValue::from_static("identity")));
        problem
    }

    /// 422 `invalid-body`: invalid at these places.
    pub fn invalid_body(errors: Vec<InputError>) -> Self {
        Self::new(Code::InvalidBody, "the body is invalid; `errors` says where and why").with_errors(errors)
    }

    /// 422 `invalid-body` at one place.
    pub fn invalid_field(pointer: impl Into<String>, fault: impl Into<Fault>) -> Self {
        Self::invalid_body(vec![InputError::new(pointer, fault)])
    }

    /// The same about a part of the body, which stands there: its pointers begin with `at`.
    #[must_use]
    pub fn below(mut self, at: &str) -> Self {
        for error in &mut self.0.details.errors {
            error.pointer.insert_str(0, at);
        }
        self
    }

    /// 422 `invalid-query`: invalid at these query parameters.
    pub fn invalid_query(errors: Vec<InputError>) -> Self {
        Self::new(Code::InvalidQuery, "the query is invalid; `errors` says where and why").with_errors(errors)
    }

    /// 429: too many calls; try again after `retry_after` seconds.
    pub fn too_many_requests(detail: impl Into<String>, retry_after: u32) -> Self {
        Self::new(Code::TooManyRequests, detail).with_retry_after(retry_after)
    }

    /// 429: a limit is reached until a moment; `Retry-After` is at least one second.
    pub fn over_limit(code: Code, detail: impl Into<String>, until: Timestamp, now: Timestamp) -> Self {
        let seconds = until.duration_since(now).as_secs().max(1);
        Self::new(code, detail).with_retry_after(u32::try_from(seconds).unwrap_or(u32::MAX))
    }

    /// 503: currently unavailable; try again after `retry_after` seconds.
    pub fn unavailable(code: Code, detail: impl Into<String>, retry_after: u32) -> Self {
        Self::new(code, detail).with_retry_after(retry_after)
    }

    /// 500: an internal error. The cause belongs in the log, never in the answer.
    pub fn internal() -> Self {
        Self::new(Code::Internal, "something went wrong on our side")
    }

    /// Adds errors in the input.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<InputError>) -> Self {
        self.0.details.errors = errors;
        self
    }

    /// Adds what is missing (403), as given by the decision function.
    #[must_use]
    pub fn with_missing(mut self, missing: Vec<Vec<Told>>) -> Self {
        self.0.details.missing = Some(missing);
        self
    }

    /// Adds the earlier decision (409).
    #[must_use]
    pub fn with_decision(mut self, decision: EarlierDecision) -> Self {
        self.0.details.decision = Some(decision);
        self
    }

    /// Adds what has changed (409).
    #[must_use]
    pub fn with_changed(mut self, changed: Vec<Aspect>) -> Self {
        self.0.details.changed = changed;
        self
    }

    /// Adds `Retry-After` in seconds.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// Adds a header field that says what would be accepted instead.
    #[must_use]
    pub fn with_accepted(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.accepted = Some((name, value));
        self
    }

    /// The errors of the input.
    #[cfg(test)]
    pub(crate) fn errors(&self) -> &[InputError] {
        &self.0.details.errors
    }

    /// Its HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.details.code.status()
    }

    /// Its stable code.
    pub fn code(&self) -> Code {
        self.0.details.code
    }

    /// Its wire form.
    pub fn details(&self) -> &ProblemDetails {
        &self.0.details
    }
}

/// Attaches the error of a field to its place: `field("/name", text::name(&body.name))?`.
///
/// # Errors
/// 422 `invalid-body` at `pointer`.
pub fn field<T, E: Into<Fault>>(pointer: &str, checked: Result<T, E>) -> Result<T, Problem> {
    checked.map_err(|error| Problem::invalid_field(pointer, error))
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        let status = self.status();
        let request = request::current();
        self.0.details.request_id = request.as_ref().map(|request| request.id.clone());
        let body = serde_json::to_vec(&self.0.details).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if let Some(seconds) = self.0.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some((name, value)) = self.0.accepted {
            headers.insert(name, value);
        }
        if let Some(id) = request.and_then(|request| HeaderValue::from_str(&request.id).ok()) {
            headers.insert(REQUEST_ID, id);
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
