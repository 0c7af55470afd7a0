//! From an administrator to what the decision function asks for: the actor with everything held, and the resource.
use std::future::Future;

use countersign_model::ids::OrganizationId;
use countersign_model::{Actor, Administrator, Organization, Resource, RoleBook};
use countersign_store::{Entity, Store, StoreError, Stored, role_book_id};
use futures::future::try_join;

use crate::identify::Asker;
use crate::problem::Problem;

/// An actor at an organization: what [`countersign_model::decide`] needs.
#[derive(Clone, Debug)]
pub struct Rights {
    /// Who asks, with everything held.
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

/// The actor somebody else is, with everything held: one read for each organization whose roles the administrator has, all in one round.
///
/// # Errors
/// When the store fails; an error while deciding is a denial, so there is no actor then.
pub async fn actor_of(store: &Store, administrator: &Administrator) -> Result<Actor, StoreError> {
    let owners = administrator.role_organizations();
    let ids: Vec<String> = owners.iter().map(role_book_id).collect();
    let books = store.load_many::<RoleBook>(&ids.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    let books: Vec<RoleBook> = books.into_iter().flatten().map(|book| book.value).collect();
    Ok(Actor::assemble(administrator, &books))
}

/// Who asks, and whatever `also` reads in the same round.
///
/// # Errors
/// When the store fails.
pub async fn actor_and<T>(
    store: &Store,
    asker: &Asker,
    also: impl Future<Output = Result<T, StoreError>>,
) -> Result<(Actor, T), StoreError> {
    try_join(asker.actor(store), also).await
}

/// The asker's rights at an organization, in one round.
///
/// # Errors
/// 404 when there is no such organization; what the store's failures become.
pub async fn rights_at(
    store: &Store,
    asker: &Asker,
    organization: &OrganizationId,
) -> Result<Rights, Problem> {
    let load = store.load::<Organization>(organization.as_str());
    let (actor, organization) = actor_and(store, asker, load).await?;
    let organization = present(organization)?;
    Ok(Rights { actor, organization })
}

/// A record by its id and the asker's rights at the organization it belongs to, in two rounds. That the record
/// exists is known to the caller of this only once a decision allows it: a denial that must hide answers 404 as well.
///
/// # Errors
/// 404 when there is no such record; what the store's failures become.
pub async fn rights_on<T: Entity>(
    store: &Store,
    asker: &Asker,
    id: &str,
    organization_of: impl FnOnce(&T) -> OrganizationId,
) -> Result<(Rights, Stored<T>), Problem> {
    let (actor, record) = actor_and(store, asker, store.load::<T>(id)).await?;
    let record = record.ok_or_else(Problem::not_found)?;
    let organization = organization(store, &organization_of(&record.value)).await?;
    Ok((Rights { actor, organization }, record))
}

/// The organization a question is about.
///
/// # Errors
/// 404 when there is none; what the store's failures become.
pub async fn organization(store: &Store, id: &OrganizationId) -> Result<Stored<Organization>, Problem> {
    present(store.load::<Organization>(id.as_str()).await?)
}

fn present(organization: Option<Stored<Organization>>) -> Result<Stored<Organization>, Problem> {
    organization.filter(|organization| !organization.value.deleted).ok_or_else(Problem::not_found)
}
