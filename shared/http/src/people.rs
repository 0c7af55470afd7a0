//! People and organizations as far as a reader may see them: administrators that the reader may not view have no name, and
//! organizations that the reader may not see are not named either.

use countersign_authority::Standing;
use countersign_model::{
    Action, Actor, Administrator, AdministratorId, AdministratorState, Organization, Resource, decide,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::named::OrganizationName;

/// An administrator with their name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AdministratorRef {
    /// The id of the administrator.
    id: AdministratorId,
    /// The name of the administrator.
    name: String,
    /// The organization that they belong to.
    organization: OrganizationName,
    /// The state of the account: `invited`, `active` or `disabled`. Permissions count only while it is `active`.
    state: AdministratorState,
}

/// The reader, and what was read about the people.
#[derive(Clone, Copy)]
pub struct PeopleReader<'a> {
    /// The reader.
    pub actor: &'a Actor,
    /// The organizations and role books that the people depend on.
    pub standing: &'a Standing,
}

impl PeopleReader<'_> {
    /// The administrator, if the reader may view them. Everybody may view themselves.
    #[must_use]
    pub fn person(&self, administrator: &Administrator) -> Option<AdministratorRef> {
        let home = self.standing.organization(&administrator.organization_id)?;
        let is_viewed = administrator.id == self.actor.administrator
            || decide(self.actor, Action::AdministratorsView, &Resource::at(home)).is_ok();
        is_viewed.then(|| AdministratorRef {
            id: administrator.id.clone(),
            name: administrator.name.clone(),
            organization: home.into(),
            state: administrator.state,
        })
    }

    /// The organization, if the reader may see it.
    #[must_use]
    pub fn place(&self, organization: &Organization) -> Option<OrganizationName> {
        let is_seen = self.actor.sees(&organization.id, &organization.ancestors);
        is_seen.then(|| OrganizationName::from(organization))
    }
}
