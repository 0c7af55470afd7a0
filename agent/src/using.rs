//! Using a grant: the first use is noted here at once, and the server is told when it can be reached.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;

use crate::first_use::{FirstUse, FirstUses};
use crate::{AgentError, Client, FirstUseReport, State};

/// Notes the first use of a grant on this computer, now. Later uses change nothing. Note the use before you let the program run: then it
/// runs no longer than was approved. The grant must be in `state`, which is saved at `path`.
///
/// # Errors
/// When the grant is not in force on this computer, or the use cannot be noted.
pub fn note_use(path: &Path, state: &mut State, grant: &str, now: Timestamp) -> Result<FirstUse, AgentError> {
    let not_in_force = || AgentError::NotInForce { grant: grant.to_owned() };
    if !state.grants_at(now).contains_key(grant) {
        return Err(not_in_force());
    }
    // As the server keeps it.
    let used_at = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
    let known = |id: &str| !state.complete || state.grants.contains_key(id);
    state.first_uses = FirstUses::change(path, &state.computer_id, |uses| {
        uses.note(grant, FirstUse { used_at, reported: false });
        uses.keep(known);
    })?;
    state.first_uses.of(grant).ok_or_else(not_in_force)
}

/// A use that the server was not told yet.
#[derive(Clone, Debug)]
pub(crate) struct Unreported {
    grant: String,
    used_at: Timestamp,
    request_id: Option<String>,
}

/// The uses that the server was not told yet.
pub(crate) fn unreported(state: &State) -> Vec<Unreported> {
    let request = |grant: &str| state.grants.get(grant)?.get("request_id").and_then(Value::as_str);
    let uses = state.first_uses.unreported().map(|(grant, used_at)| Unreported {
        grant: grant.to_owned(),
        used_at,
        request_id: request(grant).map(str::to_owned),
    });
    uses.collect()
}

/// Tells the server the uses that it was not told yet. One that it refuses, such as that of a grant which was revoked meanwhile,
/// is not told again; it stays noted. The refused ones, by grant.
///
/// # Errors
/// When it does not answer, or no longer knows the computer; or what was told cannot be noted.
pub async fn report_uses(
    client: &Client,
    path: &Path,
    state: &State,
) -> Result<BTreeMap<String, AgentError>, AgentError> {
    report(client, path, &state.computer_id, unreported(state)).await
}

pub(crate) async fn report(
    client: &Client,
    path: &Path,
    computer_id: &str,
    uses: Vec<Unreported>,
) -> Result<BTreeMap<String, AgentError>, AgentError> {
    let mut refused = BTreeMap::new();
    for Unreported { grant, used_at, request_id } in uses {
        let report = FirstUseReport { used_at: Some(used_at), request_id };
        let used_at = match client.report_use(&grant, &report).await {
            Ok(told) => told.used_at,
            Err(error) if error.is_refusal() => {
                refused.insert(grant.clone(), error);
                used_at
            }
            Err(error) => return Err(error),
        };
        let told = FirstUse { used_at, reported: true };
        FirstUses::change(path, computer_id, |uses| uses.note(&grant, told))?;
    }
    Ok(refused)
}
