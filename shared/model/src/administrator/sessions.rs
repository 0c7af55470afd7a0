//! Which sessions and API tokens of an administrator go on: some things end all of them, others only sessions.

use super::{Administrator, AdministratorError, AdministratorState};
use crate::ids::SessionId;

impl Administrator {
    /// With another password, which they changed in a session: every other session and all links end, API tokens go on.
    ///
    /// # Errors
    /// Only an active administrator has a password to change.
    pub fn with_own_password(
        &self,
        password_hash: String,
        session: &SessionId,
    ) -> Result<Self, AdministratorError> {
        self.must_be(AdministratorState::Active)?;
        Ok(Self {
            password_hash: Some(password_hash),
            session_epoch: self.session_epoch.saturating_add(1),
            password_changes: self.password_changes.saturating_add(1),
            kept_session: Some(session.clone()),
            ..self.without_links()
        })
    }

    /// Whether a session of this epoch has not ended.
    #[must_use]
    pub fn has_session(&self, id: &SessionId, epoch: u64) -> bool {
        epoch == self.session_epoch || (self.kept_session.as_ref() == Some(id) && self.has_api_token(epoch))
    }

    /// Whether an API token of this epoch has not ended.
    #[must_use]
    pub fn has_api_token(&self, epoch: u64) -> bool {
        let first = self.session_epoch.saturating_sub(self.password_changes);
        (first..=self.session_epoch).contains(&epoch)
    }

    /// Ends every session and API token.
    #[must_use]
    pub fn with_sessions_ended(&self) -> Self {
        Self {
            session_epoch: self.session_epoch.saturating_add(1),
            password_changes: 0,
            kept_session: None,
            ..self.clone()
        }
    }
}
