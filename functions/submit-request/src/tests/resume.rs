//! Uploads that go on after an interruption.

use std::time::Duration;

use axum::body::{Body, Bytes};
use countersign_http::testing::TestResponse;
use countersign_model::{Attachment, Outcome};
use countersign_store::keys;
use futures::future::join_all;
use futures::stream;
use http::Method;
use serde_json::json;

use crate::tests::story::{Story, program, program_of, stick, with, without};

pub const CHUNK: usize = countersign_store::CHUNK;

/// Four chunks, the last one of which is short.
pub fn whole() -> Vec<u8> {
    (0..3 * CHUNK + 1_000).map(|n| (n * 31 % 251) as u8).collect()
}

pub trait Offset {
    /// `Upload-Offset`.
    fn offset(&self) -> Option<u64>;
}

impl Offset for TestResponse {
    fn offset(&self) -> Option<u64> {
        self.headers.get("upload-offset").map(|offset| offset.to_str().unwrap().parse().unwrap())
    }
}

pub fn path(id: &str) -> String {
    format!("/agent/v1/requests/{id}/attachment")
}

pub async fn arrived(story: &Story, id: &str) -> TestResponse {
    story.app.call(Method::HEAD, &path(id)).bearer(&story.device.token).send().await
}

pub async fn is_complete(story: &Story, id: &str) -> bool {
    arrived(story, id).await.header("upload-complete") == "?1"
}

pub async fn append(
    story: &Story,
    id: &str,
    offset: usize,
    complete: &str,
    body: impl Into<Body>,
) -> TestResponse {
    let call = story.app.patch(&path(id)).bearer(&story.device.token);
    let call = call.header("upload-offset", &offset.to_string()).header("upload-complete", complete);
    call.body("application/partial-upload", body).send().await
}

/// A body that ends in the middle.
pub fn dying(bytes: &[u8]) -> Body {
    let part = Ok(Bytes::copy_from_slice(bytes));
    Body::from_stream(stream::iter([part, Err(std::io::Error::other("the line went dead"))]))
}

pub async fn stored(story: &Story, bytes: &[u8]) -> Vec<u8> {
    let journal = &story.world.journal;
    let manifest = journal.attachment(&story.company.id, &keys::sha256(bytes)).await.unwrap().unwrap();
    let mut all = Vec::new();
    for index in 0..manifest.chunks {
        all.extend(journal.attachment_chunk(&manifest, index).await.unwrap());
    }
    all
}

fn kept(story: &Story, kind: &str) -> usize {
    let begin = format!("countersign/1/{kind}/");
    story.world.memory.dump().into_keys().filter(|key| key.starts_with(&begin)).count()
}

#[tokio::test]
async fn an_upload_goes_on_where_the_line_went_dead() {
    let (story, bytes) = (Story::new(), whole());
    let id = story.asked(program_of(&bytes)).await;
    let before = arrived(&story, &id).await;
    assert_eq!((before.status, before.offset(), before.header("upload-complete")), (204, Some(0), "?0"));
    assert_eq!(before.header("upload-length"), bytes.len().to_string());
    assert_eq!(before.header("upload-limit"), "max-size=536870912, min-append-size=262144, max-age=86400");
    let died = append(&story, &id, 0, "?1", dying(&bytes[..CHUNK + 10])).await;
    assert_eq!((died.status, died.code().as_str()), (400, "body-cut-short"));
    story.world.advance(Duration::from_secs(3_600));
    let after = arrived(&story, &id).await;
    assert_eq!(after.offset(), Some(CHUNK as u64 + 10), "nothing that arrived is lost");
    assert!(after.header("upload-limit").ends_with("max-age=82800"));
    let died = append(&story, &id, CHUNK + 10, "?1", dying(&bytes[CHUNK + 10..2 * CHUNK])).await;
    assert_eq!(died.status, 400);
    assert_eq!(arrived(&story, &id).await.offset(), Some(2 * CHUNK as u64));
    let done = append(&story, &id, 2 * CHUNK, "?1", bytes[2 * CHUNK..].to_vec()).await;
    assert_eq!((done.status, done.header("upload-complete")), (204, "?1"), "{}", done.text());
    assert_eq!(done.offset(), Some(bytes.len() as u64));
    assert_eq!(story.record(&id).await.attachment, Attachment::Verified { size: bytes.len() as u64 });
    assert!(stored(&story, &bytes).await == bytes);
    let after = arrived(&story, &id).await;
    assert_eq!((after.offset(), after.header("upload-complete")), (done.offset(), "?1"));
    let again = append(&story, &id, bytes.len(), "?1", Body::empty()).await;
    assert_eq!((again.status, again.code().as_str()), (409, "upload-complete"));
    assert_eq!(again.header("upload-complete"), "?1");
}

