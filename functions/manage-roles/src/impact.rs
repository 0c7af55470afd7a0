//! The effects of changing a role on its holders: whether the caller may give what the change adds and take what it
//! removes, what that is, and who is a Super Admin afterwards.
use countersign_authority::{Standing, super_admins};
use countersign_http::{Affected, Impact, PeopleReader};
use countersign_journal::{Journal, PermissionEdit};
use countersign_model::{
    Action, Administrator, AdministratorId, AdministratorState, Permission, PermissionSet, Permit, Role,
    RoleBook, RoleHolders, may_change, may_give,
};
use countersign_store::{StoreError, Stored};

use crate::error::RoleChangeError;
use crate::found::RoleContext;

/// Whether the caller may edit the role in this way, which gives to and takes from everybody who holds it.
///
/// To add anything, a caller must be able to give the whole role: otherwise they would extend a role that they could
/// not have created.
pub async fn may_edit(
    journal: &Journal,
    found: &RoleContext,
    next: &RoleBook,
    role: &Role,
) -> Result<Permit, RoleChangeError> {
    let (actor, at) = (&found.rights.actor, found.at());
    let given = if adds(found, role) { set(role) } else { PermissionSet::EMPTY };
    let permit = may_give(actor, Action::RolesEdit, &at, given, std::slice::from_ref(&at))?;
    if set(role) != set(&found.role) {
        may_affect(journal, found, next, Action::RolesEdit).await?;
    }
    Ok(permit)
}

/// Whether the caller may delete the role, which takes it from everybody who holds it.
pub async fn may_delete(
    journal: &Journal,
    found: &RoleContext,
    next: &RoleBook,
) -> Result<Permit, RoleChangeError> {
    may_affect(journal, found, next, Action::RolesDelete).await?;
    Ok(found.permit.clone())
}

/// Whether the new role gives anything that the old one did not.
pub fn adds(found: &RoleContext, role: &Role) -> bool {
    !set(role).minus(set(&found.role)).is_empty()
}

async fn may_affect(
    journal: &Journal,
    found: &RoleContext,
    next: &RoleBook,
    action: Action,
) -> Result<(), RoleChangeError> {
    let (actor, at) = (&found.rights.actor, found.at());
    let holders = holders(journal, found).await?;
    let standing = Standing::load_all(journal, &holders, [], []).await?;
    let then = standing.with_book(next);
    for holder in &holders {
        // Only the holder's own organizations: reading everything for each of hundreds of holders would take too long
        // for one call.
        let places = standing.places_of(holder);
        let (before, after) = (standing.once_active(holder), then.once_active(holder));
        may_change(actor, action, &at, &before, &after, &places).map(drop)?;
    }
    Ok(())
}

/// Who would gain and lose what, and where, with this role book.
pub async fn of(journal: &Journal, found: &RoleContext, next: &RoleBook) -> Result<Impact, StoreError> {
    let holders = holders(journal, found).await?;
    let standing = Standing::load_all(journal, &holders, [], []).await?;
    let then = standing.with_book(next);
    let reader = PeopleReader { actor: &found.rights.actor, standing: &standing };
    let affected = holders.iter().map(|holder| Affected {
        administrator: holder,
        places: standing.places_of(holder),
        before: standing.once_active(holder),
        after: then.once_active(holder),
    });
    Impact::of(journal, reader, affected).await
}

/// The edit with the new list of Super Admins, if the change of the root's role book changes who is one.
///
/// # Errors
/// No active one would be left.
pub async fn super_admins_after(
    journal: &Journal,
    edit: &PermissionEdit,
    found: &RoleContext,
    next: &RoleBook,
) -> Result<Option<PermissionEdit>, RoleChangeError> {
    let root = &found.rights.organization.value;
    let then = next.role(&found.role.id).map(set).unwrap_or_default();
    let has = |set: PermissionSet| root.parent_id.is_none() && set.contains(Permission::SuperAdmin);
    let concerned = match (has(set(&found.role)), has(then)) {
        (true, true) | (false, false) => return Ok(None),
        // Those who have it from the role are already listed.
        (true, false) => Vec::new(),
        (false, true) => holders(journal, found).await?,
    };
    let takes = !has(then);
    Ok(Some(super_admins::after(journal, edit.clone(), &root.id, &concerned, Some(next), takes).await?))
}

/// Everybody who holds the role, in any state of their account.
async fn holders(journal: &Journal, found: &RoleContext) -> Result<Vec<Administrator>, StoreError> {
    // Read after the edit has begun: an administrator is listed as a holder before they get the role, and they get it
    // in an edit of its own.
    let Some(holders) = journal.load::<RoleHolders>(&found.role.id).await? else {
        return Ok(Vec::new());
    };
    let listed: Vec<_> = holders.value.holders.into_iter().map(|each| each.administrator_id).collect();
    holders_among(journal, &found.role, &listed).await
}

/// The administrators who really hold the role, in any state of their account.
pub async fn holders_among(
    journal: &Journal,
    role: &Role,
    listed: &[AdministratorId],
) -> Result<Vec<Administrator>, StoreError> {
    let mut holders = load(journal, listed).await?;
    holders.retain(|each| each.assignments.iter().any(|assignment| assignment.role_id == role.id));
    Ok(holders)
}

async fn load(journal: &Journal, ids: &[AdministratorId]) -> Result<Vec<Administrator>, StoreError> {
    let read = journal.load_many::<Administrator>(ids).await?;
    let there = |stored: Stored<Administrator>| {
        Some(stored.value).filter(|each| each.state != AdministratorState::Deleted)
    };
    Ok(read.into_iter().flatten().filter_map(there).collect())
}

fn set(role: &Role) -> PermissionSet {
    role.permissions.iter().collect()
}
