//! A file as a response: its type, its encoding, how it may be cached, and what browsers may do with it.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::files::{Bytes, Encoding, File, POLICY};

const SAFETY: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Where files are whose address changes with their contents.
pub const KEPT: &str = "/assets/";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const REVALIDATED: &str = "no-cache";

/// The file in the encoding that the caller prefers, or 304 if the caller has it. Browsers keep the files below `/assets/`
/// and ask each time whether the page has changed, so that a new version of the console shows at once.
pub fn file(file: &File, headers: &HeaderMap, status: StatusCode) -> Response {
    let encoding = match file.bytes {
        Bytes::AsIs(_) => Encoding::Identity,
        Bytes::Compressed { .. } => preferred(headers),
    };
    let tag = tag(file, encoding);
    let caching = if file.path.starts_with(KEPT) { FOR_EVER } else { REVALIDATED };
    let kept = [(ETAG, tag.as_str()), (CACHE_CONTROL, caching), (VARY, "Accept-Encoding")];
    if status == StatusCode::OK && has_already(headers, file.tag) {
        return (StatusCode::NOT_MODIFIED, SAFETY, kept).into_response();
    }
    let Some(body) = body(&file.bytes, encoding) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = (status, SAFETY, kept, [(CONTENT_TYPE, file.content_type)], body).into_response();
    if let Some(name) = encoding.name() {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    response
}

fn body(bytes: &Bytes, encoding: Encoding) -> Option<Body> {
    Some(match (bytes, encoding) {
        (Bytes::AsIs(bytes), _) => Body::from(*bytes),
        (Bytes::Compressed { brotli, .. }, Encoding::Brotli) => Body::from(*brotli),
        (Bytes::Compressed { gzip, .. }, Encoding::Gzip) => Body::from(*gzip),
        (Bytes::Compressed { gzip, size, .. }, Encoding::Identity) => {
            Body::from(Bytes::inflated(gzip, *size)?)
        }
    })
}

/// The entity tag, which differs by encoding.
fn tag(file: &File, encoding: Encoding) -> String {
    encoding.name().map_or_else(|| format!("\"{}\"", file.tag), |name| format!("\"{}-{name}\"", file.tag))
}

/// Whether the caller is a browser that loads a page.
pub fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// The smallest encoding that the caller takes, as RFC 9110 §12.5.3 says; a weight other than 0 does not change the order.
fn preferred(headers: &HeaderMap) -> Encoding {
    let lists = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let accepted: Vec<(&str, bool)> = lists.flat_map(|list| list.split(',')).map(weighed).collect();
    let takes = |name: &str| {
        let named = |wanted: &str| {
            accepted.iter().find(|(one, _)| one.eq_ignore_ascii_case(wanted)).map(|(_, takes)| *takes)
        };
        named(name).or_else(|| named("*")).unwrap_or(false)
    };
    if takes("br") {
        Encoding::Brotli
    } else if takes("gzip") {
        Encoding::Gzip
    } else {
        Encoding::Identity
    }
}

/// `gzip;q=0.5` → its name, and whether its weight is more than 0.
fn weighed(one: &str) -> (&str, bool) {
    let (name, parameters) = one.split_once(';').unwrap_or((one, ""));
    let weight = parameters.trim().strip_prefix("q=").unwrap_or("1").trim();
    (name.trim(), weight.bytes().any(|digit| (b'1'..=b'9').contains(&digit)))
}

/// Whether the caller names the file in any of its encodings: what it has is the same file.
fn has_already(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|list| list.split(',')).any(|one| {
        let one = one.trim();
        let bare = one.strip_prefix("W/").unwrap_or(one).trim_matches('"');
        one == "*"
            || bare == tag
            || ["br", "gzip"].iter().any(|name| bare.strip_suffix(name) == Some(&format!("{tag}-")))
    })
}
