//! An upload that goes on after an interruption, as in draft-ietf-httpbis-resumable-upload. The request stands for the
//! upload: nothing is created first, and before the first byte the upload is at 0.

use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::response::{IntoResponse, Response};
use countersign_http::{AsComputer, Caller, Code, PathId, Problem, Services, require_plain};
use countersign_journal::Journal;
use countersign_model::{Attachment, Computer, File, Permit, Request, RequestId, openapi};
use countersign_store::{Append, AppendError, Beginning, CHUNK, FINISHED_WITHIN, Partial};
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;

use super::fields::{Appending, PARTIAL_UPLOAD, Standing};
use super::limits::{UploadLimits, content_length};
use super::{keep, mismatch, not_expected, require_type};
use crate::limits::largest_copy;
use crate::quota::Quota;
use crate::status::own_request;

/// Tells how many bytes of the requested file have arrived.
///
/// The answer has no body, so that `HEAD` gives the same. `Upload-Offset` says where an upload goes on, and
/// `Upload-Complete` whether all of it is there.
#[utoipa::path(get, path = "/agent/v1/requests/{request_id}/attachment", tag = "agents", security(("computer" = [])),
    params(("request_id" = inline(RequestId), Path)),
    responses((status = 204, headers(
            ("Upload-Offset" = u64, description = "How many bytes have arrived."),
            ("Upload-Complete" = String, description = "Whether the whole file is there: `?1` or `?0`."),
            ("Upload-Length" = u64, description = "How many bytes the whole file has, if that is known."),
            ("Upload-Limit" = String, description = "The most bytes of a file, the fewest of a call that does not complete it, and the seconds that are left."))),
        (status = 409, description = "The request does not wait for a copy of its file.")))]
pub async fn show_upload(
    State(services): State<Services>,
    AsComputer { caller, computer, .. }: AsComputer,
    PathId(id): PathId<RequestId>,
) -> Result<Response, Problem> {
    let (request, _) = own_request(&services.journal, &computer.value, &id).await?;
    let upload = Open::of(&services, &caller, &request).await?;
    Ok(upload.standing(&caller).on(StatusCode::NO_CONTENT.into_response()))
}

/// Appends bytes of the requested file to those that have arrived.
///
/// An interrupted upload goes on where it was: `GET` tells how many bytes have arrived. An upload has 24 hours. Bytes that
/// are not the announced file are refused when the upload is complete (422), and it begins anew.
///
/// The whole file counts once towards the limits of `PUT`, with the first call.
#[utoipa::path(patch, path = "/agent/v1/requests/{request_id}/attachment", tag = "agents", security(("computer" = [])),
    params(("request_id" = inline(RequestId), Path), Appending),
    request_body(content = openapi::Bytes, content_type = "application/partial-upload"),
    responses((status = 204, headers(
            ("Upload-Offset" = u64, description = "How many bytes have arrived."),
            ("Upload-Complete" = String, description = "Whether the whole file is there: `?1` or `?0`."))),
        (status = 400, description = "A field about the upload is missing or malformed, or contradicts what was said before."),
        (status = 409, description = "The bytes do not begin where the upload is, it is complete, or the request does not wait for a copy of its file.")))]
pub async fn append_to_file(
    State(services): State<Services>,
    AsComputer { caller, computer, .. }: AsComputer,
    PathId(id): PathId<RequestId>,
    http: HttpRequest,
) -> Result<Response, Problem> {
    require_plain(http.headers())?;
    require_type(http.headers(), PARTIAL_UPLOAD)?;
    let says = Appending::read(http.headers())?;
    let (request, permit) = own_request(&services.journal, &computer.value, &id).await?;
    let upload = Open::of(&services, &caller, &request).await?;
    let standing = upload.standing(&caller);
    let Some((file, limits)) = upload.awaited else { return Ok(elsewhere(standing)) };
    if says.offset != standing.offset {
        return Ok(elsewhere(standing));
    }
    let length = check_length(says, http.headers(), limits, standing.length)?;
    let call = Call { services: &services, caller: &caller, computer: &computer.value, permit: &permit };
    call.receive((&request, file, limits), upload.partial, (says, length), http.into_body()).await
}

