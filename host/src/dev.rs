//! The host's additions for development, only on a loopback listener and never through the manifest: the mailbox
//! (`/_mailbox`), the key-value counts (`/_stats`) and the tick.

pub mod card;
pub mod mailbox;
mod page;
pub(crate) mod tick;

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode, Uri, header, request};
use jiff::Timestamp;

pub use self::mailbox::{Mailbox, Message};
use crate::kv::Counters;

/// The host name that the `dev` provider sends to. Only this host answers; elsewhere the name does not resolve and the
/// delivery fails visibly.
pub const MAILBOX_HOST: &str = "mailbox.countersign.internal";

/// The longest body that a development page reads.
pub const MAX_BODY: usize = 1024 * 1024;

/// The development pages and their data.
#[derive(Debug, Default)]
pub struct Development {
    mailbox: Mailbox,
    counters: Arc<Counters>,
    /// A real provider is set, so there are real people, and nothing is caught or shown.
    is_closed: bool,
}

impl Development {
    /// Pages with these counts and a new mailbox.
    pub fn new(counters: Arc<Counters>) -> Self {
        Self { mailbox: Mailbox::default(), counters, is_closed: false }
    }

    /// Pages with these counts and no mailbox, for a deployment with a real provider.
    pub fn without_mailbox(counters: Arc<Counters>) -> Self {
        Self { is_closed: true, ..Self::new(counters) }
    }

    /// The caught messages.
    pub fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// Whether a request to the listener is for a development page; all others go to the manifest's routes.
    pub fn owns(path: &str) -> bool {
        matches!(path, "/_mailbox" | "/_mailbox/" | "/_mailbox.json" | "/_stats")
    }

    /// Answers a request for which [`Development::owns`] is true.
    pub fn answer(&self, request: &request::Parts) -> Response<Bytes> {
        if !asks_loopback(&request.headers, &request.uri) {
            // A web page that resolves its own name to this machine must not read the mail.
            return plain(StatusCode::FORBIDDEN, "only by a loopback name, such as http://127.0.0.1:3000\n");
        }
        if FORWARDED.iter().any(|name| request.headers.contains_key(*name)) {
            return plain(StatusCode::FORBIDDEN, "not through a proxy: others could read the mail\n");
        }
        if self.is_closed && request.uri.path() != "/_stats" {
            return plain(StatusCode::NOT_FOUND, "there is no mailbox once a real provider is set\n");
        }
        match (&request.method, request.uri.path()) {
            (&Method::GET, "/_stats") => json(&self.counters.snapshot()),
            (&Method::DELETE, "/_stats") => {
                self.counters.reset();
                empty()
            }
            (&Method::GET, "/_mailbox.json") => json(&self.mailbox.messages()),
            (&Method::GET, "/_mailbox" | "/_mailbox/") if wants_json(request) => {
                json(&self.mailbox.messages())
            }
            (&Method::GET, "/_mailbox" | "/_mailbox/") => html(page::mailbox(&self.mailbox.messages())),
            (&Method::DELETE, "/_mailbox" | "/_mailbox/" | "/_mailbox.json") => {
                self.mailbox.clear();
                empty()
            }
            _ => plain(StatusCode::METHOD_NOT_ALLOWED, "GET reads, DELETE empties\n"),
        }
    }

    /// Whether an outbound request to this host (without port) is for the mailbox.
    pub fn catches(host: &str) -> bool {
        host.eq_ignore_ascii_case(MAILBOX_HOST)
    }

    /// Catches a message that the `dev` provider sends; `now` is shown with it.
    pub fn catch(&self, request: &request::Parts, body: &[u8], now: Timestamp) -> Response<Bytes> {
        if self.is_closed {
            let why = "there is no mailbox once a real provider is set: set both, `email_provider` and `sms_provider`\n";
            return plain(StatusCode::NOT_FOUND, why);
        }
        match Message::parse(request.uri.path(), body, now) {
            Ok(message) => {
                let number = self.mailbox.put(message);
                json(&serde_json::json!({ "id": number.to_string() }))
            }
            Err(reason) => plain(StatusCode::UNPROCESSABLE_ENTITY, &format!("{reason}\n")),
        }
    }
}

/// What proxies add to a request that they forward: its client is not on this machine, although the connection is.
const FORWARDED: [&str; 6] =
    ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"];

/// Whether a request is to a name that means this machine alone.
pub(crate) fn asks_loopback(headers: &HeaderMap, uri: &Uri) -> bool {
    let asked = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let Some(authority) = asked.or_else(|| uri.authority().map(http::uri::Authority::as_str)) else {
        return false;
    };
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

fn wants_json(request: &request::Parts) -> bool {
    let accept = request.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("application/json"))
}