#[tokio::test]
async fn a_file_of_any_size_comes_in_one_call() {
    for size in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1] {
        let (story, bytes) = (Story::new(), whole()[..size].to_vec());
        let id = story.asked(program_of(&bytes)).await;
        let done = append(&story, &id, 0, "?1", bytes.clone()).await;
        assert_eq!((done.status, done.header("upload-complete")), (204, "?1"), "{size}: {}", done.text());
        assert!(stored(&story, &bytes).await == bytes);
        assert_eq!((kept(&story, "a"), kept(&story, "au")), (size.div_ceil(CHUNK), 0));
    }
}

#[tokio::test]
async fn a_call_that_completes_an_upload_may_be_empty() {
    let (story, bytes) = (Story::new(), whole());
    let id = story.asked(program_of(&bytes)).await;
    let all = append(&story, &id, 0, "?0", bytes.clone()).await;
    assert_eq!((all.status, all.offset()), (204, Some(bytes.len() as u64)), "{}", all.text());
    assert_eq!(all.header("upload-complete"), "?0");
    assert_eq!(story.record(&id).await.attachment, Attachment::Expected, "nobody said that this is all");
    let done = append(&story, &id, bytes.len(), "?1", Body::empty()).await;
    assert_eq!(done.status, 204, "{}", done.text());
    assert!(stored(&story, &bytes).await == bytes);
}

#[tokio::test]
async fn other_bytes_at_the_same_place_are_refused_in_the_end_and_the_upload_begins_anew() {
    let (story, bytes) = (Story::new(), whole());
    let id = story.asked(program_of(&bytes)).await;
    let before = story.record(&id).await;
    let mut other = bytes.clone();
    other[5] ^= 1;
    assert_eq!(append(&story, &id, 0, "?0", other[..CHUNK].to_vec()).await.status, 204);
    let refused = append(&story, &id, CHUNK, "?1", bytes[CHUNK..].to_vec()).await;
    assert_eq!((refused.status, refused.code().as_str()), (422, "attachment-mismatch"));
    assert_eq!((arrived(&story, &id).await.offset(), kept(&story, "m")), (Some(0), 0));
    assert_eq!(story.record(&id).await, before);
    assert_eq!(append(&story, &id, 0, "?1", bytes.clone()).await.status, 204);
    assert!(stored(&story, &bytes).await == bytes);
}

#[tokio::test]
async fn bytes_that_do_not_begin_where_the_upload_is_are_refused() {
    let (story, bytes) = (Story::new(), whole());
    let id = story.asked(program_of(&bytes)).await;
    append(&story, &id, 0, "?0", bytes[..CHUNK].to_vec()).await;
    for offset in [0, 1, CHUNK - 1, CHUNK + 1, bytes.len(), bytes.len() + 1, 999_999_999_999_999] {
        let refused = append(&story, &id, offset, "?1", bytes.clone()).await;
        assert_eq!((refused.status, refused.code().as_str()), (409, "mismatching-upload-offset"), "{offset}");
        assert_eq!(refused.offset(), Some(CHUNK as u64), "{offset}");
        assert_eq!(refused.header("upload-complete"), "?0");
    }
    let negative = story.app.patch(&path(&id)).bearer(&story.device.token).header("upload-offset", "-1");
    let refused =
        negative.header("upload-complete", "?1").body("application/partial-upload", "").send().await;
    assert_eq!((refused.status, refused.code().as_str()), (400, "invalid-upload-field"));
    assert_eq!(arrived(&story, &id).await.offset(), Some(CHUNK as u64), "none of them changed anything");
}

