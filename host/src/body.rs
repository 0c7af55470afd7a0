//! Bodies of requests and responses: streamed, never held in memory as a whole, with a limit and signs of life.

mod held;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use wasmtime_wasi_http::Error;

pub(crate) use self::held::HeldBody;
use crate::activity::Activity;

/// A streamed body.
pub type Body = wasmtime_wasi_http::WasiBody;

/// A body that is already complete.
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// A body that forwards another one until it is too long, and records a sign of life at each piece.
pub(crate) struct WatchedBody<B> {
    inner: B,
    left: u64,
    limit: u64,
    activity: Arc<Activity>,
}

impl<B> WatchedBody<B> {
    pub(crate) fn new(inner: B, limit: u64, activity: Arc<Activity>) -> Self {
        Self { inner, left: limit, limit, activity }
    }
}

impl<B> http_body::Body for WatchedBody<B>
where
    B: http_body::Body<Data = Bytes> + Unpin,
    Error: From<B::Error>,
{
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = std::task::ready!(Pin::new(&mut self.inner).poll_frame(cx));
        self.activity.touch();
        Poll::Ready(match frame {
            Some(Ok(frame)) => {
                let length = frame.data_ref().map_or(0, |data| data.len() as u64);
                match self.left.checked_sub(length) {
                    Some(left) => {
                        self.left = left;
                        Some(Ok(frame))
                    }
                    None => Some(Err(Error::HttpRequestBodySize(Some(self.limit)))),
                }
            }
            Some(Err(error)) => Some(Err(error.into())),
            None => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
