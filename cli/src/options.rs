//! The command line.

mod values;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use clap_complete::Shell;

use crate::error::EXIT_CODES;
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
    /// Your email address; asked for if it is left out
    #[arg(long, value_name = "ADDRESS", conflicts_with = "token_stdin")]
    pub email: Option<String>,
    /// Read an API token from standard input instead of asking for a password
    #[arg(long)]
    pub token_stdin: bool,
    /// Read the password from the first line of standard input, and a one-time code, if you have set one up, from the second
    #[arg(long, requires = "email", conflicts_with = "token_stdin")]
    pub password_stdin: bool,
}

#[derive(Debug, Args)]
pub struct Requests {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: RequestsCommand,
}

#[derive(Debug, Subcommand)]
pub enum RequestsCommand {
    /// List requests, the newest first
    List(List),
    /// Open a request; the audits note that you did
    Show {
        /// The request (`req_…`)
        id: String,
    },
    /// Approve requests
    Approve(Approve),
    /// Deny requests
    Deny(Deny),
    /// Print requests and decisions as they come, until Ctrl-C
    Watch(Watch),
}

#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    pub place: Place,
    /// Leave out the organizations below
    #[arg(long)]
    pub only_here: bool,
    /// Statuses, separated by commas; `decided` and `ended` stand for several [default: all]
    #[arg(long)]
    pub status: Option<String>,
    /// Kind of the requests
    #[arg(long)]
    pub kind: Option<RequestKind>,
    /// Computer group (`grp_…`)
    #[arg(long, value_name = "ID")]
    pub group: Option<String>,
    /// Computer (`cmp_…`)
    #[arg(long, value_name = "ID")]
    pub computer: Option<String>,
    /// Who has taken them: an id, `me` or `none`
    #[arg(long, value_name = "WHO")]
    pub assignee: Option<String>,
    /// Only those made at this moment or later (RFC 3339)
    #[arg(long, value_name = "MOMENT")]
    pub after: Option<jiff::Timestamp>,
    /// Only those made before this moment (RFC 3339)
    #[arg(long, value_name = "MOMENT")]
    pub before: Option<jiff::Timestamp>,
    /// A text to find: a file, a user, a computer
    #[arg(short, long, value_name = "TEXT")]
    pub search: Option<String>,
    /// The oldest first
    #[arg(long)]
    pub oldest: bool,
    /// How many at most
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
}

/// What all decisions have.
#[derive(Debug, Args)]
pub struct Deciding {
    /// The requests (`req_…`), at most 50
    #[arg(required = true, num_args = 1..=50)]
    pub ids: Vec<String>,
    /// What the requesters are told
    #[arg(short, long, value_name = "TEXT")]
    pub message: Option<String>,
    /// What only administrators read
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Decide anew what was denied or ignored
    #[arg(long)]
    pub anew: bool,
    #[command(flatten)]
    pub confirmation: Confirmation,
}

#[derive(Debug, Args)]
pub struct Approve {
    #[command(flatten)]
    pub deciding: Deciding,
    /// For what the approval counts [default: as the organization has set]
    #[arg(long)]
    pub scope: Option<Scope>,
    /// What it covers: this file, or everything of its verified publisher [default: this file]
    #[arg(long)]
    pub condition: Option<Condition>,
    /// Its end (RFC 3339), or `never` [default: as the organization has set]
    #[arg(long, value_name = "MOMENT", value_parser = until)]
    pub until: Option<Until>,
}

#[derive(Debug, Args)]
pub struct Deny {
    #[command(flatten)]
    pub deciding: Deciding,
    /// Deny those of other computers for the same as well, as far as this scope reaches
    #[arg(long)]
    pub include_matching: bool,
    /// For what the denial counts [default: as the organization has set]
    #[arg(long)]
    pub scope: Option<Scope>,
}

#[derive(Debug, Args)]
pub struct Watch {
    #[command(flatten)]
    pub place: Place,
    /// How often to ask, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(3..=3600))]
    pub interval: u64,
}

#[derive(Debug, Args)]
pub struct Admins {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub place: Place,
    /// A part of a name or an address
    #[arg(short, long, value_name = "TEXT")]
    pub search: Option<String>,
}

