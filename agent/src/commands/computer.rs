//! The commands about this computer: enrolling it, what it must enforce, its override codes.

use std::path::absolute;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use countersign_agent::{
    AgentError, Client, Connection, Enrollment, Event, Executable, FirstUses, IdempotencyKey, MeasuredFile,
    OverrideKey, Program, Retry, State, Told, Watcher, count_attempt, note_use, report_uses,
};
use countersign_client::hostname;
use serde_json::json;

use super::{connection, enrolled_client, now, trust};
use crate::options::{EnrollOptions, InspectOptions, Options, WatchOptions};
use crate::output::{VERSION, WRONG_CODE, print, say, tell_computer, tell_file, tell_news, tell_use, warn};

pub async fn enroll(options: &Options, asked: &EnrollOptions) -> Result<ExitCode, AgentError> {
    let _lock = State::lock(&options.state)?;
    if options.state.exists() && !asked.again {
        let reason = "this computer is already enrolled; use `--again` to enroll it again".into();
        return Err(AgentError::State { path: options.state.clone(), reason });
    }
    let Some(server) = options.server.clone() else {
        return Err(AgentError::NoServer);
    };
    State::can_be_saved(&options.state)?;
    let connection = remembered(connection(options, &Connection::default()))?;
    let enrollment = Enrollment {
        enrollment_key: asked.key.clone(),
        hostname: asked.hostname.clone().or_else(hostname).unwrap_or_else(|| "unknown".into()),
        os: std::env::consts::OS.into(),
        agent_version: Some(VERSION.into()),
    };
    let client = Client::connecting(&server, &connection)?;
    let enrolled = client.enroll(&enrollment, &IdempotencyKey::fresh()?).await?;
    let state = State::enrolled(server, enrolled.computer_id.clone(), enrolled.token);
    let (hostname, override_key) = (asked.hostname.clone(), enrolled.override_key);
    State { hostname, override_key, connection, ..state }.save(&options.state)?;
    if options.json {
        print(&json!({ "computer_id": enrolled.computer_id, "unconfirmed": enrolled.unconfirmed }));
    } else {
        say(&format!("enrolled as {}", enrolled.computer_id));
    }
    if enrolled.unconfirmed {
        warn("note: the host name is already taken; an administrator has to confirm this computer");
    }
    Ok(ExitCode::SUCCESS)
}

/// Later commands may run in another folder.
fn remembered(connection: Connection) -> Result<Connection, AgentError> {
    let Some(path) = connection.ca_file else { return Ok(connection) };
    let unusable =
        |cause: std::io::Error| AgentError::Certificates { path: path.clone(), reason: cause.to_string() };
    let ca_file = Some(absolute(&path).map_err(unusable)?);
    Ok(Connection { ca_file, ..connection })
}

pub fn computer(options: &Options) -> Result<ExitCode, AgentError> {
    let state = State::load(&options.state)?;
    tell_computer(options, options.server.as_deref().unwrap_or(&state.server), &state);
    Ok(ExitCode::SUCCESS)
}