/// How the upload for a request stands.
struct Open<'a> {
    /// The file, unless it is there already.
    awaited: Option<(&'a File, UploadLimits)>,
    partial: Option<Partial>,
    /// The size of the file, once it is there.
    size: Option<u64>,
}

impl<'a> Open<'a> {
    async fn of(services: &Services, caller: &Caller, request: &'a Request) -> Result<Self, Problem> {
        let Some(file) = request.subject.file() else { return Err(not_expected()) };
        if let Attachment::Verified { size } = request.attachment {
            return Ok(Self { awaited: None, partial: None, size: Some(size) });
        }
        if !request.awaits_attachment_at(caller.now) {
            return Err(not_expected());
        }
        let limits = UploadLimits::of(file, largest_copy(services).await?);
        let partial = services.journal.partial_upload(&request.id).await?;
        Ok(Self { awaited: Some((file, limits)), partial, size: None })
    }

    fn standing(&self, caller: &Caller) -> Standing {
        let partial = self.partial.as_ref();
        let announced = self.awaited.and_then(|(_, limits)| limits.announced());
        let lasts = partial.map_or(FINISHED_WITHIN, |partial| partial.ends_at().duration_since(caller.now));
        let lasts = u64::try_from(lasts.as_secs()).unwrap_or(0);
        Standing {
            offset: self.size.or(partial.map(Partial::offset)).unwrap_or(0),
            complete: self.size.is_some(),
            length: self.size.or(announced).or(partial.and_then(Partial::length)),
            limit: self.awaited.map(|(_, limits)| (limits.largest(), lasts)),
        }
    }
}

/// 409: the bytes do not begin where the upload is, or all of them are there.
fn elsewhere(standing: Standing) -> Response {
    let problem = if standing.complete {
        Problem::new(Code::UploadComplete, "all bytes of the file have arrived already")
    } else {
        let detail = format!("go on with byte {}, as `Upload-Offset` says", standing.offset);
        Problem::new(Code::MismatchingUploadOffset, detail)
    };
    standing.on(problem.into_response())
}

/// The length of the whole file, if it is known. Whatever shows that the bytes cannot be the file is refused before one is
/// read.
fn check_length(
    says: Appending,
    headers: &HeaderMap,
    limits: UploadLimits,
    known: Option<u64>,
) -> Result<Option<u64>, Problem> {
    let end = content_length(headers).map(|length| says.offset.saturating_add(length));
    let implied = end.filter(|_| says.completes);
    let differ =
        |one: Option<u64>, other: Option<u64>| one.zip(other).is_some_and(|(one, other)| one != other);
    if differ(says.length, known) || differ(says.length, implied) {
        let detail = "the length of the whole file is not the one that was said before";
        return Err(Problem::new(Code::InconsistentUploadLength, detail));
    }
    let whole = implied.or(says.length).or(known);
    if let Some(whole) = whole {
        limits.check_whole(whole)?;
    }
    if end.is_some_and(|end| end > whole.unwrap_or(limits.most())) {
        return Err(limits.exceeded());
    }
    let length = content_length(headers);
    if !says.completes && length.is_some_and(|length| length < CHUNK as u64) {
        return Err(too_short());
    }
    Ok(whole)
}

/// 400: many short calls would cost as much as long ones.
fn too_short() -> Problem {
    let detail = format!("send {CHUNK} bytes at least in a call that does not complete the upload");
    Problem::new(Code::AppendTooShort, detail)
}

/// One call that appends.
struct Call<'a> {
    services: &'a Services,
    caller: &'a Caller,
    computer: &'a Computer,
    permit: &'a Permit,
}

