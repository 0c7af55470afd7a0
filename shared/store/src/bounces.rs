//! Addresses to which messages do not arrive. They are noted without events: what a provider reports is nobody's act.

use countersign_model::{Bounce, BounceReport, Channel, Unchanged, text};

use crate::record::key_of;
use crate::{Entity, Store, StoreError, UpdateError, keys};

/// The address of a bounce: the channel, and a hash of the address as it is compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BouncedAddress {
    channel: Channel,
    digest: String,
}

impl BouncedAddress {
    /// An address.
    pub fn new(channel: Channel, address: &str) -> Self {
        Self { channel, digest: keys::digest(&[&text::address_key(address)]) }
    }
}

impl Entity for Bounce {
    type Id = BouncedAddress;

    fn record_id(id: &Self::Id) -> String {
        format!("bounce_{}_{}", id.channel, id.digest)
    }

    fn own_record_id(&self) -> String {
        Self::record_id(&BouncedAddress::new(self.channel, &self.address))
    }
}

impl Store {
    /// The bounces in force of these addresses, in their places.
    ///
    /// # Errors
    /// When the backend fails, or a record is unreadable.
    pub async fn bounces(&self, addresses: &[BouncedAddress]) -> Result<Vec<Option<Bounce>>, StoreError> {
        let found = self.load_many::<Bounce>(addresses).await?;
        let found = found.into_iter().map(|found| found.map(|found| found.value));
        Ok(found.map(|found| found.filter(Bounce::is_in_force)).collect())
    }

    /// Notes what a provider reported. One that is repeated changes nothing.
    ///
    /// # Errors
    /// When the backend fails, or others write it at this moment.
    pub async fn note_bounce(&self, report: &BounceReport) -> Result<(), StoreError> {
        let address = BouncedAddress::new(report.channel, &report.address);
        match self.update(&address, |old: &Bounce| old.again(report)).await {
            Ok(_) | Err(UpdateError::Refused(Unchanged)) => Ok(()),
            Err(UpdateError::Store(StoreError::NotFound)) => {
                self.write_first(key_of::<Bounce>(&address), &Bounce::of(report)).await
            }
            Err(UpdateError::Store(error)) => Err(error),
        }
    }

    /// Puts an address right.
    ///
    /// # Errors
    /// When the backend fails, or others write it at this moment.
    pub async fn clear_bounce(&self, address: &BouncedAddress) -> Result<(), StoreError> {
        let now = self.clock().now();
        match self.update(address, |old: &Bounce| old.cleared(now)).await {
            Ok(_) | Err(UpdateError::Refused(Unchanged) | UpdateError::Store(StoreError::NotFound)) => Ok(()),
            Err(UpdateError::Store(error)) => Err(error),
        }
    }
}
