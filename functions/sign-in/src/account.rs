//! The account that somebody signs in to, if it exists. The same keys are read whether or not it does.
use countersign_journal::Journal;
use countersign_model::{Administrator, AdministratorId, Credentials, EmailAddress, OrganizationId};
use countersign_store::StoreError;
use futures::future::try_join;
use ulid::Ulid;

use crate::email;
use crate::password::Password;

/// The text typed as an email address, and the account with that address.
pub struct Account {
    /// The name under which attempts are counted: the address, case-folded as for comparison; empty for invalid input.
    pub name: String,
    /// The address, if it is valid.
    pub email: Option<EmailAddress>,
    known: Option<Known>,
}

/// An administrator and their credentials.
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
        // If nobody has the address, a nonexistent administrator is read, so that it takes as long.
        let id = holder.unwrap_or_else(|| AdministratorId::from_ulid(Ulid::nil()));
        let credentials = &id;
        let administrator = journal.load::<Administrator>(&id);
        let read = try_join(administrator, journal.load::<Credentials>(credentials)).await?;
        // The first administrator may still hold another address, with which the set-up was begun.
        let own = |administrator: &Administrator| {
            email.as_ref().is_some_and(|email| email.key() == administrator.email.key())
        };
        let known = match read {
            (Some(administrator), Some(credentials)) if own(&administrator.value) => {
                Some(Known { administrator: administrator.value, credentials: credentials.value })
            }
            _ => None,
        };
        let name = email.as_ref().map(EmailAddress::key).unwrap_or_default();
        Ok(Self { name, email, known })
    }

    /// The active administrator with this password. Takes the same time in any case.
    pub fn with_password(&self, password: &Password) -> Option<&Known> {
        let active = self.known.as_ref().filter(|known| known.administrator.is_active());
        let kept = active.and_then(|known| known.administrator.password_hash.as_deref());
        let is_right = password.is_behind(kept);
        active.filter(|_| is_right)
    }

    /// Whether somebody has signed in to it from a place before.
    pub fn is_known_at(&self, place: &str) -> bool {
        self.known.as_ref().is_some_and(|known| known.credentials.places.iter().any(|known| known == place))
    }

    pub fn administrator(&self) -> Option<&Administrator> {
        self.known.as_ref().map(|known| &known.administrator)
    }

    pub fn id(&self) -> Option<&AdministratorId> {
        self.administrator().map(|known| &known.id)
    }

    pub fn organization(&self) -> Option<&OrganizationId> {
        self.administrator().map(|known| &known.organization_id)
    }
}
