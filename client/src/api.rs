//! Calls to a server. Each is repeated on network errors, 429 and 5xx until it is answered or all attempts are used.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url, redirect};
use serde::de::DeserializeOwned;

use crate::{CallError, Connection, Problem, Retry};

/// The time-out of one ordinary call; a waiting call adds its waiting time.
pub const ATTEMPT: Duration = Duration::from_secs(30);

/// A connection to the API of a server.
#[derive(Clone, Debug)]
pub struct Api {
    http: reqwest::Client,
    server: Url,
    base: &'static [&'static str],
    token: Option<String>,
    retry: Retry,
}

/// An answer, and the pause that the server asked for.
#[derive(Debug)]
pub struct Answer {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
    /// How long to pause before asking again.
    pub retry_after: Option<Duration>,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Errors
    /// When it is not what this operation answers.
    pub fn read<T: DeserializeOwned>(&self, operation: &'static str) -> Result<T, CallError> {
        serde_json::from_slice(&self.body)
            .map_err(|cause| CallError::Unexpected { operation, reason: cause.to_string() })
    }
}

impl Api {
    /// The API below `base` of the server at `server` (`https://…`; plain `http://` is for loopback and closed networks). The
    /// program says its name and version in `program`.
    ///
    /// # Errors
    /// When `server` is not an `http` or `https` address, or the proxy or the file of certificates is not usable.
    pub fn connecting(
        server: &str,
        base: &'static [&'static str],
        program: &str,
        connection: &Connection,
    ) -> Result<Self, CallError> {
        let refused = |reason: String| CallError::Server { server: server.to_owned(), reason };
        let address = Url::parse(server).map_err(|cause| refused(cause.to_string()))?;
        if !matches!(address.scheme(), "http" | "https") || !address.has_host() {
            return Err(refused("it must start with `https://` or `http://`".into()));
        }
        // Fails if the process has chosen a provider of TLS already, which is just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // No redirects: they could carry the token, or a body, to another server.
        let builder = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .user_agent(program);
        let builder = connection.configure(builder)?;
        let http = builder.build().map_err(|cause| refused(in_words(&cause)))?;
        Ok(Self { http, server: address, base, token: None, retry: Retry::default() })
    }

    /// The same with a token that says who calls.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The same with other retries.
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// How calls are repeated.
    #[must_use]
    pub fn retry(&self) -> &Retry {
        &self.retry
    }

    /// A call to these segments below the base. Each segment is escaped, so an id can never reach another path.
    ///
    /// # Errors
    /// When the address of the server has no path.
    pub fn call(&self, method: Method, segments: &[&str]) -> Result<RequestBuilder, CallError> {
        let mut address = self.server.clone();
        match address.path_segments_mut() {
            Ok(mut path) => path.pop_if_empty().extend(self.base).extend(segments),
            Err(()) => {
                return Err(CallError::Server {
                    server: self.server.to_string(),
                    reason: "it has no path".into(),
                });
            }
        };
        let call = self.http.request(method, address).timeout(ATTEMPT);
        Ok(match &self.token {
            Some(token) => call.bearer_auth(token),
            None => call,
        })
    }

    /// Makes a call again until it is answered or all attempts are used.
    ///
    /// # Errors
    /// When refused or not answered.
    pub async fn answered(
        &self,
        call: impl Fn() -> Result<RequestBuilder, CallError>,
    ) -> Result<Answer, CallError> {
        self.repeated(call, CallError::is_passing).await
    }

    /// Makes a call again only while the server takes no more calls, for what must not take effect twice.
    ///
    /// # Errors
    /// When refused or not answered.
    pub async fn answered_if_taken(
        &self,
        call: impl Fn() -> Result<RequestBuilder, CallError>,
    ) -> Result<Answer, CallError> {
        let throttled = |error: &CallError| error.problem().is_some_and(|problem| problem.status == 429);
        self.repeated(call, throttled).await
    }

    async fn repeated(
        &self,
        call: impl Fn() -> Result<RequestBuilder, CallError>,
        worth_repeating: impl Fn(&CallError) -> bool,
    ) -> Result<Answer, CallError> {
        let mut made = 0;
        loop {
            made += 1;
            let (error, pause) = match attempt(call()?, made).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            if !worth_repeating(&error) || !self.retry.may_follow(made) {
                return Err(error);
            }
            self.retry.pause(made, pause).await;
        }
    }

    /// Makes a call once.
    ///
    /// # Errors
    /// When refused or not answered.
    pub async fn answered_once(&self, call: RequestBuilder) -> Result<Answer, CallError> {
        attempt(call, 1).await.map_err(|(error, _)| error)
    }

    /// Makes a call once, for an answer that is read while it arrives.
    ///
    /// # Errors
    /// When refused or not answered.
    pub async fn streamed(&self, call: RequestBuilder) -> Result<Response, CallError> {
        let response = sent(call, 1).await?;
        if response.status().is_success() {
            return Ok(response);
        }
        match answer_of(response, 1).await {
            Err((error, _)) => Err(error),
            Ok(_) => Err(CallError::Unexpected { operation: "call", reason: "no success".into() }),
        }
    }
}

/// An error, and the pause that the server asked for.
type Failure = (CallError, Option<Duration>);

async fn attempt(call: RequestBuilder, made: u32) -> Result<Answer, Failure> {
    match sent(call, made).await {
        Ok(response) => answer_of(response, made).await,
        Err(error) => Err((error, None)),
    }
}

async fn sent(call: RequestBuilder, attempts: u32) -> Result<Response, CallError> {
    call.send().await.map_err(|cause| {
        if cause.is_builder() {
            // Making it again would not help; it is no failure of the network.
            CallError::Unexpected { operation: "call", reason: in_words(&cause) }
        } else {
            CallError::Unreachable { attempts, cause: in_words(&cause) }
        }
    })
}

/// The answer, or the refusal with the pause that the server asks for.
async fn answer_of(response: Response, attempts: u32) -> Result<Answer, Failure> {
    let status = response.status();
    let retry_after = retry_after(&response);
    let headers = response.headers().clone();
    let body = match response.bytes().await {
        Ok(body) => body.to_vec(),
        Err(cause) if status.is_success() => {
            return Err((CallError::Unreachable { attempts, cause: in_words(&cause) }, None));
        }
        Err(_) => Vec::new(),
    };
    if status.is_success() {
        return Ok(Answer { headers, body, retry_after });
    }
    Err((CallError::Refused(Box::new(refusal(status, &body))), retry_after))
}

fn refusal(status: StatusCode, body: &[u8]) -> Problem {
    let mut problem = Problem::read(status.as_u16(), body);
    if status.is_redirection() {
        problem.detail = Some("the server sent a redirect; give its own address with --server".into());
    }
    problem
}

/// Only seconds, the form that this server sends. A date would need a correct clock.
fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// The error with its causes, which say what happened ("connection refused"), without the address, which may contain
/// what was asked.
fn in_words(cause: &reqwest::Error) -> String {
    let mut words = if cause.is_timeout() { "timed out".to_owned() } else { "no connection".to_owned() };
    let mut deeper = std::error::Error::source(cause);
    while let Some(cause) = deeper {
        words = cause.to_string();
        deeper = cause.source();
    }
    words
}
