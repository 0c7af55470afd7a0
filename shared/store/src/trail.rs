//! The trail of a request, or of the flag of a file: which events changed it, in their order, so that its history is read without
//! searching a journal.
//!
//! An event counts once the record carries it, so the writer of an event cannot note it without another write. The next writer
//! can: it has read the record, so it knows what counts, and notes that in its own batch, beside the receipt, under the revision
//! at which it found it. Two writers that race note the same. The last event is in the record itself.
//!
//! A revision without an event of its own (a touch) leaves a gap, or the same event twice. The numbers of the events of one
//! record increase, so a reader passes over what it has seen.

use std::fmt;
use std::str::FromStr;

use countersign_model::{FlagId, RequestId};
use futures::future::{try_join, try_join_all};

use crate::record::{decode, encode};
use crate::{Entity, EventRef, Store, StoreError, keys};

/// A place in a trail, between two pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TrailPlace {
    /// The first revision of the next page.
    revision: u64,
    /// The number of the last event before it.
    number: u64,
}

impl TrailPlace {
    /// Whether it is the beginning.
    #[must_use]
    pub fn is_beginning(self) -> bool {
        self == Self::default()
    }

    /// The number of the last event before it; `None` if there is none.
    #[must_use]
    pub fn last_event(self) -> Option<u64> {
        Some(self.number).filter(|number| *number > 0)
    }
}

impl fmt::Display for TrailPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.revision, self.number)
    }
}

impl FromStr for TrailPlace {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (revision, number) = text.split_once('.').ok_or(())?;
        Ok(Self { revision: revision.parse().map_err(drop)?, number: number.parse().map_err(drop)? })
    }
}

/// A page of a trail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trail {
    /// Where the events are, oldest first.
    pub events: Vec<EventRef>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<TrailPlace>,
    /// Whether the first event is the one that created the record. Earlier versions did not note it.
    pub is_whole: bool,
}

/// A record with the first and the last event of its trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithEnds<T> {
    /// The record.
    pub value: T,
    /// The event that created it. Earlier versions did not note it.
    pub first: Option<EventRef>,
    /// The event that changed it last; `None` if none did.
    pub last: Option<EventRef>,
}

/// Whether a record has a trail.
pub fn has_trail(record: &str) -> bool {
    let kind = record.split_once('_').map(|(kind, _)| kind);
    kind.is_some_and(|kind| [RequestId::PREFIX, FlagId::PREFIX].contains(&kind))
}

/// The entry that notes the event that a record carried at a revision; at 0, the one that created it.
///
/// # Errors
/// None: it has a bound.
pub fn trail_entry(record: &str, revision: u64, event: &EventRef) -> Result<(String, Vec<u8>), StoreError> {
    let key = keys::trail(record, revision);
    let value = encode(&key, event)?;
    Ok((key, value))
}

impl Store {
    /// The events that changed a record, at up to `many` revisions: two rounds of reads, the record and these.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such record.
    pub async fn trail<T: Entity>(
        &self,
        id: &T::Id,
        from: TrailPlace,
        many: usize,
    ) -> Result<Trail, StoreError> {
        let record = T::record_id(id);
        let read = self.read(&keys::record(&record)).await?.ok_or(StoreError::NotFound)?;
        let last = read.envelope.revision;
        let end = from.revision.saturating_add(many as u64).min(last.saturating_add(1));
        let noted = (from.revision..end.min(last)).map(|revision| {
            let key = keys::trail(&record, revision);
            async move {
                let bytes = self.kv.get(&key).await?;
                Ok::<_, StoreError>(bytes.and_then(|bytes| decode::<EventRef>(&key, &bytes).ok()))
            }
        });
        let mut found = try_join_all(noted).await?;
        let is_whole = from.is_beginning() && found.first().is_some_and(Option::is_some);
        if end > last {
            found.push(read.envelope.event);
        }
        let (mut events, mut number) = (Vec::<EventRef>::new(), from.number);
        for event in found.into_iter().flatten() {
            if event.number > number {
                number = event.number;
                events.push(event);
            }
        }
        let next = (end <= last).then_some(TrailPlace { revision: end, number });
        Ok(Trail { events, next, is_whole })
    }

    /// A record with the first and the last event of its trail, however long that is: one round of two reads.
    ///
    /// # Errors
    /// When the backend fails, or the record cannot be read.
    pub async fn with_ends<T: Entity>(&self, id: &T::Id) -> Result<Option<WithEnds<T>>, StoreError> {
        let record = T::record_id(id);
        let (key, first) = (keys::record(&record), keys::trail(&record, 0));
        let (read, noted) =
            try_join(self.read(&key), async { Ok::<_, StoreError>(self.kv.get(&first).await?) }).await?;
        let Some(read) = read else { return Ok(None) };
        let value = read.envelope.open::<T>(&key)?.value;
        let first = noted.and_then(|bytes| decode(&first, &bytes).ok());
        Ok(Some(WithEnds { value, first, last: read.envelope.event }))
    }

    /// Removes the trail of a record that is about to be removed.
    ///
    /// # Errors
    /// When the backend fails. The record must stay then, because it says how long its trail is.
    pub async fn forget_trail<T: Entity>(&self, id: &T::Id) -> Result<(), StoreError> {
        /// How many keys are deleted at once.
        const AT_ONCE: u64 = 50;
        let record = T::record_id(id);
        let Some(read) = self.read(&keys::record(&record)).await? else { return Ok(()) };
        // A writer that died may have noted the present event already.
        let end = read.envelope.revision.saturating_add(1);
        let mut from = 0;
        while from < end {
            let until = end.min(from + AT_ONCE);
            let gone = (from..until).map(|revision| {
                let key = keys::trail(&record, revision);
                async move { self.kv.delete(&key).await }
            });
            try_join_all(gone).await?;
            from = until;
        }
        Ok(())
    }
}
