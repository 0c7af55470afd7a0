//! Signing in and out.

mod device;

use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;

use countersign_client::{CallError, Connection};
use reqwest::Method;
use serde_json::{Value, json};

use crate::error::CliError;
use crate::options::{Common, Login};
use crate::output::{print, say, warn};
use crate::profile::{self, Profile, same_server};
use crate::session::{Query, Safely, Session};
use crate::wire::{SignedIn, WhoAmI};

/// Signs in, and keeps the token.
pub async fn login(asked: &Login) -> Result<ExitCode, CliError> {
    let path = profile::path()?;
    let before = Profile::load(&path)?;
    let server = asked.common.server.clone().or_else(|| before.as_ref().map(|before| before.server.clone()));
    let server =
        server.ok_or_else(|| CliError::Usage("give the address of the server with --server URL".into()))?;
    device::require_reader(asked)?;
    let connection = connection(&asked.common)?;
    warn_of_plain_text(&server);
    let token = if asked.token_stdin {
        line_of_stdin("the token")?
    } else {
        sign_in(asked, &Session::with(&server, None, &connection)?).await?
    };
    let session = Session::with(&server, Some(&token), &connection)?;
    let me: WhoAmI = session.get("who-am-i", &["session"], &Query::new()).await?;
    Profile { server: server.clone(), token, connection }.save(&path)?;
    if let Some(before) = before.filter(|before| before.is_session() && same_server(&before.server, &server))
    {
        end_earlier(&before).await;
    }
    tell(&asked.common, &server, &me);
    Ok(ExitCode::SUCCESS)
}

/// Ends the session at the server, and forgets it.
pub async fn logout(common: &Common) -> Result<ExitCode, CliError> {
    let path = profile::path()?;
    let kept = Profile::load(&path)?.ok_or(CliError::NotSignedIn)?;
    if kept.is_session() {
        let session = Session::with(&kept.server, Some(&kept.token), &kept.connection)?;
        match end(&session).await {
            // It has ended already.
            Err(error) if is_not_identified(&error) => {}
            ended => ended?,
        }
    }
    Profile::forget(&path)?;
    if common.json {
        print(&json!({ "server": kept.server, "session_ended": kept.is_session() }));
    } else if kept.is_session() {
        say(&format!("Signed out of {}", kept.server));
    } else {
        say(&format!(
            "Forgot the API token for {}. It stays valid until it expires or is revoked in the console",
            kept.server
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// Shows who is signed in.
pub async fn whoami(common: &Common) -> Result<ExitCode, CliError> {
    let session = Session::open(common)?;
    let me: Value = session.get("who-am-i", &["session"], &Query::new()).await?;
    if common.json {
        print(&me);
    } else {
        let me: WhoAmI = serde_json::from_value(me)
            .map_err(|cause| CallError::Unexpected { operation: "who-am-i", reason: cause.to_string() })?;
        tell(common, &session.server, &me);
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(common: &Common, server: &str, me: &WhoAmI) {
    let person = &me.administrator;
    if common.json {
        print(&json!({ "server": server, "email": person.email, "expires_at": me.expires_at }));
        return;
    }
    let (name, email, home) = (&person.name, &person.email, &person.organization.name);
    say(&format!("Signed in at {server} as {name} <{email}> of {home}, until {}", me.expires_at));
}

/// How the server is reached, with a path that works from every folder.
fn connection(common: &Common) -> Result<Connection, CliError> {
    let absolute = |path: &std::path::PathBuf| {
        std::path::absolute(path)
            .map_err(|cause| CliError::File { path: path.display().to_string(), reason: cause.to_string() })
    };
    let ca_file = common.ca_file.as_ref().map(absolute).transpose()?;
    Ok(Connection { proxy: common.proxy.clone(), ca_file })
}

/// A session by a device code, or by email and password.
async fn sign_in(asked: &Login, session: &Session) -> Result<String, CliError> {
    let signed_in = match &asked.email {
        Some(email) => with_password(asked, email, session).await?,
        None => device::sign_in(session).await?,
    };
    if signed_in.totp_required {
        warn(
            "your organization requires one-time codes: set them up in the console before anything else works",
        );
    }
    let missing = || CallError::Unexpected { operation: "sign-in", reason: "there is no token in it".into() };
    Ok(signed_in.token.ok_or_else(missing)?)
}

/// A session by email and password, and a one-time code where the server wants one.
async fn with_password(asked: &Login, email: &str, session: &Session) -> Result<SignedIn, CliError> {
    let password = if asked.password_stdin { line_of_stdin("the password")? } else { hidden("Password: ")? };
    let mut body = json!({ "email": email, "password": password });
    match start(session, &body).await {
        Err(error) if wants_code(&error) => {
            let code = if asked.password_stdin {
                line_of_stdin("the one-time code")?
            } else {
                typed("One-time code: ")?
            };
            if let Some(body) = body.as_object_mut() {
                body.insert("totp".to_owned(), code.into());
            }
            start(session, &body).await
        }
        answer => answer,
    }
}

async fn start(session: &Session, body: &Value) -> Result<SignedIn, CliError> {
    let answer =
        session.send(Method::POST, &["session"], &Query::new(), Some(body), &Safely::Unrepeated).await?;
    Ok(answer.read("sign-in")?)
}

async fn end(session: &Session) -> Result<(), CliError> {
    session.send(Method::DELETE, &["session"], &Query::new(), None, &Safely::Unrepeated).await.map(drop)
}

/// The new session is kept already, so this only tells what is left behind.
async fn end_earlier(before: &Profile) {
    let ended = match Session::with(&before.server, Some(&before.token), &before.connection) {
        Ok(session) => end(&session).await,
        Err(error) => Err(error),
    };
    if let Err(error) = ended.or_else(|error| if is_not_identified(&error) { Ok(()) } else { Err(error) }) {
        warn(&format!("warning: your earlier session was not ended: {error}"));
    }
}

fn refused_with(error: &CliError, is: impl Fn(&countersign_client::Problem) -> bool) -> bool {
    if let CliError::Call(error) = error { error.problem().is_some_and(is) } else { false }
}

fn wants_code(error: &CliError) -> bool {
    refused_with(error, |problem| problem.code == "totp-missing")
}

fn is_not_identified(error: &CliError) -> bool {
    refused_with(error, |problem| problem.status == 401)
}

/// A password that goes over a network in plain text can be read on the way.
fn warn_of_plain_text(server: &str) {
    let Ok(address) = reqwest::Url::parse(server) else { return };
    let host = address.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let loopback = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if address.scheme() == "http" && !loopback {
        warn(
            "warning: `http://` sends your password and your token readable over the network; use `https://`",
        );
    }
}

fn typed(prompt: &str) -> Result<String, CliError> {
    if !std::io::stdin().is_terminal() {
        return Err(CliError::Usage(
            "there is no terminal: use --token-stdin, or --email with --password-stdin".into(),
        ));
    }
    let mut err = std::io::stderr();
    write!(err, "{prompt}").and_then(|()| err.flush())?;
    line_of_stdin("it")
}

/// Asks without showing what is typed.
fn hidden(prompt: &str) -> Result<String, CliError> {
    rpassword::prompt_password(prompt).map_err(|cause| {
        CliError::Usage(format!(
            "cannot ask for the password ({cause}): use --token-stdin or --password-stdin"
        ))
    })
}

fn line_of_stdin(what: &str) -> Result<String, CliError> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let line = line.trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        return Err(CliError::Usage(format!("standard input ended before {what}")));
    }
    Ok(line.to_owned())
}
