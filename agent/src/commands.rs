//! What each command does: call the library, print the result.

use std::io::Write;
use std::process::ExitCode;

use countersign_agent::{
    AgentError, CheckIn, Client, Device, Enrollment, IdempotencyKey, MeasuredFile, RequestState,
    RequestStatus, Requester, State, Subject, Submission, Submitted, Told,
};
use serde::Serialize;
use serde_json::json;

use crate::options::{AccessOption, EnrollOptions, KindOption, Options, RequestOptions};

const DENIED: u8 = 3;
const NO_APPROVAL: u8 = 4;
/// How long a `--watch` pauses, in seconds, after every attempt of a call has failed.
const AFTER_FAILURE: u64 = 60;

pub async fn enroll(options: &Options, asked: &EnrollOptions) -> Result<ExitCode, AgentError> {
    if options.state.exists() && !asked.again {
        let reason = "this computer is already enrolled; use `--again` to enroll it again".into();
        return Err(AgentError::State { path: options.state.clone(), reason });
    }
    let Some(server) = options.server.clone() else {
        return Err(AgentError::Server { server: String::new(), reason: "give it with --server URL".into() });
    };
    State::can_be_saved(&options.state)?;
    let enrollment = Enrollment {
        enrollment_key: asked.key.clone(),
        hostname: asked.hostname.clone().or_else(hostname).unwrap_or_else(|| "unknown".into()),
        os: std::env::consts::OS.into(),
    };
    let enrolled = Client::new(&server)?.enroll(&enrollment, &IdempotencyKey::fresh()?).await?;
    let state = State::enrolled(server, enrolled.computer_id.clone(), enrolled.token);
    State { hostname: asked.hostname.clone(), ..state }.save(&options.state)?;
    if options.json {
        print(&json!({ "computer_id": enrolled.computer_id, "unconfirmed": enrolled.unconfirmed }));
    } else {
        say(&format!("enrolled as {}", enrolled.computer_id));
    }
    if enrolled.unconfirmed {
        eprintln!("note: the host name is already taken; an administrator has to confirm this computer");
    }
    Ok(ExitCode::SUCCESS)
}

pub async fn request(options: &Options, asked: &RequestOptions) -> Result<ExitCode, AgentError> {
    let (client, _) = enrolled_client(options)?;
    let file = match asked.kind {
        KindOption::Storage => None,
        KindOption::Application | KindOption::Elevation => Some(MeasuredFile::measure(&asked.file).await?),
    };
    let key = match &asked.idempotency_key {
        Some(key) => IdempotencyKey::known(key.clone()),
        None => IdempotencyKey::fresh()?,
    };
    let submitted = client.submit(&submission(asked, file.as_ref()), &key).await.inspect_err(|error| {
        if error.is_passing() {
            eprintln!("to continue this attempt later add: --idempotency-key {}", key.as_str());
        }
    })?;
    tell_submitted(options, &submitted, file.as_ref());
    if let Some(file) = file.filter(|_| submitted.attachment.upload && !asked.no_attach) {
        // The request was made without its copy: do not lose it because of a failed upload.
        if let Err(error) = client.upload(&submitted.id, &file).await {
            eprintln!("warning: the copy of the file was not attached: {error}");
        }
    }
    if !asked.wait {
        return Ok(ExitCode::SUCCESS);
    }
    let status = client.decided(&submitted.id).await?;
    tell_status(options, &submitted.id, &status);
    Ok(exit_code(status.status))
}

pub async fn status(options: &Options, id: &str) -> Result<ExitCode, AgentError> {
    let (client, _) = enrolled_client(options)?;
    let status = client.status(id, None).await?;
    tell_status(options, id, &status);
    Ok(ExitCode::SUCCESS)
}

pub async fn check_in(options: &Options, watch: bool) -> Result<ExitCode, AgentError> {
    let (client, mut state) = enrolled_client(options)?;
    let mut wait = None;
    let told = Told {
        hostname: if state.hostname.is_none() { hostname() } else { None },
        // Of this run alone, so that two that run at once are found.
        instance: if watch { Some(IdempotencyKey::fresh()?.as_str().to_owned()) } else { None },
    };
    loop {
        let news = match client.check_in(state.version.as_deref(), wait, &told).await {
            Ok(news) => news,
            Err(error) if state.version.is_some() && error.is_too_old() => {
                state.forget_news();
                continue;
            }
            Err(error) if watch && error.is_passing() => {
                eprintln!("warning: {error}; trying again in {AFTER_FAILURE} s");
                tokio::time::sleep(std::time::Duration::from_secs(AFTER_FAILURE)).await;
                continue;
            }
            Err(error) => return Err(error),
        };
        let (more, changed) = (news.more, state.version.as_deref() != Some(news.version.as_str()));
        if changed || !watch {
            tell_news(options, &news);
        }
        if changed {
            state.apply(news);
            state.save(&options.state)?;
        }
        if !more && !watch {
            return Ok(ExitCode::SUCCESS);
        }
        wait = (!more).then_some(25);
    }
}