impl Call<'_> {
    async fn receive(
        &self,
        (request, file, limits): (&Request, &File, UploadLimits),
        partial: Option<Partial>,
        (says, length): (Appending, Option<u64>),
        body: Body,
    ) -> Result<Response, Problem> {
        let (services, journal) = (self.services, &self.services.journal);
        let most = length.unwrap_or(limits.most());
        let begins = partial.is_none();
        let quota = match &partial {
            Some(partial) => {
                let counted = (partial.counted(), most);
                Quota::going_on(services, self.computer, self.caller.now, counted).await?
            }
            None => Quota::take(services, self.computer, self.caller.now, most).await?,
        };
        let beginning = Beginning { length, counted: quota.counted() };
        let whose = (&request.organization_id, file.sha256.as_str(), &request.id);
        let mut upload = journal.append(whose, partial, beginning, most).await?;
        let streamed = stream(&mut upload, body).await;
        let ended = match (streamed, says.completes) {
            (Ok(Received::Whole), true) => {
                return self.complete((request, file, limits), (upload, &quota)).await;
            }
            (Err(error), _) => Err(error),
            (Ok(received), _) => Ok(received),
        };
        let (stored, received) = (upload.has_stored(), upload.received());
        let paused = match ended {
            Ok(how) => upload.pause().await.map(|offset| (how, offset)),
            Err(error) => {
                if over(&error) {
                    upload.abort().await?;
                    quota.settle(journal, upload.offset()).await?;
                } else if begins && !stored {
                    quota.settle(journal, received).await?;
                }
                return Err(self.refused(error, limits));
            }
        };
        if begins && !stored {
            // Nothing is kept, so that the next call begins and counts anew.
            quota.settle(journal, received).await?;
        }
        match paused.map_err(|error| self.refused(error, limits))? {
            (Received::Whole, _) if received < CHUNK as u64 => Err(too_short()),
            (Received::CutShort, _) => Err(Problem::new(Code::BodyCutShort, "the bytes ended early")),
            (Received::Whole, offset) => {
                let standing = Standing { offset, complete: false, length, limit: None };
                Ok(standing.on(StatusCode::NO_CONTENT.into_response()))
            }
        }
    }

    /// All bytes are there: they become the request's copy if they are the announced ones.
    async fn complete(
        &self,
        (request, file, limits): (&Request, &File, UploadLimits),
        (mut upload, quota): (Append, &Quota),
    ) -> Result<Response, Problem> {
        let journal = &self.services.journal;
        let finished = upload.finish().await;
        let size = upload.offset();
        if finished.as_ref().is_err_and(over) {
            upload.abort().await?;
            quota.settle(journal, size).await?;
        }
        let manifest = finished.map_err(|error| self.refused(error, limits))?;
        let manifest = manifest.sent_by(self.computer, &request.id);
        keep(journal, self.caller, self.permit, (request, file), (quota, &manifest)).await?;
        // Last, because a call that completes the upload again would correct the count again.
        quota.settle(journal, size).await?;
        forget(journal, &request.id).await;
        let standing = Standing { offset: size, complete: true, length: Some(size), limit: None };
        Ok(standing.on(StatusCode::NO_CONTENT.into_response()))
    }

    fn refused(&self, error: AppendError, limits: UploadLimits) -> Problem {
        match error {
            AppendError::Differs { found } => mismatch(format!("their SHA-256 is `{found}`")),
            AppendError::TooLarge { .. } => limits.exceeded(),
            AppendError::Replaced => {
                let detail = "another call goes on with this upload; ask again how much has arrived";
                Problem::new(Code::UploadReplaced, detail)
            }
            AppendError::Store(error) => error.into(),
        }
    }
}

/// Whether these bytes can never be the file, so that the upload begins anew.
fn over(error: &AppendError) -> bool {
    matches!(error, AppendError::Differs { .. } | AppendError::TooLarge { .. })
}

/// The file is there. If this fails, the sweep does it a day later.
async fn forget(journal: &Journal, id: &RequestId) {
    let _ = journal.forget_partial_upload(id).await;
}

/// How a body ended.
enum Received {
    Whole,
    CutShort,
}

async fn stream(upload: &mut Append, mut body: Body) -> Result<Received, AppendError> {
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Ok(Received::CutShort) };
        if let Some(data) = frame.data_ref() {
            upload.push(data).await?;
        }
    }
    Ok(Received::Whole)
}
