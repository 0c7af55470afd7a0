//! A small HTTP client and server on loopback, for the harness and its fake providers.

use std::net::{Ipv4Addr, SocketAddr};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("closed without an answer")]
struct Closed;

const MAX_BODY: usize = 16 * 1024 * 1024;

/// Sends one request and reads the whole answer.
pub(crate) async fn call(request: Request<Bytes>) -> anyhow::Result<Response<Bytes>> {
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let (parts, body) = client.request(request.map(Full::new)).await?.into_parts();
    Ok(Response::from_parts(parts, body.collect().await?.to_bytes()))
}

/// Serves a handler on a free loopback port until the task is aborted. A handler's `None` closes the connection.
pub(crate) async fn serve<H, F>(handler: H) -> anyhow::Result<(SocketAddr, JoinHandle<()>)>
where
    H: Fn(Request<Bytes>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Option<Response<Bytes>>> + Send,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let task = tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let handler = handler.clone();
            tokio::spawn(async move {
                let service = service_fn(move |request: Request<Incoming>| {
                    let handler = handler.clone();
                    async move { answer(handler, request).await.ok_or(Closed) }
                });
                // A client that disconnects is not a failure.
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(connection), service)
                    .await;
            });
        }
    });
    Ok((address, task))
}

async fn answer<H, F>(handler: H, request: Request<Incoming>) -> Option<Response<Full<Bytes>>>
where
    H: Fn(Request<Bytes>) -> F,
    F: Future<Output = Option<Response<Bytes>>>,
{
    let (parts, body) = request.into_parts();
    match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => Some(handler(Request::from_parts(parts, body.to_bytes())).await?.map(Full::new)),
        Err(_) => {
            let mut response = Response::new(Full::default());
            *response.status_mut() = http::StatusCode::PAYLOAD_TOO_LARGE;
            Some(response)
        }
    }
}
