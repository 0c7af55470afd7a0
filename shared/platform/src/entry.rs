//! The way of a request from WASI to axum, and of the response back. Bodies stream both ways.
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, HttpBody, to_bytes};
use axum::response::{IntoResponse, Response};
use countersign_http::{Code, Problem, Services};
use countersign_kv::{Random, request};
use countersign_store::keys;
use futures::future::join;
use http::{HeaderMap, HeaderName};
use spin_sdk::http::{FromRequest, Request};
use spin_sdk::wasip3::http::types::{self, ErrorCode, Fields};
use spin_sdk::wasip3::http_compat::BodyWriter;
use spin_sdk::wit_bindgen::spawn;
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
        to_host(response)
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

/// The most bytes of a body that is offered at once.
const WHOLE: u64 = 1024 * 1024;

/// Hands the response to the host. The bytes of a body that is there as a whole are offered together with its end: offered one after the
/// other, the host would have to come back to the instance in between.
fn to_host(response: Response) -> Result<types::Response, ErrorCode> {
    let length = response.body().size_hint().exact();
    let Some(length) = length.filter(|length| *length <= WHOLE) else {
        return spin_sdk::http::IntoResponse::into_response(response);
    };
    let (parts, body) = response.into_parts();
    let unsendable = |error: &dyn std::error::Error| ErrorCode::InternalError(Some(error.to_string()));
    let headers = Fields::try_from(parts.headers).map_err(|error| unsendable(&error))?;
    let (BodyWriter { mut stream_writer, result_writer, .. }, bytes, result) = BodyWriter::new();
    let (answer, _) = types::Response::new(headers, (length > 0).then_some(bytes), result);
    let set = answer.set_status_code(parts.status.as_u16());
    set.map_err(|()| ErrorCode::InternalError(Some("no status of HTTP".to_owned())))?;
    spawn(async move {
        // A body whose length is known from the start has its bytes.
        let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let bytes = async {
            if !bytes.is_empty() {
                stream_writer.write_all(bytes.into()).await;
            }
            drop(stream_writer);
        };
        // Neither is taken if the client has gone.
        let _ = join(bytes, result_writer.write(Ok(None))).await;
    });
    Ok(answer)
}

async fn answer(router: Router, request: http::Request<Body>) -> Response {
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
