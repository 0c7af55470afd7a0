//! What another edition of a role means for those who hold it: may they get what it adds, and who is a Super Admin then.
use countersign_http::{Problem, Standing, roster};
use countersign_model::{
    Action, Administrator, AdministratorId, AdministratorState, Permission, PermissionSet, Permit, Role,
    RoleBook, may_change, may_give,
};
use countersign_store::{Store, StoreError, Stored};

use crate::found::Found;

/// May the caller add these permissions to the role, and with it give them to everybody who holds it (rule 5)?
pub async fn may_add(store: &Store, found: &Found, next: &RoleBook, role: &Role) -> Result<Permit, Problem> {
    let (actor, at) = (&found.rights.actor, found.rights.resource());
    let added = set(role).minus(set(&found.role));
    let permit = may_give(actor, Action::RolesEdit, &at, added, std::slice::from_ref(&at))?;
    if added.is_empty() {
        return Ok(permit);
    }
    let holders = holders(store, found).await?;
    let standing = Standing::load_all(store, &holders, [], []).await?;
    let then = standing.with_book(next);
    let places = standing.places();
    for holder in &holders {
        let (before, after) = (standing.once_active(holder), then.once_active(holder));
        let _ = may_change(actor, Action::RolesEdit, &at, &before, &after, &places)?;
    }
    Ok(permit)
}

/// The Super Admins of the root who are none any more with another edition of its book.
pub async fn losing(
    store: &Store,
    found: &Found,
    next: &RoleBook,
) -> Result<Vec<AdministratorId>, StoreError> {
    let root = &found.rights.organization.value;
    if root.parent_id.is_some() || !set(&found.role).contains(Permission::SuperAdmin) {
        return Ok(Vec::new());
    }
    let members = load(store, &roster::members(store).await?).await?;
    // Somebody who never got onto the roster loses it, too.
    let all: Vec<_> = members.into_iter().chain(holders(store, found).await?).collect();
    let now = Standing::load_all(store, &all, [], []).await?;
    let then = now.with_book(next);
    let loses =
        |each: &&Administrator| now.is_super_admin(each, &root.id) && !then.is_super_admin(each, &root.id);
    let mut losing: Vec<_> = all.iter().filter(loses).map(|each| each.id.clone()).collect();
    losing.sort();
    losing.dedup();
    Ok(losing)
}

/// The holders who are Super Admins of the root with a new edition of its role, and were not before.
pub async fn joining(store: &Store, found: &Found, role: &Role) -> Result<Vec<AdministratorId>, StoreError> {
    let root = &found.rights.organization.value;
    let gains = set(role).minus(set(&found.role)).contains(Permission::SuperAdmin);
    if root.parent_id.is_some() || !gains {
        return Ok(Vec::new());
    }
    let holders = holders(store, found).await?;
    let now = Standing::load_all(store, &holders, [], []).await?;
    let is_one = |each: &&Administrator| now.is_super_admin(each, &root.id);
    Ok(holders.iter().filter(is_one).map(|each| each.id.clone()).collect())
}

/// Everybody who holds the role, whatever the state of their account.
async fn holders(store: &Store, found: &Found) -> Result<Vec<Administrator>, StoreError> {
    let listed: Vec<_> = found.holders.holders.iter().map(|each| each.administrator_id.clone()).collect();
    let mut holders = load(store, &listed).await?;
    holders.retain(|each| each.assignments.iter().any(|assignment| assignment.role_id == found.role.id));
    Ok(holders)
}

async fn load(store: &Store, ids: &[AdministratorId]) -> Result<Vec<Administrator>, StoreError> {
    let ids: Vec<_> = ids.iter().map(AdministratorId::as_str).collect();
    let read = store.load_many::<Administrator>(&ids).await?;
    let there = |stored: Stored<Administrator>| {
        Some(stored.value).filter(|each| each.state != AdministratorState::Deleted)
    };
    Ok(read.into_iter().flatten().filter_map(there).collect())
}

fn set(role: &Role) -> PermissionSet {
    role.permissions.iter().collect()
}
