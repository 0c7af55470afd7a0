//! Calls over kept-alive connections, one after the other on each, as many as are answered in a period.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// What is sent.
pub struct Call {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Call {
    /// A call without credentials and without a body.
    pub fn new(method: Method, path: &str) -> Self {
        Self { method, path: path.to_owned(), headers: Vec::new(), body: String::new() }
    }

    /// The same with a token.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// The same with a body.
    pub fn json(self, body: String) -> Self {
        Self { body, ..self.header("content-type", "application/json") }
    }

    /// The same with one more header.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn to(self, addr: SocketAddr) -> Result<Request<Full<Bytes>>> {
        let request = Request::builder().method(self.method).uri(self.path).header("host", addr.to_string());
        let request =
            self.headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        Ok(request.body(Full::from(self.body))?)
    }
}

/// One kind of call: each has its number, so that no two need be the same.
#[derive(Clone)]
pub struct Load {
    addr: SocketAddr,
    call: Arc<dyn Fn(usize) -> Call + Send + Sync>,
    status: u16,
    numbers: Arc<AtomicUsize>,
}

impl Load {
    /// Calls to an address that must all be answered with `status`.
    pub fn new(addr: SocketAddr, call: Arc<dyn Fn(usize) -> Call + Send + Sync>, status: u16) -> Self {
        Self { addr, call, status, numbers: Arc::default() }
    }

    /// The next call alone, on a connection of its own.
    pub async fn once(&self) -> Result<Bytes> {
        let mut connection = self.connect().await?;
        self.next(&mut connection).await
    }

    /// The next call alone, on a connection of its own, whatever the answer is.
    pub async fn answer(&self) -> Result<(StatusCode, Bytes)> {
        let mut connection = self.connect().await?;
        self.ask(&mut connection).await
    }

    async fn ask(&self, connection: &mut SendRequest<Full<Bytes>>) -> Result<(StatusCode, Bytes)> {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        connection.ready().await?;
        let response = connection.send_request((self.call)(number).to(self.addr)?).await?;
        let status = response.status();
        Ok((status, response.into_body().collect().await?.to_bytes()))
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>> {
        let stream = TcpStream::connect(self.addr).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(sender)
    }

    async fn next(&self, connection: &mut SendRequest<Full<Bytes>>) -> Result<Bytes> {
        let (status, body) = self.ask(connection).await?;
        ensure!(
            status == self.status,
            "{status} instead of {}: {}",
            self.status,
            String::from_utf8_lossy(&body)
        );
        Ok(body)
    }

    async fn until(self, end: Instant) -> Result<Vec<Duration>> {
        let mut connection = self.connect().await?;
        let mut took = Vec::new();
        while Instant::now() < end {
            let began = Instant::now();
            self.next(&mut connection).await?;
            took.push(began.elapsed());
        }
        Ok(took)
    }
}

/// What was measured of one kind of call.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    pub per_second: f64,
    pub answered: usize,
    pub median: Duration,
    /// 99 of 100 answers took at most as long.
    pub p99: Duration,
}

/// Calls on this many connections at once, after a short warm-up that does not count.
pub async fn measure(load: &Load, connections: usize, lasts: Duration) -> Result<Measured> {
    together(load, connections, lasts / 5).await?;
    let began = Instant::now();
    let mut took = together(load, connections, lasts).await?;
    let per_second = took.len() as f64 / began.elapsed().as_secs_f64();
    took.sort_unstable();
    let at = |hundredths: usize| took.get(took.len() * hundredths / 100).copied().unwrap_or_default();
    Ok(Measured { per_second, answered: took.len(), median: at(50), p99: at(99) })
}

async fn together(load: &Load, connections: usize, lasts: Duration) -> Result<Vec<Duration>> {
    let end = Instant::now() + lasts;
    let mut running = JoinSet::new();
    for _ in 0..connections {
        running.spawn(load.clone().until(end));
    }
    let mut took = Vec::new();
    while let Some(connection) = running.join_next().await {
        took.extend(connection.context("a connection ended")??);
    }
    Ok(took)
}
