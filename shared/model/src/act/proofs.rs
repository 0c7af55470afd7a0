//! Acts about what proves who somebody is: passwords and one-time codes.

use serde::{Deserialize, Serialize};

use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::administrator::Administrator;
use crate::audit::AuditKind;
use crate::ids::AdministratorId;
use crate::named::named;
use crate::notice::Notice;
use crate::permit::Basis;
use crate::text::EmailAddress;

/// An administrator is to get a link with which they set a new password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordResetRequested {
    /// The administrator.
    pub administrator_id: AdministratorId,
    /// Where it goes.
    pub email: EmailAddress,
}

impl PasswordResetRequested {
    /// For this administrator.
    #[must_use]
    pub fn of(administrator: &Administrator) -> Self {
        Self { administrator_id: administrator.id.clone(), email: administrator.email.clone() }
    }
}

impl Happening for PasswordResetRequested {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::PasswordResetRequested,
            audit: AuditKind::System,
            concerns: vec![self.administrator_id.to_string()],
            lists: Vec::new(),
            notice: Some(Notice::PasswordReset { administrator_id: self.administrator_id.clone() }),
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::AdministratorsResetPassword)
    }
}

/// The link of a password reset was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordResetSent {
    /// The administrator.
    pub administrator_id: AdministratorId,
}

impl Happening for PasswordResetSent {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::PasswordResetSent,
            audit: AuditKind::System,
            concerns: vec![self.administrator_id.to_string()],
            lists: Vec::new(),
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        *basis == Basis::Processor
    }
}

named! {
    /// What became of the sessions of an administrator.
    pub enum SessionsAre("state of sessions") {
        Open = "open",
        Ended = "ended",
    }
}

named! {
    /// What became of the password of an administrator.
    pub enum PasswordIs("state of a password") {
        New = "new",
    }
}

/// What a password reset changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordDetail {
    /// What becomes of the sessions.
    pub sessions: SessionsAre,
    /// What becomes of the password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<PasswordIs>,
}

/// A new password was set with the link of a reset, and every session ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordResetCompleted {
    /// The administrator.
    pub administrator_id: AdministratorId,
    /// Before.
    pub before: PasswordDetail,
    /// After.
    pub after: PasswordDetail,
}

impl PasswordResetCompleted {
    /// Of this administrator.
    #[must_use]
    pub fn of(owner: &AdministratorId) -> Self {
        Self {
            administrator_id: owner.clone(),
            before: PasswordDetail { sessions: SessionsAre::Open, password: None },
            after: PasswordDetail { sessions: SessionsAre::Ended, password: Some(PasswordIs::New) },
        }
    }
}

impl Happening for PasswordResetCompleted {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::PasswordResetCompleted,
            audit: AuditKind::System,
            concerns: vec![self.administrator_id.to_string()],
            lists: Vec::new(),
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_oneself(&self.administrator_id)
    }
}

/// Whether one-time codes are set up, before or after a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotpDetail {
    /// Whether they are.
    pub totp: bool,
}

/// One-time codes were set up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotpSetUp {
    /// The administrator.
    pub administrator_id: AdministratorId,
    /// Before.
    pub before: TotpDetail,
    /// After.
    pub after: TotpDetail,
}

impl TotpSetUp {
    /// Of this administrator.
    #[must_use]
    pub fn of(owner: &AdministratorId) -> Self {
        Self {
            administrator_id: owner.clone(),
            before: TotpDetail { totp: false },
            after: TotpDetail { totp: true },
        }
    }
}

impl Happening for TotpSetUp {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::TotpSetUp,
            audit: AuditKind::System,
            concerns: vec![self.administrator_id.to_string()],
            lists: Vec::new(),
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_oneself(&self.administrator_id)
    }
}

/// One-time codes were removed: by their owner, or by somebody who may reset passwords.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotpRemoved {
    /// The administrator.
    pub administrator_id: AdministratorId,
    /// Before.
    pub before: TotpDetail,
    /// After.
    pub after: TotpDetail,
}

impl TotpRemoved {
    /// Of this administrator.
    #[must_use]
    pub fn of(owner: &AdministratorId) -> Self {
        Self {
            administrator_id: owner.clone(),
            before: TotpDetail { totp: true },
            after: TotpDetail { totp: false },
        }
    }
}

impl Happening for TotpRemoved {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::TotpRemoved,
            audit: AuditKind::System,
            concerns: vec![self.administrator_id.to_string()],
            lists: Vec::new(),
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_oneself(&self.administrator_id) || basis.is_right(Action::AdministratorsResetPassword)
    }
}

/// New recovery codes were made; those before no longer work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryCodesReplaced {
    /// The administrator.
    pub administrator_id: AdministratorId,
}

impl Happening for RecoveryCodesReplaced {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::RecoveryCodesReplaced,
            audit: AuditKind::System,
            concerns: vec![self.administrator_id.to_string()],
            lists: Vec::new(),
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_oneself(&self.administrator_id)
    }
}
