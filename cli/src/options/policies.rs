//! Deploying policies, and configuration as code.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Common, Confirmation, Place};

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
