//! Why a command failed, in messages that say what to do next, and its exit code.

use std::path::PathBuf;
use std::process::ExitCode;

use countersign_client::{CallError, Problem};
use thiserror::Error;

/// What each exit code means, at the end of each help text.
pub const EXIT_CODES: &str = "Exit codes: 0 done, or there is nothing to do; 1 failed; 2 wrong usage; 3 somebody else was faster: \
                              it is decided already, it has changed, or the name is taken; 4 there is something to do \
                              (`apply --plan`); 5 no answer from the server, try again later; 6 refused by the server; 7 not \
                              signed in, or no longer; 8 the answer is no (`explain`, `audit verify`); 9 you did not confirm.";

const FAILED: u8 = 1;
const USAGE: u8 = 2;
/// Somebody else was faster.
pub const CONFLICT: u8 = 3;
/// There is something to do.
pub const SOMETHING_TO_DO: u8 = 4;
const NO_ANSWER: u8 = 5;
const REFUSED: u8 = 6;
const NOT_SIGNED_IN: u8 = 7;
/// The answer is no.
pub const NO: u8 = 8;
const NOT_CONFIRMED: u8 = 9;

/// Why a command failed.
#[derive(Debug, Error)]
pub enum CliError {
    /// A call failed.
    #[error("{}", call_in_words(.0))]
    Call(#[from] CallError),
    /// No credentials are kept, nor given.
    #[error(
        "you are not signed in; run `countersign login --server URL`, or set COUNTERSIGN_SERVER and COUNTERSIGN_TOKEN"
    )]
    NotSignedIn,
    /// The kept credentials are for another server than the one that was named.
    #[error(
        "you are signed in at {kept}, not at {named}; run `countersign login --server {named}`, or set COUNTERSIGN_TOKEN"
    )]
    OtherServer { kept: String, named: String },
    /// The kept credentials cannot be used.
    #[error("cannot use `{path}`: {reason}")]
    Credentials { path: PathBuf, reason: String },
    /// The command line asks for something that cannot be.
    #[error("{0}")]
    Usage(String),
    /// Nobody can be asked.
    #[error("there is no terminal to ask for confirmation; look at what will happen and add --yes")]
    NeedsYes,
    /// The question was answered with no.
    #[error("nothing was done, because you did not confirm")]
    NotConfirmed,
    /// A file cannot be read or written.
    #[error("cannot use `{path}`: {reason}")]
    File { path: String, reason: String },
    /// Standard input or output failed.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] std::io::Error),
    /// The server answered with less than it announced.
    #[error("{0}")]
    Incomplete(String),
}

impl CliError {
    /// The exit code.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        let code = match self {
            Self::Call(error) => match error.problem() {
                Some(problem) => code_of_refusal(problem),
                None if error.is_passing() => NO_ANSWER,
                None => FAILED,
            },
            Self::NotSignedIn | Self::OtherServer { .. } => NOT_SIGNED_IN,
            Self::Usage(_) | Self::NeedsYes => USAGE,
            Self::NotConfirmed => NOT_CONFIRMED,
            Self::Credentials { .. } | Self::File { .. } | Self::Terminal(_) | Self::Incomplete(_) => FAILED,
        };
        ExitCode::from(code)
    }
}

/// The exit code of a refusal.
#[must_use]
pub fn code_of_refusal(problem: &Problem) -> u8 {
    match problem.status {
        401 => NOT_SIGNED_IN,
        409 | 412 => CONFLICT,
        _ if problem.is_passing() => NO_ANSWER,
        _ => REFUSED,
    }
}

fn call_in_words(error: &CallError) -> String {
    let Some(problem) = error.problem() else { return error.to_string() };
    let mut words = format!("{error}{}", missing_in_words(problem));
    if problem.status == 401 {
        words.push_str("\nsign in again: `countersign login --server URL`");
    }
    words
}

/// The missing permissions, as lines that follow a message.
fn missing_in_words(problem: &Problem) -> String {
    let ways = problem.missing.clone().and_then(|missing| serde_json::from_value(missing).ok());
    let ways: Vec<Vec<crate::wire::Requirement>> = ways.unwrap_or_default();
    let lines = ways.iter().map(|way| crate::words::way(way, &|_| None));
    lines.map(|line| format!("\n  needed: {line}")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(status: u16, body: &serde_json::Value) -> CliError {
        CallError::Refused(Box::new(Problem::read(status, body.to_string().as_bytes()))).into()
    }

    fn code(error: &CliError) -> String {
        format!("{:?}", error.exit_code())
    }

    #[test]
    fn who_was_slower_who_is_refused_and_who_is_not_signed_in_have_codes_of_their_own() {
        for (status, expected) in
            [(401, 7), (403, 6), (404, 6), (409, 3), (412, 3), (422, 6), (429, 5), (503, 5)]
        {
            let error = refused(status, &json!({}));
            assert_eq!(code(&error), format!("{:?}", ExitCode::from(expected)), "{status}");
        }
        let away: CliError = CallError::Unreachable { attempts: 8, cause: "refused".to_owned() }.into();
        assert_eq!(code(&away), format!("{:?}", ExitCode::from(5)));
    }

    #[test]
    fn a_refusal_says_which_permissions_are_needed() {
        let error = refused(
            403,
            &json!({"code": "not-permitted", "detail": "`roles.create` at `org_1` is not permitted",
                "missing": [[{"permission": "role-administrator", "organization_id": "org_1"}],
                            [{"permission": "super-admin", "organization_id": "org_1"}]]}),
        );
        let text = error.to_string();
        assert!(text.contains("needed: `role-administrator` at org_1\n"), "{text}");
        assert!(text.ends_with("needed: `super-admin` at org_1"), "{text}");
    }
}
