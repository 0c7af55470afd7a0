//! Downloading the copy of a request's file, chunk by chunk, whole or in part, with headers that keep browsers from
//! displaying it.

use std::ops::RangeInclusive;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_authority::rights::actor_and;
use countersign_http::{AsAdministrator, Asked, Caller, Code, PathId, Problem, Services};
use countersign_journal::{Change, Journal, Terms};
use countersign_model::act::AttachmentDownloaded;
use countersign_model::{
    Action, Actor, AdministratorId, Attachment, Denial, File, Request, RequestId, decide, openapi,
};
use countersign_store::{CHUNK, Download, Manifest, StoreError, UpdateError};
use futures::stream::try_unfold;
use http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    ETAG,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::name::disposition;

/// Downloads the copy of the file.
///
/// It is available once its bytes have been verified against the announced SHA-256. A single range of it is answered with
/// 206; several ranges at once get the whole file. `If-Range` takes the `ETag`.
///
/// Each download is in the audit. The ranges that the same administrator downloads of the same file from the same address
/// within an hour are one download.
#[utoipa::path(method(get, head), path = "/v1/requests/{request_id}/attachment", tag = "requests", security(("administrator" = [])),
    params(("request_id" = inline(RequestId), Path), Asked),
    responses((status = 200, content_type = "application/octet-stream", body = openapi::Bytes, headers(
            ("ETag" = String, description = "The SHA-256 of the file in quotes, for `If-Range`."),
            ("Accept-Ranges" = String, description = "That parts can be asked for: always `bytes`."),
            ("Content-Disposition" = String, description = "That the file is to be saved, and under which name."))),
        (status = 206, description = "The bytes of the range that `Content-Range` names.", content_type = "application/octet-stream",
            body = openapi::Bytes, headers(
            ("Content-Range" = String, description = "Which bytes of how many these are."),
            ("ETag" = String, description = "The SHA-256 of the whole file in quotes, for `If-Range`."),
            ("Accept-Ranges" = String, description = "That parts can be asked for: always `bytes`."),
            ("Content-Disposition" = String, description = "That the file is to be saved, and under which name."))),
        (status = 416, description = "The file has no bytes in that range; `Content-Range` says how many it has.", headers(
            ("Content-Range" = String, description = "How many bytes the file has.")))))]
pub async fn download_attachment(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RequestId>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let (actor, request) = actor_and(journal, &administrator, journal.load::<Request>(&id)).await?;
    let request = request.ok_or_else(Problem::not_found)?.value;
    decide(&actor, Action::RequestsOpen, &request.resource()).map(drop)?;
    let (file, manifest) = verified(journal, &request).await?;
    let served = Served { file, manifest };
    // No bytes leave with the answer to `HEAD`, so it is no download; and a range has no meaning there.
    if method == Method::HEAD {
        return Ok(served.headed(StatusCode::OK, served.manifest.size, Body::empty()));
    }
    let size = served.manifest.size;
    let range = match Asked::of(&headers, &served.etag(), size) {
        Asked::NotThere => return Ok(not_there(size)),
        Asked::Whole => None,
        Asked::Part(range) => Some(range),
    };
    let whole = range.as_ref().is_none_or(|range| is_whole(range, size));
    let recording =
        Recording { journal, caller: &caller, actor: &actor, administrator: &administrator.value.id };
    recording.record((&request, served.file, size), whole).await?;
    Ok(served.answer(journal, range))
}

/// Whether a range has all of so many bytes. A range also is an iterator, and its `eq` would go through all of them.
fn is_whole(range: &RangeInclusive<u64>, size: u64) -> bool {
    (*range.start(), *range.end()) == (0, size.saturating_sub(1))
}

/// 416: there are no such bytes.
fn not_there(size: u64) -> Response {
    let detail = format!("the file has {size} bytes");
    let mut response = Problem::new(Code::RangeNotSatisfiable, detail).into_response();
    if let Ok(range) = HeaderValue::try_from(format!("bytes */{size}")) {
        response.headers_mut().insert(CONTENT_RANGE, range);
    }
    response
}

/// The file and the manifest of its bytes. Uploads of other organizations are never looked at.
async fn verified<'a>(journal: &Journal, request: &'a Request) -> Result<(&'a File, Manifest), Problem> {
    let none = || {
        let detail = "no verified copy of the file is attached to this request";
        Problem::new(Code::AttachmentNotAvailable, detail)
    };
    let (Attachment::Verified { .. }, Some(file)) = (request.attachment, request.subject.file()) else {
        return Err(none());
    };
    let manifest = journal.attachment(&request.organization_id, file.sha256.as_str()).await?;
    Ok((file, manifest.ok_or_else(none)?))
}

