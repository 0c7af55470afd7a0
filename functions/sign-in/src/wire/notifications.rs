//! Request and response types about one's own notifications.
use countersign_http::{InputError, Moment, Problem, require_at_most};
use countersign_model::{
    Administrator, AdministratorId, Away, Channel, ChannelsByKind, ClockTime, FaultKind, Language,
    NotificationSettings, QuietHours, Rhythm, TimeZoneName,
};
use countersign_store::Stored;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The longest absence: a year and a day.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// All settings of your notifications. They replace the previous ones.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "notify_on_request": true, "channels": ["email"], "language": "de", "time_zone": "Europe/Berlin",
    "channels_by_kind": { "handled": [] }, "quiet_hours": { "from": "22:00", "to": "06:30" },
    "digest": "immediately", "only_when_nobody_else": false
}))]
pub struct SetNotifications {
    /// Whether you are notified of every request that you may open.
    #[schema(example = true)]
    pub notify_on_request: bool,
    /// The channels by which you are notified: one or more of `email`, `sms` and `push`. `sms` needs a phone number, which an administrator sets.
    #[schema(min_items = 1, max_items = 5, example = json!(["email"]))]
    pub channels: Vec<Channel>,
    /// The language of messages to you; default: as your organization's.
    #[serde(default)]
    #[schema(example = "de")]
    pub language: Option<Language>,
    /// Your time zone, by its name in the IANA database; default: UTC.
    #[serde(default)]
    #[schema(example = "Europe/Berlin")]
    pub time_zone: Option<TimeZoneName>,
    /// The channels for kinds of events, in place of `channels`.
    #[serde(default)]
    pub channels_by_kind: SetChannelsByKind,
    /// The hours in which messages about requests are gathered; they arrive when these end. Default: none.
    #[serde(default)]
    pub quiet_hours: Option<SetQuietHours>,
    /// How often messages about new requests, and what becomes of them, arrive: `immediately`, `hourly` or `daily`; default: `immediately`.
    #[serde(default)]
    #[schema(example = "immediately")]
    pub digest: Option<Rhythm>,
    /// When the daily digest arrives, in your time zone; required exactly if `digest` is `daily`.
    #[serde(default)]
    #[schema(example = "17:00")]
    pub digest_at: Option<ClockTime>,
    /// Whether you hear of a new request only if nobody else who could hear of it is on: neither away nor in quiet hours, and without this
    /// setting. Default: false.
    #[serde(default)]
    pub only_when_nobody_else: bool,
    /// When you are away; default: you are not.
    #[serde(default)]
    pub away: Option<SetAway>,
}

/// The channels by kind of event: at most 5 for each. An omitted kind is sent by your usual channels; none are sent of a kind whose list is
/// empty.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetChannelsByKind {
    /// A new request that you may open.
    #[serde(default)]
    #[schema(max_items = 5, example = json!(["email", "push"]))]
    pub new_request: Option<Vec<Channel>>,
    /// Others ask for what you were told of.
    #[serde(default)]
    #[schema(max_items = 5, example = json!(["email"]))]
    pub joined: Option<Vec<Channel>>,
    /// A request that you were told of was decided, or nobody did in time.
    #[serde(default)]
    #[schema(max_items = 5, example = json!([]))]
    pub handled: Option<Vec<Channel>>,
    /// A colleague asks you to decide.
    #[serde(default)]
    #[schema(max_items = 5, example = json!(["push"]))]
    pub asked_to_decide: Option<Vec<Channel>>,
    /// A file was flagged as malicious.
    #[serde(default)]
    #[schema(max_items = 5, example = json!(["email", "sms"]))]
    pub flagged: Option<Vec<Channel>>,
}

/// The hours in which you want no messages about requests.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetQuietHours {
    /// When they begin, in your time zone.
    #[schema(example = "22:00")]
    pub from: ClockTime,
    /// When they end, on the next day if that is earlier. It differs from `from`.
    #[schema(example = "06:30")]
    pub to: ClockTime,
}

/// When you are away, and who is told instead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetAway {
    /// When it begins.
    pub from: Moment,
    /// When it ends: after it begins, and within 366 days.
    pub until: Moment,
    /// The administrator who is told instead of requests that they could decide themselves: an active one of your organization, or of one
    /// above it. Default: nobody.
    #[serde(default)]
    pub delegate_id: Option<AdministratorId>,
}

/// The delegate cannot be told instead.
pub struct AwayNotAllowed;

impl From<AwayNotAllowed> for Problem {
    fn from(_: AwayNotAllowed) -> Self {
        let why = "must be another active administrator of your organization, or of one above it";
        Self::invalid_field("/away/delegate_id", FaultKind::NotFound.saying(why))
    }
}

