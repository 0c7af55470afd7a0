//! The commands about requests.

use std::process::ExitCode;
use std::sync::Arc;

use countersign_agent::{
    AgentError, Amendment, CallingProcess, Client, Device, Executable, IdempotencyKey, MeasuredFile,
    Progress, Renewal, Requester, Subject, Submission, TrustStore,
};
use indicatif::ProgressDrawTarget;

use super::{enrolled_client, now, progress, trust, username};
use crate::options::{
    AccessOption, AmendOptions, CancelOptions, KindOption, Options, RenewOptions, RequestOptions,
    RequesterOptions,
};
use crate::output::{exit_code, tell_status, tell_submitted, warn};

pub async fn request(options: &Options, asked: &RequestOptions) -> Result<ExitCode, AgentError> {
    let (client, _) = enrolled_client(options)?;
    let trust = Arc::new(trust(&asked.trust)?);
    let file = match asked.kind {
        KindOption::Storage => None,
        KindOption::Application | KindOption::Elevation => Some(MeasuredFile::measure(&asked.file).await?),
    };
    let key = key(asked.idempotency_key.as_deref())?;
    let submission = Submission {
        kind: asked.kind.into(),
        policy_id: asked.policy.clone(),
        subject: subject(asked, file.as_ref(), trust).await,
        reason: asked.requester.reason.clone(),
        requester: requester(&asked.requester),
        attach: file.is_some() && !asked.no_attach,
    };
    let submitted = client.submit(&submission, &key).await;
    let submitted = submitted.inspect_err(|error| tell_key(error, &key))?;
    tell_submitted(options, &submitted, file.as_ref());
    if let Some(file) = file.filter(|_| submitted.attachment.upload && !asked.no_attach) {
        attach(&client, &submitted.id, &file).await;
    }
    decided(options, &client, &submitted.id, asked.wait).await
}

pub async fn amend(options: &Options, asked: &AmendOptions) -> Result<ExitCode, AgentError> {
    let (client, _) = enrolled_client(options)?;
    let file = match &asked.attach {
        Some(path) => Some(MeasuredFile::measure(path).await?),
        None => None,
    };
    let amendment = Amendment {
        requester: requester(&asked.requester),
        reason: asked.requester.reason.clone(),
        attach: file.is_some(),
    };
    let amended = client.amend(&asked.id, &amendment).await?;
    tell_submitted(options, &amended, file.as_ref());
    if let Some(file) = file.filter(|_| amended.attachment.upload) {
        attach(&client, &amended.id, &file).await;
    }
    Ok(ExitCode::SUCCESS)
}

pub async fn renew(options: &Options, asked: &RenewOptions) -> Result<ExitCode, AgentError> {
    let (client, _) = enrolled_client(options)?;
    let key = key(asked.idempotency_key.as_deref())?;
    let renewal = Renewal { requester: requester(&asked.requester), reason: asked.requester.reason.clone() };
    let submitted = client.renew(&asked.id, &renewal, &key).await;
    let submitted = submitted.inspect_err(|error| tell_key(error, &key))?;
    tell_submitted(options, &submitted, None);
    decided(options, &client, &submitted.id, asked.wait).await
}

pub async fn cancel(options: &Options, asked: &CancelOptions) -> Result<ExitCode, AgentError> {
    let (client, _) = enrolled_client(options)?;
    let user = asked.user.clone().unwrap_or_else(username);
    let status = client.cancel(&asked.id, &user).await?;
    tell_status(options, &asked.id, &status);
    Ok(ExitCode::SUCCESS)
}

pub async fn status(options: &Options, id: &str, wait: bool) -> Result<ExitCode, AgentError> {
    let (client, _) = enrolled_client(options)?;
    if wait {
        return decided(options, &client, id, true).await;
    }
    let status = client.status(id, None).await?;
    tell_status(options, id, &status);
    Ok(ExitCode::SUCCESS)
}

async fn decided(options: &Options, client: &Client, id: &str, wait: bool) -> Result<ExitCode, AgentError> {
    if !wait {
        return Ok(ExitCode::SUCCESS);
    }
    let status = client.decided(id).await?;
    tell_status(options, id, &status);
    Ok(exit_code(&status))
}

/// Sends a copy of the file. The request was made without it: a failed upload does not lose it.
async fn attach(client: &Client, id: &str, file: &MeasuredFile) {
    let bar = progress::bar(file.size(), ProgressDrawTarget::stderr());
    let shown = bar.clone();
    let tell: Progress = Arc::new(move |sent, _| shown.set_position(sent));
    let sent = client.upload_telling(id, file, tell).await;
    bar.finish_and_clear();
    if let Err(error) = sent {
        warn(&format!("warning: the copy of the file was not attached: {error}"));
    }
}

fn key(known: Option<&str>) -> Result<IdempotencyKey, AgentError> {
    Ok(known.map_or_else(IdempotencyKey::fresh, |key| Ok(IdempotencyKey::known(key)))?)
}

fn tell_key(error: &AgentError, key: &IdempotencyKey) {
    if error.is_passing() {
        warn(&format!("to continue this attempt later add: --idempotency-key {}", key.as_str()));
    }
}

fn requester(asked: &RequesterOptions) -> Requester {
    Requester { username: asked.user.clone().unwrap_or_else(username), email: asked.email.clone() }
}

async fn subject(asked: &RequestOptions, file: Option<&MeasuredFile>, trust: Arc<TrustStore>) -> Subject {
    let subject = match file {
        Some(file) => Subject {
            command_line: asked.command_line.clone(),
            origin: asked.origin.clone(),
            account: asked.elevation.account.clone(),
            duration_seconds: asked.elevation.duration,
            ..Subject::file(file).examined(&examined(file, trust).await)
        },
        None => storage(asked),
    };
    let calling_process = match &asked.calling_process {
        Some(path) => Some(CallingProcess::at(path).await),
        None => None,
    };
    Subject { calling_process, ..subject }
}

/// What the file says of itself. It only informs, so a file that cannot be examined is requested all the same.
async fn examined(file: &MeasuredFile, trust: Arc<TrustStore>) -> Executable {
    Executable::examine(file, trust, now()).await.unwrap_or_else(|error| {
        warn(&format!("warning: {error}"));
        Executable::default()
    })
}

fn storage(asked: &RequestOptions) -> Subject {
    let storage = &asked.storage;
    let device = Device {
        id: storage.device.clone().unwrap_or_default(),
        name: storage.device_name.clone(),
        class: storage.device_class.clone(),
        vendor: storage.vendor.clone(),
        product: storage.product.clone(),
        encrypted: storage.encrypted,
    };
    Subject::storage(device, storage.access.map(AccessOption::as_str).unwrap_or_default(), &asked.file)
}
