//! Serialized edits of what administrators hold.
//!
//! Two simultaneous edits of different records can give an administrator what neither caller may give: each was judged
//! by the other's record as it was before, and no swap fails. So edits that can interfere go through one record of the
//! deployment. It counts them and carries the newest one as an *intent*: the record to change, at which revision, to
//! which value, and the event that describes it.
//!
//! An edit begins by carrying out the intent that is there, so what is read after that includes all earlier edits. The
//! edit then writes its event and places its own intent in the record. If another edit was placed first, this one is
//! judged again. An editor that dies leaves an intent that the next edit carries out, or an event that the processor
//! drops.

use countersign_model::AdministratorId;
use countersign_store::record::{Entity, Envelope, key_of, raw};
use countersign_store::{Abandoned, EventRef, StoreError, Stored, UpdateError, keys};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::Journal;
use crate::change::Change;
use crate::change::update::require_fresh;
use crate::event::Commit;

/// The most Super Admins that the record names. It must also have room for an intent with a full role book.
const SUPER_ADMINS_MAX: usize = 100;
/// How often the swap of an intent's record is tried while the record is unchanged.
const ATTEMPTS: usize = 8;

/// The record that permission edits go through. A deployment has one.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct PermissionEdits {
    /// Counts the changes of this record.
    number: u64,
    /// The administrators who are Super Admins of the root once they are active; the active ones first.
    // INVARIANT: an administrator is listed here from before they become one until they are none any more, unless there
    // are too many.
    super_admins: Vec<AdministratorId>,
    /// The newest edit. INVARIANT: before another edit replaces it, it was carried out or is void for good.
    intent: Option<Intent>,
}

/// A change of one record that was judged but is not carried out yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Intent {
    /// The record id.
    record: String,
    /// The revision that it changes. At any other revision the intent is void.
    revision: u64,
    /// The write id.
    write: String,
    event: EventRef,
    value: Box<RawValue>,
}

/// An edit that has begun: what is read from now on includes all earlier edits.
#[derive(Debug, Clone)]
pub struct PermissionEdit {
    number: u64,
    super_admins: Vec<AdministratorId>,
}

/// Why a permission edit was not saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PermissionEditError {
    /// Another edit came first, so the judgement of this one may no longer hold.
    #[error("another edit of permissions came first")]
    Overtaken,
    /// The record has changed ([`StoreError::Revision`]), or the store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Entity for PermissionEdits {
    /// A deployment has one.
    type Id = ();

    fn record_id((): &()) -> String {
        "permission-edits".to_owned()
    }

    fn own_record_id(&self) -> String {
        Self::record_id(&())
    }
}

impl PermissionEdits {
    /// The record of a deployment with one Super Admin and no edits yet. It counts from any number.
    #[must_use]
    pub fn new(super_admin: AdministratorId, number: u64) -> Self {
        Self { number, super_admins: vec![super_admin], intent: None }
    }

    /// The administrators known to be Super Admins of the root once active.
    #[must_use]
    pub fn super_admins(&self) -> &[AdministratorId] {
        &self.super_admins
    }

    /// With one more, who is not active yet. The new number makes edits in progress start again: their lists would lack
    /// this one.
    fn expecting(&self, super_admin: &AdministratorId) -> Self {
        let mut next = Self { number: self.number.wrapping_add(1), ..self.clone() };
        if !next.super_admins.contains(super_admin) {
            next.super_admins.push(super_admin.clone());
            next.super_admins.truncate(SUPER_ADMINS_MAX);
        }
        next
    }

    fn after(&self, edit: &PermissionEdit, intent: Intent) -> Result<Self, PermissionEditError> {
        if self.number != edit.number {
            return Err(PermissionEditError::Overtaken);
        }
        let super_admins = edit.super_admins.clone();
        Ok(Self { number: self.number.wrapping_add(1), super_admins, intent: Some(intent) })
    }
}

impl PermissionEdit {
    /// The administrators known to be Super Admins of the root once active, before this edit.
    #[must_use]
    pub fn super_admins(&self) -> &[AdministratorId] {
        &self.super_admins
    }

    /// The edit, after which these are the Super Admins of the root once active. Only the first of very many are kept.
    #[must_use]
    pub fn leaving(self, mut super_admins: Vec<AdministratorId>) -> Self {
        super_admins.truncate(SUPER_ADMINS_MAX);
        Self { super_admins, ..self }
    }
}

impl Journal {
    /// Begins a permission edit: carries out the previous one. Everything that the judgement depends on is read after
    /// this.
    ///
    /// ```text
    /// let edit = journal.begin_permission_edit().await?;
    /// let old = journal.load::<Administrator>(&id).await?;
    /// let permit = may_change(…)?;
    /// journal.save_permission_edit(&edit, (&id, old.revision), &new, Change::new(&permit, &origin, act)).await?;
    /// ```
    pub async fn begin_permission_edit(&self) -> Result<PermissionEdit, StoreError> {
        let key = key_of::<PermissionEdits>(&());
        let edits = self.load::<PermissionEdits>(&()).await?.ok_or_else(|| StoreError::corrupt(&key))?.value;
        if let Some(intent) = &edits.intent {
            self.carry_out(intent).await?;
        }
        Ok(PermissionEdit { number: edits.number, super_admins: edits.super_admins })
    }