#[tokio::test]
async fn what_shows_in_the_headers_is_refused_before_a_byte_is_read() {
    let (story, bytes) = (Story::new(), whole());
    let id = story.asked(program_of(&bytes)).await;
    let size = bytes.len() as u64;
    let call = |complete: &str, length: u64, whole: Option<u64>| {
        let call = story.app.patch(&path(&id)).bearer(&story.device.token).header("upload-offset", "0");
        let call = call.header("upload-complete", complete).header("content-length", &length.to_string());
        let call = match whole {
            Some(whole) => call.header("upload-length", &whole.to_string()),
            None => call,
        };
        call.body("application/partial-upload", Body::empty()).send()
    };
    let before = story.world.memory.dump();
    for (complete, length, whole, status, code) in [
        ("?1", size - 1, None, 400, "inconsistent-upload-length"),
        ("?1", size + 1, None, 400, "inconsistent-upload-length"),
        ("?0", size + 1, None, 400, "inconsistent-upload-length"),
        ("?1", 1 << 40, None, 413, "body-too-large"),
        ("?1", u64::MAX, None, 413, "body-too-large"),
        ("?1", size, Some(size + 1), 400, "inconsistent-upload-length"),
        ("?0", size, Some(size + 1), 400, "inconsistent-upload-length"),
        ("?0", CHUNK as u64 - 1, None, 400, "append-too-short"),
    ] {
        let refused = call(complete, length, whole).await;
        let why = format!("{complete} {length} {whole:?}");
        assert_eq!((refused.status, refused.code().as_str()), (status, code), "{why}");
    }
    let wrong = story.app.patch(&path(&id)).bearer(&story.device.token).header("upload-offset", "0");
    let wrong = wrong.header("upload-complete", "?1").body("application/octet-stream", bytes).send().await;
    assert_eq!((wrong.status, wrong.code().as_str()), (415, "unsupported-media-type"));
    assert_eq!(story.world.memory.dump(), before);
}

#[tokio::test]
async fn a_length_that_was_said_once_holds() {
    let (story, bytes) = (Story::new(), whole());
    let id = story.asked(without(program_of(&bytes), "/subject/size")).await;
    let call = async |offset: usize, complete: &str, length: Option<usize>, body: &[u8]| {
        let call = story.app.patch(&path(&id)).bearer(&story.device.token);
        let call = call.header("upload-offset", &offset.to_string()).header("upload-complete", complete);
        let call = match length {
            Some(length) => call.header("upload-length", &length.to_string()),
            None => call,
        };
        call.body("application/partial-upload", body.to_vec()).send().await
    };
    assert_eq!(call(0, "?0", None, &bytes[..CHUNK]).await.status, 204);
    assert_eq!(arrived(&story, &id).await.header("upload-length"), "", "nobody has said it");
    assert_eq!(call(CHUNK, "?0", Some(bytes.len()), &bytes[CHUNK..2 * CHUNK]).await.status, 204);
    assert_eq!(arrived(&story, &id).await.header("upload-length"), bytes.len().to_string());
    let refused = call(2 * CHUNK, "?1", Some(bytes.len() + 1), &bytes[2 * CHUNK..]).await;
    assert_eq!((refused.status, refused.code().as_str()), (400, "inconsistent-upload-length"));
    // The last bytes with their number say the length, too.
    let short = story.app.patch(&path(&id)).bearer(&story.device.token).header("content-length", "5");
    let short = short.header("upload-offset", &(2 * CHUNK).to_string()).header("upload-complete", "?1");
    let refused = short.body("application/partial-upload", bytes[2 * CHUNK..][..5].to_vec()).send().await;
    assert_eq!((refused.status, refused.code().as_str()), (400, "inconsistent-upload-length"));
    assert_eq!(arrived(&story, &id).await.offset(), Some(2 * CHUNK as u64), "the upload goes on");
    assert_eq!(call(2 * CHUNK, "?1", None, &bytes[2 * CHUNK..]).await.status, 204);
    assert!(stored(&story, &bytes).await == bytes);
}

