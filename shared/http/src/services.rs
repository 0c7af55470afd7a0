//! What a function works with, whatever the platform: the store, outbound HTTP, settings, background work.
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use countersign_authority::secrets::SecretKeys;
use countersign_journal::Journal;
use countersign_model::ids::OrganizationId;
use futures::future::BoxFuture;
use http::header::CONTENT_TYPE;

use crate::waiting::Waiting;
use countersign_kv::log;

/// Everything a handler reaches beyond its request. Built once per instance; cheap to clone.
#[derive(Clone)]
pub struct Services {
    /// Records, slots, journals.
    pub journal: Journal,
    /// HTTP to providers and to other functions.
    pub outbound: Arc<dyn Outbound>,
    /// The deployment's variables.
    pub settings: Arc<dyn Settings>,
    /// Work that goes on after the response.
    pub background: Arc<dyn Background>,
    /// This instance's share of places for calls that wait.
    pub waiting: Waiting,
}

/// Sends HTTP requests to hosts that the manifest allows.
#[async_trait]
pub trait Outbound: Send + Sync {
    /// Sends `request` and collects the answer, all within `timeout`. Any status is an `Ok`.
    ///
    /// # Errors
    /// When no whole answer came.
    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, OutboundError>;
}

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// It took longer than the time-out.
    #[error("no answer in time")]
    TimedOut,
    /// The manifest does not list the host.
    #[error("the manifest does not allow this host")]
    NotAllowed,
    /// The answer is larger than [`OUTBOUND_RESPONSE_LIMIT`].
    #[error("the answer is too large")]
    TooLarge,
    /// Name resolution, connection, TLS or protocol.
    #[error("{0}")]
    Failed(String),
}

/// Bytes of an answer that are read at most.
pub const OUTBOUND_RESPONSE_LIMIT: usize = 256 * 1024;

/// Reads the deployment's variables.
#[async_trait]
pub trait Settings: Send + Sync {
    /// The value of variable `name`; empty when it is not set.
    ///
    /// # Errors
    /// When the variables' provider fails.
    async fn get(&self, name: &str) -> Result<String, SettingsError>;
}

/// The provider of variables failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("variable `{name}` cannot be read: {reason}")]
pub struct SettingsError {
    /// The variable.
    pub name: String,
    /// What the provider said.
    pub reason: String,
}

/// Runs work that outlives the response.
pub trait Background: Send + Sync {
    /// Starts `work`. It goes on after the response; nobody waits for it, and a crash may lose it.
    fn spawn(&self, work: BoxFuture<'static, ()>);
}

/// How long waking the processor may take. It answers after it has processed, so this is generous.
const WAKE_TIMEOUT: Duration = Duration::from_secs(30);

impl Services {
    /// The deployment's keys.
    ///
    /// # Errors
    /// When the variables' provider fails. Nothing may be written without a seal because of that.
    pub async fn secret_keys(&self) -> Result<SecretKeys, SettingsError> {
        Ok(SecretKeys::parse(&self.settings.get("secret_key").await?))
    }

    /// Asks `send-notification` to process the organization's new events, after the response. When that
    /// fails it is logged and nothing is lost: whatever calls `deliver` next processes them.
    pub fn wake(&self, organization: &OrganizationId) {
        let outbound = Arc::clone(&self.outbound);
        let organization = organization.clone();
        self.background.spawn(Box::pin(async move {
            if let Err(reason) = wake(outbound.as_ref(), &organization).await {
                log::line(
                    "the processor was not woken",
                    &[("organization", &organization), ("error", &reason)],
                );
            }
        }));
    }
}

async fn wake(outbound: &dyn Outbound, organization: &OrganizationId) -> Result<(), String> {
    let body = serde_json::json!({ "organization_id": organization }).to_string();
    let request = http::Request::post("http://send-notification.spin.internal/process")
        .header(CONTENT_TYPE, "application/json")
        .body(Bytes::from(body))
        .map_err(|error| error.to_string())?;
    let answer = outbound.send(request, WAKE_TIMEOUT).await.map_err(|error| error.to_string())?;
    if answer.status().is_success() { Ok(()) } else { Err(format!("it answered {}", answer.status())) }
}