impl SetNotifications {
    /// The administrator with these settings.
    ///
    /// # Errors
    /// They contradict each other, or need a phone number.
    pub fn applied(&self, old: &Administrator) -> Result<Administrator, Problem> {
        let mut next = old.clone();
        if self.channels.is_empty() {
            return Err(Problem::invalid_field(
                "/channels",
                FaultKind::Empty.saying("must name at least one channel"),
            ));
        }
        next.channels = checked("/channels", &self.channels, old)?;
        next.notify_on_request = self.notify_on_request;
        next.reading.language = self.language;
        next.reading.time_zone.clone_from(&self.time_zone);
        next.notifications = NotificationSettings {
            channels_by_kind: self.channels_by_kind.checked(old)?,
            quiet_hours: self.quiet_hours.as_ref().map(QuietHours::try_from).transpose().map_err(invalid)?,
            digest: self.digest.filter(|digest| *digest != Rhythm::Immediately),
            digest_at: self.digest_at,
            only_when_nobody_else: self.only_when_nobody_else,
            away: self.away.as_ref().map(Away::try_from).transpose().map_err(invalid)?,
        };
        if (self.digest == Some(Rhythm::Daily)) != self.digest_at.is_some() {
            return Err(Problem::invalid_field(
                "/digest_at",
                FaultKind::Required.saying("is required if `digest` is `daily`, and only then"),
            ));
        }
        Ok(next)
    }
}

fn invalid(error: InputError) -> Problem {
    Problem::invalid_body(vec![error])
}

impl SetChannelsByKind {
    fn checked(&self, of: &Administrator) -> Result<ChannelsByKind, Problem> {
        let each = |name: &str, channels: &Option<Vec<Channel>>| {
            channels.as_ref().map(|all| checked(&format!("/channels_by_kind/{name}"), all, of)).transpose()
        };
        Ok(ChannelsByKind {
            new_request: each("new_request", &self.new_request)?,
            joined: each("joined", &self.joined)?,
            handled: each("handled", &self.handled)?,
            asked_to_decide: each("asked_to_decide", &self.asked_to_decide)?,
            flagged: each("flagged", &self.flagged)?,
        })
    }
}

/// Each channel once, and each one that can be used.
fn checked(pointer: &str, channels: &[Channel], of: &Administrator) -> Result<Vec<Channel>, Problem> {
    require_at_most(pointer, channels, Channel::ALL.len())?;
    if let Some(why) = channels.iter().find_map(|channel| channel.not_for_people()) {
        return Err(Problem::invalid_field(pointer, why));
    }
    if channels.contains(&Channel::Sms) && of.phone.is_none() {
        let why = "text messages need a phone number, which an administrator with Edit Administrators sets";
        return Err(Problem::invalid_field(pointer, why));
    }
    Ok(channels.iter().copied().fold(Vec::new(), |mut each, channel| {
        if !each.contains(&channel) {
            each.push(channel);
        }
        each
    }))
}

impl TryFrom<&SetQuietHours> for QuietHours {
    type Error = InputError;

    fn try_from(&SetQuietHours { from, to }: &SetQuietHours) -> Result<Self, InputError> {
        match from == to {
            true => {
                Err(InputError::new("/quiet_hours/to", FaultKind::Repeated.saying("must differ from `from`")))
            }
            false => Ok(Self { from, to }),
        }
    }
}

impl TryFrom<&SetAway> for Away {
    type Error = InputError;

    fn try_from(SetAway { from, until, delegate_id }: &SetAway) -> Result<Self, InputError> {
        let (from, until): (Timestamp, Timestamp) = ((*from).into(), (*until).into());
        let lasts = until.duration_since(from);
        match lasts.is_positive() && lasts <= LONGEST {
            true => Ok(Self { from, until, delegate_id: delegate_id.clone() }),
            false => Err(InputError::new(
                "/away/until",
                FaultKind::WrongOrder.saying("must be after `from`, by at most 366 days"),
            )),
        }
    }
}

/// The settings of your notifications.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnNotifications)]
pub struct NotificationsView {
    /// Whether you are notified of every request that you may open.
    notify_on_request: bool,
    /// The channels by which you are notified.
    channels: Vec<Channel>,
    /// The phone number for text messages, which an administrator sets; null if there is none.
    phone: Option<countersign_model::PhoneNumber>,
    /// The language of messages to you; null: as your organization's.
    language: Option<Language>,
    /// Your time zone; null: UTC.
    time_zone: Option<TimeZoneName>,
    /// The channels for kinds of events, as far as they are chosen.
    channels_by_kind: ChannelsByKind,
    /// The hours in which messages about requests are gathered; null: there are none.
    quiet_hours: Option<QuietHours>,
    /// How often messages about new requests, and what becomes of them, arrive.
    #[schema(example = "immediately")]
    digest: Rhythm,
    /// When the daily digest arrives, in your time zone; null unless `digest` is `daily`.
    digest_at: Option<ClockTime>,
    /// Whether you hear of a new request only if nobody else who could hear of it is on.
    only_when_nobody_else: bool,
    /// When you are away, which may be over or still to come; null if you are not.
    away: Option<Away>,
    /// The revision of your account, for `If-Match`. It increases with every change.
    revision: u64,
}

impl From<Stored<Administrator>> for NotificationsView {
    fn from(Stored { revision, value }: Stored<Administrator>) -> Self {
        let settings = value.notifications;
        Self {
            notify_on_request: value.notify_on_request,
            channels: value.channels,
            phone: value.phone,
            language: value.reading.language,
            time_zone: value.reading.time_zone,
            channels_by_kind: settings.channels_by_kind,
            quiet_hours: settings.quiet_hours,
            digest: settings.digest.unwrap_or(Rhythm::Immediately),
            digest_at: settings.digest_at,
            only_when_nobody_else: settings.only_when_nobody_else,
            away: settings.away,
            revision,
        }
    }
}

impl NotificationsView {
    /// The revision of the account.
    pub const fn revision(&self) -> u64 {
        self.revision
    }
}
