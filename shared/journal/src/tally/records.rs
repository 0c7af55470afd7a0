//! The records of counts.

use countersign_model::ids::OrganizationId;
use countersign_model::tally::{DayCounts, PendingCounts, ReportDays, Tallied, Tops, month_of};
use countersign_store::record::{Entity, MAX_RECORD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// From this size on, nothing gathers in the record of pending counts, and a report forgets its oldest days.
const LARGE: usize = MAX_RECORD / 8 * 7;

/// An organization's pending requests, counted, and the events that are not in the reports yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestCounts {
    pub(crate) organization_id: OrganizationId,
    /// How many events these counts contain, from the first that was ever tallied.
    pub(crate) counted: u64,
    /// The place in the audit's log up to which they are counted.
    pub(crate) place: u64,
    /// Requests made before this moment, in milliseconds, are not counted: they were pending when counting began.
    pub(crate) since: i64,
    pub(crate) pending: PendingCounts,
    /// Events that are not in the reports yet, with their places in the order of what is tallied, from 1.
    #[serde(default)]
    pub(crate) gathered: Vec<(u64, Tallied)>,
}

/// What happened to requests, by day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestReport {
    organization_id: OrganizationId,
    /// How many events these counts contain.
    counted: u64,
    /// The counts.
    pub days: ReportDays,
    /// What happened on days that are no longer kept, and so since counting began.
    #[serde(default)]
    before: DayCounts,
}

/// What there was most of in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestTops {
    organization_id: OrganizationId,
    /// The month, such as `2026-01`.
    month: String,
    /// How many events had been tallied when this was last changed.
    counted: u64,
    /// The counts.
    pub tops: Tops,
}

impl RequestCounts {
    /// The empty counts of an organization where counting begins. `since`: when it does, if requests are pending by then.
    pub(crate) fn beginning(
        organization: &OrganizationId,
        counted: u64,
        place: u64,
        since: Option<Timestamp>,
    ) -> Self {
        Self {
            organization_id: organization.clone(),
            counted,
            place,
            since: since.map_or(i64::MIN, Timestamp::as_millisecond),
            pending: PendingCounts::default(),
            gathered: Vec::new(),
        }
    }

    /// With further events, the first of which follows `from` others; `place` is the end of the log after them.
    pub(crate) fn with(&self, from: u64, events: &[Tallied], place: u64) -> Self {
        let mut new = self.clone();
        for event in events {
            if event.made >= self.since {
                new.pending.take(event, event.via.is_none());
            }
        }
        new.gathered.extend((from.saturating_add(1)..).zip(events.iter().cloned()));
        new.counted = from.saturating_add(events.len() as u64);
        new.place = place;
        new
    }

    /// Whether nothing more should gather in it.
    pub(crate) fn is_large(&self) -> bool {
        !self.gathered.is_empty() && size(self) > LARGE
    }
}

impl RequestReport {
    pub(crate) fn empty(organization: &OrganizationId) -> Self {
        let (days, before) = (ReportDays::default(), DayCounts::default());
        Self { organization_id: organization.clone(), counted: 0, days, before }
    }

    /// What happened since counting began. No number in it ever falls.
    #[must_use]
    pub fn ever(&self) -> DayCounts {
        let mut ever = self.days.whole();
        ever.add(&self.before);
        ever
    }

    /// With those events that it does not contain yet; `None` if it has all.
    pub(crate) fn with(&self, events: &[(u64, Tallied)]) -> Option<Self> {
        let mut new = self.clone();
        for (number, event) in events.iter().filter(|(number, _)| *number > self.counted) {
            let forgotten = new.days.take(event);
            new.before.add(&forgotten);
            new.counted = *number;
        }
        while size(&new) > LARGE
            && let Some(forgotten) = new.days.forget_oldest()
        {
            new.before.add(&forgotten);
        }
        (new.counted > self.counted).then_some(new)
    }
}

impl RequestTops {
    pub(crate) fn empty(organization: &OrganizationId, month: &str) -> Self {
        let (organization_id, month) = (organization.clone(), month.to_owned());
        Self { organization_id, month, counted: 0, tops: Tops::default() }
    }

    /// With those events of its month that it does not contain yet; `None` if it has all.
    pub(crate) fn with(&self, events: &[(u64, Tallied)]) -> Option<Self> {
        let mut new = self.clone();
        for (number, event) in events.iter().filter(|(number, _)| *number > self.counted) {
            if month_of(event.day()) == self.month {
                new.tops.take(event);
            }
            new.counted = *number;
        }
        (new.counted > self.counted).then_some(new)
    }
}

fn size<T: Serialize>(record: &T) -> usize {
    serde_json::to_vec(record).map_or(usize::MAX, |bytes| bytes.len())
}

impl Entity for RequestCounts {
    type Id = OrganizationId;

    fn record_id(id: &Self::Id) -> String {
        format!("request-counts_{id}")
    }

    fn own_record_id(&self) -> String {
        Self::record_id(&self.organization_id)
    }
}

impl Entity for RequestReport {
    type Id = OrganizationId;

    fn record_id(id: &Self::Id) -> String {
        format!("request-report_{id}")
    }

    fn own_record_id(&self) -> String {
        Self::record_id(&self.organization_id)
    }
}

impl Entity for RequestTops {
    type Id = (OrganizationId, String);

    fn record_id((organization, month): &Self::Id) -> String {
        format!("request-tops_{organization}_{month}")
    }

    fn own_record_id(&self) -> String {
        Self::record_id(&(self.organization_id.clone(), self.month.clone()))
    }
}
