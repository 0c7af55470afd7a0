//! The root must keep an active Super Admin. Every edit that takes or gives full control over the root is judged here,
//! serialized by [`countersign_journal::PermissionEdits`], by the Super Admins that there are after it.

use countersign_journal::{Journal, PermissionEdit};
use countersign_model::ids::{AdministratorId, OrganizationId};
use countersign_model::{Administrator, RoleBook};
use countersign_store::StoreError;

use crate::standing::Standing;

/// Why an edit that takes away full control over the root is not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SuperAdminError {
    /// No active Super Admin would be left.
    #[error("the root organization must keep at least one active Super Admin")]
    Last,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A permission edit that gives or takes full control over the root, with the list of Super Admins after it. `next` are
/// the affected administrators as they are after the edit; `book` is the changed role book, if one changes.
///
/// # Errors
/// [`SuperAdminError::Last`] if the edit `takes` full control away and no active Super Admin is left.
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
    // Those without a record yet are about to be created.
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
