//! Whether the server behind the store keeps what is written to it: asked by `deliver` once an hour, because on Spin itself nothing
//! else can ask.

use countersign_http::{Services, SettingsError};
use countersign_kv::log;
use countersign_store::throttle::Throttle;
use jiff::SignedDuration;

/// Asked once in each hour of a deployment.
const CHECKS: Throttle = Throttle { name: "store-check", most: 1, period: SignedDuration::from_hours(1) };

/// What is wrong with the server that `redis_url` names, in words, also said in the log. Nothing when none is named, or when it was
/// asked within the hour.
pub async fn warnings(services: &Services) -> Result<Vec<String>, SettingsError> {
    let origin = services.settings.get("redis_url").await?;
    if origin.is_empty() {
        return Ok(Vec::new());
    }
    // A store that fails says so in everything else that is done now.
    if !services.journal.count_try(&CHECKS, &[]).await.is_ok_and(|counted| counted.allowed) {
        return Ok(Vec::new());
    }
    let login = services.settings.get("redis_login").await?;
    let warnings = match services.store_server.redis(&origin, &login).await {
        Ok(settings) => settings.warnings(),
        Err(reason) => {
            vec![format!("the Redis server named by `redis_url` cannot be asked for its settings: {reason}")]
        }
    };
    for warning in &warnings {
        log::line("WARNING: the store may lose records", &[("why", warning)]);
    }
    Ok(warnings)
}
