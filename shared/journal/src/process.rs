//! Processing: one leased processor per organization turns events into lists, notices and the version that agents watch.
//!
//! The lease only avoids duplicate work. Two processors are kept apart by the projection: one swap of it makes a whole
//! turn visible.

mod commit;
mod earlier;
mod forward;
mod next;
mod retain;
mod scan;
mod settle;
mod tidy;

use std::collections::VecDeque;

use async_trait::async_trait;
use countersign_kv::log;
use countersign_model::ids::OrganizationId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Journal;
use crate::chain::{ChainHead, Sealer};
use crate::event::{Event, IndexEntry};
use crate::process::commit::Turn;
use crate::process::earlier::Remembered;
use crate::process::scan::Scan;
use crate::projection::Forwarding;
use countersign_store::{EventRef, KeyRequests, KeyWeek, Lease, StoreError};

/// The most turns of one call; the rest is left to the next call.
const TURNS: usize = 40;
/// How long one call begins turns, those of the organizations above included. Callers wait no longer than half a minute, and a call
/// that is given up keeps its lease.
const TAKES: SignedDuration = SignedDuration::from_secs(15);

/// The effects of events beyond this crate; implemented by process-events.
#[async_trait]
pub trait Effects: Send + Sync {
    /// Whether an entry belongs to its set now, according to the current record.
    async fn belongs(&self, organization: &OrganizationId, entry: &IndexEntry) -> Result<bool, StoreError>;

    /// Whether anything follows from an event of this organization. Most events only go into lists.
    fn has_consequences(&self, event: &Event) -> bool {
        event.footprint().notice.is_some()
    }

    /// What follows from an event of this organization. May be called more than once.
    async fn event(&self, event: &Event) -> Result<Consequences, StoreError>;

    /// Seals the chain; `None` without a key.
    fn sealer(&self) -> Option<&dyn Sealer> {
        None
    }

    /// The chain has grown. A note of its head that is out of reach of an attacker with write access to the store can
    /// be compared later, with [`Journal::verify_chain`].
    fn chained(&self, _head: &ChainHead) {}
}

/// What follows from an event.
#[derive(Debug, Clone, Default)]
pub struct Consequences {
    /// Whether people must hear of it: its notice is to be expanded.
    pub notice: bool,
    pub(crate) counts: KeyCounts,
    pub(crate) remembered: Vec<Remembered>,
    /// The event that these follow from.
    pub(crate) of: Option<EventRef>,
}

/// Changes of counters of enrollment keys.
pub(crate) type KeyCounts = Vec<(KeyWeek, KeyRequests)>;

impl Consequences {
    /// Adds the consequences of something else.
    pub fn extend(&mut self, other: Self) {
        self.notice |= other.notice;
        self.counts.extend(other.counts);
        self.remembered.extend(other.remembered);
    }

    /// A request of a computer of an enrollment key was submitted or has ended. It is counted after the turn is
    /// committed, so a processor that dies right then does not count the events of this turn.
    pub fn count(&mut self, of: KeyWeek, requests: KeyRequests) {
        self.counts.push((of, requests));
    }
}

/// The result of a call of [`Journal::process`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Processed {
    /// How many events were processed, including those of the organizations above.
    pub events: usize,
    /// Another processor is at work, and it will see whatever there is to do.
    pub elsewhere: bool,
    /// There is more to do than one call does.
    pub more: bool,
    /// How many numbers could not be settled and were set aside.
    pub set_aside: usize,
}

impl Journal {
    /// Processes the events of an organization, and passes them on to those above it.
    ///
    /// Called after a response, and by `deliver`. It is cheap if there is nothing to do.
    ///
    /// ```text
    /// let done = journal.process(&organization, &effects).await?;
    /// ```
    pub async fn process(
        &self,
        organization: &OrganizationId,
        effects: &dyn Effects,
    ) -> Result<Processed, StoreError> {
        let mut done = Processed::default();
        let mut waiting = VecDeque::from([organization.clone()]);
        let began = self.clock().now();
        while let Some(organization) = waiting.pop_front() {
            if let Some(above) = self.process_one(&organization, effects, &mut done, began).await? {
                // What is passed on there is left to the next call for it, or to the walk of `deliver`.
                match self.is_late(began) {
                    true => done.more = true,
                    false => waiting.push_back(above),
                }
            }
        }
        Ok(done)
    }

