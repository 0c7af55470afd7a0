//! What a function works with on any platform: the store, outbound HTTP, settings, background work.
use std::sync::Arc;

use countersign_authority::secrets::SecretKeys;
use countersign_journal::Journal;
use countersign_store::Store;

use crate::cursor::Cursors;
use crate::epoch::Epoch;
use crate::ports::{Background, Outbound, Settings, SettingsError};
use crate::store_server::StoreServer;
use crate::under_way::UnderWay;
use crate::waiting::Waiting;
use crate::wake::{OneByOne, Waker};

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
    /// This instance's key for cursors.
    pub cursors: Cursors,
    /// This instance's copy of the store's epoch.
    pub epoch: Epoch,
    /// This instance's places for waiting calls.
    pub waiting: Waiting,
    /// This instance's calls under way.
    pub under_way: UnderWay,
    /// This instance's calls that have notices planned.
    pub planning: OneByOne,
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
        let (cursors, epoch) = (Cursors::default(), Epoch::default());
        let (waiting, under_way, planning) = (Waiting::default(), UnderWay::default(), OneByOne::default());
        Self {
            journal,
            outbound,
            settings,
            background,
            store_server,
            cursors,
            epoch,
            waiting,
            under_way,
            planning,
        }
    }

    /// The deployment's keys.
    ///
    /// # Errors
    /// If the provider of variables fails. In that case nothing may be written unsealed.
    pub async fn secret_keys(&self) -> Result<SecretKeys, SettingsError> {
        Ok(SecretKeys::parse(&self.settings.get("secret_key").await?))
    }
}
