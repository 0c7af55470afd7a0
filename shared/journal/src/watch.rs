//! How the whole deployment is doing, in a number of reads that does not depend on its size. The lists and counts of the root
//! organization include those of all others; what the root does not know, the walk of `deliver` notes.

use countersign_model::ids::{OrganizationId, RequestId};
use countersign_model::tally::DayCounts;
use countersign_model::{List, RequestKind};
use countersign_store::record::{decode, encode};
use countersign_store::{StoreError, keys};
use futures::future::{try_join, try_join3};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::lists::tree::{KeyRange, Missing, Order, ReadOptions};
use crate::projection::Projection;
use crate::{Journal, RequestCounts, RequestReport};

/// How long the lag that a walk found counts. Without a limit, it would count for ever once nobody walks any more.
const FOUND_LAG_COUNTS: SignedDuration = SignedDuration::from_mins(5);
/// After this time a walk is noted even if it found the same as the last one.
const NOTED_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// What a walk over all organizations found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walked {
    /// Organizations that were examined.
    pub organizations: u64,
    /// Organizations of these that could not be processed.
    pub failing: u64,
    /// Deliveries that are not sent yet.
    pub waiting: u64,
    /// For how many seconds the oldest event had been waiting to be processed.
    pub lag: u64,
}

impl Walked {
    /// Adds what was found elsewhere.
    pub fn add(&mut self, other: Self) {
        self.organizations = self.organizations.saturating_add(other.organizations);
        self.failing = self.failing.saturating_add(other.failing);
        self.waiting = self.waiting.saturating_add(other.waiting);
        self.lag = self.lag.max(other.lag);
    }
}

/// The note of the walks of all organizations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walks {
    /// The last one that came to its end, and when.
    pub last: Option<(Timestamp, Walked)>,
    /// What one has found that is not at its end yet.
    pub under_way: Option<Walked>,
}

impl Walks {
    /// After a walk came to its end; `None` if that need not be noted.
    #[must_use]
    pub fn ended(&self, now: Timestamp, found: Walked) -> Option<Self> {
        let is_new = self.under_way.is_some()
            || self.last.is_none_or(|(at, last)| {
                last != found || at > now || now.duration_since(at) >= NOTED_AGAIN_AFTER
            });
        is_new.then_some(Self { last: Some((now, found)), under_way: None })
    }
}

/// For how long the oldest event waits to be processed, as far as it is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lag {
    behind_since: Option<Timestamp>,
    /// The walks of all organizations.
    pub walks: Walks,
}

impl Lag {
    /// How long it is: that of the root organization now, or that which the last walk found, if it was recent.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> SignedDuration {
        let own = self.behind_since.map_or(SignedDuration::ZERO, |since| now.duration_since(since));
        let found = self.walks.last.filter(|(at, _)| now.duration_since(*at) <= FOUND_LAG_COUNTS);
        let found = found.map_or(0, |(_, walked)| i64::try_from(walked.lag).unwrap_or(i64::MAX));
        own.max(SignedDuration::from_secs(found))
    }
}

/// The whole deployment in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overview {
    /// Pending requests by kind, in the order of [`RequestKind::ALL`].
    pub pending: Vec<(RequestKind, u64)>,
    /// When the oldest of them was made.
    pub oldest_pending: Option<Timestamp>,
    /// What happened to requests since counting began. No number in it ever falls.
    pub happened: DayCounts,
    /// Whether events wait to be processed.
    pub lag: Lag,
}

impl Journal {
    /// For how long events wait to be processed: three reads, and a few more if the root organization is behind.
    ///
    /// # Errors
    /// If the backend fails.
    pub async fn lag(&self, root: &OrganizationId) -> Result<Lag, StoreError> {
        let (behind_since, walks) = try_join(self.behind_since(root), self.walks()).await?;
        Ok(Lag { behind_since, walks })
    }

    /// The deployment in numbers. Nobody is told apart by them, so no right is asked: about a dozen reads in three rounds.
    ///
    /// # Errors
    /// If the backend fails.
    pub async fn overview(&self, root: &OrganizationId) -> Result<Overview, StoreError> {
        let counts = self.load::<RequestCounts>(root);
        let (lag, counts, projection) = try_join3(self.lag(root), counts, self.projection(root)).await?;
        let counts = counts.map(|counts| counts.value);
        // After the counts: what these do not have any more is in the report by then. So no number ever falls.
        let report = self.load::<RequestReport>(root);
        let (report, oldest_pending) = try_join(report, self.oldest_pending(&projection.value)).await?;
        let report = report.map(|report| report.value);
        let gathered = counts.as_ref().map(|counts| counts.gathered.as_slice()).unwrap_or_default();
        let report = report.map(|report| report.with(gathered).unwrap_or(report));
        let pending = counts.map(|counts| counts.pending).unwrap_or_default();
        Ok(Overview {
            pending: RequestKind::ALL.iter().map(|kind| (*kind, pending.of_kind(*kind))).collect(),
            oldest_pending,
            happened: report.map(|report| report.ever()).unwrap_or_default(),
            lag,
        })
    }

    /// When the oldest processed pending request was made: the id says it. One node of each level of the tree is read.
    async fn oldest_pending(&self, projection: &Projection) -> Result<Option<Timestamp>, StoreError> {
        let Some(set) = projection.sets.get(&List::PendingRequests) else { return Ok(None) };
        // A node that was replaced meanwhile is left out: then another of the oldest is found, which is near enough.
        let options = ReadOptions { order: Order::OldestFirst, limit: 1, missing: Missing::IsLeftOut };
        let page = set.read(self, &KeyRange::default(), options).await?;
        let oldest = page.and_then(|page| page.keys.into_iter().next());
        let id: Option<RequestId> = oldest.and_then(|id| id.parse().ok());
        let made = id.and_then(|id| i64::try_from(id.ulid().timestamp_ms()).ok());
        Ok(made.and_then(|made| Timestamp::from_millisecond(made).ok()))
    }

    /// The note of the walks of all organizations.
    ///
    /// # Errors
    /// If the backend fails, or the note is unreadable.
    pub async fn walks(&self) -> Result<Walks, StoreError> {
        let key = keys::walked();
        let read = self.kv().get(&key).await?;
        Ok(read.map(|bytes| decode(&key, &bytes)).transpose()?.unwrap_or_default())
    }

    /// Notes a walk: where it goes on, and what was found. `mark` is empty at the end, and `None` if there was no other one.
    ///
    /// # Errors
    /// If the backend fails.
    pub async fn note_walk(&self, mark: Option<&str>, walks: Option<Walks>) -> Result<(), StoreError> {
        let mut entries = Vec::new();
        entries.extend(mark.map(|mark| (keys::walk(), mark.as_bytes().to_vec())));
        if let Some(walks) = walks {
            let key = keys::walked();
            let value = encode(&key, &walks)?;
            entries.push((key, value));
        }
        match entries.is_empty() {
            true => Ok(()),
            false => Ok(self.kv().set_many(entries).await?),
        }
    }
}

#[cfg(test)]
mod tests;
