//! Calls over HTTP, as any program would make them.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Body, ClientBuilder, Method, RequestBuilder};
use serde_json::Value;

/// A deployment's HTTP interface.
#[derive(Clone)]
pub struct Api {
    base: String,
    client: reqwest::Client,
}

/// A call in the making.
pub struct Call(RequestBuilder);

/// An answer, whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// The beginnings of a client. Fails to choose the provider of TLS if the process has one already, which is just as good.
pub(crate) fn client() -> ClientBuilder {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}

impl Api {
    /// The interface at an origin such as `http://127.0.0.1:3000`.
    pub fn new(base: String) -> Self {
        Self::with(base, client())
    }

    /// The same at an origin that shows a certificate (PEM) which no authority has signed.
    pub fn trusting(base: String, certificate: &str) -> Self {
        let trusted = reqwest::Certificate::from_pem(certificate.as_bytes()).expect("a certificate");
        Self::with(base, client().tls_certs_merge([trusted]))
    }

    /// The same at a name that leads to this listener, as it sees a client that has this address of the machine.
    pub fn named(name: &str, listener: SocketAddr, certificate: &str, address: IpAddr) -> Self {
        let trusted = reqwest::Certificate::from_pem(certificate.as_bytes()).expect("a certificate");
        let client = client().tls_certs_merge([trusted]).resolve(name, listener).local_address(address);
        Self::with(format!("https://{name}:{}", listener.port()), client)
    }

    fn with(base: String, client: ClientBuilder) -> Self {
        // Each request has an id of its own unless it brings one, and so would each problem.
        let id = HeaderMap::from_iter([(
            HeaderName::from_static("x-request-id"),
            HeaderValue::from_static("of-a-test"),
        )]);
        let client = client
            .default_headers(id)
            .timeout(Duration::from_secs(60))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        Self { base, client }
    }

    /// Its origin, as browsers send it.
    pub fn origin(&self) -> &str {
        self.base.trim_end_matches('/')
    }

    /// Any call.
    pub fn call(&self, method: Method, path: &str) -> Call {
        Call(self.client.request(method, format!("{}{path}", self.base)))
    }

    /// A `GET`.
    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    /// A `POST`.
    pub fn post(&self, path: &str) -> Call {
        self.call(Method::POST, path)
    }

    /// A `PUT`.
    pub fn put(&self, path: &str) -> Call {
        self.call(Method::PUT, path)
    }

    /// A `DELETE`.
    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }
}

impl Call {
    /// With a bearer token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        Self(self.0.bearer_auth(token))
    }

    /// With a header.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        Self(self.0.json(body))
    }

    /// With a body of any type.
    #[must_use]
    pub fn body(self, content_type: &str, body: impl Into<Body>) -> Self {
        Self(self.0.header("content-type", content_type).body(body))
    }

    /// Makes the call; `None` when no answer came.
    pub async fn try_send(self) -> Option<Answer> {
        let response = self.0.send().await.ok()?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.ok()?.to_vec();
        Some(Answer { status, headers, body })
    }

    /// Makes the call.
    pub async fn send(self) -> Answer {
        self.try_send().await.expect("an answer")
    }
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header; empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header as text"))
    }

    /// The answer, which must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// A text of the JSON body, by pointer.
    #[track_caller]
    pub fn text_at(&self, pointer: &str) -> String {
        let json = self.json();
        let found = json.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("no text at {pointer} of {json}")).to_owned()
    }

    /// The code of a problem, checked to be one with this status.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        assert_eq!(self.json()["status"], status);
        self.text_at("/code")
    }
}
