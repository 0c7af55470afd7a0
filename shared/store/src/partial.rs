//! Uploads that go on after an interruption: how much of the bytes has arrived for a request, and from whom.
//!
//! Each call that appends gets a number of its own by a compare-and-swap of the upload's record, and writes its chunks under
//! keys with that number, each key once. A call that a newer one has replaced may still write, but nothing refers to what it
//! writes. So the stored bytes are those that were hashed, however calls race. How far the newest call is stands under a key
//! that only this call writes, in one batch with each chunk.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use countersign_model::ids::{OrganizationId, RequestId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use sha2::digest::common::hazmat::SerializableState;

use crate::chunks::{CHUNK, FINISHED_WITHIN, Part, add, calls, name, whole_chunks};
use crate::record::{Read, decode};
use crate::throttle::Try;
use crate::{Store, StoreError, keys};

mod append;

pub use append::{Append, AppendError, Beginning};

/// How an upload stood when its newest call began.
/// INVARIANT: each call in `parts` has a whole chunk at least, so a record has at most as many parts as the largest
/// attachment has chunks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    upload: String,
    /// The newest call.
    call: u32,
    begun_at: Timestamp,
    /// The bytes of the whole file, if they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    length: Option<u64>,
    /// What the upload counts for among the bytes of a day: it counts once, with its first call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    counted: Vec<Try>,
    /// The whole chunks.
    parts: Vec<Part>,
    /// The call that stored the bytes after the whole chunks, if there are some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tail: Option<u32>,
    at: Progress,
}

/// How many bytes have arrived, and the state of their hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Progress {
    offset: u64,
    /// In Base64.
    hash: String,
}

impl Progress {
    fn of(offset: u64, hasher: &Sha256) -> Self {
        Self { offset, hash: BASE64.encode(hasher.serialize()) }
    }

    fn hasher(&self) -> Option<Sha256> {
        let state = BASE64.decode(&self.hash).ok()?;
        Sha256::deserialize(state.as_slice().try_into().ok()?).ok()
    }
}

impl State {
    /// The state with what the newest call has stored.
    fn with(mut self, progress: Option<Progress>) -> Self {
        let Some(progress) = progress.filter(|progress| progress.offset > self.at.offset) else {
            return self;
        };
        add(&mut self.parts, self.call, whole_chunks(progress.offset) - whole_chunks(self.at.offset));
        self.tail = (!progress.offset.is_multiple_of(CHUNK as u64)).then_some(self.call);
        Self { at: progress, ..self }
    }

    fn ends_at(&self) -> Timestamp {
        self.begun_at.saturating_add(FINISHED_WITHIN).unwrap_or(self.begun_at)
    }
}

/// An upload that may go on.
pub struct Partial {
    state: State,
    /// The record as it was read, for the swap by the next call.
    read: Read,
}

impl Partial {
    /// How many bytes have arrived.
    pub fn offset(&self) -> u64 {
        self.state.at.offset
    }

    /// The bytes of the whole file, if they are known.
    pub fn length(&self) -> Option<u64> {
        self.state.length
    }

    /// What the upload counts for among the bytes of a day.
    pub fn counted(&self) -> &[Try] {
        &self.state.counted
    }

    /// When it is over, if it is not complete by then.
    pub fn ends_at(&self) -> Timestamp {
        self.state.ends_at()
    }
}

/// What a call may leave: noted before it writes anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadCall {
    organization_id: OrganizationId,
    sha256: String,
    request_id: RequestId,
    upload: String,
    call: u32,
    /// Its first chunk.
    first: u32,
}

