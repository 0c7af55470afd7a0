//! What a function works with on any platform: the store, outbound HTTP, settings, background work.
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use countersign_authority::secrets::SecretKeys;
use countersign_journal::Journal;
use countersign_store::Store;
use futures::future::BoxFuture;

use crate::store_server::StoreServer;
use crate::under_way::UnderWay;
use crate::waiting::Waiting;
use crate::wake::Waker;

/// Everything that a handler uses beyond its request. Built once per instance; cheap to clone.
#[derive(Clone)]
pub struct Services {
    /// Records, slots, journals.
    pub journal: Journal,
    /// HTTP to providers and to other functions.
    pub outbound: Arc<dyn Outbound>,
    /// The deployment's variables.
    pub settings: Arc<dyn Settings>,
    /// Work that continues after the response.
    pub background: Arc<dyn Background>,
    /// The server behind the store.
    pub store_server: Arc<dyn StoreServer>,
    /// This instance's places for waiting calls.
    pub waiting: Waiting,
    /// This instance's calls under way.
    pub under_way: UnderWay,
}

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

impl Services {
    /// The services of an instance on its platform. Everything saved through their journal wakes the processor.
    pub fn new(
        store: Store,
        outbound: Arc<dyn Outbound>,
        settings: Arc<dyn Settings>,
        background: Arc<dyn Background>,
        store_server: Arc<dyn StoreServer>,
    ) -> Self {
        let waker = Waker::new(Arc::clone(&outbound), Arc::clone(&background));
        let journal = Journal::new(store).waking(Arc::new(waker));
        let (waiting, under_way) = (Waiting::default(), UnderWay::default());
        Self { journal, outbound, settings, background, store_server, waiting, under_way }
    }

    /// The deployment's keys.
    ///
    /// # Errors
    /// If the provider of variables fails. In that case nothing may be written unsealed.
    pub async fn secret_keys(&self) -> Result<SecretKeys, SettingsError> {
        Ok(SecretKeys::parse(&self.settings.get("secret_key").await?))
    }
}
