//! How many bytes of attachments one computer, and all computers of one enrollment key together, may send in a day, and
//! have in the store.

use countersign_http::{Code, Problem, Services};
use countersign_journal::Journal;
use countersign_model::Computer;
use countersign_store::throttle::Try;
use countersign_store::{KeptBytes, Manifest};
use futures::future::try_join_all;
use jiff::{SignedDuration, Timestamp};

use crate::limits::{self, Limits};

/// When a computer with a full share of the store asks again: it is not known when something is removed.
const ROOM_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// The part of a computer's quota that one upload uses.
pub struct Quota {
    limits: Option<Limits>,
    /// The bytes as announced, counted before the first one is read, so that uploads at once cannot exceed the limit.
    counted: Vec<Try>,
    now: Timestamp,
}

impl Quota {
    /// Counts the bytes of an upload.
    ///
    /// # Errors
    /// 429: they are more than the computer may send today, or have in the store.
    pub async fn take(
        services: &Services,
        computer: &Computer,
        now: Timestamp,
        bytes: u64,
    ) -> Result<Self, Problem> {
        let quota = Self { limits: Limits::of(services).await?, counted: Vec::new(), now };
        quota.require_space_for(&services.journal, computer, bytes).await?;
        quota.of_today(&services.journal, computer, bytes).await
    }

    /// Counts the bytes of a file that the store has already: they are sent once more today, and take no space.
    ///
    /// # Errors
    /// 429: they are more than the computer may send today.
    pub async fn sent_again(
        services: &Services,
        computer: &Computer,
        now: Timestamp,
        bytes: u64,
    ) -> Result<Self, Problem> {
        let quota = Self { limits: Limits::of(services).await?, counted: Vec::new(), now };
        quota.of_today(&services.journal, computer, bytes).await
    }

    /// Refuses so many bytes more than the computer has in the store already.
    async fn require_space_for(
        &self,
        journal: &Journal,
        computer: &Computer,
        bytes: u64,
    ) -> Result<(), Problem> {
        let Some(limits) = self.limits else { return Ok(()) };
        let KeptBytes { computer: own, key } = journal.kept_bytes(computer).await?;
        let with = KeptBytes { computer: own.saturating_add(bytes), key: key.saturating_add(bytes) };
        self.require_space(&limits, with)
    }

    /// With these bytes counted among those of the day.
    async fn of_today(self, journal: &Journal, computer: &Computer, bytes: u64) -> Result<Self, Problem> {
        let Some(limits) = self.limits.filter(|_| bytes > 0) else { return Ok(self) };
        let detail = "this computer, or those that enrolled with the same key, sent too many bytes of files today; send this \
                      one later";
        let counted = limits::count(journal, &limits.bytes(computer), bytes).await?;
        let counted = counted
            .map_err(|until| Problem::over_limit(Code::TooManyAttachmentBytes, detail, until, self.now))?;
        Ok(Self { counted, ..self })
    }

    /// The quota of an upload that goes on: its bytes were counted when it began.
    ///
    /// # Errors
    /// 429: the computer has too many bytes in the store by now.
    pub async fn going_on(
        services: &Services,
        computer: &Computer,
        now: Timestamp,
        (counted, bytes): (&[Try], u64),
    ) -> Result<Self, Problem> {
        let quota = Self { limits: Limits::of(services).await?, counted: counted.to_vec(), now };
        quota.require_space_for(&services.journal, computer, bytes).await?;
        Ok(quota)
    }

    /// What was counted, for an upload that may go on.
    pub fn counted(&self) -> Vec<Try> {
        self.counted.clone()
    }

    /// Corrects the count to the bytes that came.
    pub async fn settle(&self, journal: &Journal, bytes: u64) -> Result<(), Problem> {
        try_join_all(self.counted.iter().map(|counted| journal.settle_weight(counted, bytes))).await?;
        Ok(())
    }

    /// Counts the bytes among those that the computer has in the store, right before they become visible. Its caller
    /// takes them back if they do not.
    ///
    /// # Errors
    /// 429: the computer, or those of its key, have too many there.
    pub async fn keep(&self, journal: &Journal, manifest: &Manifest) -> Result<(), Problem> {
        let kept = journal.keep_bytes(manifest).await?;
        self.limits.map_or(Ok(()), |limits| self.require_space(&limits, kept))
    }

    fn require_space(&self, limits: &Limits, kept: KeptBytes) -> Result<(), Problem> {
        let most = limits.kept_bytes();
        let detail = if kept.computer > most.computer {
            "the files of this computer take too much space; withdraw a request, or wait until old ones are removed"
        } else if kept.key > most.key {
            "the files of the computers that enrolled with the same key take too much space; wait until old ones are removed"
        } else {
            return Ok(());
        };
        let later = self.now.saturating_add(ROOM_WITHIN).unwrap_or(self.now);
        Err(Problem::over_limit(Code::AttachmentSpaceUsedUp, detail, later, self.now))
    }
}