impl Store {
    /// The upload that may go on for a request; `None` if there is none, its time is over, or it cannot be read. Two reads.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn partial_upload(&self, request: &RequestId) -> Result<Option<Partial>, StoreError> {
        let key = keys::partial_upload(request);
        let Some(read) = self.read(&key).await? else { return Ok(None) };
        let state = self.resumable(&key, &read).await?;
        Ok(state.map(|state| Partial { state, read }))
    }

    /// How an upload stands, as its record and its newest call say. `None` if its time is over, or if the state of the hash
    /// cannot be read, because another version of the library has written it: the bytes are still on the computer, so the
    /// upload begins anew.
    async fn resumable(&self, key: &str, read: &Read) -> Result<Option<State>, StoreError> {
        let state = decode::<State>(key, read.envelope.value.get().as_bytes()).ok();
        let Some(state) = state.filter(|state| state.ends_at() > self.clock.now()) else { return Ok(None) };
        let key = keys::upload_progress(&name(&state.upload, state.call));
        let progress = self.kv.get(&key).await?.and_then(|bytes| decode::<Progress>(&key, &bytes).ok());
        let progress = progress.filter(|progress| progress.hasher().is_some());
        Ok(Some(state.with(progress)).filter(|state| state.at.hasher().is_some()))
    }

    /// Forgets the upload of a request, because it is complete. Its chunks stay.
    ///
    /// # Errors
    /// When the backend fails; the sweep forgets it a day later.
    pub async fn forget_partial_upload(&self, request: &RequestId) -> Result<(), StoreError> {
        Ok(self.kv.delete(&keys::partial_upload(request)).await?)
    }

    /// Removes what a call has stored, but for the chunks that the attachment contains.
    pub(crate) async fn discard_call(&self, it: &UploadCall) -> Result<(), StoreError> {
        let key = keys::partial_upload(&it.request_id);
        let record = self.read(&key).await?;
        let state = record.and_then(|read| decode::<State>(&key, read.envelope.value.get().as_bytes()).ok());
        if state.is_some_and(|state| state.upload == it.upload) {
            self.kv.delete(&key).await?;
        }
        let call = name(&it.upload, it.call);
        let present = self.attachment(&it.organization_id, &it.sha256).await?;
        let present = present.filter(|manifest| manifest.stem() == it.upload);
        if present.as_ref().is_none_or(|manifest| manifest.upload != call) {
            self.forget_upload(&call).await?;
        }
        let needed = present.and_then(|manifest| {
            let own = calls(&manifest.parts).filter(|(call, _)| *call == it.call);
            own.map(|(_, chunks)| chunks.end).max()
        });
        self.kv.delete(&keys::upload_progress(&call)).await?;
        self.remove_chunks(&call, needed.unwrap_or(it.first)).await
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use sha2::Digest;

    use super::*;
    use crate::record::raw;

    #[test]
    fn a_hash_goes_on_where_it_was() {
        for cut in [0_usize, 1, 63, 64, 65, 1_000] {
            let bytes: Vec<u8> = (0..1_000_usize).map(|n| (n * 31 % 251) as u8).collect();
            let noted = Progress::of(cut as u64, &Sha256::new_with_prefix(&bytes[..cut]));
            let mut hasher = noted.hasher().unwrap();
            hasher.update(&bytes[cut..]);
            assert_eq!(hasher.finalize(), Sha256::digest(&bytes), "{cut}");
        }
        assert!(Progress { offset: 0, hash: "AAAA".to_owned() }.hasher().is_none());
    }

    #[test]
    fn the_largest_upload_with_a_call_for_each_chunk_fits_into_a_record() {
        let most = u32::try_from(countersign_model::request::ATTACHMENT_MOST / CHUNK as u64).unwrap();
        let mut parts = Vec::new();
        (1..=most).for_each(|call| add(&mut parts, call * 2, 1));
        assert_eq!((parts.len(), calls(&parts).last().unwrap().1), (most as usize, most - 1..most));
        let tried: Try = serde_json::from_value(serde_json::json!({
            "key": "k".repeat(100), "weight": u64::MAX, "count": u64::MAX, "allowed": true, "first_refused": false,
            "until": Timestamp::MAX,
        }))
        .unwrap();
        let state = State {
            upload: "01J00000000000000000000000".to_owned(),
            call: u32::MAX,
            begun_at: Timestamp::MAX - SignedDuration::from_hours(48),
            length: Some(u64::MAX),
            counted: vec![tried.clone(), tried],
            parts,
            tail: Some(u32::MAX),
            at: Progress::of(u64::MAX, &Sha256::new()),
        };
        raw("key", &state).unwrap();
    }

    #[test]
    fn chunks_of_one_call_are_one_part_and_bytes_before_a_whole_chunk_are_none() {
        let at = |offset| Progress { offset, hash: String::new() };
        let mut state = State {
            upload: "U".to_owned(),
            call: 1,
            begun_at: Timestamp::UNIX_EPOCH,
            length: None,
            counted: Vec::new(),
            parts: Vec::new(),
            tail: None,
            at: at(0),
        };
        let chunk = CHUNK as u64;
        for (call, offset, parts, tail) in [
            (1, chunk, vec![(1, 1)], None),
            (1, 2 * chunk + 5, vec![(1, 2)], Some(1)),
            // It stored nothing.
            (2, 2 * chunk + 5, vec![(1, 2)], Some(1)),
            (3, 3 * chunk - 1, vec![(1, 2)], Some(3)),
            (4, 4 * chunk, vec![(1, 2), (4, 2)], None),
        ] {
            state.call = call;
            state = state.with(Some(at(offset)));
            assert_eq!((&state.parts, state.tail), (&parts, tail), "{call}");
        }
    }
}
