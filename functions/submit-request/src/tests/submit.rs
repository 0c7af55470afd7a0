//! Submitting: once, repeatedly, concurrently, and with errors.

use std::time::Duration;

use countersign_http::testing::TestResponse;
use countersign_kv::memory::{Like, Memory, Schedule};
use countersign_model::request::ATTACHMENT_MAX;
use countersign_model::{ActName, Attachment, Outcome, Subject, lists};
use futures::future::BoxFuture;
use serde_json::json;

use crate::tests::story::{Story, id_of, program, stick, with, without};

#[tokio::test]
async fn a_blocked_program_becomes_a_pending_request() {
    let story = Story::new();
    let body = with(program(), "/subject/sha256", json!("AB".repeat(32)));
    let made = story.submit(body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let answer = made.json();
    assert_eq!((&answer["status"], &answer["count"]), (&json!("pending"), &json!(1)));
    assert_eq!(answer["attachment"], json!({ "upload": true }), "a copy is wanted unless one opts out");
    assert!(answer["created_at"].as_str() < answer["expires_at"].as_str());
    let record = story.record(&id_of(&made)).await;
    let Subject::Application(file) = &record.subject else { panic!("{record:?}") };
    assert_eq!(file.sha256.as_str(), "ab".repeat(32), "upper case is lowered");
    assert_eq!(
        (record.organization_name.as_str(), &record.ancestors),
        ("Company B", &vec![story.world.root.id.clone()])
    );
    assert_eq!((&record.hostname, &record.group_id), (&story.device.record.hostname, &story.group.id));
    assert_eq!(record.attachment, Attachment::Expected);
    story.world.settle().await;
    let woken = story.world.outbound.take();
    assert_eq!(woken.len(), 1);
    assert_eq!(woken[0].json(), json!({ "organization_id": story.company.id }));
    assert_eq!(story.process().await.len(), 1, "somebody must hear of it");
    for list in [lists::REQUESTS, lists::PENDING_REQUESTS] {
        assert_eq!(story.list(list).await, [record.id.to_string()]);
    }
    assert_eq!(story.count(&story.acts().await, ActName::RequestSubmitted), 1);
}

#[tokio::test]
async fn a_submission_costs_four_write_transactions_and_one_in_place_of_an_old_request_three() {
    for like in [Like::Ideal, Like::Sqlite, Like::Redis] {
        let story = Story::over(Memory::new(like));
        story.world.memory.reset_counts();
        let id = id_of(&story.submit_under("first", program()).await);
        let counts = story.world.counts();
        assert_eq!(counts.writes, 4, "{like:?} {counts:?}");
        assert!(counts.reads <= 14, "{like:?} {counts:?}");
        story.world.memory.reset_counts();
        story.submit(program()).await;
        assert!(story.world.counts().writes <= 3, "asking again: {:?}", story.world.counts());
        story.decide(&id, Outcome::Denied).await;
        story.world.memory.reset_counts();
        assert_ne!(id_of(&story.submit_under("later", program()).await), id);
        assert!(story.world.counts().writes <= 3, "asking anew: {:?}", story.world.counts());
    }
}

#[tokio::test]
async fn asking_again_while_it_waits_is_the_same_request_counted() {
    let story = Story::new();
    let id = story.asked(program()).await;
    let again = story.submit(program()).await;
    assert_eq!((again.status, id_of(&again), &again.json()["count"]), (200, id.clone(), &json!(2)));
    assert_eq!(again.json()["attachment"]["upload"], true, "the file has still not come");
    let elevation = with(program(), "/kind", json!("elevation"));
    assert_ne!(story.asked(elevation).await, id, "to run it with higher rights is another request");
    assert_eq!(story.process().await.len(), 2, "nobody hears of a repetition");
    assert_eq!(story.count(&story.acts().await, ActName::RequestRepeated), 1);
    assert_eq!(story.list(lists::PENDING_REQUESTS).await.len(), 2);
}

#[tokio::test]
async fn what_was_decided_cancelled_or_expired_is_asked_anew() {
    let story = Story::new();
    let mut seen = vec![story.asked(program()).await];
    story.decide(&seen[0], Outcome::Denied).await;
    seen.push(story.asked(program()).await);
    story.cancel(&seen[1]).await;
    seen.push(story.asked(program()).await);
    story.world.advance(Duration::from_secs(15 * 24 * 3600));
    seen.push(story.asked(program()).await);
    let newest = story.submit(program()).await;
    assert_eq!((newest.status, id_of(&newest)), (200, seen[3].clone()));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 4);
    story.process().await;
    assert_eq!(
        story.list(lists::REQUESTS).await.len(),
        4,
        "replacing the holder of the slot forgets no event"
    );
}

