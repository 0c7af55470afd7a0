//! Fake providers on loopback that speak the real protocols: Postmark's email API and Twilio's Messages API.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use jiff::Timestamp;
use serde_json::json;
use tokio::task::JoinHandle;

use crate::dev::Message;
use crate::loopback;

/// The key that the provider of email takes.
pub const EMAIL_KEY: &str = "postmark-token-of-the-tests";
const SMS_ACCOUNT: &str = "AC00000000000000000000000000000000";
const SMS_KEY: &str = "twilio-token-of-the-tests";

/// How a provider answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Behaviour {
    /// Accepts the message.
    #[default]
    Ok,
    /// Closes the connection without an answer.
    Down,
    /// Accepts the message after this time, if the caller still waits.
    Slow(Duration),
    /// 429 with `Retry-After` in seconds.
    TooMany(u32),
    /// 500.
    Error,
    /// Refuses the message for good, in the provider's format.
    Refuse,
}

/// The two providers.
pub struct Providers {
    /// Speaks Postmark's `POST /email`.
    pub email: Provider,
    /// Speaks Twilio's `POST /2010-04-01/Accounts/{sid}/Messages.json`.
    pub sms: Provider,
}

/// One provider. Dropping it stops it.
pub struct Provider {
    addr: SocketAddr,
    state: Arc<Mutex<State>>,
    server: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    usual: Behaviour,
    next: VecDeque<Behaviour>,
    calls: u64,
    messages: Vec<Message>,
    traces: Vec<Option<String>>,
}

#[derive(Debug, Clone, Copy)]
enum Protocol {
    Postmark,
    Twilio,
}

impl Providers {
    /// Starts both on free ports.
    ///
    /// # Errors
    /// If no port is free.
    pub async fn start() -> anyhow::Result<Self> {
        Ok(Self {
            email: Provider::start(Protocol::Postmark).await?,
            sms: Provider::start(Protocol::Twilio).await?,
        })
    }

