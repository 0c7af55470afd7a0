//! The calls of the agent API.

use std::time::Duration;

use countersign_client::{ATTEMPT, Answer, Api, CallError};
use reqwest::{Method, RequestBuilder};

use crate::{
    AgentError, Amendment, CheckIn, Connection, Enrolled, Enrollment, FirstUseReport, FirstUsed,
    IdempotencyKey, Renewal, RequestState, RequestStatus, Retry, Submission, Submitted, Told,
};

/// The longest the server keeps a call waiting, in seconds.
const LONGEST_WAIT: u8 = 25;
/// A waiting call that ended this soon without news was not kept waiting.
const SURELY_NOT_WAITED: Duration = Duration::from_secs(5);

/// A computer's connection to its server.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) api: Api,
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
        let program = concat!("countersign-agent/", env!("CARGO_PKG_VERSION"));
        Ok(Self { api: Api::connecting(server, &["agent", "v1"], program, connection)? })
    }

    /// The same client speaking as an enrolled computer.
    #[must_use]
    pub fn with_token(self, token: impl Into<String>) -> Self {
        Self { api: self.api.with_token(token) }
    }

    /// The same client with other retries.
    #[must_use]
    pub fn with_retry(self, retry: Retry) -> Self {
        Self { api: self.api.with_retry(retry) }
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
            let call = self.api.call(Method::POST, &["enroll"])?;
            Ok(call.header("idempotency-key", key.as_str()).json(enrollment))
        };
        Ok(self.api.answered(call).await?.read("enroll")?)
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
            let call = self.api.call(Method::POST, &["requests"])?;
            Ok(call.header("idempotency-key", key.as_str()).json(submission))
        };
        Ok(self.api.answered(call).await?.read("submit")?)
    }

    /// Says more about a pending request, for one of its requesters. Saying the same again changes nothing.
    ///
    /// # Errors
    /// When it is no longer pending (409), unknown (404), refused or not answered.
    pub async fn amend(&self, request_id: &str, amendment: &Amendment) -> Result<Submitted, AgentError> {
        let call = || Ok(self.api.call(Method::PATCH, &["requests", request_id])?.json(amendment));
        Ok(self.api.answered(call).await?.read("amend")?)
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
            let call = self.api.call(Method::POST, &["requests", request_id, "renewal"])?;
            Ok(call.header("idempotency-key", key.as_str()).json(renewal))
        };
        Ok(self.api.answered(call).await?.read("renew")?)
    }

    /// Withdraws from a pending request, for this user. It is cancelled when its last requester has withdrawn.
    ///
    /// # Errors
    /// When it is no longer pending (409), unknown (404), refused or not answered.
    pub async fn cancel(&self, request_id: &str, username: &str) -> Result<RequestStatus, AgentError> {
        let body = serde_json::json!({ "username": username });
        let call = || Ok(self.api.call(Method::POST, &["requests", request_id, "cancellation"])?.json(&body));
        Ok(self.api.answered(call).await?.read("cancel")?)
    }

    /// Reports that this computer has used a grant. The first report counts; further ones get the same answer.
    ///
    /// # Errors
    /// When the grant is not in force for this computer or had to be used before (409), unknown (404), refused or not answered.
    pub async fn report_use(&self, grant_id: &str, report: &FirstUseReport) -> Result<FirstUsed, AgentError> {
        let call = || Ok(self.api.call(Method::POST, &["grants", grant_id, "use"])?.json(report));
        Ok(self.api.answered(call).await?.read("use")?)
    }

    /// The status of a request; with `wait` (seconds, at most 25), the server answers when it changes or the time is
    /// over.
    ///
    /// # Errors
    /// When unknown (404), refused or not answered.
    pub async fn status(&self, request_id: &str, wait: Option<u8>) -> Result<RequestStatus, AgentError> {
        Ok(self.status_answer(request_id, wait).await?.read("status")?)
    }

    /// Waits until a request is no longer pending.
    ///
    /// # Errors
    /// When unknown (404), refused or not answered.
    pub async fn decided(&self, request_id: &str) -> Result<RequestStatus, AgentError> {
        loop {
            let asked = tokio::time::Instant::now();
            let answer = self.status_answer(request_id, Some(LONGEST_WAIT)).await?;
            let status: RequestStatus = answer.read("status")?;
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
            let mut call = self.waiting(self.api.call(Method::GET, &["check-in"])?, wait).query(what);
            if let Some(since) = since {
                call = call.query(&[("since", since)]);
            }
            Ok(call)
        };
        let answer = self.api.answered(call).await?;
        let news: CheckIn = answer.read("check-in")?;
        if wait.is_some() && !news.more && since == Some(news.version.as_str()) {
            self.before_asking_again(asked, &answer).await;
        }
        Ok(news)
    }

    async fn status_answer(&self, request_id: &str, wait: Option<u8>) -> Result<Answer, CallError> {
        let call = || Ok(self.waiting(self.api.call(Method::GET, &["requests", request_id])?, wait));
        self.api.answered(call).await
    }

    /// A server without a place for another waiting call answers at once: pause, so that this does not become a storm
    /// of calls.
    async fn before_asking_again(&self, asked: tokio::time::Instant, answer: &Answer) {
        match answer.retry_after {
            Some(pause) => self.api.retry().sleep(pause).await,
            None if asked.elapsed() < SURELY_NOT_WAITED => {
                self.api.retry().sleep(Duration::from_secs(1)).await
            }
            None => {}
        }
    }

    fn waiting(&self, call: RequestBuilder, wait: Option<u8>) -> RequestBuilder {
        let Some(wait) = wait.map(|seconds| seconds.min(LONGEST_WAIT)) else { return call };
        call.query(&[("wait", wait)]).timeout(ATTEMPT + Duration::from_secs(wait.into()))
    }
}
