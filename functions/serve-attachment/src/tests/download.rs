//! Downloading the copy of the file as a whole.

use axum::body::Body;
use countersign_model::{ActName, List, Permission};
use countersign_store::CHUNK;
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::tests::story::{Story, bytes, path};

#[tokio::test]
async fn a_verified_file_comes_byte_for_byte_and_no_browser_shows_it() {
    let (story, bytes) = (Story::new(), bytes());
    let request = story.attached(&bytes).await;
    let answer = story.get(&story.boss, &request, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.body == bytes, "the bytes are those uploaded");
    let etag = format!("\"{}\"", request.subject.file().unwrap().sha256.as_str());
    let headers = [
        ("content-type", "application/octet-stream"),
        ("content-length", "786449"),
        ("accept-ranges", "bytes"),
        ("etag", &etag),
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
        assert_eq!(story.events(audit).await[0].act.name(), ActName::AttachmentDownloaded);
    }
}

#[tokio::test]
async fn asking_for_the_headers_alone_is_no_download() {
    let (story, bytes) = (Story::new(), bytes());
    let request = story.asked(&story.company, &bytes).await;
    let head = async || {
        let call = story.app.call(http::Method::HEAD, &path(&request)).header("range", "bytes=5-9");
        call.bearer(&story.boss.token).send().await
    };
    assert_eq!(head().await.status, 404, "as `GET` would be answered");
    story.send(&request, &bytes).await;
    story.verify(&request, &bytes).await;
    let writes = story.world.counts().writes;
    let answer = head().await;
    assert_eq!((answer.status, answer.body.len()), (200, 0), "a range says nothing here");
    assert_eq!((answer.header("content-length"), answer.header("accept-ranges")), ("786449", "bytes"));
    assert!(answer.header("content-disposition").starts_with("attachment; "));
    assert_eq!((story.world.counts().writes, story.downloads().await), (writes, 0), "nothing was written");
    assert!(story.get(&story.boss, &request, &[]).await.body == bytes);
    assert_eq!(story.downloads().await, 1);
}

#[tokio::test]
async fn a_download_reads_a_chunk_only_when_the_one_before_was_taken() {
    let (story, bytes) = (Story::new(), bytes());
    let request = story.attached(&bytes).await;
    let call =
        http::Request::get(path(&request)).header("authorization", format!("Bearer {}", story.boss.token));
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
    let (story, bytes) = (Story::new(), bytes());
    let request = story.asked(&story.company, &bytes).await;
    let missing = async || {
        let answer = story.get(&story.boss, &request, &[("range", "bytes=0-0")]).await;
        (answer.status, answer.code())
    };
    let expected = (404, "attachment-not-available".to_owned());
    assert_eq!(missing().await, expected, "announced, not there");
    // The same bytes at another organization are none of this one's.
    let elsewhere = story.world.organization(&story.world.root, "Company C");
    let other = story.asked(&elsewhere, &bytes).await;
    story.send(&other, &bytes).await;
    story.verify(&request, &bytes).await;
    assert_eq!(missing().await, expected, "uploaded only elsewhere");
    let sent = story.attached(&bytes).await;
    assert_eq!(story.get(&story.boss, &sent, &[("range", "bytes=0-0")]).await.status, 206);
    let sha256 = sent.subject.file().unwrap().sha256.as_str();
    let manifest = story.world.journal.attachment(&story.company.id, sha256).await.unwrap().unwrap();
    story.world.journal.remove_attachment(&manifest).await.unwrap();
    assert_eq!(missing().await, expected, "not kept any more");
}

#[tokio::test]
async fn only_who_may_open_the_request_downloads_and_a_refusal_changes_nothing() {
    let (story, bytes) = (Story::new(), bytes());
    let request = story.attached(&bytes).await;
    let (viewer, nobody) = (story.person([Permission::ViewApprovals]), story.person([]));
    let elsewhere = story.world.organization(&story.world.root, "Sibling");
    let stranger = story.world.administrator(&elsewhere, [Permission::SuperAdmin]);
    let approver = story.person([Permission::ApproveForSingleComputer]);
    let (read, before) = (story.world.outbound.take(), story.world.memory.dump());
    drop(read);
    for range in [&[("range", "bytes=0-9")][..], &[]] {
        for (person, status, code) in
            [(&viewer, 403, "not-permitted"), (&nobody, 403, "not-permitted"), (&stranger, 404, "not-found")]
        {
            let refused = story.get(person, &request, range).await;
            assert_eq!((refused.status, refused.code().as_str()), (status, code));
        }
        for token in ["", "csa_wrong", &story.device.token] {
            let refused = story.app.get(&path(&request)).bearer(token).send().await;
            assert_eq!((refused.status, refused.code().as_str()), (401, "not-identified"));
        }
    }
    for id in ["req_01J00000000000000000000000", "req_", "nonsense", story.company.id.as_str()] {
        let call = story.app.get(&format!("/v1/requests/{id}/attachment")).bearer(&story.boss.token);
        let answer = call.send().await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "not-found"), "{id}");
    }
    assert!(story.world.memory.dump() == before && story.world.outbound.take().is_empty());
    assert_eq!(story.get(&approver, &request, &[]).await.status, 200);
}
