//! Whether a Redis server is configured to keep its data: its reported settings, and the warnings for its operator.

use redis::aio::ConnectionManager;

use crate::kv::{Severity, Warning};

/// The names in `CONFIG GET`.
const NAMES: [&str; 4] = ["maxmemory-policy", "appendonly", "save", "appendfsync"];
/// The sections of `INFO` that report the first two.
const SECTIONS: [&str; 2] = ["memory", "persistence"];

/// A server's settings; `None` for those that it does not report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Which keys are evicted when memory is full. With `noeviction` there are none: writes are refused instead.
    maxmemory_policy: Option<String>,
    /// Whether every write goes to the append-only file.
    append_only: Option<bool>,
    /// Whether snapshots of everything are taken from time to time.
    snapshots: Option<bool>,
    /// When what is in that file is on the disk: `always` (before a write is acknowledged), `everysec` or `no`.
    append_fsync: Option<String>,
}

/// Asks a server for its settings. Managed servers often forbid `CONFIG`, and `INFO` does not report snapshots.
pub(super) async fn read(connection: &mut ConnectionManager) -> Settings {
    let mut settings = Settings::default();
    for name in NAMES {
        let answer = redis::cmd("CONFIG").arg("GET").arg(name).query_async::<Vec<String>>(connection).await;
        if let Ok([name, value]) = answer.as_deref() {
            settings.take(name, value);
        }
    }
    if settings.maxmemory_policy.is_none() || settings.append_only.is_none() {
        for section in SECTIONS {
            let answer = redis::cmd("INFO").arg(section).query_async::<String>(connection).await;
            settings.take_info(&answer.unwrap_or_default());
        }
    }
    settings
}

impl Settings {
    /// One setting by its name in `CONFIG GET` or in `INFO`.
    fn take(&mut self, name: &str, value: &str) {
        match name {
            "maxmemory-policy" | "maxmemory_policy" => self.maxmemory_policy = Some(value.to_owned()),
            "appendonly" => self.append_only = Some(value == "yes"),
            "aof_enabled" => self.append_only = Some(value == "1"),
            "appendfsync" => self.append_fsync = Some(value.to_owned()),
            "save" => self.snapshots = Some(!value.is_empty()),
            _ => {}
        }
    }

    fn take_info(&mut self, text: &str) {
        for (name, value) in text.lines().filter_map(|line| line.trim_end().split_once(':')) {
            self.take(name, value);
        }
    }

    /// The warnings for this server's operator; none if it evicts nothing and has an append-only file.
    pub(crate) fn warnings(&self, server: &str) -> Vec<Warning> {
        let found = [self.eviction(), self.persistence()].into_iter().flatten();
        found.map(|(severity, text)| Warning { severity, text: format!("{server} {text}") }).collect()
    }

    /// When what is in the append-only file is on the disk; `None` without such a file, or if the server does not tell.
    pub(crate) fn append_fsync(&self) -> Option<&str> {
        self.append_fsync.as_deref().filter(|_| self.append_only == Some(true))
    }

    fn eviction(&self) -> Option<(Severity, String)> {
        match self.maxmemory_policy.as_deref() {
            Some("noeviction") => None,
            Some(policy) => Some((
                Severity::Loss,
                format!(
                    "deletes records when its memory is full (`maxmemory-policy {policy}`): \
                     set `maxmemory-policy noeviction`"
                ),
            )),
            None => Some((
                Severity::Risk,
                "does not say whether it deletes records when its memory is full: \
                 see that it has `maxmemory-policy noeviction`"
                    .to_owned(),
            )),
        }
    }

    fn persistence(&self) -> Option<(Severity, String)> {
        let (severity, text) = match (self.append_only, self.snapshots) {
            (Some(true), _) => return None,
            (Some(false), Some(true)) => (
                Severity::Risk,
                "takes snapshots only, and loses every change since the last one when it fails: set `appendonly yes`",
            ),
            (Some(false), Some(false)) => (
                Severity::Loss,
                "keeps records in memory only, and loses all when it ends: set `appendonly yes`",
            ),
            (Some(false), None) => (
                Severity::Loss,
                "has no append-only file, and loses changes or all records when it fails: set `appendonly yes`",
            ),
            (None, _) => (
                Severity::Risk,
                "does not say whether it keeps records when it ends: see that it has `appendonly yes`",
            ),
        };
        Some((severity, text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The severities, and the settings that each warning names.
    fn judged(
        policy: Option<&str>,
        append_only: Option<bool>,
        snapshots: Option<bool>,
    ) -> Vec<(Severity, String)> {
        let maxmemory_policy = policy.map(str::to_owned);
        let settings = Settings { maxmemory_policy, append_only, snapshots, ..Settings::default() };
        let named = |text: &str| text.rsplit('`').nth(1).unwrap_or_default().to_owned();
        let warnings = settings.warnings("Redis at h:1");
        assert!(warnings.iter().all(|warning| warning.text.starts_with("Redis at h:1 ")), "{warnings:?}");
        warnings.into_iter().map(|warning| (warning.severity, named(&warning.text))).collect()
    }

    #[test]
    fn each_setting_that_may_lose_data_is_one_warning_that_names_what_to_set() {
        use Severity::{Loss, Risk};
        let evicting = |severity| (severity, "maxmemory-policy noeviction".to_owned());
        let fleeting = |severity| (severity, "appendonly yes".to_owned());
        let no = Some("noeviction");
        let cases = [
            (no, Some(true), Some(false), vec![]),
            (no, Some(true), Some(true), vec![]),
            (no, Some(true), None, vec![]),
            (no, Some(false), Some(true), vec![fleeting(Risk)]),
            (no, Some(false), Some(false), vec![fleeting(Loss)]),
            (no, Some(false), None, vec![fleeting(Loss)]),
            (no, None, Some(true), vec![fleeting(Risk)]),
            (Some("allkeys-lru"), Some(true), None, vec![evicting(Loss)]),
            (Some("volatile-ttl"), Some(false), Some(false), vec![evicting(Loss), fleeting(Loss)]),
            (None, Some(true), None, vec![evicting(Risk)]),
            (None, None, None, vec![evicting(Risk), fleeting(Risk)]),
        ];
        for (policy, append_only, snapshots, expected) in cases {
            assert_eq!(
                judged(policy, append_only, snapshots),
                expected,
                "{policy:?} {append_only:?} {snapshots:?}"
            );
        }
    }

    #[test]
    fn info_says_the_same_in_other_words() {
        let mut settings = Settings::default();
        settings.take_info("# Memory\r\nused_memory:1\r\nmaxmemory_policy:allkeys-lfu\r\n");
        settings.take_info("# Persistence\r\nloading:0\r\naof_enabled:1\r\n");
        let expected = Settings {
            maxmemory_policy: Some("allkeys-lfu".to_owned()),
            append_only: Some(true),
            ..Settings::default()
        };
        assert_eq!(settings, expected);
    }

    #[test]
    fn what_loses_data_for_certain_is_louder() {
        let line = |severity| Warning { severity, text: "it does".to_owned() }.to_string();
        assert_eq!(
            (line(Severity::Loss), line(Severity::Risk)),
            ("WARNING: it does".into(), "warning: it does".into())
        );
    }
}
