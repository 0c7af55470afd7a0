//! Acts about credentials: passwords and one-time codes.

use serde::{Deserialize, Serialize};

use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::administrator::Administrator;
use crate::audit::AuditKind;
use crate::ids::{AdministratorId, SessionId};
use crate::named::named;
use crate::notice::Notice;
use crate::permit::Basis;
use crate::text::EmailAddress;

/// A password reset was requested, by an administrator with the right or by somebody who gave the address: the administrator gets a
/// link for setting a new password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordResetRequested {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// Where it is sent.
    pub email: EmailAddress,
}

impl PasswordResetRequested {
    /// The act, for this administrator.
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
        basis.is_oneself(&self.administrator_id) || basis.is_right(Action::AdministratorsResetPassword)
    }
}

/// The link of a password reset was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordResetSent {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
}

impl Happening for PasswordResetSent {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::PasswordResetSent, AuditKind::System, &[&self.administrator_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        *basis == Basis::Processor
    }
}

named! {
    /// The state of an administrator's sessions.
    pub enum SessionsAre("state of sessions") {
        Open = "open",
        Ended = "ended",
    }
}

named! {
    /// The state of an administrator's password.
    pub enum PasswordIs("state of a password") {
        New = "new",
    }
}

/// The details of a password reset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordDetail {
    /// The state of the sessions.
    pub sessions: SessionsAre,
    /// The state of the password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<PasswordIs>,
}

/// A new password was set with the link of a reset, and every session ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordResetCompleted {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// The state before.
    pub before: PasswordDetail,
    /// The state after.
    pub after: PasswordDetail,
}

impl PasswordResetCompleted {
    /// The act, for this administrator.
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
        Footprint::recorded(ActName::PasswordResetCompleted, AuditKind::System, &[&self.administrator_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_oneself(&self.administrator_id)
    }
}

/// An administrator changed their own password in a session, and every other session ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordChanged {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// The session in which it was changed, which goes on.
    pub session: SessionId,
}

impl Happening for PasswordChanged {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::PasswordChanged, AuditKind::System, &[&self.administrator_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_oneself(&self.administrator_id)
    }
}

/// Whether one-time codes are set up, before or after a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotpDetail {
    /// Whether one-time codes are set up.
    pub totp: bool,
}

/// One-time codes were set up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotpSetUp {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// The state before.
    pub before: TotpDetail,
    /// The state after.
    pub after: TotpDetail,
}

impl TotpSetUp {
    /// The act, for this administrator.
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
        Footprint::recorded(ActName::TotpSetUp, AuditKind::System, &[&self.administrator_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_oneself(&self.administrator_id)
    }
}

/// One-time codes were removed, by their owner or by an administrator who may reset passwords.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotpRemoved {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// The state before.
    pub before: TotpDetail,
    /// The state after.
    pub after: TotpDetail,
}

impl TotpRemoved {
    /// The act, for this administrator.
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
        Footprint::recorded(ActName::TotpRemoved, AuditKind::System, &[&self.administrator_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_oneself(&self.administrator_id)
            || basis.is_right(Action::AdministratorsResetPassword)
            || *basis == Basis::Operator
    }
}

/// New recovery codes were created; the previous ones no longer work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryCodesReplaced {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
}

impl Happening for RecoveryCodesReplaced {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::RecoveryCodesReplaced, AuditKind::System, &[&self.administrator_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_oneself(&self.administrator_id)
    }
}
