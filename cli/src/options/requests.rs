//! Finding, opening and deciding requests.

use clap::{Args, Subcommand};

use super::{Common, Condition, Confirmation, Place, RequestKind, Scope, Until, until};

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
