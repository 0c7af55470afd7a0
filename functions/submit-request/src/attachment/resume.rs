//! An upload that goes on after an interruption, as in draft-ietf-httpbis-resumable-upload. The request stands for the
//! upload: nothing is created first, and before the first byte the upload is at 0.

use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::response::{IntoResponse, Response};
use countersign_http::{AsComputer, Caller, Code, PathId, Problem, Services, require_plain};
use countersign_journal::Journal;
use countersign_model::{Attachment, Computer, File, Permit, Request, RequestId, openapi};
use countersign_store::{Append, AppendError, Beginning, CHUNK, FINISHED_WITHIN, Manifest, Partial};
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;

use super::fields::{Appending, PARTIAL_UPLOAD, Standing, too_large};
use super::limits::{UploadLimits, content_length};
use super::{keep, mismatch, not_expected, require_type};
use crate::limits::largest_copy;
use crate::quota::Quota;
use crate::status::own_request;

/// Tells how many bytes of the requested file have arrived.
///
/// The answer has no body. `Upload-Offset` says where an upload goes on, and
/// `Upload-Complete` whether all of it is there.
#[utoipa::path(method(get, head), path = "/agent/v1/requests/{request_id}/attachment", tag = "agents", security(("computer" = [])),
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
        (status = 409, description = "The bytes do not begin where the upload is, it is complete, or the request does not wait for a copy of its file.",
            headers(
                ("Upload-Offset" = u64, description = "How many bytes have arrived, if the request waits for a copy of its file or has one."),
                ("Upload-Complete" = String, description = "Whether the whole file is there: `?1` or `?0`."),
                ("Upload-Length" = u64, description = "How many bytes the whole file has, if that is known."),
                ("Upload-Limit" = String, description = "The most bytes of a file, the fewest of a call that does not complete it, and the seconds that are left."))),
        (status = 413, description = "The file is larger than what is stored.", headers(
            ("Upload-Limit" = String, description = "The most bytes of a file, as `max-size`.")))))]
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
    let sent = content_length(headers);
    let end = sent.map(|sent| says.offset.saturating_add(sent));
    let lengths = [known, says.length, end.filter(|_| says.completes)];
    let whole = lengths.into_iter().flatten().next();
    if lengths.into_iter().flatten().chain(end).any(|length| length > limits.largest()) {
        return Err(too_large(limits.largest()));
    }
    let differ = lengths.into_iter().flatten().any(|length| Some(length) != whole);
    if differ || end.zip(whole).is_some_and(|(end, whole)| end > whole) {
        let detail = "the length of the whole file is not the one that was said before";
        return Err(Problem::new(Code::InconsistentUploadLength, detail));
    }
    if !says.completes && sent.is_some_and(|sent| sent < CHUNK as u64) {
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
        let appended = append(&mut upload, says.completes, body).await;
        if appended.is_ok() && upload.leaves_nothing() {
            // Nothing is kept, so that the next call begins and counts anew.
            quota.settle(journal, upload.received()).await?;
        }
        match appended {
            Ok(Appended::All(manifest)) => {
                self.complete((request, file), *manifest, &quota).await?;
                Ok(arrived(upload.offset(), true))
            }
            Ok(Appended::Part(_)) if upload.received() < CHUNK as u64 => Err(too_short()),
            Ok(Appended::Part(offset)) => Ok(arrived(offset, false)),
            Ok(Appended::CutShort) => Err(Problem::new(Code::BodyCutShort, "the bytes ended early")),
            Err(error) => {
                self.correct(&quota, &upload, &error).await?;
                Err(refused(error, limits))
            }
        }
    }

    /// Corrects what a call counts for that has failed. What others go on with stays counted. If the store fails, too much
    /// stays counted until the day is over, and never too little.
    async fn correct(&self, quota: &Quota, upload: &Append, error: &AppendError) -> Result<(), Problem> {
        let is_over = matches!(error, AppendError::Differs { .. } | AppendError::TooLarge { .. });
        let forgotten = is_over && upload.abort().await?;
        if !forgotten && !upload.is_abandoned().await? {
            return Ok(());
        }
        // The call that has taken the place of this one counts for the same file.
        let was_replaced = matches!(error, AppendError::Replaced);
        quota.settle(&self.services.journal, if was_replaced { 0 } else { upload.offset() }).await
    }

    /// All bytes are there: they become the request's copy.
    async fn complete(
        &self,
        asked: (&Request, &File),
        manifest: Manifest,
        quota: &Quota,
    ) -> Result<(), Problem> {
        let journal = &self.services.journal;
        let manifest = manifest.sent_by(self.computer, &asked.0.id);
        keep(journal, self.caller, self.permit, asked, (quota, &manifest)).await?;
        // Last, because a call that completes the upload again would correct the count again.
        quota.settle(journal, manifest.size).await?;
        forget(journal, &asked.0.id).await;
        Ok(())
    }
}

fn refused(error: AppendError, limits: UploadLimits) -> Problem {
    match error {
        AppendError::Differs { found } => mismatch(format!("their SHA-256 is `{found}`")),
        AppendError::TooLarge { limit } => limits.exceeded(limit),
        AppendError::Replaced => {
            let detail = "another call goes on with this upload; ask again how much has arrived";
            Problem::new(Code::UploadReplaced, detail)
        }
        AppendError::Store(error) => error.into(),
    }
}

/// The file is there. If this fails, the sweep does it a day later.
async fn forget(journal: &Journal, id: &RequestId) {
    let _ = journal.forget_partial_upload(id).await;
}

/// What a call has appended.
enum Appended {
    /// All bytes are there, and they are the file.
    All(Box<Manifest>),
    /// The upload is not complete: so many bytes have arrived.
    Part(u64),
    /// The body ended early. What came is kept.
    CutShort,
}

async fn append(upload: &mut Append, completes: bool, mut body: Body) -> Result<Appended, AppendError> {
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            upload.pause().await?;
            return Ok(Appended::CutShort);
        };
        if let Some(data) = frame.data_ref() {
            upload.push(data).await?;
        }
    }
    if completes {
        return upload.finish().await.map(|manifest| Appended::All(Box::new(manifest)));
    }
    upload.pause().await.map(Appended::Part)
}

/// 204 with how much has arrived.
fn arrived(offset: u64, complete: bool) -> Response {
    let standing = Standing { offset, complete, length: None, limit: None };
    standing.on(StatusCode::NO_CONTENT.into_response())
}
