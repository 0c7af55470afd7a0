//! The administrator that an operation is about, with everything that a decision about them needs.
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
use futures::future::try_join;
use http::StatusCode;
use http::request::Parts;

use crate::error::EditError;
use crate::last_sign_ins::LastSignIns;
use crate::wire::AdministratorView;

/// The start of every change of an administrator: the caller, the administrator, the expected revision.
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

/// An administrator, just read, and the caller's rights at their organization. It exists only if the caller may do
/// there what they ask for.
pub struct Target {
    pub rights: Rights,
    pub stored: Stored<Administrator>,
    pub standing: Standing,
    signed_in: LastSignIns,
}

impl Target {
    /// Reads an administrator for an action, decided at their organization. A deleted administrator does not exist.
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

    /// Reads an administrator to show what they hold. Everybody may see that of themselves.
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
        let standing = Standing::load(journal, &stored.value, [], []);
        let (standing, signed_in) = try_join(standing, LastSignIns::of(journal, [&stored.value.id])).await?;
        decided(&rights, &stored.value)?;
        Ok(Self { rights, stored, standing, signed_in })
    }

    /// Reads the administrator that a call is about, at the revision that the caller expects. A caller without the
    /// permission does not learn the revision either.
    pub async fn load_at(about: &About, action: Action) -> Result<Self, EditError> {
        Self::load_as(about, &about.administrator, action).await
    }

    /// The same for a permission edit: everything that the judgement depends on, including the caller's rights, is read
    /// after all earlier edits.
    pub async fn load_in_order(about: &About, action: Action) -> Result<(PermissionEdit, Self), EditError> {
        let edit = about.services.journal.begin_permission_edit().await?;
        let caller = about.administrator.again(&about.services.journal).await?;
        Ok((edit, Self::load_as(about, &caller, action).await?))
    }

    async fn load_as(about: &About, caller: &Principal, action: Action) -> Result<Self, EditError> {
        let target = Self::load(&about.services.journal, caller, &about.id, action).await?;
        let current = target.stored.revision;
        if about.if_match.accepts(current) { Ok(target) } else { Err(EditError::Moved { current }) }
    }

    /// The same administrator with one planned change made, so that the next is judged as after it.
    pub fn after(mut self, next: Administrator) -> Self {
        self.stored.value = next;
        self
    }

    pub fn administrator(&self) -> &Administrator {
        &self.stored.value
    }

    pub fn actor(&self) -> &Actor {
        &self.rights.actor
    }

    /// The organization that the administrator belongs to. A permit for it names the administrator's revision, so
    /// nothing is saved with it after they have changed.
    pub fn at(&self) -> Resource {
        let record = Administrator::record_id(&self.administrator().id);
        self.rights.resource().judged_on(record, self.stored.revision)
    }

    /// Whether the caller may do this to this administrator, considering the rights that the administrator has
    /// elsewhere.
    pub fn manage(&self, action: Action) -> Result<Permit, Denial> {
        let holds = self.standing.once_active(self.administrator());
        may_manage(self.actor(), action, &self.at(), &holds, &self.standing.places())
    }

    /// Whether the caller may know of the organization.
    pub fn sees(&self, organization: &Organization) -> bool {
        self.actor().sees(&organization.id, &organization.ancestors)
    }

    pub fn is_oneself(&self) -> bool {
        self.administrator().id == self.actor().administrator
    }

    /// The administrator as far as the caller may see them now.
    pub fn view(&self, stored: Stored<Administrator>) -> AdministratorView {
        let last = self.signed_in.get(&stored.value.id);
        AdministratorView::new(stored, last, &self.standing, self.actor())
    }

    /// The same, as an answer.
    pub fn answer(&self, stored: Stored<Administrator>, status: StatusCode) -> Response {
        self.view(stored).answer(status)
    }
}
