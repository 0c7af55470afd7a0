//! The copy of the file: streamed, verified, and removed if it is not the file.

use std::time::Duration;

use axum::body::{Body, Bytes};
use countersign_model::request::ATTACHMENT_MAX;
use countersign_model::{Attachment, Outcome};
use countersign_store::keys;
use futures::future::join_all;
use futures::stream;
use serde_json::json;

use crate::tests::resume::CHUNK;
use crate::tests::story::{BYTES, Story, program, program_of, stick, with, without};

/// Keys of attachments: chunks and manifests.
fn kept(story: &Story) -> Vec<String> {
    let is_attachment = |key: &String| key.contains("/a/") || key.contains("/m/");
    story.world.memory.dump().into_keys().filter(is_attachment).collect()
}

async fn send(story: &Story, id: &str, body: Body) -> countersign_http::testing::TestResponse {
    let call = story.app.put(&format!("/agent/v1/requests/{id}/attachment"));
    call.bearer(&story.device.token).body("application/octet-stream", body).send().await
}

/// A body that comes in parts, without a length.
fn parts(bytes: &[u8], size: usize) -> Body {
    let parts: Vec<_> =
        bytes.chunks(size).map(|part| Ok::<_, std::io::Error>(Bytes::copy_from_slice(part))).collect();
    Body::from_stream(stream::iter(parts))
}

#[tokio::test]
async fn a_chunk_is_stored_before_the_rest_of_the_file_has_come() {
    let story = Story::new();
    let bytes: Vec<u8> = (0..3 * CHUNK).map(|n| (n * 31 % 251) as u8).collect();
    let id = story.asked(program_of(&bytes)).await;
    let (mut sender, body) = futures::channel::mpsc::channel(1);
    let upload = send(&story, &id, Body::from_stream(body));
    let meanwhile = async {
        for (number, chunk) in bytes.chunks(CHUNK).enumerate() {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            let values = story.world.memory.dump().into_iter().filter(|(key, _)| key.contains("/a/"));
            let stored: Vec<Vec<u8>> = values.map(|(_, value)| value).collect();
            assert_eq!(stored.len(), number, "as many as have come");
            assert!(bytes.chunks(CHUNK).take(number).all(|chunk| stored.contains(&chunk.to_vec())));
            sender.try_send(Ok::<_, std::io::Error>(Bytes::copy_from_slice(chunk))).unwrap();
        }
        drop(sender);
    };
    let (answer, ()) = futures::join!(upload, meanwhile);
    assert_eq!(answer.status, 204, "{}", answer.text());
    assert_eq!(story.record(&id).await.attachment, Attachment::Verified { size: bytes.len() as u64 });
}

#[tokio::test]
async fn the_file_comes_in_parts_and_is_kept_byte_for_byte() {
    for size in [0_usize, 1, 262_144, 700_001] {
        let story = Story::new();
        let bytes: Vec<u8> = (0..size).map(|n| (n * 31 % 251) as u8).collect();
        let id = story.asked(program_of(&bytes)).await;
        story.world.memory.reset_counts();
        let answer = send(&story, &id, parts(&bytes, 10_007)).await;
        assert_eq!((answer.status, answer.text().as_str()), (204, ""), "{size}");
        let chunks = size.div_ceil(256 * 1024);
        // With the first chunk, a note is written that the chunks may be removed if the upload dies. The bytes are
        // counted for the day, which is noted once a day, and for the store, which is noted so that they can be counted
        // down.
        let noted = if chunks > 0 { 2 + 3 + 2 } else { 0 };
        let writes = story.world.counts().writes;
        assert_eq!(writes, chunks + 3 + noted, "each chunk goes to the store when it is full: {size}");
        assert_eq!(story.record(&id).await.attachment, Attachment::Verified { size: size as u64 });
        let journal = &story.world.journal;
        let manifest = journal.attachment(&story.company.id, &keys::sha256(&bytes)).await.unwrap().unwrap();
        let mut back = Vec::new();
        for index in 0..manifest.chunks {
            back.extend(journal.attachment_chunk(&manifest, index).await.unwrap());
        }
        assert_eq!(back, bytes);
        assert_eq!(kept(&story).len(), chunks + 1);
        let status = story.status(&id).await.json();
        assert_eq!(status["attachment"], json!({ "state": "verified", "size": size }));
        assert_eq!(
            send(&story, &id, parts(&bytes, 9_999)).await.status,
            204,
            "sending it again is no mistake"
        );
        assert_eq!(kept(&story).len(), chunks + 1);
    }
}

#[tokio::test]
async fn what_is_not_the_file_leaves_nothing_behind() {
    let whole: Vec<u8> = (0..600_000).map(|n| (n * 7 % 253) as u8).collect();
    let mut other = whole.clone();
    other[599_999] ^= 1;
    let longer = [whole.as_slice(), b"!"].concat();
    let failing = || {
        let part = Ok(Bytes::copy_from_slice(&whole[..300_000]));
        Body::from_stream(stream::iter([part, Err(std::io::Error::other("the line went dead"))]))
    };
    for announced in [true, false] {
        let story = Story::new();
        let body = program_of(&whole);
        let body = if announced { body } else { without(body, "/subject/size") };
        let id = story.asked(body).await;
        let before = story.record(&id).await;
        let cases = [
            (parts(&other, 50_000), "other bytes"),
            (parts(&whole[..599_999], 50_000), "cut short"),
            (parts(&longer, 50_000), "too long"),
            (Body::from(longer.clone()), "too long, and says so"),
            (parts(&[], 1), "nothing"),
            (failing(), "the connection ended"),
        ];
        for (body, why) in cases {
            let refused = send(&story, &id, body).await;
            assert_eq!((refused.status, refused.code().as_str()), (422, "attachment-mismatch"), "{why}");
            assert_eq!(kept(&story), Vec::<String>::new(), "{why}");
            assert_eq!(story.record(&id).await, before, "{why}");
        }
        assert_eq!(
            send(&story, &id, parts(&whole, 70_000)).await.status,
            204,
            "the file itself is still welcome"
        );
    }
}

