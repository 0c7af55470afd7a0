//! Whether a Redis server is fit to hold the only copy of every record.

use std::time::Duration;

use super::clock;
use super::finding::Finding;
use crate::clock::HostClock;
use crate::kv::redis_connect::{ConnectError, Way};
use crate::kv::redis_look::{Look, look};
use crate::kv::{Severity, Warning};
use crate::runtime_config::RedisAddress;

/// A request makes some ten calls, one after the other.
const SLOW: Duration = Duration::from_millis(5);
const TOO_SLOW: Duration = Duration::from_millis(100);
/// The oldest version with users that may do only so much, and the one that this was tried with.
const OLDEST: (u32, u32) = (6, 0);
const TRIED: &str = "7.0";

/// Looks at the server. `summary`: its name in words.
pub(super) async fn examine(address: &RedisAddress, summary: &str, time: &HostClock) -> Vec<Finding> {
    match look(address, time).await {
        Ok(look) => {
            let mut found = findings(summary, &look);
            found.extend(way(look.way, address));
            found.extend(look.ahead.map(|ahead| clock::finding("Redis", ahead)));
            found
        }
        Err(error) => {
            if let Some(ConnectError::Tls { found, advice }) = error.downcast_ref() {
                return vec![Finding::fault(
                    "redis tls",
                    format!("{summary} cannot be used: {found}"),
                    *advice,
                )];
            }
            let found = format!("{summary} cannot be used: {error:#}");
            let advice = "see that it runs, that this machine reaches it, and that `url` in the runtime configuration has its user and password";
            vec![Finding::fault("store", found, advice)]
        }
    }
}

fn findings(summary: &str, look: &Look) -> Vec<Finding> {
    let mut all = vec![ping(summary, look.ping), version(look.version.as_deref())];
    let warnings = look.settings.warnings(summary);
    if warnings.is_empty() {
        all.push(Finding::ok("redis settings", "it deletes nothing, and has an append-only file"));
    }
    all.extend(warnings.iter().map(setting));
    all.extend(fsync(look.settings.append_fsync()));
    all.push(rights(&look.denied));
    if look.is_replica {
        let advice = "name the server that it copies: this one takes no writes";
        all.push(Finding::fault("redis role", "it is a replica", advice));
    }
    if look.is_cluster {
        let advice = "name a server that is not in a cluster: Spin's provider and this host take one address";
        all.push(Finding::fault("redis role", "it is in a cluster", advice));
    }
    all
}

fn ping(summary: &str, took: Duration) -> Finding {
    let found = format!("{summary} answers in {:.1} ms", took.as_secs_f64() * 1_000.0);
    let advice =
        "each call of the API asks it several times, one after the other: bring the two closer together";
    if took > TOO_SLOW {
        Finding::fault("store", found, advice)
    } else if took > SLOW {
        Finding::warning("store", found, advice)
    } else {
        Finding::ok("store", found)
    }
}

/// What protects the records on their way. `None`: they stay on this machine.
fn way(way: Way, address: &RedisAddress) -> Option<Finding> {
    const CHECK: &str = "redis tls";
    match way {
        Way::Local => None,
        Way::Tls => {
            let file = address.ca_file.as_ref();
            let file = file.map_or_else(String::new, |file| format!(" or in `{}`", file.display()));
            Some(Finding::ok(CHECK, format!("its certificate comes from an authority of the system{file}")))
        }
        Way::Open => Some(Finding::warning(
            CHECK,
            "records and its password are not encrypted on their way",
            "write `rediss://` in `url`, unless the network between the two machines encrypts",
        )),
    }
}

fn version(version: Option<&str>) -> Finding {
    const CHECK: &str = "redis version";
    let number = version.and_then(|version| {
        let mut parts = version.split('.').map(str::parse::<u32>);
        Some((parts.next()?.ok()?, parts.next()?.ok()?))
    });
    match (version, number) {
        (Some(version), Some(number)) if number >= OLDEST => Finding::ok(CHECK, version),
        (Some(version), _) => Finding::warning(
            CHECK,
            format!("{version} is old"),
            format!("upgrade: Countersign was tried with {TRIED}"),
        ),
        (None, _) => Finding::ok(CHECK, "it does not tell"),
    }
}

