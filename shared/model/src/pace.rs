//! How many messages somebody gets one by one, and the digests that say the rest: a flood of requests neither silences anybody
//! nor reaches a phone a hundred times.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::delivery::Channel;
use crate::ids::{NotificationId, OrganizationId, RequestId};
use crate::notice::NoticeName;

/// The time in which messages are counted, and how long a digest gathers: people can wait for so long during a flood.
pub const PERIOD: SignedDuration = SignedDuration::from_mins(10);
/// Emails in a period: about as many as somebody can read one by one. Each takes half a minute.
const EMAILS: usize = 20;
/// Text messages in a period: each makes a phone ring, and costs money.
const TEXTS: usize = 10;
/// Messages to an address of a requester in a day.
const TO_REQUESTERS: usize = 10;
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// How many messages are remembered. It is more than a planner plans at once for one recipient, so that one that died is
/// followed by one that finds all of them.
const REMEMBERED: usize = 64;
/// How many requests a digest lists. Of further ones it says how many there are.
const LISTED: usize = 1_000;

/// How many messages a channel carries to one recipient in a [`PERIOD`]. Programs are told of each.
#[must_use]
pub const fn most_in_a_period(channel: Channel) -> Option<usize> {
    match channel {
        Channel::Email | Channel::Chat | Channel::Push => Some(EMAILS),
        Channel::Sms => Some(TEXTS),
        Channel::Webhook => None,
    }
}

/// What limits the messages to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// How many they get one by one in the time that counts.
    pub most: usize,
    /// The time that counts.
    pub counts: SignedDuration,
    /// How long what comes after them is gathered.
    pub gathers: SignedDuration,
    /// If they want none now: until when all are gathered.
    pub until: Option<Timestamp>,
}

impl Limit {
    /// Of somebody who hears of requests, for so many messages in a [`PERIOD`].
    #[must_use]
    pub const fn in_a_period(most: usize) -> Self {
        Self { most, counts: PERIOD, gathers: PERIOD, until: None }
    }

    /// Of an address that the users of one computer gave. Anybody at a computer can name any address, so it gets few messages, and
    /// the rest in at most one each hour.
    #[must_use]
    pub const fn of_a_requester() -> Self {
        Self { most: TO_REQUESTERS, counts: DAY, gathers: HOUR, until: None }
    }
}

/// A message that goes by itself or into a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToPace<'a> {
    /// The delivery's id.
    pub id: &'a NotificationId,
    /// The number of its event.
    pub number: u64,
    /// When it goes by itself, if it does so even while its recipient's other messages are gathered because they want none now.
    pub alone_at: Option<Timestamp>,
}

/// Whose messages are counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaceId {
    /// The organization whose requests they are about.
    pub organization_id: OrganizationId,
    /// A digest of channel and address.
    pub recipient: String,
}

/// The messages to one recipient about the requests of one organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// Whose.
    pub id: PaceId,
    /// The newest that were to be sent one by one, oldest first.
    // INVARIANT: at most REMEMBERED.
    recent: Vec<Paced>,
    /// The digest that gathers what came after them, until it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    digest: Option<Gathering>,
}

/// A message that is sent by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Paced {
    id: NotificationId,
    at: Timestamp,
}

/// A digest that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gathering {
    /// The delivery's id, which is also the digest's.
    pub id: NotificationId,
    /// The number of the event with which it began.
    pub number: u64,
    /// When it is due.
    pub due_at: Timestamp,
}

impl Gathering {
    /// Whether it still gathers, for somebody with this limit. A clock that was set back does not make it do so for longer than digests
    /// gather.
    #[must_use]
    pub fn is_open_at(&self, now: Timestamp, limit: Limit) -> bool {
        let fits = match limit.until {
            Some(until) => self.due_at == until,
            None => self.due_at.duration_since(now) <= limit.gathers,
        };
        now < self.due_at && fits
    }
}

impl Pace {
    /// No messages yet.
    #[must_use]
    pub const fn none(id: PaceId) -> Self {
        Self { id, recent: Vec::new(), digest: None }
    }

    /// The digest that gathers, or the last one, until messages go one by one again.
    #[must_use]
    pub const fn digest(&self) -> Option<&Gathering> {
        self.digest.as_ref()
    }

    /// Whether a message is sent by itself. Of those that were given to [`Pace::with`], the others are in its digest.
    #[must_use]
    pub fn is_by_itself(&self, id: &NotificationId) -> bool {
        self.recent.iter().any(|each| each.id == *id)
    }

