//! Uploading the copy of a file, so that it goes on after an interruption: the IETF's resumable uploads
//! (draft-ietf-httpbis-resumable-upload).
//!
//! `HEAD` tells how many bytes the server has, `PATCH` appends the rest. A server that does not know this gets the whole
//! file by `PUT`.

use std::sync::Arc;
use std::time::Duration;

use countersign_client::{ATTEMPT, Answer, CallError};
use futures::{Stream, StreamExt};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder};

use crate::{AgentError, Client, MeasuredFile};

/// How many of the bytes the server has.
const UPLOAD_OFFSET: &str = "upload-offset";
/// Whether these bytes are the last ones: a structured field (RFC 9651), `?1` or `?0`.
const UPLOAD_COMPLETE: &str = "upload-complete";
const YES: &str = "?1";
/// The form of bytes that are appended.
const PARTIAL: &str = "application/partial-upload";
/// The slowest connection that a file is sent over, in bytes a second.
const SLOWEST: u64 = 16 * 1024;

/// Told how many bytes were sent of how many. After an interruption the first number may become smaller.
pub type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// How much of a file the server has.
enum Arrived {
    /// All of it.
    Whole,
    /// So many bytes.
    Part(u64),
    /// It does not say.
    Unknown,
}

impl Client {
    /// Sends the bytes of the requested file, streaming, from where an earlier attempt ended.
    ///
    /// # Errors
    /// When they are no longer the announced ones (422), refused or not answered.
    pub async fn upload(&self, request_id: &str, file: &MeasuredFile) -> Result<(), AgentError> {
        self.upload_telling(request_id, file, Arc::new(|_, _| {})).await
    }

    /// The same, telling how far it is.
    ///
    /// # Errors
    /// As for [`Self::upload`].
    pub async fn upload_telling(
        &self,
        request_id: &str,
        file: &MeasuredFile,
        progress: Progress,
    ) -> Result<(), AgentError> {
        let upload = Upload { client: self, request_id, file, progress };
        let mut failures = 0;
        let mut most = None;
        loop {
            let from = match upload.arrived().await? {
                Arrived::Whole => return Ok(()),
                Arrived::Unknown => return Ok(upload.whole().await?),
                Arrived::Part(from) => from.min(file.size()),
            };
            // Each byte that arrived is a success: only attempts in vain are counted.
            if most.is_some_and(|most| from > most) {
                failures = 0;
            }
            most = most.max(Some(from));
            let error = match upload.rest(from).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            failures += 1;
            let may_go_on = error.is_passing() || is_elsewhere(&error);
            if !may_go_on || !self.api.retry().may_follow(failures) {
                return Err(error.into());
            }
            self.api.retry().pause(failures, None).await;
        }
    }
}

/// The server has another number of bytes than was thought: another attempt of the same upload was faster.
fn is_elsewhere(error: &CallError) -> bool {
    error.problem().is_some_and(|problem| problem.status == 409)
}

struct Upload<'a> {
    client: &'a Client,
    request_id: &'a str,
    file: &'a MeasuredFile,
    progress: Progress,
}

impl Upload<'_> {
    async fn arrived(&self) -> Result<Arrived, CallError> {
        let answer = match self.client.api.answered(|| self.call(Method::HEAD)).await {
            Ok(answer) => answer,
            Err(error) if does_not_tell(&error) => return Ok(Arrived::Unknown),
            Err(error) => return Err(error),
        };
        let offset = header(&answer, UPLOAD_OFFSET).and_then(|offset| offset.parse().ok());
        Ok(match (header(&answer, UPLOAD_COMPLETE), offset) {
            (Some(YES), _) => Arrived::Whole,
            (_, Some(offset)) => Arrived::Part(offset),
            (_, None) => Arrived::Unknown,
        })
    }

    /// Appends what the server does not have, in one attempt: after a failure it has to be asked again.
    async fn rest(&self, from: u64) -> Result<(), CallError> {
        let call = self.call(Method::PATCH)?.header(CONTENT_TYPE, PARTIAL);
        let call = call.header(UPLOAD_OFFSET, from).header(UPLOAD_COMPLETE, YES);
        self.client.api.answered_once(self.sending(call, from)).await.map(drop)
    }

    async fn whole(&self) -> Result<(), CallError> {
        let call = || {
            let call = self.call(Method::PUT)?.header(CONTENT_TYPE, "application/octet-stream");
            Ok(self.sending(call, 0))
        };
        self.client.api.answered(call).await.map(drop)
    }

    fn call(&self, method: Method) -> Result<RequestBuilder, CallError> {
        self.client.api.call(method, &["requests", self.request_id, "attachment"])
    }

    fn sending(&self, call: RequestBuilder, from: u64) -> RequestBuilder {
        let left = self.file.size() - from;
        let call = call.timeout(ATTEMPT + Duration::from_secs(left / SLOWEST));
        call.header(CONTENT_LENGTH, left).body(reqwest::Body::wrap_stream(self.told(from)))
    }

    fn told(&self, from: u64) -> impl Stream<Item = std::io::Result<bytes::Bytes>> + Send + 'static {
        let (progress, size, mut sent) = (Arc::clone(&self.progress), self.file.size(), from);
        self.file.stream(from).inspect(move |chunk| {
            if let Ok(chunk) = chunk {
                sent += chunk.len() as u64;
                progress(sent, size);
            }
        })
    }
}

/// A server of an earlier version, or a proxy that does not let the question pass.
fn does_not_tell(error: &CallError) -> bool {
    error.problem().is_some_and(|problem| matches!(problem.status, 400 | 404 | 405 | 501))
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.get(name)?.to_str().ok().map(str::trim)
}
