//! Downloading the copy of a request's file, chunk by chunk, with headers that keep browsers from displaying it.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_http::{AsAdministrator, Code, PathId, Problem, Services};
use countersign_journal::{Change, Journal};
use countersign_model::act::AttachmentDownloaded;
use countersign_model::{Action, Attachment, File, Reported, Request, RequestId, decide};
use countersign_store::{Manifest, StoreError};
use futures::stream::try_unfold;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method};

use crate::open::asked_about;

/// The most characters of a file's name.
const NAME_MAX: usize = 150;

/// Downloads the copy of the file.
///
/// It is available once its bytes have been verified against the announced SHA-256.
#[utoipa::path(get, path = "/v1/requests/{request_id}/attachment", tag = "requests", security(("administrator" = [])),
    params(("request_id" = inline(RequestId), Path)),
    responses((status = 200, content_type = "application/octet-stream", body = countersign_model::openapi::Bytes)))]
pub async fn download_attachment(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RequestId>,
    method: Method,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let (actor, request) = asked_about(journal, &administrator, &id).await?;
    let permit = decide(&actor, Action::RequestsOpen, &request.value.resource())?;
    let (file, manifest) = verified(journal, &request.value).await?;
    let headers = headers_of(&manifest, file.path.as_ref());
    // No bytes leave with the answer to `HEAD`, so it is no download.
    if method == Method::HEAD {
        return Ok(headers.into_response());
    }
    let act = AttachmentDownloaded::of(&request.value, file, manifest.size);
    journal.save(Change::new(&permit, &caller.origin(), act)).await?;
    Ok((headers, bytes_of(journal, manifest)).into_response())
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

fn headers_of(manifest: &Manifest, path: Option<&Reported>) -> [(HeaderName, HeaderValue); 4] {
    [
        (CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (CONTENT_LENGTH, HeaderValue::from(manifest.size)),
        (CONTENT_DISPOSITION, disposition(path)),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ]
}

fn bytes_of(journal: &Journal, manifest: Manifest) -> Body {
    let journal = journal.clone();
    let chunks = try_unfold((journal, manifest, 0), |(journal, manifest, index)| async move {
        if index == manifest.chunks {
            return Ok(None);
        }
        let chunk = journal.attachment_chunk(&manifest, index).await?;
        Ok::<_, StoreError>(Some((chunk, (journal, manifest, index + 1))))
    });
    Body::from_stream(chunks)
}

/// `Content-Disposition` with the file's name (RFC 6266): in ASCII for old programs, and percent-encoded in full.
fn disposition(path: Option<&Reported>) -> HeaderValue {
    let name = path.map(|path| path.file_name().as_sent()).unwrap_or_default();
    let name: String = name.chars().take(NAME_MAX).map(harmless).collect();
    let name = match name.trim_matches(['.', ' ', '_']) {
        "" => "attachment".to_owned(),
        _ => name,
    };
    let plain: String = name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    let mut value = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''");
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => value.push(byte.into()),
            _ => value.push_str(&format!("%{byte:02X}")),
        }
    }
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("attachment"))
}

/// Letters and digits of any script, and the usual punctuation of names. No quotes, separators or characters that
/// change the text direction.
fn harmless(c: char) -> char {
    if c.is_alphanumeric() || "-_.+()[] ".contains(c) { c } else { '_' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_download_is_the_files_and_nothing_more() {
        let cases = [
            ("/opt/tool", "tool", "tool", "the last part of a path"),
            ("C:\\Program Files\\Tool 2\\set up.exe", "set up.exe", "set%20up.exe", "of a Windows path, too"),
            ("/home/kim/Übung.exe", "_bung.exe", "%C3%9Cbung.exe", "other letters stay in the second"),
            ("/x/a\"; b=\"c.exe", "a__ b__c.exe", "a__%20b__c.exe", "quotes end nothing"),
            ("/x/exe.\u{202e}fdp", "exe._fdp", "exe._fdp", "nothing turns the reading direction"),
            ("/x/..", "attachment", "attachment", "no name at all"),
            ("/", "attachment", "attachment", "no name at all"),
            ("/x/a\u{1}b\n.exe", "a_b_.exe", "a_b_.exe", "no control characters"),
        ];
        for (path, plain, encoded, why) in cases {
            let expected = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
            assert_eq!(disposition(Some(&path.into())).to_str().unwrap(), expected, "{why}");
        }
        let unnamed = "attachment; filename=\"attachment\"; filename*=UTF-8''attachment";
        assert_eq!(disposition(None).to_str().unwrap(), unnamed, "the agent did not report a path");
    }
}
