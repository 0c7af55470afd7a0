//! The line of a request in the log, written when its answer has ended: never its query, its headers or its body.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http::header::HeaderValue;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use tracing::Level;
use wasmtime_wasi_http::Error;

use super::dispatch::RESERVED;
use crate::body::Body;
use crate::routes::Router;

/// The target of these lines, by which a filter of the log can name them.
pub(crate) const TARGET: &str = "request";
/// The most bytes of a path that are written.
const PATH_MAX: usize = 256;

/// What is known of a request when it comes.
pub(super) struct Line {
    id: HeaderValue,
    method: http::Method,
    path: String,
    component: String,
    route: String,
    began: Instant,
}

impl Line {
    /// `None` if these lines are not logged: then it costs nothing.
    pub(super) fn begin<B>(request: &Request<B>, id: &HeaderValue, router: &Router) -> Option<Self> {
        if !tracing::enabled!(target: TARGET, Level::INFO) {
            return None;
        }
        let path = request.uri().path();
        let found = router.find(path).filter(|_| !path.starts_with(RESERVED));
        let route = found.as_ref().map_or("", |found| found.matched_route()).to_owned();
        let mut path = path.to_owned();
        path.truncate(path.floor_char_boundary(PATH_MAX));
        let component = found.map(|found| found.component).unwrap_or_default();
        let (id, method) = (id.clone(), request.method().clone());
        Some(Self { id, method, path, component, route, began: Instant::now() })
    }

    /// The answer, with which the line is written.
    pub(super) fn after(self, answer: Response<Body>) -> Response<Body> {
        let status = answer.status().as_u16();
        answer.map(|inner| LoggedBody { inner, line: self, status, bytes: 0 }.boxed_unsync())
    }

    fn write(&self, status: u16, bytes: u64) {
        let milliseconds = self.began.elapsed().as_secs_f64() * 1_000.0;
        tracing::info!(
            target: TARGET,
            request_id = self.id.to_str().unwrap_or_default(),
            component = self.component,
            route = self.route,
            method = %self.method,
            path = self.path,
            status,
            // With microseconds, as nobody needs more.
            milliseconds = (milliseconds * 1_000.0).round() / 1_000.0,
            bytes,
            "answered"
        );
    }
}

/// A body whose end writes the line, also if the client goes away before.
struct LoggedBody {
    inner: Body,
    line: Line,
    status: u16,
    bytes: u64,
}

impl http_body::Body for LoggedBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = std::task::ready!(Pin::new(&mut self.inner).poll_frame(cx));
        if let Some(Ok(frame)) = &frame {
            let length = frame.data_ref().map_or(0, |data| data.len() as u64);
            self.bytes = self.bytes.saturating_add(length);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for LoggedBody {
    fn drop(&mut self) {
        self.line.write(self.status, self.bytes);
    }
}
