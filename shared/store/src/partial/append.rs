//! One call that appends to an upload.

use countersign_model::ids::{OrganizationId, RequestId};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::{Partial, Progress, State, UploadCall};
use crate::chunks::{CHUNK, Part, add, name, whole_chunks};
use crate::record::{ATTEMPTS, Envelope, Read, decode, encode, raw};
use crate::throttle::Try;
use crate::{Expiring, Manifest, Store, StoreError, keys};

/// Why appending failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AppendError {
    /// A newer call has replaced this one, or the upload's time is over (409).
    #[error("another call goes on with the upload")]
    Replaced,
    /// The whole bytes are not the announced ones (422).
    #[error("the bytes have the SHA-256 `{found}`")]
    Differs {
        /// The SHA-256 of the bytes received.
        found: String,
    },
    /// More bytes than allowed (413).
    #[error("the attachment is larger than {limit} bytes")]
    TooLarge {
        /// How many bytes are allowed.
        limit: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an upload begins with.
#[derive(Debug, Clone, Default)]
pub struct Beginning {
    /// The bytes of the whole file, if they are known.
    pub length: Option<u64>,
    /// What it counts for among the bytes of a day.
    pub counted: Vec<Try>,
}

/// A call that appends to an upload. Nothing is written before a whole chunk has arrived, or the whole file.
pub struct Append {
    store: Store,
    organization_id: OrganizationId,
    sha256: String,
    request_id: RequestId,
    /// With the parts of this call, once it stored some.
    state: State,
    /// The record on which this call builds; `None` if it begins the upload.
    found: Option<Read>,
    /// Whether this call begins the upload.
    begins: bool,
    /// Whether this call has its number.
    has_number: bool,
    limit: u64,
    hasher: Sha256,
    /// The bytes after the whole chunks.
    buffer: Vec<u8>,
    offset: u64,
    received: u64,
}

impl Append {
    /// How many bytes of the file have arrived in all calls.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// How many bytes this call has received.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Whether this call has begun an upload of which nothing is stored, so that the next call begins it once more.
    pub fn leaves_nothing(&self) -> bool {
        self.begins && !self.has_number
    }

    /// Whether this call has begun an upload that no other call goes on with or has completed: it has failed, or a call that
    /// began at the same moment has taken its place.
    ///
    /// # Errors
    /// The store failed.
    pub async fn is_abandoned(&self) -> Result<bool, StoreError> {
        let newest = if self.begins { self.newest().await? } else { return Ok(false) };
        Ok(newest.map_or(!self.has_number, |newest| newest.upload != self.state.upload))
    }

    /// Takes bytes. Whole chunks are written at once.
    ///
    /// # Errors
    /// There are too many; a newer call goes on; the store failed.
    pub async fn push(&mut self, bytes: &[u8]) -> Result<(), AppendError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(CHUNK - self.buffer.len()));
            self.offset += now.len() as u64;
            self.received += now.len() as u64;
            if self.offset > self.limit {
                return Err(AppendError::TooLarge { limit: self.limit });
            }
            self.hasher.update(now);
            self.buffer.extend_from_slice(now);
            if self.buffer.len() == CHUNK {
                self.store_chunk().await?;
            }
            rest = later;
        }
        Ok(())
    }

    /// Ends this call before the file is complete. Bytes after the last whole chunk are kept if this call has received
    /// as many as a chunk has: otherwise, many short calls would leave a chunk each. Returns how many bytes have arrived.
    ///
    /// # Errors
    /// A newer call goes on; the store failed.
    pub async fn pause(&mut self) -> Result<u64, AppendError> {
        if !self.buffer.is_empty() && self.received >= CHUNK as u64 {
            self.store_chunk().await?;
        }
        Ok(self.state.at.offset)
    }

    /// Ends the upload. Returns the manifest if the bytes are the announced ones; otherwise the upload begins anew. Nothing
    /// is visible before the manifest's entry is written.
    ///
    /// # Errors
    /// The bytes are others; a newer call goes on; the store failed.
    pub async fn finish(&mut self) -> Result<Manifest, AppendError> {
        let found = keys::hex(&self.hasher.clone().finalize());
        if found != self.sha256 {
            return Err(AppendError::Differs { found });
        }
        let tail = self.state.tail.filter(|_| self.received == 0);
        if self.buffer.is_empty() || tail.is_some() {
            // What is there is complete. The number makes this call's name one that no other call counts bytes under.
            self.own_number().await?;
        } else {
            self.store_chunk().await?;
        }
        // Of two calls that began at the same moment, one completes the upload and counts.
        if self.begins && !self.is_newest().await? {
            return Err(AppendError::Replaced);
        }
        let mut parts = self.state.parts.clone();
        if let Some(call) = self.state.tail {
            add(&mut parts, call, 1);
        }
        let whole = (self.organization_id.clone(), self.sha256.clone(), self.offset);
        let upload = name(&self.state.upload, self.state.call);
        Ok(Manifest::of_parts(whole, upload, parts, self.store.clock.now()))
    }

    /// Forgets the upload, unless a newer call goes on: the next call begins anew. The sweep removes what is stored, because
    /// another call may be completing it right now. Returns whether the upload was forgotten.
    ///
    /// # Errors
    /// The store failed.
    pub async fn abort(&self) -> Result<bool, StoreError> {
        let is_newest = self.is_newest().await?;
        if is_newest {
            self.store.forget_partial_upload(&self.request_id).await?;
        }
        Ok(is_newest)
    }

    /// Writes the buffer, with how far the upload is then.
    async fn store_chunk(&mut self) -> Result<(), AppendError> {
        self.own_number().await?;
        let call = name(&self.state.upload, self.state.call);
        let index = whole_chunks(self.state.at.offset);
        let progress = Progress::of(self.offset, &self.hasher);
        let key = keys::upload_progress(&call);
        let noted = (key.clone(), encode(&key, &progress)?);
        let chunk = (keys::chunk(&call, index), std::mem::take(&mut self.buffer));
        self.store.kv.set_many(vec![chunk, noted]).await.map_err(StoreError::from)?;
        let before = self.state.clone();
        self.state = before.with(Some(progress));
        Ok(())
    }

    /// Makes sure that this call has its number and no newer call goes on.
    async fn own_number(&mut self) -> Result<(), AppendError> {
        if self.state.ends_at() <= self.store.clock.now() {
            return Err(AppendError::Replaced);
        }
        if !self.has_number {
            return self.take_number().await;
        }
        if self.is_newest().await? { Ok(()) } else { Err(AppendError::Replaced) }
    }

    /// Whether no newer call goes on.
    async fn is_newest(&self) -> Result<bool, StoreError> {
        let own = (&self.state.upload, self.state.call);
        Ok(self.newest().await?.is_some_and(|newest| (&newest.upload, newest.call) == own))
    }

    /// The record as it is now.
    async fn newest(&self) -> Result<Option<State>, StoreError> {
        let key = keys::partial_upload(&self.request_id);
        let Some(read) = self.store.read(&key).await? else { return Ok(None) };
        decode(&key, read.envelope.value.get().as_bytes()).map(Some)
    }

    /// Takes the next number, unless another call has taken it.
    async fn take_number(&mut self) -> Result<(), AppendError> {
        let key = keys::partial_upload(&self.request_id);
        let state = State { call: self.state.call.saturating_add(1), ..self.state.clone() };
        // Noted first: otherwise what a call leaves that dies right after would stay for good.
        let left = UploadCall {
            organization_id: self.organization_id.clone(),
            sha256: self.sha256.clone(),
            request_id: self.request_id.clone(),
            upload: state.upload.clone(),
            call: state.call,
            first: whole_chunks(state.at.offset),
        };
        self.store.expire_after(state.ends_at(), &Expiring::UploadCall(left)).await?;
        let value = raw(&key, &state)?;
        let Some(mut old) = self.replaces(&key).await? else {
            // Of two calls that begin at the same moment, the later one counts. The other one notices with its next chunk.
            let first = Envelope::first(self.store.write_id(), None, value);
            self.store.write(vec![(key.clone(), encode(&key, &first)?)]).await?;
            (self.state, self.has_number) = (state, true);
            return Ok(());
        };
        for _ in 0..ATTEMPTS {
            let new = old.envelope.next(self.store.write_id(), None, value.clone());
            let (made, now) = match self.store.swap_record(&key, &old, &new).await {
                Err(StoreError::NotFound) => return Err(AppendError::Replaced),
                swapped => swapped?,
            };
            if made {
                (self.state, self.has_number) = (state, true);
                return Ok(());
            }
            if now.bytes != old.bytes {
                return Err(AppendError::Replaced);
            }
            // On Redis, a swap may fail although nobody else wrote.
            old = now;
        }
        Err(StoreError::Busy.into())
    }

    /// The record that this call replaces: the one that it builds on, or for a new upload one that cannot go on.
    async fn replaces(&mut self, key: &str) -> Result<Option<Read>, AppendError> {
        if let Some(found) = self.found.take() {
            return Ok(Some(found));
        }
        let Some(read) = self.store.read(key).await? else { return Ok(None) };
        let goes_on = self.store.resumable(key, &read).await?.is_some();
        if goes_on { Err(AppendError::Replaced) } else { Ok(Some(read)) }
    }
}