#[tokio::test]
async fn a_file_larger_than_is_kept_is_refused_before_it_is_read() {
    let story = Story::new();
    let id = story.asked(without(program(), "/subject/size")).await;
    let call = story.app.put(&format!("/agent/v1/requests/{id}/attachment")).bearer(&story.device.token);
    let call = call.header("content-length", &(ATTACHMENT_MAX + 1).to_string());
    let refused = call.body("application/octet-stream", Body::empty()).send().await;
    assert_eq!((refused.status, refused.code().as_str()), (413, "body-too-large"));
    let post = story.app.put(&format!("/agent/v1/requests/{id}/attachment")).bearer(&story.device.token);
    let refused = post.body("text/plain", BYTES.to_vec()).send().await;
    assert_eq!((refused.status, refused.code().as_str()), (415, "unsupported-media-type"));
    assert!(kept(&story).is_empty());
}

#[tokio::test]
async fn what_nobody_waits_for_is_refused() {
    let story = Story::new();
    let opted_out = story.asked(with(program(), "/attach", json!(false))).await;
    let device = story.asked(stick()).await;
    let large = program_of(b"large");
    let large = story.asked(with(large, "/subject/size", json!(ATTACHMENT_MAX + 1))).await;
    let cancelled = story.asked(program_of(b"cancelled")).await;
    story.cancel(&cancelled).await;
    let old = story.asked(program_of(b"old")).await;
    story.decide(&old, Outcome::Denied).await;
    story.world.advance(Duration::from_secs(24 * 3600));
    for id in [opted_out, device, large, cancelled, old] {
        let refused = story.upload(&id, BYTES).await;
        assert_eq!((refused.status, refused.code().as_str()), (409, "attachment-not-expected"), "{id}");
    }
    assert!(kept(&story).is_empty());
}

#[tokio::test]
async fn the_file_may_come_after_the_decision() {
    let story = Story::new();
    let id = story.asked(program()).await;
    story.decide(&id, Outcome::Approved).await;
    story.world.advance(Duration::from_secs(23 * 3600));
    assert_eq!(story.upload(&id, BYTES).await.status, 204);
    let record = story.record(&id).await;
    assert_eq!(record.attachment, Attachment::Verified { size: BYTES.len() as u64 });
    assert!(record.decision.is_some());
}

#[tokio::test]
async fn the_same_file_sent_twice_at_once_is_kept_and_answered_well() {
    let story = Story::new();
    let id = story.asked(program()).await;
    story.world.memory.interleave(true);
    let answers = join_all((0..2).map(|_| story.upload(&id, BYTES))).await;
    story.world.memory.interleave(false);
    assert!(answers.iter().all(|answer| answer.status == 204), "{}", answers[0].text());
    let sha256 = keys::sha256(BYTES);
    let manifest = story.world.journal.attachment(&story.company.id, &sha256).await.unwrap().unwrap();
    assert_eq!(story.world.journal.attachment_chunk(&manifest, 0).await.unwrap(), BYTES);
}

#[tokio::test]
async fn bytes_that_are_there_already_are_kept_from_the_last_time_they_were_asked_about() {
    let story = Story::new();
    let first = story.asked(program()).await;
    assert_eq!(story.upload(&first, BYTES).await.status, 204);
    let asked_at = async || {
        let copy = story.world.journal.attachment(&story.company.id, &keys::sha256(BYTES)).await;
        copy.unwrap().unwrap().asked_at()
    };
    let sent = story.world.now();
    assert_eq!(asked_at().await, sent);
    story.world.advance(Duration::from_secs(3600));
    let again = async || assert_eq!(story.submit(program()).await.status, 200);
    again().await;
    assert_eq!(asked_at().await, sent, "noted once a day");
    story.world.advance(Duration::from_secs(24 * 3600));
    again().await;
    assert_eq!(asked_at().await, story.world.now(), "asked again");
    story.decide(&first, Outcome::Denied).await;
    story.world.advance(Duration::from_secs(25 * 3600));
    assert_ne!(story.asked(program()).await, first);
    assert_eq!(asked_at().await, story.world.now(), "and by another request");
}

#[tokio::test]
async fn a_compressed_copy_is_refused_before_it_is_read() {
    let story = Story::new();
    let id = story.asked(program_of(BYTES)).await;
    let path = format!("/agent/v1/requests/{id}/attachment");
    let put = |coding: &str| {
        let call = story.app.put(&path).bearer(&story.device.token).header("content-encoding", coding);
        call.body("application/octet-stream", Body::from(BYTES)).send()
    };
    let answer = put("gzip").await;
    assert_eq!((answer.status, answer.code().as_str()), (415, "unsupported-content-encoding"));
    assert_eq!(answer.header("accept-encoding"), "identity");
    assert_eq!(kept(&story), [""; 0]);
    assert_eq!(put("identity").await.status, 204, "the upload is still expected");
}
