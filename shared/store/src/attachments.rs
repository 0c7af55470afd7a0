//! Attachments: chunks under an upload of their own, and a manifest once the announced digest was verified.

use countersign_model::Computer;
use countersign_model::ids::{ComputerId, EnrollmentKeyId, OrganizationId, RequestId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::chunks::{self, CHUNK, FINISHED_WITHIN, Part};
use crate::kept::Counted;
use crate::record::decode;
use crate::{Expiring, Store, StoreError, keys};

/// How often it is noted that bytes were asked about.
const NOTED_EVERY: SignedDuration = SignedDuration::from_hours(24);
/// How long the chunks of a removed attachment stay, for downloads that are under way.
const READ_FOR: SignedDuration = SignedDuration::from_hours(1);

/// A verified attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    organization_id: OrganizationId,
    /// The SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
    /// How many chunks it has.
    pub chunks: u32,
    pub(crate) upload: String,
    /// The calls that sent the chunks, in their order, if the upload could go on after an interruption. Otherwise empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) parts: Vec<Part>,
    /// When a request last asked about these bytes, to the day: they are kept so many days from then on.
    #[serde(default)]
    asked_at: Timestamp,
    /// The computer that sent the bytes: they count against what it may have in the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    computer_id: Option<ComputerId>,
    /// The key with which that computer enrolled: they count against what all its computers may have, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    enrollment_key_id: Option<EnrollmentKeyId>,
    /// The only request that ever asked about these bytes; `None` once there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_id: Option<RequestId>,
}

/// Why an upload failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UploadError {
    /// The bytes are not the announced ones (422).
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

/// An upload in progress. It is invisible until it is finished.
pub struct Upload {
    store: Store,
    manifest: Manifest,
    limit: u64,
    hasher: Sha256,
    buffer: Vec<u8>,
}

impl Manifest {
    /// The manifest of an upload that several calls have sent.
    pub(crate) fn of_parts(
        (organization_id, sha256, size): (OrganizationId, String, u64),
        upload: String,
        parts: Vec<Part>,
        asked_at: Timestamp,
    ) -> Self {
        let chunks = parts.iter().map(|part| part.1).sum();
        let (computer_id, enrollment_key_id, request_id) = (None, None, None);
        Self {
            organization_id,
            sha256,
            size,
            chunks,
            upload,
            parts,
            asked_at,
            computer_id,
            enrollment_key_id,
            request_id,
        }
    }

    /// The key of a chunk, from 0.
    fn chunk_key(&self, index: u32) -> String {
        let call = chunks::calls(&self.parts).find(|(_, chunks)| chunks.contains(&index));
        match call {
            Some((call, _)) => keys::chunk(&chunks::name(self.stem(), call), index),
            None => keys::chunk(&self.upload, index),
        }
    }

    /// The id of the upload without the call that completed it.
    pub(crate) fn stem(&self) -> &str {
        chunks::stem(&self.upload)
    }

    /// When a request last asked about these bytes, to the day.
    pub fn asked_at(&self) -> Timestamp {
        self.asked_at
    }

    /// The same, asked about once more; `None` when that was noted within the last day.
    #[must_use]
    pub fn asked_again(&self, now: Timestamp) -> Option<Self> {
        let noted_until = self.asked_at.saturating_add(NOTED_EVERY).unwrap_or(now);
        (now >= noted_until).then(|| Self { asked_at: now, ..self.clone() })
    }

    /// The same, asked about by a request; `None` when there is nothing new to note.
    #[must_use]
    pub fn asked_again_by(&self, request: &RequestId, now: Timestamp) -> Option<Self> {
        let another = self.request_id.as_ref().is_some_and(|first| first != request);
        match self.asked_again(now) {
            Some(again) if another => Some(Self { request_id: None, ..again }),
            None if another => Some(Self { request_id: None, ..self.clone() }),
            again => again,
        }
    }

    /// The bytes as a computer has sent them for its request.
    #[must_use]
    pub fn sent_by(self, computer: &Computer, request: &RequestId) -> Self {
        Self {
            computer_id: Some(computer.id.clone()),
            enrollment_key_id: computer.enrollment_key_id.clone(),
            request_id: Some(request.clone()),
            ..self
        }
    }

