//! `countersign-agent`: the reference endpoint agent on the command line.

mod commands;
mod options;
mod output;

use std::process::ExitCode;

use clap::Parser;
use countersign_agent::AgentError;

use options::{Command, Options};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options).await {
        Ok(code) => code,
        Err(error) => {
            output::warn(&format!("error: {error}"));
            output::exit_code_of(&error)
        }
    }
}

async fn run(options: &Options) -> Result<ExitCode, AgentError> {
    match &options.command {
        Command::Enroll(asked) => commands::enroll(options, asked).await,
        Command::Request(asked) => commands::request(options, asked).await,
        Command::Amend(asked) => commands::amend(options, asked).await,
        Command::Renew(asked) => commands::renew(options, asked).await,
        Command::Cancel(asked) => commands::cancel(options, asked).await,
        Command::Status { id: Some(id), wait } => commands::status(options, id, *wait).await,
        Command::Status { id: None, .. } => commands::computer(options),
        Command::CheckIn => commands::check_in(options).await,
        Command::Watch(asked) => commands::watch(options, asked).await,
        Command::Used { grant } => commands::used(options, grant).await,
        Command::Inspect(asked) => commands::inspect(options, asked).await,
        Command::VerifyOverride { code } => commands::verify_override(options, code.as_deref()),
    }
}
