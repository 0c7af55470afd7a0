//! Administrators: invited, active, disabled, deleted; what they hold and how they are notified.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::delivery::Channel;
use crate::ids::{AdministratorId, OrganizationId, RoleId};
use crate::named::named;
use crate::permission::Permission;
use crate::text::{EmailAddress, PhoneNumber};

/// How long the link of an invitation is valid: 7 days.
pub const INVITATION_LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long the link of a password reset is valid: 1 hour.
pub const PASSWORD_RESET_LASTS: SignedDuration = SignedDuration::from_hours(1);

named! {
    /// The state of an administrator's account.
    pub enum AdministratorState("state of an administrator") {
        /// Invited, and has not accepted yet.
        Invited = "invited",
        /// Can sign in.
        Active = "active",
        /// Cannot sign in until enabled again; permissions and roles are kept.
        Disabled = "disabled",
        /// Deleted for good; the record stays for the audit.
        Deleted = "deleted",
    }
}

/// The hash of a token that is sent in a message, works once and expires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneTimeToken {
    /// SHA-256 of the token's text, in hexadecimal.
    pub hash: String,
    /// When it stops working.
    pub expires_at: Timestamp,
}

impl OneTimeToken {
    /// Whether it still works at a time.
    #[must_use]
    pub fn works_at(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}

/// A role assigned to an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Assignment {
    /// The role.
    pub role_id: RoleId,
    /// The organization that owns the role, so that its book can be read.
    pub role_organization_id: OrganizationId,
    /// Where the role counts: there and below. `None`: at the administrator's own organization and below.
    pub organization_id: Option<OrganizationId>,
}

/// An administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Administrator {
    /// The id.
    pub id: AdministratorId,
    /// The organization they belong to.
    pub organization_id: OrganizationId,
    /// The address for messages and for signing in.
    pub email: EmailAddress,
    /// Their name.
    pub name: String,
    /// The state of the account.
    pub state: AdministratorState,
    /// Argon2id, in PHC form; `None` until the invitation is accepted.
    pub password_hash: Option<String>,
    /// Sessions of an earlier epoch have ended.
    pub session_epoch: u64,
    /// The individual permissions, in the catalogue's order, each once.
    pub permissions: Vec<Permission>,
    /// The roles.
    pub assignments: Vec<Assignment>,
    /// For text messages.
    pub phone: Option<PhoneNumber>,
    /// Whether they are notified of every request that they may open.
    pub notify_on_request: bool,
    /// The channels for notifications, each once.
    pub channels: Vec<Channel>,
    /// The invitation that was last sent.
    pub invitation: Option<OneTimeToken>,
    /// The password reset that was last sent.
    pub password_reset: Option<OneTimeToken>,
    /// When they were invited or set up.
    pub created_at: Timestamp,
}

/// The data of a new administrator from an invitation or the set-up.
#[derive(Debug, Clone)]
pub struct NewAdministrator {
    /// The id.
    pub id: AdministratorId,
    /// The organization they will belong to.
    pub organization_id: OrganizationId,
    /// Their email address.
    pub email: EmailAddress,
    /// Their name.
    pub name: String,
}

/// Why a change of an account is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AdministratorError {
    /// The state of the account excludes the change.
    #[error("the administrator is {0}")]
    State(AdministratorState),
    /// The token is used up, replaced or expired.
    #[error("the link has been used, replaced or has expired; ask for a new one")]
    Token,
}

impl Administrator {
    /// A new administrator who holds nothing and has not accepted the invitation yet.
    #[must_use]
    pub fn invited(new: NewAdministrator, now: Timestamp) -> Self {
        Self {
            id: new.id,
            organization_id: new.organization_id,
            email: new.email,
            name: new.name,
            state: AdministratorState::Invited,
            password_hash: None,
            session_epoch: 0,
            permissions: Vec::new(),
            assignments: Vec::new(),
            phone: None,
            notify_on_request: false,
            channels: vec![Channel::Email],
            invitation: None,
            password_reset: None,
            created_at: now,
        }
    }

    /// The first administrator of a deployment: a Super Admin of the root organization, once the set-up is complete.
    #[must_use]
    pub fn first(new: NewAdministrator, now: Timestamp) -> Self {
        Self { permissions: vec![Permission::SuperAdmin], ..Self::invited(new, now) }
    }

    /// The first administrator when the set-up is complete: active, with what was given last.
    ///
    /// # Errors
    /// The set-up was completed before.
    pub fn set_up(
        &self,
        email: EmailAddress,
        name: String,
        password_hash: String,
    ) -> Result<Self, AdministratorError> {
        self.must_be(AdministratorState::Invited)?;
        let password_hash = Some(password_hash);
        Ok(Self { state: AdministratorState::Active, email, name, password_hash, ..self.clone() })
    }

