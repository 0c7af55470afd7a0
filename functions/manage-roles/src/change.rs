//! Creating, editing and deleting roles. An organization's roles are one record (its role book), so their names cannot
//! collide.
use std::convert::Infallible;
use std::future::Future;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_authority::rights::rights_at;
use countersign_http::openapi::OrPreview;
use countersign_http::{
    AsAdministrator, DryRun, IfMatch, Impact, JsonBody, PathId, Problem, QueryOf, Services, retry_on_conflict,
};
use countersign_journal::{Change, Journal, PermissionEdit};
use countersign_model::act::{RoleCreated, RoleDeleted, RoleEdited};
use countersign_model::{Action, RoleBook, RoleHolders, RoleId, may_give};
use http::StatusCode;

use crate::error::RoleChangeError;
use crate::found::RoleContext;
use crate::impact;
use crate::wire::{NewRole, ReplaceRole, RoleView};

/// The edited role, or what a dry run answers.
type EditedOrPreview = OrPreview<RoleView, Impact>;

/// The most bytes that the roles of one organization may take together: they are one record.
const BOOK_MAX: usize = 56 * 1024;

/// Creates a role.
///
/// The caller must hold every permission that the role gives, at its organization and below.
#[utoipa::path(post, path = "/v1/roles", tag = "roles",
    security(("administrator" = [])), params(DryRun), request_body = NewRole,
    responses((status = 201, body = RoleView), (status = 200, body = Impact, description = "With `dry_run`, nothing is created: the role could be. Nobody holds it yet, so nobody would gain anything."), (status = 409, description = "A role of the organization has this name, or the roles of the organization are too many or too large.")))]
pub async fn create_role(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    QueryOf(DryRun { dry_run }): QueryOf<DryRun>,
    body: JsonBody<NewRole>,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let role = body.value.role(RoleId::from_ulid(journal.random().ulid(caller.now)))?;
    let rights = rights_at(journal, &administrator, &body.value.organization_id).await?;
    let (owner, at) = (&rights.organization.value, rights.resource());
    let permissions = role.permissions.iter().collect();
    let permit = may_give(&rights.actor, Action::RolesCreate, &at, permissions, std::slice::from_ref(&at))?;
    if dry_run {
        let book = journal.load::<RoleBook>(&owner.id).await?.ok_or_else(Problem::not_found)?.value;
        fits(book.with(role).map_err(RoleChangeError::from)?)?;
        return Ok(Json(Impact::none()).into_response());
    }
    let change = Change::new(&permit, &caller.origin(), RoleCreated::of(&role))
        .create(&RoleHolders::none(role.id.clone(), owner.id.clone()));
    let add = |book: &RoleBook| -> Result<_, RoleChangeError> {
        Ok((fits(book.with(role.clone())?)?, change.clone()))
    };
    journal.save_update(&owner.id, None, add).await.map_err(RoleChangeError::from)?;
    Ok(RoleView::new(&role, owner).answer(StatusCode::CREATED))
}

/// Replaces the contents of a role.
///
/// The change applies to everybody who holds it, from their next request on.
///
/// To add permissions, the caller must hold everything that the role then gives, and everything that it gives each
/// holder, at every organization where it counts. Removing permissions does not require holding them, but an active
/// Super Admin of the root must remain.
#[utoipa::path(put, path = "/v1/roles/{role_id}", tag = "roles",
    security(("administrator" = [])), params(("role_id" = inline(RoleId), Path), DryRun, IfMatch),
    request_body = ReplaceRole,
    responses((status = 200, body = inline(EditedOrPreview), description = "The role is replaced; with `dry_run`, nothing is changed, and the answer is an `Impact`: who would gain and lose what where, in numbers and by name."),
        (status = 409, description = "A role of the organization has this name, its roles are too large together, or no active Super Admin of the root organization would remain.")))]
