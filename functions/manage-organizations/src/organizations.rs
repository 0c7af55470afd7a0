//! The tree of organizations.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_authority::rights::rights_at;
use countersign_http::{
    AsAdministrator, AsReader, Gone, IfMatch, JsonBody, NameClaim, Page, PathId, Problem, QueryOf, Services,
    etag, save_new,
};
use countersign_journal::Change;
use countersign_model::act::{OrganizationCreated, OrganizationEdited};
use countersign_model::{Action, Organization, OrganizationId, Resource, decide, lists};
use countersign_store::Stored;
use http::StatusCode;

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
