//! Administrators: invited, active, disabled, deleted; what they hold and how they are notified.

mod sessions;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::attempt::ATTEMPTS_MAX;
use crate::delivery::Channel;
use crate::ids::{AdministratorId, OrganizationId, RoleId, SessionId};
use crate::json;
use crate::language::Reading;
use crate::named::named;
use crate::notification_settings::NotificationSettings;
use crate::permission::Permission;
use crate::text::{EmailAddress, PhoneNumber};

/// How long the link of an invitation is valid: 7 days.
pub const INVITATION_LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long the link of a password reset is valid: 1 hour.
pub const PASSWORD_RESET_LASTS: SignedDuration = SignedDuration::from_hours(1);
/// How many links of an administrator can work at once: as many as one message is tried to be sent.
pub const LINKS_MAX: usize = ATTEMPTS_MAX as usize;

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
    /// How many of the last steps of `session_epoch` were changes of the own password, which end sessions and no API token.
    #[serde(default, skip_serializing_if = "json::is_zero")]
    pub password_changes: u64,
    /// The session in which the password was last changed. It goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_session: Option<SessionId>,
    /// The individual permissions, in the catalogue's order, each once.
    pub permissions: Vec<Permission>,
    /// The roles.
    pub assignments: Vec<Assignment>,
    /// For text messages.
    pub phone: Option<PhoneNumber>,
    /// Whether they are notified of every request that they may open.
    pub notify_on_request: bool,
    /// Whether they hear who handled a request that they were told of; `None`: by every channel but text messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_on_handled: Option<bool>,
    /// The channels for notifications, each once.
    pub channels: Vec<Channel>,
    /// The language and the time zone of messages to them.
    #[serde(default, skip_serializing_if = "Reading::is_unset")]
    pub reading: Reading,
    /// When and by which channels they want to be told, and who is told in their place.
    #[serde(default, skip_serializing_if = "NotificationSettings::is_unset")]
    pub notifications: NotificationSettings,
    /// The invitation that was last sent.
    pub invitation: Option<OneTimeToken>,
    /// The password reset that was last sent.
    pub password_reset: Option<OneTimeToken>,
    /// The links sent before the last one, oldest first: invitations until one is accepted, then password resets. A provider
    /// may have delivered a message and reported that it did not, so all of them work until one is used.
    // INVARIANT: fewer than LINKS_MAX.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_links: Vec<OneTimeToken>,
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
    /// The token is used up, withdrawn or expired.
    #[error("the link has been used or has expired; ask for a new one")]
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
            password_changes: 0,
            kept_session: None,
            permissions: Vec::new(),
            assignments: Vec::new(),
            phone: None,
            notify_on_request: false,
            notify_on_handled: None,
            channels: vec![Channel::Email],
            reading: Reading::default(),
            notifications: NotificationSettings::default(),
            invitation: None,
            password_reset: None,
            earlier_links: Vec::new(),
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

    /// With a (new) invitation link. Those sent before still work.
    ///
    /// # Errors
    /// Only an administrator who has not accepted yet can be invited.
    pub fn with_invitation(&self, hash: String, now: Timestamp) -> Result<Self, AdministratorError> {
        self.must_be(AdministratorState::Invited)?;
        let token = OneTimeToken { hash, expires_at: now.saturating_add(INVITATION_LASTS).unwrap_or(now) };
        let earlier_links = self.with_earlier(self.invitation.as_ref(), now);
        Ok(Self { invitation: Some(token), earlier_links, ..self.clone() })
    }

    /// Whether a token, of which this tells whether a hash is its own, accepts the invitation at a time.
    #[must_use]
    pub fn is_invited_by(&self, is_its: impl Fn(&str) -> bool, now: Timestamp) -> bool {
        self.state == AdministratorState::Invited && self.has_link(self.invitation.as_ref(), is_its, now)
    }

    /// Accepts the invitation with a password, which ends all links. The caller has asked [`Self::is_invited_by`].
    ///
    /// # Errors
    /// The invitation has expired, was withdrawn, or the account is not waiting for it.
    pub fn accept(&self, password_hash: String, now: Timestamp) -> Result<Self, AdministratorError> {
        self.must_be(AdministratorState::Invited).map_err(|_| AdministratorError::Token)?;
        self.must_have_link(self.invitation.as_ref(), now)?;
        Ok(Self {
            state: AdministratorState::Active,
            password_hash: Some(password_hash),
            ..self.without_links()
        })
    }

    /// With a password reset link. Those sent before still work.
    ///
    /// # Errors
    /// Only an active administrator has a password to reset.
    pub fn with_password_reset(&self, hash: String, now: Timestamp) -> Result<Self, AdministratorError> {
        self.must_be(AdministratorState::Active)?;
        let token =
            OneTimeToken { hash, expires_at: now.saturating_add(PASSWORD_RESET_LASTS).unwrap_or(now) };
        let earlier_links = self.with_earlier(self.password_reset.as_ref(), now);
        Ok(Self { password_reset: Some(token), earlier_links, ..self.clone() })
    }

    /// Whether a token, of which this tells whether a hash is its own, resets the password at a time.
    #[must_use]
    pub fn is_reset_by(&self, is_its: impl Fn(&str) -> bool, now: Timestamp) -> bool {
        self.is_active() && self.has_link(self.password_reset.as_ref(), is_its, now)
    }

    /// Completes a password reset, which ends every session and all links. The caller has asked [`Self::is_reset_by`].
    ///
    /// # Errors
    /// The link has expired or the account is not active.
    pub fn complete_password_reset(
        &self,
        password_hash: String,
        now: Timestamp,
    ) -> Result<Self, AdministratorError> {
        self.must_be(AdministratorState::Active).map_err(|_| AdministratorError::Token)?;
        self.must_have_link(self.password_reset.as_ref(), now)?;
        let password_hash = Some(password_hash);
        Ok(Self { password_hash, ..self.without_links().with_sessions_ended() })
    }

    /// Disables the account: sessions and links end; permissions and roles are kept.
    ///
    /// # Errors
    /// Only an active account can be disabled.
    pub fn disable(&self) -> Result<Self, AdministratorError> {
        self.must_be(AdministratorState::Active)?;
        Ok(Self { state: AdministratorState::Disabled, ..self.without_links().with_sessions_ended() })
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
            notifications: NotificationSettings::default(),
            ..self.without_links().with_sessions_ended()
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

    /// Whether they hear by a channel who handled a request that they were told of by it. A phone need not ring for what is done.
    #[must_use]
    pub fn hears_of_handled_by(&self, channel: Channel) -> bool {
        self.notify_on_handled.unwrap_or(channel != Channel::Sms)
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

    /// The links that still work before another one is sent.
    fn with_earlier(&self, last: Option<&OneTimeToken>, now: Timestamp) -> Vec<OneTimeToken> {
        let mut links: Vec<OneTimeToken> =
            self.links(last).filter(|link| link.works_at(now)).cloned().collect();
        let surplus = links.len().saturating_sub(LINKS_MAX - 1);
        links.drain(..surplus);
        links
    }

    fn links<'a>(&'a self, last: Option<&'a OneTimeToken>) -> impl Iterator<Item = &'a OneTimeToken> {
        self.earlier_links.iter().chain(last)
    }

    fn has_link(&self, last: Option<&OneTimeToken>, is_its: impl Fn(&str) -> bool, now: Timestamp) -> bool {
        self.links(last).any(|link| link.works_at(now) && is_its(&link.hash))
    }

    fn must_have_link(&self, last: Option<&OneTimeToken>, now: Timestamp) -> Result<(), AdministratorError> {
        if self.has_link(last, |_| true, now) { Ok(()) } else { Err(AdministratorError::Token) }
    }

    fn without_links(&self) -> Self {
        Self { invitation: None, password_reset: None, earlier_links: Vec::new(), ..self.clone() }
    }
}