#[tokio::test]
async fn the_same_file_on_another_computer_is_another_request() {
    let mut story = Story::new();
    let id = story.asked(program()).await;
    story.device = story.world.computer(&story.group);
    assert_ne!(story.asked(program()).await, id);
}

#[tokio::test]
async fn a_retry_under_the_same_key_answers_as_the_first_attempt_did() {
    let story = Story::new();
    let first = story.submit_under("k", program()).await;
    let retry = story.submit_under("k", program()).await;
    assert_eq!((retry.status, retry.json()), (201, first.json()));
    story.decide(&id_of(&first), Outcome::Denied).await;
    let late = story.submit_under("k", program()).await;
    assert_eq!((late.status, id_of(&late), &late.json()["status"]), (201, id_of(&first), &json!("denied")));
    let other = story.submit_under("k", stick()).await;
    assert_eq!((other.status, other.code().as_str()), (422, "idempotency-key-reused"));
    let anew = story.submit_under("l", program()).await;
    assert_eq!(anew.status, 201);
    let counted = story.submit_under("m", program()).await;
    let again = story.submit_under("m", program()).await;
    assert_eq!((counted.status, again.status, &again.json()["count"]), (200, 200, &json!(2)), "counted once");
}

#[tokio::test]
async fn a_key_is_the_callers_own() {
    let mut story = Story::new();
    let id = id_of(&story.submit_under("k", program()).await);
    story.device = story.world.computer(&story.group);
    let other = story.submit_under("k", stick()).await;
    assert_eq!(other.status, 201, "{}", other.text());
    assert_ne!(id_of(&other), id);
}

#[test]
fn many_who_ask_at_once_get_one_request() {
    for like in [Like::Ideal, Like::Sqlite, Like::Redis] {
        for seed in 0..8 {
            let story = Story::over(Memory::new(like));
            story.world.memory.interleave(true);
            let asks = (0..32).map(|n| ask(&story, n));
            let answers: Vec<_> = Schedule::new(seed).run(asks.collect()).into_iter().flatten().collect();
            story.world.memory.interleave(false);
            assert_eq!(answers.len(), 32);
            let statuses = |status| answers.iter().filter(|answer| answer.status == status).count();
            assert_eq!((statuses(201), statuses(200)), (1, 31), "{like:?} {seed}");
            let id = id_of(&answers[0]);
            assert!(answers.iter().all(|answer| id_of(answer) == id));
            let told = futures::executor::block_on(async {
                let told = story.process().await;
                assert_eq!(story.list(lists::REQUESTS).await, [id.as_str()]);
                assert_eq!(story.list(lists::PENDING_REQUESTS).await, [id.as_str()]);
                assert_eq!(story.count(&story.acts().await, ActName::RequestSubmitted), 1);
                told
            });
            assert_eq!(told.len(), 1);
        }
    }
}

/// Every other call sends an idempotency key.
fn ask(story: &Story, n: usize) -> BoxFuture<'_, TestResponse> {
    match n % 2 {
        0 => Box::pin(story.submit(program())),
        _ => Box::pin(async move { story.submit_under(&format!("k{n}"), program()).await }),
    }
}

#[tokio::test]
async fn a_file_that_the_organization_has_already_is_not_asked_for_again() {
    let mut story = Story::new();
    let id = story.asked(program()).await;
    assert_eq!(story.upload(&id, crate::tests::story::BYTES).await.status, 204);
    story.device = story.world.computer(&story.group);
    let other = story.submit(program()).await;
    assert_eq!((other.status, &other.json()["attachment"]["upload"]), (201, &json!(false)));
    let size = crate::tests::story::BYTES.len() as u64;
    assert_eq!(story.record(&id_of(&other)).await.attachment, Attachment::Verified { size });
    let elsewhere = story.world.organization(&story.world.root, "Company C");
    story.device = story.world.computer(&story.world.group(&elsewhere, "Office"));
    let foreign = story.submit(program()).await;
    assert_eq!(foreign.json()["attachment"]["upload"], true, "bytes are shared within one organization only");
}

#[tokio::test]
async fn whoever_opts_out_is_asked_for_no_file_until_they_ask_again() {
    let story = Story::new();
    let id = story.asked(with(program(), "/attach", json!(false))).await;
    assert_eq!(story.record(&id).await.attachment, Attachment::NotWanted);
    let again = story.submit(with(program(), "/attach", json!(false))).await;
    assert_eq!(again.json()["attachment"]["upload"], false);
    let again = story.submit(program()).await;
    assert_eq!((id_of(&again), &again.json()["attachment"]["upload"]), (id, &json!(true)));
}

#[tokio::test]
async fn a_file_too_large_to_keep_is_requested_without_its_copy() {
    let story = Story::new();
    let made = story.submit(with(program(), "/subject/size", json!(ATTACHMENT_MAX + 1))).await;
    assert_eq!((made.status, &made.json()["attachment"]["upload"]), (201, &json!(false)));
    let status = story.status(&id_of(&made)).await.json();
    assert_eq!(status["attachment"], json!({ "state": "too_large", "size": ATTACHMENT_MAX + 1 }));
}

