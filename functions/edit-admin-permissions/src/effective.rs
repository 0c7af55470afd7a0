//! The permissions that an administrator effectively holds at an organization, and why.
use axum::Json;
use axum::extract::State;
use countersign_authority::rights::organization;
use countersign_http::{AsAdministrator, PathId, Problem, QueryOf, Services};
use countersign_model::AdministratorId;

use crate::target::Target;
use crate::wire::{EffectiveQuery, EffectiveView};

/// Lists the permissions that an administrator holds at an organization, each with every grant that gives it.
///
/// For an account that is not active, these are what it will hold once it is active. You may always ask about yourself.
#[utoipa::path(get, path = "/v1/administrators/{administrator_id}/effective-permissions", tag = "administrators",
    security(("administrator" = [])),
    params(("administrator_id" = inline(AdministratorId), Path), EffectiveQuery), responses((status = 200, body = EffectiveView)))]
pub async fn effective_permissions(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId(id): PathId<AdministratorId>,
    QueryOf(query): QueryOf<EffectiveQuery>,
) -> Result<Json<EffectiveView>, Problem> {
    let journal = &services.journal;
    let target = Target::load_to_look(journal, &administrator, &id).await?;
    let at = match query.organization_id {
        None => target.rights.organization.value.clone(),
        Some(asked) => organization(journal, &asked).await?.value,
    };
    if !target.sees(&at) {
        return Err(Problem::not_found());
    }
    Ok(Json(EffectiveView::new(&target, &at)))
}
