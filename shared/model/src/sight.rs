//! What a reader may know of: an organization where they hold something, and so what belongs to it. Everything else is
//! shown to them as the managing organization, or not at all.

use std::collections::BTreeMap;

use crate::ids::{AdministratorId, OrganizationId};
use crate::rights::{Actor, Resource};

/// The organizations that an actor may know of. Every answer that names organizations, or administrators, roles and
/// addresses that belong to some, asks it.
#[derive(Debug, Clone)]
pub struct Sight<'a> {
    actor: &'a Actor,
    /// Organizations with those above each, from the root on.
    placed: BTreeMap<&'a OrganizationId, &'a [OrganizationId]>,
}

impl<'a> Sight<'a> {
    /// The sight of an actor, who knows of their own organization.
    #[must_use]
    pub fn of(actor: &'a Actor) -> Self {
        Self { actor, placed: BTreeMap::new() }
    }

    /// With the place of an organization, and so of all above it.
    #[must_use]
    pub fn over(mut self, organization: &'a OrganizationId, ancestors: &'a [OrganizationId]) -> Self {
        self.placed.insert(organization, ancestors);
        for (depth, above) in ancestors.iter().enumerate() {
            self.placed.insert(above, ancestors.get(..depth).unwrap_or_default());
        }
        self
    }

    /// With the place of a resource.
    #[must_use]
    pub fn over_resource(self, at: &'a Resource) -> Self {
        self.over(&at.organization, &at.ancestors)
    }

    /// Whether it is known where the organization is.
    #[must_use]
    pub fn is_placed(&self, organization: &OrganizationId) -> bool {
        self.placed.contains_key(organization)
    }

    /// Whether the actor may know of the organization. One whose place is not known is not seen, unless it is their own.
    #[must_use]
    pub fn sees(&self, organization: &OrganizationId) -> bool {
        let ancestors = self.placed.get(organization);
        *organization == self.actor.organization
            || ancestors.is_some_and(|ancestors| self.actor.sees(organization, ancestors))
    }
}

/// Who or what an act names beyond the organization where it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named<'a> {
    /// An organization.
    Organization(&'a OrganizationId),
    /// An administrator, who may belong to another organization.
    Administrator(&'a AdministratorId),
    /// The administrator who did it.
    Actor,
}

/// Whether a reader may know of somebody or something.
pub type Sees<'a> = &'a mut dyn FnMut(Named<'_>) -> bool;

/// Those whom acts name beyond the organization where they happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Others {
    /// Organizations.
    pub organizations: Vec<OrganizationId>,
    /// Administrators.
    pub administrators: Vec<AdministratorId>,
}
