//! Reading a Redis server's settings over Spin's outbound Redis, because the key-value interfaces do not reveal the
//! backend.
use send_wrapper::SendWrapper;
use spin_sdk::redis::{Connection, Error, RedisParameter, RedisResult};

/// A Redis server's settings; `None` for those that it does not report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RedisSettings {
    /// Which keys are evicted when memory is full. With `noeviction` there are none: writes are refused instead.
    pub maxmemory_policy: Option<String>,
    /// Whether every write goes to the append-only file.
    pub append_only: Option<bool>,
}

/// Reads the settings of the Redis server at `origin` (`redis://HOST:PORT`) with `INFO`, which managed servers allow
/// too. `login` is empty, `PASSWORD` or `USER:PASSWORD`. It is separate because the origin is also an entry of
/// `allowed_outbound_hosts`, and an entry with a login or a path would make the whole list invalid.
///
/// # Errors
/// If the server cannot be asked: the manifest does not allow it, the server does not answer, the login is wrong, or it
/// lacks the permission.
pub async fn redis_settings(origin: &str, login: &str) -> Result<RedisSettings, String> {
    let asking = async {
        let connection = Connection::open(origin).await?;
        if !login.is_empty() {
            let parts = login.splitn(2, ':').map(|part| RedisParameter::Binary(part.into()));
            connection.execute("AUTH", parts).await?;
        }
        connection.execute("INFO", []).await
    };
    match SendWrapper::new(asking).await {
        Ok(answer) => Ok(RedisSettings::read(&answer)),
        Err(Error::InvalidAddress) => {
            Err(format!("`{origin}` is not allowed, or is not the address of a Redis server"))
        }
        Err(Error::TooManyConnections) => Err("there are too many connections".to_owned()),
        Err(Error::TypeError) => Err("the answer is of an unexpected type".to_owned()),
        Err(Error::Other(reason)) => Err(reason),
    }
}

impl RedisSettings {
    fn read(info: &[RedisResult]) -> Self {
        let mut settings = Self::default();
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
        assert_eq!(RedisSettings::read(&answer(text)), settings);
        assert_eq!(RedisSettings::read(&answer("aof_enabled:0\r\n")).append_only, Some(false));
        assert_eq!(RedisSettings::read(&answer("loading:0\r\n")), RedisSettings::default());
    }
}
