//! The way of a request from WASI to axum, and of the response back. Bodies stream both ways.
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use countersign_http::{Code, Problem, Services};
use countersign_kv::{Random, request};
use countersign_store::keys;
use http::{HeaderMap, HeaderName};
use spin_sdk::http::{FromRequest, Request};
use spin_sdk::wasip3::http::types::{self, ErrorCode};
use tower::ServiceExt;

use crate::outbound::{ID, TRACE};
use crate::random::SeededRandom;

/// Serves the requests of one instance. Made by [`serve!`](crate::serve).
pub struct Entry {
    make: fn(Services) -> Router,
    router: OnceLock<Router>,
}

impl Entry {
    /// An entry that builds its router at the first request.
    pub const fn new(make: fn(Services) -> Router) -> Self {
        Self { make, router: OnceLock::new() }
    }

    /// Answers one request.
    ///
    /// # Errors
    /// Only if the response cannot be handed to the host.
    pub async fn handle(&self, request: types::Request) -> Result<types::Response, ErrorCode> {
        let router = self.router.get_or_init(|| (self.make)(crate::services()));
        let response = match Request::from_request(request) {
            Ok(request) => {
                let request = request.map(Body::new);
                let context = Arc::new(context(request.headers()));
                request::within(context, answer(router.clone(), request)).await
            }
            Err(_) => Problem::new(Code::MalformedRequest, "the request line or a header cannot be read")
                .into_response(),
        };
        spin_sdk::http::IntoResponse::into_response(response)
    }
}

/// The id and the trace of a request. An id that nobody gave is that of the trace, or a random one.
fn context(headers: &HeaderMap) -> request::Request {
    let given = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let trace = given(TRACE);
    let id = given(ID).and_then(request::sane_id).or_else(|| trace.and_then(request::trace_id));
    let id = id.map_or_else(random_id, str::to_owned);
    request::Request { id, trace: trace.map(str::to_owned) }
}

fn random_id() -> String {
    let mut id = [0; 16];
    SeededRandom.bytes(&mut id);
    keys::hex(&id)
}

async fn answer(router: Router, request: http::Request<Body>) -> Response {
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
