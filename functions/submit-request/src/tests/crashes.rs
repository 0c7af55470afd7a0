//! The host dies at each write of a submission, and the agent tries again.

use countersign_kv::memory::{Like, Memory};
use countersign_model::{ActName, lists};
use jiff::SignedDuration;

use crate::tests::amend::better;
use crate::tests::renew::by;
use crate::tests::resume::{CHUNK, Offset, append, arrived, is_complete, whole};
use crate::tests::story::{BYTES, Story, id_of, program, program_for, program_of};

/// How a write goes wrong.
#[derive(Debug, Clone, Copy)]
enum Death {
    Before,
    After,
    Failed,
}

const DEATHS: [Death; 3] = [Death::Before, Death::After, Death::Failed];
const LIKES: [Like; 3] = [Like::Ideal, Like::Sqlite, Like::Redis];

fn doom(story: &Story, death: Death, nth: usize) {
    match death {
        Death::Before => story.world.memory.stop_before_write(nth),
        Death::After => story.world.memory.stop_after_write(nth),
        Death::Failed => story.world.memory.fail_write(nth),
    }
}

/// One request, in every list, reported once, and nothing else.
async fn assert_one(story: &Story, id: &str, why: &str) {
    let told = story.process().await;
    assert_eq!(told.len(), 1, "{why}: somebody hears of it once");
    assert_eq!(story.list(lists::REQUESTS).await, [id], "{why}");
    assert_eq!(story.list(lists::PENDING_REQUESTS).await, [id], "{why}");
    assert_eq!(story.count(&story.acts().await, ActName::RequestSubmitted), 1, "{why}");
}

#[tokio::test]
async fn a_submission_that_died_at_any_write_is_completed_by_its_retry() {
    for like in LIKES {
        for death in DEATHS {
            let mut refused = 0;
            for nth in 1..=5 {
                let why = format!("{like:?} {death:?} {nth}");
                let story = Story::over(Memory::new(like));
                doom(&story, death, nth);
                let first = story.submit_under("k", program()).await;
                story.world.memory.resume();
                refused += usize::from(first.status == 503);
                let retry = story.submit_under("k", program()).await;
                assert_eq!(retry.status, 201, "{why}: {}", retry.text());
                let id = id_of(&retry);
                if first.status == 201 {
                    assert_eq!(id_of(&first), id, "{why}");
                }
                assert_eq!(retry.json()["count"], 1, "{why}");
                assert_one(&story, &id, &why).await;
                let again = story.submit_under("k", program()).await;
                assert_eq!((again.status, id_of(&again)), (201, id), "{why}: also after processing");
            }
            assert_eq!(refused, 4, "{like:?} {death:?}: all four writes were hit");
        }
    }
}

#[tokio::test]
async fn a_submission_that_died_long_ago_is_completed_by_a_late_retry() {
    for like in LIKES {
        for death in DEATHS {
            for nth in 1..=4 {
                let why = format!("{like:?} {death:?} {nth}");
                let story = Story::over(Memory::new(like));
                doom(&story, death, nth);
                story.submit_under("k", program()).await;
                story.world.memory.resume();
                let told = story.process().await.len();
                let retry = story.submit_under("k", program()).await;
                assert_eq!(retry.status, 201, "{why}: {}", retry.text());
                assert_eq!(told + story.process().await.len(), 1, "{why}: somebody hears of it once");
                assert_eq!(story.list(lists::REQUESTS).await, [id_of(&retry)], "{why}");
                assert_eq!(story.list(lists::PENDING_REQUESTS).await, [id_of(&retry)], "{why}");
            }
        }
    }
}

#[tokio::test]
async fn a_repetition_that_died_at_any_write_is_counted_once() {
    for like in LIKES {
        for death in DEATHS {
            for nth in 1..=3 {
                let why = format!("{like:?} {death:?} {nth}");
                let story = Story::over(Memory::new(like));
                let id = story.asked(program()).await;
                doom(&story, death, nth);
                story.submit_under("k", program()).await;
                story.world.memory.resume();
                let retry = story.submit_under("k", program()).await;
                assert_eq!((retry.status, id_of(&retry)), (200, id.clone()), "{why}");
                assert_eq!(retry.json()["count"], 2, "{why}");
                assert_one(&story, &id, &why).await;
            }
        }
    }
}

#[tokio::test]
async fn an_upload_that_died_at_any_write_is_completed_by_its_retry() {
    for like in LIKES {
        for death in DEATHS {
            for nth in 1..=10 {
                let why = format!("{like:?} {death:?} {nth}");
                let story = Story::over(Memory::new(like));
                let id = story.asked(program()).await;
                doom(&story, death, nth);
                story.upload(&id, BYTES).await;
                story.world.memory.resume();
                let retry = story.upload(&id, BYTES).await;
                assert_eq!(retry.status, 204, "{why}: {}", retry.text());
                let sha256 = countersign_store::keys::sha256(BYTES);
                let manifest =
                    story.world.journal.attachment(&story.company.id, &sha256).await.unwrap().unwrap();
                let bytes = story.world.journal.attachment_chunk(&manifest, 0).await.unwrap();
                assert_eq!(bytes, BYTES, "{why}");
                assert_one(&story, &id, &why).await;
                assert_eq!(story.count(&story.acts().await, ActName::RequestAttached), 1, "{why}");
            }
        }
    }
}

