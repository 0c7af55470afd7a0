//! The calls of the agent API. Each is repeated on network errors, 429 and 5xx until it is answered or all attempts are
//! used.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url, redirect};
use serde::de::DeserializeOwned;

use crate::{
    AgentError, Amendment, CheckIn, Connection, Enrolled, Enrollment, IdempotencyKey, Problem, Renewal,
    RequestState, RequestStatus, Retry, Submission, Submitted, Told,
};

/// The longest the server keeps a call waiting, in seconds.
const LONGEST_WAIT: u8 = 25;
/// The time-out of one ordinary call; a waiting call adds its waiting time.
pub(crate) const ATTEMPT: Duration = Duration::from_secs(30);
/// A waiting call that ended this soon without news was not kept waiting.
const SURELY_NOT_WAITED: Duration = Duration::from_secs(5);

/// A computer's connection to its server.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    server: Url,
    token: Option<String>,
    pub(crate) retry: Retry,
}

/// An answer, and the pause that the server asked for.
pub(crate) struct Answer {
    pub(crate) headers: HeaderMap,
    body: Vec<u8>,
    retry_after: Option<Duration>,
}

impl Client {
    /// A client of the server at `server` (`https://…`; plain `http://` is for loopback and closed networks).
    ///
    /// # Errors
    /// When `server` is not an `http` or `https` address.
    pub fn new(server: &str) -> Result<Self, AgentError> {
        Self::connecting(server, &Connection::default())
    }

    /// A client that reaches the server in a certain way.
    ///
    /// # Errors
    /// When `server` is not an `http` or `https` address, or the proxy or the file of certificates is not usable.
    pub fn connecting(server: &str, connection: &Connection) -> Result<Self, AgentError> {
        let refused = |reason: String| AgentError::Server { server: server.to_owned(), reason };
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
            .user_agent(concat!("countersign-agent/", env!("CARGO_PKG_VERSION")));
        let builder = connection.configure(builder)?;
        let http = builder.build().map_err(|cause| refused(in_words(&cause)))?;
        Ok(Self { http, server: address, token: None, retry: Retry::default() })
    }

    /// The same client speaking as an enrolled computer.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The same client with other retries.
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Enrolls this computer. Calls with the same key enroll one computer, however often they are sent; the token of the
    /// last answer is the one that works.
    ///
    /// # Errors
    /// When refused (wrong key: 401) or not answered.
    pub async fn enroll(
        &self,
        enrollment: &Enrollment,
        key: &IdempotencyKey,
    ) -> Result<Enrolled, AgentError> {
        let call = || {
            let call = self.call(Method::POST, &["enroll"])?;
            Ok(call.header("idempotency-key", key.as_str()).json(enrollment))
        };
        read("enroll", &self.answered(call).await?)
    }

    /// Asks for permission. Calls with the same key make one request, however often it is sent.
    ///
    /// # Errors
    /// When refused or not answered.
    pub async fn submit(
        &self,
        submission: &Submission,
        key: &IdempotencyKey,
    ) -> Result<Submitted, AgentError> {
        let call = || {
            let call = self.call(Method::POST, &["requests"])?;
            Ok(call.header("idempotency-key", key.as_str()).json(submission))
        };
        read("submit", &self.answered(call).await?)
    }

    /// Says more about a pending request, for one of its requesters. Saying the same again changes nothing.
    ///
    /// # Errors
    /// When it is no longer pending (409), unknown (404), refused or not answered.
    pub async fn amend(&self, request_id: &str, amendment: &Amendment) -> Result<Submitted, AgentError> {
        let call = || Ok(self.call(Method::PATCH, &["requests", request_id])?.json(amendment));
        read("amend", &self.answered(call).await?)
    }

    /// Asks to prolong an approval. Calls with the same key make one request, however often they are sent.
    ///
    /// # Errors
    /// When there is no approval that could be renewed (409), unknown (404), refused or not answered.
    pub async fn renew(
        &self,
        request_id: &str,
        renewal: &Renewal,
        key: &IdempotencyKey,
    ) -> Result<Submitted, AgentError> {
        let call = || {
            let call = self.call(Method::POST, &["requests", request_id, "renewal"])?;
            Ok(call.header("idempotency-key", key.as_str()).json(renewal))
        };
        read("renew", &self.answered(call).await?)
    }

    /// Withdraws from a pending request, for this user. It is cancelled when its last requester has withdrawn.
    ///
    /// # Errors
    /// When it is no longer pending (409), unknown (404), refused or not answered.
    pub async fn cancel(&self, request_id: &str, username: &str) -> Result<RequestStatus, AgentError> {
        let body = serde_json::json!({ "username": username });
        let call = || Ok(self.call(Method::POST, &["requests", request_id, "cancellation"])?.json(&body));
        read("cancel", &self.answered(call).await?)
    }

    /// The status of a request; with `wait` (seconds, at most 25), the server answers when it changes or the time is
    /// over.
    ///
    /// # Errors
    /// When unknown (404), refused or not answered.
    pub async fn status(&self, request_id: &str, wait: Option<u8>) -> Result<RequestStatus, AgentError> {
        read("status", &self.status_answer(request_id, wait).await?)
    }

