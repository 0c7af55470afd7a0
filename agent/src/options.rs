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
    /// Proxy for all calls; by default HTTPS_PROXY and NO_PROXY count. `enroll` remembers it
    #[arg(long, global = true, env = "COUNTERSIGN_PROXY", hide_env_values = true, value_name = "URL")]
    pub proxy: Option<String>,
    /// PEM file with certificates that the server's may lead to, besides the system's. `enroll` remembers it
    #[arg(long, global = true, env = "COUNTERSIGN_CA_FILE", value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Print JSON, one document per line
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, or approved; 1 failed; 2 wrong usage; 3 denied; 4 ignored, expired, \
                          cancelled or revoked; 5 no answer from the server, try again later; 6 refused by the server, \
                          or the grant is not in force; \
                          7 not enrolled, or no longer; 8 wrong override code; 9 too many attempts at override codes. \
                          3 and 4 come only from `--wait`.";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Enroll this computer at the server
    Enroll(EnrollOptions),
    /// Ask for permission to run a file, or to use a storage device
    Request(Box<RequestOptions>),
    /// Say more about a pending request
    Amend(AmendOptions),
    /// Ask to prolong an approval
    Renew(RenewOptions),
    /// Withdraw from a pending request
    Cancel(CancelOptions),
    /// Show the status of a request, or of this computer
    Status {
        /// The request (`req_…`); without it, what this computer knows is shown, without asking the server
        id: Option<String>,
        /// Wait for the decision
        #[arg(long, requires = "id")]
        wait: bool,
    },
    /// Fetch changes once: policies, grants, maintenance mode
    CheckIn,
    /// Stay connected and print every change as it happens
    Watch(WatchOptions),
    /// Note that this computer uses a grant, and tell the server. To be run before what it allows is started: the time of some
    /// grants begins with their first use
    Used {
        /// The grant (`grt_…`)
        grant: String,
    },
    /// Show what a file says of itself: digests, signatures, version information
    Inspect(InspectOptions),
    /// Check an administrator's override code of the day, without a connection
    VerifyOverride {
        /// The code; spaces and hyphens do not count. Read from standard input if it is left out
        code: Option<String>,
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

/// Who asks.
#[derive(Debug, Args)]
pub struct RequesterOptions {
    /// The user who asks; by default the user who runs this command
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// The user's email address for the decision
    #[arg(long)]
    pub email: Option<String>,
    /// Why it is needed, in the user's words
    #[arg(long)]
    pub reason: Option<String>,
}

#[derive(Debug, Args)]
pub struct RequestOptions {
    /// The blocked file, which is examined here. Storage: the path on the device, which is not read
    pub file: PathBuf,
    #[command(flatten)]
    pub requester: RequesterOptions,
    #[arg(long, value_enum, default_value_t = KindOption::Application)]
    pub kind: KindOption,
    /// The policy that blocked it (`pol_…`)
    #[arg(long, value_name = "ID")]
    pub policy: Option<String>,
    /// Path of the program that started the file
    #[arg(long, value_name = "PATH")]
    pub calling_process: Option<PathBuf>,
    /// The command line that the file was to be started with
    #[arg(long, value_name = "TEXT")]
    pub command_line: Option<String>,
    /// Where the file came from, such as the address it was downloaded from
    #[arg(long, value_name = "TEXT")]
    pub origin: Option<String>,
    #[command(flatten)]
    pub trust: TrustOptions,
    #[command(flatten)]
    pub elevation: ElevationOptions,
    #[command(flatten)]
    pub storage: StorageOptions,
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

/// What signatures are verified against.
#[derive(Debug, Args)]
pub struct TrustOptions {
    /// PEM file with the certificates that signatures of files must lead to; by default those that the system trusts
    #[arg(long, alias = "ca", env = "COUNTERSIGN_SIGNING_CA", value_name = "FILE")]
    pub signing_ca: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ElevationOptions {
    /// Elevation: the account to run the file as
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// Elevation: for how many seconds the higher rights are asked for
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=31_622_400))]
    pub duration: Option<u32>,
}

#[derive(Debug, Args)]
pub struct StorageOptions {
    /// Storage: the device's serial number, or another identifier of this particular device
    #[arg(long, value_name = "SERIAL", required_if_eq("kind", "storage"))]
    pub device: Option<String>,
    /// Storage: the requested access
    #[arg(long, value_enum, required_if_eq("kind", "storage"))]
    pub access: Option<AccessOption>,
    /// Storage: the device's name for people
    #[arg(long, value_name = "NAME")]
    pub device_name: Option<String>,
    /// Storage: what kind of device it is, such as `usb-disk`
    #[arg(long, value_name = "CLASS")]
    pub device_class: Option<String>,
    /// Storage: who made the device
    #[arg(long, value_name = "NAME")]
    pub vendor: Option<String>,
    /// Storage: the model of the device
    #[arg(long, value_name = "NAME")]
    pub product: Option<String>,
    /// Storage: whether its content is encrypted
    #[arg(long, value_name = "true|false")]
    pub encrypted: Option<bool>,
}

#[derive(Debug, Args)]
pub struct AmendOptions {
    /// The request (`req_…`)
    pub id: String,
    #[command(flatten)]
    pub requester: RequesterOptions,
    /// The requested file, of which a copy may be kept after all
    #[arg(long, value_name = "FILE")]
    pub attach: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct RenewOptions {
    /// The approved request (`req_…`)
    pub id: String,
    #[command(flatten)]
    pub requester: RequesterOptions,
    /// Wait for the decision
    #[arg(long)]
    pub wait: bool,
    /// Continue an earlier attempt under its key
    #[arg(long, value_name = "KEY")]
    pub idempotency_key: Option<String>,
}

#[derive(Debug, Args)]
pub struct CancelOptions {
    /// The request (`req_…`)
    pub id: String,
    /// The user who withdraws; by default the user who runs this command
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
}

#[derive(Debug, Args)]
pub struct WatchOptions {
    /// Command that is run with each change: JSON on its standard input, and environment variables. It is run again, after a
    /// pause, until it exits with 0
    #[arg(long, value_name = "COMMAND")]
    pub exec: Option<String>,
    /// Run the command with everything in force, also with what it has accepted before
    #[arg(long, requires = "exec")]
    pub anew: bool,
    /// After how many seconds the command is killed
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "exec",
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub exec_timeout: u64,
}

#[derive(Debug, Args)]
pub struct InspectOptions {
    pub file: PathBuf,
    #[command(flatten)]
    pub trust: TrustOptions,
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
