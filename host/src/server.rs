//! The listener: connections, limits, and a graceful end.

pub(crate) mod dispatch;
mod first_byte;
mod headers;
pub(crate) mod line;
mod linger;
mod problem;
pub(crate) mod request_id;
pub(crate) mod tls;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::uri::Scheme;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use self::dispatch::Served;
use self::first_byte::FirstByte;
use self::tls::Tls;

/// Bytes of a request's line and headers.
const MAX_HEAD: usize = 64 * 1024;
/// Header fields of a request.
const MAX_HEADERS: usize = 100;
/// Requests at once on one HTTP/2 connection.
const MAX_STREAMS: u32 = 100;
/// How long a request's headers may take.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long an HTTP/2 connection may be silent before it is asked whether it lives, and how long it may take to answer.
const SILENCE: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(20));
/// The pause when no connection can be accepted, for example because of too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The other end of a connection.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    /// The client's address.
    pub(super) address: SocketAddr,
    /// `https` if the connection is secure.
    pub(super) scheme: Scheme,
}

/// What all connections are served with.
struct Connections {
    http: Builder<TokioExecutor>,
    tls: Option<Tls>,
    served: Arc<Served>,
    stopping: watch::Receiver<bool>,
}

/// Serves connections until told to stop, then lets the open ones finish for at most `drain`.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    served: Arc<Served>,
    mut stopping: watch::Receiver<bool>,
    drain: Duration,
) {
    let graceful = GracefulShutdown::new();
    let (all, ending) = (served.clone(), stopping.clone());
    let connections = Arc::new(Connections { http: builder(), tls, served: all, stopping: ending });
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stopping| *stopping) => break,
        };
        match accepted {
            Ok((stream, client)) => {
                tokio::spawn(connections.clone().take(stream, client, graceful.watcher()));
            }
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
        .keep_alive_interval(Some(SILENCE.0))
        .keep_alive_timeout(SILENCE.1)
        .max_header_list_size(MAX_HEAD as u32)
        .max_concurrent_streams(MAX_STREAMS);
    builder
}

impl Connections {
    /// Serves a connection to its end. Until it is secure, it counts as a request of its client.
    async fn take(self: Arc<Self>, stream: TcpStream, address: SocketAddr, watcher: Watcher) {
        // Small answers must not wait for the acknowledgement of the previous one.
        let _ = stream.set_nodelay(true);
        let _connection = match self.served.connection_of(address) {
            Ok(connection) => connection,
            Err(problem) => return self.served.metrics.refused(problem.code()),
        };
        let Some(tls) = &self.tls else {
            return self.serve(stream, Peer { address, scheme: Scheme::HTTP }, watcher).await;
        };
        let place = match self.served.place_of(address) {
            Ok(place) => place,
            Err(problem) => return self.served.metrics.refused(problem.code()),
        };
        let mut stopping = self.stopping.clone();
        let secured = tokio::select! {
            secured = tls.accept(stream) => secured,
            _ = stopping.wait_for(|stopping| *stopping) => return,
        };
        drop(place);
        match secured {
            Ok(stream) => self.serve(stream, Peer { address, scheme: Scheme::HTTPS }, watcher).await,
            Err(error) => tracing::debug!("no secure connection with {address}: {error}"),
        }
    }

    async fn serve<S>(&self, stream: S, peer: Peer, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (served, client) = (self.served.clone(), peer.address);
        let service = service_fn(move |request| {
            let (served, peer) = (served.clone(), peer.clone());
            async move { Ok::<_, Infallible>(served.answer(request, &peer).await) }
        });
        let stream = FirstByte::within(self.served.limits.first_byte_timeout, stream);
        let connection = self.http.serve_connection(TokioIo::new(stream), service).into_owned();
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!("the connection of {client} ended: {error}");
        }
    }
}
