//! The errors of an agent, with messages that say what to do next.

use std::path::PathBuf;

use jiff::Timestamp;
use thiserror::Error;

use crate::Problem;

/// Why an agent could not do what it was asked to do.
#[derive(Debug, Error)]
pub enum AgentError {
    /// `--server` is not a usable address.
    #[error("`{server}` is not a server address: {reason}")]
    Server { server: String, reason: String },
    /// No answer after all attempts.
    #[error("no answer from the server after {attempts} attempts: {cause}")]
    Unreachable { attempts: u32, cause: String },
    /// The server answered and refused.
    #[error("the server refused: {0}")]
    Refused(Box<Problem>),
    /// The server's answer is not one of this API.
    #[error("unexpected answer from the server to {operation}: {reason}")]
    Unexpected { operation: &'static str, reason: String },
    /// The requested file cannot be read.
    #[error("cannot read `{path}`: {cause}")]
    File { path: PathBuf, cause: std::io::Error },
    /// The state file cannot be read or written.
    #[error("cannot use the state file `{path}`: {reason}")]
    State { path: PathBuf, reason: String },
    /// There is no state file yet.
    #[error(
        "this computer is not enrolled: no state file `{path}`; run `countersign-agent enroll --key KEY` first"
    )]
    NotEnrolled { path: PathBuf },
    /// The proxy's address is not usable. It is not shown, because it may contain a password.
    #[error("the address of the proxy is not usable; give it as `http://host:port`")]
    Proxy,
    /// A file of certificates cannot be used.
    #[error("cannot use the certificates in `{path}`: {reason}")]
    Certificates { path: PathBuf, reason: String },
    /// The requested file could not be examined.
    #[error("cannot examine `{path}`: {reason}")]
    Examination { path: PathBuf, reason: String },
    /// There is no usable key for override codes.
    #[error(
        "this computer has no usable key for override codes; run `countersign-agent check-in` to get it from the server"
    )]
    OverrideKey,
    /// There were too many attempts at an override code.
    #[error("too many attempts; try again after {until}")]
    TooManyAttempts { until: Timestamp },
    /// Another agent is using the state.
    #[error("another countersign-agent is using `{path}`; stop it first")]
    InUse { path: PathBuf },
    /// The operating system gives no random bytes.
    #[error("no random bytes from the operating system: {0}")]
    Random(String),
}

impl AgentError {
    /// The server's refusal, if it is one.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        if let Self::Refused(problem) = self { Some(problem) } else { None }
    }

    /// Whether the server can no longer tell what has changed since the version named, only everything.
    #[must_use]
    pub fn is_too_old(&self) -> bool {
        self.problem().is_some_and(|problem| problem.status == 410)
    }

    /// Whether the server no longer accepts this computer's token: the computer was removed, enrolled again, or is one of
    /// several clones.
    #[must_use]
    pub fn is_no_longer_enrolled(&self) -> bool {
        self.problem().is_some_and(|problem| problem.status == 401)
    }

    /// Whether asking again later may help.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused(problem) => crate::client::worth_retrying(problem.status),
            Self::Server { .. }
            | Self::Unexpected { .. }
            | Self::File { .. }
            | Self::State { .. }
            | Self::NotEnrolled { .. }
            | Self::Proxy
            | Self::Certificates { .. }
            | Self::Examination { .. }
            | Self::OverrideKey
            | Self::TooManyAttempts { .. }
            | Self::InUse { .. }
            | Self::Random(_) => false,
        }
    }
}
