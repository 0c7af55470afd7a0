//! Removes keys that a journal's commits needed and nothing needs any more. The journal itself lists what to examine,
//! so no keys are enumerated. Entries and the audit stay.

use countersign_kv::decode_counter;
use countersign_model::Act;
use countersign_model::act::GrantUsed;
use countersign_model::ids::OrganizationId;
use countersign_store::record::{decode, encode};
use countersign_store::slot::{Claim, Slot};
use countersign_store::{Abandoned, EventRef, StoreError, UsedGrant, has_trail, keys};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Journal;
use crate::event::{Commit, Event};
use crate::process::retain::{KEPT, days};
use crate::projection::Projection;

/// How many numbers one call examines.
const STEP: u64 = 100;

/// How many more entries of the audit may be old before that is put on record again within a day.
const TRIMMED_AT_ONCE: u64 = 10_000;

/// How far the clean-up came: the last numbers cleaned up behind, by what is cleaned up.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct TidyProgress {
    /// What commits needed.
    number: u64,
    /// Copies of files.
    #[serde(default)]
    copies: u64,
    /// Requests.
    #[serde(default)]
    requests: u64,
    /// Entries of the audit that are old enough to go.
    #[serde(default)]
    audit: u64,
    /// Entries of the audit that are gone.
    #[serde(default)]
    gone: u64,
    /// Entries of the audit of which it is on record that they go.
    #[serde(default)]
    announced: u64,
    /// When it was last put on record that entries go.
    #[serde(default)]
    trimmed_at: Timestamp,
    /// When there is more to do.
    due_at: Option<Timestamp>,
}

/// What is cleaned up behind a number once it is old enough.
#[derive(Debug, Clone, Copy)]
enum Duty {
    Commits,
    Copies(SignedDuration),
    Requests(SignedDuration),
    /// Only how far the old entries go.
    Audit(SignedDuration),
}

impl Duty {
    fn kept(self) -> SignedDuration {
        match self {
            Self::Commits => KEPT,
            Self::Copies(kept) | Self::Requests(kept) | Self::Audit(kept) => kept,
        }
    }
}

impl Journal {
    /// Cleans up after the numbers of an organization's journal that are older than a day: receipts, marks, claims and
    /// records of candidates that lost, idempotency keys. One call handles a bounded number; it costs one read if
    /// nothing is old enough.
    ///
    /// # Errors
    /// If the backend fails; the next call continues from there.
    pub async fn tidy(&self, organization: &OrganizationId) -> Result<u64, StoreError> {
        let key = keys::tidied(organization);
        let now = self.clock().now();
        let read = self.kv().get(&key).await?;
        let before = read.and_then(|bytes| decode::<TidyProgress>(&key, &bytes).ok()).unwrap_or_default();
        // A time more than a day ahead was noted by a clock that has jumped.
        let waits = |at: &Timestamp| *at > now && at.duration_since(now) <= KEPT;
        if before.due_at.as_ref().is_some_and(waits) {
            return Ok(0);
        }
        let projection = self.projection(organization).await?.value;
        let mut progress = before;
        // Whatever comes now is a day from being old, and settings are looked at once a day.
        let mut due_at = now.saturating_add(KEPT).unwrap_or(now);
        let each = self.clean_up(&projection, &mut progress, now).await?;
        each.into_iter().for_each(|due| due_at = due_at.min(due));
        progress.due_at = Some(due_at);
        let value = encode(&key, &progress)?;
        self.write(vec![(key, value)]).await?;
        Ok(progress.number - before.number)
    }

    /// Does each duty, as far as its settings say. Returns when there is more to do.
    async fn clean_up(
        &self,
        projection: &Projection,
        progress: &mut TidyProgress,
        now: Timestamp,
    ) -> Result<Vec<Timestamp>, StoreError> {
        let organization = &projection.organization_id;
        let retention = self.retention(organization).await?;
        // Behind what is still waited for nothing is settled.
        let first_gap = projection.gaps.iter().map(|gap| gap.number).min().unwrap_or(u64::MAX);
        let settled = projection.horizon.min(first_gap.saturating_sub(1));
        let mut due = Vec::new();
        let mut walk = async |duty: Duty, from: &mut u64, to: u64| {
            due.extend(self.walk(organization, duty, from, to, now).await?);
            Ok::<_, StoreError>(())
        };
        walk(Duty::Commits, &mut progress.number, settled).await?;
        let mut looked_at = progress.number;
        if let Some(kept) = retention.attachments_kept() {
            walk(Duty::Copies(days(kept)), &mut progress.copies, settled).await?;
            looked_at = looked_at.min(progress.copies);
        }
        if let Some(kept) = retention.requests_days {
            walk(Duty::Requests(days(kept)), &mut progress.requests, settled).await?;
            looked_at = looked_at.min(progress.requests);
        }
        let Some(kept_days) = retention.audit_days else { return Ok(due) };
        // An entry goes after everything it leads to.
        walk(Duty::Audit(days(kept_days)), &mut progress.audit, looked_at).await?;
        due.extend(self.remove_entries(projection, progress, kept_days, now).await?);
        Ok(due)
    }