#[tokio::test]
async fn a_short_call_that_does_not_complete_the_upload_keeps_nothing() {
    let (story, bytes) = (Story::new(), whole());
    let id = story.asked(program_of(&bytes)).await;
    let part =
        Body::from_stream(stream::iter([Ok::<_, std::io::Error>(Bytes::copy_from_slice(&bytes[..100]))]));
    let refused = append(&story, &id, 0, "?0", part).await;
    assert_eq!((refused.status, refused.code().as_str()), (400, "append-too-short"));
    assert_eq!((arrived(&story, &id).await.offset(), kept(&story, "au")), (Some(0), 0));
}

#[tokio::test]
async fn more_bytes_than_announced_end_the_upload() {
    let (story, bytes) = (Story::new(), whole());
    let id = story.asked(program_of(&bytes)).await;
    append(&story, &id, 0, "?0", bytes[..CHUNK].to_vec()).await;
    let long = [&bytes[CHUNK..], b"!"].concat();
    let long = Body::from_stream(stream::iter([Ok::<_, std::io::Error>(Bytes::from(long))]));
    let refused = append(&story, &id, CHUNK, "?1", long).await;
    assert_eq!((refused.status, refused.code().as_str()), (422, "attachment-mismatch"));
    assert_eq!(arrived(&story, &id).await.offset(), Some(0));
}

#[tokio::test]
async fn a_newer_call_goes_on_and_the_older_one_ends() {
    let (story, bytes) = (Story::new(), whole());
    let id = story.asked(program_of(&bytes)).await;
    story.world.memory.interleave(true);
    let answers = join_all((0..3).map(|_| append(&story, &id, 0, "?1", bytes.clone()))).await;
    story.world.memory.interleave(false);
    let done = answers.iter().filter(|answer| answer.status == 204).count();
    assert!(answers.iter().all(|answer| [204, 409].contains(&answer.status)), "{}", answers[0].text());
    if done == 0 {
        let offset = usize::try_from(arrived(&story, &id).await.offset().unwrap()).unwrap();
        assert_eq!(append(&story, &id, offset, "?1", bytes[offset..].to_vec()).await.status, 204);
    }
    assert!(stored(&story, &bytes).await == bytes);
}

#[tokio::test]
async fn what_nobody_waits_for_is_refused() {
    let story = Story::new();
    let opted_out = story.asked(with(program(), "/attach", json!(false))).await;
    let device = story.asked(stick()).await;
    let cancelled = story.asked(program_of(b"cancelled")).await;
    story.cancel(&cancelled).await;
    let ignored = story.asked(program_of(b"ignored")).await;
    story.decide(&ignored, Outcome::Ignored).await;
    for id in [opted_out, device, cancelled, ignored] {
        assert_eq!(arrived(&story, &id).await.status, 409);
        let refused = append(&story, &id, 0, "?1", Body::empty()).await;
        assert_eq!((refused.status, refused.code().as_str()), (409, "attachment-not-expected"), "{id}");
    }
    let id = story.asked(program_of(b"open")).await;
    let other = story.world.computer(&story.group);
    let call = story.app.get(&path(&id)).bearer(&other.token).send().await;
    assert_eq!(call.status, 404, "another computer's request does not exist for it");
}
