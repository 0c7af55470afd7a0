//! People and organizations as far as the reader may see them: administrators that the reader may not view have no
//! name, and organizations that the reader may not see are not named either.
use countersign_authority::Standing;
use countersign_http::OrganizationName;
use countersign_model::{Action, Actor, Administrator, Organization, Resource, RoleId, decide};

use crate::wire::AdministratorRef;

/// The reader, and what was read about the people.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub actor: &'a Actor,
    pub standing: &'a Standing,
}

impl<'a> Reader<'a> {
    /// The administrator, if the reader may view them. Everybody may view themselves.
    pub fn person(&self, administrator: &Administrator) -> Option<AdministratorRef> {
        let home = self.standing.organization(&administrator.organization_id)?;
        let is_viewed = administrator.id == self.actor.administrator
            || decide(self.actor, Action::AdministratorsView, &Resource::at(home)).is_ok();
        is_viewed.then(|| AdministratorRef::new(administrator, home.into()))
    }

    /// The organization, if the reader may see it.
    pub fn place(&self, organization: &Organization) -> Option<OrganizationName> {
        let is_seen = self.actor.sees(&organization.id, &organization.ancestors);
        is_seen.then(|| OrganizationName::from(organization))
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
