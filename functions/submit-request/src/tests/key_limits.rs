//! All computers together that enrolled with one key cannot crowd out the others, however many a thief of the key enrolls.

use std::convert::Infallible;
use std::time::Duration;

use countersign_http::testing::Device;
use countersign_model::{Computer, EnrollmentKeyId};
use countersign_store::{KeyRequests, KeyWeek};
use ulid::Ulid;

use crate::tests::limits::{MIB, ask, assert_over, kept, limited, upload};
use crate::tests::story::{Story, id_of, program_of};

fn key(number: u128) -> EnrollmentKeyId {
    EnrollmentKeyId::from_ulid(Ulid::from_parts(1, number))
}

/// A computer that enrolled with the key of this number.
async fn enroll(story: &Story, number: u128) -> Device {
    let Device { record, token } = story.world.computer(&story.group);
    let with_key = |old: &Computer| {
        Ok::<_, Infallible>(Computer { enrollment_key_id: Some(key(number)), ..old.clone() })
    };
    let record = story.world.journal.update(&record.id, with_key).await.unwrap().value;
    Device { record, token }
}

/// Counts requests of the key 1, as the processor does.
async fn processed(story: &Story, requests: KeyRequests) {
    let week = KeyWeek::of(&key(1), story.world.now());
    story.world.journal.count_key_requests(&week, requests).await.unwrap();
}

/// Three computers of the key 1, which may make four requests together, ask for as many as they can.
async fn make_as_many_as_four_allow(story: &mut Story) {
    let mut made = 0;
    for _ in 0..3 {
        story.device = enroll(story, 1).await;
        for number in 0..4 {
            made += usize::from(ask(story, number).await.status == 201);
        }
    }
    assert_eq!(made, 3 * 2 + 4, "two of each are not counted");
}

#[tokio::test]
async fn open_requests_are_limited_for_all_of_them_together_and_each_that_ends_makes_room() {
    let mut story = limited("key_open_requests=1200");
    processed(&story, KeyRequests { submitted: 1_300, ended: 101 }).await;
    story.device = enroll(&story, 1).await;
    let first = ask(&story, 0).await;
    assert_eq!(first.status, 201, "the last that has room");
    processed(&story, KeyRequests::SUBMITTED).await;
    let before = kept(&story);
    assert_over(&ask(&story, 1).await, "too-many-open-requests", 3600);
    assert!(kept(&story) == before, "nothing changed");
    assert_eq!(ask(&story, 0).await.status, 200, "an open one is asked again");
    story.device = enroll(&story, 1).await;
    assert_over(&ask(&story, 0).await, "too-many-open-requests", 3600);
    let next = enroll(&story, 2).await;
    let own = std::mem::replace(&mut story.device, next);
    assert_eq!(ask(&story, 0).await.status, 201, "those of another key are not concerned");
    story.device = own;
    processed(&story, KeyRequests::ENDED).await;
    assert_eq!(ask(&story, 0).await.status, 201);
}

#[tokio::test]
async fn a_retry_under_its_idempotency_key_is_answered_when_no_more_may_be_open() {
    let mut story = limited("key_open_requests=1000");
    story.device = enroll(&story, 1).await;
    let first = story.submit_under("k", program_of(b"1")).await;
    processed(&story, KeyRequests { submitted: 1_000, ended: 0 }).await;
    let retry = story.submit_under("k", program_of(b"1")).await;
    assert_eq!((first.status, retry.status, id_of(&first)), (201, 201, id_of(&retry)));
    assert_over(&story.submit_under("l", program_of(b"2")).await, "too-many-open-requests", 3600);
}

#[tokio::test]
async fn in_a_week_they_make_at_most_seven_times_the_requests_of_a_day_however_slowly_each_asks() {
    let mut story = limited("key_requests_per_day=200");
    processed(&story, KeyRequests { submitted: 1_399, ended: 1_399 }).await;
    story.device = enroll(&story, 1).await;
    assert_eq!(ask(&story, 0).await.status, 201);
    processed(&story, KeyRequests { submitted: 1, ended: 1 }).await;
    assert_over(&ask(&story, 1).await, "too-many-new-requests", 7 * 24 * 3600);
    story.world.advance(Duration::from_secs(7 * 24 * 3600));
    assert_eq!(ask(&story, 1).await.status, 201, "the next week");
}

