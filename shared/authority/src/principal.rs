//! An administrator, limited to what their credential allows.

use countersign_model::{Actor, Administrator, PermissionSet};
use countersign_store::{Store, StoreError};

use crate::rights::actor_of;
use crate::session::Credential;

/// An administrator as their credential lets them act: their record, and only those of their permissions that the
/// credential carries.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The administrator's record, read just now.
    pub value: Administrator,
    only: Option<PermissionSet>,
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

    /// The actor, with everything that this credential allows: one read for each organization whose roles they have.
    ///
    /// # Errors
    /// If the store fails. An error while deciding is a denial, so there is no actor then.
    pub async fn actor(&self, store: &Store) -> Result<Actor, StoreError> {
        let actor = actor_of(store, &self.value).await?;
        Ok(match self.only {
            Some(only) => actor.only(only),
            None => actor,
        })
    }
}
