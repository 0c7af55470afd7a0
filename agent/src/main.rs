//! `countersign-agent`: the reference endpoint agent on the command line.

mod commands;
mod options;

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
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<ExitCode, AgentError> {
    match &options.command {
        Command::Enroll(asked) => commands::enroll(options, asked).await,
        Command::Request(asked) => commands::request(options, asked).await,
        Command::Status { id } => commands::status(options, id).await,
        Command::CheckIn { watch } => commands::check_in(options, *watch).await,
    }
}
