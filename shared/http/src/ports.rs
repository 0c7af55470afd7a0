//! What a platform gives a function beside the store: outbound HTTP, settings, background work.
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::future::BoxFuture;

/// Sends HTTP requests to hosts that the manifest allows.
#[async_trait]
pub trait Outbound: Send + Sync {
    /// Sends `request` and collects the answer, all within `timeout`. Any status is an `Ok`.
    ///
    /// # Errors
    /// If no complete answer arrived.
    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, OutboundError>;
}

/// Why there was no answer.
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

/// The most bytes of an answer that are read.
pub const OUTBOUND_RESPONSE_LIMIT: usize = 256 * 1024;

/// Reads the deployment's variables.
#[async_trait]
pub trait Settings: Send + Sync {
    /// The value of the variable `name`; empty if it is not set.
    ///
    /// # Errors
    /// If the provider of variables fails.
    async fn get(&self, name: &str) -> Result<String, SettingsError>;
}

/// The provider of variables failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("variable `{name}` cannot be read: {reason}")]
pub struct SettingsError {
    /// The variable.
    pub name: String,
    /// The provider's message.
    pub reason: String,
}

/// Runs work that outlives the response.
pub trait Background: Send + Sync {
    /// Starts `work`. It continues after the response. Nobody waits for it, and a crash may lose it.
    fn spawn(&self, work: BoxFuture<'static, ()>);
}
