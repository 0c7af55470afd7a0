//! The projection: how far an organization's events are processed, and the heads of its lists. One record, changed only
//! by its processor.

use std::collections::BTreeMap;

use countersign_model::ids::{EventId, OrganizationId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Journal;
use crate::chain::head::Chain;
use crate::lists::log::LogHead;
use crate::lists::tree::TreeRoot;
use countersign_model::List;
use countersign_store::record::Entity;
use countersign_store::{StoreError, Stored};

/// How many scheduled moments are kept for the agents of one organization. Beyond that, the two closest together are
/// merged.
const MOMENTS: usize = 100;
/// How many numbers set aside are remembered.
const SET_ASIDE: usize = 10;
/// How many bytes of the reason of each are remembered. The log has all of it.
const WHY: usize = 100;
/// How many late events are remembered. Of earlier ones, a key says that they count.
const LATE: usize = 64;

/// The state of an organization's processing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Projection {
    pub(crate) organization_id: OrganizationId,
    /// Changes with everything that the organization's agents must know, including the passing of time.
    pub agent_version: u64,
    /// Every number up to here was processed, skipped, or is in `gaps`.
    pub(crate) horizon: u64,
    /// Numbers at or below the horizon that are still waited for.
    pub(crate) gaps: Vec<Gap>,
    /// Created events that were found after their number was skipped; their writers may have appended them again.
    pub(crate) late: Vec<EventId>,
    /// Numbers taken in the journal above for events of this one, until the entries are written there.
    pub(crate) forwarding: Option<Forwarding>,
    /// Later moments at which the agents must ask again, soonest first.
    #[serde(with = "moments")]
    pub(crate) moments: Vec<Timestamp>,
    /// The chain of settled numbers.
    #[serde(default)]
    pub(crate) chain: Chain,
    pub(crate) logs: BTreeMap<List, LogHead>,
    pub(crate) sets: BTreeMap<List, TreeRoot>,
    /// Blocks that the last turn replaced; the next turn deletes them.
    pub(crate) garbage: Garbage,
    /// How many events were tallied: they are in the counts of requests, or will be.
    #[serde(default)]
    pub(crate) tallied: u64,
    /// The id of the turn that wrote this.
    #[serde(default)]
    pub(crate) turn: String,
    /// Numbers that could not be settled, newest last. The oldest are forgotten here, but not in the chain and the log.
    #[serde(default)]
    pub(crate) set_aside: Vec<SetAside>,
}

/// Blocks to be deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Garbage {
    /// A few blocks.
    pub(crate) blocks: Vec<String>,
    /// Blocks that list many more, and are garbage as well.
    pub(crate) lists: Vec<String>,
}

/// A number of the journal that could be neither processed nor dropped: its entry, or the entry's target, is
/// unreadable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// The number.
    pub number: u64,
    /// When it was set aside.
    pub at: Timestamp,
    /// Why, or how that begins.
    pub why: String,
}

/// A number without an entry, or with one that does not count yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "GapFields", into = "GapFields")]
pub(crate) struct Gap {
    pub(crate) number: u64,
    /// Since when it is waited for, in milliseconds.
    pub(crate) since: Timestamp,
    /// Whether it is no longer waited for. INVARIANT: this is committed in the projection before the mark is written.
    pub(crate) skipped: bool,
}

