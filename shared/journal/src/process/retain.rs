//! Retention: what an organization keeps for a number of days goes when these are over. The journal tells what there is to look at.

use async_trait::async_trait;
use countersign_model::act::AuditTrimmed;
use countersign_model::{
    ActName, Computer, DecisionHeard, Grant, GrantRef, List, NewAct, Note, Notes, Organization,
    OrganizationId, Origin, Permit, ProcessorOnly, Request, RequestId, Retention, Waits, Who,
};
use countersign_store::{Entity, Expiring, Remove, StoreError, Swept, UsedGrant, keys};
use jiff::{SignedDuration, Timestamp};

use crate::Journal;
use crate::change::Change;
use crate::event::Event;

/// How long everything is kept that a late writer, a late processor or a retry may need. No request lives that long,
/// and an `Idempotency-Key` is remembered for this time.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// After how long it is looked again whether a grant is over that a computer has used.
const LOOKED_AGAIN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// No call lasts longer, and no number of a journal is waited for any longer.
const CALLS_END_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// What is put on record when a copy of a file was asked about.
const ASKED: [ActName; 5] = [
    ActName::RequestSubmitted,
    ActName::RequestRepeated,
    ActName::RequestJoined,
    ActName::RequestAmended,
    ActName::RequestAttached,
];
/// What is put on record when a request ends, or is decided.
const ENDED: [ActName; 7] = [
    ActName::RequestCancelled,
    ActName::RequestExpired,
    ActName::RequestEnded,
    ActName::RequestDecided,
    ActName::RequestSettled,
    ActName::RequestRevoked,
    ActName::GrantEdited,
];

/// The days as a duration.
pub(crate) fn days(days: u16) -> SignedDuration {
    SignedDuration::from_hours(i64::from(days) * 24)
}

impl Journal {
    /// Removes what may go after a moment and has gone by it, at most `budget` things.
    ///
    /// # Errors
    /// When the backend fails; the next sweep goes on from there.
    pub async fn sweep(&self, budget: u64) -> Result<Swept, StoreError> {
        self.sweep_expired(budget, self).await
    }