    /// The upload's own id, and what it counts for; `None` if no computer is known to have sent it.
    pub(crate) fn counted(&self) -> Option<(&str, Counted)> {
        let (computer_id, enrollment_key_id) = (self.computer_id.clone()?, self.enrollment_key_id.clone());
        Some((&self.upload, Counted { computer_id, enrollment_key_id, size: self.size }))
    }

    /// The manifest's entry, which makes the attachment visible: add it to a change with `Change::raw`.
    pub fn entry(&self) -> (String, Vec<u8>) {
        let value = serde_json::to_vec(self).unwrap_or_default();
        (keys::manifest(&self.organization_id, &self.sha256), value)
    }
}

impl Upload {
    /// How many bytes it has taken.
    pub fn received(&self) -> u64 {
        self.manifest.size
    }

    /// Takes bytes. Whole chunks are written at once.
    pub async fn push(&mut self, bytes: &[u8]) -> Result<(), UploadError> {
        self.manifest.size += bytes.len() as u64;
        if self.manifest.size > self.limit {
            return Err(UploadError::TooLarge { limit: self.limit });
        }
        self.hasher.update(bytes);
        let mut rest = bytes;
        while self.buffer.len() + rest.len() >= CHUNK {
            let (now, later) = rest.split_at(CHUNK - self.buffer.len());
            self.buffer.extend_from_slice(now);
            rest = later;
            self.flush().await?;
        }
        self.buffer.extend_from_slice(rest);
        Ok(())
    }

    /// Ends the upload. Returns the manifest if the bytes are the announced ones. Nothing is visible before its entry
    /// is written.
    pub async fn finish(mut self) -> Result<Manifest, UploadError> {
        let found = keys::hex(&self.hasher.clone().finalize());
        if found != self.manifest.sha256 {
            self.abort().await?;
            return Err(UploadError::Differs { found });
        }
        if !self.buffer.is_empty()
            && let Err(error) = self.flush().await
        {
            self.abort().await?;
            return Err(error.into());
        }
        Ok(self.manifest)
    }

    /// Removes what was written so far.
    pub async fn abort(self) -> Result<(), StoreError> {
        self.store.discard_attachment(&self.manifest).await
    }

    async fn flush(&mut self) -> Result<(), StoreError> {
        if self.manifest.chunks == 0 {
            // If this upload dies, the sweep removes its chunks.
            let Manifest { organization_id, sha256, upload, .. } = self.manifest.clone();
            let now = self.store.clock.now();
            let at = now.checked_add(FINISHED_WITHIN).unwrap_or(now);
            let parts = Vec::new();
            self.store.expire_after(at, &Expiring::Upload { organization_id, sha256, upload, parts }).await?;
        }
        let chunk = std::mem::take(&mut self.buffer);
        let key = keys::chunk(&self.manifest.upload, self.manifest.chunks);
        self.store.kv.set_many(vec![(key, chunk)]).await?;
        self.manifest.chunks += 1;
        Ok(())
    }
}

impl Store {
    /// Begins an upload of the bytes with this digest (lower-case hexadecimal), at most `limit` of them.
    pub fn upload(&self, organization: &OrganizationId, sha256: &str, limit: u64) -> Upload {
        let upload = self.random.ulid(self.clock.now()).to_string();
        let manifest = Manifest {
            organization_id: organization.clone(),
            sha256: sha256.to_owned(),
            size: 0,
            chunks: 0,
            upload,
            parts: Vec::new(),
            asked_at: self.clock.now(),
            computer_id: None,
            enrollment_key_id: None,
            request_id: None,
        };
        Upload { store: self.clone(), manifest, limit, hasher: Sha256::new(), buffer: Vec::new() }
    }

    /// The attachment with this digest, if somebody of the organization uploaded it.
    pub async fn attachment(
        &self,
        organization: &OrganizationId,
        sha256: &str,
    ) -> Result<Option<Manifest>, StoreError> {
        let key = keys::manifest(organization, sha256);
        self.kv.get(&key).await?.map(|bytes| decode(&key, &bytes)).transpose()
    }

