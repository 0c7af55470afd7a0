//! `/settings`: what is wrong with the variables about messages, for `countersign doctor`.

use axum::Json;
use axum::extract::State;
use countersign_http::functions::{SettingsChecked, WrongSetting};
use countersign_http::{Problem, Services};
use countersign_model::{IntegrationKind, ProviderPlace};

use crate::provider::{Providers, hooks};
use crate::sending::SendingError;

/// Says for each provider that is configured what keeps it from being called, and which rates of integrations cannot be read.
pub async fn check_settings(State(services): State<Services>) -> Result<Json<SettingsChecked>, Problem> {
    let now = services.journal.clock().now();
    let providers = Providers::load(&services).await.map_err(SendingError::from)?;
    let mut checked = SettingsChecked::default();
    for place in ProviderPlace::CONFIGURED {
        let carrier = providers.at(place).filter(|carrier| carrier.is_configured());
        if let Some(missing) = carrier.and_then(|carrier| carrier.missing(now)) {
            checked.wrong.push(WrongSetting::new(
                format!("{missing}: it carries no message"),
                "docs/notifications.md says what each provider is called and what it wants",
            ));
        }
    }
    for kind in IntegrationKind::ALL {
        if let Err(wrong) = hooks::rate_set(&services, *kind).await {
            checked.wrong.push(WrongSetting::new(
                format!("{wrong}: no integration of this kind is called"),
                "write it as MESSAGES/SECONDS, or `off`, or leave it empty for what is usual",
            ));
        }
    }
    Ok(Json(checked))
}
