//! What the commands print, and their exit codes.

use std::io::Write;
use std::process::ExitCode;

use countersign_agent::{
    AgentError, CallError, CheckIn, Executable, FirstUse, MeasuredFile, RequestState, RequestStatus,
    Signature, State, Submitted,
};
use countersign_client::{json_line, shown};
use serde::Serialize;
use serde_json::{Value, json};

use crate::options::Options;

/// What this agent says of its version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

const DENIED: u8 = 3;
const NO_APPROVAL: u8 = 4;
const NO_ANSWER: u8 = 5;
const REFUSED: u8 = 6;
const NOT_ENROLLED: u8 = 7;
/// The override code is wrong.
pub const WRONG_CODE: u8 = 8;
const TOO_MANY_ATTEMPTS: u8 = 9;

/// The exit code of a request that was waited for. An approval that does not reach this computer is none.
pub fn exit_code(status: &RequestStatus) -> ExitCode {
    match status.status {
        RequestState::Approved if status.reaches == Some(false) => ExitCode::from(NO_APPROVAL),
        RequestState::Approved => ExitCode::SUCCESS,
        RequestState::Denied => ExitCode::from(DENIED),
        RequestState::Ignored
        | RequestState::Expired
        | RequestState::Cancelled
        | RequestState::Revoked
        | RequestState::Pending
        | RequestState::Unknown => ExitCode::from(NO_APPROVAL),
    }
}

/// The exit code of a failure.
pub fn exit_code_of(error: &AgentError) -> ExitCode {
    match error {
        AgentError::Call(_) if error.is_passing() => ExitCode::from(NO_ANSWER),
        AgentError::Call(_) if error.is_no_longer_enrolled() => ExitCode::from(NOT_ENROLLED),
        AgentError::NotEnrolled { .. } => ExitCode::from(NOT_ENROLLED),
        AgentError::Call(CallError::Refused(_)) | AgentError::NotInForce { .. } => ExitCode::from(REFUSED),
        AgentError::TooManyAttempts { .. } => ExitCode::from(TOO_MANY_ATTEMPTS),
        AgentError::Call(
            CallError::Server { .. }
            | CallError::Unreachable { .. }
            | CallError::Unexpected { .. }
            | CallError::Proxy
            | CallError::Certificates { .. }
            | CallError::Random(_),
        )
        | AgentError::NoServer
        | AgentError::File { .. }
        | AgentError::State { .. }
        | AgentError::Certificates { .. }
        | AgentError::Examination { .. }
        | AgentError::OverrideKey
        | AgentError::InUse { .. } => ExitCode::FAILURE,
    }
}

/// A request that was made, or changed.
pub fn tell_submitted(options: &Options, submitted: &Submitted, file: Option<&MeasuredFile>) {
    for warning in &submitted.warnings {
        warn(&format!("note: {}: {}", warning.pointer, warning.message));
    }
    let sha256 = file.map(MeasuredFile::sha256);
    if options.json {
        let warnings = &submitted.warnings;
        print(
            &json!({ "id": submitted.id, "status": submitted.status, "sha256": sha256, "warnings": warnings }),
        );
        return;
    }
    let digest = sha256.map(|digest| format!(" (SHA-256 {digest})")).unwrap_or_default();
    say(&format!("{} is {}{digest}", submitted.id, submitted.status));
}

/// The status of a request.
pub fn tell_status(options: &Options, id: &str, status: &RequestStatus) {
    if options.json {
        let RequestStatus { status, decision, reaches, not_reached_because } = status;
        print(&json!({ "id": id, "status": status, "decision": decision, "reaches": reaches,
            "not_reached_because": not_reached_because }));
        return;
    }
    let decision = status.decision.as_ref();
    let mut line = format!("{id} is {}", status.status);
    if let Some(scope) = decision.and_then(|decision| decision.scope.as_deref()) {
        line.push_str(&format!(" for the {scope}"));
    }
    if let Some(end) = decision.and_then(|decision| decision.expires_at) {
        line.push_str(&format!(" until {end}"));
    }
    if let Some(message) = decision.and_then(|decision| decision.message.as_deref()) {
        line.push_str(&format!(": {message}"));
    }
    if status.reaches == Some(false) {
        let because = match status.not_reached_because.as_deref().unwrap_or("unknown") {
            "not_used_in_time" => "it was not used in time",
            "used_up" => "its time since the first use is over",
            other => other,
        };
        line.push_str(&format!(" (does not reach this computer now: {because})"));
    }
    say(&line);
}

/// A grant that is being used.
pub fn tell_use(options: &Options, id: &str, used: FirstUse, grant: Option<&Value>) {
    let end = grant.and_then(|grant| grant.get("expires_at")).and_then(Value::as_str);
    let FirstUse { used_at, reported } = used;
    if options.json {
        print(&json!({ "grant_id": id, "used_at": used_at, "expires_at": end, "reported": reported }));
        return;
    }
    let end = end.map(|end| format!(" until {end}")).unwrap_or_default();
    say(&format!("{id} is used since {used_at}{end}"));
}

