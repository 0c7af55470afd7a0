//! Records: one JSON value under one key, created in a batch, changed only by a compare-and-swap that is read back.

mod later;

use countersign_kv::under_way::in_order;
use futures::StreamExt;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::keys;
use crate::{EventRef, Store, StoreError, UpdateError};

/// How many of its writes a record remembers.
const REMEMBERED_WRITES: usize = 32;
/// The most bytes of one value, except attachment chunks.
pub const MAX_VALUE: usize = 64 * 1024;
/// The most bytes of a record's value. The rest is for its envelope, so that no later write of the same value is too
/// large.
pub const MAX_RECORD: usize = MAX_VALUE - 2 * 1024;
/// How often a touch is tried. On Redis, a swap may fail although nobody else wrote.
const TOUCH_ATTEMPTS: usize = 8;
/// How often a request tries to swap a record before it gives up.
pub const ATTEMPTS: usize = 2;
/// How often work that nobody waits for does.
const ATTEMPTS_UNWAITED: usize = 8;

/// Something stored as a record of its own.
pub trait Entity: Serialize + DeserializeOwned + Send + Sync {
    /// Its id, or the id of its owner. The id of another type of record does not compile.
    type Id: ?Sized + Send + Sync;

    /// The record id for an id, unique among all records of all types.
    fn record_id(id: &Self::Id) -> String;

    /// The record id of this value.
    fn own_record_id(&self) -> String;
}

/// A record as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored<T> {
    /// Counts the writes of the record, from 1. This is what `ETag` and `If-Match` carry.
    pub revision: u64,
    /// The value.
    pub value: T,
}

impl<T> Stored<T> {
    /// Changes the value, keeping the revision.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Stored<U> {
        Stored { revision: self.revision, value: f(self.value) }
    }
}

/// A record as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Envelope {
    pub revision: u64,
    /// The ids of its last writes, oldest first. By these, a writer knows that its own write took effect.
    pub writes: Vec<String>,
    /// The event of the last write that had one.
    /// INVARIANT: a writer that replaces it has written the event's receipt before, so no committed event is ever
    /// forgotten here.
    pub event: Option<EventRef>,
    pub value: Box<RawValue>,
}

/// The part of an envelope that readers need, read in one pass. What writers need is skipped.
#[derive(Deserialize)]
#[serde(bound = "T: Deserialize<'de>")]
struct Opened<T> {
    revision: u64,
    #[serde(deserialize_with = "countersign_model::json::object")]
    value: T,
}

/// Takes a key and its value.
pub type Take<'a> = dyn FnMut(&str, Option<Vec<u8>>) -> Result<(), StoreError> + Send + 'a;

/// An envelope with the bytes it was read from, which a swap compares with.
pub struct Read {
    pub bytes: Vec<u8>,
    pub envelope: Envelope,
}

impl Envelope {
    /// The first revision of a record.
    pub fn first(write: String, event: Option<EventRef>, value: Box<RawValue>) -> Self {
        Self { revision: 1, writes: vec![write], event, value }
    }

    /// The revision after this one.
    pub fn next(&self, write: String, event: Option<EventRef>, value: Box<RawValue>) -> Self {
        let surplus = (self.writes.len() + 1).saturating_sub(REMEMBERED_WRITES);
        let writes = self.writes.iter().skip(surplus).cloned().chain([write]).collect();
        Self { revision: self.revision + 1, writes, event: event.or_else(|| self.event.clone()), value }
    }

    pub fn carries(&self, write: &str) -> bool {
        self.writes.iter().any(|each| each == write)
    }

    pub fn open<T: Entity>(&self, key: &str) -> Result<Stored<T>, StoreError> {
        // From bytes like everything else here, so that a component contains one JSON reader and not two.
        let value = decode(key, self.value.get().as_bytes())?;
        Ok(Stored { revision: self.revision, value })
    }
}

/// The record in stored bytes.
///
/// # Errors
/// If they are no such record.
pub fn open<T: Entity>(key: &str, bytes: &[u8]) -> Result<Stored<T>, StoreError> {
    let Opened { revision, value } = decode(key, bytes)?;
    Ok(Stored { revision, value })
}

/// The JSON of a value; refused if it is too large.
pub fn encode<T: Serialize + ?Sized>(key: &str, value: &T) -> Result<Vec<u8>, StoreError> {
    let bytes = serde_json::to_vec(value).map_err(|_| StoreError::corrupt(key))?;
    if bytes.len() > MAX_VALUE {
        return Err(StoreError::TooLarge { key: key.to_owned() });
    }
    Ok(bytes)
}

/// The JSON of a value, for an envelope; refused if it is too large.
pub fn raw<T: Serialize>(key: &str, value: &T) -> Result<Box<RawValue>, StoreError> {
    let value = serde_json::value::to_raw_value(value).map_err(|_| StoreError::corrupt(key))?;
    if value.get().len() > MAX_RECORD {
        return Err(StoreError::TooLarge { key: key.to_owned() });
    }
    Ok(value)
}

