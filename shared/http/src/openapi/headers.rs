//! The header fields of answers: what they hold is said here once for all operations. A handler names a field and says what it means.
use http::StatusCode;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ObjectBuilder, Ref, Type};
use utoipa::openapi::{Header, RefOr, Response};

use super::problems::is_from_the_server;
use crate::cursor::CURSOR_MAX;

/// The header field with the id of a request.
pub(super) const REQUEST_ID: &str = "X-Request-Id";

/// The most seconds that an answer asks to wait: a week, after which every limit counts anew.
const LONGEST_RETRY: u32 = 7 * 24 * 60 * 60;
/// The largest integer of a structured field (RFC 9651, section 3.3.1).
const LARGEST_INTEGER: u64 = 999_999_999_999_999;

/// A header field with the schema of its value.
pub(super) fn header(name: &str, description: &str) -> Header {
    HeaderBuilder::new().schema(Some(value(name))).description(Some(description)).build()
}

/// The header field with the id of a request, which the answers refer to.
pub(super) fn request_id() -> Header {
    header(
        REQUEST_ID,
        "The id of the request, by which the operator finds it in the log: that of the request, if it was a word of at most 64 letters, \
         digits and `-_.:`. The embedded host sets it; on Spin, a proxy may.",
    )
}

/// Adds the id of the request to an answer of this status, unless the HTTP server answers before it has a request.
pub(super) fn add_request_id(status: &str, answer: &mut RefOr<Response>) {
    let is_from_the_server = status.parse::<StatusCode>().is_ok_and(is_from_the_server);
    if let (false, RefOr::T(answer)) = (is_from_the_server, answer) {
        let shared = Ref::new(format!("#/components/headers/{REQUEST_ID}"));
        answer.headers.insert(REQUEST_ID.to_owned(), RefOr::Ref(shared));
    }
}

/// Gives every header field of an operation's answers the schema of its value.
pub(super) fn describe(operation: &mut Operation) {
    let answers = operation.responses.responses.values_mut().filter_map(own);
    for (name, field) in answers.flat_map(|answer| &mut answer.headers) {
        if let RefOr::T(field) = field {
            field.schema = Some(value(name).into());
        }
    }
}

fn own(answer: &mut RefOr<Response>) -> Option<&mut Response> {
    match answer {
        RefOr::T(answer) => Some(answer),
        RefOr::Ref(_) => None,
    }
}

/// The schema of a header field that is a text.
pub(crate) fn text(pattern: &str, longest: usize, example: &str) -> ObjectBuilder {
    let text = ObjectBuilder::new().schema_type(Type::String);
    text.pattern(Some(pattern)).max_length(Some(longest)).examples([example])
}

fn value(name: &str) -> ObjectBuilder {
    let number = |least: u32, most: u64, example: u64| {
        let number = ObjectBuilder::new().schema_type(Type::Integer);
        number.minimum(Some(least)).maximum(Some(most)).examples([example])
    };
    let one_of =
        |values: &[&str]| ObjectBuilder::new().schema_type(Type::String).enum_values(Some(values.to_vec()));
    match name {
        "Accept-Encoding" => one_of(&["identity"]),
        "Accept-Ranges" => one_of(&["bytes"]),
        "Content-Disposition" => {
            text("^attachment", 4096, "attachment; filename=\"setup.exe\"; filename*=UTF-8''setup.exe")
        }
        "Content-Range" => text("^bytes ([0-9]+-[0-9]+|\\*)/[0-9]+$", 80, "bytes 0-499/1000"),
        "ETag" => text("^\"[0-9a-f]{1,64}\"$", 66, "\"3\""),
        "Next-Cursor" => text("^[A-Za-z0-9_-]+$", CURSOR_MAX, "AbCd"),
        "Retry-After" => number(1, LONGEST_RETRY.into(), 30),
        "Set-Cookie" => text(
            "^(__Host-)?[a-z_]+=[A-Za-z0-9_-]*; Path=/; Max-Age=[0-9]+; HttpOnly; SameSite=Strict(; Secure)?$",
            512,
            "__Host-countersign_session=css_01ARZ3NDEKTSV4RRFFQ69G5FAV_A1b2; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure",
        ),
        "Upload-Complete" => one_of(&["?1", "?0"]),
        "Upload-Length" | "Upload-Offset" => number(0, LARGEST_INTEGER, 1_048_576),
        "Upload-Limit" => text(
            "^max-size=[0-9]+(, min-append-size=[0-9]+, max-age=[0-9]+)?$",
            128,
            "max-size=104857600, min-append-size=262144, max-age=86400",
        ),
        REQUEST_ID => text("^[A-Za-z0-9_.:-]+$", 64, "4bf92f3577b34da6a3ce929d0e0e4736"),
        "WWW-Authenticate" => one_of(&["Bearer"]),
        // The test of answers finds a text without a bound.
        _ => ObjectBuilder::new().schema_type(Type::String),
    }
}
