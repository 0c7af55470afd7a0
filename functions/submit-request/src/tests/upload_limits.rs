//! How much may be uploaded, and what an upload counts for.

use std::task::Poll;

use axum::body::{Body, Bytes};
use countersign_http::testing::TestResponse;
use countersign_store::keys;
use futures::future::join_all;
use futures::stream;
use serde_json::{Value, json};

use crate::limits::Limits;
use crate::tests::resume::{CHUNK, Offset, append, arrived, dying, is_complete, path, stored, whole};
use crate::tests::story::{Story, program_of, without};

const MIB: usize = 1024 * 1024;

/// How many bytes of the computer count today.
async fn counted(story: &Story) -> u64 {
    let (throttle, computer) = Limits::DEFAULT.bytes(&story.device.record).remove(0);
    story.world.journal.count_tries(&throttle, &[computer.as_str()], 0).await.unwrap().count
}

/// A body without a length.
fn streamed(bytes: Vec<u8>) -> Body {
    Body::from_stream(stream::iter([Ok::<_, std::io::Error>(Bytes::from(bytes))]))
}

fn refusal(answer: &TestResponse) -> (u16, String) {
    (answer.status, answer.code())
}

#[tokio::test]
async fn an_upload_counts_once_however_often_it_is_interrupted() {
    let (story, bytes) = (Story::new(), whole());
    // Room for one copy a day, and not for two.
    story.world.settings.set("computer_limits", "attachment_mib_per_day=1 attachment_mib=1");
    let id = story.asked(program_of(&bytes)).await;
    for offset in [0, CHUNK, 2 * CHUNK] {
        let died = append(&story, &id, offset, "?1", dying(&bytes[offset..offset + CHUNK])).await;
        assert_eq!((died.status, died.code().as_str()), (400, "body-cut-short"), "{offset}");
    }
    let done = append(&story, &id, 3 * CHUNK, "?1", bytes[3 * CHUNK..].to_vec()).await;
    assert_eq!(done.status, 204, "{}", done.text());
    let kept = story.world.journal.kept_bytes(&story.device.record).await.unwrap();
    assert_eq!(kept.computer, bytes.len() as u64);
    let mut other = bytes.clone();
    other[0] ^= 1;
    let second = story.asked(program_of(&other)).await;
    let refused = append(&story, &second, 0, "?1", other.clone()).await;
    assert_eq!((refused.status, refused.code().as_str()), (429, "attachment-space-used-up"));
}

#[tokio::test]
async fn bytes_that_were_not_kept_do_not_count_as_a_whole_file() {
    let (story, bytes) = (Story::new(), whole());
    story.world.settings.set("computer_limits", "attachment_mib_per_day=1");
    let id = story.asked(program_of(&bytes)).await;
    for _ in 0..3 {
        assert_eq!(append(&story, &id, 0, "?1", dying(&bytes[..1_000])).await.status, 400);
    }
    assert_eq!(append(&story, &id, 0, "?1", bytes).await.status, 204);
}

#[tokio::test]
async fn bytes_that_are_sent_again_count_for_the_day_and_take_no_space() {
    let (story, bytes) = (Story::new(), whole());
    let id = story.asked(program_of(&bytes)).await;
    assert_eq!(story.upload(&id, bytes.clone()).await.status, 204);
    story.world.settings.set("computer_limits", "attachment_mib=0");
    assert_eq!(story.upload(&id, bytes.clone()).await.status, 204, "no space is needed");
    let size = bytes.len() as u64;
    assert_eq!(counted(&story).await, 2 * size);
    let send = |body: Body| {
        let call = story.app.put(&path(&id)).bearer(&story.device.token);
        call.body("application/octet-stream", body).send()
    };
    let more = [bytes.as_slice(), b"more"].concat();
    let refused = send(streamed(more)).await;
    assert_eq!(refusal(&refused), (422, "attachment-mismatch".to_owned()), "it is another file");
    assert_eq!(counted(&story).await, 3 * size + 4);
    story.world.settings.set("computer_limits", "attachment_mib_per_day=1");
    let unread = stream::poll_fn(|_| -> Poll<Option<std::io::Result<Bytes>>> { panic!("it is read") });
    let refused = send(Body::from_stream(unread)).await;
    assert_eq!(refusal(&refused), (429, "too-many-attachment-bytes".to_owned()));
    assert_eq!(counted(&story).await, 3 * size + 4);
    let kept = story.world.journal.kept_bytes(&story.device.record).await.unwrap();
    assert_eq!(kept.computer, size);
}