/// Records downloads.
struct Recording<'a> {
    journal: &'a Journal,
    caller: &'a Caller,
    actor: &'a Actor,
    administrator: &'a AdministratorId,
}

impl Recording<'_> {
    /// Records the download of a file before its first byte leaves: all of it always, a part of it unless this download
    /// was recorded within the last hour.
    async fn record(
        &self,
        (request, file, size): (&Request, &File, u64),
        whole: bool,
    ) -> Result<(), Problem> {
        let address = self.caller.address.map(|address| address.to_string());
        let download = Download { administrator: self.administrator, address, request: &request.id };
        if !whole && self.journal.was_recorded(&download).await? {
            return Ok(());
        }
        let act = AttachmentDownloaded::of(request, file, size);
        let origin = self.caller.origin();
        // The request stays as it is. It carries the event, so that its time line has it.
        let downloaded = |old: &Request| {
            let permit = decide(self.actor, Action::RequestsOpen, &old.resource())?;
            Ok::<_, Denial>((old.clone(), Change::new(&permit, &origin, act.clone())))
        };
        let idempotency = (!whole).then(|| download.attempt(self.caller.now));
        let terms = Terms { revisions: None, idempotency: idempotency.clone() };
        match self.journal.save_update(&request.id, terms, downloaded).await {
            Ok(_) => {}
            // Others change the request at this moment. The audit has the download all the same; only its time line has not.
            Err(UpdateError::Store(StoreError::Busy)) => {
                let permit = decide(self.actor, Action::RequestsOpen, &request.resource())?;
                self.journal.save(Change::new(&permit, &origin, act.clone()).idempotent(idempotency)).await?;
            }
            Err(error) => return Err(error.into()),
        }
        // Last: if this call dies before, the next range is recorded once more, and none is missing.
        Ok(self.journal.note_recorded(&download).await?)
    }
}

/// The copy that is served.
struct Served<'a> {
    file: &'a File,
    manifest: Manifest,
}

impl Served<'_> {
    /// The same bytes have the same tag everywhere: it is their digest.
    fn etag(&self) -> String {
        format!("\"{}\"", self.manifest.sha256)
    }

    fn headed(&self, status: StatusCode, length: u64, body: Body) -> Response {
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        headers.insert(CONTENT_LENGTH, length.into());
        headers.insert(CONTENT_DISPOSITION, disposition(self.file.path.as_ref()));
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        if let Ok(etag) = HeaderValue::try_from(self.etag()) {
            headers.insert(ETAG, etag);
        }
        response
    }

    fn answer(self, journal: &Journal, range: Option<RangeInclusive<u64>>) -> Response {
        let size = self.manifest.size;
        let Some(range) = range else {
            let body = bytes_of(journal, self.manifest.clone(), 0, size);
            return self.headed(StatusCode::OK, size, body);
        };
        let (start, last) = range.into_inner();
        let end = last.saturating_add(1);
        let body = bytes_of(journal, self.manifest.clone(), start, end);
        let mut response = self.headed(StatusCode::PARTIAL_CONTENT, end - start, body);
        if let Ok(range) = HeaderValue::try_from(format!("bytes {start}-{last}/{size}")) {
            response.headers_mut().insert(CONTENT_RANGE, range);
        }
        response
    }
}

/// The bytes from `start` to before `end`, one chunk after another.
fn bytes_of(journal: &Journal, manifest: Manifest, start: u64, end: u64) -> Body {
    let from = (journal.clone(), manifest, start);
    let chunks = try_unfold(from, move |(journal, manifest, at)| async move {
        if at >= end {
            return Ok(None);
        }
        let (index, skipped) = (at / CHUNK as u64, usize::try_from(at % CHUNK as u64).unwrap_or(CHUNK));
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let mut chunk = journal.attachment_chunk(&manifest, index).await?;
        let wanted = usize::try_from(end - at).unwrap_or(usize::MAX);
        chunk.drain(..skipped.min(chunk.len()));
        chunk.truncate(wanted);
        if chunk.is_empty() {
            return Err(StoreError::corrupt(&format!("chunk {index} of {}", manifest.sha256)));
        }
        let next = at + chunk.len() as u64;
        Ok::<_, StoreError>(Some((chunk, (journal, manifest, next))))
    });
    Body::from_stream(chunks)
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn a_range_of_any_length_is_compared_at_once() {
        for (range, whole) in [(0..=u64::MAX - 1, true), (1..=u64::MAX - 1, false), (0..=u64::MAX - 2, false)]
        {
            assert_eq!(is_whole(&range, u64::MAX), whole, "{range:?}");
        }
    }
}