    /// Waits until a request is no longer pending.
    ///
    /// # Errors
    /// When unknown (404), refused or not answered.
    pub async fn decided(&self, request_id: &str) -> Result<RequestStatus, AgentError> {
        loop {
            let asked = tokio::time::Instant::now();
            let answer = self.status_answer(request_id, Some(LONGEST_WAIT)).await?;
            let status: RequestStatus = read("status", &answer)?;
            if status.status != RequestState::Pending {
                return Ok(status);
            }
            self.before_asking_again(asked, &answer).await;
        }
    }

    /// The changes since the check-in that returned version `since`. Tells the server `what` the computer says of itself.
    ///
    /// # Errors
    /// When refused (a token that is no longer valid: 401) or not answered.
    pub async fn check_in(
        &self,
        since: Option<&str>,
        wait: Option<u8>,
        what: &Told,
    ) -> Result<CheckIn, AgentError> {
        let asked = tokio::time::Instant::now();
        let call = || {
            let mut call = self.waiting(self.call(Method::GET, &["check-in"])?, wait).query(what);
            if let Some(since) = since {
                call = call.query(&[("since", since)]);
            }
            Ok(call)
        };
        let answer = self.answered(call).await?;
        let news: CheckIn = read("check-in", &answer)?;
        if wait.is_some() && !news.more && since == Some(news.version.as_str()) {
            self.before_asking_again(asked, &answer).await;
        }
        Ok(news)
    }

    async fn status_answer(&self, request_id: &str, wait: Option<u8>) -> Result<Answer, AgentError> {
        let call = || Ok(self.waiting(self.call(Method::GET, &["requests", request_id])?, wait));
        self.answered(call).await
    }

    /// A server without a place for another waiting call answers at once: pause, so that this does not become a storm
    /// of calls.
    async fn before_asking_again(&self, asked: tokio::time::Instant, answer: &Answer) {
        match answer.retry_after {
            Some(pause) => self.retry.sleep(pause).await,
            None if asked.elapsed() < SURELY_NOT_WAITED => self.retry.sleep(Duration::from_secs(1)).await,
            None => {}
        }
    }

    fn waiting(&self, call: RequestBuilder, wait: Option<u8>) -> RequestBuilder {
        let Some(wait) = wait.map(|seconds| seconds.min(LONGEST_WAIT)) else { return call };
        call.query(&[("wait", wait)]).timeout(ATTEMPT + Duration::from_secs(wait.into()))
    }

    /// A call to `/agent/v1/{segments}`. Each segment is escaped, so an id can never reach another path.
    pub(crate) fn call(&self, method: Method, segments: &[&str]) -> Result<RequestBuilder, AgentError> {
        let mut address = self.server.clone();
        match address.path_segments_mut() {
            Ok(mut path) => path.pop_if_empty().extend(["agent", "v1"]).extend(segments),
            Err(()) => {
                return Err(AgentError::Server {
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
    pub(crate) async fn answered(
        &self,
        call: impl Fn() -> Result<RequestBuilder, AgentError>,
    ) -> Result<Answer, AgentError> {
        let mut made = 0;
        loop {
            made += 1;
            let (error, pause) = match attempt(call()?, made).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            if !error.is_passing() || !self.retry.may_follow(made) {
                return Err(error);
            }
            self.retry.pause(made, pause).await;
        }
    }

    /// Makes a call once.
    pub(crate) async fn answered_once(&self, call: RequestBuilder) -> Result<Answer, AgentError> {
        attempt(call, 1).await.map_err(|(error, _)| error)
    }
}

/// An error, and the pause that the server asked for.
type Failure = (AgentError, Option<Duration>);

async fn attempt(call: RequestBuilder, made: u32) -> Result<Answer, Failure> {
    match call.send().await {
        Ok(response) => answer_of(response, made).await,
        // Making it again would not help; it is no failure of the network.
        Err(cause) if cause.is_builder() => {
            Err((AgentError::Unexpected { operation: "call", reason: in_words(&cause) }, None))
        }
        Err(cause) => Err((AgentError::Unreachable { attempts: made, cause: in_words(&cause) }, None)),
    }
}

/// Whether the same call may succeed later: too many calls, or a failure of the server or of a proxy.
pub(crate) fn worth_retrying(status: u16) -> bool {
    matches!(status, 429 | 500 | 502 | 503 | 504)
}

/// The answer, or the refusal with the pause that the server asks for.
async fn answer_of(response: Response, attempts: u32) -> Result<Answer, Failure> {
    let status = response.status();
    let retry_after = retry_after(&response);
    let headers = response.headers().clone();
    let body = match response.bytes().await {
        Ok(body) => body.to_vec(),
        Err(cause) if status.is_success() => {
            return Err((AgentError::Unreachable { attempts, cause: in_words(&cause) }, None));
        }
        Err(_) => Vec::new(),
    };
    if status.is_success() {
        return Ok(Answer { headers, body, retry_after });
    }
    Err((AgentError::Refused(Box::new(refusal(status, &body))), retry_after))
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

fn read<T: DeserializeOwned>(operation: &'static str, answer: &Answer) -> Result<T, AgentError> {
    serde_json::from_slice(&answer.body)
        .map_err(|cause| AgentError::Unexpected { operation, reason: cause.to_string() })
}

/// The error with its causes, which say what happened ("connection refused"), without the address, which may contain
/// `since`.
fn in_words(cause: &reqwest::Error) -> String {
    let mut words = if cause.is_timeout() { "timed out".to_owned() } else { "no connection".to_owned() };
    let mut deeper = std::error::Error::source(cause);
    while let Some(cause) = deeper {
        words = cause.to_string();
        deeper = cause.source();
    }
    words
}
