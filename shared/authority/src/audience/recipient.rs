//! Somebody's address, and the ways to an administrator.

use countersign_model::{
    Administrator, AdministratorId, Channel, DeliveredTo, EmailAddress, InPlaceOf, NoticeKind,
    NotificationSettings, OrganizationId, PushSubscription, Reading, text,
};

/// Somebody's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// How messages reach it.
    pub channel: Channel,
    /// An email address, a phone number, the address of an integration, or `push:` and an administrator's id.
    pub address: String,
    /// The organization of the administrator whose address it is. Who may not see that organization is not shown the address.
    pub organization_id: Option<OrganizationId>,
    /// How they read messages, if that is known.
    pub reading: Reading,
    /// The administrator whose address it is.
    pub person: Option<DeliveredTo>,
    /// Their own settings.
    pub notifications: NotificationSettings,
    /// In whose place they are told.
    pub in_place_of: Option<InPlaceOf>,
    /// Other addresses of theirs, if they may have heard by these of what this message follows.
    pub others: Vec<(Channel, String)>,
}

impl Recipient {
    /// An email address.
    pub fn email(address: &EmailAddress) -> Self {
        Self::listed(Channel::Email, address.to_string())
    }

    /// The email address of an administrator.
    pub fn of(administrator: &Administrator) -> Self {
        Self::of_administrator(administrator, Channel::Email, administrator.email.to_string())
    }

    /// An address that is known as such, not as somebody's.
    pub fn listed(channel: Channel, address: String) -> Self {
        Self {
            channel,
            address,
            organization_id: None,
            reading: Reading::default(),
            person: None,
            notifications: NotificationSettings::default(),
            in_place_of: None,
            others: Vec::new(),
        }
    }

    fn of_administrator(administrator: &Administrator, channel: Channel, address: String) -> Self {
        Self {
            organization_id: Some(administrator.organization_id.clone()),
            reading: administrator.reading.clone(),
            person: Some(DeliveredTo {
                administrator_id: administrator.id.clone(),
                name: administrator.name.clone(),
            }),
            notifications: administrator.notifications.clone(),
            ..Self::listed(channel, address)
        }
    }

    /// The text by which recipients are compared.
    pub fn key(&self) -> String {
        text::address_key(&self.address)
    }

    /// The same person, by another address.
    pub fn by(&self, (channel, address): (Channel, String)) -> Self {
        Self { channel, address, others: Vec::new(), ..self.clone() }
    }

    /// The administrator whose address it is.
    pub fn administrator_id(&self) -> Option<&AdministratorId> {
        self.person.as_ref().map(|person| &person.administrator_id)
    }

    /// Whether it is this address.
    pub fn is(&self, channel: Channel, key: &str) -> bool {
        self.channel == channel && self.key() == key
    }
}

/// By which addresses an administrator hears of a kind of event: by the channels that they chose for it, and otherwise by their usual ones.
/// They are by email if none of these can be used, so that only who chose none receives nothing.
pub fn ways_to(administrator: &Administrator, kind: NoticeKind) -> Vec<Recipient> {
    let Some(chosen) = administrator.notifications.channels_by_kind.of(kind) else {
        let mut ways = by_channels(administrator, &|channel| administrator.channels.contains(&channel));
        if kind == NoticeKind::Handled {
            ways.retain(|way| administrator.hears_of_handled_by(way.channel));
        }
        return told_by_others(administrator, kind, ways);
    };
    if chosen.is_empty() {
        return Vec::new();
    }
    told_by_others(administrator, kind, by_channels(administrator, &|channel| chosen.contains(&channel)))
}

/// All addresses by which an administrator hears of anything.
pub(super) fn all_ways_to(administrator: &Administrator) -> Vec<Recipient> {
    let by_kind = &administrator.notifications.channels_by_kind;
    by_channels(administrator, &|channel| {
        channel == Channel::Email || administrator.channels.contains(&channel) || by_kind.name(channel)
    })
}

/// News of a request go to those who were told of it, by whichever channel that was.
fn told_by_others(
    administrator: &Administrator,
    kind: NoticeKind,
    mut ways: Vec<Recipient>,
) -> Vec<Recipient> {
    let by_kind = &administrator.notifications.channels_by_kind;
    let follows = matches!(kind, NoticeKind::Joined | NoticeKind::Handled);
    if !follows || (by_kind.of(kind).is_none() && by_kind.of(NoticeKind::NewRequest).is_none()) {
        return ways;
    }
    let told_by = ways_to(administrator, NoticeKind::NewRequest);
    for way in &mut ways {
        let others = told_by.iter().filter(|other| !other.is(way.channel, &way.key()));
        way.others = others.map(|other| (other.channel, other.address.clone())).collect();
    }
    ways
}

fn by_channels(administrator: &Administrator, wants: &dyn Fn(Channel) -> bool) -> Vec<Recipient> {
    let phone = administrator.phone.as_ref().filter(|_| wants(Channel::Sms));
    let mut ways: Vec<_> = phone
        .map(|phone| Recipient::of_administrator(administrator, Channel::Sms, phone.to_string()))
        .into_iter()
        .collect();
    if wants(Channel::Email) || ways.is_empty() {
        ways.push(Recipient::of(administrator));
    }
    // Beside the others, never instead: a browser unsubscribes without a word.
    if wants(Channel::Push) {
        let address = PushSubscription::address(&administrator.id);
        ways.push(Recipient { channel: Channel::Push, address, ..Recipient::of(administrator) });
    }
    ways
}
