//! The administrator that an operation is about, with everything a decision about them needs.
use axum::extract::FromRequestParts;
use axum::response::Response;
use countersign_authority::rights::{Rights, rights_on};
use countersign_authority::{Principal, Standing};
use countersign_http::{AsAdministrator, Caller, IfMatch, PathId, Problem, Services};
use countersign_journal::{Journal, PermissionEdit};
use countersign_model::{
    Action, Actor, Administrator, AdministratorId, AdministratorState, Denial, Organization, Permit,
    Resource, decide, may_manage,
};
use countersign_store::{Entity, Stored};
use http::StatusCode;
use http::request::Parts;

use crate::error::EditError;
use crate::wire::AdministratorView;

/// What every change of an administrator begins with: who calls, about whom, at which revision.
pub struct About {
    pub services: Services,
    pub caller: Caller,
    pub administrator: Principal,
    pub id: AdministratorId,
    pub if_match: IfMatch,
}

impl FromRequestParts<Services> for About {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Problem> {
        let identified = AsAdministrator::from_request_parts(parts, services).await?;
        let PathId(id) = PathId::from_request_parts(parts, services).await?;
        let if_match = IfMatch::from_request_parts(parts, services).await?;
        let AsAdministrator { caller, administrator, .. } = identified;
        Ok(Self { services: services.clone(), caller, administrator, id, if_match })
    }
}

/// An administrator, read just now, and the caller's rights where they belong. It is only there once the caller may do there what
/// they ask for.
pub struct Target {
    pub rights: Rights,
    pub stored: Stored<Administrator>,
    pub standing: Standing,
}

impl Target {
    /// Reads an administrator for an action, decided where they belong. A deleted one does not exist.
    pub async fn load(
        journal: &Journal,
        caller: &Principal,
        id: &AdministratorId,
        action: Action,
    ) -> Result<Self, EditError> {
        let decided =
            |rights: &Rights, _: &Administrator| decide(&rights.actor, action, &rights.resource()).map(drop);
        Self::permitted(journal, caller, id, decided).await
    }

    /// Reads an administrator to show what they hold. Of themselves everybody may see that.
    pub async fn load_to_look(
        journal: &Journal,
        caller: &Principal,
        id: &AdministratorId,
    ) -> Result<Self, EditError> {
        let decided = |rights: &Rights, whom: &Administrator| match whom.id == rights.actor.administrator {
            true => Ok(()),
            false => decide(&rights.actor, Action::AdministratorsView, &rights.resource()).map(drop),
        };
        Self::permitted(journal, caller, id, decided).await
    }

    async fn permitted(
        journal: &Journal,
        caller: &Principal,
        id: &AdministratorId,
        decided: impl FnOnce(&Rights, &Administrator) -> Result<(), Denial>,
    ) -> Result<Self, EditError> {
        let (rights, stored): (_, Stored<Administrator>) =
            rights_on(journal, caller, id, |each: &Administrator| each.organization_id.clone()).await?;
        if stored.value.state == AdministratorState::Deleted {
            return Err(EditError::Unknown);
        }
        let standing = Standing::load(journal, &stored.value, [], []).await?;
        decided(&rights, &stored.value)?;
        Ok(Self { rights, stored, standing })
    }

    /// Reads the administrator that a call is about, at the revision that the caller has read. A caller who may not do it at all
    /// does not learn the revision either.
    pub async fn load_at(about: &About, action: Action) -> Result<Self, EditError> {
        Self::load_as(about, &about.administrator, action).await
    }

    /// The same for an edit of permissions: everything it is judged by, the caller's own rights too, is read after all edits before.
    pub async fn load_in_order(about: &About, action: Action) -> Result<(PermissionEdit, Self), EditError> {
        let edit = about.services.journal.begin_permission_edit().await?;
        let caller = about.administrator.again(&about.services.journal).await?;
        Ok((edit, Self::load_as(about, &caller, action).await?))
    }

    async fn load_as(about: &About, caller: &Principal, action: Action) -> Result<Self, EditError> {
        let target = Self::load(&about.services.journal, caller, &about.id, action).await?;
        let current = target.stored.revision;
        match about.if_match.0 {
            Some(expected) if expected != current => Err(EditError::Moved { current }),
            Some(_) | None => Ok(target),
        }
    }

    pub fn administrator(&self) -> &Administrator {
        &self.stored.value
    }

    pub fn actor(&self) -> &Actor {
        &self.rights.actor
    }

    /// The organization the administrator belongs to. A permit for it names the administrator's revision, so that nothing is
    /// saved under it once they have changed.
    pub fn at(&self) -> Resource {
        let record = Administrator::record_id(&self.administrator().id);
        self.rights.resource().judged_on(record, self.stored.revision)
    }

    /// May the caller do this to this administrator, whatever rights they have anywhere?
    pub fn manage(&self, action: Action) -> Result<Permit, Denial> {
        let holds = self.standing.once_active(self.administrator());
        may_manage(self.actor(), action, &self.at(), &holds, &self.standing.places())
    }

    /// May the caller know of the organization?
    pub fn sees(&self, organization: &Organization) -> bool {
        self.actor().sees(&organization.id, &organization.ancestors)
    }

    pub fn is_oneself(&self) -> bool {
        self.administrator().id == self.actor().administrator
    }

    /// The administrator as the caller may see them now.
    pub fn view(&self, stored: Stored<Administrator>) -> AdministratorView {
        AdministratorView::new(stored, &self.standing, self.actor())
    }

    /// The same, as an answer.
    pub fn answer(&self, stored: Stored<Administrator>, status: StatusCode) -> Response {
        self.view(stored).answer(status)
    }
}
