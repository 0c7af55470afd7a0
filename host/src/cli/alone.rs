//! Whether others use a database of Redis, where no lock of the operating system says so.

use anyhow::bail;

use crate::kv::redis_clients;
use crate::runtime_config::StoreConfig;

/// Refuses a database on Redis to which others are connected: a scan of it is no consistent state while they write, and what they wrote
/// would outlive a restore. `stopped`: somebody says that these are no hosts.
///
/// # Errors
/// If there are others, or Redis does not tell.
pub(super) async fn require_alone(config: &StoreConfig, stopped: bool) -> anyhow::Result<()> {
    let StoreConfig::Redis(address) = config else { return Ok(()) };
    if stopped {
        return Ok(());
    }
    match redis_clients::others(address).await {
        Ok(0) => Ok(()),
        Ok(others) => bail!(
            "{others} other programs are connected to the Redis database: stop every host that serves it. If these are no \
             hosts, add --stopped"
        ),
        Err(error) => bail!(
            "Redis does not say who is connected to it ({error}): stop every host that serves it, then add --stopped"
        ),
    }
}
