//! Somebody as their credential lets them act.

use countersign_model::{Actor, Administrator, PermissionSet};
use countersign_store::{Store, StoreError};

use crate::rights::actor_of;
use crate::session::Credential;

/// An administrator as a credential lets them act: their record, and no more of what they hold than the credential carries.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The administrator's record, read just now.
    pub value: Administrator,
    only: Option<PermissionSet>,
}

impl Principal {
    /// Somebody who acts with everything they hold.
    #[must_use]
    pub fn whole(administrator: Administrator) -> Self {
        Self { value: administrator, only: None }
    }

    /// Somebody who acts with what a credential carries.
    #[must_use]
    pub fn with(administrator: Administrator, credential: &Credential) -> Self {
        let only = match credential {
            Credential::Session { .. } => None,
            Credential::ApiToken { permissions, .. } => Some(permissions.iter().collect()),
        };
        Self { value: administrator, only }
    }

    /// The same credential with the administrator's record as it is now. Of an account that is not active it carries nothing.
    ///
    /// # Errors
    /// When there is no such record, or the store fails.
    pub async fn again(&self, store: &Store) -> Result<Self, StoreError> {
        let stored = store.load::<Administrator>(&self.value.id).await?.ok_or(StoreError::NotFound)?;
        Ok(Self { value: stored.value, only: self.only })
    }

    /// Who asks, with everything this credential lets them use: one read for each organization whose roles they have.
    ///
    /// # Errors
    /// When the store fails; an error while deciding is a denial, so there is no actor then.
    pub async fn actor(&self, store: &Store) -> Result<Actor, StoreError> {
        let actor = actor_of(store, &self.value).await?;
        Ok(match self.only {
            Some(only) => actor.only(only),
            None => actor,
        })
    }
}
