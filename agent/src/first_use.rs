//! When this computer first used its grants: the time of some begins with that. They are kept in a file beside the state, because
//! what lets a program start notes its use while `watch` has the state to itself, and cannot wait for the server.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{AgentError, private_file};

/// How the name of the file ends.
const ENDING: &str = ".uses";
/// How the name of the file ends by which writers take turns.
const TURN_ENDING: &str = ".uses.lock";

/// The first uses of a computer's grants.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FirstUses {
    /// The computer. Another one, which was enrolled with the same state file, has used nothing yet.
    computer_id: String,
    uses: BTreeMap<String, FirstUse>,
}

/// The first use of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstUse {
    /// When it was.
    pub used_at: Timestamp,
    /// Whether the server was told.
    pub reported: bool,
}

impl FirstUses {
    /// The first uses that were noted beside a state.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn load(state: &Path, computer_id: &str) -> Result<Self, AgentError> {
        let path = private_file::beside(state, ENDING);
        let unusable = |reason: String| AgentError::State { path: path.clone(), reason };
        let known: Self = match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|cause| unusable(cause.to_string()))?,
            Err(cause) if cause.kind() == ErrorKind::NotFound => Self::default(),
            Err(cause) => return Err(unusable(cause.to_string())),
        };
        let own = known.computer_id == computer_id;
        Ok(if own { known } else { Self { computer_id: computer_id.to_owned(), uses: BTreeMap::new() } })
    }

    /// Changes the first uses beside a state. Of several changes at once, none is lost.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub(crate) fn change(
        state: &Path,
        computer_id: &str,
        change: impl FnOnce(&mut Self),
    ) -> Result<Self, AgentError> {
        let path = private_file::beside(state, ENDING);
        let unusable =
            |cause: std::io::Error| AgentError::State { path: path.clone(), reason: cause.to_string() };
        let turn = private_file::open(&private_file::beside(state, TURN_ENDING)).map_err(unusable)?;
        turn.lock().map_err(unusable)?;
        let mut uses = Self::load(state, computer_id)?;
        let before = uses.clone();
        change(&mut uses);
        if uses != before {
            let text = serde_json::to_vec_pretty(&uses).map_err(std::io::Error::from);
            text.and_then(|text| private_file::replace(&path, &text)).map_err(unusable)?;
        }
        Ok(uses)
    }

    /// The first use of a grant.
    #[must_use]
    pub fn of(&self, grant: &str) -> Option<FirstUse> {
        self.uses.get(grant).copied()
    }

    /// Notes the use of a grant. The earliest one counts.
    pub(crate) fn note(&mut self, grant: &str, used: FirstUse) {
        let known = self.uses.entry(grant.to_owned()).or_insert(used);
        known.used_at = known.used_at.min(used.used_at);
        known.reported |= used.reported;
    }

    /// Forgets those that the server knows and nothing asks for any more.
    pub(crate) fn keep(&mut self, wanted: impl Fn(&str) -> bool) {
        self.uses.retain(|grant, used| !used.reported || wanted(grant));
    }

    /// The uses that the server was not told yet.
    pub(crate) fn unreported(&self) -> impl Iterator<Item = (&str, Timestamp)> {
        let unreported = self.uses.iter().filter(|(_, used)| !used.reported);
        unreported.map(|(grant, used)| (grant.as_str(), used.used_at))
    }

    /// A grant as it counts on this computer. One whose time begins with its first use ends so long after that, and until it is
    /// used, when it must be.
    pub(crate) fn counting(&self, id: &str, grant: &Value) -> Value {
        let mut counting = grant.clone();
        let Some(Value::Object(first_use)) = counting.get_mut("first_use") else { return counting };
        let at = |value: Option<&Value>| value?.as_str()?.parse::<Timestamp>().ok();
        let told = at(first_use.get("used_at"));
        let used = self.of(id).map(|used| used.used_at).into_iter().chain(told).min();
        let lasts = first_use.get("lasts_seconds").and_then(Value::as_i64).unwrap_or_default();
        let own = match used {
            Some(used) => {
                first_use.insert("used_at".to_owned(), json!(used));
                used.checked_add(SignedDuration::from_secs(lasts)).ok()
            }
            None => at(first_use.get("use_by")),
        };
        let end = own.into_iter().chain(at(grant.get("expires_at"))).min();
        if let Some(members) = counting.as_object_mut() {
            members.insert("expires_at".to_owned(), json!(end));
        }
        counting
    }
}

