//! How the providers of messages and the integrations of an organization are doing.

use axum::Json;
use axum::extract::State;
use countersign_authority::rights::rights_at;
use countersign_http::{AsAdministrator, Problem, QueryOf, Services};
use countersign_model::{Action, Integration, ProviderPlace, decide, lists};

use crate::provider::Providers;
use crate::sending::SendingError;
use crate::wire::{ChannelsQuery, ChannelsView, IntegrationHealthView, ProviderView};

/// Shows how the providers of messages and the integrations of an organization are doing.
///
/// The providers are those of the deployment, by the variables that configure them. Addresses and keys are never shown.
#[utoipa::path(get, path = "/v1/notifications/channels", tag = "notifications", security(("administrator" = [])),
    params(ChannelsQuery), responses((status = 200, body = ChannelsView)))]
pub async fn show_channels(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    QueryOf(query): QueryOf<ChannelsQuery>,
) -> Result<Json<ChannelsView>, Problem> {
    let journal = &services.journal;
    let at = query.organization_id.unwrap_or_else(|| administrator.value.organization_id.clone());
    let rights = rights_at(journal, &administrator, &at).await?;
    let permit = decide(&rights.actor, Action::NotificationsView, &rights.resource())?;
    let providers = Providers::load(&services).await.map_err(SendingError::from)?;
    let page = journal.page::<Integration>(&permit, lists::INTEGRATIONS, None, Integration::MAX).await?;
    let at_place = |place: &ProviderPlace| ProviderView::new(*place, &providers, caller.now);
    let integrations = page.items.into_iter().map(|found| found.value).filter(|found| !found.deleted);
    Ok(Json(ChannelsView {
        providers: ProviderPlace::ALL.iter().map(at_place).collect(),
        integrations: integrations.map(|found| IntegrationHealthView::new(found, caller.now)).collect(),
    }))
}
