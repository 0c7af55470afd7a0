//! Who holds a role, and where.
use axum::extract::State;
use countersign_authority::Standing;
use countersign_http::{AsReader, Page, PageQuery, PathId, PeopleReader, Problem, QueryOf, Services};
use countersign_model::{Action, RoleId};

use crate::found::RoleContext;
use crate::impact::holders_among;
use crate::people::places_of;
use crate::wire::HolderView;

/// Lists who holds a role, and where it is assigned to them.
///
/// A page may be short although `next_cursor` is set.
///
/// Administrators whom you may not view are listed without their names.
#[utoipa::path(get, path = "/v1/roles/{role_id}/holders", tag = "roles",
    security(("administrator" = [])), params(("role_id" = inline(RoleId), Path), PageQuery),
    responses((status = 200, body = Page<HolderView>)))]
pub async fn list_role_holders(
    State(services): State<Services>,
    AsReader { administrator, paging, .. }: AsReader,
    PathId(id): PathId<RoleId>,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Page<HolderView>, Problem> {
    let journal = &services.journal;
    let found = RoleContext::load(journal, &administrator, &id, Action::RolesView).await?;
    let above = paging.open(query.cursor.as_ref())?;
    let listed = found.holders.holders.iter().map(|each| each.administrator_id.clone());
    let mut looked_at: Vec<_> =
        listed.filter(|id| above.as_deref().is_none_or(|above| id.as_str() > above)).collect();
    // Ids sort by age.
    looked_at.sort();
    let later = looked_at.split_off(looked_at.len().min(query.limit.get()));
    let next = looked_at.last().filter(|_| !later.is_empty()).map(ToString::to_string);
    let holders = holders_among(journal, &found.role, &looked_at).await?;
    let standing = Standing::load_all(journal, &holders, [], []).await?;
    let reader = PeopleReader { actor: &found.rights.actor, standing: &standing };
    let view = |holder| {
        let places = places_of(&standing, holder, &id).into_iter().filter_map(|place| reader.place(place));
        HolderView::new(reader.person(holder), places.collect())
    };
    paging.page(holders.iter().map(view).collect(), next)
}
