//! The application's variables: which are set, where from, and whether the deployment can work with them.

mod reach;

use std::collections::{BTreeMap, BTreeSet};

use self::reach::{public_url, trusted_proxies};
use super::finding::Finding;
use crate::manifest::VariableDeclaration;
use crate::variables::{ENVIRONMENT_PREFIX, several};

/// The bits that a secret must at least be worth, and those that a generated one is.
const BITS_MIN: f64 = 80.0;
const BITS_GOOD: f64 = 128.0;
const NEW_SECRET: &str = "`openssl rand -hex 32` makes one";

/// The file of generated secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SecretsFile {
    /// There is none yet.
    Absent,
    /// It is there, with these permissions.
    Present { path: String, mode: u32 },
    /// It cannot be read, and why.
    Unreadable(String),
}

/// What a deployment is configured with.
#[derive(Debug)]
pub(super) struct Settings {
    /// The variables that the manifest has.
    pub(super) declared: BTreeMap<String, VariableDeclaration>,
    /// The values that are given by the environment or by options.
    pub(super) given: BTreeMap<String, String>,
    /// The values of the file of secrets.
    pub(super) made: BTreeMap<String, String>,
    pub(super) secrets_file: SecretsFile,
    /// The names of environment variables that look like an application variable's.
    pub(super) environment: BTreeSet<String>,
    /// Whether several hosts can share the store.
    pub(super) is_shared: bool,
    /// Whether the host itself speaks TLS.
    pub(super) tls: bool,
}

