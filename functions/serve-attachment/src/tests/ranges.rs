//! Downloading parts of the file, and when a download is on record.

use std::time::Duration;

use countersign_http::testing::TestResponse;
use countersign_kv::memory::{Memory, Schedule};
use countersign_model::{ActName, Permission, Request};
use countersign_store::{CHUNK, TrailPlace};
use futures::executor::block_on;
use futures::future::BoxFuture;

use crate::tests::story::{Story, bytes, path};

#[tokio::test]
async fn a_range_is_answered_with_its_bytes() {
    let (story, bytes) = (Story::new(), bytes());
    let request = story.attached(&bytes).await;
    let size = bytes.len();
    for (start, end) in [
        (0, 1),
        (0, size),
        (5, CHUNK),
        (CHUNK - 1, CHUNK + 1),
        (CHUNK, 2 * CHUNK),
        (CHUNK + 7, 3 * CHUNK + 3),
        (size - 1, size),
    ] {
        let answer = story.part(&story.boss, &request, &format!("bytes={start}-{}", end - 1)).await;
        assert_eq!(answer.status, 206, "{}", answer.text());
        assert_eq!(answer.header("content-range"), format!("bytes {start}-{}/{size}", end - 1));
        assert_eq!(answer.header("content-length"), (end - start).to_string());
        assert!(answer.body == bytes[start..end], "{start} {end}");
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; sandbox");
    }
    let suffix = story.part(&story.boss, &request, "bytes=-20").await;
    assert!((suffix.status, &*suffix.body) == (206, &bytes[size - 20..]));
    let several = story.part(&story.boss, &request, "bytes=0-0,5-9").await;
    assert!((several.status, &*several.body) == (200, &*bytes), "several ranges get the whole");
    assert_eq!(several.header("content-range"), "");
}

#[tokio::test]
async fn a_range_beyond_the_end_is_refused_and_is_no_download() {
    let (story, bytes) = (Story::new(), bytes());
    let request = story.attached(&bytes).await;
    let refused = story.part(&story.boss, &request, &format!("bytes={}-", bytes.len())).await;
    assert_eq!((refused.status, refused.code().as_str()), (416, "range-not-satisfiable"));
    assert_eq!(refused.header("content-range"), "bytes */786449");
    assert_eq!(story.downloads().await, 0);
}

#[tokio::test]
async fn a_download_goes_on_only_with_the_same_bytes() {
    let (story, bytes) = (Story::new(), bytes());
    let request = story.attached(&bytes).await;
    let etag = story.get(&story.boss, &request, &[]).await.header("etag").to_owned();
    let rest = story.get(&story.boss, &request, &[("range", "bytes=700000-"), ("if-range", &etag)]).await;
    assert!((rest.status, &*rest.body) == (206, &bytes[700_000..]));
    for other in ["\"another\"".to_owned(), format!("W/{etag}")] {
        let whole =
            story.get(&story.boss, &request, &[("range", "bytes=700000-"), ("if-range", &other)]).await;
        assert!((whole.status, &*whole.body) == (200, &*bytes), "{other}");
    }
}

#[tokio::test]
async fn ranges_of_one_download_are_one_entry_and_everything_else_has_its_own() {
    let (story, bytes) = (Story::new(), bytes());
    let request = story.attached(&bytes).await;
    let other = story.attached(b"another file").await;
    let approver = story.person([Permission::ApproveForEntireOrganization]);
    let part = async |count: usize, why: &str| {
        story.part(&story.boss, &request, "bytes=100-199").await;
        assert_eq!(story.downloads().await, count, "{why}");
    };
    part(1, "the first range").await;
    story.world.advance(Duration::from_secs(59 * 60));
    part(1, "another range of the same download").await;
    story.part(&approver, &request, "bytes=0-9").await;
    assert_eq!(story.downloads().await, 2, "another administrator");
    story.part(&story.boss, &other, "bytes=1-5").await;
    assert_eq!(story.downloads().await, 3, "another file");
    let elsewhere = http::Request::get(path(&request))
        .header("authorization", format!("Bearer {}", story.boss.token))
        .header("range", "bytes=1-2")
        .header("spin-client-addr", "198.51.100.7:1");
    let answer = story.app.pass(elsewhere.body("".into()).unwrap()).await;
    assert_eq!(answer.status(), 206);
    assert_eq!(story.downloads().await, 4, "from another address");
    story.world.advance(Duration::from_secs(60));
    part(5, "an hour later").await;
    for count in [6, 7] {
        story.get(&story.boss, &request, &[]).await;
        assert_eq!(story.downloads().await, count, "the whole file");
    }
    story.part(&story.boss, &request, "bytes=0-").await;
    assert_eq!(story.downloads().await, 8, "all of it as a range");
    part(8, "a part after the whole").await;
}

#[test]
fn ranges_that_are_asked_for_at_once_are_one_entry() {
    for like in Memory::ALL {
        for seed in 0..6 {
            let (story, bytes) = (Story::over(Memory::new(like)), bytes());
            let request = block_on(story.attached(&bytes));
            let ranges: Vec<String> = (0..8).map(|n| format!("bytes={n}00-{n}99")).collect();
            story.world.memory.interleave(true);
            let calls = ranges.iter().map(|range| {
                Box::pin(story.part(&story.boss, &request, range)) as BoxFuture<'_, TestResponse>
            });
            let answers = Schedule::new(seed).run(calls.collect());
            story.world.memory.interleave(false);
            for (n, answer) in answers.into_iter().map(Option::unwrap).enumerate() {
                assert_eq!(answer.status, 206, "{like:?} {seed} {n}: {}", answer.text());
                assert!(answer.body == bytes[n * 100..n * 100 + 100], "{like:?} {seed} {n}");
            }
            assert_eq!(block_on(story.downloads()), 1, "{like:?} {seed}");
        }
    }
}

#[test]
fn whole_downloads_at_once_are_all_served_and_all_on_record() {
    for like in Memory::ALL {
        for seed in 0..6 {
            let (story, bytes) = (Story::over(Memory::new(like)), bytes());
            let request = block_on(story.attached(&bytes));
            story.world.memory.interleave(true);
            let calls = (0..8)
                .map(|_| Box::pin(story.get(&story.boss, &request, &[])) as BoxFuture<'_, TestResponse>);
            let answers = Schedule::new(seed).run(calls.collect());
            story.world.memory.interleave(false);
            for answer in answers.into_iter().map(Option::unwrap) {
                assert_eq!(answer.status, 200, "{like:?} {seed}: {}", answer.text());
                assert!(answer.body == bytes, "{like:?} {seed}");
            }
            assert_eq!(block_on(story.downloads()), 8, "{like:?} {seed}");
        }
    }
}

#[tokio::test]
async fn a_download_is_in_the_trail_of_the_request_and_changes_nothing_else() {
    let (story, bytes) = (Story::new(), bytes());
    let request = story.attached(&bytes).await;
    let stored = async || story.world.journal.load::<Request>(&request.id).await.unwrap().unwrap().value;
    let before = stored().await;
    story.get(&story.boss, &request, &[]).await;
    story.part(&story.boss, &request, "bytes=0-9").await;
    let trail = story.world.journal.trail::<Request>(&request.id, TrailPlace::default(), 20).await.unwrap();
    let mut acts = Vec::new();
    for place in &trail.events {
        acts.push(story.world.journal.event_of(place).await.unwrap().unwrap().act.name());
    }
    assert_eq!(
        acts,
        [ActName::RequestSubmitted, ActName::AttachmentDownloaded],
        "a part after the whole is none"
    );
    assert_eq!(stored().await, before);
}
