//! What one computer may change at its pending requests: joining, amending and withdrawing have limits, which a terminal
//! server with many users does not meet.

use std::convert::Infallible;
use std::time::Duration;

use countersign_http::testing::{Device, TestResponse};
use countersign_kv::memory::{Like, Memory, Schedule};
use countersign_model::{Computer, EnrollmentKeyId};
use futures::future::BoxFuture;
use serde_json::json;
use ulid::Ulid;

use crate::changes::FREE_PER_REQUEST;
use crate::tests::limits::{assert_over, kept, limited};
use crate::tests::story::*;

const MINUTE: Duration = Duration::from_secs(60);
const CODE: &str = "too-many-changes";
const FREE: usize = FREE_PER_REQUEST as usize;

fn user(number: usize) -> String {
    format!("user {number}")
}

impl Story {
    /// A user of this number asks for the file of [`program`].
    async fn join(&self, number: usize) -> TestResponse {
        self.submit(program_for(&user(number))).await
    }

    async fn amend_as(&self, id: &str, number: usize, reason: &str) -> TestResponse {
        self.amend(id, json!({ "requester": { "username": user(number) }, "reason": reason })).await
    }

    /// Ever new users join and withdraw, until one is refused. Returns how many joined, and the refusal.
    async fn come_and_go(&self, id: &str, from: usize) -> (usize, TestResponse) {
        for number in from..from + 10_000 {
            for answer in [self.join(number).await, self.withdraw(id, &user(number)).await] {
                if answer.status != 200 {
                    return (number - from, answer);
                }
            }
        }
        panic!("there is no limit")
    }
}

#[tokio::test]
async fn ever_new_users_who_join_and_withdraw_are_stopped_and_write_nothing_more() {
    let mut story = limited("changes_per_minute=40");
    let id = story.asked(program()).await;
    let (joined, refused) = story.come_and_go(&id, 0).await;
    assert!((20..=20 + FREE).contains(&joined), "{joined}: two changes each");
    assert_over(&refused, CODE, 60);
    let before = kept(&story);
    assert_over(&story.join(9_999).await, CODE, 60);
    assert!(kept(&story) == before, "nothing changed");
    assert_eq!(story.join(9_999).await.status, 429, "and so it stays");

    let other = story.world.computer(&story.group);
    let own = std::mem::replace(&mut story.device, other);
    let made = story.asked(program()).await;
    assert!(story.come_and_go(&made, 0).await.0 >= 20, "another computer is not concerned");
    story.device = own;
    story.world.advance(MINUTE);
    assert_eq!(story.join(9_999).await.status, 200, "the next minute");
}

#[tokio::test]
async fn beyond_its_changes_per_day_a_computer_waits_for_the_next_day_and_its_users_still_withdraw() {
    let story = limited("changes_per_minute=40 changes_per_day=100");
    let id = story.asked(program()).await;
    let (mut joined, mut minutes) = (0, 0);
    let refused = loop {
        let (more, refused) = story.come_and_go(&id, joined).await;
        joined += more.max(1);
        let seconds: u64 = refused.header("retry-after").parse().unwrap();
        if seconds > 60 {
            break refused;
        }
        story.world.advance(MINUTE);
        minutes += 1;
        assert!(minutes < 50, "there is no limit");
    };
    assert_over(&refused, CODE, 24 * 3600);
    story.world.advance(MINUTE);
    assert_eq!(story.withdraw(&id, "carol").await.status, 200, "withdrawing is never put off for a day");
    story.world.advance(Duration::from_secs(24 * 3600));
    assert_eq!(story.submit(program_for("dave")).await.status, 201);
}

#[tokio::test]
async fn amendments_of_many_users_at_many_requests_have_one_limit_together() {
    let story = limited("changes_per_minute=20");
    let mut amended = 0;
    for number in 0..4 {
        let id = story.asked(with(program_of(&[number]), "/requester/username", json!(user(0)))).await;
        for round in 0..30 {
            let answer = story.amend_as(&id, 0, &format!("reason {round}")).await;
            match answer.status {
                200 => amended += 1,
                _ => assert_over(&answer, CODE, 60),
            }
        }
    }
    assert!((20..=20 + 4 * FREE).contains(&amended), "{amended}");
}

#[tokio::test]
async fn what_the_users_of_a_terminal_server_do_in_a_minute_is_all_taken() {
    let story = Story::new();
    let mut ids = Vec::new();
    for number in 0..3 {
        let asks = |user: usize| {
            let body = with(program_of(&[number]), "/requester", json!({ "username": self::user(user) }));
            story.submit(body)
        };
        ids.push(id_of(&asks(0).await));
        for user in 1..64 {
            assert_eq!(asks(user).await.status, 200, "{number} {user}");
        }
    }
    story.world.advance(MINUTE);
    for id in &ids {
        for user in 0..64 {
            assert_eq!(story.amend_as(id, user, "so that we can work").await.status, 200, "{user}");
        }
    }
    story.world.advance(MINUTE);
    for id in &ids {
        for user in 0..64 {
            assert_eq!(story.withdraw(id, &self::user(user)).await.status, 200, "{user}");
        }
        assert_eq!(story.status(id).await.json()["status"], "cancelled");
    }
}

