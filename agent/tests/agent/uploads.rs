//! Uploading a copy of a file: from where an earlier attempt ended, and whole to a server that cannot do that.

use std::sync::{Arc, Mutex};

use countersign_agent::MeasuredFile;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::fake::FakeServer;

const SIZE: usize = 700_000;

async fn file() -> (NamedTempFile, MeasuredFile, Vec<u8>) {
    let file = NamedTempFile::new().unwrap();
    let bytes: Vec<u8> = (0..SIZE).map(|place| (place % 253) as u8).collect();
    std::fs::write(file.path(), &bytes).unwrap();
    let measured = MeasuredFile::measure(file.path()).await.unwrap();
    (file, measured, bytes)
}

#[tokio::test]
async fn what_the_server_has_is_not_sent_again() {
    let (_file, measured, bytes) = file().await;
    let server = FakeServer::start().await;
    server.then(204, &[("upload-offset", "262144"), ("upload-complete", "?0")], Value::Null).then(
        204,
        &[],
        Value::Null,
    );
    let told = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&told);
    let progress = Arc::new(move |sent, size| noted.lock().unwrap().push((sent, size)));
    server.client().0.upload_telling("req_1", &measured, progress).await.unwrap();
    let seen = server.seen();
    assert_eq!(
        server.calls(),
        ["HEAD /agent/v1/requests/req_1/attachment", "PATCH /agent/v1/requests/req_1/attachment"]
    );
    assert_eq!(seen[1].header("content-type"), "application/partial-upload");
    assert_eq!((seen[1].header("upload-offset"), seen[1].header("upload-complete")), ("262144", "?1"));
    assert_eq!(seen[1].header("content-length"), (SIZE - 262_144).to_string());
    assert!(seen[1].body == bytes[262_144..]);
    let told = told.lock().unwrap();
    assert_eq!(told.last(), Some(&(SIZE as u64, SIZE as u64)));
    assert!(told.is_sorted() && told[0].0 > 262_144, "{told:?}");
}

#[tokio::test]
async fn after_an_interruption_the_server_is_asked_how_much_arrived() {
    let (_file, measured, bytes) = file().await;
    let server = FakeServer::start().await;
    server
        .then(204, &[("upload-offset", "0")], Value::Null)
        .then(503, &[], json!({"code": "busy"}))
        .then(204, &[("upload-offset", "524288")], Value::Null)
        .then(409, &[], json!({"code": "wrong-offset"}))
        .then(204, &[("upload-offset", "262144")], Value::Null)
        .then(204, &[], Value::Null);
    let (client, pauses) = server.client();
    client.upload("req_1", &measured).await.unwrap();
    let seen = server.seen();
    for (call, from) in [(1, 0), (3, 524_288), (5, 262_144)] {
        assert_eq!(seen[call].header("upload-offset"), from.to_string());
        assert!(seen[call].body == bytes[from..]);
    }
    assert_eq!(pauses.noted().len(), 2);
}

#[tokio::test]
async fn attempts_in_vain_are_bounded_but_progress_is_not() {
    let (_file, measured, _) = file().await;
    let server = FakeServer::start().await;
    for offset in ["0", "100", "200", "300", "400", "500", "500", "500", "500"] {
        server.then(204, &[("upload-offset", offset)], Value::Null).then(502, &[], Value::Null);
    }
    let error = server.client().0.upload("req_1", &measured).await.unwrap_err();
    assert!(error.is_passing(), "{error}");
    assert_eq!(server.seen().len(), 18, "four attempts at 500 bytes, one at each of the others");
}

#[tokio::test]
async fn a_whole_copy_is_not_sent_at_all() {
    let (_file, measured, _) = file().await;
    let server = FakeServer::start().await;
    server.then(204, &[("upload-offset", "700000"), ("upload-complete", "?1")], Value::Null);
    server.client().0.upload("req_1", &measured).await.unwrap();
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_refusal_ends_the_upload() {
    let (_file, measured, _) = file().await;
    let server = FakeServer::start().await;
    server.then(204, &[("upload-offset", "0")], Value::Null).then(422, &[], json!({"code": "wrong-bytes"}));
    let error = server.client().0.upload("req_1", &measured).await.unwrap_err();
    assert_eq!(error.problem().unwrap().status, 422);
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_server_that_cannot_go_on_gets_the_whole_file_and_again_from_its_start() {
    let (_file, measured, bytes) = file().await;
    let server = FakeServer::start().await;
    server.then(405, &[], Value::Null).then(503, &[("retry-after", "0")], Value::Null).then(
        204,
        &[],
        Value::Null,
    );
    server.client().0.upload("req_1", &measured).await.unwrap();
    let seen = server.seen();
    assert_eq!(seen.len(), 3);
    for seen in &seen[1..] {
        assert_eq!(seen.call, "PUT /agent/v1/requests/req_1/attachment");
        assert_eq!(seen.header("content-type"), "application/octet-stream");
        assert_eq!(seen.header("content-length"), SIZE.to_string());
        assert!(seen.body == bytes);
    }
}
