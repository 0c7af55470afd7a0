//! The administrator whom an operation is about, with everything a decision about them needs.
use axum::extract::FromRequestParts;
use axum::response::Response;
use countersign_authority::rights::{Rights, rights_on};
use countersign_authority::{Principal, Standing};
use countersign_http::{AsAdministrator, Caller, IfMatch, PathId, Problem, Services};
use countersign_journal::Journal;
use countersign_model::{
    Action, Actor, Administrator, AdministratorId, AdministratorState, Denial, Organization, Permit,
    Resource, decide, may_manage,
};
use countersign_store::Stored;
use http::StatusCode;
use http::request::Parts;

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

/// An administrator, read just now, and the caller's rights where they belong.
pub struct Target {
    pub rights: Rights,
    pub stored: Stored<Administrator>,
    pub standing: Standing,
}

impl Target {
    /// Reads an administrator. A deleted one does not exist.
    pub async fn load(journal: &Journal, caller: &Principal, id: &AdministratorId) -> Result<Self, Problem> {
        let (rights, stored): (_, Stored<Administrator>) =
            rights_on(journal, caller, id, |each: &Administrator| each.organization_id.clone()).await?;
        if stored.value.state == AdministratorState::Deleted {
            return Err(Problem::not_found());
        }
        let standing = Standing::load(journal, &stored.value, [], []).await?;
        Ok(Self { rights, stored, standing })
    }

    /// Reads the administrator whom a call is about, at the revision that the caller has read.
    pub async fn load_at(about: &About, action: Action) -> Result<Self, Problem> {
        let target = Self::load(&about.services.journal, &about.administrator, &about.id).await?;
        // Whoever may not do it at all does not learn the revision either.
        let _ = target.decide(action)?;
        about.if_match.check(target.stored.revision)?;
        Ok(target)
    }

    pub fn administrator(&self) -> &Administrator {
        &self.stored.value
    }

    pub fn actor(&self) -> &Actor {
        &self.rights.actor
    }

    /// The organization the administrator belongs to.
    pub fn at(&self) -> Resource {
        self.rights.resource()
    }

    /// May the caller do this where the administrator belongs?
    pub fn decide(&self, action: Action) -> Result<Permit, Denial> {
        decide(self.actor(), action, &self.at())
    }

    /// May the caller do this to this administrator, whatever rights they have anywhere?
    pub fn manage(&self, action: Action) -> Result<Permit, Denial> {
        let holds = self.standing.once_active(self.administrator());
        may_manage(self.actor(), action, &self.at(), &holds, &self.standing.places())
    }

    /// May the caller learn what this administrator holds? Of themselves everybody may.
    pub fn look(&self) -> Result<Permit, Denial> {
        if self.is_oneself() {
            return Ok(Permit::oneself(self.administrator()));
        }
        self.decide(Action::AdministratorsView)
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
