//! Addresses to which messages do not arrive, shown with the deliveries to them.

use countersign_journal::Journal;
use countersign_model::{Bounce, Channel, Delivery};
use countersign_store::{BouncedAddress, StoreError, Stored};

/// The bounces in force with their addresses: those of a page at most.
pub struct Bounces(Vec<(BouncedAddress, Bounce)>);

impl Bounces {
    /// Those of the addresses of these deliveries. Each address is read once.
    pub async fn of(journal: &Journal, deliveries: &[Stored<Delivery>]) -> Result<Self, StoreError> {
        let is_personal =
            |each: &&Stored<Delivery>| matches!(each.value.channel, Channel::Email | Channel::Sms);
        let mut addresses = Vec::new();
        for address in deliveries.iter().filter(is_personal).map(|each| address_of(&each.value)) {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        let found = journal.bounces(&addresses).await?;
        let found = addresses.into_iter().zip(found);
        Ok(Self(found.filter_map(|(address, bounce)| Some((address, bounce?))).collect()))
    }

    /// That of the address of a delivery.
    pub fn get(&self, delivery: &Delivery) -> Option<&Bounce> {
        let wanted = address_of(delivery);
        self.0.iter().find(|(address, _)| *address == wanted).map(|(_, bounce)| bounce)
    }
}

fn address_of(delivery: &Delivery) -> BouncedAddress {
    BouncedAddress::new(delivery.channel, &delivery.address)
}
