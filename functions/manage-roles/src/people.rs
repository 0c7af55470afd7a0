//! People and places as the reader may know them: who belongs to an organization that the reader may not see is nobody by
//! name, and such a place is not named either.
use countersign_http::Standing;
use countersign_model::{Actor, Administrator, Organization, RoleId};

use crate::wire::{AdministratorRef, OrganizationRef};

/// Who reads, and what was read about the people.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub actor: &'a Actor,
    pub standing: &'a Standing,
}

impl<'a> Reader<'a> {
    /// The administrator, unless they belong where the reader may not see.
    pub fn person(&self, administrator: &Administrator) -> Option<AdministratorRef> {
        let home = self.standing.organization(&administrator.organization_id)?;
        self.place(home).map(|organization| AdministratorRef::new(administrator, organization))
    }

    /// The organization, unless the reader may not see it.
    pub fn place(&self, organization: &Organization) -> Option<OrganizationRef> {
        let is_seen = self.actor.sees(&organization.id, &organization.ancestors);
        is_seen.then(|| OrganizationRef::from(organization))
    }

    /// Where the administrator holds the role, each organization once.
    pub fn places_of(&self, administrator: &Administrator, role: &RoleId) -> Vec<&'a Organization> {
        let home = &administrator.organization_id;
        let assigned = administrator.assignments.iter().filter(|each| each.role_id == *role);
        let places = assigned.map(|each| each.organization_id.as_ref().unwrap_or(home));
        let known = places.filter_map(|place| self.standing.organization(place));
        known.fold(Vec::new(), |mut each: Vec<&Organization>, place| {
            if !each.iter().any(|known| known.id == place.id) {
                each.push(place);
            }
            each
        })
    }
}