    /// Puts on record how far entries go, and removes those of which the chain says so. Returns when there is more to do.
    async fn remove_entries(
        &self,
        projection: &Projection,
        progress: &mut TidyProgress,
        kept_days: u16,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let (organization, trimmed) = (&projection.organization_id, projection.chain.trimmed);
        let waits = progress.trimmed_at.saturating_add(KEPT).is_ok_and(|until| now < until);
        let old = progress.audit.saturating_sub(progress.announced);
        if old >= TRIMMED_AT_ONCE || old > 0 && !waits {
            self.trim_audit(organization, progress.audit, kept_days).await?;
            (progress.announced, progress.trimmed_at) = (progress.audit, now);
        }
        let upto = trimmed.min(progress.gone.saturating_add(STEP));
        for number in progress.gone + 1..=upto {
            self.kv().delete(&keys::told(organization, number)).await?;
            self.kv().delete(&keys::entry(organization, number)).await?;
        }
        progress.gone = upto.max(progress.gone);
        // What is old but not on record yet waits for the next day.
        Ok((progress.gone < progress.announced).then_some(now))
    }

    /// Does a duty behind the numbers after `from`, at most `to`, that are old enough. Returns when the next one is.
    async fn walk(
        &self,
        organization: &OrganizationId,
        duty: Duty,
        from: &mut u64,
        to: u64,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let until = to.min(from.saturating_add(STEP));
        while *from < until {
            let place = EventRef { organization_id: organization.clone(), number: *from + 1 };
            let event = match self.event_in(organization, place.number).await {
                Err(StoreError::Corrupt { .. }) => None,
                read => read?,
            };
            let old_at = event.as_ref().and_then(|event| event.at.checked_add(duty.kept()).ok());
            if let Some(at) = old_at.filter(|at| *at > now) {
                return Ok(Some(at));
            }
            self.perform(duty, &place, event.as_ref(), now).await?;
            *from = place.number;
        }
        Ok((*from < to).then_some(now))
    }

    async fn perform(
        &self,
        duty: Duty,
        place: &EventRef,
        event: Option<&Event>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        // What was passed on from below left everything behind the journal that it was written in first.
        let own = event.filter(|event| event.propagated_from.is_none());
        match (duty, own) {
            (Duty::Commits, own) => {
                if let Some(event) = own {
                    self.tidy_event(place, event, now).await?;
                }
                let (receipt, _) = place.receipt();
                self.kv().delete(&receipt).await?;
                Ok(self.kv().delete(&keys::abandoned(&place.organization_id, place.number)).await?)
            }
            (Duty::Copies(kept), Some(event)) => self.retain_copy(event, kept, now).await,
            (Duty::Requests(kept), Some(event)) => self.retain_request(event, kept, now).await,
            (Duty::Copies(_) | Duty::Requests(_), None) | (Duty::Audit(_), _) => Ok(()),
        }
    }

    async fn tidy_event(&self, place: &EventRef, event: &Event, now: Timestamp) -> Result<(), StoreError> {
        // Of a candidate that lost. One that died may have appended the same event, with the same records, under another number.
        let has_lost = self.abandoned(place).await? == Some(Abandoned::ByLoser);
        if has_lost {
            for id in &event.created {
                if has_trail(id) {
                    self.kv().delete(&keys::trail(id, 0)).await?;
                }
                self.kv().delete(&keys::record(id)).await?;
            }
        }
        if let Commit::Slot { slot, number } = &event.commit {
            self.tidy_slot(slot, *number, event).await?;
        }
        if let Some(key) = &event.idempotency {
            self.kv().delete(&keys::idempotency(key)).await?;
        }
        if let Act::GrantUsed(used) = &event.act
            && !has_lost
        {
            let GrantUsed { grant_id, request_id, computer_id, .. } = used.clone();
            self.retain_grant_use(&UsedGrant { grant_id, request_id, computer_id }, now).await?;
        }
        Ok(())
    }

    /// Removes the claim that an elected one replaced, and a candidate's own claim if it no longer holds the slot. The
    /// slot of an idempotency key is removed as a whole: nobody retries after a day.
    async fn tidy_slot(&self, slot: &str, number: u64, event: &Event) -> Result<(), StoreError> {
        let own = keys::claim(slot, number);
        let claim = self.kv().get(&own).await?.and_then(|bytes| decode::<Claim>(&own, &bytes).ok());
        let held = self.kv().get(&keys::slot(slot)).await?;
        let held = held.and_then(|bytes| decode_counter(&bytes)).map(|(held, _)| held);
        if let Some(before) = claim.and_then(|claim| claim.replaces).filter(|before| Some(*before) != held) {
            self.kv().delete(&keys::claim(slot, before)).await?;
        }
        if held != Some(number) {
            self.kv().delete(&own).await?;
        }
        let of_key = event.idempotency.as_ref().map(|key| Slot::idempotency(key).digest);
        if of_key.as_deref() == Some(slot) {
            self.kv().delete(&keys::slot(slot)).await?;
            self.kv().delete(&own).await?;
        }
        Ok(())
    }
}