/// The JSON value under a key.
pub fn decode<'a, T: Deserialize<'a>>(key: &str, bytes: &'a [u8]) -> Result<T, StoreError> {
    countersign_model::json::from_slice(bytes).map_err(|_| StoreError::corrupt(key))
}

/// The key of a record.
pub fn key_of<T: Entity>(id: &T::Id) -> String {
    keys::record(&T::record_id(id))
}

impl Store {
    /// A record by its id; `None` if it does not exist.
    ///
    /// ```text
    /// let request = store.load::<Request>(&id).await?;
    /// ```
    pub async fn load<T: Entity>(&self, id: &T::Id) -> Result<Option<Stored<T>>, StoreError> {
        self.open_at(&key_of::<T>(id)).await
    }

    /// Records by their ids, read concurrently. Absent ones are `None`, in their places.
    pub async fn load_many<'a, T: Entity<Id: 'a>>(
        &self,
        ids: impl IntoIterator<Item = &'a T::Id>,
    ) -> Result<Vec<Option<Stored<T>>>, StoreError> {
        self.open_many(ids.into_iter().map(key_of::<T>).collect()).await
    }

    /// A record by its record id, which lists and claims contain.
    pub async fn load_by_record_id<T: Entity>(&self, id: &str) -> Result<Option<Stored<T>>, StoreError> {
        self.open_at(&keys::record(id)).await
    }

    /// Records by their record ids, read concurrently. Absent ones are `None`, in their places.
    pub async fn load_by_record_ids<T: Entity>(
        &self,
        ids: &[&str],
    ) -> Result<Vec<Option<Stored<T>>>, StoreError> {
        self.open_many(ids.iter().map(|id| keys::record(id)).collect()).await
    }

    async fn open_at<T: Entity>(&self, key: &str) -> Result<Option<Stored<T>>, StoreError> {
        self.kv.get(key).await?.map(|bytes| open(key, &bytes)).transpose()
    }

    /// Each value is parsed as soon as it has been read and then dropped, so that a long page does not fill the memory.
    async fn open_many<T: Entity>(&self, keys: Vec<String>) -> Result<Vec<Option<Stored<T>>>, StoreError> {
        let mut opened = Vec::with_capacity(keys.len());
        let mut open_next = |key: &str, bytes: Option<Vec<u8>>| {
            opened.push(bytes.map(|bytes| open(key, &bytes)).transpose()?);
            Ok(())
        };
        self.read_each(&keys, &mut open_next).await?;
        Ok(opened)
    }

    /// Reads the values of records concurrently and hands them over with their keys, in the order of the record ids.
    ///
    /// # Errors
    /// If the backend fails, and the first error of `take`, which ends the reading.
    pub async fn read_each_record(&self, ids: &[&str], take: &mut Take<'_>) -> Result<(), StoreError> {
        let keys: Vec<String> = ids.iter().map(|id| keys::record(id)).collect();
        self.read_each(&keys, take).await
    }

    /// Reads values concurrently and hands them over in the order of their keys.
    ///
    /// One piece of code for all types: joining futures separately for each type would add kilobytes to a component.
    async fn read_each(&self, keys: &[String], take: &mut Take<'_>) -> Result<(), StoreError> {
        let mut values = in_order(keys.iter().map(|key| self.kv.get(key)));
        for key in keys {
            let value = values.next().await.transpose()?.flatten();
            take(key, value)?;
        }
        Ok(())
    }

    /// Changes a record that needs no event of its own (for example a delivery's state): read, pure transition, swap,
    /// read back.
    ///
    /// The transition may run twice. Acts of people go through `Journal::save_update` instead.
    pub async fn update<T, E>(
        &self,
        id: &T::Id,
        transition: impl Fn(&T) -> Result<T, E> + Send + Sync,
    ) -> Result<Stored<T>, UpdateError<E>>
    where
        T: Entity,
        E: Send,
    {
        self.update_within(ATTEMPTS, id, transition).await
    }

    /// [`Store::update`] with a given number of attempts, for work that nobody waits for.
    pub async fn update_within<T, E>(
        &self,
        attempts: usize,
        id: &T::Id,
        transition: impl Fn(&T) -> Result<T, E> + Send + Sync,
    ) -> Result<Stored<T>, UpdateError<E>>
    where
        T: Entity,
        E: Send,
    {
        let key = key_of::<T>(id);
        let mut read = self.read(&key).await?.ok_or(StoreError::NotFound)?;
        for _ in 0..attempts {
            let old = read.envelope.open::<T>(&key)?;
            let value = transition(&old.value).map_err(UpdateError::Refused)?;
            let json = read.envelope.replaced(&key, &old.value, &value)?;
            let new = read.envelope.next(self.write_id(), None, json);
            let (made, now) = self.swap_record(&key, &read, &new).await?;
            if made {
                return Ok(Stored { revision: new.revision, value });
            }
            read = now;
        }
        Err(StoreError::Busy.into())
    }

