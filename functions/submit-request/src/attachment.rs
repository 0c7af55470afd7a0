//! The copy of the file: streamed in chunk by chunk, and visible only after its SHA-256 was verified.

pub mod fields;
pub mod limits;
pub mod resume;

use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use countersign_http::{AsComputer, Caller, Code, PathId, Problem, Services, require_plain};
use countersign_journal::{Change, Journal, Terms};
use countersign_model::act::RequestAttached;
use countersign_model::{Attachment, File, Permit, Request, RequestId, TransitionError, openapi};
use countersign_store::{Manifest, UpdateError, Upload, UploadError};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;

use crate::limits::largest_copy;
use crate::quota::Quota;
use crate::status::own_request;
use limits::UploadLimits;

/// Receives the bytes of the requested file in one go.
///
/// Use `PATCH` for an upload that can go on after an interruption.
///
/// A computer may send a limited number of bytes per day, and have a limited number in the store; so may all
/// computers together that enrolled with the same key. Beyond that, the answer is 429 with `Retry-After`.
#[utoipa::path(put, path = "/agent/v1/requests/{request_id}/attachment", tag = "agents", security(("computer" = [])),
    params(("request_id" = inline(RequestId), Path)), request_body(content = openapi::Bytes, content_type = "application/octet-stream"),
    responses((status = 204), (status = 409, description = "The request does not wait for a copy of its file."),
        (status = 413, description = "The file is larger than what is stored.", headers(
            ("Upload-Limit" = String, description = "The most bytes of a file, as `max-size`.")))))]
pub async fn attach_file(
    State(services): State<Services>,
    AsComputer { caller, computer, .. }: AsComputer,
    PathId(id): PathId<RequestId>,
    http: HttpRequest,
) -> Result<StatusCode, Problem> {
    require_plain(http.headers())?;
    require_type(http.headers(), "application/octet-stream")?;
    let (request, permit) = own_request(&services.journal, &computer.value, &id).await?;
    let Some(file) = request.subject.file() else { return Err(not_expected()) };
    if let Attachment::Verified { size } = request.attachment {
        let limits = UploadLimits::of_size(size, largest_copy(&services).await?);
        let length = limits.check_announced(http.headers())?.unwrap_or(limits.most());
        let quota = Quota::sent_again(&services, &computer.value, caller.now, length).await?;
        return drained(&services.journal, &quota, limits, http.into_body()).await;
    }
    if !request.awaits_attachment_at(caller.now) {
        return Err(not_expected());
    }
    let limits = UploadLimits::of(file, largest_copy(&services).await?);
    let length = limits.check_announced(http.headers())?;
    let quota = Quota::take(&services, &computer.value, caller.now, length.unwrap_or(limits.most())).await?;
    let journal = &services.journal;
    let manifest = receive(journal, (&request, file), limits, &quota, http.into_body()).await?;
    let manifest = manifest.sent_by(&computer.value, &request.id);
    keep(journal, &caller, &permit, (&request, file), (&quota, &manifest)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes verified bytes the request's copy. They are removed if that fails.
async fn keep(
    journal: &Journal,
    caller: &Caller,
    permit: &Permit,
    asked: (&Request, &File),
    (quota, manifest): (&Quota, &Manifest),
) -> Result<(), Problem> {
    let kept = async {
        quota.keep(journal, manifest).await?;
        attach(journal, caller, permit, asked, manifest).await
    };
    if let Err(problem) = kept.await {
        give_up(journal, asked.0, manifest).await;
        return Err(problem);
    }
    Ok(())
}

fn not_expected() -> Problem {
    Problem::new(Code::AttachmentNotExpected, "no copy of the file is expected for this request")
}

fn require_type(headers: &HeaderMap, expected: &str) -> Result<(), Problem> {
    let sent = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    Err(Problem::unsupported_media_type(expected))
}

/// The bytes are already stored. The body is read to its end, so that the answer reaches a client that is still
/// sending.
async fn drained(
    journal: &Journal,
    quota: &Quota,
    limits: UploadLimits,
    mut body: Body,
) -> Result<StatusCode, Problem> {
    let mut read: u64 = 0;
    while read <= limits.most()
        && let Some(Ok(frame)) = body.frame().await
    {
        read = read.saturating_add(frame.data_ref().map_or(0, |data| data.len() as u64));
    }
    quota.settle(journal, read).await?;
    if read > limits.most() { Err(limits.exceeded(limits.most())) } else { Ok(StatusCode::NO_CONTENT) }
}

/// 422: the bytes are not the announced ones.
fn mismatch(what: impl std::fmt::Display) -> Problem {
    let detail = format!("the bytes are not the requested file: {what}");
    Problem::new(Code::AttachmentMismatch, detail)
}

/// Reads the body to its end. The chunks written on the way are removed if it is not the file.
async fn receive(
    journal: &Journal,
    (request, file): (&Request, &File),
    limits: UploadLimits,
    quota: &Quota,
    body: Body,
) -> Result<Manifest, Problem> {
    let sha256 = file.sha256.as_str();
    let mut upload = journal.upload(&request.organization_id, sha256, limits.most());
    let streamed = stream(&mut upload, limits, body).await;
    quota.settle(journal, upload.received()).await?;
    if let Err(problem) = streamed {
        upload.abort().await?;
        return Err(problem);
    }
    upload.finish().await.map_err(|error| refused(error, limits))
}

async fn stream(upload: &mut Upload, limits: UploadLimits, mut body: Body) -> Result<(), Problem> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| mismatch("they ended early"))?;
        if let Some(data) = frame.data_ref() {
            upload.push(data).await.map_err(|error| refused(error, limits))?;
        }
    }
    Ok(())
}

