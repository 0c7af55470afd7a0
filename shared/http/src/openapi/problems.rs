//! Problems as answers: for each status its codes, when it is answered, and an example.
use http::StatusCode;
use serde_json::{Value, json};
use utoipa::openapi::schema::{AllOfBuilder, Ref, Type};
use utoipa::openapi::{ContentBuilder, ObjectBuilder, RefOr, Response, ResponseBuilder, Schema};

use super::headers::header;
use super::said::{said, usual};
use crate::problem::{Code, PROBLEM_JSON};

/// The statuses of refusals and failures.
pub(super) fn statuses() -> impl Iterator<Item = StatusCode> {
    let mut statuses: Vec<_> = Code::ALL.iter().map(|code| code.status()).collect();
    statuses.dedup();
    statuses.into_iter().chain([StatusCode::URI_TOO_LONG, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE])
}

/// Whether the HTTP server answers so before it has a request: without a body, and without an id.
pub(super) fn is_from_the_server(status: StatusCode) -> bool {
    [StatusCode::URI_TOO_LONG, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE].contains(&status)
}

/// `NotFound`, `UnprocessableEntity`.
pub(super) fn response_name(status: StatusCode) -> String {
    status.canonical_reason().unwrap_or("Error").replace(' ', "")
}

pub(super) fn schema_name(status: StatusCode) -> String {
    format!("{}Problem", response_name(status))
}

/// A problem with the codes of its status.
pub(super) fn problem_schema(status: StatusCode) -> RefOr<Schema> {
    let codes = Code::ALL.iter().filter(|code| code.status() == status).map(|code| code.as_str());
    let number = ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some([status.as_u16()]));
    let code = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("The stable code that programs act on: one of those of this status."))
        .enum_values(Some(codes));
    let narrowed = ObjectBuilder::new().property("status", number).property("code", code);
    let about = format!("A problem with status {}: {}", status.as_u16(), usual_reason(status));
    let problem = AllOfBuilder::new().description(Some(about));
    problem.item(Ref::from_schema_name("Problem")).item(narrowed).into()
}

/// An answer with a problem; `reason` says when the operation gives it.
pub(super) fn problem_response(status: StatusCode, reason: Option<&str>) -> Response {
    let usual = usual_reason(status);
    let response = ResponseBuilder::new().description(reason.unwrap_or(usual));
    if is_from_the_server(status) {
        return response.build();
    }
    let schema = Ref::from_schema_name(schema_name(status));
    let content = ContentBuilder::new().schema(Some(schema)).example(example(status, reason)).build();
    let response = response.content(PROBLEM_JSON, content);
    let add = |response: ResponseBuilder, name: &str, says| response.header(name, header(name, says));
    let response = match status {
        StatusCode::UNAUTHORIZED => {
            add(response, "WWW-Authenticate", "The way to identify: always `Bearer`.")
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => add(
            response,
            "Accept-Encoding",
            "The one encoding that is taken: none; only if the body was compressed or otherwise encoded.",
        ),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            add(response, "Retry-After", "How many seconds to wait before trying again.")
        }
        _ => response,
    };
    response.build()
}

pub(super) fn usual_reason(status: StatusCode) -> &'static str {
    match status {
        StatusCode::OK => "It is done; the answer shows the result.",
        StatusCode::CREATED => "It is created; the answer shows it.",
        StatusCode::ACCEPTED => "It will be done soon.",
        StatusCode::NO_CONTENT => "It is done; there is nothing to return.",
        StatusCode::BAD_REQUEST => "The request is malformed, so that it cannot be read.",
        StatusCode::UNAUTHORIZED => "The credentials are missing or not valid.",
        StatusCode::FORBIDDEN => {
            "The caller may not do this; `missing` says which permissions would be enough."
        }
        StatusCode::NOT_FOUND => "It does not exist, or the caller may not know that it does.",
        StatusCode::METHOD_NOT_ALLOWED => "The path has no such method; `Allow` names those that it has.",
        StatusCode::REQUEST_TIMEOUT => "The body did not arrive within 10 seconds.",
        StatusCode::CONFLICT => "The present state of the record does not allow it; `code` says why.",
        StatusCode::GONE => "It is no longer available.",
        StatusCode::PRECONDITION_FAILED => "The record has changed; `revision` is its present revision.",
        StatusCode::PAYLOAD_TOO_LARGE => "The body is too large.",
        StatusCode::URI_TOO_LONG => "The address is longer than the server reads. There is no body.",
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
            "The header fields are more or longer than the server reads. There is no body."
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            "The body is of another type than this operation takes, or it is compressed."
        }
        StatusCode::UNPROCESSABLE_ENTITY => "The input is not valid; `errors` says where and why.",
        StatusCode::TOO_MANY_REQUESTS => "A limit is reached; `Retry-After` says when to try again.",
        StatusCode::SERVICE_UNAVAILABLE => {
            "The service cannot answer at the moment; `Retry-After` says when to try again."
        }
        StatusCode::GATEWAY_TIMEOUT => "The service did not answer in time.",
        _ => "Something went wrong in the service.",
    }
}

/// An example of a problem. What a handler says of an answer leads to one of its codes; `None` if it does not, so that the test of
/// examples asks for a row in [`super::said`].
fn example(status: StatusCode, reason: Option<&str>) -> Option<Value> {
    let of_status = |code: &&Code| code.status() == status;
    let first = || Code::ALL.iter().find(of_status).copied();
    let code = match reason {
        Some(reason) => said(status, reason).or_else(|| usual(status)),
        None => usual(status).or_else(first),
    };
    let code = code?;
    let mut problem = json!({
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "code": code.as_str(),
        "detail": detail(reason.unwrap_or(usual_reason(status))),
        "request_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    });
    let details = [
        (
            Code::InvalidBody,
            "errors",
            json!([{ "pointer": "/name", "code": "empty", "message": "must not be empty" }]),
        ),
        (Code::NotPermitted, "missing", json!([[{ "permission": "approve-for-group" }]])),
        (Code::RevisionChanged, "revision", json!(4)),
    ];
    for (_, name, value) in details.into_iter().filter(|(of, ..)| *of == code) {
        problem.as_object_mut()?.insert(name.to_owned(), value);
    }
    Some(problem)
}

/// What a description says first, worded as problems are: no capital at the beginning, and no full stop.
fn detail(description: &str) -> String {
    let words = description.split_whitespace().collect::<Vec<_>>().join(" ");
    let first = words.split(['.', ';']).next().unwrap_or_default();
    let mut letters = first.chars();
    letters.next().map_or_else(String::new, |letter| letter.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_has_the_code_that_the_description_means() {
        let example =
            example(StatusCode::CONFLICT, Some("A group of the organization\nhas this name.")).unwrap();
        assert_eq!(
            (&example["status"], &example["code"], &example["detail"]),
            (&json!(409), &json!("name-taken"), &json!("a group of the organization has this name"))
        );
    }

    #[test]
    fn a_conflict_that_no_row_describes_has_no_example_and_every_other_status_has_one() {
        assert_eq!(example(StatusCode::CONFLICT, Some("Something new.")), None);
        for status in statuses().filter(|status| !is_from_the_server(*status)) {
            let example = example(status, None).unwrap();
            let of_status = Code::ALL.iter().filter(|code| code.status() == status);
            assert!(of_status.clone().any(|code| example["code"] == code.as_str()), "{example}");
        }
    }
}
