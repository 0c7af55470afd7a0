//! The command line of an administrator: the documented HTTP API for people who prefer a terminal. The program `countersign`
//! offers these commands beside its own.

mod apply;
mod audit;
mod error;
mod login;
mod options;
mod output;
mod places;
mod policies;
mod profile;
mod requests;
mod rights;
mod session;
mod wire;
mod words;

use std::io::Write as _;
use std::process::ExitCode;

use clap_complete::Shell;

use error::CliError;
pub use options::Command;

/// Does what the command says, and returns the exit code that its help text documents. `program` is the command line of the
/// whole program, for its completions.
#[must_use]
pub fn run(command: &Command, program: clap::Command) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(execute(command, program)),
        Err(cause) => Err(CliError::Terminal(cause)),
    };
    done.unwrap_or_else(|error| {
        output::warn(&format!("error: {error}"));
        error.exit_code()
    })
}

async fn execute(command: &Command, program: clap::Command) -> Result<ExitCode, CliError> {
    match command {
        Command::Login(asked) => login::login(asked).await,
        Command::Logout(asked) => login::logout(asked).await,
        Command::Whoami(asked) => login::whoami(asked).await,
        Command::Requests(asked) => requests::run(asked).await,
        Command::Admins(asked) => rights::admins(asked).await,
        Command::Roles(asked) => rights::roles(asked).await,
        Command::WhoCan(asked) => rights::who_can(asked).await,
        Command::Explain(asked) => rights::explain(asked).await,
        Command::Audit(asked) => audit::run(asked).await,
        Command::Policies(asked) => policies::run(asked).await,
        Command::Apply(asked) => apply::run(asked).await,
        Command::Completions { shell } => completions(*shell, program),
    }
}

fn completions(shell: Shell, mut program: clap::Command) -> Result<ExitCode, CliError> {
    let name = program.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut program, name, &mut script);
    std::io::stdout().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}
