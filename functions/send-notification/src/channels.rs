//! How the providers of messages and the integrations of an organization are doing.

use axum::Json;
use axum::extract::State;
use countersign_authority::rights::rights_at;
use countersign_http::{AsAdministrator, Problem, QueryOf, Services};
use countersign_journal::Journal;
use countersign_journal::readable::provider_health;
use countersign_model::{Action, Integration, ProviderHealth, ProviderPlace, decide, lists};
use futures::future::try_join_all;
use jiff::Timestamp;

use crate::provider::Providers;
use crate::sending::SendingError;
use crate::wire::{ChannelsQuery, ChannelsView, IntegrationHealthView, ProviderView};

/// Shows how the providers of messages and the integrations of an organization are doing.
///
/// The providers are those of the deployment, by the variables that configure them, and the push services of browsers. Addresses and keys
/// are never shown.
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
    let has_key = !services.secret_keys().await?.is_empty();
    let at_place = |place: &ProviderPlace| at_place(journal, &providers, (*place, has_key), caller.now);
    let integrations = page.items.into_iter().map(|found| found.value).filter(|found| !found.deleted);
    Ok(Json(ChannelsView {
        providers: try_join_all(ProviderPlace::ALL.iter().map(at_place)).await?,
        integrations: integrations.map(|found| IntegrationHealthView::new(found, caller.now)).collect(),
    }))
}

/// The provider at a place, with what is missing in the variables for it. Push services need a `secret_key`.
async fn at_place(
    journal: &Journal,
    providers: &Providers,
    (place, has_key): (ProviderPlace, bool),
    now: Timestamp,
) -> Result<ProviderView, Problem> {
    let (health, missing) = match (place.push_service(), providers.at(place)) {
        (Some(service), _) => {
            let health = provider_health("a push service is shown as never called", journal, place, service);
            let missing = (!has_key).then(|| "`secret_key` is not set".to_owned());
            (health.await?, missing)
        }
        (None, Some(carrier)) => (carrier.health(), carrier.missing(now)),
        (None, None) => return Ok(ProviderView::new(ProviderHealth::new(place, ""), None, now)),
    };
    let without_links = || providers.public_url().is_none().then(|| "`public_url` is not set".to_owned());
    Ok(ProviderView::new(health, missing.or_else(without_links), now))
}
