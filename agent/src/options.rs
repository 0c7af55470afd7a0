//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use countersign_agent::Kind;

/// Asks a Countersign server for permission on behalf of this computer.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES)]
pub struct Options {
    /// Address of the server; by default the one where this computer is enrolled
    #[arg(long, global = true, env = "COUNTERSIGN_SERVER", value_name = "URL")]
    pub server: Option<String>,
    /// Where this computer keeps its id, its token and the results of its last check-in
    #[arg(
        long,
        global = true,
        env = "COUNTERSIGN_STATE",
        default_value = "countersign-agent.json",
        value_name = "FILE"
    )]
    pub state: PathBuf,
    /// Print JSON, one document per line
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes of `request --wait`: 0 approved, 3 denied, 4 ignored, expired, cancelled or \
                          revoked. All commands: 1 failed, 2 wrong usage.";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Enroll this computer at the server
    Enroll(EnrollOptions),
    /// Ask for permission to run a file, or to use a storage device
    Request(Box<RequestOptions>),
    /// Show the status of a request
    Status {
        /// The request (`req_…`)
        id: String,
    },
    /// Fetch changes: policies, grants, maintenance mode
    CheckIn {
        /// Stay connected and print every change as it happens
        #[arg(long)]
        watch: bool,
    },
}

#[derive(Debug, Args)]
pub struct EnrollOptions {
    /// Enrollment key of the computer group
    #[arg(long, env = "COUNTERSIGN_ENROLLMENT_KEY", hide_env_values = true)]
    pub key: String,
    /// Name of this computer; by default its host name
    #[arg(long)]
    pub hostname: Option<String>,
    /// Enroll again although the state file exists
    #[arg(long)]
    pub again: bool,
}

#[derive(Debug, Args)]
pub struct RequestOptions {
    /// The blocked file; its SHA-256 and size are computed here. Storage: the path on the device, which is not read
    pub file: PathBuf,
    /// Why it is needed, in the user's words
    #[arg(long)]
    pub reason: Option<String>,
    #[arg(long, value_enum, default_value_t = KindOption::Application)]
    pub kind: KindOption,
    /// The policy that blocked it (`pol_…`)
    #[arg(long, value_name = "ID")]
    pub policy: Option<String>,
    /// The user who asks; by default the user who runs this command
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// The user's email address for the decision
    #[arg(long)]
    pub email: Option<String>,
    /// The subject of the file's signing certificate
    #[arg(long, value_name = "SUBJECT")]
    pub certificate: Option<String>,
    /// Path of the program that started the file
    #[arg(long, value_name = "PATH")]
    pub calling_process: Option<String>,
    /// Storage: the device's identifier, such as its serial number
    #[arg(long, value_name = "ID", required_if_eq("kind", "storage"))]
    pub device: Option<String>,
    /// Storage: the device's name for people
    #[arg(long, value_name = "NAME")]
    pub device_name: Option<String>,
    /// Storage: the requested access
    #[arg(long, value_enum, required_if_eq("kind", "storage"))]
    pub access: Option<AccessOption>,
    /// Do not attach a copy of the file
    #[arg(long)]
    pub no_attach: bool,
    /// Wait for the decision
    #[arg(long)]
    pub wait: bool,
    /// Continue an earlier attempt under its key
    #[arg(long, value_name = "KEY")]
    pub idempotency_key: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KindOption {
    Application,
    Storage,
    Elevation,
}

impl From<KindOption> for Kind {
    fn from(kind: KindOption) -> Self {
        match kind {
            KindOption::Application => Self::Application,
            KindOption::Storage => Self::Storage,
            KindOption::Elevation => Self::Elevation,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AccessOption {
    Read,
    Write,
    Execute,
}

impl AccessOption {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Execute => "execute",
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Options::command().debug_assert();
    }
}