fn json(value: &impl serde::Serialize) -> Response<Bytes> {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    respond(StatusCode::OK, "application/json", text)
}

fn html(text: String) -> Response<Bytes> {
    respond(StatusCode::OK, "text/html; charset=utf-8", text)
}

fn plain(status: StatusCode, text: &str) -> Response<Bytes> {
    respond(status, "text/plain; charset=utf-8", text.to_owned())
}

fn empty() -> Response<Bytes> {
    respond(StatusCode::NO_CONTENT, "text/plain; charset=utf-8", String::new())
}

fn respond(status: StatusCode, content_type: &'static str, text: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let mut set = |name, value| headers.insert(name, header::HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, content_type);
    set(header::CACHE_CONTROL, "no-store");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'");
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(development: &Development, method: Method, path: &str, host: &str) -> Response<Bytes> {
        let request = http::Request::builder().method(method).uri(path).header(header::HOST, host);
        development.answer(&request.body(()).unwrap().into_parts().0)
    }

    fn post(development: &Development, body: &[u8]) -> Response<Bytes> {
        let request = http::Request::post(format!("http://{MAILBOX_HOST}/email")).body(()).unwrap();
        development.catch(&request.into_parts().0, body, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn the_mailbox_is_closed_to_proxies_and_once_a_real_provider_is_set() {
        let open = Development::new(Arc::default());
        for name in FORWARDED {
            let request = http::Request::get("/_mailbox")
                .header(header::HOST, "127.0.0.1:3000")
                .header(name, "192.0.2.1");
            let parts = request.body(()).unwrap().into_parts().0;
            assert_eq!(open.answer(&parts).status(), StatusCode::FORBIDDEN, "{name}");
        }
        let closed = Development::without_mailbox(Arc::default());
        for (path, status) in [("/_mailbox", 404), ("/_mailbox.json", 404), ("/_stats", 200)] {
            assert_eq!(ask(&closed, Method::GET, path, "127.0.0.1:3000").status(), status, "{path}");
        }
        let message = br#"{"from":"a@b.example","to":"c@d.example","subject":"s","text":"t"}"#;
        assert_eq!(post(&closed, message).status(), StatusCode::NOT_FOUND);
        assert!(closed.mailbox().messages().is_empty());
    }

    #[test]
    fn caught_mail_is_shown_and_can_be_emptied() {
        let development = Development::default();
        assert_eq!(post(&development, br#"{"to":"a@b.example","text":"<hello>"}"#).status(), StatusCode::OK);
        assert_eq!(post(&development, b"{}").status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = ask(&development, Method::GET, "/_mailbox", "127.0.0.1:3000");
        assert!(String::from_utf8_lossy(page.body()).contains("&lt;hello&gt;"));
        let list = ask(&development, Method::GET, "/_mailbox.json", "localhost:3000");
        let messages: Vec<Message> = serde_json::from_slice(list.body()).unwrap();
        assert_eq!((messages.len(), messages[0].to.as_str()), (1, "a@b.example"));
        assert_eq!(
            ask(&development, Method::DELETE, "/_mailbox", "[::1]:3000").status(),
            StatusCode::NO_CONTENT
        );
        assert!(development.mailbox().messages().is_empty());
    }

    #[test]
    fn counts_are_shown_and_can_be_reset() {
        let counters = Arc::new(Counters::default());
        let development = Development::new(counters.clone());
        counters.record("submit-request", "get", 0);
        counters.record("submit-request", "set-many", 1);
        counters.record_other("submit-request", "get-variable");
        let stats = ask(&development, Method::GET, "/_stats", "127.0.0.1");
        let stats: serde_json::Value = serde_json::from_slice(stats.body()).unwrap();
        assert_eq!(stats["submit-request"]["reads"], 1);
        assert_eq!(stats["submit-request"]["write_transactions"], 1);
        assert_eq!(stats["submit-request"]["operations"]["set-many"], 1);
        assert_eq!(stats["submit-request"]["other_calls"]["get-variable"], 1);
        ask(&development, Method::DELETE, "/_stats", "127.0.0.1");
        assert!(counters.snapshot().is_empty());
    }

    #[test]
    fn another_name_for_this_machine_shows_nothing() {
        let development = Development::default();
        for host in ["evil.example", "evil.example:3000", "127.0.0.1.evil.example", "192.168.0.1:3000"] {
            let answer = ask(&development, Method::GET, "/_mailbox", host);
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{host}");
        }
        assert_eq!(
            ask(&development, Method::POST, "/_stats", "127.0.0.1").status(),
            StatusCode::METHOD_NOT_ALLOWED
        );
    }
}
