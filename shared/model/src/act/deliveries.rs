//! Acts about deliveries.

use serde::{Deserialize, Serialize};

use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::audit::AuditKind;
use crate::delivery::{Channel, Delivery};
use crate::ids::NotificationId;
use crate::notice::{Notice, NoticeName};
use crate::permit::Basis;

/// An administrator asked for a message to be sent again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliveryResent {
    /// The delivery.
    pub notification_id: NotificationId,
    /// What it reports.
    pub notice: NoticeName,
    /// The channel.
    pub channel: Channel,
    /// The address.
    pub address: String,
}

impl DeliveryResent {
    /// The act, for this delivery.
    #[must_use]
    pub fn of(delivery: &Delivery) -> Self {
        Self {
            notification_id: delivery.id.clone(),
            notice: delivery.notice.name(),
            channel: delivery.channel,
            address: delivery.address.clone(),
        }
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
