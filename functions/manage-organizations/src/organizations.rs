//! The tree of organizations.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_authority::rights::{Rights, rights_at};
use countersign_http::{
    AsAdministrator, AsReader, Code, Gone, IfMatch, JsonBody, NameClaim, Page, PathId, Problem, QueryOf,
    Services, etag, save_new,
};
use countersign_journal::Change;
use countersign_model::act::{OrganizationCreated, OrganizationDeleted, OrganizationEdited};
use countersign_model::{
    Action, Organization, OrganizationId, Permit, Request, RequestStatus, Resource, decide, lists,
};
use countersign_store::{StoreError, Stored};
use http::StatusCode;

use crate::contents;
use crate::wire::{EditOrganization, NewOrganization, OrganizationView, OrganizationsQuery, name};

fn answer(status: StatusCode, organization: Stored<Organization>) -> impl IntoResponse {
    (status, [etag(organization.revision)], Json(OrganizationView::from(organization)))
}

/// Creates an organization below another.
#[utoipa::path(post, path = "/v1/organizations", tag = "organizations", security(("administrator" = [])),
    request_body = NewOrganization, responses((status = 201, body = OrganizationView),
        (status = 409, description = "An organization directly below the same one has this name.")))]
pub async fn create_organization(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    body: JsonBody<NewOrganization>,
) -> Result<impl IntoResponse, Problem> {
    let name = name(&body.value.name)?;
    let rights = rights_at(&services.journal, &administrator, &body.value.parent_id).await?;
    let permit = decide(&rights.actor, Action::OrganizationsCreate, &rights.resource())?;
    let parent = &rights.organization.value;
    if parent.ancestors.len() + 2 > Organization::DEPTH_MAX {
        let message =
            format!("the tree of organizations can be at most {} levels deep", Organization::DEPTH_MAX);
        return Err(Problem::invalid_field("/parent_id", message));
    }
    let id = OrganizationId::from_ulid(services.journal.random().ulid(caller.now));
    let child = parent.child(id, name, caller.now);
    // An act of the organization above, so that its list shows the new organization at once.
    let act = OrganizationCreated::child(&child);
    let change = Change::new(&permit, &caller.origin(), act).create_organization(&child);
    Ok(answer(StatusCode::CREATED, save_new(&services.journal, &child, change).await?))
}

/// Lists the organizations below one, as far as the right to view them reaches.
///
/// A page may be short although `next_cursor` is set.
#[utoipa::path(get, path = "/v1/organizations", tag = "organizations", security(("administrator" = [])),
    params(OrganizationsQuery), responses((status = 200, body = Page<OrganizationView>)))]
pub async fn list_organizations(
    State(services): State<Services>,
    AsReader { administrator, paging, .. }: AsReader,
    QueryOf(query): QueryOf<OrganizationsQuery>,
) -> Result<Page<OrganizationView>, Problem> {
    let at = query.organization_id.unwrap_or_else(|| administrator.value.organization_id.clone());
    let rights = rights_at(&services.journal, &administrator, &at).await?;
    let permit = decide(&rights.actor, Action::OrganizationsView, &rights.resource())?;
    let (cursor, limit) = (paging.open(query.cursor.as_ref())?, query.limit.get());
    let page = services
        .journal
        .page::<Organization>(&permit, lists::ORGANIZATIONS, cursor.as_deref(), limit)
        .await?;
    // Some rights count only at the organization where they are set.
    let reached =
        |o: &Organization| decide(&rights.actor, Action::OrganizationsView, &Resource::at(o)).is_ok();
    let shown = |o: &Organization| !o.deleted && o.id != at && reached(o);
    let items = page.items.into_iter().filter(|o| shown(&o.value)).map(Into::into);
    paging.page(items.collect(), page.next)
}

/// Shows an organization.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}", tag = "organizations", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path)), responses((status = 200, body = OrganizationView)))]
pub async fn open_organization(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId(id): PathId<OrganizationId>,
) -> Result<impl IntoResponse, Problem> {
    let rights = rights_at(&services.journal, &administrator, &id).await?;
    let _ = decide(&rights.actor, Action::OrganizationsView, &rights.resource())?;
    Ok(answer(StatusCode::OK, rights.organization))
}

/// Renames an organization, or sets for how long it keeps requests, copies of files and its audit.
#[utoipa::path(patch, path = "/v1/organizations/{organization_id}", tag = "organizations", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), IfMatch), request_body = EditOrganization, responses((status = 200, body = OrganizationView),
        (status = 409, description = "An organization directly below the same one has this name.")))]
