//! When computers were first told of the decisions on their requests.

use countersign_model::{DecisionHeard, Request};
use jiff::Timestamp;

use crate::record::{Entity, Stored, key_of, open};
use crate::{Store, StoreError};

impl Store {
    /// Notes what computers are about to be told, unless it is noted already: one read each in one round, and one write for all that
    /// is new. A note follows no earlier value, so it is never in conflict with another write. Of several at once, the last one stays.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn note_heard(&self, told: impl IntoIterator<Item = DecisionHeard>) -> Result<(), StoreError> {
        let told: Vec<DecisionHeard> = told.into_iter().collect();
        let ids: Vec<String> = told.iter().map(Entity::own_record_id).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut known = Vec::with_capacity(told.len());
        let mut take = |key: &str, bytes: Option<Vec<u8>>| {
            // A note that cannot be read is replaced.
            known.push(bytes.and_then(|bytes| open::<DecisionHeard>(key, &bytes).ok()));
            Ok(())
        };
        self.read_each_record(&ids, &mut take).await?;
        let mut new = Vec::new();
        for (heard, known) in told.iter().zip(known) {
            if known.is_none_or(|Stored { value, .. }| !value.tells_the_same(heard)) {
                new.push(self.first_entry(key_of::<DecisionHeard>(&heard.request_id), heard)?);
            }
        }
        if new.is_empty() { Ok(()) } else { self.write(new).await }
    }

    /// When the computer that asked was first told of the decision on its request, as the decision stands; `None` while it was not. One
    /// read, if somebody has decided.
    ///
    /// # Errors
    /// When the backend fails, or the note is unreadable.
    pub async fn heard_at(&self, request: &Request) -> Result<Option<Timestamp>, StoreError> {
        let Some(present) = DecisionHeard::of(request, Timestamp::UNIX_EPOCH) else { return Ok(None) };
        let known = self.load::<DecisionHeard>(&request.id).await?.map(|known| known.value);
        Ok(known.filter(|known| known.tells_the_same(&present)).map(|known| known.at))
    }
}
