//! Keys with an end: keys that nothing refers to afterwards, such as the counters of throttles and the chunks of
//! uploads that died.
//!
//! Keys are never enumerated. Code that creates such a key first notes it here, in the bucket of the hour in which it
//! expires; a sweep works through the buckets of past hours. Both may happen twice. If a note is lost because its
//! writer died, the key was not written either, because the note comes first.

use async_trait::async_trait;
use countersign_kv::decode_counter;
use countersign_kv::under_way::try_all;
use countersign_model::act::SessionRefused;
use countersign_model::{ComputerId, NewAct, OrganizationId, RequestId, SessionId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::chunks::Part;
use crate::grant_uses::UsedGrant;
use crate::partial::UploadCall;
use crate::record::{decode, encode};
use crate::{Store, StoreError, keys};

/// The seconds of a bucket.
const BUCKET: i64 = 60 * 60;
/// How long after its end a bucket is swept: hosts' clocks may differ.
const MARGIN: SignedDuration = SignedDuration::from_mins(10);
/// How many buckets the very first sweep looks back.
const LOOKS_BACK: i64 = 40 * 24;
/// How many buckets one sweep examines.
const BUCKETS: usize = 64;
/// Notes that are worked through concurrently.
const AT_ONCE: u64 = 16;

/// Something that expires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Expiring {
    /// A key.
    Key {
        /// The whole key.
        key: String,
    },
    /// The chunks of an upload, unless it was finished.
    Upload {
        /// The organization that it belongs to.
        organization_id: OrganizationId,
        /// The digest that was announced.
        sha256: String,
        /// The upload's own id.
        upload: String,
        /// The calls that sent its chunks, if it was completed and its attachment was removed since.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        parts: Vec<Part>,
    },
    /// What one call has stored of an upload that may go on, but for what the attachment contains.
    UploadCall(UploadCall),
    /// The check-ins of a computer, if it was removed.
    CheckIns {
        /// The computer.
        computer_id: ComputerId,
    },
    /// A request whose approval has ended so long ago that it is not kept any more, unless something was changed since.
    Request {
        /// Whose.
        organization_id: OrganizationId,
        /// The request.
        id: RequestId,
    },
    /// The records of a deployment, unless it is one of the versions that its organization keeps.
    Deployment {
        /// Whose.
        organization_id: OrganizationId,
        /// The deployment's own id.
        generation: String,
    },
    /// The bytes of a logo, unless it is the one that its organization has.
    Logo {
        /// Whose.
        organization_id: OrganizationId,
        /// The logo's own id.
        id: String,
    },
    /// Values of a tag, unless the tag has them.
    TagValues {
        /// Whose.
        organization_id: OrganizationId,
        /// Their own id.
        id: String,
    },
    /// The first use of a grant by a computer, if the grant is over or the computer gone.
    GrantUse(UsedGrant),
    /// What still waits in an organization that was deleted: it is looked at again until nothing does.
    DeletedOrganization {
        /// The organization.
        organization_id: OrganizationId,
    },
    /// The tally of a subject's refusals: how many there were is recorded.
    Refusals {
        /// The counter.
        key: String,
        /// Where it is recorded.
        organization_id: OrganizationId,
        /// What is recorded, but for the count.
        refused: SessionRefused,
        /// The session within which a password or code was refused; none if these were sign-ins.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<SessionId>,
    },
}

/// Does what takes more than the store before something goes.
#[async_trait]
pub trait Remove: Send + Sync {
    /// A request that was noted for this moment.
    async fn request(&self, organization: &OrganizationId, id: &RequestId) -> Result<(), StoreError>;

    /// The first use of a grant that was noted for this moment.
    async fn grant_use(&self, used: &UsedGrant) -> Result<(), StoreError>;

    /// An organization that was deleted. Whether something is still to be done there.
    async fn deleted_organization(&self, organization: &OrganizationId) -> Result<bool, StoreError>;

    /// Several refusals whose period is over. Called again if this process dies before the counter is removed.
    async fn refusals(&self, organization: &OrganizationId, refused: NewAct) -> Result<(), StoreError>;
}

/// What a sweep did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// How many items were removed.
    pub removed: u64,
    /// Deleted organizations in which something is still to be done.
    pub unfinished: Vec<OrganizationId>,
}

/// How far sweeps have come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct SweepProgress {
    bucket: i64,
    /// Notes of that bucket that are already done.
    done: u64,
}

