//! The integrations of an organization.

use axum::extract::State;
use countersign_authority::rights::rights_at;
use countersign_http::{AsReader, Page, PathId, Problem, QueryOf, Services};
use countersign_model::{Action, Integration, OrganizationId, decide, lists};

use crate::wire::{IntegrationView, IntegrationsQuery};

/// Lists the integrations of an organization, newest first.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/integrations", tag = "integrations", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), IntegrationsQuery), responses((status = 200, body = Page<IntegrationView>)))]
pub async fn list_integrations(
    State(services): State<Services>,
    AsReader { administrator, paging, .. }: AsReader,
    PathId(organization): PathId<OrganizationId>,
    QueryOf(query): QueryOf<IntegrationsQuery>,
) -> Result<Page<IntegrationView>, Problem> {
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::IntegrationsView, &rights.resource())?;
    let (cursor, limit) = (paging.open(query.cursor.as_ref())?, query.limit.get());
    let page =
        services.journal.page::<Integration>(&permit, lists::INTEGRATIONS, cursor.as_deref(), limit).await?;
    let items = page.items.into_iter().filter(|found| !found.value.deleted).map(Into::into);
    paging.page(items.collect(), page.next)
}
