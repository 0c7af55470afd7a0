//! The status for the agent, waiting for it, and withdrawing.

use std::convert::Infallible;
use std::time::Duration;

use countersign_model::{
    ActName, Computer, Decision, DecisionScope, FirstUse, Outcome, Request, RequestId, lists,
};
use futures::future::join_all;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::tests::story::{Story, program};

#[tokio::test]
async fn the_agent_hears_what_was_decided_and_nothing_of_the_note() {
    let story = Story::new();
    let id = story.asked(program()).await;
    let pending = story.status(&id).await;
    assert_eq!((pending.status, &pending.json()["status"]), (200, &json!("pending")));
    assert_eq!(pending.json()["decision"], Value::Null);
    story.decide(&id, Outcome::Approved).await;
    let approved = story.status(&id).await;
    let decision = &approved.json()["decision"];
    assert_eq!((&decision["outcome"], &decision["scope"]), (&json!("approved"), &json!("computer")));
    assert_eq!(decision["message"], "come and see me");
    assert!(decision["grant_id"].as_str().unwrap().starts_with("grt_"));
    for secret in ["not for the requester", "Bob", "adm_"] {
        assert!(!approved.text().contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn an_approval_says_whether_it_still_reaches_the_computer() {
    let story = Story::new();
    let id = story.asked(program()).await;
    let reach = async || {
        let status = story.status(&id).await.json();
        (status["status"].clone(), status["reaches"].clone(), status["not_reached_because"].clone())
    };
    assert_eq!(reach().await, (json!("pending"), Value::Null, Value::Null));
    story.decide(&id, Outcome::Approved).await;
    assert_eq!(reach().await, (json!("approved"), json!(true), Value::Null));
    let for_the_group = |old: &Request| {
        let decision = old.decision.clone().map(|old| Decision { scope: DecisionScope::Group, ..old });
        Ok::<_, Infallible>(Request { decision, ..old.clone() })
    };
    story.world.journal.update(&id.parse::<RequestId>().unwrap(), for_the_group).await.unwrap();
    assert_eq!(reach().await, (json!("approved"), json!(true), Value::Null));
    let servers = story.world.group(&story.company, "Servers");
    let moved = |old: &Computer| Ok::<_, Infallible>(old.moved(servers.id.clone()));
    story.world.journal.update(&story.device.record.id, moved).await.unwrap();
    assert_eq!(reach().await, (json!("approved"), json!(false), json!("moved")));
}

#[tokio::test]
async fn an_approval_that_was_not_used_in_time_or_is_used_up_does_not_reach_the_computer() {
    for (used_after, expected) in [(None, "not_used_in_time"), (Some(10), "used_up")] {
        let story = Story::new();
        let id = story.asked(program()).await;
        story.decide(&id, Outcome::Approved).await;
        let use_by = story.world.now() + Duration::from_secs(60);
        let starting = |old: &Request| {
            let first_use = FirstUse { lasts_seconds: 60, use_by };
            let decision = old.decision.clone().map(|old| old.starting_at_first_use(first_use).unwrap());
            Ok::<_, Infallible>(Request { decision, ..old.clone() })
        };
        story.world.journal.update(&id.parse::<RequestId>().unwrap(), starting).await.unwrap();
        let reach = async || {
            let status = story.status(&id).await.json();
            (status["status"].clone(), status["reaches"].clone(), status["not_reached_because"].clone())
        };
        assert_eq!(reach().await, (json!("approved"), json!(true), Value::Null));
        if let Some(seconds) = used_after {
            story.world.advance(Duration::from_secs(seconds));
            story.use_grant(&id).await;
            story.world.advance(Duration::from_secs(60 - seconds));
            assert_eq!(reach().await, (json!("approved"), json!(true), Value::Null), "it was used in time");
            story.world.advance(Duration::from_secs(seconds));
        } else {
            story.world.advance(Duration::from_secs(60));
        }
        assert_eq!(reach().await, (json!("approved"), json!(false), json!(expected)));
        story.world.advance(Duration::from_secs(60));
        assert_eq!(reach().await, (json!("expired"), Value::Null, Value::Null), "it has ended everywhere");
    }
}

#[tokio::test]
async fn another_computers_request_reads_like_an_unknown_one() {
    let mut story = Story::new();
    let id = story.asked(program()).await;
    story.device = story.world.computer(&story.group);
    let before = story.record(&id).await;
    let unknown = RequestId::from_ulid(story.world.ulid()).to_string();
    let absent = story.status(&unknown).await;
    for id in [id.as_str(), unknown.as_str(), "req_1", "nonsense"] {
        for answer in [story.status(id).await, story.cancel(id).await, story.upload(id, "x").await] {
            assert_eq!((answer.status, answer.text()), (404, absent.text()), "{id}");
        }
    }
    assert_eq!(story.record(&id).await, before);
}

#[tokio::test]
async fn only_a_computer_is_told() {
    let story = Story::new();
    let id = story.asked(program()).await;
    let path = format!("/agent/v1/requests/{id}");
    let admin = story.world.administrator(&story.company, []);
    for token in ["", admin.token.as_str()] {
        assert_eq!(story.app.get(&path).bearer(token).send().await.status, 401);
        assert_eq!(story.app.post(&format!("{path}/cancellation")).bearer(token).send().await.status, 401);
        assert_eq!(story.app.put(&format!("{path}/attachment")).bearer(token).send().await.status, 401);
    }
}

#[tokio::test]
async fn whoever_waits_hears_of_the_decision_within_a_second() {
    let story = Story::new();
    let id = story.asked(program()).await;
    let before = story.world.now();
    let path = format!("/agent/v1/requests/{id}?wait=25");
    let call = story.app.get(&path).bearer(&story.device.token).send();
    let decided = async {
        tokio::task::yield_now().await;
        story.decide(&id, Outcome::Denied).await;
    };
    let (answer, ()) = tokio::join!(call, decided);
    assert_eq!((answer.status, &answer.json()["status"]), (200, &json!("denied")));
    assert!(story.world.now().duration_since(before) <= SignedDuration::from_secs(1));
}

#[tokio::test]
async fn waiting_costs_one_read_a_look_and_ends_with_its_time() {
    let story = Story::new();
    let id = story.asked(program()).await;
    let before = story.world.now();
    story.world.memory.reset_counts();
    let path = format!("/agent/v1/requests/{id}?wait=5");
    let answer = story.app.get(&path).bearer(&story.device.token).send().await;
    assert_eq!((answer.status, &answer.json()["status"]), (200, &json!("pending")));
    assert_eq!(story.world.now().duration_since(before), SignedDuration::from_secs(5));
    let counts = story.world.counts();
    assert_eq!((counts.reads, counts.writes), (1 + 1 + 10 + 1, 0), "who, first look, two a second, who");
}

#[tokio::test]
async fn one_computer_waits_with_four_calls_and_leaves_the_other_places_to_others() {
    let mut story = Story::new();
    let own = story.asked(program()).await;
    let device = story.world.computer(&story.group);
    let first = std::mem::replace(&mut story.device, device);
    let of_another = story.asked(program()).await;
    let start = story.world.now();
    let wait = async |id: &str, token: &str| {
        let path = format!("/agent/v1/requests/{id}?wait=5");
        let answer = story.app.get(&path).bearer(token).send().await;
        (answer.header("retry-after").to_owned(), story.world.now().duration_since(start).as_secs() >= 5)
    };
    let calls = (0..6).map(|_| wait(&own, &first.token));
    let (own, other) = tokio::join!(join_all(calls), wait(&of_another, &story.device.token));
    let waited = (String::new(), true);
    assert_eq!(own.iter().filter(|answer| **answer == waited).count(), 4, "{own:?}");
    assert_eq!(own.iter().filter(|(again, _)| again == "2").count(), 2, "{own:?}");
    assert_eq!(other, waited);
}

#[tokio::test]
async fn a_decided_request_is_answered_at_once_and_without_waiting_places_too() {
    let story = Story::new();
    let id = story.asked(program()).await;
    let places: Vec<_> = (0..).map_while(|n| story.world.waiting.take(&format!("caller {n}"))).collect();
    let path = format!("/agent/v1/requests/{id}?wait=25");
    let before = story.world.now();
    let full = story.app.get(&path).bearer(&story.device.token).send().await;
    assert_eq!((full.status, full.header("retry-after")), (200, "2"));
    story.decide(&id, Outcome::Ignored).await;
    let decided = story.app.get(&path).bearer(&story.device.token).send().await;
    assert_eq!((&decided.json()["status"], decided.header("retry-after")), (&json!("ignored"), ""));
    assert_eq!(story.world.now(), before);
    drop(places);
    for query in ["wait=26", "wait=-1", "wait=x", "wait=1&wait=1", "since=1"] {
        let refused = story.app.get(&format!("/agent/v1/requests/{id}?{query}"));
        assert_eq!(refused.bearer(&story.device.token).send().await.status, 422, "{query}");
    }
}

#[tokio::test]
async fn a_request_that_nobody_decided_reads_as_expired() {
    let story = Story::new();
    let id = story.asked(program()).await;
    story.world.advance(Duration::from_secs(14 * 24 * 3600));
    assert_eq!(story.status(&id).await.json()["status"], "expired");
    let cancelled = story.cancel(&id).await;
    assert_eq!((cancelled.status, cancelled.code().as_str()), (409, "not-pending"));
}

#[tokio::test]
async fn a_withdrawn_request_waits_no_more() {
    let story = Story::new();
    let id = story.asked(program()).await;
    story.world.memory.reset_counts();
    let cancelled = story.cancel(&id).await;
    assert_eq!((cancelled.status, &cancelled.json()["status"]), (200, &json!("cancelled")));
    assert_eq!(story.world.counts().writes, 3);
    let again = story.cancel(&id).await;
    assert_eq!((again.status, again.json()), (200, cancelled.json()), "asking twice answers the same");
    story.process().await;
    assert_eq!(story.count(&story.acts().await, ActName::RequestCancelled), 1);
    assert_eq!(story.list(lists::REQUESTS).await, [id]);
    assert!(story.list(lists::PENDING_REQUESTS).await.is_empty());
}

#[tokio::test]
async fn what_was_decided_cannot_be_withdrawn() {
    let story = Story::new();
    let id = story.asked(program()).await;
    story.decide(&id, Outcome::Denied).await;
    let before = story.record(&id).await;
    let refused = story.cancel(&id).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "already-decided"));
    assert_eq!(refused.json()["decision"]["outcome"], "denied");
    assert!(!refused.text().contains("Bob"));
    assert_eq!(story.record(&id).await, before);
    story.process().await;
    assert_eq!(story.count(&story.acts().await, ActName::RequestCancelled), 0);
}

#[tokio::test]
async fn many_who_withdraw_at_once_withdraw_once() {
    let story = Story::new();
    let id = story.asked(program()).await;
    story.world.memory.interleave(true);
    let answers = join_all((0..8).map(|_| story.cancel(&id))).await;
    story.world.memory.interleave(false);
    assert!(answers.iter().all(|answer| answer.status == 200), "{:?}", answers.iter().map(|a| a.status));
    story.process().await;
    assert_eq!(story.count(&story.acts().await, ActName::RequestCancelled), 1);
    let record: Request = story.record(&id).await;
    assert_eq!(record.count, 1);
}