#[derive(Debug, Args)]
pub struct Roles {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, Args)]
pub struct WhoCan {
    #[command(flatten)]
    pub common: Common,
    /// The action, such as `requests.approve-application`
    pub action: String,
    #[command(flatten)]
    pub place: Place,
    /// The kind of request [default: it must be allowed for all]
    #[arg(long)]
    pub kind: Option<RequestKind>,
    /// The scope of the decision [default: a single computer]
    #[arg(long)]
    pub scope: Option<Scope>,
}

#[derive(Debug, Args)]
pub struct Explain {
    #[command(flatten)]
    pub common: Common,
    /// The action, such as `requests.approve-application`
    pub action: String,
    #[command(flatten)]
    pub place: Place,
    /// About whom: an id or an email address [default: you]
    #[arg(short, long, value_name = "WHO")]
    pub administrator: Option<String>,
    /// The computer group (`grp_…`)
    #[arg(long, value_name = "ID")]
    pub group: Option<String>,
    /// The computer (`cmp_…`)
    #[arg(long, value_name = "ID")]
    pub computer: Option<String>,
    /// The kind of request
    #[arg(long)]
    pub kind: Option<RequestKind>,
    /// The scope of the decision
    #[arg(long)]
    pub scope: Option<Scope>,
}

#[derive(Debug, Args)]
pub struct Audit {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: AuditCommand,
}

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check the sealed chain of an organization's audit at the server, and print its head
    Verify {
        #[command(flatten)]
        place: Place,
        /// The number of a row that was noted from the server's log
        #[arg(long, value_name = "NUMBER", requires = "head")]
        count: Option<u64>,
        /// The head that was noted with it: the chain must still have exactly this row
        #[arg(long, value_name = "HEAD", requires = "count")]
        head: Option<String>,
    },
    /// Export an audit, the newest entries first; that is on record
    Export(Export),
}

#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    pub place: Place,
    /// What administrators did, or what happened at computers
    #[arg(long, default_value = "system")]
    pub audit: WhichAudit,
    #[arg(long, default_value = "jsonl")]
    pub format: Format,
    /// The file to write; it appears when it is complete [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Acts such as `request.decided`, separated by commas; `request` stands for all that begin with it
    #[arg(long, value_name = "ACTS")]
    pub act: Option<String>,
    /// Who acted: an id, `set-up`, `anonymous` or `system`
    #[arg(long, value_name = "ID")]
    pub actor: Option<String>,
    /// The id of a record that the entries are about
    #[arg(long, value_name = "ID")]
    pub about: Option<String>,
    /// Only entries of this moment or later (RFC 3339)
    #[arg(long, value_name = "MOMENT")]
    pub after: Option<jiff::Timestamp>,
    /// Only entries of before this moment (RFC 3339)
    #[arg(long, value_name = "MOMENT")]
    pub before: Option<jiff::Timestamp>,
    /// A text to find
    #[arg(short, long, value_name = "TEXT")]
    pub search: Option<String>,
}

#[derive(Debug, Args)]
pub struct Policies {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: PoliciesCommand,
}

#[derive(Debug, Subcommand)]
pub enum PoliciesCommand {
    /// Show what deploying would change, or how two versions differ
    Diff {
        #[command(flatten)]
        place: Place,
        /// The version to start from [default: what is live]
        #[arg(long, value_name = "VERSION")]
        from: Option<u64>,
        /// The version to compare it with [default: the drafts]
        #[arg(long, value_name = "VERSION")]
        to: Option<u64>,
    },
    /// Deploy the drafts, or an earlier version
    Deploy {
        #[command(flatten)]
        place: Place,
        /// An earlier version to deploy again
        #[arg(long, value_name = "VERSION")]
        version: Option<u64>,
        #[command(flatten)]
        confirmation: Confirmation,
    },
}

#[derive(Debug, Args)]
pub struct Apply {
    #[command(flatten)]
    pub common: Common,
    /// The file that says what there is to be
    #[arg(short, long, value_name = "FILE")]
    pub file: PathBuf,
    /// Only show the plan
    #[arg(long)]
    pub plan: bool,
    /// Delete what the file leaves out, of the kinds that it names at an organization
    #[arg(long)]
    pub prune: bool,
    /// Deploy the policies, too; otherwise they stay drafts
    #[arg(long)]
    pub deploy: bool,
    #[command(flatten)]
    pub confirmation: Confirmation,
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
