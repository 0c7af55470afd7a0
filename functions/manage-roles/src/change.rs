//! Creating, editing and deleting roles. An organization's roles are one record, so their names cannot collide.
use std::convert::Infallible;
use std::future::Future;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_authority::rights::rights_at;
use countersign_authority::roster;
use countersign_http::{AsAdministrator, DryRun, IfMatch, JsonBody, PathId, Problem, QueryOf, Services};
use countersign_journal::{Change, Journal};
use countersign_kv::log;
use countersign_model::act::{RoleCreated, RoleDeleted, RoleEdited};
use countersign_model::{
    Action, AdministratorId, OrganizationId, Role, RoleBook, RoleHolders, RoleId, may_give,
};
use futures::future::try_join_all;
use http::StatusCode;
use jiff::Timestamp;

use crate::error::RoleChangeError;
use crate::found::Found;
use crate::impact;
use crate::wire::{ImpactView, NewRole, ReplaceRole, RoleView};

/// Bytes that the roles of one organization may take together: they are one record.
const BOOK_MAX: usize = 56 * 1024;
/// How often a call reads, decides and saves before it gives up.
const ATTEMPTS: usize = 2;

/// Creates a role. Whoever does must hold everything it gives, there and below.
#[utoipa::path(post, path = "/v1/roles", tag = "roles",
    security(("session" = []), ("session_cookie" = [])), request_body = NewRole,
    responses((status = 201, body = RoleView), (status = 409, description = "the name is taken, or there are too many")))]
pub async fn create_role(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    body: JsonBody<NewRole>,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let role = body.value.role(RoleId::from_ulid(journal.random().ulid(caller.now)))?;
    let rights = rights_at(journal, &administrator, &body.value.organization_id).await?;
    let (owner, at) = (&rights.organization.value, rights.resource());
    let permissions = role.permissions.iter().collect();
    let permit = may_give(&rights.actor, Action::RolesCreate, &at, permissions, std::slice::from_ref(&at))?;
    let change = Change::new(&permit, &caller.origin(), RoleCreated::of(&role))
        .create(&RoleHolders::none(role.id.clone(), owner.id.clone()));
    let add = |book: &RoleBook| -> Result<_, RoleChangeError> {
        Ok((fits(book.with(role.clone())?)?, change.clone()))
    };
    journal.save_update(&owner.id, None, add).await.map_err(RoleChangeError::from)?;
    Ok(RoleView::new(&role, owner).answer(StatusCode::CREATED))
}

/// Replaces a role, for everybody who holds it and from their next request on.
///
/// Whoever adds to it must hold everything it then gives, and what that gives each holder, everywhere it counts. Taking away
/// needs nothing of what is taken, but a Super Admin of the root must stay.
#[utoipa::path(put, path = "/v1/roles/{role_id}", tag = "roles",
    security(("session" = []), ("session_cookie" = [])), params(("role_id" = String, Path), DryRun, IfMatch),
    request_body = ReplaceRole,
    responses((status = 200, body = RoleView, description = "the role; with `dry_run` an `Impact`: who would gain and lose what"),
        (status = 409, description = "the name is taken, or the last Super Admin")))]
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
        let found = Found::load(journal, &administrator, &id, Action::RolesEdit).await?;
        require_revision(if_match, &found)?;
        let next = fits(found.book.value.replacing(role.clone())?)?;
        let judged = impact::may_edit(journal, &found, &next, &role).await?;
        let losing = impact::losing(journal, &found, &next).await?;
        if dry_run {
            return rehearse(journal, &found, &next, &losing, caller.now).await;
        }
        let act = RoleEdited::of(&found.role, &role);
        let change = Change::new(&judged.permit, &caller.origin(), act);
        hold(journal, &judged.others).await?;
        save(journal, &found, &next, change, &losing, caller.now).await?;
        enlist(journal, &found, &role).await;
        let edited = next.role(&id).ok_or(RoleChangeError::Unknown)?;
        Ok(RoleView::new(edited, &found.rights.organization.value).answer(StatusCode::OK))
    })
    .await
}

