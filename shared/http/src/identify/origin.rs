//! The `Origin` check: a browser also sends the console's cookie with other sites' requests, so a change made with the
//! cookie must come from the console itself.
use http::header::{HOST, ORIGIN};
use http::request::Parts;
use http::{Method, Uri};

use crate::problem::{Code, Problem};
use crate::services::Services;

/// Refuses a changing request that no page of this deployment has sent.
///
/// # Errors
/// 403 `foreign-origin`.
pub(super) async fn require_own_origin(parts: &Parts, services: &Services) -> Result<(), Problem> {
    if matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let mut sent = parts.headers.get_all(ORIGIN).iter();
    let origin = sent.next().filter(|_| sent.next().is_none()).and_then(|value| value.to_str().ok());
    let public_url = services.settings.get("public_url").await?;
    match origin {
        Some(origin) if is_origin_of(origin, &public_url) || is_host_of(origin, parts) => Ok(()),
        _ => Err(Problem::new(
            Code::ForeignOrigin,
            "a change made with the session cookie must come from the console's own pages",
        )),
    }
}

/// Whether `origin` is the scheme and authority of `url`.
fn is_origin_of(origin: &str, url: &str) -> bool {
    let (Some(origin), Some(url)) = (parse(origin), parse(url)) else { return false };
    origin.scheme() == url.scheme() && origin.authority() == url.authority()
}

/// Whether the page came from the host that the request goes to. A page of another site cannot make a browser send
/// this.
fn is_host_of(origin: &str, parts: &Parts) -> bool {
    let sent = parts.headers.get(HOST).and_then(|value| value.to_str().ok());
    let host = sent.or_else(|| parts.uri.authority().map(|authority| authority.as_str()));
    let Some(origin) = parse(origin) else { return false };
    origin.authority().is_some_and(|authority| host.is_some_and(|host| *authority == *host))
}

fn parse(text: &str) -> Option<Uri> {
    let uri: Uri = text.parse().ok()?;
    matches!(uri.scheme_str(), Some("http" | "https")).then_some(uri)
}