    /// Has the sweep look at an organization that was deleted: the walk of `deliver` does not visit it any more, and a call that
    /// began before may still leave something to do there.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn look_again_at(&self, deleted: &OrganizationId) -> Result<(), StoreError> {
        let now = self.clock().now();
        let at = now.saturating_add(CALLS_END_WITHIN).unwrap_or(now);
        self.expire_after(at, &Expiring::DeletedOrganization { organization_id: deleted.clone() }).await
    }

    /// Whether something is still to be done in an organization: events to process, requests that wait, messages to make or to send.
    /// Without requests that wait, nothing comes of what is to be looked at again later.
    async fn has_outstanding(&self, organization: &OrganizationId) -> Result<bool, StoreError> {
        let projection = self.projection(organization).await?.value;
        let now = self.clock().now();
        Ok(projection.count(List::PendingRequests) > 0
            || self.has_unprocessed(organization).await?
            || self.notices(organization).due_at_least(now).await? > 0
            || self.outbox(organization).next_at().await?.is_some())
    }

    /// How long things are kept at an organization: by its own settings, and those of the organizations above.
    /// Copies of files are kept at least as long as a request waits for its decision.
    pub(crate) async fn retention(&self, organization: &OrganizationId) -> Result<Retention, StoreError> {
        let Some(own) = self.load::<Organization>(organization).await? else {
            return Ok(Retention::default());
        };
        let nearest_first = self.with_those_above(&own.value).await?;
        let retention =
            nearest_first.iter().map(|each| each.retention).reduce(Retention::below).unwrap_or_default();
        let waits = Waits::of(nearest_first.iter().map(Organization::waits));
        Ok(retention.outlasting(waits.longest_days(self.clock().now())))
    }

    /// Looks whether the copy of the file that an old event is about was asked about since. If not, it goes.
    pub(crate) async fn retain_copy(
        &self,
        event: &Event,
        kept: SignedDuration,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if !ASKED.contains(&event.act.name()) {
            return Ok(());
        }
        match self.request_of(event).await? {
            Some(request) => self.remove_old_copy(&request, kept, now).await,
            None => Ok(()),
        }
    }

    /// Removes the request that an old event has ended, once that is so long ago.
    pub(crate) async fn retain_request(
        &self,
        event: &Event,
        kept: SignedDuration,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let act = event.act.name();
        if !ENDED.contains(&act) {
            return Ok(());
        }
        let Some(request) = self.request_of(event).await? else { return Ok(()) };
        let since = if act == ActName::RequestCancelled { Some(event.at) } else { request.over_since(now) };
        if let Some(since) = since {
            return self.remove_old_request(&request, since, kept, now).await;
        }
        // No event tells that an approval has ended by itself.
        let Some(end) = request.approval_ends_at(now) else { return Ok(()) };
        let at = end.saturating_add(kept).unwrap_or(end);
        let (organization_id, id) = (request.organization_id, request.id);
        self.expire_after(at, &Expiring::Request { organization_id, id }).await
    }

    async fn remove_old_request(
        &self,
        request: &Request,
        since: Timestamp,
        kept: SignedDuration,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        // A clock may have jumped; and a change after this event has an event of its own.
        if since.saturating_add(kept).is_ok_and(|end| now < end) {
            return Ok(());
        }
        self.remove_old_copy(request, kept, now).await?;
        self.remove_notes(request).await?;
        self.forget_earlier(request).await?;
        self.forget_trail::<Request>(&request.id).await?;
        let decision = request.decision.as_ref().filter(|decision| decision.settled_by.is_none());
        if let Some(grant) = decision.and_then(|decision| decision.grant.as_ref()) {
            self.kv().delete(&keys::record(&GrantRef::record_id(grant))).await?;
            self.kv().delete(&keys::grant_uses(grant)).await?;
        }
        if request.decision.is_some() {
            self.kv().delete(&keys::record(&DecisionHeard::record_id(&request.id))).await?;
        }
        Ok(self.kv().delete(&keys::record(request.id.as_str())).await?)
    }

    /// Removes the notes at a request, the oldest last: those before a note are found through it.
    async fn remove_notes(&self, request: &Request) -> Result<(), StoreError> {
        let mut ids = request.notes.newest.clone();
        let (mut all, mut left) = (Vec::new(), usize::from(Notes::MAX));
        while let Some(last) = ids.last().cloned().filter(|_| left > 0) {
            left = left.saturating_sub(ids.len());
            all.append(&mut ids);
            ids = match self.load::<Note>(&last).await {
                Ok(Some(note)) => note.value.earlier,
                Ok(None) | Err(StoreError::Corrupt { .. }) => Vec::new(),
                Err(error) => return Err(error),
            };
        }
        for id in all.into_iter().rev() {
            self.kv().delete(&keys::record(id.as_str())).await?;
        }
        Ok(())
    }

    async fn remove_old_copy(
        &self,
        request: &Request,
        kept: SignedDuration,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(file) = request.subject.file() else { return Ok(()) };
        let manifest = match self.attachment(&request.organization_id, file.sha256.as_str()).await {
            Err(StoreError::Corrupt { .. }) => None,
            read => read?,
        };
        match manifest {
            Some(manifest) if manifest.asked_at().saturating_add(kept).is_ok_and(|end| end <= now) => {
                self.remove_attachment(&manifest).await
            }
            _ => Ok(()),
        }
    }

    /// Removes the first use of a grant, if nobody asks for it any more. Otherwise it is looked at again later.
    pub(crate) async fn retain_grant_use(&self, used: &UsedGrant, now: Timestamp) -> Result<(), StoreError> {
        match self.grant_use_needed_until(used, now).await? {
            Some(at) => self.expire_after(at, &Expiring::GrantUse(used.clone())).await,
            None => self.forget_grant_use(used).await,
        }
    }

    /// Until when the first use of a grant is needed in any case: a day after the grant's end, or when there is none yet, for a
    /// while. `None` if it is needed no more.
    async fn grant_use_needed_until(
        &self,
        used: &UsedGrant,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let later = now.saturating_add(LOOKED_AGAIN).unwrap_or(now);
        let computer = self.load::<Computer>(&used.computer_id).await?;
        if computer.is_none_or(|found| found.value.deleted) {
            return Ok(None);
        }
        let request = match self.load::<Request>(&used.request_id).await {
            // A newer version of this program may know it.
            Err(StoreError::Corrupt { .. }) => return Ok(Some(later)),
            read => read?.map(|found| found.value),
        };
        let of = |request: Request| Grant::of(&request, request.decision.as_ref()?);
        let Some(grant) = request.and_then(of).filter(|grant| grant.id == used.grant_id) else {
            return Ok(None);
        };
        let end = grant.revoked_at.into_iter().chain(grant.expires_at).min();
        let needed = end.map_or(later, |end| end.saturating_add(KEPT).unwrap_or(end));
        Ok((needed > now).then_some(needed.min(later)))
    }

    /// The request that an event is about, as it is now.
    async fn request_of(&self, event: &Event) -> Result<Option<Request>, StoreError> {
        match event.footprint().concerns.iter().find_map(|id| id.parse().ok()) {
            Some(id) => self.readable_request(&id).await,
            None => Ok(None),
        }
    }

    /// A request; none when it is gone or cannot be read.
    async fn readable_request(&self, id: &RequestId) -> Result<Option<Request>, StoreError> {
        match self.load::<Request>(id).await {
            Err(StoreError::Corrupt { .. }) => Ok(None),
            read => Ok(read?.map(|stored| stored.value)),
        }
    }

    /// Puts on record that entries of the audit up to a number go. They go once this is processed, so that the sealed chain says so.
    pub(crate) async fn trim_audit(
        &self,
        organization: &OrganizationId,
        up_to: u64,
        kept_days: u16,
    ) -> Result<(), StoreError> {
        let permit = Permit::processor(organization, ProcessorOnly);
        let origin = Origin { who: Who::System, address: None, at: self.clock().now() };
        let act = AuditTrimmed { organization_id: organization.clone(), up_to, kept_days };
        self.without_waking().save(Change::new(&permit, &origin, act)).await?;
        Ok(())
    }
}

