//! Signing in with a device code: the code is shown here and approved in the console, so no password is typed at this terminal.

use std::io::IsTerminal;
use std::time::Duration;

use countersign_client::{Answer, CallError, hostname};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::error::CliError;
use crate::options::Login;
use crate::output::warn;
use crate::session::{Query, Safely, Session};
use crate::wire::{SignedIn, StartedDeviceLogin};

/// Longer than any code can be approved; the server says when one has expired.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// The most seconds between two questions, whatever the server says.
const SLOWEST: u64 = 60;

/// Refuses to show a code where nobody would read it, before anything is asked of a server.
///
/// # Errors
/// The command line names no other way to sign in, and there is no terminal.
pub fn require_reader(asked: &Login) -> Result<(), CliError> {
    let otherwise = asked.email.is_some() || asked.token_stdin;
    if otherwise || asked.device_code || std::io::stderr().is_terminal() {
        return Ok(());
    }
    let ways =
        "--token-stdin, --email with --password-stdin, or --device-code if somebody reads what this prints";
    Err(CliError::Usage(format!("there is no terminal: use {ways}")))
}

/// Shows a code and waits until it is approved. Returns the session.
pub async fn sign_in(session: &Session) -> Result<SignedIn, CliError> {
    let host = hostname().unwrap_or_else(|| "an unknown computer".to_owned());
    // The longest description that the server takes.
    let description: String = format!("countersign on {host}").chars().take(100).collect();
    let body = json!({ "description": description });
    let started: StartedDeviceLogin =
        post(session, &["device-logins"], &body).await?.read("start-device-login")?;
    warn(&format!(
        "To sign in, open {}\nin a browser and enter the code {}\nOr open {} and compare the code.\nWaiting for approval (Ctrl-C ends it) ...",
        started.verification_url, started.user_code, started.verification_url_complete
    ));
    wait(session, &started).await
}

async fn wait(session: &Session, started: &StartedDeviceLogin) -> Result<SignedIn, CliError> {
    let body = json!({ "device_code": started.device_code });
    let pause = Duration::from_secs(started.interval_seconds.clamp(1, SLOWEST));
    let end = Instant::now() + LONGEST;
    loop {
        tokio::time::sleep(pause).await;
        match post(session, &["device-logins", "session"], &body).await {
            Ok(answer) => return Ok(answer.read("begin-device-session")?),
            Err(CliError::Call(error)) if waits(&error) && Instant::now() < end => {}
            Err(error) => return Err(error),
        }
    }
}

/// Repeats what is answered with 429, after `Retry-After`.
async fn post(session: &Session, segments: &[&str], body: &Value) -> Result<Answer, CliError> {
    session.send(Method::POST, segments, &Query::new(), Some(body), &Safely::Unrepeated).await
}

/// Whether to go on asking: nobody has decided, or there was no answer. If an answer with the session was lost, the next one says that
/// the code was used.
fn waits(error: &CallError) -> bool {
    error.is_passing() || error.problem().is_some_and(|problem| problem.code == "device-login-pending")
}

#[cfg(test)]
mod tests {
    use countersign_client::Problem;

    use super::*;

    fn refused(status: u16, code: &str) -> CallError {
        let body = json!({ "code": code }).to_string();
        CallError::Refused(Box::new(Problem::read(status, body.as_bytes())))
    }

    #[test]
    fn it_asks_until_somebody_decides() {
        assert!(waits(&refused(409, "device-login-pending")));
        assert!(waits(&refused(503, "busy")));
        assert!(waits(&CallError::Unreachable { attempts: 1, cause: "refused".to_owned() }));
        for (status, code) in [
            (401, "device-code-not-valid"),
            (403, "device-login-denied"),
            (403, "address-not-allowed"),
            (410, "device-login-expired"),
        ] {
            assert!(!waits(&refused(status, code)), "{code}");
        }
    }
}