fn enrolled_client(options: &Options) -> Result<(Client, State), AgentError> {
    let state = State::load(&options.state)?;
    let server = options.server.as_deref().unwrap_or(&state.server);
    Ok((Client::new(server)?.with_token(&state.token), state))
}

fn submission(asked: &RequestOptions, file: Option<&MeasuredFile>) -> Submission {
    let subject = match file {
        Some(file) => Subject { certificate: asked.certificate.clone(), ..Subject::file(file) },
        None => storage(asked),
    };
    Submission {
        kind: asked.kind.into(),
        policy_id: asked.policy.clone(),
        subject: Subject { calling_process: asked.calling_process.clone(), ..subject },
        reason: asked.reason.clone(),
        requester: Requester {
            username: asked.user.clone().unwrap_or_else(username),
            email: asked.email.clone(),
        },
        attach: file.is_some() && !asked.no_attach,
    }
}

fn storage(asked: &RequestOptions) -> Subject {
    let device = Device { id: asked.device.clone().unwrap_or_default(), name: asked.device_name.clone() };
    Subject::storage(device, asked.access.map(AccessOption::as_str).unwrap_or_default(), &asked.file)
}

fn exit_code(state: RequestState) -> ExitCode {
    match state {
        RequestState::Approved => ExitCode::SUCCESS,
        RequestState::Denied => ExitCode::from(DENIED),
        RequestState::Ignored
        | RequestState::Expired
        | RequestState::Cancelled
        | RequestState::Revoked
        | RequestState::Pending
        | RequestState::Unknown => ExitCode::from(NO_APPROVAL),
    }
}

fn tell_submitted(options: &Options, submitted: &Submitted, file: Option<&MeasuredFile>) {
    let sha256 = file.map(MeasuredFile::sha256);
    if options.json {
        print(&json!({ "id": submitted.id, "status": submitted.status, "sha256": sha256 }));
        return;
    }
    let digest = sha256.map(|digest| format!(" (SHA-256 {digest})")).unwrap_or_default();
    say(&format!("{} is {}{digest}", submitted.id, submitted.status));
}

fn tell_status(options: &Options, id: &str, status: &RequestStatus) {
    if options.json {
        print(&json!({ "id": id, "status": status.status, "decision": status.decision }));
        return;
    }
    let decision = status.decision.as_ref();
    let mut line = format!("{id} is {}", status.status);
    if let Some(scope) = decision.and_then(|decision| decision.scope.as_deref()) {
        line.push_str(&format!(" for the {scope}"));
    }
    if let Some(end) = decision.and_then(|decision| decision.expires_at) {
        line.push_str(&format!(" until {end}"));
    }
    if let Some(message) = decision.and_then(|decision| decision.message.as_deref()) {
        line.push_str(&format!(": {message}"));
    }
    say(&line);
}

fn tell_news(options: &Options, news: &CheckIn) {
    if options.json {
        print(news);
        return;
    }
    let policies = news.policies.as_ref().map_or_else(|| "unchanged".to_owned(), |all| all.len().to_string());
    let maintenance = news.maintenance.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
    say(&format!(
        "policies: {policies}; grants: {} added, {} removed; maintenance: {maintenance}",
        news.grants.added.len(),
        news.grants.removed.len(),
    ));
}

fn print(document: &impl Serialize) {
    match serde_json::to_string(document) {
        Ok(line) => say(&line),
        Err(cause) => eprintln!("error: cannot print: {cause}"),
    }
}

/// Prints one line to stdout immediately, without control characters, because parts of it come from others. A closed
/// pipe is not a failure.
fn say(line: &str) {
    let shown: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{shown}").and_then(|()| out.flush());
}

fn hostname() -> Option<String> {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()
        .map(|name| name.trim().to_owned())
        .or_else(|| variable(&["COMPUTERNAME", "HOSTNAME", "HOST"]))
}

fn username() -> String {
    variable(&["USER", "USERNAME", "LOGNAME"]).unwrap_or_else(|| "unknown".into())
}

fn variable(names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}