#[async_trait]
impl Remove for Journal {
    async fn request(&self, organization: &OrganizationId, id: &RequestId) -> Result<(), StoreError> {
        let now = self.clock().now();
        let Some(request) = self.readable_request(id).await? else { return Ok(()) };
        let Some(kept) = self.retention(organization).await?.requests_days.map(days) else { return Ok(()) };
        match request.over_since(now) {
            Some(since) => self.remove_old_request(&request, since, kept, now).await,
            None => Ok(()),
        }
    }

    async fn grant_use(&self, used: &UsedGrant) -> Result<(), StoreError> {
        self.retain_grant_use(used, self.clock().now()).await
    }

    async fn deleted_organization(&self, organization: &OrganizationId) -> Result<bool, StoreError> {
        match self.has_outstanding(organization).await {
            Err(error @ (StoreError::Kv(_) | StoreError::Busy)) => Err(error),
            // What cannot be read is processed in vain, and that is logged.
            outstanding => Ok(outstanding.unwrap_or(true)),
        }
    }

    async fn refusals(&self, organization: &OrganizationId, refused: NewAct) -> Result<(), StoreError> {
        let permit = Permit::processor(organization, ProcessorOnly);
        // They came from any number of addresses.
        let origin = Origin { who: Who::Anonymous, address: None, at: self.clock().now() };
        self.without_waking().save(Change::new(&permit, &origin, refused)).await?;
        Ok(())
    }
}
