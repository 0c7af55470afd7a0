//! What an enrolled computer remembers: its identity and the results of the last check-in. One JSON file that only its
//! owner can read.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::first_use::FirstUses;
use crate::{AgentError, CheckIn, Connection, private_file};

/// The state file's content.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    /// The server where this computer is enrolled.
    pub server: String,
    pub computer_id: String,
    pub token: String,
    /// The name under which it was enrolled, if that is not its host name.
    #[serde(default)]
    pub hostname: Option<String>,
    /// The version of the last check-in.
    #[serde(default)]
    pub version: Option<String>,
    #[serde(default)]
    pub policy_version: Option<u64>,
    /// The deployed policies of this computer's group.
    #[serde(default)]
    pub policies: Vec<Value>,
    /// The grants in force here, by id.
    #[serde(default)]
    pub grants: BTreeMap<String, Value>,
    #[serde(default)]
    pub maintenance: Option<Value>,
    /// Which agent this computer is to have; `None` before the first check-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<Value>,
    /// How the server is reached.
    #[serde(default)]
    pub connection: Connection,
    /// The key under which override codes are checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_key: Option<String>,
    /// Whether the last check-in fetched all that there was.
    #[serde(default)]
    pub complete: bool,
    /// What the program of `watch --exec` has accepted, by what it is about.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub accepted: BTreeMap<String, Value>,
    /// When this computer first used its grants. They are in a file of their own beside the state, because they are noted while
    /// another process uses that.
    #[serde(skip)]
    pub first_uses: FirstUses,
}

/// Keeps other agents from changing a state. It ends with the value, or with the process.
#[derive(Debug)]
pub struct StateLock {
    _file: File,
}

impl State {
    /// A computer that has just enrolled.
    #[must_use]
    pub fn enrolled(server: String, computer_id: String, token: String) -> Self {
        Self {
            server,
            computer_id,
            token,
            hostname: None,
            version: None,
            policy_version: None,
            policies: Vec::new(),
            grants: BTreeMap::new(),
            maintenance: None,
            agent: None,
            connection: Connection::default(),
            override_key: None,
            complete: false,
            accepted: BTreeMap::new(),
            first_uses: FirstUses::default(),
        }
    }

    /// A grant as it counts on this computer: with its first use, and with the end that this gives it.
    #[must_use]
    pub fn grant(&self, id: &str) -> Option<Value> {
        self.grants.get(id).map(|grant| self.first_uses.counting(id, grant))
    }

    /// The grants that have not ended by the clock, as they count on this computer. An end counts without the server, which may
    /// be out of reach.
    #[must_use]
    pub fn grants_at(&self, now: Timestamp) -> BTreeMap<String, Value> {
        let grants = self.grants.keys().filter_map(|id| Some((id.clone(), self.grant(id)?)));
        grants.filter(|(_, grant)| end_of(grant).is_none_or(|end| end > now)).collect()
    }

    /// Reads the state file.
    ///
    /// # Errors
    /// [`AgentError::NotEnrolled`] when there is no file, [`AgentError::State`] when it cannot be read.
    pub fn load(path: &Path) -> Result<Self, AgentError> {
        match fs::read(path) {
            Ok(text) => {
                let state: Self = serde_json::from_slice(&text).map_err(|cause| unusable(path, &cause))?;
                let first_uses = FirstUses::load(path, &state.computer_id)?;
                Ok(Self { first_uses, ..state })
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                Err(AgentError::NotEnrolled { path: path.to_owned() })
            }
            Err(cause) => Err(unusable(path, &cause)),
        }
    }

    /// Writes a new file next to the state file and moves it into place, so that a crash leaves the old or the new one.
    /// Only its owner can read it (0600).
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), AgentError> {
        let text = serde_json::to_vec_pretty(self).map_err(|cause| unusable(path, &cause))?;
        private_file::replace(path, &text).map_err(|cause| unusable(path, &cause))
    }

    /// Checks that a state could be saved there. Called before enrolling, because the token is shown only once.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn can_be_saved(path: &Path) -> Result<(), AgentError> {
        private_file::can_be_replaced(path).map_err(|cause| unusable(path, &cause))
    }

    /// Reserves the state file for this process, in a file beside it.
    ///
    /// # Errors
    /// [`AgentError::InUse`] when another process has it.
    pub fn lock(path: &Path) -> Result<StateLock, AgentError> {
        let beside = private_file::beside(path, ".lock");
        let file = private_file::open(&beside).map_err(|cause| unusable(&beside, &cause))?;
        match file.try_lock() {
            Ok(()) => Ok(StateLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(AgentError::InUse { path: path.to_owned() }),
            Err(TryLockError::Error(cause)) => Err(unusable(&beside, &cause)),
        }
    }

    /// Forgets what check-ins told: the next one tells everything. What was accepted stays, so that what no longer
    /// counts then is noticed.
    pub fn forget_news(&mut self) {
        self.version = None;
        self.complete = false;
        self.grants.clear();
    }

    /// Whether a check-in told something that is not known yet.
    #[must_use]
    pub fn is_news(&self, news: &CheckIn) -> bool {
        self.version.as_deref() != Some(news.version.as_str())
            || self.complete == news.more
            || news.override_key.is_some()
    }

    /// Applies the results of a check-in.
    pub fn apply(&mut self, news: &CheckIn) {
        for id in &news.grants.removed {
            self.grants.remove(id);
        }
        for grant in &news.grants.added {
            if let Some(id) = grant.get("id").and_then(Value::as_str) {
                self.grants.insert(id.to_owned(), grant.clone());
            }
        }
        if let Some(policies) = &news.policies {
            self.policies.clone_from(policies);
        }
        if let Some(agent) = &news.agent {
            self.agent = Some(agent.clone());
        }
        if let Some(key) = &news.override_key {
            self.override_key = Some(key.clone());
        }
        self.policy_version = news.policy_version.or(self.policy_version);
        self.maintenance.clone_from(&news.maintenance);
        self.version = Some(news.version.clone());
        self.complete = !news.more;
    }
}

