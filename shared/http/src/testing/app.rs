//! In-process calls to a function's router.
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::header::IntoHeaderName;
use http::header::{CONTENT_TYPE, IF_MATCH};
use http::{HeaderMap, Method, Request, Response};
use http_body_util::BodyExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower::ServiceExt;

/// A function's router over a [`World`](super::World).
#[derive(Clone, Debug)]
pub struct TestApp {
    router: Router,
}

impl TestApp {
    /// An app around a router.
    pub fn new(router: Router) -> Self {
        Self { router }
    }

    /// Passes a request on as it is.
    pub async fn pass(&self, request: Request<Bytes>) -> Response<Bytes> {
        let answer = self.router.clone().oneshot(request.map(Body::from)).await;
        let (parts, body) = answer.expect("a router never fails").into_parts();
        Response::from_parts(parts, body.collect().await.expect("a body of a test").to_bytes())
    }

    /// Begins a `GET`.
    pub fn get(&self, path: &str) -> TestRequest {
        self.call(Method::GET, path)
    }

    /// Begins a `POST`.
    pub fn post(&self, path: &str) -> TestRequest {
        self.call(Method::POST, path)
    }

    /// Begins a `PUT`.
    pub fn put(&self, path: &str) -> TestRequest {
        self.call(Method::PUT, path)
    }

    /// Begins a `PATCH`.
    pub fn patch(&self, path: &str) -> TestRequest {
        self.call(Method::PATCH, path)
    }

    /// Begins a `DELETE`.
    pub fn delete(&self, path: &str) -> TestRequest {
        self.call(Method::DELETE, path)
    }

    /// Begins a call with any method.
    pub fn call(&self, method: Method, path: &str) -> TestRequest {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().expect("a path of a test");
        TestRequest { router: self.router.clone(), request }
            .header("host", "countersign.test")
            .header("spin-client-addr", "192.0.2.10:49152")
    }
}

/// A call that is being built.
#[derive(Debug)]
pub struct TestRequest {
    router: Router,
    request: Request<Body>,
}

impl TestRequest {
    /// With `Authorization: Bearer`.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// With the console's cookie.
    #[must_use]
    pub fn cookie(self, token: &str) -> Self {
        self.header("cookie", &format!("{}={token}", crate::identify::SESSION_COOKIE))
    }

    /// With another header.
    #[must_use]
    pub fn header(mut self, name: impl IntoHeaderName, value: &str) -> Self {
        let value = value.parse().expect("a header of a test");
        self.request.headers_mut().append(name, value);
        self
    }

    /// With `If-Match` for a revision.
    #[must_use]
    pub fn if_match(self, revision: u64) -> Self {
        self.header(IF_MATCH, &format!("\"{revision}\""))
    }

    /// With `Idempotency-Key`.
    #[must_use]
    pub fn idempotency_key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: impl Serialize) -> Self {
        let bytes = serde_json::to_vec(&body).expect("a body of a test");
        self.body("application/json", bytes)
    }

    /// With any body.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: impl Into<Body>) -> Self {
        let content_type = content_type.parse().expect("a content type of a test");
        self.request.headers_mut().insert(CONTENT_TYPE, content_type);
        *self.request.body_mut() = body.into();
        self
    }

    /// Makes the call.
    pub async fn send(self) -> TestResponse {
        let response = self.router.oneshot(self.request).await.expect("a router never fails");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the body of an answer").to_bytes();
        TestResponse { status: parts.status.as_u16(), headers: parts.headers, body }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct TestResponse {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl TestResponse {
    /// The body as JSON; null if it is empty.
    pub fn json(&self) -> Value {
        if self.body.is_empty() { Value::Null } else { self.into_type() }
    }

    /// The body as a type.
    pub fn into_type<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value; empty if it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header as text"))
    }

    /// The `code` of a problem. Panics if the answer is not a problem.
    pub fn code(&self) -> String {
        assert_eq!(self.header("content-type"), crate::PROBLEM_JSON, "{}: {}", self.status, self.text());
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "the problem repeats the status");
        problem["code"].as_str().expect("a problem has a code").to_owned()
    }

    /// The pointers of a problem's `errors`.
    pub fn pointers(&self) -> Vec<String> {
        let problem = self.json();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["pointer"].as_str().unwrap_or_default().to_owned()).collect()
    }
}
