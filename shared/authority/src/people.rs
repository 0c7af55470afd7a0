//! Which of the people whom an answer names its reader may know of.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::{
    Actor, Administrator, AdministratorId, Organization, OrganizationId, Resource, Sight,
};
use countersign_store::{Store, StoreError};

/// Administrators, with where they belong.
#[derive(Debug, Default)]
pub struct People {
    homes: BTreeMap<AdministratorId, OrganizationId>,
    /// Where they belong, unless that is the organization that the answer is about, or one above it.
    organizations: Vec<Organization>,
}

impl People {
    /// Reads where these administrators belong. Two rounds, the second only if one belongs elsewhere; without any, nothing is read.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn load(
        store: &Store,
        at: &Resource,
        ids: BTreeSet<&AdministratorId>,
    ) -> Result<Self, StoreError> {
        let found = store.load_many::<Administrator>(ids).await?.into_iter().flatten();
        let homes: BTreeMap<_, _> =
            found.map(|found| (found.value.id, found.value.organization_id)).collect();
        let is_near = |home: &&OrganizationId| **home == at.organization || at.ancestors.contains(home);
        let elsewhere: BTreeSet<_> = homes.values().filter(|home| !is_near(home)).collect();
        let organizations = store.load_many::<Organization>(elsewhere).await?;
        let organizations = organizations.into_iter().flatten().map(|found| found.value).collect();
        Ok(Self { homes, organizations })
    }

    /// The organizations that the reader may know of.
    #[must_use]
    pub fn sight<'a>(&'a self, reader: &'a Actor, at: &'a Resource) -> Sight<'a> {
        let near = Sight::of(reader).over_resource(at);
        self.organizations.iter().fold(near, |sight, each| sight.over(&each.id, &each.ancestors))
    }

    /// Whether the reader may know of an administrator: themselves, or somebody of an organization that they see. One who is not found
    /// is not shown.
    #[must_use]
    pub fn shows(&self, reader: &Actor, sight: &Sight<'_>, id: &AdministratorId) -> bool {
        *id == reader.administrator || self.homes.get(id).is_some_and(|home| sight.sees(home))
    }
}
