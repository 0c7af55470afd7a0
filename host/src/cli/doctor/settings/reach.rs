//! How people and proxies reach the deployment, as far as the variables say.

use std::net::IpAddr;

use http::Uri;

use super::super::finding::Finding;
use crate::variables::several;

/// Whether links, cookies and pages of browsers work with this address.
pub(super) fn public_url(url: &str, tls: bool) -> Vec<Finding> {
    const CHECK: &str = "public_url";
    const SET: &str =
        "set it to the address at which people reach the console, such as https://countersign.example";
    if url.is_empty() {
        return vec![Finding::fault(CHECK, "it is empty: messages have no links", SET)];
    }
    let parsed: Option<Uri> = url.parse().ok();
    let parts =
        parsed.as_ref().and_then(|uri| Some((uri.scheme_str()?, uri.authority()?, uri.path_and_query())));
    let Some((scheme @ ("http" | "https"), authority, path)) = parts else {
        return vec![Finding::fault(CHECK, format!("`{url}` is no address of a server"), SET)];
    };
    if path.is_some_and(|path| path.as_str() != "/") || authority.as_str().contains('@') {
        let what = format!("`{url}` is more than scheme, name and port");
        return vec![Finding::fault(
            CHECK,
            what,
            "leave out what follows: the console is served at the root of its name",
        )];
    }
    let (host, port) = (authority.host(), authority.port_u16());
    if scheme == "http" {
        let is_here = is_loopback(host);
        return vec![match (tls, is_here) {
            (true, _) => Finding::fault(CHECK, format!("{url}, but the host speaks TLS"), SET),
            (false, true) => {
                Finding::warning(CHECK, format!("{url} is for people on this machine only"), SET)
            }
            (false, false) => Finding::fault(
                CHECK,
                format!(
                    "{url}: passwords and sessions travel unprotected, and browsers offer neither installation nor push messages"
                ),
                "put a proxy with TLS in front, or start the host with --tls-cert and --tls-key; then set the https:// address",
            ),
        }];
    }
    if port == Some(443) {
        let what = format!(
            "{url} names the usual port, which browsers leave out when they say where a page comes from"
        );
        return vec![Finding::warning(CHECK, what, "leave out `:443`")];
    }
    vec![Finding::ok(CHECK, url)]
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

/// Whether the addresses of clients can be told.
pub(super) fn trusted_proxies(text: &str, public_url: &str, tls: bool) -> Finding {
    const CHECK: &str = "trusted_proxies";
    const NAME_IT: &str = "name the address from which your proxy connects, and nothing else";
    let mut entries = 0;
    for entry in several(text) {
        entries += 1;
        match prefix(entry) {
            None => {
                let what = format!("`{entry}` is no address or network, and is left out");
                return Finding::fault(
                    CHECK,
                    what,
                    "write addresses or networks such as 192.0.2.0/24, separated by commas",
                );
            }
            Some(0) => {
                let what =
                    format!("`{entry}` is everybody: each client may claim any address in X-Forwarded-For");
                return Finding::fault(CHECK, what, NAME_IT);
            }
            Some(_) => {}
        }
    }
    match entries {
        0 if !tls && public_url.starts_with("https://") => {
            let what = "none, but a proxy must be there for TLS: all requests seem to come from it";
            Finding::warning(CHECK, what, NAME_IT)
        }
        0 => Finding::ok(CHECK, "none: the address of a client is that of its connection"),
        _ => Finding::ok(CHECK, text),
    }
}

/// The bits that all addresses of a network share.
fn prefix(entry: &str) -> Option<u8> {
    let (address, bits) =
        entry.split_once('/').map_or((entry, None), |(address, bits)| (address, Some(bits)));
    let width = if address.parse::<IpAddr>().ok()?.is_ipv4() { 32 } else { 128 };
    match bits {
        None => Some(width),
        Some(bits) => bits.parse().ok().filter(|bits| *bits <= width),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::finding::State::{self, Fault, Ok, Warning};
    use super::*;

    #[test]
    fn an_address_that_people_can_safely_use_is_asked_for() {
        let cases: &[(&str, bool, State, &str)] = &[
            ("https://countersign.example", false, Ok, ""),
            ("https://countersign.example/", true, Ok, ""),
            ("https://countersign.example:8443", false, Ok, ""),
            ("https://countersign.example:443", false, Warning, "leave out"),
            ("http://127.0.0.1:3000", false, Warning, "this machine only"),
            ("http://localhost:3000", false, Warning, "this machine only"),
            ("http://[::1]:3000", false, Warning, "this machine only"),
            ("http://127.0.0.1:3000", true, Fault, "speaks TLS"),
            ("http://countersign.example", false, Fault, "unprotected"),
            ("https://countersign.example/approvals", false, Fault, "more than"),
            ("https://countersign.example/?a=b", false, Fault, "more than"),
            ("https://user@countersign.example", false, Fault, "more than"),
            ("countersign.example", false, Fault, "no address"),
            ("ftp://countersign.example", false, Fault, "no address"),
            ("https://", false, Fault, "no address"),
            ("", false, Fault, "empty"),
        ];
        for (url, tls, state, said) in cases {
            let found = public_url(url, *tls);
            assert_eq!(found.len(), 1, "{url}");
            assert_eq!(found[0].state, *state, "{url}: {found:?}");
            let text = format!("{} {}", found[0].found, found[0].advice.clone().unwrap_or_default());
            assert!(text.contains(said), "{url}: {text}");
        }
    }

    #[test]
    fn a_proxy_is_named_where_there_must_be_one_and_nobody_else_is() {
        let public = "https://countersign.example";
        let cases = [
            ("", public, false, Warning),
            ("", public, true, Ok),
            ("", "http://127.0.0.1:3000", false, Ok),
            ("127.0.0.1, ::1 10.0.0.0/8", public, false, Ok),
            ("proxy.example", public, false, Fault),
            ("10.0.0.0/33", public, false, Fault),
            ("127.0.0.1,0.0.0.0/0", public, false, Fault),
            ("::/0", public, false, Fault),
        ];
        for (text, url, tls, state) in cases {
            let found = trusted_proxies(text, url, tls);
            assert_eq!(found.state, state, "{text}: {found:?}");
        }
    }
}