/// Deletes a role. It is off everybody who held it from their next request on.
#[utoipa::path(delete, path = "/v1/roles/{role_id}", tag = "roles",
    security(("session" = []), ("session_cookie" = [])), params(("role_id" = String, Path), DryRun, IfMatch),
    responses((status = 204, description = "deleted"),
        (status = 200, body = ImpactView, description = "with `dry_run`: who would lose what"),
        (status = 409, description = "the last Super Admin")))]
pub async fn delete_role(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RoleId>,
    QueryOf(DryRun { dry_run }): QueryOf<DryRun>,
    if_match: IfMatch,
) -> Result<Response, Problem> {
    once_more(|| async {
        let journal = &services.journal;
        let found = Found::load(journal, &administrator, &id, Action::RolesDelete).await?;
        require_revision(if_match, &found)?;
        let next = found.book.value.without(&id)?;
        let permit = impact::may_delete(journal, &found, &next).await?;
        let losing = impact::losing(journal, &found, &next).await?;
        if dry_run {
            return rehearse(journal, &found, &next, &losing, caller.now).await;
        }
        let change = Change::new(&permit, &caller.origin(), RoleDeleted::of(&found.role));
        save(journal, &found, &next, change, &losing, caller.now).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

/// What another edition of the owner's roles would mean, after all that could refuse it.
async fn rehearse(
    journal: &Journal,
    found: &Found,
    next: &RoleBook,
    losing: &[AdministratorId],
    now: Timestamp,
) -> Result<Response, RoleChangeError> {
    roster::check(journal, found.rights.organization.value.root_id(), losing, now).await?;
    Ok(Json(impact::of(journal, found, next).await?).into_response())
}

/// Writes the books of other organizations by which was judged, unchanged and exactly as they were read. Somebody who edits one
/// of them at once has judged by the owner's roles as they were: of the two, only one is saved.
async fn hold(journal: &Journal, others: &[(OrganizationId, u64)]) -> Result<(), RoleChangeError> {
    let held = others.iter().map(async |(other, revision)| {
        journal.rewrite_at::<RoleBook>(other, *revision).await.map_err(RoleChangeError::from)
    });
    try_join_all(held).await.map(drop)
}

/// Saves the owner's roles exactly on the revision that was decided about, with the roster of Super Admins.
async fn save(
    journal: &Journal,
    found: &Found,
    next: &RoleBook,
    change: Change,
    losing: &[AdministratorId],
    now: Timestamp,
) -> Result<(), RoleChangeError> {
    let owner = &found.rights.organization.value;
    let saving = async {
        let decided = |_: &RoleBook| Ok::<_, Infallible>((next.clone(), change.clone()));
        let saved = journal.save_update(&owner.id, Some(found.book.revision), decided).await;
        saved.map(drop).map_err(RoleChangeError::from)
    };
    roster::without(journal, owner.root_id(), losing, now, saving).await
}

/// Holders whom the edited role makes Super Admins of the root join the roster. A failure is only logged: mending finds them.
async fn enlist(journal: &Journal, found: &Found, role: &Role) {
    match impact::joining(journal, found, role).await {
        Ok(joining) => {
            for administrator in &joining {
                roster::join(journal, administrator).await;
            }
        }
        Err(error) => {
            log::line("it is not known who joins the roster", &[("role", &role.id), ("error", &error)])
        }
    }
}

/// Reads, decides and saves once more when others changed the same roles meanwhile.
async fn once_more<T, F>(attempt: impl Fn() -> F) -> Result<T, Problem>
where
    F: Future<Output = Result<T, RoleChangeError>>,
{
    for _ in 0..ATTEMPTS {
        match attempt().await {
            Err(RoleChangeError::Moved) => {}
            done => return done.map_err(Problem::from),
        }
    }
    Err(RoleChangeError::Moved.into())
}

/// Refuses when the caller has read another revision of the role.
fn require_revision(if_match: IfMatch, found: &Found) -> Result<(), RoleChangeError> {
    let current = found.role.revision;
    match if_match.0 {
        Some(expected) if expected != current => Err(RoleChangeError::Stale { current }),
        Some(_) | None => Ok(()),
    }
}

fn fits(book: RoleBook) -> Result<RoleBook, RoleChangeError> {
    let size = serde_json::to_vec(&book).map_or(usize::MAX, |bytes| bytes.len());
    if size <= BOOK_MAX { Ok(book) } else { Err(RoleChangeError::BookTooLarge) }
}
