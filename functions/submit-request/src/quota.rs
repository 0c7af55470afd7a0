//! How many bytes of attachments one computer may send in a day, and have in the store.

use countersign_http::{Problem, Services};
use countersign_journal::Journal;
use countersign_model::{ComputerId, Request};
use countersign_store::throttle::Try;
use jiff::{SignedDuration, Timestamp};

use crate::limits::{Limits, over};

/// When a computer with a full share of the store asks again: it is not known when something is removed.
const ROOM_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// The part of a computer's quota that one upload uses.
pub struct Quota {
    computer: ComputerId,
    limits: Option<Limits>,
    /// The bytes as announced, counted before the first one is read, so that uploads at once cannot exceed the limit.
    counted: Option<Try>,
    now: Timestamp,
}

impl Quota {
    /// Counts the bytes of an upload.
    ///
    /// # Errors
    /// 429: they are more than the computer may send today, or have in the store.
    pub async fn take(
        services: &Services,
        request: &Request,
        now: Timestamp,
        bytes: u64,
    ) -> Result<Self, Problem> {
        let (journal, computer) = (&services.journal, request.computer_id.clone());
        let limits = Limits::of(services).await?;
        let mut quota = Self { computer, limits, counted: None, now };
        let Some(limits) = limits else { return Ok(quota) };
        let kept = journal.kept_bytes(&quota.computer).await?;
        quota.require_space(&limits, kept.saturating_add(bytes))?;
        if bytes > 0 {
            let computer = [quota.computer.as_str()];
            let counted = journal.count_tries(&limits.bytes_per_day(), &computer, bytes).await?;
            if !counted.allowed {
                journal.give_back(&counted).await?;
                let detail = "this computer has sent too many bytes of files today; send this one later";
                return Err(over("too-many-attachment-bytes", detail, counted.until, now));
            }
            quota.counted = Some(counted);
        }
        Ok(quota)
    }

    /// Corrects the count to the bytes that came.
    pub async fn settle(&self, journal: &Journal, bytes: u64) -> Result<(), Problem> {
        match &self.counted {
            Some(counted) => Ok(journal.settle_weight(counted, bytes).await?),
            None => Ok(()),
        }
    }

    /// Counts the bytes among those that the computer has in the store, right before they become visible. Its caller
    /// takes them back if they do not.
    ///
    /// # Errors
    /// 429: the computer has too many there.
    pub async fn keep(&self, journal: &Journal, bytes: u64) -> Result<(), Problem> {
        let kept = journal.keep_bytes(&self.computer, bytes).await?;
        self.limits.map_or(Ok(()), |limits| self.require_space(&limits, kept))
    }

    fn require_space(&self, limits: &Limits, kept: u64) -> Result<(), Problem> {
        if kept <= limits.kept_bytes() {
            return Ok(());
        }
        let detail = "the files of this computer take too much space; withdraw a request, or wait until old ones are removed";
        let later = self.now.saturating_add(ROOM_WITHIN).unwrap_or(self.now);
        Err(over("attachment-space-used-up", detail, later, self.now))
    }
}