impl Store {
    /// Notes something that may be removed after this time. Two writes.
    ///
    /// # Errors
    /// If the backend fails; then the key itself must not be written either.
    pub async fn expire_after(&self, at: Timestamp, what: &Expiring) -> Result<(), StoreError> {
        // The whole hour has to be over.
        let bucket = bucket_of(at);
        let number = self.kv.increment(&keys::expiry_counter(bucket), 1).await?;
        let key = keys::expiry_note(bucket, number);
        let value = encode(&key, what)?;
        self.write(vec![(key, value)]).await
    }

    /// Removes what has expired, at most `budget` items.
    ///
    /// # Errors
    /// When the backend fails; the next sweep goes on from there.
    pub async fn sweep_expired(&self, budget: u64, remove: &dyn Remove) -> Result<Swept, StoreError> {
        let now = self.clock.now();
        let end = bucket_of(now.checked_sub(MARGIN).unwrap_or(now));
        let key = keys::expiry_progress();
        let read = self.kv.get(&key).await?;
        let first = SweepProgress { bucket: end - LOOKS_BACK, done: 0 };
        let before = read.and_then(|bytes| decode::<SweepProgress>(&key, &bytes).ok()).unwrap_or(first);
        let mut progress = before;
        let mut swept = Swept::default();
        for _ in 0..BUCKETS {
            if progress.bucket >= end || swept.removed >= budget {
                break;
            }
            let counter = keys::expiry_counter(progress.bucket);
            let notes = self
                .kv
                .get(&counter)
                .await?
                .and_then(|bytes| decode_counter(&bytes))
                .map_or(0, |read| read.0);
            let upto = notes.min(progress.done.saturating_add(AT_ONCE.min(budget - swept.removed)));
            let numbers = progress.done + 1..=upto;
            let each =
                try_all(numbers.map(|number| self.remove_noted(progress.bucket, number, remove))).await?;
            swept.unfinished.extend(each.into_iter().flatten());
            swept.removed += upto.saturating_sub(progress.done);
            progress.done = upto;
            if upto >= notes {
                if notes > 0 {
                    self.kv.delete(&counter).await?;
                }
                progress = SweepProgress { bucket: progress.bucket + 1, done: 0 };
            }
        }
        if progress != before {
            let value = encode(&key, &progress)?;
            self.write(vec![(key, value)]).await?;
        }
        Ok(swept)
    }

    /// Returns the deleted organization in which something is still to be done, if the note was about one.
    async fn remove_noted(
        &self,
        bucket: i64,
        number: u64,
        remove: &dyn Remove,
    ) -> Result<Option<OrganizationId>, StoreError> {
        let key = keys::expiry_note(bucket, i64::try_from(number).unwrap_or(i64::MAX));
        let Some(bytes) = self.kv.get(&key).await? else { return Ok(None) };
        let mut unfinished = None;
        match decode::<Expiring>(&key, &bytes) {
            Ok(Expiring::Key { key }) => self.kv.delete(&key).await?,
            Ok(Expiring::Upload { organization_id, sha256, upload, parts }) => {
                self.discard_unfinished(&organization_id, &sha256, &upload, &parts).await?;
            }
            Ok(Expiring::Deployment { organization_id, generation }) => {
                self.discard_deployment(&organization_id, &generation).await?;
            }
            Ok(Expiring::Logo { organization_id, id }) => self.discard_logo(&organization_id, &id).await?,
            Ok(Expiring::TagValues { organization_id, id }) => {
                self.discard_tag_values(&organization_id, &id).await?;
            }
            Ok(Expiring::UploadCall(call)) => self.discard_call(&call).await?,
            Ok(Expiring::CheckIns { computer_id }) => self.forget_check_ins(&computer_id).await?,
            Ok(Expiring::Request { organization_id, id }) => remove.request(&organization_id, &id).await?,
            Ok(Expiring::GrantUse(used)) => remove.grant_use(&used).await?,
            Ok(Expiring::DeletedOrganization { organization_id }) => {
                if remove.deleted_organization(&organization_id).await? {
                    // Before this note goes: whoever does the work may die.
                    let again = Expiring::DeletedOrganization { organization_id: organization_id.clone() };
                    self.expire_after(self.clock.now(), &again).await?;
                    unfinished = Some(organization_id);
                }
            }
            Ok(Expiring::Refusals { key, organization_id, refused, session }) => {
                let count = self.refusals_under(&key).await?;
                // A single one is on record.
                if count > 1 {
                    let refused = SessionRefused { count: Some(count), ..refused };
                    remove.refusals(&organization_id, refused.within(session)).await?;
                }
                self.kv.delete(&key).await?;
            }
            // An unreadable note leads nowhere.
            Err(_) => {}
        }
        self.kv.delete(&key).await?;
        Ok(unfinished)
    }
}

fn bucket_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(BUCKET)
}
