//! Why a call failed, in messages that say what to do next.

use std::path::PathBuf;

use thiserror::Error;

use crate::Problem;

/// Why a call could not be made, or was not answered as hoped.
#[derive(Debug, Error)]
pub enum CallError {
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
    /// The proxy's address is not usable. It is not shown, because it may contain a password.
    #[error("the address of the proxy is not usable; give it as `http://host:port`")]
    Proxy,
    /// A file of certificates cannot be used.
    #[error("cannot use the certificates in `{path}`: {reason}")]
    Certificates { path: PathBuf, reason: String },
    /// The operating system gives no random bytes.
    #[error("no random bytes from the operating system: {0}")]
    Random(String),
}

impl CallError {
    /// The server's refusal, if it is one.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        if let Self::Refused(problem) = self { Some(problem) } else { None }
    }

    /// Whether asking again later may help.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused(problem) => problem.is_passing(),
            Self::Server { .. }
            | Self::Unexpected { .. }
            | Self::Proxy
            | Self::Certificates { .. }
            | Self::Random(_) => false,
        }
    }
}
