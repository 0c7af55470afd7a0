//! An administrator, limited to what their credential allows.

use countersign_model::{Administrator, PermissionSet};
use countersign_store::{Store, StoreError};

use crate::session::Credential;

/// An administrator as their credential lets them act: their record, and only those of their permissions that the
/// credential carries.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The administrator's record, read just now.
    pub value: Administrator,
    pub(crate) only: Option<PermissionSet>,
}

impl Principal {
    /// An administrator who acts with everything they hold.
    #[must_use]
    pub fn whole(administrator: Administrator) -> Self {
        Self { value: administrator, only: None }
    }

    /// An administrator who acts with what a credential carries.
    #[must_use]
    pub fn with(administrator: Administrator, credential: &Credential) -> Self {
        let only = match credential {
            Credential::Session { .. } => None,
            Credential::ApiToken { permissions, .. } => Some(permissions.iter().collect()),
        };
        Self { value: administrator, only }
    }

    /// The same credential with the administrator's current record. If the account is not active, it carries nothing.
    ///
    /// # Errors
    /// If there is no such record, or the store fails.
    pub async fn again(&self, store: &Store) -> Result<Self, StoreError> {
        let stored = store.load::<Administrator>(&self.value.id).await?.ok_or(StoreError::NotFound)?;
        Ok(Self { value: stored.value, only: self.only })
    }
}
