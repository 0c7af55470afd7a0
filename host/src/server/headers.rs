//! The `spin-*` headers that tell a component how it was reached. Headers with such names from clients are removed.

use std::net::SocketAddr;

use http::header::{CONNECTION, HOST, HeaderMap, HeaderName, HeaderValue, STRICT_TRANSPORT_SECURITY};
use http::uri::{Authority, Scheme};
use http::{Request, Uri};

use crate::outbound::chained_component;
use crate::routes::RouteMatch;

const PREFIX: &str = "spin-";
/// For a year, browsers call this host by no other way than TLS (RFC 6797).
const STRICTLY_SECURE: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Tells the client to come back by TLS alone, unless a component has said how long.
pub(super) fn insist_on_tls(headers: &mut HeaderMap) {
    headers.entry(STRICT_TRANSPORT_SECURITY).or_insert(STRICTLY_SECURE);
}

/// Gives a request its absolute address. `None` if it names no host, or two.
pub(super) fn make_absolute<B>(request: &mut Request<B>, scheme: &Scheme) -> Option<()> {
    let mut parts = request.uri().clone().into_parts();
    let mut named = request.headers().get_all(HOST).iter();
    let header = match (named.next(), named.next()) {
        (Some(host), None) => Some(host.to_str().ok()?.parse::<Authority>().ok()?),
        (None, _) => None,
        (Some(_), Some(_)) => return None,
    };
    let authority = match (header, parts.authority.take()) {
        (Some(header), Some(address)) if header == address => address,
        (Some(_), Some(_)) | (None, None) => return None,
        (Some(authority), None) | (None, Some(authority)) => authority,
    };
    parts.authority = Some(authority);
    parts.scheme = Some(scheme.clone());
    *request.uri_mut() = Uri::from_parts(parts).ok()?;
    Some(())
}

/// Sets the headers of a request that matched a route. Its address must be absolute.
pub(super) fn describe<B>(request: &mut Request<B>, found: &RouteMatch, client: SocketAddr) {
    let full_url = request.uri().to_string();
    let headers = request.headers_mut();
    strip(headers);
    let mut set = |name: HeaderName, value: &str| {
        // A path can contain bytes that a header cannot; the component can still read the path itself.
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            headers.insert(name, value);
        }
    };
    set(HeaderName::from_static("spin-full-url"), &full_url);
    set(HeaderName::from_static("spin-path-info"), &found.path_info);
    set(HeaderName::from_static("spin-matched-route"), found.matched_route());
    set(HeaderName::from_static("spin-raw-component-route"), &found.raw_route);
    set(HeaderName::from_static("spin-component-route"), found.route_prefix());
    set(HeaderName::from_static("spin-base-path"), "/");
    set(HeaderName::from_static("spin-client-addr"), &client.to_string());
    for (name, value) in &found.parameters {
        let name = format!("spin-path-match-{}", name.to_ascii_lowercase().replace('_', "-"));
        if let Ok(name) = HeaderName::try_from(name) {
            set(name, value);
        }
    }
}

fn strip(headers: &mut HeaderMap) {
    let forged: Vec<HeaderName> =
        headers.keys().filter(|name| name.as_str().starts_with(PREFIX)).cloned().collect();
    for name in forged {
        headers.remove(name);
    }
    headers.remove(CONNECTION);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    if host.is_some_and(|host| chained_component(host).is_some()) {
        headers.remove(HOST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Route;
    use crate::routes::Router;

    fn request(target: &str, headers: &[(&str, &str)]) -> Request<()> {
        let mut request = Request::builder().uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap()
    }

    #[test]
    fn a_component_learns_how_it_was_reached() {
        let mut request = request(
            "/v1/organizations/org_1/groups?limit=5",
            &[("host", "approve.example:3000"), ("spin-client-addr", "6.6.6.6:1"), ("spin-forged", "x")],
        );
        make_absolute(&mut request, &Scheme::HTTPS).unwrap();
        let route = Route::Public("/v1/organizations/:org/...".into());
        let found = Router::new([("c", &route)]).unwrap().find(request.uri().path()).unwrap();
        describe(&mut request, &found, "127.0.0.1:5000".parse().unwrap());
        let expected = [
            ("spin-full-url", "https://approve.example:3000/v1/organizations/org_1/groups?limit=5"),
            ("spin-path-info", "/groups"),
            ("spin-matched-route", "/v1/organizations/:org/..."),
            ("spin-raw-component-route", "/v1/organizations/:org/..."),
            ("spin-component-route", "/v1/organizations/:org"),
            ("spin-base-path", "/"),
            ("spin-client-addr", "127.0.0.1:5000"),
            ("spin-path-match-org", "org_1"),
        ];
        for (name, value) in expected {
            assert_eq!(request.headers()[name], value, "{name}");
        }
        assert!(!request.headers().contains_key("spin-forged"));
    }

    #[test]
    fn a_request_must_name_one_host() {
        let cases = [
            ("/", vec!["a.example"], true),
            ("http://a.example/", vec![], true),
            ("http://a.example/", vec!["a.example"], true),
            ("http://a.example/", vec!["b.example"], false),
            ("/", vec![], false),
            ("/", vec!["a.example", "a.example"], false),
            ("/", vec!["a b"], false),
        ];
        for (target, hosts, fine) in cases {
            let headers: Vec<_> = hosts.iter().map(|host| ("host", *host)).collect();
            let absolute = make_absolute(&mut request(target, &headers), &Scheme::HTTP);
            assert_eq!(absolute.is_some(), fine, "{target} {hosts:?}");
        }
    }
}
