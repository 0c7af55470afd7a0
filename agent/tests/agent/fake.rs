//! A server whose answers a test queues, and a retry that records its pauses instead of sleeping.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode};
use countersign_agent::{Client, Retry};
use serde_json::Value;
use tokio::net::TcpListener;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Method, path and query.
    pub call: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// The next answer: status, headers, body.
type Answer = (u16, Vec<(&'static str, &'static str)>, String);

#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    hangs: Arc<AtomicBool>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

pub struct FakeServer {
    pub address: String,
    script: Script,
}

impl FakeServer {
    pub async fn start() -> Self {
        Self::start_dropping(0).await
    }

    /// Hangs up on the first `connections` before it serves.
    pub async fn start_dropping(connections: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let script = Script::default();
        let router = Router::new().fallback(answer).with_state(script.clone());
        tokio::spawn(async move {
            for _ in 0..connections {
                drop(listener.accept().await);
            }
            axum::serve(listener, router).await
        });
        Self { address, script }
    }

    /// Queues an answer.
    pub fn then(&self, status: u16, headers: &[(&'static str, &'static str)], body: Value) -> &Self {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.script.answers.lock().unwrap().push_back((status, headers.to_vec(), body));
        self
    }

    /// Keeps every further call waiting once the answers are used up.
    pub fn hang(&self) {
        self.script.hangs.store(true, Ordering::SeqCst);
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.script.seen.lock().unwrap().clone()
    }

    pub fn calls(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.call).collect()
    }

    /// An enrolled client of this server, and the pauses it makes.
    pub fn client(&self) -> (Client, Pauses) {
        let pauses = Pauses::default();
        let client = Client::new(&self.address).unwrap().with_token("csc_token").with_retry(pauses.retry());
        (client, pauses)
    }
}

async fn answer(State(script): State<Script>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default().to_vec();
    let call = format!("{} {}", parts.method, parts.uri);
    script.seen.lock().unwrap().push(Seen { call, headers: parts.headers, body });
    let next = script.answers.lock().unwrap().pop_front();
    if next.is_none() && script.hangs.load(Ordering::SeqCst) {
        std::future::pending::<()>().await;
    }
    let (status, headers, body) = next.unwrap_or((599, Vec::new(), String::new()));
    let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap());
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(Body::from(body)).unwrap()
}

/// The pauses that would have been made.
#[derive(Clone, Default)]
pub struct Pauses(Arc<Mutex<Vec<Duration>>>);

impl Pauses {
    pub fn retry(&self) -> Retry {
        let noted = Arc::clone(&self.0);
        Retry::default().attempts(4).sleeping_with(move |pause| {
            noted.lock().unwrap().push(pause);
            Box::pin(async {})
        })
    }

    pub fn noted(&self) -> Vec<Duration> {
        self.0.lock().unwrap().clone()
    }
}