pub async fn check_in(options: &Options) -> Result<ExitCode, AgentError> {
    let _lock = State::lock(&options.state)?;
    let (client, mut state) = enrolled_client(options)?;
    let told = Told { hostname: renamed(&state), instance: None, agent_version: Some(VERSION.into()) };
    report_uses(&client, &options.state, &state).await?;
    loop {
        let news = match client.check_in(state.version.as_deref(), None, &told).await {
            Ok(news) => news,
            Err(error) if state.version.is_some() && error.is_too_old() => {
                state.forget_news();
                continue;
            }
            Err(error) => return Err(error),
        };
        tell_news(options, &news);
        if state.is_news(&news) {
            state.apply(&news);
            state.save(&options.state)?;
        }
        if !news.more {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

pub async fn watch(options: &Options, asked: &WatchOptions) -> Result<ExitCode, AgentError> {
    let _lock = State::lock(&options.state)?;
    let (client, state) = enrolled_client(options)?;
    // Of this run alone, so that two that run at once are found.
    let instance = Some(IdempotencyKey::fresh()?.as_str().to_owned());
    let told = Told { hostname: renamed(&state), instance, agent_version: Some(VERSION.into()) };
    let program = asked.exec.as_ref().map(|command| {
        let patience = Duration::from_secs(asked.exec_timeout);
        Program::new(command.clone(), patience, state.server.clone(), state.computer_id.clone())
    });
    let watcher = Watcher::new(client, state, options.state.clone(), told, now);
    let watcher = match program {
        Some(program) => watcher.running(program),
        None => watcher,
    };
    let watcher = if asked.anew { watcher.anew() } else { watcher };
    watcher.watch(|event| tell(options, &event)).await?;
    Ok(ExitCode::SUCCESS)
}

fn tell(options: &Options, event: &Event<'_>) {
    match event {
        Event::News(news) => tell_news(options, news),
        Event::Unreachable(error) => warn(&format!("warning: {error}; trying again in a minute")),
        Event::Done(change) => warn(&format!("note: the command accepted {}", described(change))),
        Event::Failed { change, reason, pause } => {
            let (change, pause) = (described(change), pause.as_secs_f64());
            warn(&format!(
                "warning: the command failed with {change}: {reason}; it is run again in {pause} s"
            ));
        }
    }
}

fn described(change: &countersign_agent::Change) -> String {
    let id = change.grant().and_then(|grant| grant.get("id")).and_then(serde_json::Value::as_str);
    id.map_or_else(|| change.name().to_owned(), |id| format!("{} {id}", change.name()))
}

/// The computer's present name, unless it was enrolled under one that was chosen.
fn renamed(state: &State) -> Option<String> {
    if state.hostname.is_none() { hostname() } else { None }
}

pub async fn used(options: &Options, grant: &str) -> Result<ExitCode, AgentError> {
    let (client, mut state) = enrolled_client(options)?;
    let noted = note_use(&options.state, &mut state, grant, now())?;
    if !noted.reported {
        // What waits for this command is not held up by a server that is out of reach.
        let client = client.with_retry(Retry::default().attempts(1));
        match report_uses(&client, &options.state, &state).await {
            Err(error) if error.is_passing() => {
                warn(&format!("warning: {error}; the next check-in tells the server of the use"));
            }
            told => told?.remove(grant).map_or(Ok(()), Err)?,
        }
        state.first_uses = FirstUses::load(&options.state, &state.computer_id)?;
    }
    let used = state.first_uses.of(grant).unwrap_or(noted);
    tell_use(options, grant, used, state.grant(grant).as_ref());
    Ok(ExitCode::SUCCESS)
}

pub async fn inspect(options: &Options, asked: &InspectOptions) -> Result<ExitCode, AgentError> {
    let file = MeasuredFile::measure(&asked.file).await?;
    let found = Executable::examine(&file, Arc::new(trust(&asked.trust)?), now()).await?;
    tell_file(options, &file, &found);
    Ok(ExitCode::SUCCESS)
}

pub fn verify_override(options: &Options, code: Option<&str>) -> Result<ExitCode, AgentError> {
    let state = State::load(&options.state)?;
    let key = OverrideKey::parse(state.override_key.as_deref().unwrap_or_default())?;
    let code = match code {
        Some(code) => code.to_owned(),
        None => typed()?,
    };
    count_attempt(&options.state, now())?;
    let right = key.accepts(&code, now());
    if options.json {
        print(&json!({ "right": right }));
    } else {
        say(if right { "the code is right" } else { "the code is wrong" });
    }
    Ok(if right { ExitCode::SUCCESS } else { ExitCode::from(WRONG_CODE) })
}

/// From standard input a code stays out of the list of processes.
fn typed() -> Result<String, AgentError> {
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line);
    read.map_err(|cause| AgentError::File { path: "standard input".into(), cause })?;
    Ok(line)
}
