//! A file as a response: its type, how it may be cached, and what browsers may do with it.

use axum::response::{IntoResponse, Response};
use http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, StatusCode};

use crate::files::File;

/// Only own scripts, styles and calls; no frames; forms are never submitted anywhere.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                          img-src 'self' data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

const SAFETY: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// The file, or 304 if the caller has this version. Browsers may cache it but revalidate every time, so that a new
/// version of the console shows at once.
pub fn file(file: &File, headers: &HeaderMap, status: StatusCode) -> Response {
    let tag = file.tag();
    let kept = [(ETAG, tag), (CACHE_CONTROL, "no-cache")];
    if status == StatusCode::OK && has_already(headers, tag) {
        return (StatusCode::NOT_MODIFIED, SAFETY, kept).into_response();
    }
    (status, SAFETY, kept, [(CONTENT_TYPE, file.content_type)], file.text).into_response()
}

/// Whether the caller is a browser that loads a page.
pub fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

fn has_already(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|list| list.split(',')).any(|one| {
        let one = one.trim();
        one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag
    })
}
