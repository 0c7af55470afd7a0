//! Downloading the copy of the file.

use axum::body::Body;
use countersign_model::{ActName, File, List, Permission, Request, Subject};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};
use tower::ServiceExt;

use crate::tests::story::{Story, path};

/// What a chunk of the store holds.
const CHUNK: usize = 256 * 1024;

fn bytes() -> Vec<u8> {
    (0..3 * CHUNK + 17).map(|n| (n % 251) as u8).collect()
}

fn subject(bytes: &[u8]) -> Subject {
    let sha256: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let sha256 = sha256.parse().unwrap();
    let path = Some("C:\\Users\\Kim\\Übung \"1\".exe".into());
    Subject::Application(File { path, ..File::new(sha256) })
}

async fn attach(story: &Story, request: &Request, bytes: &[u8]) {
    let sha256 = request.subject.file().unwrap().sha256.as_str();
    let mut upload = story.world.journal.upload(&request.organization_id, sha256, 1 << 30);
    upload.push(bytes).await.unwrap();
    let manifest = upload.finish().await.unwrap();
    story.world.journal.kv().set_many(vec![manifest.entry()]).await.unwrap();
    let verified = |old: &Request| old.attach(bytes.len() as u64);
    story.world.journal.update(&request.id, verified).await.unwrap();
}

#[tokio::test]
async fn a_verified_file_comes_byte_for_byte_and_no_browser_shows_it() {
    let story = Story::new();
    let bytes = bytes();
    let request = story.request_of(&story.computer, subject(&bytes)).await;
    attach(&story, &request, &bytes).await;
    let answer = story.get(&story.boss, &path(&request, "/attachment")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.body == bytes, "the bytes are those uploaded");
    let headers = [
        ("content-type", "application/octet-stream"),
        ("content-length", "786449"),
        (
            "content-disposition",
            "attachment; filename=\"_bung _1_.exe\"; filename*=UTF-8''%C3%9Cbung%20_1_.exe",
        ),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cache-control", "no-store"),
    ];
    for (name, value) in headers {
        assert_eq!(answer.header(name), value, "{name}");
    }
    for audit in [List::SystemAudit, List::UnifiedAudit] {
        assert_eq!(story.acts(audit).await[0], ActName::AttachmentDownloaded);
    }
}

#[tokio::test]
async fn asking_for_the_headers_alone_is_no_download() {
    let story = Story::new();
    let bytes = bytes();
    let request = story.request_of(&story.computer, subject(&bytes)).await;
    let call = async |path: &str| {
        let call = story.app.call(http::Method::HEAD, path);
        call.bearer(&story.boss.token).send().await
    };
    let path = path(&request, "/attachment");
    assert_eq!(call(&path).await.status, 404, "as `GET` would be answered");
    attach(&story, &request, &bytes).await;
    let (acts, writes) = (story.acts(List::SystemAudit).await, story.world.counts().writes);
    let answer = call(&path).await;
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    assert_eq!(answer.header("content-length"), "786449");
    assert!(answer.header("content-disposition").starts_with("attachment; "));
    assert_eq!(story.world.counts().writes, writes, "nothing was written");
    assert_eq!(story.acts(List::SystemAudit).await, acts);
    let downloaded = story.get(&story.boss, &path).await;
    assert!(downloaded.body == bytes);
    assert_eq!(story.acts(List::SystemAudit).await[0], ActName::AttachmentDownloaded);
}

#[tokio::test]
async fn a_download_reads_a_chunk_only_when_the_one_before_was_taken() {
    let story = Story::new();
    let bytes = bytes();
    let request = story.request_of(&story.computer, subject(&bytes)).await;
    attach(&story, &request, &bytes).await;
    let call = http::Request::get(path(&request, "/attachment"))
        .header("authorization", format!("Bearer {}", story.boss.token));
    let router = crate::router(story.world.services());
    let response = router.oneshot(call.body(Body::empty()).unwrap()).await.unwrap();
    let mut body = response.into_body();
    let before = story.world.counts().reads;
    let mut largest = 0;
    for read in 1..=4 {
        let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
        largest = largest.max(frame.len());
        assert_eq!(story.world.counts().reads - before, read);
    }
    assert!(body.frame().await.is_none());
    assert_eq!(largest, CHUNK);
}

#[tokio::test]
async fn what_is_not_verified_is_not_there() {
    let story = Story::new();
    let bytes = bytes();
    let request = story.request_of(&story.computer, subject(&bytes)).await;
    let missing = || async {
        let answer = story.get(&story.boss, &path(&request, "/attachment")).await;
        (answer.status, answer.code())
    };
    let expected = (404, "attachment-not-available".to_owned());
    assert_eq!(missing().await, expected, "announced, not there");
    // The same bytes at another organization are none of this one's.
    let elsewhere = story.world.organization(&story.world.root, "Company C");
    let computer = story.world.computer(&story.world.group(&elsewhere, "Workstations"));
    let other = story.submit(&elsewhere, &computer, subject(&bytes)).await;
    attach(&story, &other, &bytes).await;
    let verified = |old: &Request| old.attach(bytes.len() as u64);
    story.world.journal.update(&request.id, verified).await.unwrap();
    assert_eq!(missing().await, expected, "uploaded only elsewhere");
    assert!(!story.acts(List::SystemAudit).await.contains(&ActName::AttachmentDownloaded));
}

#[tokio::test]
async fn only_who_may_open_downloads() {
    let story = Story::new();
    let bytes = bytes();
    let request = story.request_of(&story.computer, subject(&bytes)).await;
    attach(&story, &request, &bytes).await;
    let viewer = story.person([Permission::ViewApprovals]);
    let refused = story.get(&viewer, &path(&request, "/attachment")).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "not-permitted"));
    assert!(!story.acts(List::SystemAudit).await.contains(&ActName::AttachmentDownloaded));
}

#[tokio::test]
async fn a_copy_that_is_not_kept_any_more_shows_as_removed() {
    let story = Story::new();
    let bytes = bytes();
    let request = story.request_of(&story.computer, subject(&bytes)).await;
    attach(&story, &request, &bytes).await;
    let state =
        async || story.get(&story.boss, &path(&request, "")).await.json()["attachment"]["state"].clone();
    assert_eq!(state().await, "verified");
    let sha256 = request.subject.file().unwrap().sha256.as_str();
    let manifest = story.world.journal.attachment(&request.organization_id, sha256).await.unwrap().unwrap();
    story.world.journal.remove_attachment(&manifest).await.unwrap();
    assert_eq!(state().await, "removed");
    let download = story.get(&story.boss, &path(&request, "/attachment")).await;
    assert_eq!((download.status, download.json()["code"].as_str()), (404, Some("attachment-not-available")));
}
