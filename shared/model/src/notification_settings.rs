//! An administrator's own settings of notifications: by which channels they hear of what, when, and who is told in their place.

mod clock_time;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::delivery::Channel;
use crate::ids::AdministratorId;
use crate::named::named;
use crate::notice::NoticeName;

pub use self::clock_time::{ClockTime, NotAClockTime};

/// The seconds of an hour.
const HOUR: i64 = 60 * 60;

/// What an administrator can hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// A new request that they may open, and that it still waits.
    NewRequest,
    /// Others ask for what they were told of.
    Joined,
    /// A request that they were told of was taken or decided, or nobody did in time.
    Handled,
    /// A colleague asks them to decide, or hands a request over to them.
    AskedToDecide,
    /// A file was flagged as malicious.
    Flagged,
}

impl NoticeKind {
    /// The kind of a notice; `None` if people cannot choose how they hear of it.
    #[must_use]
    pub const fn of(notice: NoticeName) -> Option<Self> {
        match notice {
            NoticeName::RequestSubmitted
            | NoticeName::RequestExpiring
            | NoticeName::RequestUntaken
            | NoticeName::RequestUndecided => Some(Self::NewRequest),
            NoticeName::RequestJoined => Some(Self::Joined),
            NoticeName::RequestHandled | NoticeName::RequestTaken => Some(Self::Handled),
            NoticeName::DecisionAsked | NoticeName::RequestHandedOver => Some(Self::AskedToDecide),
            NoticeName::FileFlagged => Some(Self::Flagged),
            NoticeName::RequestDecided
            | NoticeName::RequestRevoked
            | NoticeName::ApprovalEdited
            | NoticeName::RequestEnded
            | NoticeName::RequestExpired
            | NoticeName::Invitation
            | NoticeName::PasswordReset
            | NoticeName::SignedInElsewhere
            | NoticeName::PasswordChanged
            | NoticeName::RightsChanged
            | NoticeName::AccountRecovered
            | NoticeName::Again
            | NoticeName::Digest => None,
        }
    }
}

/// The channels by which an administrator hears of each kind of event. Unset: by their usual channels. Empty: not at all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChannelsByKind {
    /// A new request that they may open, and that it still waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_request: Option<Vec<Channel>>,
    /// Others ask for what they were told of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<Vec<Channel>>,
    /// A request that they were told of was taken or decided, or nobody did in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handled: Option<Vec<Channel>>,
    /// A colleague asks them to decide, or hands a request over to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_to_decide: Option<Vec<Channel>>,
    /// A file was flagged as malicious.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flagged: Option<Vec<Channel>>,
}

impl ChannelsByKind {
    /// The channels that are chosen for a kind, if any are set.
    #[must_use]
    pub fn of(&self, kind: NoticeKind) -> Option<&[Channel]> {
        let chosen = match kind {
            NoticeKind::NewRequest => &self.new_request,
            NoticeKind::Joined => &self.joined,
            NoticeKind::Handled => &self.handled,
            NoticeKind::AskedToDecide => &self.asked_to_decide,
            NoticeKind::Flagged => &self.flagged,
        };
        chosen.as_deref()
    }

    /// Whether any kind is sent by a channel.
    #[must_use]
    pub fn name(&self, channel: Channel) -> bool {
        let all = [&self.new_request, &self.joined, &self.handled, &self.asked_to_decide, &self.flagged];
        all.into_iter().flatten().any(|channels| channels.contains(&channel))
    }

    fn is_unset(&self) -> bool {
        *self == Self::default()
    }
}

/// The hours in which somebody wants no messages about requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuietHours {
    /// When they begin, on the administrator's clock.
    pub from: ClockTime,
    /// When they end, on the next day if that is earlier.
    // INVARIANT: differs from `from`.
    pub to: ClockTime,
}

impl QuietHours {
    /// When they end, if a moment is within them.
    fn end(&self, at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let clock = ClockTime::shown(at, zone);
        let within = match self.from <= self.to {
            true => self.from <= clock && clock < self.to,
            false => self.from <= clock || clock < self.to,
        };
        if within { self.to.next_after(at, zone) } else { None }
    }
}

named! {
    /// How often messages about requests arrive.
    pub enum Rhythm("rhythm of messages") {
        Immediately = "immediately",
        Hourly = "hourly",
        Daily = "daily",
    }
}

/// A time in which an administrator is not told, and somebody else may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Away {
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    // INVARIANT: after `from`.
    pub until: Timestamp,
    /// The administrator who is told instead, of what they could decide themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegate_id: Option<AdministratorId>,
}

impl Away {
    /// Whether a moment is within it.
    #[must_use]
    pub fn is_at(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

/// An administrator's own settings. What is unset is as if there were no settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotificationSettings {
    /// The channels by kind of event.
    #[serde(default, skip_serializing_if = "ChannelsByKind::is_unset")]
    pub channels_by_kind: ChannelsByKind,
    /// The hours in which messages about requests are gathered; they arrive at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet_hours: Option<QuietHours>,
    /// How often messages about requests arrive; unset: immediately.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Rhythm>,
    /// When the daily digest arrives, on the administrator's clock.
    // INVARIANT: set exactly if `digest` is daily.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest_at: Option<ClockTime>,
    /// Whether they hear of a new request only if nobody else who could hear of it is on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_when_nobody_else: bool,
    /// When they are away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub away: Option<Away>,
}

impl NotificationSettings {
    /// Whether nothing is set.
    #[must_use]
    pub fn is_unset(&self) -> bool {
        *self == Self::default()
    }

    /// Until when messages about requests that are made now are gathered; `None` if they are sent at once.
    #[must_use]
    pub fn gathers_until(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let due = match self.digest {
            None | Some(Rhythm::Immediately) => None,
            Some(Rhythm::Hourly) => next_full_hour(now, zone),
            Some(Rhythm::Daily) => self.digest_at.and_then(|at| at.next_after(now, zone)),
        };
        self.quiet_until(due.unwrap_or(now), zone).or(due)
    }

    /// When the quiet hours end, if a moment is within them.
    #[must_use]
    pub fn quiet_until(&self, at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        self.quiet_hours.as_ref().and_then(|hours| hours.end(at, zone))
    }

    /// The absence at a moment.
    #[must_use]
    pub fn away_at(&self, at: Timestamp) -> Option<&Away> {
        self.away.as_ref().filter(|away| away.is_at(at))
    }

    /// Whether somebody who hears of a request now makes it unnecessary to tell those who want to hear only if nobody else is on.
    #[must_use]
    pub fn is_on(&self, now: Timestamp, zone: &TimeZone) -> bool {
        !self.only_when_nobody_else && self.away_at(now).is_none() && self.quiet_until(now, zone).is_none()
    }
}

/// When a clock of the zone next shows a full hour. Some zones differ from UTC by half an hour.
fn next_full_hour(now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let offset = i64::from(zone.to_offset(now).seconds());
    let shown = now.as_second().saturating_add(offset);
    let hour = shown.div_euclid(HOUR).saturating_add(1);
    Timestamp::from_second(hour.saturating_mul(HOUR).saturating_sub(offset)).ok()
}
