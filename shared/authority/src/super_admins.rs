//! The root's last active Super Admin cannot be lost. Every edit that takes or gives full control over the root is judged here, one
//! after another ([`countersign_journal::PermissionEdits`]), by the Super Admins there are after it.

use countersign_journal::{Journal, PermissionEdit};
use countersign_model::ids::{AdministratorId, OrganizationId};
use countersign_model::{Administrator, RoleBook};
use countersign_store::StoreError;

use crate::standing::Standing;

/// Why an edit that takes full control over the root away is not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SuperAdminError {
    /// Nobody would be left.
    #[error("the root organization must keep at least one active Super Admin")]
    Last,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An edit that gives somebody full control over the root or takes it, with the Super Admins there are after it. `next` are the
/// administrators whom it concerns, as they are then; `book` is a role book as it is then.
///
/// # Errors
/// [`SuperAdminError::Last`] when it `takes` it and no active one is left.
pub async fn after(
    journal: &Journal,
    edit: PermissionEdit,
    root: &OrganizationId,
    next: &[Administrator],
    book: Option<&RoleBook>,
    takes: bool,
) -> Result<PermissionEdit, SuperAdminError> {
    let is_next = |id: &&AdministratorId| next.iter().any(|each| each.id == **id);
    let others: Vec<_> = edit.super_admins().iter().filter(|id| !is_next(id)).cloned().collect();
    let read = journal.load_many::<Administrator>(&others).await?;
    // Those whose record is not there yet are about to be created.
    let unborn: Vec<_> =
        others.iter().zip(&read).filter(|(_, read)| read.is_none()).map(|(id, _)| id).collect();
    let mut all: Vec<Administrator> = read.iter().flatten().map(|stored| stored.value.clone()).collect();
    all.extend_from_slice(next);
    let mut standing = Standing::load_all(journal, &all, [], []).await?;
    if let Some(book) = book {
        standing = standing.with_book(book);
    }
    all.retain(|each| standing.is_super_admin_once_active(each, root));
    let (active, waiting): (Vec<_>, Vec<_>) = all.into_iter().partition(Administrator::is_active);
    if takes && active.is_empty() {
        return Err(SuperAdminError::Last);
    }
    let known = active.into_iter().chain(waiting).map(|each| each.id).chain(unborn.into_iter().cloned());
    Ok(edit.leaving(known.collect()))
}
