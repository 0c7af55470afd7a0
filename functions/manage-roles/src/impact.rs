//! What another edition of a role means for those who hold it: may they get what it adds and lose what it takes, what is that,
//! and who is a Super Admin then.
use countersign_authority::{Standing, roster};
use countersign_journal::Journal;
use countersign_model::{
    Action, Actor, Administrator, AdministratorId, AdministratorState, OrganizationId, Permission,
    PermissionSet, Permit, Resource, Role, RoleBook, RoleHolders, gained, may_change, may_give,
};
use countersign_store::{StoreError, Stored};

use crate::error::RoleChangeError;
use crate::found::Found;
use crate::people::Reader;
use crate::wire::{DifferenceView, ImpactView};

/// That a role may be edited or deleted, and what that was judged by.
pub struct Judged {
    pub permit: Permit,
    /// The role books of other organizations that say what the holders get together with what is added, and their revisions.
    pub others: Vec<(OrganizationId, u64)>,
}

/// May the caller edit the role so, and with it give to and take from everybody who holds it (rule 5)?
///
/// Whoever adds anything must be able to give the whole role: otherwise they would extend what they could not have made.
pub async fn may_edit(
    journal: &Journal,
    found: &Found,
    next: &RoleBook,
    role: &Role,
) -> Result<Judged, RoleChangeError> {
    let (actor, at) = (&found.rights.actor, found.at());
    let adds = !set(role).minus(set(&found.role)).is_empty();
    let given = if adds { set(role) } else { PermissionSet::EMPTY };
    let permit = may_give(actor, Action::RolesEdit, &at, given, std::slice::from_ref(&at))?;
    if set(role) == set(&found.role) {
        return Ok(Judged { permit, others: Vec::new() });
    }
    let standing = may_affect(journal, found, next, Action::RolesEdit).await?;
    let owner = &found.rights.organization.value.id;
    let others = standing.books_read().filter(|(other, _)| adds && *other != owner);
    let others = others.map(|(other, revision)| (other.clone(), revision)).collect();
    Ok(Judged { permit, others })
}

/// May the caller delete the role, and with it take it from everybody who holds it?
pub async fn may_delete(
    journal: &Journal,
    found: &Found,
    next: &RoleBook,
) -> Result<Permit, RoleChangeError> {
    may_affect(journal, found, next, Action::RolesDelete).await?;
    Ok(found.permit.clone())
}

/// What it was judged by.
async fn may_affect(
    journal: &Journal,
    found: &Found,
    next: &RoleBook,
    action: Action,
) -> Result<Standing, RoleChangeError> {
    let (actor, at) = (&found.rights.actor, found.at());
    let holders = holders(journal, found).await?;
    let standing = Standing::load_all(journal, &holders, [], []).await?;
    let then = standing.with_book(next);
    for holder in &holders {
        // Only their own: looking at everybody's for each of hundreds would take longer than a call may.
        let places = standing.places_of(holder);
        let (before, after) = (standing.once_active(holder), then.once_active(holder));
        may_change(actor, action, &at, &before, &after, &places).map(drop)?;
    }
    Ok(standing)
}

/// Who would gain and lose what, and where, with another edition of the owner's roles.
pub async fn of(journal: &Journal, found: &Found, next: &RoleBook) -> Result<ImpactView, StoreError> {
    let holders = holders(journal, found).await?;
    let standing = Standing::load_all(journal, &holders, [], []).await?;
    let then = standing.with_book(next);
    let reader = Reader { actor: &found.rights.actor, standing: &standing };
    let (old, new) = (set(&found.role), next.role(&found.role.id).map(set).unwrap_or_default());
    let mut impact = ImpactView::default();
    for holder in &holders {
        let (before, after) = (standing.once_active(holder), then.once_active(holder));
        for place in reader.places_of(holder, &found.role.id) {
            let at = Resource::at(place);
            let difference = |before: &Actor, after: &Actor, among: PermissionSet| {
                let permissions: Vec<_> = gained(before, after, &at, among).iter().collect();
                let view =
                    || DifferenceView::new(reader.person(holder), reader.place(place), permissions.clone());
                (!permissions.is_empty()).then(view)
            };
            impact.gains.extend(difference(&before, &after, new.minus(old)));
            impact.loses.extend(difference(&after, &before, old.minus(new)));
        }
    }
    Ok(impact)
}

/// The Super Admins of the root who are none any more with another edition of its book.
pub async fn losing(
    journal: &Journal,
    found: &Found,
    next: &RoleBook,
) -> Result<Vec<AdministratorId>, StoreError> {
    let root = &found.rights.organization.value;
    if root.parent_id.is_some() || !set(&found.role).contains(Permission::SuperAdmin) {
        return Ok(Vec::new());
    }
    let members = load(journal, &roster::members(journal).await?).await?;
    // Somebody who never got onto the roster loses it, too.
    let all: Vec<_> = members.into_iter().chain(holders(journal, found).await?).collect();
    let now = Standing::load_all(journal, &all, [], []).await?;
    let then = now.with_book(next);
    let loses =
        |each: &&Administrator| now.is_super_admin(each, &root.id) && !then.is_super_admin(each, &root.id);
    let mut losing: Vec<_> = all.iter().filter(loses).map(|each| each.id.clone()).collect();
    losing.sort();
    losing.dedup();
    Ok(losing)
}

/// The holders who are Super Admins of the root with a new edition of its role, and were not before.
pub async fn joining(
    journal: &Journal,
    found: &Found,
    role: &Role,
) -> Result<Vec<AdministratorId>, StoreError> {
    let root = &found.rights.organization.value;
    let gains = set(role).minus(set(&found.role)).contains(Permission::SuperAdmin);
    if root.parent_id.is_some() || !gains {
        return Ok(Vec::new());
    }
    let holders = holders(journal, found).await?;
    let now = Standing::load_all(journal, &holders, [], []).await?;
    let is_one = |each: &&Administrator| now.is_super_admin(each, &root.id);
    Ok(holders.iter().filter(is_one).map(|each| each.id.clone()).collect())
}

/// Everybody who holds the role, whatever the state of their account.
async fn holders(journal: &Journal, found: &Found) -> Result<Vec<Administrator>, StoreError> {
    // Read after the book: whoever gets the role later writes the book, so that it is not saved as it was read.
    let Some(holders) = journal.load::<RoleHolders>(&found.role.id).await? else {
        return Ok(Vec::new());
    };
    let listed: Vec<_> = holders.value.holders.into_iter().map(|each| each.administrator_id).collect();
    holders_among(journal, &found.role, &listed).await
}

/// Those of the administrators who really hold the role, whatever the state of their account.
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
