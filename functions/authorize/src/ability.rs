//! What those can do who are listed: something at an organization, or give a permission there.

use std::collections::BTreeSet;

use countersign_authority::rights::{Rights, rights_at, rights_on};
use countersign_authority::{Principal, Standing};
use countersign_http::Problem;
use countersign_journal::Journal;
use countersign_model::{
    Action, Actor, Administrator, AdministratorId, AdministratorState, Holding, Permission, Permit, Resource,
    RoleBook, check, decide, may_change, may_give,
};
use countersign_store::{StoreError, Stored};

use crate::wire::who::{Sought, WhoQuery};

/// The act of giving a permission individually.
const GIVES: Action = Action::AdministratorsChangePermissions;

/// What somebody is listed for.
pub enum Ability {
    /// They may do this.
    Doing {
        /// What would be done.
        action: Action,
        /// Where, and for what.
        about: Resource,
    },
    /// They may give this.
    Giving(Giving),
}

/// A permission that would be given.
pub struct Giving {
    permission: Permission,
    /// The organization of the administrator who would get it, where it would count.
    at: Resource,
    /// The administrator; `None`: somebody who holds nothing yet.
    to: Option<Box<Recipient>>,
}

/// An administrator who would get a permission.
struct Recipient {
    /// Without the permission as an individual one.
    before: Actor,
    /// With it.
    after: Actor,
    /// Where they hold something.
    places: Vec<Resource>,
}

impl Ability {
    /// What a caller asks about, with their rights at the organization that it is about and the proof that they may view its
    /// administrators.
    pub async fn load(
        journal: &Journal,
        caller: &Principal,
        sought: Sought,
        query: &WhoQuery,
    ) -> Result<(Rights, Permit, Self), Problem> {
        if let (Sought::Giving(permission), Some(id)) = (sought, &query.administrator_id) {
            return Self::load_giving(journal, caller, permission, id).await;
        }
        let at = query.organization_id.as_ref().unwrap_or(&caller.value.organization_id);
        let rights = rights_at(journal, caller, at).await?;
        let viewing = decide(&rights.actor, Action::AdministratorsView, &rights.resource())?;
        let at = rights.resource();
        let ability = match sought {
            Sought::Doing(action) => Self::Doing { action, about: query.about(at) },
            Sought::Giving(permission) => Self::Giving(Giving { permission, at, to: None }),
        };
        Ok((rights, viewing, ability))
    }

    /// About giving to an administrator. One who was deleted does not exist.
    async fn load_giving(
        journal: &Journal,
        caller: &Principal,
        permission: Permission,
        id: &AdministratorId,
    ) -> Result<(Rights, Permit, Self), Problem> {
        let (rights, stored): (_, Stored<Administrator>) =
            rights_on(journal, caller, id, |each: &Administrator| each.organization_id.clone()).await?;
        let viewing = decide(&rights.actor, Action::AdministratorsView, &rights.resource())?;
        let person = stored.value;
        if person.state == AdministratorState::Deleted {
            return Err(Problem::not_found());
        }
        let standing = Standing::load(journal, &person, [], []).await?;
        let others = || person.permissions.iter().copied().filter(move |each| *each != permission);
        let to = Box::new(Recipient {
            before: standing.once_active(&person.with_permissions(others())),
            after: standing.once_active(&person.with_permissions(others().chain([permission]))),
            places: standing.places(),
        });
        let giving = Giving { permission, at: rights.resource(), to: Some(to) };
        Ok((rights, viewing, Self::Giving(giving)))
    }

    /// The action that somebody must be allowed in any case.
    pub const fn action(&self) -> Action {
        match self {
            Self::Doing { action, .. } => *action,
            Self::Giving(_) => GIVES,
        }
    }

    /// The roles that count for the answer besides those of the organization and of the ones above it: the permission may combine
    /// with what its new holder has below, and then its giver must be allowed the same there.
    pub async fn further_books(&self, journal: &Journal) -> Result<Vec<RoleBook>, StoreError> {
        let Self::Giving(Giving { at, to: Some(to), .. }) = self else { return Ok(Vec::new()) };
        let all = to.places.iter().flat_map(|place| place.ancestors.iter().chain([&place.organization]));
        let owners: BTreeSet<_> =
            all.filter(|id| **id != at.organization && !at.ancestors.contains(id)).collect();
        let read = journal.load_many::<RoleBook>(owners).await?;
        Ok(read.into_iter().flatten().map(|stored| stored.value).collect())
    }

    /// The grants that allow it to somebody; `None` if they may not.
    pub fn allows(&self, somebody: &Actor) -> Option<Vec<Holding>> {
        match self {
            Self::Doing { action, about } => {
                let answer = check(somebody, *action, about);
                answer.allowed.then_some(answer.because)
            }
            Self::Giving(giving) => giving.is_allowed_to(somebody).then(|| giving.grounds_of(somebody)),
        }
    }
}

impl Giving {
    /// Judged by the function that judges the giving itself.
    fn is_allowed_to(&self, giver: &Actor) -> bool {
        let judged = match &self.to {
            Some(to) => may_change(giver, GIVES, &self.at, &to.before, &to.after, &to.places),
            None => may_give(giver, GIVES, &self.at, self.permission.into(), std::slice::from_ref(&self.at)),
        };
        judged.is_ok()
    }

    /// The grants of the action, and those of the permission.
    fn grounds_of(&self, giver: &Actor) -> Vec<Holding> {
        let Resource { organization, ancestors, .. } = &self.at;
        let acting = check(giver, GIVES, &self.at).because;
        let counts = |held: &&Holding| {
            acting.contains(held) || held.gives_at(organization, ancestors).contains(self.permission)
        };
        giver.holdings().iter().filter(counts).cloned().collect()
    }
}