#[tokio::test]
async fn in_a_day_they_make_so_many_requests_together_and_no_more() {
    let mut story = limited("key_requests_per_day=4 key_requests_per_minute=1000");
    make_as_many_as_four_allow(&mut story).await;
    story.world.advance(Duration::from_secs(60));
    for number in 10..12 {
        assert_eq!(ask(&story, number).await.status, 201, "nor are two of the next minute");
    }
    let refused = ask(&story, 12).await;
    assert_over(&refused, "too-many-new-requests", 24 * 3600);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 60, "not only for this minute");
    let next = enroll(&story, 2).await;
    let own = std::mem::replace(&mut story.device, next);
    for number in 0..4 {
        assert_eq!(ask(&story, number).await.status, 201, "those of another key are not concerned");
    }
    story.device = own;
    story.world.advance(Duration::from_secs(24 * 3600));
    for number in 12..16 {
        assert_eq!(ask(&story, number).await.status, 201, "the next day");
    }
}

#[tokio::test]
async fn counting_them_costs_a_submission_one_read_and_no_write() {
    let mut story = Story::new();
    let mut cost = Vec::new();
    for (device, busy) in [
        (story.world.computer(&story.group), 0),
        (enroll(&story, 1).await, 0),
        (enroll(&story, 1).await, 9_000),
    ] {
        processed(&story, KeyRequests { submitted: busy, ended: 0 }).await;
        story.device = device;
        story.world.memory.reset_counts();
        assert_eq!(ask(&story, 0).await.status, 201);
        cost.push(story.world.counts());
    }
    let [without, with, busy] = cost.try_into().unwrap();
    assert_eq!((with.writes, with.reads), (4, without.reads + 1));
    assert_eq!((busy.writes, busy.reads), (4, with.reads), "an honest large fleet pays no more");
}

#[tokio::test]
async fn bytes_in_the_store_are_limited_for_all_of_them_together_and_come_down_with_their_requests() {
    let mut story = limited("key_attachment_mib=1");
    story.device = enroll(&story, 1).await;
    let half = |fill: u8| vec![fill; MIB / 2];
    let (first, sent) = upload(&story, &half(1)).await;
    assert_eq!(sent.status, 204);
    let next = enroll(&story, 1).await;
    let own = std::mem::replace(&mut story.device, next);
    assert_eq!(upload(&story, &half(2)).await.1.status, 204);
    let (third, refused) = upload(&story, b"x").await;
    assert_over(&refused, "attachment-space-used-up", 3600);
    let next = enroll(&story, 2).await;
    let other = std::mem::replace(&mut story.device, next);
    assert_eq!(upload(&story, &half(4)).await.1.status, 204, "those of another key are not concerned");
    story.device = own;
    assert_eq!(story.cancel(&first).await.status, 200);
    story.device = other;
    assert_eq!(story.upload(&third, b"x".to_vec()).await.status, 204, "the first made room");
    let kept = story.world.journal.kept_bytes(&story.device.record).await.unwrap();
    assert_eq!((kept.computer, kept.key), (MIB as u64 / 2 + 1, MIB as u64 / 2 + 1));
}

#[tokio::test]
async fn requests_per_minute_and_bytes_per_day_are_limited_for_all_of_them_together() {
    let mut story = limited("key_requests_per_minute=4 key_attachment_mib_per_day=1");
    make_as_many_as_four_allow(&mut story).await;
    assert_over(&ask(&story, 9).await, "too-many-new-requests", 60);
    story.device = enroll(&story, 1).await;
    let (_, sent) = upload(&story, &vec![1; MIB + 1]).await;
    assert_over(&sent, "too-many-attachment-bytes", 24 * 3600);
    story.device = enroll(&story, 2).await;
    for number in 0..4 {
        assert_eq!(ask(&story, number).await.status, 201, "those of another key are not concerned");
    }
}