#[tokio::test]
async fn a_storage_device_is_requested_by_device_and_access() {
    let story = Story::new();
    let made = story.submit(stick()).await;
    assert_eq!((made.status, &made.json()["attachment"]["upload"]), (201, &json!(false)));
    let whole = json!({ "id": "SN-1", "name": "Stick", "access": "write", "path": "/media/stick/b.txt" });
    let as_modelled = with(stick(), "/subject", json!({ "device": whole }));
    let again = story.submit(as_modelled).await;
    assert_eq!((again.status, id_of(&again)), (200, id_of(&made)), "the access may stand with the device");
    let other = story.submit(with(stick(), "/subject/access", json!("read"))).await;
    assert_eq!(other.status, 201, "another access is another request");
}

#[tokio::test]
async fn what_cannot_be_a_request_is_refused_where_it_is_wrong() {
    let story = Story::new();
    let before = story.world.memory.dump();
    let cases = [
        (with(program(), "/kind", json!("network")), "/kind", "no such kind"),
        (without(program(), "/subject/sha256"), "/subject/sha256", "a file needs its digest"),
        (with(program(), "/subject/sha256", json!("abc")), "/subject/sha256", "not a digest"),
        (with(program(), "/subject/sha256", json!(7)), "/subject/sha256", "not text"),
        (with(program(), "/requester/username", json!(" ")), "/requester/username", "nobody"),
        (with(program(), "/requester/username", json!(7)), "/requester/username", "not text"),
        (without(program(), "/requester"), "", "nobody asks"),
        (without(stick(), "/subject/device"), "/subject/device", "which device"),
        (without(stick(), "/subject/access"), "/subject/access", "to do what"),
        (with(stick(), "/subject/access", json!("own")), "/subject/access", "no such access"),
        (with(stick(), "/subject/device", json!("SN-1")), "/subject/device", "no object"),
        (without(stick(), "/subject/device/id"), "/subject/device/id", "which device"),
        (with(stick(), "/subject/device/id", json!(7)), "/subject/device/id", "not text"),
        (with(stick(), "/subject/device/id", json!("")), "/subject/device/id", "empty"),
        (with(stick(), "/subject/device/id", json!("\u{a0} ")), "/subject/device/id", "blank"),
        (
            with(stick(), "/subject/device/id", json!("1".repeat(2049))),
            "/subject/device/id",
            "not exact when cut",
        ),
        (with(stick(), "/subject/device/access", json!("read")), "/subject/access", "two answers"),
    ];
    for (body, pointer, why) in cases {
        let refused = story.submit(body).await;
        assert_eq!((refused.status, refused.code().as_str()), (422, "invalid-body"), "{why}");
        assert_eq!(refused.pointers(), [pointer], "{why}: {}", refused.text());
    }
    let post = || story.app.post("/agent/v1/requests").bearer(&story.device.token);
    assert_eq!(post().body("application/json", "{").send().await.status, 400);
    assert_eq!(post().body("application/json", vec![0xff]).send().await.status, 400);
    assert_eq!(post().body("text/plain", "{}").send().await.status, 415);
    assert_eq!(post().body("application/json", " ".repeat(512 * 1024 + 1)).send().await.status, 413);
    assert_eq!(story.app.get("/agent/v1/requests").bearer(&story.device.token).send().await.status, 405);
    assert!(story.world.memory.dump() == before, "nothing changed");
    story.world.settle().await;
    assert!(story.world.outbound.take().is_empty(), "nothing was sent");
}

#[tokio::test]
async fn whoever_is_no_enrolled_computer_asks_for_nothing() {
    let story = Story::new();
    let admin = story.world.administrator(&story.company, []);
    let before = story.world.memory.dump();
    let forged = story.device.token.replace("csc_", "cse_");
    for token in ["", "x", admin.token.as_str(), forged.as_str()] {
        let refused = story.app.post("/agent/v1/requests").bearer(token).json(program()).send().await;
        assert_eq!((refused.status, refused.code().as_str()), (401, "not-identified"), "{token}");
    }
    let refused = story.app.post("/agent/v1/requests").body("text/plain", "{").send().await;
    assert_eq!(refused.status, 401, "who calls comes before what is sent");
    assert!(story.world.memory.dump() == before);
}

#[test]
fn every_operation_stands_in_the_document() {
    let document = serde_json::to_value(crate::openapi().finish().unwrap()).unwrap();
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    let ids: Vec<_> = operations.map(|operation| operation["operationId"].clone()).collect();
    for id in ["submit_request", "attach_file", "show_request", "cancel_request"] {
        assert!(ids.contains(&json!(id)), "{id} {ids:?}");
    }
}
