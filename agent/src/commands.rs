//! What each command does: call the library, print the result.

mod computer;
mod progress;
mod requests;

use countersign_agent::{AgentError, Client, Connection, State, TrustStore};
use jiff::Timestamp;

use crate::options::{Options, TrustOptions};

pub use computer::{check_in, computer, enroll, inspect, used, verify_override, watch};
pub use requests::{amend, cancel, renew, request, status};

/// A client of the server where this computer is enrolled.
fn enrolled_client(options: &Options) -> Result<(Client, State), AgentError> {
    let state = State::load(&options.state)?;
    let server = options.server.as_deref().unwrap_or(&state.server);
    let connection = connection(options, &state.connection);
    Ok((Client::connecting(server, &connection)?.with_token(&state.token), state))
}

/// How the server is reached: as the command line says, otherwise as was said when the computer enrolled.
fn connection(options: &Options, enrolled: &Connection) -> Connection {
    Connection {
        proxy: options.proxy.clone().or_else(|| enrolled.proxy.clone()),
        ca_file: options.ca_file.clone().or_else(|| enrolled.ca_file.clone()),
    }
}

fn trust(options: &TrustOptions) -> Result<TrustStore, AgentError> {
    match &options.signing_ca {
        Some(path) => TrustStore::pem_file(path),
        None => Ok(TrustStore::system()),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the program reads the clock of the computer"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

/// The account that runs the program. A service may lack these variables.
fn username() -> String {
    let known = variable(&["USER", "USERNAME", "LOGNAME"]).or_else(|| whoami::username().ok());
    known.unwrap_or_else(|| "unknown".into())
}

fn variable(names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}