pub async fn edit_organization(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<OrganizationId>,
    if_match: IfMatch,
    body: JsonBody<EditOrganization>,
) -> Result<impl IntoResponse, Problem> {
    let edit = body.value.checked()?;
    let rights = rights_at(&services.journal, &administrator, &id).await?;
    let permit = decide(&rights.actor, Action::OrganizationsEditGeneral, &rights.resource())?;
    let old = &rights.organization.value;
    require_there(old)?;
    if_match.check(rights.organization.revision)?;
    let claim = match edit.name.clone() {
        Some(name) => Some(NameClaim::take(&services.journal, old, name).await?),
        None => None,
    };
    let origin = caller.origin();
    let saved = services
        .journal
        .save_update(&id, if_match.0, |old: &Organization| {
            require_there(old)?;
            let renaming = claim.as_ref().map(|claim| claim.carry_out(old)).transpose()?;
            let new = edit.applied_to(old, renaming);
            let change = Change::new(&permit, &origin, OrganizationEdited::of(old, &new));
            Ok::<_, Problem>((new, change))
        })
        .await?;
    Ok(answer(StatusCode::OK, saved))
}

fn require_there(organization: &Organization) -> Result<(), Gone> {
    if organization.deleted { Err(Gone) } else { Ok(()) }
}

/// How many entries of the list of pending requests are examined: more than can be in it without being pending.
const REQUESTS: usize = 200;

/// Why an organization is not deleted.
enum NotDeleted {
    Gone,
    Root,
    /// It still has these, in words.
    NotEmpty(Vec<String>),
    /// Requests of its removed computers are still to be ended.
    HasRequests,
    /// With the organization nobody would see any more what became of its messages.
    HasMessages,
    Store(StoreError),
}

impl From<StoreError> for NotDeleted {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<NotDeleted> for Problem {
    fn from(why: NotDeleted) -> Self {
        match why {
            NotDeleted::Gone => Gone.into(),
            NotDeleted::Root => Self::new(Code::RootOrganization, "the root organization cannot be deleted"),
            NotDeleted::NotEmpty(what) => {
                let what = what.join(" and ");
                let detail = format!("the organization still has {what}; move or delete them first");
                Self::new(Code::OrganizationNotEmpty, detail)
            }
            NotDeleted::HasRequests => Self::new(
                Code::OrganizationNotEmpty,
                "the organization still has pending requests; those of removed computers end in a moment",
            ),
            NotDeleted::HasMessages => Self::new(
                Code::OrganizationHasMessages,
                "messages of the organization are still to be sent; delete it once they are sent or have failed",
            ),
            NotDeleted::Store(error) => error.into(),
        }
    }
}

/// The organization once it is deleted.
fn deleted(old: &Organization) -> Result<Organization, NotDeleted> {
    match &old.parent_id {
        _ if old.deleted => Err(NotDeleted::Gone),
        None => Err(NotDeleted::Root),
        Some(_) => Ok(old.deleted()),
    }
}

/// Deletes an empty organization.
#[utoipa::path(delete, path = "/v1/organizations/{organization_id}", tag = "organizations", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), IfMatch), responses((status = 204),
        (status = 409, description = "The organization is the root, is not empty, or has pending requests or messages that were not sent yet.")))]
pub async fn delete_organization(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<OrganizationId>,
    IfMatch(revision): IfMatch,
) -> Result<StatusCode, Problem> {
    let rights = rights_at(&services.journal, &administrator, &id).await?;
    let permit = decide(&rights.actor, Action::OrganizationsDeleteEmpty, &rights.resource())?;
    let organization = &rights.organization.value;
    deleted(organization)?;
    require_empty(&services, &rights, &permit).await?;
    let origin = caller.origin();
    services
        .journal
        .save_update(&id, revision, |old: &Organization| {
            let new = deleted(old)?;
            let change = Change::new(&permit, &origin, OrganizationDeleted::of(old));
            Ok::<_, NotDeleted>((new, change))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Checks that the permit's organization is empty.
async fn require_empty(services: &Services, rights: &Rights, permit: &Permit) -> Result<(), NotDeleted> {
    let there = contents::of_organization(&services.journal, rights, permit).await?;
    if !there.is_empty() {
        return Err(NotDeleted::NotEmpty(there));
    }
    // The newest entries may not be pending any more.
    let requests = services.journal.page::<Request>(permit, lists::PENDING_REQUESTS, None, REQUESTS).await?;
    let waits = |request: &Stored<Request>| request.value.status == RequestStatus::Pending;
    if requests.next.is_some() || requests.items.iter().any(waits) {
        return Err(NotDeleted::HasRequests);
    }
    match services.journal.outbox(permit.organization()).next_at().await? {
        Some(_) => Err(NotDeleted::HasMessages),
        None => Ok(()),
    }
}