    /// The application variables that make an application send to these providers.
    pub fn variables(&self) -> BTreeMap<String, String> {
        let variables = [
            ("email_provider", "postmark".to_owned()),
            ("email_api_url", self.email.url()),
            ("email_api_key", EMAIL_KEY.to_owned()),
            ("email_from", "Countersign <countersign@tests.example>".to_owned()),
            // Stories end when nothing is due, and do not wait for turns.
            ("email_rate", "off".to_owned()),
            ("sms_provider", "twilio".to_owned()),
            ("sms_api_url", self.sms.url()),
            ("sms_account", SMS_ACCOUNT.to_owned()),
            ("sms_api_key", SMS_KEY.to_owned()),
            ("sms_from", "+15550000".to_owned()),
            ("sms_rate", "off".to_owned()),
        ];
        variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

impl Provider {
    async fn start(protocol: Protocol) -> anyhow::Result<Self> {
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = state.clone();
        let handler = move |request| {
            let state = shared.clone();
            async move { answer(protocol, &state, request).await }
        };
        let (addr, server) = loopback::serve(handler).await?;
        Ok(Self { addr, state, server })
    }

    /// Its origin.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Sets how it answers from now on.
    pub fn behave(&self, behaviour: Behaviour) {
        self.with(|state| state.usual = behaviour);
    }

    /// Sets how it answers the next calls, one each; after that as before.
    pub fn next(&self, behaviours: impl IntoIterator<Item = Behaviour>) {
        self.with(|state| state.next.extend(behaviours));
    }

    /// The messages that it accepted, in order.
    pub fn messages(&self) -> Vec<Message> {
        self.with(|state| state.messages.clone())
    }

    /// How often it was called, whatever it answered.
    pub fn calls(&self) -> u64 {
        self.with(|state| state.calls)
    }

    /// The `traceparent` of each call, in order, whatever it answered.
    pub fn traces(&self) -> Vec<Option<String>> {
        self.with(|state| state.traces.clone())
    }

    /// Drops messages, traces and call counts.
    pub fn clear(&self) {
        self.with(|state| (state.messages.clear(), state.traces.clear(), state.calls = 0));
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// `None` closes the connection.
async fn answer(
    protocol: Protocol,
    state: &Mutex<State>,
    request: Request<Bytes>,
) -> Option<Response<Bytes>> {
    let behaviour = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.calls += 1;
        let trace = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
        state.traces.push(trace.map(str::to_owned));
        state.next.pop_front().unwrap_or(state.usual)
    };
    match behaviour {
        Behaviour::Ok => {}
        Behaviour::Down => return None,
        Behaviour::Slow(pause) => tokio::time::sleep(pause).await,
        Behaviour::TooMany(seconds) => {
            let mut response = protocol.problem(StatusCode::TOO_MANY_REQUESTS, 20429, "Too Many Requests");
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            return Some(response);
        }
        Behaviour::Error => {
            return Some(protocol.problem(StatusCode::INTERNAL_SERVER_ERROR, 20500, "Internal Server Error"));
        }
        Behaviour::Refuse => return Some(protocol.refusal()),
    }
    Some(match protocol.take(&request) {
        Ok(message) => {
            let response = protocol.taken(&message);
            state.lock().unwrap_or_else(PoisonError::into_inner).messages.push(message);
            response
        }
        Err(response) => response,
    })
}

impl Protocol {
    /// Checks a call as the provider does, and parses its message.
    #[expect(clippy::result_large_err, reason = "the error is the response")]
    fn take(self, request: &Request<Bytes>) -> Result<Message, Response<Bytes>> {
        let path = request.uri().path();
        if path != self.path() {
            return Err(self.problem(StatusCode::NOT_FOUND, 20404, "The requested resource was not found"));
        }
        if request.method() != Method::POST {
            return Err(self.problem(StatusCode::METHOD_NOT_ALLOWED, 20004, "Method not allowed"));
        }
        if !self.is_authorized(request.headers()) {
            return Err(self.problem(StatusCode::UNAUTHORIZED, 20003, "Authenticate"));
        }
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !content_type.is_some_and(|value| value.starts_with(self.content_type())) {
            return Err(self.problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, 20415, "Unsupported media type"));
        }
        let message =
            Message::parse(path, request.body(), Timestamp::UNIX_EPOCH).map_err(|_| self.refusal())?;
        if message.text.is_empty() || message.from.is_empty() {
            return Err(self.refusal());
        }
        Ok(message)
    }

    fn path(self) -> String {
        match self {
            Self::Postmark => "/email".to_owned(),
            Self::Twilio => format!("/2010-04-01/Accounts/{SMS_ACCOUNT}/Messages.json"),
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Postmark => "application/json",
            Self::Twilio => "application/x-www-form-urlencoded",
        }
    }

    fn is_authorized(self, headers: &HeaderMap) -> bool {
        let (name, expected) = match self {
            Self::Postmark => ("x-postmark-server-token", EMAIL_KEY.to_owned()),
            Self::Twilio => {
                ("authorization", format!("Basic {}", STANDARD.encode(format!("{SMS_ACCOUNT}:{SMS_KEY}"))))
            }
        };
        headers.get(name).is_some_and(|given| given.as_bytes() == expected.as_bytes())
    }

    fn taken(self, message: &Message) -> Response<Bytes> {
        match self {
            Self::Postmark => reply(
                StatusCode::OK,
                &json!({ "To": message.to, "SubmittedAt": "2026-01-01T00:00:00Z",
                    "MessageID": "b7bc2f4a-e38e-4336-af7d-e6c392c2f817", "ErrorCode": 0, "Message": "OK" }),
            ),
            Self::Twilio => reply(
                StatusCode::CREATED,
                &json!({ "sid": "SM00000000000000000000000000000000", "status": "queued", "to": message.to,
                    "from": message.from, "body": message.text, "error_code": null }),
            ),
        }
    }

    fn refusal(self) -> Response<Bytes> {
        match self {
            Self::Postmark => self.problem(StatusCode::UNPROCESSABLE_ENTITY, 300, "Invalid email request"),
            Self::Twilio => self.problem(StatusCode::BAD_REQUEST, 21211, "Invalid 'To' Phone Number"),
        }
    }

    fn problem(self, status: StatusCode, code: u32, text: &str) -> Response<Bytes> {
        match self {
            Self::Postmark => reply(status, &json!({ "ErrorCode": code, "Message": text })),
            Self::Twilio => {
                reply(status, &json!({ "code": code, "message": text, "status": status.as_u16() }))
            }
        }
    }
}

fn reply(status: StatusCode, body: &serde_json::Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    let content_type = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}

#[cfg(test)]
mod tests;