#[tokio::test]
async fn a_user_whose_joining_died_at_any_write_joins_once() {
    for like in LIKES {
        for death in DEATHS {
            for nth in 1..=3 {
                let why = format!("{like:?} {death:?} {nth}");
                let story = Story::over(Memory::new(like));
                let id = story.asked(program()).await;
                doom(&story, death, nth);
                story.submit_under("k", program_for("dave")).await;
                story.world.memory.resume();
                let retry = story.submit_under("k", program_for("dave")).await;
                assert_eq!((retry.status, id_of(&retry)), (200, id.clone()), "{why}");
                let record = story.record(&id).await;
                assert_eq!((record.count, record.requesters.len()), (2, 2), "{why}");
                assert_eq!(record.requester("dave").unwrap().count, 1, "{why}");
                assert_one(&story, &id, &why).await;
                assert_eq!(story.count(&story.acts().await, ActName::RequestJoined), 1, "{why}");
            }
        }
    }
}

#[tokio::test]
async fn a_withdrawal_that_died_at_any_write_is_completed_by_its_retry() {
    for like in LIKES {
        for death in DEATHS {
            for nth in 1..=3 {
                let why = format!("{like:?} {death:?} {nth}");
                let story = Story::over(Memory::new(like));
                let id = story.asked(program()).await;
                story.submit(program_for("dave")).await;
                for (user, act) in [("carol", ActName::RequestWithdrawn), ("dave", ActName::RequestCancelled)]
                {
                    doom(&story, death, nth);
                    story.withdraw(&id, user).await;
                    story.world.memory.resume();
                    let retry = story.withdraw(&id, user).await;
                    assert_eq!(retry.status, 200, "{why}: {}", retry.text());
                    story.process().await;
                    assert_eq!(story.count(&story.acts().await, act), 1, "{why}");
                }
                assert_eq!(story.list(lists::REQUESTS).await, [id], "{why}");
                assert!(story.list(lists::PENDING_REQUESTS).await.is_empty(), "{why}");
            }
        }
    }
}

#[tokio::test]
async fn an_amendment_that_died_at_any_write_is_completed_by_its_retry() {
    for like in LIKES {
        for death in DEATHS {
            for nth in 1..=3 {
                let why = format!("{like:?} {death:?} {nth}");
                let story = Story::over(Memory::new(like));
                let id = story.asked(program()).await;
                doom(&story, death, nth);
                story.amend(&id, better("Ticket 4711")).await;
                story.world.memory.resume();
                let retry = story.amend(&id, better("Ticket 4711")).await;
                assert_eq!(retry.status, 200, "{why}: {}", retry.text());
                let record = story.record(&id).await;
                let carol = record.requester("carol").unwrap();
                assert_eq!((carol.reason.as_deref(), carol.count), (Some("Ticket 4711"), 2), "{why}");
                assert_one(&story, &id, &why).await;
                assert_eq!(story.count(&story.acts().await, ActName::RequestAmended), 1, "{why}");
            }
        }
    }
}

#[tokio::test]
async fn a_renewal_that_died_at_any_write_is_completed_by_its_retry() {
    for like in LIKES {
        for death in DEATHS {
            let mut refused = 0;
            for nth in 1..=5 {
                let why = format!("{like:?} {death:?} {nth}");
                let story = Story::over(Memory::new(like));
                let end = story.world.now() + SignedDuration::from_hours(1);
                let old = story.approved_until(program(), Some(end)).await;
                doom(&story, death, nth);
                let first = story.renew_with(&old, "k", by("carol")).await;
                story.world.memory.resume();
                refused += usize::from(first.status == 503);
                let retry = story.renew_with(&old, "k", by("carol")).await;
                assert_eq!(retry.status, 201, "{why}: {}", retry.text());
                assert_eq!(retry.json()["count"], 1, "{why}");
                assert_eq!(story.process().await.len(), 2, "{why}: somebody hears of each of both once");
                assert_eq!(story.list(lists::PENDING_REQUESTS).await, [id_of(&retry)], "{why}");
                assert_eq!(story.count(&story.acts().await, ActName::RequestSubmitted), 2, "{why}");
            }
            assert_eq!(
                refused, 3,
                "{like:?} {death:?}: all three writes were hit; the slot is there already"
            );
        }
    }
}

#[tokio::test]
async fn an_upload_that_goes_on_and_died_at_any_write_is_completed_by_its_retry() {
    let bytes = whole()[..CHUNK + 1_000].to_vec();
    for like in LIKES {
        for death in DEATHS {
            let mut refused = 0;
            for nth in 1..=26 {
                let why = format!("{like:?} {death:?} {nth}");
                let story = Story::over(Memory::new(like));
                let id = story.asked(program_of(&bytes)).await;
                doom(&story, death, nth);
                let first = append(&story, &id, 0, "?0", bytes[..CHUNK].to_vec()).await;
                let offset = usize::try_from(first.offset().unwrap_or(0)).unwrap();
                let second = append(&story, &id, offset, "?1", bytes[offset..].to_vec()).await;
                story.world.memory.resume();
                refused += usize::from(first.status == 503 || second.status == 503);
                // The agent asks how much arrived, and goes on.
                let offset = usize::try_from(arrived(&story, &id).await.offset().unwrap()).unwrap();
                if !is_complete(&story, &id).await {
                    let retry = append(&story, &id, offset, "?1", bytes[offset..].to_vec()).await;
                    assert_eq!(retry.status, 204, "{why}: {}", retry.text());
                }
                let sha256 = countersign_store::keys::sha256(&bytes);
                let manifest =
                    story.world.journal.attachment(&story.company.id, &sha256).await.unwrap().unwrap();
                let mut stored = Vec::new();
                for index in 0..manifest.chunks {
                    stored.extend(story.world.journal.attachment_chunk(&manifest, index).await.unwrap());
                }
                assert!(stored == bytes, "{why}");
                assert_one(&story, &id, &why).await;
                assert_eq!(story.count(&story.acts().await, ActName::RequestAttached), 1, "{why}");
            }
            assert!((14..26).contains(&refused), "{like:?} {death:?}: all writes were hit, {refused}");
        }
    }
}
