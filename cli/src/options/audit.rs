//! Verifying and exporting the audits.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Common, Format, Place, WhichAudit};

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