    /// Removes the bytes of a manifest whose entry was never written, or of one that was replaced.
    ///
    /// Chunks that several calls have sent stay for the sweep, because another call may be completing the same upload.
    pub async fn discard_attachment(&self, manifest: &Manifest) -> Result<(), StoreError> {
        if !manifest.parts.is_empty() {
            return Ok(());
        }
        // One more chunk than the known ones: a write that failed may have taken effect.
        for index in 0..=manifest.chunks {
            self.kv.delete(&keys::chunk(&manifest.upload, index)).await?;
        }
        Ok(())
    }

    /// Removes an attachment: it is not found from now on, and the sweep removes its chunks an hour later.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn remove_attachment(&self, manifest: &Manifest) -> Result<(), StoreError> {
        // Noted first: otherwise the chunks of a remover that dies would stay for good.
        self.note_removal(manifest).await?;
        self.remove_manifest(manifest).await
    }

    /// Removes an attachment that only this request ever asked about. It stays if another one has asked meanwhile.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn remove_attachment_of(
        &self,
        organization: &OrganizationId,
        sha256: &str,
        request: &RequestId,
    ) -> Result<(), StoreError> {
        let only_this = |found: Option<Manifest>| found.filter(|it| it.request_id.as_ref() == Some(request));
        let Some(manifest) = only_this(self.attachment(organization, sha256).await?) else { return Ok(()) };
        self.note_removal(&manifest).await?;
        match only_this(self.attachment(organization, sha256).await?) {
            Some(manifest) => self.remove_manifest(&manifest).await,
            None => Ok(()),
        }
    }

    /// Lets the sweep remove the chunks, unless the manifest is still there by then.
    async fn note_removal(&self, manifest: &Manifest) -> Result<(), StoreError> {
        let Manifest { organization_id, sha256, upload, parts, .. } = manifest.clone();
        let now = self.clock.now();
        let at = now.saturating_add(READ_FOR).unwrap_or(now);
        self.expire_after(at, &Expiring::Upload { organization_id, sha256, upload, parts }).await
    }

    async fn remove_manifest(&self, manifest: &Manifest) -> Result<(), StoreError> {
        self.kv.delete(&keys::manifest(&manifest.organization_id, &manifest.sha256)).await?;
        self.forget_bytes(manifest).await
    }

    /// Removes the chunks of an upload, unless the manifest of its digest names this upload. Its bytes no longer count:
    /// it may have died after they were counted, or another one of the same bytes may have replaced it.
    pub(crate) async fn discard_unfinished(
        &self,
        organization: &OrganizationId,
        sha256: &str,
        upload: &str,
        parts: &[Part],
    ) -> Result<(), StoreError> {
        let present = self.attachment(organization, sha256).await?;
        if present.as_ref().is_some_and(|manifest| manifest.upload == upload) {
            return Ok(());
        }
        self.forget_upload(upload).await?;
        if parts.is_empty() {
            return self.remove_chunks(upload, 0).await;
        }
        let stem = chunks::stem(upload);
        if present.is_some_and(|manifest| manifest.stem() == stem) {
            // Another call has completed the same upload. What it does not need goes with the notes of its calls.
            return Ok(());
        }
        for (call, chunks) in chunks::calls(parts) {
            self.remove_chunks(&chunks::name(stem, call), chunks.start).await?;
        }
        Ok(())
    }

    /// Removes the chunks that are there from this one on, the last one first: then those that a remover leaves that dies
    /// are still found from the first one on.
    pub(crate) async fn remove_chunks(&self, upload: &str, first: u32) -> Result<(), StoreError> {
        let mut end = first;
        while self.kv.get(&keys::chunk(upload, end)).await?.is_some() {
            end += 1;
        }
        for index in (first..end).rev() {
            self.kv.delete(&keys::chunk(upload, index)).await?;
        }
        Ok(())
    }

    /// A chunk of an attachment, from 0.
    pub async fn attachment_chunk(&self, manifest: &Manifest, index: u32) -> Result<Vec<u8>, StoreError> {
        let key = manifest.chunk_key(index);
        self.kv.get(&key).await?.ok_or_else(|| StoreError::corrupt(&key))
    }
}
