//! Who is there, and who may do what.

use clap::Args;

use super::{Common, Place, RequestKind, Scope};

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
