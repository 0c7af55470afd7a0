//! Acts about signing in: sessions, refusals, API tokens.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::NewAct;
use super::footprint::{Footprint, Happening};
use super::name::ActName;
use crate::audit::AuditKind;
use crate::credentials::ApiToken;
use crate::ids::{AdministratorId, ApiTokenId, SessionId};
use crate::named::named;
use crate::permission::Permission;
use crate::permit::Basis;
use crate::text::EmailAddress;

named! {
    /// The proof of identity beyond the password.
    pub enum SecondFactor("second factor") {
        /// None: the password alone.
        None = "none",
        /// A one-time code.
        Totp = "totp",
        /// A recovery code.
        RecoveryCode = "recovery-code",
        /// A device code, which was approved in another session: that one had the proof.
        DeviceCode = "device-code",
    }
}

/// Somebody signed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionStarted {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// The session that it is about.
    pub session: SessionId,
    /// The proof beyond the password.
    pub second_factor: SecondFactor,
    /// Whether they had signed in before, but not recently from this address. They are told of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub from_new_place: bool,
}

impl Happening for SessionStarted {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::SessionStarted, AuditKind::System, &[&self.administrator_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_oneself(&self.administrator_id)
    }
}

/// Sign-ins were refused: the first of a subject in a period, or the number of them when the period is over. The subject
/// is an account, or an address from which somebody tried accounts that do not exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionRefused {
    /// The administrator, if the email address is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub administrator_id: Option<AdministratorId>,
    /// The email address that was typed; null if it is not valid.
    pub email: Option<EmailAddress>,
    /// The code of the refusal.
    pub why: String,
    /// How many were refused for this reason from `since` on, in the period that is over, including the first, which has
    /// an entry of its own. Absent in the entry of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// When that period began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

impl SessionRefused {
    /// The act, for the first refusal of a period.
    #[must_use]
    pub fn first(id: Option<AdministratorId>, email: Option<EmailAddress>, why: &str) -> Self {
        Self { administrator_id: id, email, why: why.to_owned(), count: None, since: None }
    }

    /// The act that is recorded: what was refused within a session was no sign-in.
    #[must_use]
    pub fn within(self, session: Option<SessionId>) -> NewAct {
        match (session, self.administrator_id) {
            (Some(session), Some(administrator_id)) => {
                let Self { why, count, since, .. } = self;
                ProofRefused { administrator_id, session, why, count, since }.into()
            }
            (_, administrator_id) => Self { administrator_id, ..self }.into(),
        }
    }
}

impl Happening for SessionRefused {
    fn footprint(&self) -> Footprint {
        Footprint {
            concerns: self.administrator_id.iter().map(ToString::to_string).collect(),
            ..Footprint::recorded(ActName::SessionRefused, AuditKind::System, &[])
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        matches!(basis, Basis::Refusal | Basis::Processor)
    }
}

/// Sessions were ended by their owner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionEnded {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// The sessions; at most 21: the most that can be open, and the caller's own.
    pub sessions: Vec<SessionId>,
}

impl Happening for SessionEnded {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::SessionEnded, AuditKind::System, &[&self.administrator_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_oneself(&self.administrator_id)
    }
}

/// An administrator approved or denied a program that asked to be signed in with a device code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceLoginDecided {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// The session in which it was decided.
    pub session: SessionId,
    /// The program, as it calls itself.
    pub description: String,
    /// The client address from which it asked; null if it is not known.
    pub address: Option<String>,
    /// Whether it was approved; otherwise it was denied.
    pub approved: bool,
}

impl Happening for DeviceLoginDecided {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::DeviceLoginDecided, AuditKind::System, &[&self.administrator_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_oneself(&self.administrator_id)
    }
}

/// Passwords or codes that a session had to give again were wrong: the first in a period, or the number of them when the
/// period is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProofRefused {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// The session that it is about.
    pub session: SessionId,
    /// The code of the refusal.
    pub why: String,
    /// How many were refused for this reason from `since` on, in the period that is over, including the first, which has
    /// an entry of its own. Absent in the entry of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// When that period began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

impl Happening for ProofRefused {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::ProofRefused, AuditKind::System, &[&self.administrator_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        matches!(basis, Basis::Refusal | Basis::Processor)
    }
}

/// The audit's details of a new API token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiTokenDetail {
    /// What the token is for.
    pub name: String,
    /// The permissions that it may use, of those its maker holds.
    pub permissions: Vec<Permission>,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// An API token was created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiTokenCreated {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// The API token that it is about.
    pub api_token_id: ApiTokenId,
    /// The state after.
    pub after: ApiTokenDetail,
}

impl ApiTokenCreated {
    /// The act, for a token of this administrator.
    #[must_use]
    pub fn of(owner: &AdministratorId, new: &ApiToken) -> Self {
        let after = ApiTokenDetail {
            name: new.name.clone(),
            permissions: new.permissions.clone(),
            expires_at: new.expires_at,
        };
        Self { administrator_id: owner.clone(), api_token_id: new.id.clone(), after }
    }
}

impl Happening for ApiTokenCreated {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(
            ActName::ApiTokenCreated,
            AuditKind::System,
            &[&self.administrator_id, &self.api_token_id],
        )
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_oneself(&self.administrator_id)
    }
}

/// The audit's details of an API token that is revoked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevokedApiTokenDetail {
    /// What the token was for.
    pub name: String,
    /// The permissions that it could use, of those its maker held.
    pub permissions: Vec<Permission>,
}

/// An API token was revoked by its owner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiTokenRevoked {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// The API token that it is about.
    pub api_token_id: ApiTokenId,
    /// The state before.
    pub before: RevokedApiTokenDetail,
}

impl ApiTokenRevoked {
    /// The act, for a token of this administrator.
    #[must_use]
    pub fn of(owner: &AdministratorId, old: &ApiToken) -> Self {
        let before = RevokedApiTokenDetail { name: old.name.clone(), permissions: old.permissions.clone() };
        Self { administrator_id: owner.clone(), api_token_id: old.id.clone(), before }
    }
}

impl Happening for ApiTokenRevoked {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(
            ActName::ApiTokenRevoked,
            AuditKind::System,
            &[&self.administrator_id, &self.api_token_id],
        )
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_oneself(&self.administrator_id)
    }
}