    /// With a (new) invitation link; the previous one stops working.
    ///
    /// # Errors
    /// Only an administrator who has not accepted yet can be invited.
    pub fn with_invitation(&self, hash: String, now: Timestamp) -> Result<Self, AdministratorError> {
        self.must_be(AdministratorState::Invited)?;
        let token = OneTimeToken { hash, expires_at: now.saturating_add(INVITATION_LASTS).unwrap_or(now) };
        Ok(Self { invitation: Some(token), ..self.clone() })
    }

    /// Accepts the invitation with a password. The caller has compared the token with the hash of `invitation`.
    ///
    /// # Errors
    /// The invitation has expired, was withdrawn, or the account is not waiting for it.
    pub fn accept(&self, password_hash: String, now: Timestamp) -> Result<Self, AdministratorError> {
        self.must_be(AdministratorState::Invited).map_err(|_| AdministratorError::Token)?;
        works(self.invitation.as_ref(), now)?;
        Ok(Self {
            state: AdministratorState::Active,
            password_hash: Some(password_hash),
            invitation: None,
            ..self.clone()
        })
    }

    /// With a password reset link; the previous one stops working.
    ///
    /// # Errors
    /// Only an active administrator has a password to reset.
    pub fn with_password_reset(&self, hash: String, now: Timestamp) -> Result<Self, AdministratorError> {
        self.must_be(AdministratorState::Active)?;
        let token =
            OneTimeToken { hash, expires_at: now.saturating_add(PASSWORD_RESET_LASTS).unwrap_or(now) };
        Ok(Self { password_reset: Some(token), ..self.clone() })
    }

    /// Completes a password reset, which ends every session. The caller has compared the token with the hash of
    /// `password_reset`.
    ///
    /// # Errors
    /// The link has expired or the account is not active.
    pub fn complete_password_reset(
        &self,
        password_hash: String,
        now: Timestamp,
    ) -> Result<Self, AdministratorError> {
        self.must_be(AdministratorState::Active).map_err(|_| AdministratorError::Token)?;
        works(self.password_reset.as_ref(), now)?;
        Ok(Self { password_hash: Some(password_hash), password_reset: None, ..self.with_sessions_ended() })
    }

    /// Ends every session.
    #[must_use]
    pub fn with_sessions_ended(&self) -> Self {
        Self { session_epoch: self.session_epoch.saturating_add(1), ..self.clone() }
    }

    /// Disables the account: sessions and links end; permissions and roles are kept.
    ///
    /// # Errors
    /// Only an active account can be disabled.
    pub fn disable(&self) -> Result<Self, AdministratorError> {
        self.must_be(AdministratorState::Active)?;
        Ok(Self { state: AdministratorState::Disabled, password_reset: None, ..self.with_sessions_ended() })
    }

    /// Enables a disabled account again. This gives everything that it holds, so it must be decided like giving.
    ///
    /// # Errors
    /// Only a disabled account can be enabled.
    pub fn enable(&self) -> Result<Self, AdministratorError> {
        self.must_be(AdministratorState::Disabled)?;
        Ok(Self { state: AdministratorState::Active, ..self.clone() })
    }

    /// Deletes the account: nothing of it works any more, and it holds nothing.
    ///
    /// # Errors
    /// It is already deleted.
    pub fn delete(&self) -> Result<Self, AdministratorError> {
        if self.state == AdministratorState::Deleted {
            return Err(AdministratorError::State(self.state));
        }
        Ok(Self {
            state: AdministratorState::Deleted,
            password_hash: None,
            permissions: Vec::new(),
            assignments: Vec::new(),
            notify_on_request: false,
            invitation: None,
            password_reset: None,
            ..self.with_sessions_ended()
        })
    }

    /// With these individual permissions instead of the previous ones.
    #[must_use]
    pub fn with_permissions(&self, permissions: impl IntoIterator<Item = Permission>) -> Self {
        let set: crate::permission::PermissionSet = permissions.into_iter().collect();
        Self { permissions: set.iter().collect(), ..self.clone() }
    }

    /// With these roles instead of the previous ones, each assignment once.
    #[must_use]
    pub fn with_assignments(&self, assignments: impl IntoIterator<Item = Assignment>) -> Self {
        let mut kept: Vec<Assignment> = Vec::new();
        for assignment in assignments {
            if !kept.contains(&assignment) {
                kept.push(assignment);
            }
        }
        Self { assignments: kept, ..self.clone() }
    }

    /// Whether they can sign in and act.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state == AdministratorState::Active
    }

    /// The organizations whose role books determine what they hold, each once.
    #[must_use]
    pub fn role_organizations(&self) -> Vec<OrganizationId> {
        let mut owners: Vec<OrganizationId> =
            self.assignments.iter().map(|a| a.role_organization_id.clone()).collect();
        owners.sort();
        owners.dedup();
        owners
    }

    fn must_be(&self, state: AdministratorState) -> Result<(), AdministratorError> {
        if self.state == state { Ok(()) } else { Err(AdministratorError::State(self.state)) }
    }
}

fn works(token: Option<&OneTimeToken>, now: Timestamp) -> Result<(), AdministratorError> {
    match token {
        Some(token) if token.works_at(now) => Ok(()),
        _ => Err(AdministratorError::Token),
    }
}