/// A setting that the host warns of at its start, too.
fn setting(warning: &Warning) -> Finding {
    let (found, advice) = warning.text.rsplit_once(": ").unwrap_or((&warning.text, "see docs/host.md"));
    match warning.severity {
        Severity::Loss => Finding::fault("redis settings", found, advice),
        Severity::Risk => Finding::warning("redis settings", found, advice),
    }
}

/// When the append-only file is on the disk. `None`: there is no such file, or the server does not tell.
fn fsync(when: Option<&str>) -> Option<Finding> {
    const CHECK: &str = "redis settings";
    let advice = "set `appendfsync always`";
    Some(match when? {
        "always" => Finding::ok(CHECK, "what it has acknowledged is on its disk"),
        "everysec" => {
            Finding::warning(CHECK, "a power cut can lose the last second that it has acknowledged", advice)
        }
        other => {
            let found = format!("a power cut can lose what it has acknowledged (`appendfsync {other}`)");
            Finding::fault(CHECK, found, advice)
        }
    })
}

fn rights(denied: &[String]) -> Finding {
    const CHECK: &str = "redis user";
    match denied {
        [] => Finding::ok(CHECK, "it may do all that is needed"),
        denied => Finding::fault(
            CHECK,
            format!("it may not do all that is needed: {}", denied.join("; ")),
            "give it what docs/operations.md says under \"Several machines\"",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::State::{self, Fault, Ok, Warning as Warns};
    use super::*;

    #[test]
    fn a_distant_server_is_told_of() {
        for (milliseconds, state) in [(1, Ok), (6, Warns), (101, Fault)] {
            assert_eq!(
                ping("Redis at h:1", Duration::from_millis(milliseconds)).state,
                state,
                "{milliseconds}"
            );
        }
    }

    #[test]
    fn an_old_server_is_told_of() {
        let cases: &[(Option<&str>, State)] = &[
            (Some("7.0.15"), Ok),
            (Some("6.0.0"), Ok),
            (Some("10.1"), Ok),
            (Some("5.0.14"), Warns),
            (Some("x"), Warns),
            (None, Ok),
        ];
        for (text, state) in cases {
            assert_eq!(version(*text).state, *state, "{text:?}");
        }
    }

    #[test]
    fn what_loses_records_is_a_fault_with_what_to_set() {
        let warning = |severity| Warning {
            severity,
            text: "Redis at h:1 keeps nothing: set `appendonly yes`".to_owned(),
        };
        let found = setting(&warning(Severity::Loss));
        assert_eq!((found.state, found.found.as_str()), (Fault, "Redis at h:1 keeps nothing"));
        assert_eq!(found.advice.as_deref(), Some("set `appendonly yes`"));
        assert_eq!(setting(&warning(Severity::Risk)).state, Warns);
        for (when, state) in [("always", Ok), ("everysec", Warns), ("no", Fault)] {
            assert_eq!(fsync(Some(when)).map(|found| found.state), Some(state), "{when}");
        }
        assert_eq!(fsync(None), None);
    }

    #[test]
    fn records_that_leave_the_machine_in_the_clear_are_told_of() {
        let plain = RedisAddress::from("redis://h:1".to_owned());
        let state = |kind| way(kind, &plain).map(|found| found.state);
        assert_eq!([Way::Local, Way::Tls, Way::Open].map(state), [None, Some(Ok), Some(Warns)]);
        let ca_file = Some("/etc/ca.pem".into());
        let found = way(Way::Tls, &RedisAddress { url: "rediss://h:1".to_owned(), ca_file });
        assert!(found.unwrap().found.contains("`/etc/ca.pem`"));
    }

    #[test]
    fn what_the_user_may_not_do_is_a_fault_that_names_it() {
        assert_eq!(rights(&[]).state, Ok);
        let found = rights(&["SET: NOPERM".to_owned(), "DEL: NOPERM".to_owned()]);
        assert_eq!(found.state, Fault);
        assert!(found.found.ends_with("SET: NOPERM; DEL: NOPERM"), "{}", found.found);
    }
}
