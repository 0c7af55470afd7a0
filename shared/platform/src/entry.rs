//! The way of a request from WASI to axum, and of the response back. Bodies stream both ways.
use std::sync::OnceLock;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use countersign_http::{Code, Problem, Services};
use spin_sdk::http::{FromRequest, Request};
use spin_sdk::wasip3::http::types::{self, ErrorCode};
use tower::ServiceExt;

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
                answer(router.clone(), request).await
            }
            Err(_) => Problem::new(Code::MalformedRequest, "the request line or a header cannot be read")
                .into_response(),
        };
        spin_sdk::http::IntoResponse::into_response(response)
    }
}

async fn answer(router: Router, request: http::Request<Body>) -> Response {
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