/// Whether the time of a grant is still to begin.
pub(crate) fn is_unused(grant: &Value) -> bool {
    grant
        .get("first_use")
        .is_some_and(|first_use| first_use.is_object() && first_use.get("used_at").is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn used(text: &str, reported: bool) -> FirstUse {
        FirstUse { used_at: at(text), reported }
    }

    fn grant(first_use: Value) -> Value {
        json!({ "id": "grt_1", "expires_at": "2026-12-04T20:00:00Z", "first_use": first_use })
    }

    #[test]
    fn the_earliest_use_counts_and_stays_reported() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state.json");
        for (text, reported) in [("2026-11-27T12:00:00Z", true), ("2026-11-27T13:00:00Z", false)] {
            FirstUses::change(&state, "cmp_1", |uses| uses.note("grt_1", used(text, reported))).unwrap();
        }
        let known = FirstUses::load(&state, "cmp_1").unwrap();
        assert_eq!(known.of("grt_1"), Some(used("2026-11-27T12:00:00Z", true)));
        assert_eq!(known.of("grt_2"), None);
    }

    #[test]
    fn another_computer_with_the_same_state_file_has_used_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state.json");
        let noon = used("2026-11-27T12:00:00Z", false);
        FirstUses::change(&state, "cmp_1", |uses| uses.note("grt_1", noon)).unwrap();
        assert_eq!(FirstUses::load(&state, "cmp_2").unwrap().of("grt_1"), None);
    }

    #[test]
    fn what_the_server_was_not_told_is_kept() {
        let mut uses = FirstUses::default();
        uses.note("grt_1", used("2026-11-27T12:00:00Z", true));
        uses.note("grt_2", used("2026-11-27T12:00:00Z", false));
        uses.note("grt_3", used("2026-11-27T12:00:00Z", true));
        uses.keep(|grant| grant == "grt_3");
        assert_eq!(uses.uses.keys().collect::<Vec<_>>(), ["grt_2", "grt_3"]);
        assert_eq!(uses.unreported().map(|(grant, _)| grant).collect::<Vec<_>>(), ["grt_2"]);
    }

    #[test]
    fn a_damaged_file_is_an_error_because_it_would_make_grants_last_longer() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state.json");
        fs::write(private_file::beside(&state, ENDING), "{").unwrap();
        assert!(matches!(FirstUses::load(&state, "cmp_1"), Err(AgentError::State { .. })));
    }

    #[test]
    fn the_end_of_a_grant_follows_from_its_first_use() {
        let unused = json!({ "lasts_seconds": 28800, "use_by": "2026-12-04T12:00:00Z" });
        let told = json!({ "lasts_seconds": 28800, "use_by": "2026-12-04T12:00:00Z", "used_at": "2026-11-28T08:00:00Z" });
        let never = FirstUses::default();
        let mut noted = FirstUses::default();
        noted.note("grt_1", used("2026-11-27T12:00:00Z", false));
        for (uses, grant, end, why) in [
            (&never, grant(unused.clone()), json!("2026-12-04T12:00:00Z"), "it must be used by then"),
            (&noted, grant(unused.clone()), json!("2026-11-27T20:00:00Z"), "eight hours after the use"),
            (&never, grant(told.clone()), json!("2026-11-28T16:00:00Z"), "the use that the server knows"),
            (&noted, grant(told), json!("2026-11-27T20:00:00Z"), "the earlier of both"),
            (&noted, grant(Value::Null), json!("2026-12-04T20:00:00Z"), "its time began when it was given"),
        ] {
            assert_eq!(uses.counting("grt_1", &grant)["expires_at"], end, "{why}");
        }
        assert_eq!(noted.counting("grt_1", &grant(unused))["first_use"]["used_at"], "2026-11-27T12:00:00Z");
    }
}
