//! Tallies: how often somebody was refused in a period. Only the first refusal is recorded at once; the sweep records
//! how many there were when the period is over.

use countersign_kv::decode_counter;
use countersign_model::act::SessionRefused;
use countersign_model::{OrganizationId, SessionId};
use jiff::{SignedDuration, Timestamp};

use crate::{Expiring, Store, StoreError, keys};

/// The tally of one subject in one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    key: String,
    /// When the period began.
    pub since: Timestamp,
    /// When it ends.
    until: Timestamp,
}

impl Tally {
    /// The tally of a subject in the period, of whole seconds, that contains a moment.
    #[must_use]
    pub fn of(subject: &[&str], period: SignedDuration, at: Timestamp) -> Self {
        let seconds = period.as_secs().max(1);
        let number = at.as_second().div_euclid(seconds);
        let begin = |number: i64| Timestamp::from_second(number.saturating_mul(seconds));
        Self {
            key: keys::throttle(&keys::digest(subject), number),
            since: begin(number).unwrap_or(at),
            until: begin(number + 1).unwrap_or(Timestamp::MAX),
        }
    }
}

impl Store {
    /// Whether something was counted already: the tally was begun. One read.
    ///
    /// # Errors
    /// If the backend fails.
    pub async fn has_begun(&self, tally: &Tally) -> Result<bool, StoreError> {
        Ok(self.refusals_under(&tally.key).await? > 0)
    }

    /// Notes what is to be recorded of a tally when its period is over, of sign-ins or within a session. Comes before the first count, so that a writer
    /// that dies loses at most its own refusal; of racing callers several may do it. Two writes.
    ///
    /// # Errors
    /// If the backend fails. Then nothing must be counted.
    pub async fn begin_tally(
        &self,
        tally: &Tally,
        organization: &OrganizationId,
        refused: &SessionRefused,
        session: Option<&SessionId>,
    ) -> Result<(), StoreError> {
        let note = Expiring::Refusals {
            key: tally.key.clone(),
            organization_id: organization.clone(),
            refused: SessionRefused { since: Some(tally.since), ..refused.clone() },
            session: session.cloned(),
        };
        // The hour in which the period ends, not the one that begins then.
        let last = tally.until.checked_sub(SignedDuration::from_secs(1)).unwrap_or(tally.until);
        self.expire_after(last, &note).await
    }

    /// Counts refusals in a tally that was begun. Returns whether they are the first of the period, which the caller has
    /// to record. One write.
    ///
    /// # Errors
    /// If the backend fails.
    pub async fn count_refusals(&self, tally: &Tally, many: u32) -> Result<bool, StoreError> {
        Ok(self.kv.increment(&tally.key, many.into()).await? == i64::from(many))
    }

    /// Takes back the first refusals, because they could not be recorded: the next ones are the first then.
    ///
    /// # Errors
    /// If the backend fails.
    pub async fn uncount_refusals(&self, tally: &Tally, many: u32) -> Result<(), StoreError> {
        self.kv.increment(&tally.key, -i64::from(many)).await?;
        Ok(())
    }

    /// How many refusals the tally under a key has.
    pub(crate) async fn refusals_under(&self, key: &str) -> Result<u64, StoreError> {
        let read = self.kv.get(key).await?;
        Ok(read.and_then(|bytes| decode_counter(&bytes)).map_or(0, |(count, _)| count))
    }
}