/// When a grant ends by itself.
pub(crate) fn end_of(grant: &Value) -> Option<Timestamp> {
    grant.get("expires_at")?.as_str()?.parse().ok()
}

fn unusable(path: &Path, cause: &dyn std::error::Error) -> AgentError {
    AgentError::State { path: path.to_owned(), reason: cause.to_string() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn state() -> State {
        State::enrolled("http://127.0.0.1:3000".into(), "cmp_1".into(), "csc_secret".into())
    }

    #[test]
    fn a_saved_state_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        state().save(&path).unwrap();
        assert_eq!(State::load(&path).unwrap().token, "csc_secret");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_it_also_when_it_was_open_before() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        fs::write(&path, "{}").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        state().save(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn without_a_state_file_the_message_says_what_to_do() {
        let error = State::load(Path::new("/nowhere/state.json")).unwrap_err();
        assert!(error.to_string().contains("countersign-agent enroll"), "{error}");
    }

    #[test]
    fn a_folder_that_does_not_exist_is_noticed_before_enrolling() {
        assert!(State::can_be_saved(Path::new("/nowhere/state.json")).is_err());
    }

    #[test]
    fn a_check_in_adds_and_removes_grants() {
        let mut state = state();
        let news = |version: &str, added: Value, removed: Value| -> CheckIn {
            serde_json::from_value(json!({"version": version, "more": false, "policy_version": 3,
                "grants": {"added": added, "removed": removed}, "maintenance": null}))
            .unwrap()
        };
        state.apply(&news("a", json!([{"id": "grt_1"}, {"id": "grt_2"}]), json!([])));
        state.apply(&news("b", json!([]), json!(["grt_1"])));
        assert_eq!(state.grants.keys().collect::<Vec<_>>(), ["grt_2"]);
        assert_eq!((state.version.as_deref(), state.policy_version), (Some("b"), Some(3)));
    }

    #[test]
    fn the_wanted_agent_stays_until_the_server_wants_another() {
        let mut state = state();
        let news = |version: &str, agent: Value| -> CheckIn {
            serde_json::from_value(json!({"version": version, "more": false, "agent": agent})).unwrap()
        };
        state.apply(&news("a", json!({"version": "2.4.1", "update_channel": null})));
        state.apply(&serde_json::from_value(json!({"version": "b", "more": false})).unwrap());
        assert_eq!(state.agent.as_ref().unwrap()["version"], "2.4.1");
        state.apply(&news("c", json!({"version": null, "update_channel": "preview"})));
        assert_eq!(state.agent, Some(json!({"version": null, "update_channel": "preview"})));
    }

    #[test]
    fn starting_over_keeps_who_the_computer_is_and_what_was_accepted() {
        let mut state = state();
        state.hostname = Some("desk-7".into());
        state.override_key = Some("KEY".into());
        state.connection.proxy = Some("http://proxy.example:3128".into());
        state.accepted.insert("grt_1".into(), json!({"id": "grt_1"}));
        state.grants.insert("grt_1".into(), json!({"id": "grt_1"}));
        (state.version, state.complete) = (Some("a".into()), true);
        let before = state.clone();
        state.forget_news();
        assert_eq!((&state.version, state.complete, state.grants.len()), (&None, false, 0));
        assert_eq!(
            (state.hostname, state.override_key, state.connection, state.accepted),
            (before.hostname, before.override_key, before.connection, before.accepted)
        );
    }

    #[test]
    fn a_state_of_an_earlier_version_is_read_and_takes_an_unchanged_answer_as_news_once() {
        let text = r#"{"server": "http://127.0.0.1:3000", "computer_id": "cmp_1", "token": "csc_1", "version": "a",
            "grants": {"grt_1": {"id": "grt_1"}}}"#;
        let mut state: State = serde_json::from_str(text).unwrap();
        let news: CheckIn = serde_json::from_value(json!({"version": "a", "more": false})).unwrap();
        assert!(state.is_news(&news), "it is not known whether all was fetched");
        state.apply(&news);
        assert!(!state.is_news(&news));
        assert_eq!(state.grants.len(), 1);
    }

    #[test]
    fn only_one_process_uses_a_state() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let first = State::lock(&path).unwrap();
        assert!(matches!(State::lock(&path), Err(AgentError::InUse { .. })));
        drop(first);
        State::lock(&path).unwrap();
    }
}