#[tokio::test]
async fn calls_that_begin_an_upload_at_the_same_moment_count_once() {
    for size in [0, 1_000, CHUNK, CHUNK + 1, 3 * CHUNK + 1_000] {
        for calls in [2, 3] {
            let (story, bytes) = (Story::new(), whole()[..size].to_vec());
            let id = story.asked(program_of(&bytes)).await;
            story.world.memory.interleave(true);
            join_all((0..calls).map(|_| append(&story, &id, 0, "?1", bytes.clone()))).await;
            story.world.memory.interleave(false);
            if !is_complete(&story, &id).await {
                let offset = usize::try_from(arrived(&story, &id).await.offset().unwrap()).unwrap();
                assert_eq!(append(&story, &id, offset, "?1", bytes[offset..].to_vec()).await.status, 204);
            }
            assert!(stored(&story, &bytes).await == bytes);
            assert_eq!(counted(&story).await, size as u64, "{size} {calls}");
        }
    }
}

#[tokio::test]
async fn a_call_that_a_newer_one_replaced_does_not_take_back_what_that_one_goes_on_with() {
    let (story, bytes) = (Story::new(), whole());
    let id = story.asked(program_of(&bytes)).await;
    // The older call has stored a chunk. While its line is silent, another one completes the upload.
    let (mut sender, body) = futures::channel::mpsc::channel(1);
    let older = append(&story, &id, 0, "?1", Body::from_stream(body));
    let meanwhile = async {
        let part = |bytes: &[u8]| Ok::<_, std::io::Error>(Bytes::copy_from_slice(bytes));
        sender.try_send(part(&bytes[..CHUNK])).unwrap();
        let offset = loop {
            match arrived(&story, &id).await.offset() {
                Some(0) => tokio::task::yield_now().await,
                offset => break usize::try_from(offset.unwrap()).unwrap(),
            }
        };
        let newer = append(&story, &id, offset, "?1", bytes[offset..].to_vec()).await;
        sender.try_send(part(&bytes[CHUNK..2 * CHUNK])).unwrap();
        drop(sender);
        newer
    };
    let (older, newer) = futures::join!(older, meanwhile);
    assert_eq!(
        (refusal(&older), newer.status),
        ((409, "upload-replaced".to_owned()), 204),
        "{}",
        newer.text()
    );
    assert_eq!(counted(&story).await, bytes.len() as u64);
}

#[tokio::test]
async fn an_upload_whose_hash_cannot_be_read_any_more_begins_anew() {
    let (story, bytes) = (Story::new(), whole());
    let id = story.asked(program_of(&bytes)).await;
    assert_eq!(append(&story, &id, 0, "?0", bytes[..CHUNK].to_vec()).await.status, 204);
    let noted =
        story.world.memory.dump().into_iter().filter(|(key, _)| key.contains("/au/") || key.contains("/ap/"));
    for (key, value) in noted.collect::<Vec<_>>() {
        let text = String::from_utf8(value).unwrap();
        let (before, hash) = text.split_once("\"hash\":\"").unwrap();
        let (_, after) = hash.split_once('"').unwrap();
        let other = format!("{before}\"hash\":\"AAAA\"{after}").into_bytes();
        story.world.journal.kv().set_many(vec![(key, other)]).await.unwrap();
    }
    assert_eq!(arrived(&story, &id).await.offset(), Some(0));
    assert_eq!(append(&story, &id, CHUNK, "?0", bytes[CHUNK..].to_vec()).await.offset(), Some(0));
    let done = append(&story, &id, 0, "?1", bytes.clone()).await;
    assert_eq!(done.status, 204, "{}", done.text());
    assert!(stored(&story, &bytes).await == bytes);
}

