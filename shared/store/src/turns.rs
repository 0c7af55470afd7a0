//! The turns of providers and integrations, given out to the senders of all organizations and hosts. It is noted without events.

use countersign_model::{Rate, Turns};
use jiff::{SignedDuration, Timestamp};

use crate::record::{key_of, raw};
use crate::{Expiring, Store, StoreError};

/// How often it is tried while others take turns.
const ATTEMPTS: usize = 8;
/// The record is removed after this time. Then it starts over, which lets as many go at once as after a pause.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Store {
    /// Gives out turns to so many who ask ([`Turns::give`]): two reads and a write, however many they are.
    ///
    /// # Errors
    /// When the backend fails, the record is unreadable, or others take turns all the time.
    pub async fn take_turns(
        &self,
        name: &str,
        rate: Rate,
        number: usize,
        now: Timestamp,
    ) -> Result<Vec<Timestamp>, StoreError> {
        let name = name.to_owned();
        let key = key_of::<Turns>(&name);
        let Some(mut read) = self.read(&key).await? else {
            let (new, times) = Turns::none(name).give(rate, number, now);
            let end = now.saturating_add(KEPT).unwrap_or(now);
            self.expire_after(end, &Expiring::Key { key: key.clone() }).await?;
            self.write_first(key, &new).await?;
            return Ok(times);
        };
        for _ in 0..ATTEMPTS {
            let (new, times) = read.envelope.open::<Turns>(&key)?.value.give(rate, number, now);
            let next = read.envelope.next(self.write_id(), None, raw(&key, &new)?);
            let (made, found) = self.swap_record(&key, &read, &next).await?;
            if made {
                return Ok(times);
            }
            read = found;
        }
        Err(StoreError::Busy)
    }
}
