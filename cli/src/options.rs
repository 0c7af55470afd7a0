//! The command line.

mod audit;
mod policies;
mod requests;
mod rights;
mod values;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use clap_complete::Shell;

use crate::error::EXIT_CODES;
pub use audit::{Audit, AuditCommand, Export};
pub use policies::{Apply, Policies, PoliciesCommand};
pub use requests::{Approve, Deciding, Deny, List, Requests, RequestsCommand, Watch};
pub use rights::{Admins, Explain, Roles, WhoCan};
pub use values::{Condition, Format, RequestKind, Scope, Until, WhichAudit, until};

/// What an administrator does at a terminal.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Sign in at a server, and keep the session or an API token
    #[command(after_help = EXIT_CODES)]
    Login(Login),
    /// End the session and forget it
    #[command(after_help = EXIT_CODES)]
    Logout(Common),
    /// Show who is signed in, where, and until when
    #[command(after_help = EXIT_CODES)]
    Whoami(Common),
    /// Find, open and decide requests
    #[command(after_help = EXIT_CODES)]
    Requests(Requests),
    /// List the administrators of an organization
    #[command(after_help = EXIT_CODES)]
    Admins(Admins),
    /// List the roles of an organization
    #[command(after_help = EXIT_CODES)]
    Roles(Roles),
    /// List everybody who may do something, and why
    #[command(after_help = EXIT_CODES)]
    WhoCan(WhoCan),
    /// Say whether somebody may do something, and why or what is missing
    #[command(after_help = EXIT_CODES)]
    Explain(Explain),
    /// Verify and export the audits
    #[command(after_help = EXIT_CODES)]
    Audit(Audit),
    /// Compare and deploy policies
    #[command(after_help = EXIT_CODES)]
    Policies(Policies),
    /// Make organizations, groups, policies, roles and rules as a file says
    #[command(after_help = EXIT_CODES)]
    Apply(Apply),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Which server is called, and how the answer is printed.
#[derive(Clone, Debug, Default, Args)]
pub struct Common {
    /// Address of the server; by default the one where you are signed in
    #[arg(long, global = true, env = "COUNTERSIGN_SERVER", value_name = "URL")]
    pub server: Option<String>,
    /// Proxy for all calls; by default HTTPS_PROXY and NO_PROXY count. `login` remembers it
    #[arg(long, global = true, env = "COUNTERSIGN_PROXY", hide_env_values = true, value_name = "URL")]
    pub proxy: Option<String>,
    /// PEM file with certificates that the server's may lead to, besides the system's. `login` remembers it
    #[arg(long, global = true, env = "COUNTERSIGN_CA_FILE", value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Print JSON, one document per line
    #[arg(long, global = true)]
    pub json: bool,
}

/// Where something is.
#[derive(Clone, Debug, Default, Args)]
pub struct Place {
    /// An organization: its id, or its name, also after those above it (`Company A/Branch`). By default your own
    #[arg(short, long, value_name = "ORGANIZATION")]
    pub organization: Option<String>,
}

/// Whether to ask.
#[derive(Clone, Debug, Default, Args)]
pub struct Confirmation {
    /// Do not ask for confirmation; needed where there is no terminal
    #[arg(short, long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct Login {
    #[command(flatten)]
    pub common: Common,
    /// Sign in with this email address and a password, instead of a code that you approve in the console
    #[arg(long, value_name = "ADDRESS", conflicts_with = "token_stdin")]
    pub email: Option<String>,
    /// Read an API token from standard input instead of signing in
    #[arg(long)]
    pub token_stdin: bool,
    /// Read the password from the first line of standard input, and a one-time code, if you have set one up, from the second
    #[arg(long, requires = "email", conflicts_with = "token_stdin")]
    pub password_stdin: bool,
    /// Print the code even if standard error is not a terminal
    #[arg(long, conflicts_with_all = ["email", "token_stdin"])]
    pub device_code: bool,
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[derive(Debug, Parser)]
    struct Program {
        #[command(subcommand)]
        command: Command,
    }

    fn parse(line: &str) -> Result<Command, clap::Error> {
        Program::try_parse_from(line.split(' ')).map(|program| program.command)
    }

    #[test]
    fn the_command_line_is_consistent() {
        Program::command().debug_assert();
    }

    #[test]
    fn options_for_all_commands_may_follow_the_last() {
        let Ok(Command::Requests(asked)) =
            parse("countersign requests list --json --server http://one.example")
        else {
            panic!("it is a command")
        };
        assert!(asked.common.json);
        assert_eq!(asked.common.server.as_deref(), Some("http://one.example"));
    }

    #[test]
    fn no_secret_is_taken_as_an_argument() {
        for line in ["login --token csp_1", "login --password x", "requests list --token csp_1"] {
            assert!(parse(&format!("countersign {line}")).is_err(), "{line}");
        }
    }
}