/// What this computer knows. The token, the key and the proxy's password are not shown.
pub fn tell_computer(options: &Options, server: &str, state: &State) {
    let grants = state.grants.keys().filter_map(|id| Some((id, state.grant(id)?)));
    if options.json {
        print(&json!({
            "computer_id": state.computer_id,
            "server": server,
            "policy_version": state.policy_version,
            "policies": state.policies,
            "grants": grants.map(|(_, grant)| grant).collect::<Vec<_>>(),
            "maintenance": state.maintenance,
            "agent_version": VERSION,
            "wanted_agent": state.agent,
            "complete": state.complete,
            "checks_override_codes": state.override_key.is_some(),
        }));
        return;
    }
    say(&format!("{} at {server}", state.computer_id));
    let policies = state.policies.len();
    let version =
        state.policy_version.map_or_else(|| "not fetched yet".to_owned(), |number| number.to_string());
    let maintenance = state.maintenance.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
    say(&format!("deployment: {version}; policies: {policies}; maintenance: {maintenance}"));
    let wanted = state.agent.as_ref().map_or_else(|| "not fetched yet".to_owned(), wanted_agent);
    say(&format!("agent: {VERSION}; wanted: {wanted}"));
    say(&format!("grants: {}{}", state.grants.len(), if state.complete { "" } else { " so far" }));
    for (id, grant) in grants {
        say(&format!("  {id} {grant}"));
    }
}

/// The news of a check-in.
pub fn tell_news(options: &Options, news: &CheckIn) {
    if options.json {
        print(news);
        return;
    }
    let policies = news.policies.as_ref().map_or_else(|| "unchanged".to_owned(), |all| all.len().to_string());
    let maintenance = news.maintenance.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
    let wanted = news.agent.as_ref().map(|agent| format!("; wanted agent: {}", wanted_agent(agent)));
    say(&format!(
        "policies: {policies}; grants: {} added, {} removed; maintenance: {maintenance}{}",
        news.grants.added.len(),
        news.grants.removed.len(),
        wanted.unwrap_or_default(),
    ));
}

/// The version and the channel that a group's computers are to have, in words.
fn wanted_agent(agent: &Value) -> String {
    let member = |name: &str| agent.get(name).and_then(Value::as_str);
    let version = member("version").unwrap_or("the newest");
    let channel = member("update_channel").unwrap_or("usual");
    format!("{version} of the {channel} channel")
}

/// What a file says of itself.
pub fn tell_file(options: &Options, file: &MeasuredFile, found: &Executable) {
    if options.json {
        print(
            &json!({ "path": file.path(), "sha256": file.sha256(), "size": file.size(), "executable": found }),
        );
        return;
    }
    say(&format!("SHA-256: {}", file.sha256()));
    say(&format!("size: {} bytes", file.size()));
    for (name, value) in [
        ("Authenticode SHA-256", &found.authenticode_sha256),
        ("publisher", &found.publisher),
        ("product", &found.product),
        ("version", &found.version),
    ] {
        if let Some(value) = value {
            say(&format!("{name}: {value}"));
        }
    }
    if found.signatures.is_empty() {
        say("not signed");
    }
    found.signatures.iter().for_each(tell_signature);
}

fn tell_signature(signature: &Signature) {
    let Signature { signer, state, signed_at } = signature;
    let subject = signer.subject.as_deref().unwrap_or("somebody unknown");
    let issuer = signer.issuer.as_deref().map(|issuer| format!(", issued by {issuer}")).unwrap_or_default();
    let time = signed_at.map(|at| format!(", timestamped {at}")).unwrap_or_default();
    say(&format!("signed by {subject}{issuer}{time}: {}", state.as_str()));
}

/// Prints a document as one line.
pub fn print(document: &impl Serialize) {
    match serde_json::to_string(document) {
        Ok(line) => say(&json_line(&line)),
        Err(cause) => warn(&format!("error: cannot print: {cause}")),
    }
}

/// Prints one line to stdout immediately, without control characters, because parts of it come from others. A closed
/// pipe is not a failure.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{}", shown(line)).and_then(|()| out.flush());
}

/// Prints a line to stderr in the same way; a message may have several lines.
pub fn warn(message: &str) {
    for line in message.lines() {
        let _ = writeln!(std::io::stderr(), "{}", shown(line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_away_has_an_exit_code_of_its_own() {
        let away =
            AgentError::Call(CallError::Unreachable { attempts: 8, cause: "connection refused".to_owned() });
        let code = |error: &AgentError| format!("{:?}", exit_code_of(error));
        assert_eq!(code(&away), format!("{:?}", ExitCode::from(5)));
        let enrolled = AgentError::NotEnrolled { path: "state.json".into() };
        assert_eq!(code(&enrolled), format!("{:?}", ExitCode::from(7)));
        assert_eq!(code(&AgentError::Call(CallError::Proxy)), format!("{:?}", ExitCode::FAILURE));
    }
}
