//! Who holds a role, and where.
use axum::extract::State;
use countersign_authority::Standing;
use countersign_http::{AsAdministrator, Page, PageQuery, PathId, Problem, QueryOf, Services};
use countersign_model::{Action, AdministratorId, RoleId};
use countersign_store::keys;

use crate::found::RoleContext;
use crate::impact::holders_among;
use crate::people::Reader;
use crate::wire::HolderView;

/// Lists who holds a role, and where it is assigned to them. A page may be short although `next_cursor` is set.
///
/// Administrators whom you may not view are listed without their names.
#[utoipa::path(get, path = "/v1/roles/{role_id}/holders", tag = "roles",
    security(("administrator" = [])), params(("role_id" = inline(RoleId), Path), PageQuery),
    responses((status = 200, body = Page<HolderView>)))]
pub async fn list_role_holders(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId(id): PathId<RoleId>,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Page<HolderView>, Problem> {
    let journal = &services.journal;
    let found = RoleContext::load(journal, &administrator, &id, Action::RolesView).await?;
    let listed = found.holders.holders.iter().map(|each| each.administrator_id.clone());
    let mut rest: Vec<_> = listed.map(|id| (place_in_order(&id), id)).collect();
    rest.retain(|(place, _)| query.cursor.as_ref().is_none_or(|cursor| place > cursor));
    rest.sort();
    let later = rest.split_off(rest.len().min(query.limit.get()));
    let next_cursor = rest.last().filter(|_| !later.is_empty()).map(|(place, _)| place.clone());
    let looked_at: Vec<_> = rest.into_iter().map(|(_, id)| id).collect();
    let holders = holders_among(journal, &found.role, &looked_at).await?;
    let standing = Standing::load_all(journal, &holders, [], []).await?;
    let reader = Reader { actor: &found.rights.actor, standing: &standing };
    let view = |holder| {
        let places = reader.places_of(holder, &id).into_iter().filter_map(|place| reader.place(place));
        HolderView::new(reader.person(holder), places.collect())
    };
    Ok(Page { items: holders.iter().map(view).collect(), next_cursor })
}

/// By age. Clients see this in cursors, so it does not contain the id of somebody that the reader may not know.
fn place_in_order(id: &AdministratorId) -> String {
    format!("{:012x}-{:.16}", id.ulid().timestamp_ms(), keys::digest(&["holder", id.as_str()]))
}
