//! Saving an administrator: only at the revision that was judged, and serialized with other permission edits where that
//! matters.
use std::convert::Infallible;
use std::future::Future;

use countersign_authority::super_admins;
use countersign_http::{IfMatch, Problem, Services, retry_on_conflict};
use countersign_journal::{Change, PermissionEdit};
use countersign_model::Administrator;
use countersign_store::Stored;

use crate::error::EditError;
use crate::target::Target;

/// Tries once more, reading and judging again, if another permission edit came first, or if the administrator has
/// changed and the caller did not ask for a revision.
pub async fn once_more<T, F>(if_match: &IfMatch, attempt: impl Fn() -> F + Send) -> Result<T, Problem>
where
    F: Future<Output = Result<T, EditError>> + Send,
{
    let is_conflict = |error: &EditError| {
        matches!(error, EditError::Overtaken)
            || matches!(error, EditError::Moved { .. }) && if_match.0.is_none()
    };
    match retry_on_conflict(is_conflict, attempt).await {
        Err(error) if is_conflict(&error) => Err(EditError::Busy.into()),
        done => done.map_err(Problem::from),
    }
}

/// Saves a change whose judgement depends only on the administrator's own record.
pub async fn save(
    services: &Services,
    target: &Target,
    next: &Administrator,
    change: Change,
) -> Result<Stored<Administrator>, EditError> {
    let decided = |_: &Administrator| Ok::<_, Infallible>((next.clone(), change.clone()));
    Ok(services.journal.save_update(&next.id, target.stored.revision, decided).await?)
}

/// Saves a change of what the administrator holds.
///
/// Two kinds of change can interfere with other edits and are serialized with them: giving something to an
/// administrator with roles, which are edited elsewhere; and a change of who has full control over the root, because
/// one active Super Admin must stay.
pub async fn save_in_order(
    services: &Services,
    edit: PermissionEdit,
    target: &Target,
    next: &Administrator,
    change: Change,
) -> Result<Stored<Administrator>, EditError> {
    let edit = match super_admins_after(services, &edit, target, next).await? {
        Some(edit) => edit,
        None if adds(target.administrator(), next) && !next.assignments.is_empty() => edit,
        None => return save(services, target, next, change).await,
    };
    let at = (&next.id, target.stored.revision);
    Ok(services.journal.save_permission_edit(&edit, at, next, change).await?)
}

/// The edit with the new list of Super Admins, if it changes who is one.
///
/// # Errors
/// No active one would be left.
pub async fn super_admins_after(
    services: &Services,
    edit: &PermissionEdit,
    target: &Target,
    next: &Administrator,
) -> Result<Option<PermissionEdit>, EditError> {
    let (old, standing) = (target.administrator(), &target.standing);
    let root = target.rights.organization.value.root_id();
    let takes = standing.is_super_admin(old, root) && !standing.is_super_admin(next, root);
    let gives =
        !standing.is_super_admin_once_active(old, root) && standing.is_super_admin_once_active(next, root);
    if !takes && !gives {
        return Ok(None);
    }
    let next = std::slice::from_ref(next);
    Ok(Some(super_admins::after(&services.journal, edit.clone(), root, next, None, takes).await?))
}

fn adds(old: &Administrator, next: &Administrator) -> bool {
    next.permissions.iter().any(|each| !old.permissions.contains(each))
        || next.assignments.iter().any(|each| !old.assignments.contains(each))
}