    /// Whether a call that began then must not begin another turn.
    fn is_late(&self, began: Timestamp) -> bool {
        self.clock().now().duration_since(began) >= TAKES
    }

    /// Whether [`Journal::process`] would do anything for an organization. It costs as much as a call that has nothing to do.
    ///
    /// # Errors
    /// If the backend fails, or [`StoreError::NotFound`] for an organization that does not exist.
    pub async fn has_work(&self, organization: &OrganizationId) -> Result<bool, StoreError> {
        let head = self.head(organization).await?;
        Ok(head.has_new() || !self.scan(organization, head).await?.is_idle())
    }

    /// Makes turns for one organization, under its lease. Returns the organization above, if events went there.
    async fn process_one(
        &self,
        organization: &OrganizationId,
        effects: &dyn Effects,
        done: &mut Processed,
        began: Timestamp,
    ) -> Result<Option<OrganizationId>, StoreError> {
        let mut lease = None;
        let turns = self.turns(organization, effects, done, &mut lease, began).await;
        if let Some(held) = lease {
            self.release(held).await?;
        }
        turns
    }

    async fn turns(
        &self,
        organization: &OrganizationId,
        effects: &dyn Effects,
        done: &mut Processed,
        lease: &mut Option<Lease>,
        began: Timestamp,
    ) -> Result<Option<OrganizationId>, StoreError> {
        let name = format!("process/{organization}");
        let mut given_back = false;
        let mut above = None;
        let mut forwarded = None;
        for _ in 0..TURNS {
            let head = self.head(organization).await?;
            // Under write load, scanning the journal just to learn that another processor is at work costs more than
            // processing it, so the lease is taken first.
            let scan = match lease.is_none() && !given_back && head.has_new() {
                true => None,
                false => Some(self.scan(organization, head).await?),
            };
            if scan.as_ref().is_some_and(Scan::is_idle) {
                let Some(held) = lease.take() else { return Ok(above) };
                // A caller that came while the lease was held went away again, so look once more after releasing it.
                self.release(held).await?;
                given_back = true;
                continue;
            }
            if !lease.as_ref().is_some_and(|lease| lease.holds(self.clock().now())) {
                *lease = self.lease(&name).await?;
                if lease.is_none() {
                    done.elsewhere = true;
                    return Ok(above);
                }
                // The scan may have seen what the previous holder has just replaced.
                continue;
            }
            let Some(scan) = scan else { continue };
            let turn = self.turn(organization, scan, effects, &mut forwarded).await?;
            done.events += turn.events;
            done.set_aside += turn.set_aside;
            above = turn.above.or(above);
            if turn.waits || self.is_late(began) {
                break;
            }
        }
        done.more = true;
        Ok(above)
    }

    /// One turn: scan → settlement → next state → commit.
    async fn turn(
        &self,
        organization: &OrganizationId,
        scan: Scan,
        effects: &dyn Effects,
        forwarded: &mut Option<Forwarding>,
    ) -> Result<Turn, StoreError> {
        let Scan { read, projection, now, entries } = scan;
        let Some(again) = self.finish_forwarding(organization, &projection, forwarded).await? else {
            let above = projection.forwarding.map(|forwarding| forwarding.to);
            return Ok(Turn { above, waits: true, ..Turn::default() });
        };
        let highest = entries.iter().map(|entry| entry.gap.number).max().unwrap_or_default();
        let horizon = highest.max(projection.horizon);
        let settlement = self.settle(organization, &projection, entries, now).await?;
        let set_aside = settlement.set_aside.clone();
        let next = self.next_state(projection, settlement, horizon, now, effects).await?;
        let turn = self.commit(&read, next, again, effects, forwarded).await?;
        if !turn.committed {
            return Ok(turn);
        }
        for each in &set_aside {
            let fields: [(&str, &dyn std::fmt::Display); 3] =
                [("organization", organization), ("number", &each.number), ("why", &each.why)];
            log::line("a number of the journal was set aside", &fields);
        }
        Ok(Turn { set_aside: set_aside.len(), ..turn })
    }
}
