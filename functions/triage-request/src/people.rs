//! Which of the people whom an answer names its reader may know of.

use std::collections::{BTreeMap, BTreeSet};

use countersign_journal::Journal;
use countersign_model::{
    Actor, Administrator, AdministratorId, Organization, OrganizationId, Resource, Sight, Who,
};
use countersign_store::StoreError;

/// Administrators, with where they belong.
pub struct People {
    homes: BTreeMap<AdministratorId, OrganizationId>,
    /// Where they belong, unless that is the organization of the request or one above it.
    organizations: Vec<Organization>,
}

impl People {
    /// Reads where these administrators belong. Two rounds, the second only if one belongs elsewhere.
    pub async fn load(
        journal: &Journal,
        at: &Resource,
        ids: BTreeSet<&AdministratorId>,
    ) -> Result<Self, StoreError> {
        let found = journal.load_many::<Administrator>(ids).await?.into_iter().flatten();
        let homes: BTreeMap<_, _> =
            found.map(|found| (found.value.id, found.value.organization_id)).collect();
        let is_near = |home: &&OrganizationId| **home == at.organization || at.ancestors.contains(home);
        let elsewhere: BTreeSet<_> = homes.values().filter(|home| !is_near(home)).collect();
        let organizations = journal.load_many::<Organization>(elsewhere).await?;
        let organizations = organizations.into_iter().flatten().map(|found| found.value).collect();
        Ok(Self { homes, organizations })
    }

    /// The organizations that the reader may know of.
    pub fn sight<'a>(&'a self, reader: &'a Actor, at: &'a Resource) -> Sight<'a> {
        let near = Sight::of(reader).over_resource(at);
        self.organizations.iter().fold(near, |sight, each| sight.over(&each.id, &each.ancestors))
    }

    /// Whether the reader may know of an administrator: themselves, or somebody of an organization that they see.
    pub fn shows(&self, reader: &Actor, sight: &Sight<'_>, id: &AdministratorId) -> bool {
        *id == reader.administrator || self.homes.get(id).is_some_and(|home| sight.sees(home))
    }
}

/// The administrator who did something.
pub const fn administrator(who: &Who) -> Option<&AdministratorId> {
    match who {
        Who::Administrator { id, .. } => Some(id),
        Who::Computer { .. } | Who::SetUp | Who::Operator | Who::Anonymous | Who::System => None,
    }
}
