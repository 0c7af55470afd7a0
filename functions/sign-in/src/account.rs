//! The account that somebody signs in to, as far as there is one. What is read does not depend on whether there is.
use countersign_journal::Journal;
use countersign_model::{Administrator, AdministratorId, Credentials, EmailAddress, OrganizationId};
use countersign_store::StoreError;
use futures::future::try_join;
use ulid::Ulid;

use crate::email;
use crate::password::Password;

/// What was typed as an email address, and who has it.
pub struct Account {
    /// Whom tries are counted for: the address, folded as it is compared; empty for what is no address.
    pub name: String,
    /// The address, when it is one.
    pub email: Option<EmailAddress>,
    known: Option<Known>,
}

/// An administrator and what they sign in with.
pub struct Known {
    pub administrator: Administrator,
    pub credentials: Credentials,
}

impl Account {
    pub async fn load(journal: &Journal, typed: &str) -> Result<Self, StoreError> {
        let email = typed.parse::<EmailAddress>().ok();
        let holder = match &email {
            Some(email) => email::holder(journal, email).await?,
            None => None,
        };
        // Nobody is looked for where there is nobody, so that it takes as long.
        let id = holder.unwrap_or_else(|| AdministratorId::from_ulid(Ulid::nil()));
        let credentials = &id;
        let administrator = journal.load::<Administrator>(&id);
        let read = try_join(administrator, journal.load::<Credentials>(credentials)).await?;
        let known = match read {
            (Some(administrator), Some(credentials)) => {
                Some(Known { administrator: administrator.value, credentials: credentials.value })
            }
            _ => None,
        };
        let name = email.as_ref().map(EmailAddress::key).unwrap_or_default();
        Ok(Self { name, email, known })
    }

    /// The active administrator whose password this is. Takes the same time in any case.
    pub fn with_password(&self, password: &Password) -> Option<&Known> {
        let active = self.known.as_ref().filter(|known| known.administrator.is_active());
        let kept = active.and_then(|known| known.administrator.password_hash.as_deref());
        let is_right = password.is_behind(kept);
        active.filter(|_| is_right)
    }

    pub fn credentials(&self) -> Option<&Credentials> {
        self.known.as_ref().map(|known| &known.credentials)
    }

    pub fn id(&self) -> Option<&AdministratorId> {
        self.known.as_ref().map(|known| &known.administrator.id)
    }

    pub fn organization(&self) -> Option<&OrganizationId> {
        self.known.as_ref().map(|known| &known.administrator.organization_id)
    }
}