    /// With these messages: as many by themselves as the limit lets, and the rest in the digest, which is `fresh` if none gathers. The
    /// same messages again change nothing, but for those with a time of their own that are in a digest, which are not to be given again.
    /// A digest that is `closed` gathers no more.
    #[must_use]
    pub fn with<'a>(
        &self,
        messages: impl IntoIterator<Item = ToPace<'a>>,
        limit: Limit,
        fresh: &NotificationId,
        closed: Option<&NotificationId>,
        now: Timestamp,
    ) -> Self {
        let mut new = self.clone();
        new.digest = new.digest.filter(|digest| digest.is_open_at(now, limit) && Some(&digest.id) != closed);
        for ToPace { id, number, alone_at } in messages {
            // Of those who want none now, the digest is no sign of a flood.
            let gathers = alone_at.is_none() || limit.until.is_none();
            if (new.digest.is_some() && gathers) || new.is_by_itself(id) {
                continue;
            }
            let at = alone_at.unwrap_or(now);
            let counts = |each: &&Paced| at.duration_since(each.at).abs() < limit.counts;
            let wanted = limit.until.is_none() || alone_at.is_some();
            let has_room = wanted && new.recent.iter().filter(counts).count() < limit.most;
            if closed.is_none() && has_room {
                new.recent.push(Paced { id: id.clone(), at });
            } else if new.digest.is_none() {
                let gathered = now.saturating_add(limit.gathers).unwrap_or(now);
                let due_at = limit.until.unwrap_or(gathered);
                new.digest = Some(Gathering { id: fresh.clone(), number, due_at });
            }
        }
        let surplus = new.recent.len().saturating_sub(REMEMBERED);
        new.recent.drain(..surplus);
        new
    }
}

/// What a digest sums up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The id of its delivery.
    pub id: NotificationId,
    /// The requests by what there is to say about them.
    // INVARIANT: at most LISTED in all.
    requests: BTreeMap<NoticeName, Vec<RequestId>>,
    /// How many more there were.
    #[serde(default)]
    more: u64,
    /// The highest number of an event in it.
    upto: u64,
    /// It was composed, so nothing is added any more.
    #[serde(default)]
    closed: bool,
}

/// The digest was composed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DigestClosed;

impl Digest {
    /// A digest of nothing.
    #[must_use]
    pub const fn none(id: NotificationId) -> Self {
        Self { id, requests: BTreeMap::new(), more: 0, upto: 0, closed: false }
    }

    /// With more requests, each with what there is to say and the number of the event. The same again change nothing.
    ///
    /// # Errors
    /// It is closed, and lacks some of them.
    pub fn with<'a>(
        &self,
        requests: impl IntoIterator<Item = (NoticeName, &'a RequestId, u64)>,
    ) -> Result<Self, DigestClosed> {
        let mut new = self.clone();
        // Most requests are in no digest yet, which is found without looking through a thousand.
        let mut known = BTreeSet::new();
        known.extend(self.requests.values().flatten().map(RequestId::as_str));
        for (notice, id, number) in requests {
            let is_known = known.contains(id.as_str()) && new.contains(notice, id);
            if is_known || (new.more > 0 && number <= self.upto) {
                continue;
            }
            if new.closed {
                return Err(DigestClosed);
            }
            if new.requests.values().map(Vec::len).sum::<usize>() < LISTED {
                known.insert(id.as_str());
                new.requests.entry(notice).or_default().push(id.clone());
            } else {
                new.more = new.more.saturating_add(1);
            }
            new.upto = new.upto.max(number);
        }
        Ok(new)
    }

    /// Whether it says this about a request.
    #[must_use]
    pub fn contains(&self, notice: NoticeName, id: &RequestId) -> bool {
        self.requests.get(&notice).is_some_and(|all| all.contains(id))
    }

    /// Whether it can have something that an event with this number led to.
    #[must_use]
    pub const fn reaches(&self, number: u64) -> bool {
        number <= self.upto
    }

    /// Nothing more is added.
    #[must_use]
    pub fn closed(&self) -> Self {
        Self { closed: true, ..self.clone() }
    }

    /// Whether nothing more is added.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// The requests of which there is this to say.
    #[must_use]
    pub fn requests(&self, notice: NoticeName) -> &[RequestId] {
        self.requests.get(&notice).map_or(&[], Vec::as_slice)
    }

    /// How many it does not list.
    #[must_use]
    pub const fn more(&self) -> u64 {
        self.more
    }
}
