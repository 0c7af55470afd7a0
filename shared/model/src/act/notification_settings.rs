//! The act by which an administrator changes their own settings of notifications.

use serde::{Deserialize, Serialize};

use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::administrator::Administrator;
use crate::audit::AuditKind;
use crate::delivery::Channel;
use crate::ids::AdministratorId;
use crate::language::Language;
use crate::list::{List, ListEntry};
use crate::notification_settings::NotificationSettings;
use crate::permit::Basis;
use crate::sight::{Named, Sees};
use crate::text::TimeZoneName;

/// An administrator's own settings of notifications, before or after a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotificationsDetail {
    /// Whether they are notified of every request that they may open.
    pub notify_on_request: bool,
    /// The usual channels.
    pub channels: Vec<Channel>,
    /// The language of messages, if one is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The time zone of messages, if one is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZoneName>,
    /// The other settings.
    pub settings: NotificationSettings,
}

impl From<&Administrator> for NotificationsDetail {
    fn from(administrator: &Administrator) -> Self {
        Self {
            notify_on_request: administrator.notify_on_request,
            channels: administrator.channels.clone(),
            language: administrator.reading.language,
            time_zone: administrator.reading.time_zone.clone(),
            settings: administrator.notifications.clone(),
        }
    }
}

/// An administrator changed their own settings of notifications.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotificationsChanged {
    /// The administrator.
    pub administrator_id: AdministratorId,
    /// The settings before.
    pub before: NotificationsDetail,
    /// The settings after.
    pub after: NotificationsDetail,
}

impl NotificationsChanged {
    /// The act, from the states before and after.
    #[must_use]
    pub fn of(old: &Administrator, new: &Administrator) -> Self {
        Self { administrator_id: new.id.clone(), before: old.into(), after: new.into() }
    }

    pub(super) fn hide_delegates(&mut self, sees: Sees<'_>) {
        for detail in [&mut self.before, &mut self.after] {
            if let Some(away) = &mut detail.settings.away {
                let _ = away.delegate_id.take_if(|id| !sees(Named::Administrator(id)));
            }
        }
    }
}

impl Happening for NotificationsChanged {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::NotificationsChanged,
            audit: AuditKind::System,
            concerns: vec![self.administrator_id.to_string()],
            lists: vec![ListEntry::new(List::Subscribers, &self.administrator_id)],
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_oneself(&self.administrator_id)
    }
}