#[tokio::test]
async fn more_bytes_than_the_call_says_are_not_the_file() {
    let (story, bytes) = (Story::new(), whole());
    let id = story.asked(without(program_of(&bytes), "/subject/size")).await;
    let call = story.app.patch(&path(&id)).bearer(&story.device.token).header("upload-offset", "0");
    let call = call.header("upload-complete", "?1").header("upload-length", &(2 * CHUNK).to_string());
    let refused = call.body("application/partial-upload", streamed(bytes)).send().await;
    assert_eq!(refusal(&refused), (422, "attachment-mismatch".to_owned()));
    assert_eq!(arrived(&story, &id).await.offset(), Some(0), "it begins anew");
}

#[tokio::test]
async fn the_deployment_sets_the_largest_copy() {
    let story = Story::new();
    story.world.settings.set("attachment_max_bytes", &MIB.to_string());
    let bytes = vec![2; MIB + 1];
    let large = story.submit(program_of(&bytes)).await;
    assert_eq!(large.json()["attachment"]["upload"], json!(false), "{}", large.text());
    let mut other = bytes.clone();
    other[0] = 1;
    let id = story.asked(without(program_of(&other), "/subject/size")).await;
    assert!(arrived(&story, &id).await.header("upload-limit").starts_with("max-size=1048576,"));
    let announced = |method: http::Method, content: &'static str| {
        let call = story.app.call(method, &path(&id)).bearer(&story.device.token);
        let call = call.header("upload-offset", "0").header("upload-complete", "?1");
        call.header("content-length", &(MIB + 1).to_string()).body(content, Body::empty()).send()
    };
    for refused in [
        append(&story, &id, 0, "?1", streamed(other.clone())).await,
        story.upload(&id, other.clone()).await,
        announced(http::Method::PATCH, "application/partial-upload").await,
        announced(http::Method::PUT, "application/octet-stream").await,
    ] {
        assert_eq!(refusal(&refused), (413, "body-too-large".to_owned()));
        assert_eq!(refused.header("upload-limit"), "max-size=1048576");
    }
    for (setting, most) in [("much", "536870912"), ("1000", "1048576"), ("9999999999", "1073741824")] {
        story.world.settings.set("attachment_max_bytes", setting);
        let limit = arrived(&story, &id).await.header("upload-limit").to_owned();
        assert!(limit.starts_with(&format!("max-size={most},")), "{setting}: {limit}");
    }
}

#[tokio::test]
async fn a_request_reads_the_largest_copy_only_for_a_file_that_may_be_larger() {
    let story = Story::new();
    let reads = async |size: Value, attach: bool| {
        let mut body = program_of(keys::sha256(size.to_string().as_bytes()).as_bytes());
        body["subject"]["size"] = size;
        body["attach"] = json!(attach);
        story.world.settings.take_asked();
        assert_eq!(story.submit(body).await.status, 201);
        story.world.settings.take_asked().contains(&"attachment_max_bytes".to_owned())
    };
    for (size, attach, expected) in [
        (json!(1_048_576), true, false),
        (json!(1_048_577), true, true),
        (json!(1_048_578), false, false),
        (json!(null), true, false),
    ] {
        assert_eq!(reads(size.clone(), attach).await, expected, "{size} {attach}");
    }
}

#[test]
fn the_document_names_the_limit_of_a_file_that_is_too_large() {
    let document = serde_json::to_value(crate::openapi().finish().unwrap()).unwrap();
    let operations = &document["paths"]["/agent/v1/requests/{request_id}/attachment"];
    for method in ["put", "patch"] {
        let refused = &operations[method]["responses"]["413"];
        assert!(refused["headers"]["Upload-Limit"]["description"].is_string(), "{method}");
        assert!(refused["content"]["application/problem+json"].is_object(), "{method}");
    }
}
