//! The listener: connections, limits, and a graceful end.

pub(crate) mod dispatch;
mod headers;
pub(crate) mod line;
mod linger;
mod problem;
pub(crate) mod request_id;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use self::dispatch::Served;
use crate::body::Body;

/// Bytes of a request's line and headers.
const MAX_HEAD: usize = 64 * 1024;
/// Header fields of a request.
const MAX_HEADERS: usize = 100;
/// Requests at once on one HTTP/2 connection.
const MAX_STREAMS: u32 = 100;
/// How long a request's headers may take.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// The pause when no connection can be accepted, for example because of too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves connections until told to stop, then lets the open ones finish for at most `drain`.
pub(crate) async fn serve(
    listener: TcpListener,
    served: Arc<Served>,
    mut stopping: watch::Receiver<bool>,
    drain: Duration,
) {
    let graceful = GracefulShutdown::new();
    let connections = builder();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stopping| *stopping) => break,
        };
        match accepted {
            Ok((stream, client)) => connect(&connections, &graceful, stream, client, served.clone()),
            Err(error) => {
                tracing::warn!("cannot take a connection: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    let finish = async {
        graceful.shutdown().await;
        // Work after a response is finished too.
        served.live.none().await;
    };
    if tokio::time::timeout(drain, finish).await.is_err() {
        tracing::warn!("stopped with {} instances still at work", served.live.count());
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(MAX_HEAD as u32)
        .max_concurrent_streams(MAX_STREAMS);
    builder
}

fn connect(
    connections: &Builder<TokioExecutor>,
    graceful: &GracefulShutdown,
    stream: TcpStream,
    client: SocketAddr,
    served: Arc<Served>,
) {
    // Small answers must not wait for the acknowledgement of the previous one.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(served.clone(), client, request));
    let connection = connections.serve_connection(TokioIo::new(stream), service).into_owned();
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!("the connection of {client} ended: {error}");
        }
    });
}

async fn answer(
    served: Arc<Served>,
    client: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    Ok(served.answer(request, client).await)
}
