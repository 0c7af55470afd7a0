//! From an administrator to the input of the decision function: the actor with everything they hold, and the resource.
use std::future::Future;

use countersign_model::ids::OrganizationId;
use countersign_model::{Actor, Administrator, Organization, Resource, RoleBook};
use countersign_store::{Entity, Store, StoreError, Stored};
use futures::future::try_join;

use crate::principal::Principal;

/// Why nothing can be decided.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RightsError {
    /// The record or its organization does not exist (404).
    #[error("there is no such record")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An actor at an organization: what [`countersign_model::decide`] needs.
#[derive(Clone, Debug)]
pub struct Rights {
    /// The caller, with everything they hold.
    pub actor: Actor,
    /// The organization it is about.
    pub organization: Stored<Organization>,
}

impl Rights {
    /// The organization as the resource of a decision; add `.kind(…)` and `.scope(…)` where they matter.
    pub fn resource(&self) -> Resource {
        Resource::at(&self.organization.value)
    }
}

impl Principal {
    /// The actor, with everything that this credential allows: one read for each organization whose roles they have.
    ///
    /// # Errors
    /// If the store fails. An error while deciding is a denial, so there is no actor then.
    pub async fn actor(&self, store: &Store) -> Result<Actor, StoreError> {
        let actor = actor_of(store, &self.value).await?;
        Ok(match self.only {
            Some(only) => actor.only(only),
            None => actor,
        })
    }
}

/// The actor for another administrator, with everything they hold: one read for each organization whose roles they
/// have, in one round.
///
/// # Errors
/// If the store fails. An error while deciding is a denial, so there is no actor then.
pub async fn actor_of(store: &Store, administrator: &Administrator) -> Result<Actor, StoreError> {
    let owners = administrator.role_organizations();
    let books = store.load_many::<RoleBook>(&owners).await?;
    let books: Vec<RoleBook> = books.into_iter().flatten().map(|book| book.value).collect();
    Ok(Actor::assemble(administrator, &books))
}

/// The caller as an actor, together with the result of `also`, which is read in the same round.
///
/// # Errors
/// If the store fails.
pub async fn actor_and<T>(
    store: &Store,
    asker: &Principal,
    also: impl Future<Output = Result<T, StoreError>>,
) -> Result<(Actor, T), StoreError> {
    try_join(asker.actor(store), also).await
}

/// The caller's rights at an organization, in one round.
///
/// # Errors
/// If there is no such organization, or the store fails.
pub async fn rights_at(
    store: &Store,
    asker: &Principal,
    organization: &OrganizationId,
) -> Result<Rights, RightsError> {
    let load = store.load::<Organization>(organization);
    let (actor, organization) = actor_and(store, asker, load).await?;
    let organization = present(organization)?;
    Ok(Rights { actor, organization })
}

/// A record by its id and the caller's rights at its organization, in two rounds. The record must not be revealed until
/// a decision allows it: a denial that hides it answers 404 as well.
///
/// # Errors
/// If there is no such record, or the store fails.
pub async fn rights_on<T: Entity>(
    store: &Store,
    asker: &Principal,
    id: &T::Id,
    organization_of: impl FnOnce(&T) -> OrganizationId,
) -> Result<(Rights, Stored<T>), RightsError> {
    let (actor, record) = actor_and(store, asker, store.load::<T>(id)).await?;
    let record = record.ok_or(RightsError::NotFound)?;
    let organization = organization(store, &organization_of(&record.value)).await?;
    Ok((Rights { actor, organization }, record))
}

/// The organization that a question is about.
///
/// # Errors
/// If there is none, or the store fails.
pub async fn organization(store: &Store, id: &OrganizationId) -> Result<Stored<Organization>, RightsError> {
    present(store.load::<Organization>(id).await?)
}

fn present(organization: Option<Stored<Organization>>) -> Result<Stored<Organization>, RightsError> {
    organization.filter(|organization| !organization.value.deleted).ok_or(RightsError::NotFound)
}
