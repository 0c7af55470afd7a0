//! A look at a Redis server for `countersign doctor`. It changes nothing: commands that write are only queued and discarded, which is
//! enough to learn whether the user may run them.

use std::time::{Duration, Instant};

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use redis::aio::ConnectionManager;
use redis::{Cmd, Value};

use super::connect::{Way, client, connect};
use super::settings::{self, Settings};
use crate::clock::HostClock;
use crate::runtime_config::RedisAddress;

/// How often the server is asked for an answer. The shortest time counts: the others waited for something else, too.
const PINGS: usize = 5;
/// A key of the application that nothing is stored under.
const KEY: &str = "countersign/1/doctor";
/// A script's digest that no server has.
const NO_SCRIPT: &str = "0000000000000000000000000000000000000000";

/// What a server is like.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    /// What protects the records on their way.
    pub(crate) way: Way,
    /// How long it takes to answer.
    pub(crate) ping: Duration,
    /// Its version, if it tells.
    pub(crate) version: Option<String>,
    /// How it keeps its data.
    pub(crate) settings: Settings,
    /// Whether it is a copy of another one.
    pub(crate) is_replica: bool,
    /// Whether it is one of a cluster.
    pub(crate) is_cluster: bool,
    /// What the user may not do: each command and the server's words.
    pub(crate) denied: Vec<String>,
    /// How far this machine's clock is ahead of the server's, if the user may ask.
    pub(crate) ahead: Option<SignedDuration>,
}

/// Looks at the server with this address.
///
/// # Errors
/// If it cannot be reached, or lets nobody in with this password.
pub(crate) async fn look(address: &RedisAddress, clock: &HostClock) -> anyhow::Result<Look> {
    let client = client(address)?;
    let mut connection = connect(&client).await?;
    let mut ping = Duration::MAX;
    for _ in 0..PINGS {
        let began = Instant::now();
        redis::cmd("PING").exec_async(&mut connection).await?;
        ping = ping.min(began.elapsed());
    }
    let server = info(&mut connection, "server").await;
    let replication = info(&mut connection, "replication").await;
    let cluster = info(&mut connection, "cluster").await;
    Ok(Look {
        way: Way::to(client.get_connection_info().addr()),
        ping,
        version: field(&server, "redis_version").map(str::to_owned),
        settings: settings::read(&mut connection).await,
        is_replica: field(&replication, "role") == Some("slave"),
        is_cluster: field(&cluster, "cluster_enabled") == Some("1"),
        ahead: ahead(&mut connection, clock).await,
        denied: denied(&mut connection).await?,
    })
}

/// A section of `INFO`; empty if the user may not read it.
async fn info(connection: &mut ConnectionManager, section: &str) -> String {
    redis::cmd("INFO").arg(section).query_async(connection).await.unwrap_or_default()
}

fn field<'a>(info: &'a str, name: &str) -> Option<&'a str> {
    info.lines().find_map(|line| line.trim_end().strip_prefix(name)?.strip_prefix(':'))
}

/// How far this machine's clock is ahead. The server read its own in the middle of the call.
async fn ahead(connection: &mut ConnectionManager, clock: &HostClock) -> Option<SignedDuration> {
    let began = clock.now();
    let (seconds, microseconds): (i64, i32) = redis::cmd("TIME").query_async(connection).await.ok()?;
    let half = clock.now().duration_since(began) / 2;
    let theirs = Timestamp::new(seconds, microseconds.saturating_mul(1_000)).ok()?;
    Some(began.duration_since(theirs) + half)
}

/// What the user may not do of all that the components need.
async fn denied(connection: &mut ConnectionManager) -> anyhow::Result<Vec<String>> {
    redis::cmd("MULTI").exec_async(connection).await.context("the server's user may not run MULTI")?;
    let mut denied = Vec::new();
    for (name, arguments) in NEEDED {
        let mut command = Cmd::new();
        command.arg(*name).arg(*arguments);
        if let Err(error) = command.query_async::<Value>(connection).await {
            denied.push(format!("{name}: {error}"));
        }
    }
    redis::cmd("DISCARD").exec_async(connection).await.context("the server's user may not run DISCARD")?;
    Ok(denied)
}

/// The commands that this host and Spin send.
const NEEDED: &[(&str, &[&str])] = &[
    ("GET", &[KEY]),
    ("SET", &[KEY, ""]),
    ("DEL", &[KEY]),
    ("EXISTS", &[KEY]),
    ("MGET", &[KEY]),
    ("MSET", &[KEY, ""]),
    ("INCRBY", &[KEY, "1"]),
    ("SCAN", &["0"]),
    ("EVALSHA", &[NO_SCRIPT, "1", KEY]),
    ("SCRIPT", &["LOAD", "return 1"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::redis::{self as server, RedisServer};

    #[test]
    fn a_section_names_its_fields_in_lines() {
        let text = "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n";
        assert_eq!(field(text, "redis_version"), Some("7.0.15"));
        assert_eq!((field(text, "redis"), field("", "role")), (None, None));
    }

    /// What the script for containers lets the hosts' user do. A test of the script compares docs/operations.md with it.
    fn rights_of_hosts() -> &'static str {
        let script = include_str!("../../../../deploy/container/make-secrets");
        let rule = script.lines().find(|line| line.starts_with("user countersign ")).unwrap();
        rule.split_once(" resetchannels ~countersign/* ").unwrap().1
    }

    #[tokio::test]
    async fn a_look_at_a_real_server_tells_what_its_user_may_and_changes_nothing() {
        if !server::is_installed().unwrap() {
            return;
        }
        let server = RedisServer::start().await.unwrap();
        let url = server.empty_database().await.unwrap();
        let mut connection =
            redis::Client::open(url.as_str()).unwrap().get_multiplexed_async_connection().await.unwrap();
        let reader = "-@all +@read +@transaction +@connection +info";
        for (name, rights) in [("host", rights_of_hosts()), ("reader", reader)] {
            let mut user = redis::cmd("ACL");
            user.arg(&["SETUSER", name, "on", ">pw", "resetchannels", "~countersign/*"])
                .arg(rights.split(' ').collect::<Vec<_>>());
            user.exec_async(&mut connection).await.unwrap();
        }
        let clock = HostClock::default();
        let seen = async |login: &str| {
            look(&url.replace("redis://", &format!("redis://{login}")).into(), &clock).await
        };
        for login in ["", "host:pw@"] {
            let look = seen(login).await.unwrap();
            assert_eq!(look.denied, Vec::<String>::new(), "{login}");
            assert_eq!(look.settings.append_fsync(), Some("no"), "{login}");
            assert!(look.version.is_some() && !look.is_replica && !look.is_cluster, "{look:?}");
            assert!(look.ahead.unwrap().abs() < SignedDuration::from_secs(2), "{look:?}");
        }
        let denied = seen("reader:pw@").await.unwrap().denied;
        let names: Vec<_> = denied.iter().filter_map(|denied| Some(denied.split_once(": ")?.0)).collect();
        assert_eq!(names, ["SET", "DEL", "MSET", "INCRBY", "EVALSHA", "SCRIPT"], "{denied:?}");
        assert!(seen("host:wrong@").await.is_err());
        let keys: u64 = redis::cmd("DBSIZE").query_async(&mut connection).await.unwrap();
        assert_eq!(keys, 0);
    }
}
