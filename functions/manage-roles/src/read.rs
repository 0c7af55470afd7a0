//! The roles of an organization, and a single one.
use axum::extract::State;
use axum::response::Response;
use countersign_authority::rights::rights_at;
use countersign_http::{AsAdministrator, AsReader, Page, PathId, Problem, QueryOf, Services};
use countersign_model::{Action, RoleBook, RoleId, decide};

use futures::future::try_join;
use http::StatusCode;

use crate::found::RoleContext;
use crate::wire::{RoleView, RolesQuery};

/// Lists the roles that an organization owns, oldest first.
#[utoipa::path(get, path = "/v1/roles", tag = "roles",
    security(("administrator" = [])), params(RolesQuery),
    responses((status = 200, body = Page<RoleView>)))]
pub async fn list_roles(
    State(services): State<Services>,
    AsReader { administrator, paging, .. }: AsReader,
    QueryOf(query): QueryOf<RolesQuery>,
) -> Result<Page<RoleView>, Problem> {
    let journal = &services.journal;
    let owner = query.organization_id.unwrap_or_else(|| administrator.value.organization_id.clone());
    let book = async { Ok(journal.load::<RoleBook>(&owner).await?) };
    let (rights, book) = try_join(rights_at(journal, &administrator, &owner), book).await?;
    decide(&rights.actor, Action::RolesView, &rights.resource()).map(drop)?;
    let mut roles = book.map(|book| book.value.roles).unwrap_or_default();
    // A page begins at an id, and two roles of the same millisecond may be in another order in the book.
    roles.sort_by(|a, b| a.id.cmp(&b.id));
    let above = paging.open(query.cursor.as_ref())?;
    let mut rest = roles.iter().filter(|role| above.as_deref().is_none_or(|above| role.id.as_str() > above));
    let items: Vec<_> = rest.by_ref().take(query.limit.get()).collect();
    let next = items.last().map(|role| role.id.to_string()).filter(|_| rest.next().is_some());
    let items = items.into_iter().map(|role| RoleView::new(role, &rights.organization.value)).collect();
    paging.page(items, next)
}

/// Shows a role.
#[utoipa::path(get, path = "/v1/roles/{role_id}", tag = "roles",
    security(("administrator" = [])), params(("role_id" = inline(RoleId), Path)),
    responses((status = 200, body = RoleView)))]
pub async fn open_role(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId(id): PathId<RoleId>,
) -> Result<Response, Problem> {
    let found = RoleContext::load(&services.journal, &administrator, &id, Action::RolesView).await?;
    Ok(RoleView::new(&found.role, &found.rights.organization.value).answer(StatusCode::OK))
}