    /// Lists an administrator who is about to be created as a Super Admin of the root.
    pub async fn expect_super_admin(&self, administrator: &AdministratorId) -> Result<(), StoreError> {
        let expecting = |edits: &PermissionEdits| Ok::<_, StoreError>(edits.expecting(administrator));
        match self.update(&(), expecting).await {
            Ok(_) => Ok(()),
            Err(UpdateError::Refused(error) | UpdateError::Store(error)) => Err(error),
        }
    }

    /// Changes a record, unless another permission edit was saved since this one began: number, batch, intent, swap.
    ///
    /// The change either is made and counts, or never will be. If the store failed, the outcome is unknown, and the
    /// next edit or the processor finds out.
    pub async fn save_permission_edit<T: Entity>(
        &self,
        edit: &PermissionEdit,
        (id, revision): (&T::Id, u64),
        new: &T,
        change: Change,
    ) -> Result<Stored<T>, PermissionEditError> {
        let id = T::record_id(id);
        let key = keys::record(&id);
        let value = |old: &Envelope| old.replaced(&key, &old.open::<T>(&key)?.value, new);
        let intent = self.prepare_intent(edit, (id, revision), &value, &change).await?;
        self.place_intent(edit, &intent).await?;
        self.carry_out(&intent).await?;
        if !self.is_carried_out(&intent).await? {
            self.abandon(&intent.event, Abandoned::ByWriter).await?;
            let read = self.read(&key).await?.ok_or(StoreError::NotFound)?;
            return Err(StoreError::Revision { current: read.envelope.revision }.into());
        }
        self.wake(&intent.event.organization_id);
        let made = Envelope { revision: revision + 1, writes: Vec::new(), event: None, value: intent.value };
        Ok(made.open(&key)?)
    }

    /// Writes the event of an edit, which counts once the record carries the intent's write id.
    async fn prepare_intent(
        &self,
        edit: &PermissionEdit,
        (id, revision): (String, u64),
        value: &(dyn Fn(&Envelope) -> Result<Box<RawValue>, StoreError> + Sync),
        change: &Change,
    ) -> Result<Intent, StoreError> {
        let read = self.read(&keys::record(&id)).await?.ok_or(StoreError::NotFound)?;
        let current = read.envelope.revision;
        if current != revision {
            return Err(StoreError::Revision { current });
        }
        require_fresh(change, &id, revision)?;
        let write = self.write_id();
        let commit = Commit::Record { id: id.clone(), write: write.clone() };
        self.check(change, &commit)?;
        let longest = EventRef { organization_id: change.organization().clone(), number: u64::MAX };
        let value = value(&read.envelope)?;
        let intent = Intent { record: id, revision, write, event: longest, value };
        // An intent that is too large is refused before a number is taken.
        let super_admins = edit.super_admins.clone();
        let placed = PermissionEdits { number: u64::MAX, super_admins, intent: Some(intent.clone()) };
        raw(&key_of::<PermissionEdits>(&()), &placed)?;
        let reservation = self.reserve_for(change, None).await?;
        let also = read.envelope.event.iter().map(EventRef::receipt).collect();
        self.write_batch(change, &reservation, commit, also).await?;
        Ok(Intent { event: reservation.place, ..intent })
    }

    /// Places an intent in the record. From then on, any editor carries it out.
    async fn place_intent(&self, edit: &PermissionEdit, intent: &Intent) -> Result<(), PermissionEditError> {
        let placing = |edits: &PermissionEdits| edits.after(edit, intent.clone());
        let is_placed = match self.update(&(), placing).await {
            Ok(_) => true,
            Err(UpdateError::Refused(_)) => false,
            // So many edits came after it that the record may have forgotten the write id.
            Err(UpdateError::Store(StoreError::Busy)) => self.was_placed(intent).await?,
            // The intent may have been placed, so the event is not abandoned: the editor that carries it out, or the
            // processor, finds out.
            Err(UpdateError::Store(error)) => return Err(error.into()),
        };
        if is_placed {
            return Ok(());
        }
        self.abandon(&intent.event, Abandoned::ByWriter).await?;
        Err(PermissionEditError::Overtaken)
    }

    /// Whether an intent was placed, even if it was replaced since. If not, it never will be.
    async fn was_placed(&self, intent: &Intent) -> Result<bool, StoreError> {
        let edits = self.load::<PermissionEdits>(&()).await?;
        let newest = edits.and_then(|edits| edits.value.intent);
        if newest.is_some_and(|newest| newest.write == intent.write) {
            return Ok(true);
        }
        self.is_carried_out(intent).await
    }

    async fn is_carried_out(&self, intent: &Intent) -> Result<bool, StoreError> {
        let commit = Commit::Record { id: intent.record.clone(), write: intent.write.clone() };
        self.committed(&intent.event, &commit).await
    }

    /// Carries out an intent if its record is still at the named revision. After this, it is carried out or void for
    /// good.
    async fn carry_out(&self, intent: &Intent) -> Result<(), StoreError> {
        let key = keys::record(&intent.record);
        for _ in 0..ATTEMPTS {
            let Some(read) = self.read(&key).await? else { return Ok(()) };
            if read.envelope.revision != intent.revision {
                return Ok(());
            }
            // Checked after the record was read: a processor that drops the event marks it first, then touches the
            // record.
            if self.abandoned(&intent.event).await?.is_some() {
                return self.touch(&key).await;
            }
            let event = Some(intent.event.clone());
            let new = read.envelope.next(intent.write.clone(), event, intent.value.clone());
            if self.swap_record(&key, &read, &new).await?.0 {
                return Ok(());
            }
        }
        Err(StoreError::Busy)
    }
}
