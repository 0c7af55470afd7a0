//! The way of a request from WASI to axum, and of the response back. Bodies stream both ways.
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, HttpBody};
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

/// Hands the response to the host. The bytes of a body that is there as a whole are offered together with its end: offered one after the
/// other, the host would have to come back to the instance in between.
fn to_host(response: Response) -> Result<types::Response, ErrorCode> {
    let (parts, mut body) = response.into_parts();
    let headers = Fields::try_from(parts.headers).map_err(|error| unsendable(&error))?;
    let (writer, bytes, result) = BodyWriter::new();
    let BodyWriter { mut stream_writer, result_writer, .. } = writer;
    let length = body.size_hint().exact();
    let (answer, _) = types::Response::new(headers, (length != Some(0)).then_some(bytes), result);
    let set = answer.set_status_code(parts.status.as_u16());
    set.map_err(|()| ErrorCode::InternalError(Some("no status of HTTP".to_owned())))?;
    spawn(async move {
        let sent = async {
            while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
                let bytes = frame.map_err(|error| unsendable(&error))?.into_data().unwrap_or_default();
                if !bytes.is_empty() && !stream_writer.write_all(bytes.into()).await.is_empty() {
                    // The client has gone.
                    break;
                }
            }
            drop(stream_writer);
            Ok(None)
        };
        // Neither is taken if the client has gone.
        if length.is_some() {
            let _ = join(sent, result_writer.write(Ok(None))).await;
        } else {
            let end = sent.await;
            let _ = result_writer.write(end).await;
        }
    });
    Ok(answer)
}

fn unsendable(error: &dyn std::error::Error) -> ErrorCode {
    ErrorCode::InternalError(Some(error.to_string()))
}

async fn answer(router: Router, request: http::Request<Body>) -> Response {
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