/// A gap is stored without the names of its fields: there may be hundreds.
#[derive(Serialize, Deserialize)]
struct GapFields(u64, #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")] Timestamp, bool);

impl From<GapFields> for Gap {
    fn from(GapFields(number, since, skipped): GapFields) -> Self {
        Self { number, since, skipped }
    }
}

impl From<Gap> for GapFields {
    fn from(Gap { number, since, skipped }: Gap) -> Self {
        Self(number, since, skipped)
    }
}

/// Moments are stored in whole milliseconds, rounded up: there may be hundreds, and a moment must not come before what it
/// stands for. Earlier versions wrote them as texts.
mod moments {
    use jiff::{SignedDuration, Timestamp};
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    const NEARLY_A_MILLISECOND: SignedDuration = SignedDuration::from_nanos(999_999);

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Moment {
        Milliseconds(i64),
        Text(Timestamp),
    }

    pub(super) fn serialize<S: Serializer>(moments: &[Timestamp], to: S) -> Result<S::Ok, S::Error> {
        let rounded =
            |at: &Timestamp| at.saturating_add(NEARLY_A_MILLISECOND).unwrap_or(*at).as_millisecond();
        moments.iter().map(rounded).collect::<Vec<_>>().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Timestamp>, D::Error> {
        let read = |moment| match moment {
            Moment::Milliseconds(at) => Timestamp::from_millisecond(at).map_err(D::Error::custom),
            Moment::Text(at) => Ok(at),
        };
        Vec::<Moment>::deserialize(from)?.into_iter().map(read).collect()
    }
}

/// Events on their way to the journal above.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Forwarding {
    pub(crate) to: OrganizationId,
    /// The number above of the first event; the others follow.
    pub(crate) first: u64,
    /// Their numbers here.
    pub(crate) numbers: Vec<u64>,
}

impl Forwarding {
    /// The numbers above.
    pub(crate) fn places(&self) -> impl Iterator<Item = u64> {
        self.first..self.first.saturating_add(self.numbers.len() as u64)
    }
}

impl Entity for Projection {
    type Id = OrganizationId;

    fn record_id(id: &Self::Id) -> String {
        format!("projection_{id}")
    }

    fn own_record_id(&self) -> String {
        Self::record_id(&self.organization_id)
    }
}

impl Projection {
    /// The empty projection of an organization that is being created.
    pub(crate) fn new(organization: &OrganizationId) -> Self {
        Self {
            organization_id: organization.clone(),
            agent_version: 1,
            horizon: 0,
            gaps: Vec::new(),
            late: Vec::new(),
            forwarding: None,
            moments: Vec::new(),
            chain: Chain::default(),
            logs: BTreeMap::new(),
            sets: BTreeMap::new(),
            garbage: Garbage::default(),
            tallied: 0,
            turn: String::new(),
            set_aside: Vec::new(),
        }
    }

    /// How many rows a log, or ids a set, has up to the horizon.
    pub fn count(&self, list: List) -> u64 {
        if list.is_log() {
            self.logs.get(&list).map_or(0, |head| head.count)
        } else {
            self.sets.get(&list).map_or(0, TreeRoot::count)
        }
    }

    /// The next moment at which the agents' version changes by itself.
    pub fn next_change_at(&self) -> Option<Timestamp> {
        self.moments.first().copied()
    }

    /// Since when the oldest examined number waits that is not settled.
    pub fn waits_since(&self) -> Option<Timestamp> {
        self.gaps.iter().map(|gap| gap.since).min()
    }

    /// Numbers that could recently not be settled.
    pub fn set_aside(&self) -> &[SetAside] {
        &self.set_aside
    }

    pub(crate) fn remember_set_aside(&mut self, new: Vec<SetAside>) {
        self.set_aside.extend(new.into_iter().map(|mut each| {
            each.why.truncate(each.why.floor_char_boundary(WHY));
            each
        }));
        let surplus = self.set_aside.len().saturating_sub(SET_ASIDE);
        self.set_aside.drain(..surplus);
    }

    /// Remembers a late event. Returns those that it forgets for that.
    pub(crate) fn remember_late(&mut self, event: &EventId) -> Vec<EventId> {
        let surplus = (self.late.len() + 1).saturating_sub(LATE);
        let forgotten = self.late.drain(..surplus).collect();
        self.late.push(event.clone());
        forgotten
    }

    pub(crate) fn add_moment(&mut self, at: Timestamp) {
        if let Err(place) = self.moments.binary_search(&at) {
            self.moments.insert(place, at);
        }
        while self.moments.len() > MOMENTS {
            let gap = |pair: &[Timestamp]| {
                pair.last().zip(pair.first()).map(|(b, a)| b.as_second() - a.as_second())
            };
            let nearest = self.moments.windows(2).enumerate().min_by_key(|(_, pair)| gap(pair));
            // The later of the two stays: by then both have come.
            self.moments.remove(nearest.map_or(0, |(place, _)| place));
        }
    }

    /// Changes the version if scheduled moments have come.
    pub(crate) fn pass_moments(&mut self, now: Timestamp) -> bool {
        let due = self.moments.partition_point(|at| *at <= now);
        self.moments.drain(..due);
        if due > 0 {
            self.agent_version += 1;
        }
        due > 0
    }
}

impl Journal {
    /// The projection of an organization, for its agent version and counts. Waiting agents poll this one key.
    pub async fn projection(&self, organization: &OrganizationId) -> Result<Stored<Projection>, StoreError> {
        self.load(organization).await?.ok_or(StoreError::NotFound)
    }
}
