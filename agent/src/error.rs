//! The errors of an agent, with messages that say what to do next.

use std::path::PathBuf;

use countersign_client::CallError;
use jiff::Timestamp;
use thiserror::Error;

use crate::Problem;

/// Why an agent could not do what it was asked to do.
#[derive(Debug, Error)]
pub enum AgentError {
    /// A call to the server failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// `enroll` was not told the server.
    #[error("this computer is not enrolled yet: give the address of the server with --server URL")]
    NoServer,
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
    /// A grant that is to be used ended, or this computer does not have it.
    #[error("the grant `{grant}` is not in force on this computer")]
    NotInForce { grant: String },
    /// Another agent is using the state.
    #[error("another countersign-agent is using `{path}`; stop it first")]
    InUse { path: PathBuf },
}

impl AgentError {
    /// The server's refusal, if it is one.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        if let Self::Call(error) = self { error.problem() } else { None }
    }

    /// Whether the server refused for good what was asked, and not the computer.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        self.problem().is_some() && !self.is_passing() && !self.is_no_longer_enrolled()
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
            Self::Call(error) => error.is_passing(),
            Self::NoServer
            | Self::File { .. }
            | Self::State { .. }
            | Self::NotEnrolled { .. }
            | Self::Certificates { .. }
            | Self::Examination { .. }
            | Self::OverrideKey
            | Self::TooManyAttempts { .. }
            | Self::NotInForce { .. }
            | Self::InUse { .. } => false,
        }
    }
}
