//! The tree of organizations.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_authority::rights::rights_at;
use countersign_http::{AsAdministrator, IfMatch, JsonBody, Page, PathId, Problem, QueryOf, Services, etag};
use countersign_journal::Change;
use countersign_model::{Act, Action, List, Organization, OrganizationId, Resource, decide};
use countersign_store::Stored;
use http::StatusCode;
use serde_json::json;

use crate::wire::{Named, NewOrganization, OrganizationView, OrganizationsQuery, name};

fn answer(status: StatusCode, organization: Stored<Organization>) -> impl IntoResponse {
    (status, [etag(organization.revision)], Json(OrganizationView::from(organization)))
}

/// Creates an organization below another.
#[utoipa::path(post, path = "/v1/organizations", tag = "organizations", security(("session" = [])),
    request_body = NewOrganization, responses((status = 201, body = OrganizationView)))]
pub async fn create_organization(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    body: JsonBody<NewOrganization>,
) -> Result<impl IntoResponse, Problem> {
    let name = name(&body.value.name)?;
    let rights = rights_at(&services.journal, &administrator, &body.value.parent_id).await?;
    let permit = decide(&rights.actor, Action::OrganizationsCreate, &rights.resource())?;
    let id = OrganizationId::from_ulid(services.journal.random().ulid(caller.now));
    let child = rights.organization.value.child(id, name, caller.now);
    // An act of the organization above: its list shows the new one at once.
    let above = &rights.organization.value.id;
    let change = Change::new(&permit, &caller.origin(), above, Act::OrganizationCreated)
        .create(&child)
        .about(child.id.as_str())
        .detail(json!({ "after": { "name": child.name, "parent_id": child.parent_id } }))
        .index(List::Organizations, child.id.as_str());
    services.journal.save(change).await?;
    services.wake(above);
    Ok(answer(StatusCode::CREATED, Stored { revision: 1, value: child }))
}

/// Lists the organizations below one, as far as the right to view them reaches. A page may be short while its cursor goes on.
#[utoipa::path(get, path = "/v1/organizations", tag = "organizations", security(("session" = [])),
    params(OrganizationsQuery), responses((status = 200, body = Page<OrganizationView>)))]
pub async fn list_organizations(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    QueryOf(query): QueryOf<OrganizationsQuery>,
) -> Result<Page<OrganizationView>, Problem> {
    let at = query.organization_id.unwrap_or_else(|| administrator.value.organization_id.clone());
    let rights = rights_at(&services.journal, &administrator, &at).await?;
    let _permit = decide(&rights.actor, Action::OrganizationsView, &rights.resource())?;
    let page = services
        .journal
        .page::<Organization>(&at, List::Organizations, query.cursor.as_deref(), query.limit.get())
        .await?;
    // Some rights end at the organization they are set on.
    let reached =
        |o: &Organization| decide(&rights.actor, Action::OrganizationsView, &Resource::at(o)).is_ok();
    let shown = |o: &Organization| !o.deleted && o.id != at && reached(o);
    let items = page.items.into_iter().filter(|o| shown(&o.value)).map(Into::into);
    Ok(Page { items: items.collect(), next_cursor: page.next })
}

/// Opens an organization.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}", tag = "organizations", security(("session" = [])),
    params(("organization_id" = String, Path)), responses((status = 200, body = OrganizationView)))]
pub async fn open_organization(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId(id): PathId<OrganizationId>,
) -> Result<impl IntoResponse, Problem> {
    let rights = rights_at(&services.journal, &administrator, &id).await?;
    let _permit = decide(&rights.actor, Action::OrganizationsView, &rights.resource())?;
    Ok(answer(StatusCode::OK, rights.organization))
}

/// Renames an organization.
#[utoipa::path(patch, path = "/v1/organizations/{organization_id}", tag = "organizations", security(("session" = [])),
    params(("organization_id" = String, Path), IfMatch), request_body = Named, responses((status = 200, body = OrganizationView)))]
pub async fn edit_organization(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<OrganizationId>,
    IfMatch(revision): IfMatch,
    body: JsonBody<Named>,
) -> Result<impl IntoResponse, Problem> {
    let name = body.value.checked()?;
    let rights = rights_at(&services.journal, &administrator, &id).await?;
    let permit = decide(&rights.actor, Action::OrganizationsEditGeneral, &rights.resource())?;
    let origin = caller.origin();
    let saved = services
        .journal
        .save_update(&id, revision, |old: &Organization| {
            let change = Change::new(&permit, &origin, &id, Act::OrganizationEdited)
                .about(id.as_str())
                .detail(json!({ "before": { "name": old.name }, "after": { "name": name } }));
            Ok::<_, Problem>((old.renamed(name.clone()), change))
        })
        .await?;
    services.wake(&id);
    Ok(answer(StatusCode::OK, saved))
}

/// What must be empty before an organization can be deleted.
const CONTENTS: [(List, &str); 4] = [
    (List::Organizations, "organizations"),
    (List::Computers, "computers"),
    (List::Groups, "computer groups"),
    (List::Administrators, "administrators"),
];

/// Deletes an organization that has nothing in it.
#[utoipa::path(delete, path = "/v1/organizations/{organization_id}", tag = "organizations", security(("session" = [])),
    params(("organization_id" = String, Path), IfMatch), responses((status = 204)))]
pub async fn delete_organization(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<OrganizationId>,
    IfMatch(revision): IfMatch,
) -> Result<StatusCode, Problem> {
    let rights = rights_at(&services.journal, &administrator, &id).await?;
    let permit = decide(&rights.actor, Action::OrganizationsDeleteEmpty, &rights.resource())?;
    let organization = &rights.organization.value;
    if organization.parent_id.is_none() {
        return Err(Problem::conflict("root-organization", "the root organization cannot be deleted"));
    }
    require_empty(&services, organization).await?;
    let origin = caller.origin();
    services
        .journal
        .save_update(&id, revision, |old: &Organization| {
            let change = Change::new(&permit, &origin, &id, Act::OrganizationDeleted)
                .about(id.as_str())
                .detail(json!({ "before": { "name": old.name, "parent_id": old.parent_id } }))
                .index(List::Organizations, id.as_str());
            Ok::<_, Problem>((old.deleted(), change))
        })
        .await?;
    services.wake(&id);
    Ok(StatusCode::NO_CONTENT)
}

async fn require_empty(services: &Services, organization: &Organization) -> Result<(), Problem> {
    for (list, what) in CONTENTS {
        let page = services.journal.list(&organization.id, list, None, 2).await?;
        if page.items.iter().any(|item| item.id != organization.id.as_str()) {
            let detail = format!("the organization still has {what}; move or delete them first");
            return Err(Problem::conflict("organization-not-empty", detail));
        }
    }
    Ok(())
}