impl Store {
    /// Goes on with an upload, or begins it: at most `limit` bytes with this digest (lower-case hexadecimal) for a
    /// request. One read at most.
    ///
    /// # Errors
    /// What has arrived cannot be read; the backend failed.
    pub async fn append(
        &self,
        (organization, sha256, request): (&OrganizationId, &str, &RequestId),
        partial: Option<Partial>,
        beginning: Beginning,
        limit: u64,
    ) -> Result<Append, StoreError> {
        let (state, found) = match partial {
            Some(Partial { state, read }) => {
                (State { length: state.length.or(beginning.length), ..state }, Some(read))
            }
            None => (self.beginning(beginning), None),
        };
        let hasher = state.at.hasher();
        let hasher = hasher.ok_or_else(|| StoreError::corrupt(&keys::partial_upload(request)))?;
        let buffer = self.tail(&state).await?;
        let offset = state.at.offset;
        let (organization_id, sha256, request_id) =
            (organization.clone(), sha256.to_owned(), request.clone());
        let (store, begins, has_number, received) = (self.clone(), found.is_none(), false, 0);
        let mut append = Append {
            store,
            organization_id,
            sha256,
            request_id,
            state,
            found,
            begins,
            has_number,
            limit,
            hasher,
            buffer,
            offset,
            received,
        };
        append.buffer.reserve_exact(CHUNK - append.buffer.len());
        Ok(append)
    }

    fn beginning(&self, Beginning { length, counted }: Beginning) -> State {
        let begun_at = self.clock.now();
        let upload = self.random.ulid(begun_at).to_string();
        let (parts, at): (Vec<Part>, _) = (Vec::new(), Progress::of(0, &Sha256::new()));
        State { upload, call: 0, begun_at, length, counted, parts, tail: None, at }
    }

    /// The bytes after the whole chunks.
    async fn tail(&self, state: &State) -> Result<Vec<u8>, StoreError> {
        let Some(call) = state.tail else { return Ok(Vec::new()) };
        let key = keys::chunk(&name(&state.upload, call), whole_chunks(state.at.offset));
        self.kv.get(&key).await?.ok_or_else(|| StoreError::corrupt(&key))
    }
}
