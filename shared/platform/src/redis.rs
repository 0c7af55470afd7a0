//! What a Redis server says of its settings, asked over Spin's outbound Redis: the key-value interfaces do not tell what is
//! behind them.
use async_trait::async_trait;
use countersign_http::{RedisSettings, StoreServer};
use send_wrapper::SendWrapper;
use spin_sdk::redis::{Connection, Error, RedisParameter, RedisResult};

/// The server behind the store, asked over Spin's outbound Redis.
pub struct SpinStoreServer;

#[async_trait]
impl StoreServer for SpinStoreServer {
    async fn redis(&self, origin: &str, login: &str) -> Result<RedisSettings, String> {
        redis_settings(origin, login).await
    }
}

/// Asks by `INFO`, which managed servers allow too. The login is apart from the origin because that is also an entry of
/// `allowed_outbound_hosts`, and one with a login or a path makes the whole list invalid.
async fn redis_settings(origin: &str, login: &str) -> Result<RedisSettings, String> {
    let asking = async {
        let connection = Connection::open(origin).await?;
        if !login.is_empty() {
            let parts = login.splitn(2, ':').map(|part| RedisParameter::Binary(part.into()));
            connection.execute("AUTH", parts).await?;
        }
        connection.execute("INFO", []).await
    };
    match SendWrapper::new(asking).await {
        Ok(answer) => Ok(read(&answer)),
        Err(Error::InvalidAddress) => {
            Err(format!("`{origin}` is not allowed, or is not the address of a Redis server"))
        }
        Err(Error::TooManyConnections) => Err("there are too many connections".to_owned()),
        Err(Error::TypeError) => Err("the answer is of an unexpected type".to_owned()),
        Err(Error::Other(reason)) => Err(reason),
    }
}

fn read(info: &[RedisResult]) -> RedisSettings {
    let mut settings = RedisSettings::default();
    let Some(RedisResult::Binary(text)) = info.first() else { return settings };
    for line in String::from_utf8_lossy(text).lines() {
        match line.split_once(':') {
            Some(("maxmemory_policy", policy)) => settings.maxmemory_policy = Some(policy.to_owned()),
            Some(("aof_enabled", enabled)) => settings.append_only = Some(enabled == "1"),
            _ => {}
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_are_read_out_of_the_answer_to_info() {
        let answer = |text: &str| [RedisResult::Binary(text.into())];
        let text = "# Memory\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n\r\n# Persistence\r\naof_enabled:1\r\n";
        let settings =
            RedisSettings { maxmemory_policy: Some("noeviction".to_owned()), append_only: Some(true) };
        assert_eq!(read(&answer(text)), settings);
        assert_eq!(read(&answer("aof_enabled:0\r\n")).append_only, Some(false));
        assert_eq!(read(&answer("loading:0\r\n")), RedisSettings::default());
    }
}