fn refused(error: UploadError, limits: UploadLimits) -> Problem {
    match error {
        UploadError::Differs { found } => mismatch(format!("their SHA-256 is `{found}`")),
        UploadError::TooLarge { limit } => limits.exceeded(limit),
        UploadError::Store(error) => error.into(),
    }
}

/// Makes the bytes visible, and records with the request that they are there.
async fn attach(
    journal: &Journal,
    caller: &Caller,
    permit: &Permit,
    (request, file): (&Request, &File),
    manifest: &Manifest,
) -> Result<(), Problem> {
    let origin = caller.origin();
    let present = journal.attachment(&request.organization_id, &manifest.sha256).await?;
    if present.is_some() {
        // It came meanwhile in another call; one copy is enough.
        journal.discard_attachment(manifest).await?;
    }
    let attached = journal
        .save_update(&request.id, Terms::default(), |old: &Request| {
            let new = old.attach(manifest.size)?;
            let change = Change::new(permit, &origin, RequestAttached::of(old, file, manifest.size));
            let noted = match &present {
                None => Some(manifest.clone()),
                Some(present) => present.asked_again_by(&request.id, caller.now),
            };
            let change =
                noted.iter().map(Manifest::entry).fold(change, |all, (key, value)| all.raw(key, value));
            Ok::<_, TransitionError>((new, change))
        })
        .await;
    match attached {
        Ok(_) if present.is_some() => Ok(journal.forget_bytes(manifest).await?),
        Ok(_) => Ok(()),
        Err(UpdateError::Refused(_)) => Err(not_expected()),
        Err(UpdateError::Store(error)) => Err(error.into()),
    }
}

/// Removes the bytes unless they are visible after all: the batch may have been written although the request was not.
async fn give_up(journal: &Journal, request: &Request, manifest: &Manifest) {
    let shown = journal.attachment(&request.organization_id, &manifest.sha256).await;
    if let Ok(shown) = shown
        && shown.as_ref() != Some(manifest)
    {
        // A failing store was already logged with the refusal; what is left is unreachable.
        let _ = journal.discard_attachment(manifest).await;
        let _ = journal.forget_bytes(manifest).await;
    }
}