    /// [`Store::update_within`], or the first write of a record that does not exist, which changes `none`.
    ///
    /// Of two first writes at once, only the later one stays: this is for records that the holder of a lease writes.
    pub async fn update_or_create<T, E>(
        &self,
        none: &T,
        transition: impl Fn(&T) -> Result<T, E> + Send + Sync,
    ) -> Result<T, UpdateError<E>>
    where
        T: Entity,
        E: Send,
    {
        let key = keys::record(&none.own_record_id());
        for _ in 0..ATTEMPTS_UNWAITED {
            let Some(read) = self.read(&key).await? else {
                let value = transition(none).map_err(UpdateError::Refused)?;
                self.write_first(key, &value).await?;
                return Ok(value);
            };
            let old = read.envelope.open::<T>(&key)?.value;
            let value = transition(&old).map_err(UpdateError::Refused)?;
            let json = read.envelope.replaced(&key, &old, &value)?;
            let new = read.envelope.next(self.write_id(), None, json);
            if self.swap_record(&key, &read, &new).await?.0 {
                return Ok(value);
            }
        }
        Err(StoreError::Busy.into())
    }

    /// Writes the first state of a record that is noted without events. Of several at once, the last one stays.
    pub(crate) async fn write_first<T: Entity>(&self, key: String, value: &T) -> Result<(), StoreError> {
        self.write(vec![self.first_entry(key, value)?]).await
    }

    /// The first state of a record that is noted without events, to be written.
    pub(crate) fn first_entry<T: Entity>(
        &self,
        key: String,
        value: &T,
    ) -> Result<(String, Vec<u8>), StoreError> {
        let first = Envelope::first(self.write_id(), None, raw(&key, value)?);
        let bytes = encode(&key, &first)?;
        Ok((key, bytes))
    }

    /// The envelope under a key.
    pub async fn read(&self, key: &str) -> Result<Option<Read>, StoreError> {
        let Some(bytes) = self.kv.get(key).await? else { return Ok(None) };
        let envelope = decode(key, &bytes)?;
        Ok(Some(Read { bytes, envelope }))
    }

    /// Swaps a record and reads it back. Returns whether the write was made, and the current record. If it was not
    /// made, it never will be.
    pub async fn swap_record(
        &self,
        key: &str,
        old: &Read,
        new: &Envelope,
    ) -> Result<(bool, Read), StoreError> {
        let write = new.writes.last().map(String::as_str).unwrap_or_default();
        // The report is ignored: Redis reports failure for a swap that took effect.
        self.kv.swap(key, &old.bytes, encode(key, new)?).await?;
        let now = self.read(key).await?.ok_or(StoreError::NotFound)?;
        // The write id may have been rotated out by writes without events of their own, which leave our event in place.
        let own_event =
            new.event.is_some() && new.event != old.envelope.event && now.envelope.event == new.event;
        if now.envelope.carries(write) || own_event {
            return Ok((true, now));
        }
        // Our write id may have been rotated out of the remembered ones. If the write was made, the next writer with an
        // event left a receipt for ours.
        let made = match &new.event {
            Some(event) if new.event != old.envelope.event => self.has_receipt(event).await?,
            // It is unknown whether the write was forgotten or never made; the caller must not rely on either.
            _ if now.envelope.revision > old.envelope.revision + REMEMBERED_WRITES as u64 => {
                return Err(StoreError::Busy);
            }
            _ => false,
        };
        Ok((made, now))
    }

    /// Changes only the revision of a record, so that a swap based on an earlier read fails. It forgets no write id,
    /// and a record within its bound stays within it.
    pub async fn touch(&self, key: &str) -> Result<(), StoreError> {
        for _ in 0..TOUCH_ATTEMPTS {
            let Some(read) = self.read(key).await? else { return Ok(()) };
            let touched = Envelope { revision: read.envelope.revision + 1, ..read.envelope };
            self.kv.swap(key, &read.bytes, encode(key, &touched)?).await?;
            // Another write in between has also changed it.
            if self.kv.get(key).await?.is_none_or(|now| now != read.bytes) {
                return Ok(());
            }
        }
        Err(StoreError::Busy)
    }

    /// A fresh id for one write.
    pub fn write_id(&self) -> String {
        keys::hex(&self.random.u64().to_be_bytes())
    }

    /// Several writes in one transaction, sizes checked.
    pub async fn write(&self, entries: Vec<(String, Vec<u8>)>) -> Result<(), StoreError> {
        if let Some((key, _)) = entries.iter().find(|(_, value)| value.len() > MAX_VALUE) {
            return Err(StoreError::TooLarge { key: key.clone() });
        }
        Ok(self.kv.set_many(entries).await?)
    }
}