impl Settings {
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut all = self.variables();
        all.push(self.secrets_file());
        all.push(self.secret_key());
        all.extend(self.tokens());
        all.extend(public_url(&self.value("public_url"), self.tls));
        all.push(trusted_proxies(&self.value("trusted_proxies"), &self.value("public_url"), self.tls));
        all.extend([self.provider("email", "email_fallback"), self.provider("sms", "sms_fallback")]);
        all
    }

    /// The value that components see.
    pub(super) fn value(&self, name: &str) -> String {
        let declared = || self.declared.get(name).and_then(|declared| declared.default.as_ref());
        let value = self.given.get(name).or_else(|| self.made.get(name)).or_else(declared);
        value.map(|value| value.trim().to_owned()).unwrap_or_default()
    }

    /// All values that are given or made, by the names that the manifest has.
    pub(super) fn values(&self) -> BTreeMap<String, String> {
        let names = self
            .declared
            .keys()
            .filter(|name| self.given.contains_key(*name) || self.made.contains_key(*name));
        names.map(|name| (name.clone(), self.value(name))).collect()
    }

    /// Every value that must not be shown, and each of several keys in one.
    pub(super) fn secrets(&self) -> Vec<String> {
        let secret = self.declared.iter().filter(|(_, declared)| declared.secret);
        let values = secret.map(|(name, _)| self.value(name)).chain(self.made.values().cloned());
        let mut all: Vec<String> = values
            .flat_map(|value| several(&value).map(str::to_owned).chain([value.clone()]).collect::<Vec<_>>())
            .collect();
        // The whole of several keys before each of them.
        all.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        all
    }

    fn variables(&self) -> Vec<Finding> {
        const CHECK: &str = "variables";
        let mut found = Vec::new();
        for name in self.environment.iter().filter(|name| !self.is_declared(name)) {
            found.push(Finding::warning(
                CHECK,
                format!("{name} is set, but there is no such variable, so it does nothing"),
                self.perhaps(name.strip_prefix(ENVIRONMENT_PREFIX).unwrap_or(name)),
            ));
        }
        for name in self.given.keys().filter(|name| !self.declared.contains_key(*name)) {
            let what = format!("--variable {name}=… names no variable: `up` refuses it");
            found.push(Finding::fault(CHECK, what, self.perhaps(name)));
        }
        let required = self.declared.iter().filter(|(_, declared)| declared.default.is_none());
        for (name, _) in required.filter(|(name, _)| !self.given.contains_key(*name)) {
            let advice = format!(
                "give it with --variable {name}=VALUE or as {ENVIRONMENT_PREFIX}{}",
                name.to_ascii_uppercase()
            );
            found.push(Finding::fault(
                CHECK,
                format!("`{name}` has no value: `up` refuses to start"),
                advice,
            ));
        }
        if found.is_empty() {
            let set = self.given.len();
            found.push(Finding::ok(CHECK, format!("{set} of {} are set", self.declared.len())));
        }
        found
    }

    fn is_declared(&self, environment: &str) -> bool {
        let name = environment.strip_prefix(ENVIRONMENT_PREFIX).unwrap_or(environment);
        self.declared.keys().any(|declared| declared.to_ascii_uppercase() == name)
    }

    /// The variable that was perhaps meant.
    fn perhaps(&self, name: &str) -> String {
        let name = name.to_ascii_lowercase();
        let nearest = self.declared.keys().map(|declared| (distance(declared, &name), declared)).min();
        match nearest {
            Some((1..=3, declared)) => format!("perhaps `{declared}` is meant"),
            _ => "remove it; README.md has a table of all variables".to_owned(),
        }
    }

    fn secrets_file(&self) -> Finding {
        const CHECK: &str = "secrets.toml";
        match &self.secrets_file {
            SecretsFile::Absent => {
                Finding::ok(CHECK, "there is none; the first start makes it for secrets that are not given")
            }
            SecretsFile::Present { path, mode } if mode & 0o077 != 0 => Finding::fault(
                CHECK,
                format!("others than its owner may use {path} (mode {:o})", mode & 0o777),
                format!(
                    "chmod 600 {path}; who has read it can become the first administrator and forge the audit"
                ),
            ),
            SecretsFile::Present { path, .. } => Finding::ok(CHECK, format!("{path}, for its owner only")),
            SecretsFile::Unreadable(why) => {
                Finding::fault(CHECK, why, "run this as the user that serves, or mend the file")
            }
        }
    }

    fn secret_key(&self) -> Finding {
        const CHECK: &str = "secret_key";
        let value = self.value(CHECK);
        let Some(newest) = several(&value).next() else {
            return if self.given.contains_key(CHECK) || !self.declared.contains_key(CHECK) {
                let what =
                    "it is empty: one-time codes, override codes and the audit's seals are switched off";
                Finding::fault(CHECK, what, format!("do not set it empty; {NEW_SECRET}"))
            } else {
                self.made_here(CHECK, "the first start makes it")
            };
        };
        let (bits, length) = (bits(newest), newest.chars().count());
        let advice = format!(
            "{NEW_SECRET}; put it in front of this one, as docs/operations.md says under \"Changing keys\""
        );
        if bits < BITS_MIN {
            return Finding::fault(
                CHECK,
                format!("it can be guessed: {length} characters with little variety"),
                advice,
            );
        }
        if bits < BITS_GOOD {
            return Finding::warning(
                CHECK,
                format!("it is weak: {length} characters with little variety"),
                advice,
            );
        }
        match self.given.contains_key(CHECK) {
            true => {
                Finding::ok(CHECK, format!("given, {length} characters, {} in all", several(&value).count()))
            }
            false => self.made_here(CHECK, "made by this host"),
        }
    }

    /// A secret that only this host knows.
    fn made_here(&self, check: &'static str, found: &str) -> Finding {
        if !self.is_shared {
            return Finding::ok(check, found);
        }
        let found = format!("{found}: another host over the same Redis would make another");
        Finding::warning(
            check,
            found,
            "give secret_key, setup_token and scheduler_token to every host, if there are several",
        )
    }

    fn tokens(&self) -> Vec<Finding> {
        const CHECK: &str = "tokens";
        let mut found = Vec::new();
        for name in ["setup_token", "scheduler_token", "metrics_token"] {
            let value = self.value(name);
            if let Some(weak) = several(&value).find(|token| bits(token) < BITS_MIN) {
                let length = weak.chars().count();
                let what = format!("`{name}` can be guessed: {length} characters with little variety");
                found.push(Finding::fault(
                    CHECK,
                    what,
                    format!("{NEW_SECRET}; change it as docs/operations.md says"),
                ));
            }
        }
        if self.given.get("scheduler_token").is_some_and(|tokens| several(tokens).next().is_none()) {
            let what =
                "`scheduler_token` is empty: messages that failed are not sent again, and nothing expires";
            found.push(Finding::fault(CHECK, what, format!("do not set it empty; {NEW_SECRET}")));
        }
        if found.is_empty() {
            found.push(Finding::ok(CHECK, "none that is set can be guessed"));
        }
        found
    }

    /// Whether messages of a channel reach people. What each provider wants, the component that calls it knows.
    fn provider(&self, channel: &'static str, fallback: &str) -> Finding {
        let check = if channel == "email" { "email provider" } else { "text messages" };
        let configured =
            |prefix: &str| Some(self.value(&format!("{prefix}_provider"))).filter(|name| !name.is_empty());
        let Some(name) = configured(channel) else {
            let what = "no provider: such messages fail";
            let advice = format!("set `{channel}_provider`; docs/notifications.md says what each one wants");
            return match channel {
                "email" => Finding::fault(check, what, advice),
                _ => Finding::ok(check, what),
            };
        };
        if name == "dev" {
            let what =
                "`dev`: messages go to the mailbox of a host on a loopback address, and nobody gets them";
            let advice = format!(
                "set `{channel}_provider` (empty: none); docs/notifications.md says what each one wants"
            );
            return Finding::warning(check, what, advice);
        }
        let from = self.value(&format!("{channel}_from"));
        if channel == "email" && from.contains("@localhost") {
            return Finding::fault(
                check,
                format!("`{name}` is to send from `{from}`"),
                "set `email_from` to an address of yours",
            );
        }
        let and =
            configured(fallback).map_or_else(String::new, |name| format!(", and `{name}` while it fails"));
        Finding::ok(check, format!("`{name}`{and}; --test-message tries it"))
    }
}

/// What a text is worth at most if each of its characters was drawn from those that it has.
fn bits(text: &str) -> f64 {
    let distinct = text.chars().collect::<BTreeSet<_>>().len();
    text.chars().count() as f64 * (distinct.max(1) as f64).log2()
}

/// How many characters must be put in, left out or replaced to make one text of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, have) in one.chars().enumerate() {
        let mut next = vec![line + 1];
        for (column, want) in other.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX - 1);
            let replaced = at(&row, column) + usize::from(have != *want);
            next.push(replaced.min(at(&row, column + 1) + 1).min(at(&next, column) + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
