//! The changes of what a computer must enforce: the difference between what should be in force and what was accepted.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::State;
use crate::first_use::is_unused;
use crate::state::end_of;

const POLICIES: &str = "policies";
const MAINTENANCE: &str = "maintenance";
const AGENT: &str = "agent";
/// Marks what the program was run with and has not accepted.
const TRIED: &str = "tried";

/// A change of what a computer must enforce.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// A grant is in force: allow its subject. One that is known may come again with another end, for example because it was used
    /// for the first time.
    GrantAdded {
        /// The grant as the server sent it, with its first use and the end that this gives it on this computer.
        grant: Value,
    },
    /// A grant ended, was revoked or is no longer for this computer: allow its subject no more. The program may never
    /// have accepted it.
    GrantRemoved {
        /// The grant as it was added.
        grant: Value,
    },
    /// Policies were deployed, or the computer came into another group.
    Policies {
        /// The number of the deployment.
        policy_version: Value,
        /// All policies of the computer's group, in order.
        policies: Value,
    },
    /// A maintenance mode began, changed or ended.
    Maintenance {
        /// The mode in force and its end; null if there is none.
        maintenance: Value,
    },
    /// Another agent is wanted on this computer than before.
    Agent {
        /// Its `version` and `update_channel`; null where nothing particular is wanted.
        agent: Value,
    },
}

impl Change {
    /// Its name, as in JSON.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::GrantAdded { .. } => "grant-added",
            Self::GrantRemoved { .. } => "grant-removed",
            Self::Policies { .. } => POLICIES,
            Self::Maintenance { .. } => MAINTENANCE,
            Self::Agent { .. } => AGENT,
        }
    }

    /// The grant that was added or removed.
    #[must_use]
    pub const fn grant(&self) -> Option<&Value> {
        match self {
            Self::GrantAdded { grant } | Self::GrantRemoved { grant } => Some(grant),
            Self::Policies { .. } | Self::Maintenance { .. } | Self::Agent { .. } => None,
        }
    }

    /// What it is about. A change overtakes an earlier one that is about the same.
    pub(super) fn key(&self) -> String {
        match self {
            Self::GrantAdded { grant } | Self::GrantRemoved { grant } => {
                grant.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()
            }
            Self::Policies { .. } | Self::Maintenance { .. } | Self::Agent { .. } => self.name().to_owned(),
        }
    }

    /// Notes that the program is about to be run with it. Whatever becomes of that, what it gave must be taken away again.
    pub(super) fn started(&self, accepted: &mut BTreeMap<String, Value>) {
        match self {
            Self::GrantAdded { grant: given } => drop(accepted.insert(self.key(), json!({ TRIED: given }))),
            Self::Maintenance { maintenance } if !maintenance.is_null() => {
                accepted.insert(self.key(), json!({ TRIED: maintenance }));
            }
            Self::Agent { agent } if wants_something(agent) => {
                accepted.insert(self.key(), json!({ TRIED: agent }));
            }
            Self::GrantRemoved { .. }
            | Self::Policies { .. }
            | Self::Maintenance { .. }
            | Self::Agent { .. } => {}
        }
    }

    /// Notes that the program has accepted it.
    pub(super) fn accepted(&self, accepted: &mut BTreeMap<String, Value>) {
        let value = match self {
            Self::GrantAdded { grant } => grant.clone(),
            Self::Policies { policy_version, policies } => deployed(policy_version, policies),
            Self::Maintenance { maintenance } if !maintenance.is_null() => maintenance.clone(),
            Self::Agent { agent } if wants_something(agent) => agent.clone(),
            Self::GrantRemoved { .. } | Self::Maintenance { .. } | Self::Agent { .. } => {
                accepted.remove(&self.key());
                return;
            }
        };
        accepted.insert(self.key(), value);
    }
}

/// Notes that nothing has been accepted, so that the program is run with everything in force.
pub(super) fn forget_accepted(accepted: &mut BTreeMap<String, Value>) {
    for value in accepted.values_mut().filter(|value| value.get(TRIED).is_none()) {
        *value = json!({ TRIED: value.take() });
    }
}

/// What remains to be done. What takes permission away comes first.
pub(super) fn due(state: &State, now: Timestamp) -> Vec<Change> {
    // While a long list is being fetched, what is missing may still come.
    if !state.complete {
        return Vec::new();
    }
    let wanted = wanted(state, now);
    let mut changes = Vec::new();
    for (key, value) in &state.accepted {
        match key.as_str() {
            MAINTENANCE if !wanted.contains_key(key) => {
                changes.push(Change::Maintenance { maintenance: Value::Null });
            }
            AGENT if !wanted.contains_key(key) => {
                changes.push(Change::Agent { agent: json!({ "version": null, "update_channel": null }) });
            }
            MAINTENANCE | POLICIES | AGENT => {}
            _ if !wanted.contains_key(key) => {
                let grant = value.get(TRIED).unwrap_or(value).clone();
                changes.push(Change::GrantRemoved { grant });
            }
            _ => {}
        }
    }
    for (key, value) in wanted {
        if state.accepted.get(&key) == Some(&value) {
            continue;
        }
        changes.push(match key.as_str() {
            MAINTENANCE => Change::Maintenance { maintenance: value },
            AGENT => Change::Agent { agent: value },
            POLICIES => Change::Policies {
                policy_version: value.get("policy_version").cloned().unwrap_or_default(),
                policies: value.get(POLICIES).cloned().unwrap_or_default(),
            },
            _ => Change::GrantAdded { grant: value },
        });
    }
    changes
}

/// Whether a grant in force is still to be used for the first time, which another process may note at any moment.
pub(super) fn awaits_use(state: &State, now: Timestamp) -> bool {
    state.grants_at(now).values().any(is_unused)
}

/// When the next grant or the maintenance mode ends.
pub(super) fn next_end(state: &State, now: Timestamp) -> Option<Timestamp> {
    let grants = state.grants.keys().filter_map(|id| end_of(&state.grant(id)?));
    let maintenance = state.maintenance.as_ref().and_then(until);
    grants.chain(maintenance).filter(|end| *end > now).min()
}

/// What should be in force. An end counts by the clock of the computer, because the server may be out of reach.
fn wanted(state: &State, now: Timestamp) -> BTreeMap<String, Value> {
    let lasts = |mode: &Value| until(mode).is_none_or(|end| end > now);
    let mut wanted = state.grants_at(now);
    if let Some(mode) = state.maintenance.as_ref().filter(|mode| !mode.is_null() && lasts(mode)) {
        wanted.insert(MAINTENANCE.to_owned(), mode.clone());
    }
    if let Some(agent) = state.agent.as_ref().filter(|agent| wants_something(agent)) {
        wanted.insert(AGENT.to_owned(), agent.clone());
    }
    if let Some(number) = state.policy_version {
        wanted.insert(POLICIES.to_owned(), deployed(&json!(number), &json!(state.policies)));
    }
    wanted
}

/// Whether a particular agent is wanted, not just the newest one of the usual channel.
fn wants_something(agent: &Value) -> bool {
    agent.as_object().is_some_and(|members| members.values().any(|member| !member.is_null()))
}

fn deployed(policy_version: &Value, policies: &Value) -> Value {
    let mut deployed = Map::new();
    deployed.insert("policy_version".to_owned(), policy_version.clone());
    deployed.insert(POLICIES.to_owned(), policies.clone());
    Value::Object(deployed)
}

fn until(mode: &Value) -> Option<Timestamp> {
    mode.get("until")?.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests;