#[tokio::test]
async fn a_repetition_beyond_the_limit_is_answered_as_ever_and_keeps_nobody_from_joining() {
    let story = limited("changes_per_minute=10");
    let id = story.asked(program()).await;
    for _ in 0..30 {
        assert_eq!(story.submit(program()).await.status, 200);
    }
    let count = story.record(&id).await.count;
    assert!((10..=11 + FREE).contains(&(count as usize)), "{count}");
    let before = kept(&story);
    let again = story.submit(program()).await;
    assert_eq!((again.status, id_of(&again), &again.json()["count"]), (200, id.clone(), &json!(count)));
    assert!(kept(&story) == before, "nothing was written");
    let better = json!({ "requester": { "username": "carol" }, "reason": "another reason" });
    assert_eq!((story.join(1).await.status, story.amend(&id, better).await.status), (200, 200));
}

#[tokio::test]
async fn a_retry_under_its_key_is_answered_beyond_the_limit_too() {
    let story = limited("changes_per_minute=10");
    let id = story.asked(program()).await;
    for number in 0..FREE {
        story.join(number).await;
    }
    let joined = story.submit_under("k", program_for("dave")).await;
    assert_eq!(joined.status, 200);
    story.come_and_go(&id, 100).await;
    let retry = story.submit_under("k", program_for("dave")).await;
    assert_eq!((retry.status, id_of(&retry)), (200, id));
}

#[test]
fn of_changes_at_once_not_more_pass_than_one_after_another() {
    for like in [Like::Ideal, Like::Sqlite, Like::Redis] {
        let story = Story::over(Memory::new(like));
        story.world.settings.set("computer_limits", "changes_per_minute=5");
        let ids: Vec<String> = futures::executor::block_on(async {
            let mut ids = Vec::new();
            for number in 0..3 {
                let id =
                    story.asked(with(program_of(&[number]), "/requester/username", json!(user(0)))).await;
                for round in 0..FREE {
                    story.amend_as(&id, 0, &format!("first {round}")).await;
                }
                ids.push(id);
            }
            ids
        });
        story.world.advance(MINUTE);
        story.world.memory.interleave(true);
        let texts: Vec<(&String, String)> =
            (0..24).map(|number| (&ids[number % 3], format!("reason {number}"))).collect();
        let amends: Vec<BoxFuture<'_, TestResponse>> = texts
            .iter()
            .map(|(id, text)| Box::pin(story.amend_as(id, 0, text)) as BoxFuture<'_, _>)
            .collect();
        let answers: Vec<_> = Schedule::new(7).run(amends).into_iter().flatten().collect();
        story.world.memory.interleave(false);
        let amended = answers.iter().filter(|answer| answer.status == 200).count();
        assert!((1..=5).contains(&amended), "{like:?} {amended}");
        assert!(answers.iter().any(|answer| answer.status == 429), "{like:?}");
    }
}

#[tokio::test]
async fn all_computers_of_one_enrollment_key_have_one_limit_together() {
    let mut story = limited("key_changes_per_minute=10");
    let mut joined = 0;
    for _ in 0..3 {
        let Device { record, token } = story.world.computer(&story.group);
        let key = EnrollmentKeyId::from_ulid(Ulid::from_parts(1, 1));
        let with_key = |old: &Computer| {
            Ok::<_, Infallible>(Computer { enrollment_key_id: Some(key.clone()), ..old.clone() })
        };
        let record = story.world.journal.update(&record.id, with_key).await.unwrap().value;
        story.device = Device { record, token };
        story.asked(program()).await;
        for number in 0..20 {
            joined += usize::from(story.join(number).await.status == 200);
        }
    }
    assert!((10..=10 + 3 * FREE).contains(&joined), "{joined}");
    story.device = story.world.computer(&story.group);
    story.asked(program()).await;
    for number in 0..20 {
        assert_eq!(story.join(number).await.status, 200, "those without that key are not concerned");
    }
}

#[tokio::test]
async fn without_limits_nobody_is_refused() {
    let story = limited("off");
    let id = story.asked(program()).await;
    for number in 0..400 {
        let both = (story.join(number).await.status, story.withdraw(&id, &user(number)).await.status);
        assert_eq!(both, (200, 200), "{number}");
    }
}