pub async fn edit_role(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RoleId>,
    QueryOf(DryRun { dry_run }): QueryOf<DryRun>,
    if_match: IfMatch,
    body: JsonBody<ReplaceRole>,
) -> Result<Response, Problem> {
    let role = body.value.role(id.clone())?;
    once_more(|| async {
        let journal = &services.journal;
        let edit = journal.begin_permission_edit().await?;
        let administrator = administrator.again(journal).await?;
        let found = RoleContext::load(journal, &administrator, &id, Action::RolesEdit).await?;
        require_revision(&if_match, &found)?;
        let next = fits(found.book.value.replacing(role.clone())?)?;
        let permit = impact::may_edit(journal, &found, &next, &role).await?;
        if dry_run {
            return rehearse(journal, &edit, &found, &next).await;
        }
        let change = Change::new(&permit, &caller.origin(), RoleEdited::of(&found.role, &role));
        save(journal, edit, &found, &next, change, impact::adds(&found, &role)).await?;
        let edited = next.role(&id).ok_or(RoleChangeError::Unknown)?;
        Ok(RoleView::new(edited, &found.rights.organization.value).answer(StatusCode::OK))
    })
    .await
}

/// Deletes a role.
///
/// Everybody who held it loses it from their next request on.
#[utoipa::path(delete, path = "/v1/roles/{role_id}", tag = "roles",
    security(("administrator" = [])), params(("role_id" = inline(RoleId), Path), DryRun, IfMatch),
    responses((status = 204, description = "The role is deleted."),
        (status = 200, body = Impact, description = "With `dry_run`, nothing is deleted, and the answer shows who would lose what, by the same rules."),
        (status = 409, description = "No active Super Admin of the root organization would remain.")))]
pub async fn delete_role(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RoleId>,
    QueryOf(DryRun { dry_run }): QueryOf<DryRun>,
    if_match: IfMatch,
) -> Result<Response, Problem> {
    once_more(|| async {
        let journal = &services.journal;
        let edit = journal.begin_permission_edit().await?;
        let administrator = administrator.again(journal).await?;
        let found = RoleContext::load(journal, &administrator, &id, Action::RolesDelete).await?;
        require_revision(&if_match, &found)?;
        let next = found.book.value.without(&id)?;
        let permit = impact::may_delete(journal, &found, &next).await?;
        if dry_run {
            return rehearse(journal, &edit, &found, &next).await;
        }
        let change = Change::new(&permit, &caller.origin(), RoleDeleted::of(&found.role));
        save(journal, edit, &found, &next, change, false).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

/// The effects of a changed role book, after all checks that could refuse the change.
async fn rehearse(
    journal: &Journal,
    edit: &PermissionEdit,
    found: &RoleContext,
    next: &RoleBook,
) -> Result<Response, RoleChangeError> {
    impact::super_admins_after(journal, edit, found, next).await?;
    Ok(Json(impact::of(journal, found, next).await?).into_response())
}

/// Saves the owner's role book, only at the revision that was judged.
///
/// Two kinds of change can interfere with other edits and are serialized with them: one that `adds` to what holders
/// have from elsewhere; and a change of who has full control over the root, because one active Super Admin must stay.
async fn save(
    journal: &Journal,
    edit: PermissionEdit,
    found: &RoleContext,
    next: &RoleBook,
    change: Change,
    adds: bool,
) -> Result<(), RoleChangeError> {
    let owner = &found.rights.organization.value.id;
    let edit = match impact::super_admins_after(journal, &edit, found, next).await? {
        Some(edit) => edit,
        None if adds => edit,
        None => {
            let decided = |_: &RoleBook| Ok::<_, Infallible>((next.clone(), change.clone()));
            journal.save_update(owner, found.book.revision, decided).await?;
            return Ok(());
        }
    };
    journal.save_permission_edit(&edit, (owner, found.book.revision), next, change).await?;
    Ok(())
}

/// Reads, judges and saves once more if others have changed the same roles meanwhile.
async fn once_more<T, F>(attempt: impl Fn() -> F + Send) -> Result<T, Problem>
where
    F: Future<Output = Result<T, RoleChangeError>> + Send,
{
    let is_conflict = |error: &RoleChangeError| matches!(error, RoleChangeError::Moved);
    retry_on_conflict(is_conflict, attempt).await.map_err(Problem::from)
}

/// Refuses if the role has changed since the caller read it.
fn require_revision(if_match: &IfMatch, found: &RoleContext) -> Result<(), RoleChangeError> {
    let current = found.role.revision;
    if if_match.accepts(current) { Ok(()) } else { Err(RoleChangeError::Stale { current }) }
}

fn fits(book: RoleBook) -> Result<RoleBook, RoleChangeError> {
    let size = serde_json::to_vec(&book).map_or(usize::MAX, |bytes| bytes.len());
    if size <= BOOK_MAX { Ok(book) } else { Err(RoleChangeError::BookTooLarge) }
}
