//! Acts about deliveries.

use serde::{Deserialize, Serialize};

use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::administrator::Administrator;
use crate::audit::AuditKind;
use crate::credentials::push::PushSubscription;
use crate::delivery::{Channel, Delivery};
use crate::ids::{AdministratorId, NotificationId, OrganizationId, PushSubscriptionId};
use crate::notice::{Notice, NoticeName};
use crate::permit::Basis;
use crate::sight::{Named, Sees};
use crate::text::Address;

/// An administrator asked for a message to be sent again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliveryResent {
    /// The delivery that it is about.
    pub notification_id: NotificationId,
    /// The kind of notice that it reports.
    pub notice: NoticeName,
    /// The channel by which it is sent.
    pub channel: Channel,
    /// The address; absent if it is that of an administrator of an organization that you may not see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// True if the address is that of an administrator of an organization that you may not see.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub managing_organization: bool,
    /// The organization of the administrator whose address it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient_organization_id: Option<OrganizationId>,
}

impl DeliveryResent {
    /// The act, for this delivery.
    #[must_use]
    pub fn of(delivery: &Delivery) -> Self {
        Self {
            notification_id: delivery.id.clone(),
            notice: delivery.notice.name(),
            channel: delivery.channel,
            address: Some(delivery.address.clone()),
            managing_organization: false,
            recipient_organization_id: delivery.recipient_organization_id.clone(),
        }
    }

    pub(super) fn hide_recipient(&mut self, sees: Sees<'_>) {
        let Self { recipient_organization_id: home, address, managing_organization, .. } = self;
        hide_recipient(home, (address, managing_organization), sees);
    }
}

impl Happening for DeliveryResent {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::DeliveryResent,
            audit: AuditKind::System,
            concerns: vec![self.notification_id.to_string()],
            lists: Vec::new(),
            notice: Some(Notice::Again { notification_id: self.notification_id.clone() }),
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::NotificationsResend)
    }
}

/// An administrator put an address right to which messages did not arrive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BounceCleared {
    /// A delivery to the address.
    pub notification_id: NotificationId,
    /// The channel.
    pub channel: Channel,
    /// The address; absent if it is that of an administrator of an organization that you may not see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// True if the address is that of an administrator of an organization that you may not see.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub managing_organization: bool,
    /// The organization of the administrator whose address it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient_organization_id: Option<OrganizationId>,
}

impl BounceCleared {
    /// The act, for the address of this delivery.
    #[must_use]
    pub fn of(delivery: &Delivery) -> Self {
        Self {
            notification_id: delivery.id.clone(),
            channel: delivery.channel,
            address: Some(delivery.address.clone()),
            managing_organization: false,
            recipient_organization_id: delivery.recipient_organization_id.clone(),
        }
    }

    pub(super) fn hide_recipient(&mut self, sees: Sees<'_>) {
        let Self { recipient_organization_id: home, address, managing_organization, .. } = self;
        hide_recipient(home, (address, managing_organization), sees);
    }
}

impl Happening for BounceCleared {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::BounceCleared, AuditKind::System, &[&self.notification_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::NotificationsResend)
    }
}

/// An administrator had a test message sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestSent {
    /// The organization in whose name it was sent.
    pub organization_id: OrganizationId,
    /// The channel.
    pub channel: Channel,
    /// The address, as the administrator gave it. Of a push message, the administrator's email address.
    pub address: Address,
    /// Of a push message, the administrator to whose browsers it was sent: themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub administrator_id: Option<AdministratorId>,
}

impl TestSent {
    /// The act, for this address.
    #[must_use]
    pub fn to(organization: &OrganizationId, address: &Address) -> Self {
        let (channel, _) = address.by_channel();
        let (organization_id, address) = (organization.clone(), address.clone());
        Self { organization_id, channel, address, administrator_id: None }
    }

    /// The act, for somebody's own browsers.
    #[must_use]
    pub fn pushed_to(owner: &Administrator) -> Self {
        Self {
            organization_id: owner.organization_id.clone(),
            channel: Channel::Push,
            address: owner.email.clone().into(),
            administrator_id: Some(owner.id.clone()),
        }
    }
}

impl Happening for TestSent {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::TestSent, AuditKind::System, &[&self.organization_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        match &self.administrator_id {
            Some(owner) => basis.is_oneself(owner),
            None => basis.is_right(Action::IntegrationsCreate),
        }
    }
}

/// Somebody subscribed a browser of theirs to push messages, or unsubscribed one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushSubscriptionChanged {
    /// The administrator.
    pub administrator_id: AdministratorId,
    /// The subscription.
    pub subscription_id: PushSubscriptionId,
    /// What its owner calls it.
    pub name: String,
    /// The host of the browser's push service.
    pub host: String,
    /// Whether it was removed.
    pub removed: bool,
}

impl PushSubscriptionChanged {
    /// The act, for a subscription that was made or removed.
    #[must_use]
    pub fn of(owner: &AdministratorId, subscription: &PushSubscription, removed: bool) -> Self {
        Self {
            administrator_id: owner.clone(),
            subscription_id: subscription.id.clone(),
            name: subscription.name.clone(),
            host: subscription.host.clone(),
            removed,
        }
    }
}

impl Happening for PushSubscriptionChanged {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::PushSubscriptionChanged, AuditKind::System, &[&self.administrator_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_oneself(&self.administrator_id)
    }
}

/// Leaves out where a message went if its recipient belongs to an organization out of sight.
fn hide_recipient(
    home: &mut Option<OrganizationId>,
    (address, managing_organization): (&mut Option<String>, &mut bool),
    sees: Sees<'_>,
) {
    if home.take_if(|home| !sees(Named::Organization(home))).is_some() {
        (*address, *managing_organization) = (None, true);
    }
}
