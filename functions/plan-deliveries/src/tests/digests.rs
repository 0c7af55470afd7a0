//! Above a limit, messages are summed up in a digest: nobody is silenced, and no limit hits somebody else.
use std::collections::BTreeMap;
use std::time::Duration;

use countersign_http::testing::World;
use countersign_kv::memory::Memory;
use countersign_model::{
    Administrator, Channel, DecisionScope, Delivery, DeliveryState, Digest, NoticeName, Outcome, Permission,
    Permit, Request, RequestId, lists,
};

use super::Stage;

/// What is told one by one in ten minutes.
pub const EMAILS: usize = 20;
pub const TEXTS: usize = 10;
/// A digest is due after it.
pub const PERIOD: Duration = Duration::from_secs(10 * 60 + 1);
/// More writes than the work has.
const MOST: usize = 120;

/// Requests for different files, each of a fresh computer.
pub async fn ask(stage: &Stage, numbers: std::ops::Range<usize>) -> Vec<Request> {
    let mut requests = Vec::new();
    for number in numbers {
        let device = stage.world.computer(&stage.group);
        requests.push(stage.submit(&device, stage.new_request_for(number)).await);
    }
    requests
}

/// The whole log of the company.
pub async fn log(stage: &Stage) -> Vec<Delivery> {
    let (mut all, mut cursor) = (Vec::new(), None::<String>);
    let permit = Permit::scene(&stage.company.id);
    loop {
        let journal = &stage.world.journal;
        let page =
            journal.page::<Delivery>(&permit, lists::NOTIFICATIONS, cursor.as_deref(), 200).await.unwrap();
        all.extend(page.items.into_iter().map(|stored| stored.value));
        match page.next {
            Some(next) => cursor = Some(next),
            None => return all,
        }
    }
}

pub fn in_state(log: &[Delivery], state: DeliveryState) -> usize {
    log.iter().filter(|each| each.state == state).count()
}

#[tokio::test]
async fn what_is_above_the_limit_is_told_in_one_digest_when_the_period_ends() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    ask(&stage, 0..EMAILS + 5).await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), EMAILS);
    let before = log(&stage).await;
    assert_eq!(in_state(&before, DeliveryState::Digested), 5);
    let why = before.iter().find(|each| each.state == DeliveryState::Digested).unwrap().last_answer.clone();
    assert!(why.unwrap().starts_with("in a digest that is due at "));

    ask(&stage, EMAILS + 5..EMAILS + 7).await;
    stage.process_company().await;
    stage.tick().await;
    assert_eq!(stage.told(), Vec::<String>::new(), "not before");
    stage.world.advance(PERIOD);
    stage.tick().await;
    let messages = stage.messages();
    assert_eq!(messages.len(), 1);
    let (to, text) = &messages[0];
    assert_eq!(*to, person.record.email.to_string());
    assert!(text.contains("7 requests wait for a decision"), "{text}");
    let after = log(&stage).await;
    assert_eq!(in_state(&after, DeliveryState::Sent), EMAILS + 1);
    assert_eq!(after.len(), EMAILS + 7 + 1, "the digest is in the log once");
    ask(&stage, 100..101).await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1, "the flood is over");
}

#[tokio::test]
async fn phones_ring_less_often_than_mailboxes_fill() {
    let stage = Stage::new().await;
    let both = |a| Administrator {
        channels: vec![Channel::Email, Channel::Sms],
        phone: Some("+15550123".parse().unwrap()),
        ..a
    };
    stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], both);
    ask(&stage, 0..TEXTS + 2).await;
    stage.process_company().await;
    let told = stage.told();
    let texts = told.iter().filter(|to| to.starts_with('+')).count();
    assert_eq!((texts, told.len() - texts), (TEXTS, TEXTS + 2));
}

#[tokio::test]
async fn the_limit_of_one_recipient_is_nobody_elses() {
    let stage = Stage::new().await;
    let first = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    ask(&stage, 0..EMAILS + 5).await;
    stage.process_company().await;
    stage.told();
    let second = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.world.advance(Duration::from_secs(2));
    ask(&stage, 50..51).await;
    stage.process_company().await;
    assert_eq!(stage.told(), [second.record.email.to_string()], "{} gets a digest", first.record.email);
}

#[tokio::test]
async fn what_is_settled_meanwhile_is_left_out_and_an_empty_digest_is_not_sent() {
    for left in [1, 0] {
        let stage = Stage::new().await;
        stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
        let requests = ask(&stage, 0..EMAILS + 3).await;
        stage.process_company().await;
        stage.told();
        for request in &requests[EMAILS..requests.len() - left] {
            stage.decide(request, Outcome::Denied, DecisionScope::Computer, false).await;
        }
        stage.process_company().await;
        stage.world.advance(PERIOD);
        stage.tick().await;
        let messages = stage.messages();
        assert_eq!(messages.len(), left, "{messages:?}");
        assert!(
            messages.iter().all(|(_, text)| text.contains("1 request waits for a decision")),
            "{messages:?}"
        );
        let digest = log(&stage).await.into_iter().find(|each| each.notice.name() == NoticeName::Digest);
        let expected = if left > 0 { DeliveryState::Sent } else { DeliveryState::Skipped };
        assert_eq!(digest.unwrap().state, expected);
    }
}

#[tokio::test]
async fn whoever_lost_their_rights_gets_no_digest() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    ask(&stage, 0..EMAILS + 3).await;
    stage.process_company().await;
    stage.told();
    let none = |old: &Administrator| Ok::<_, std::convert::Infallible>(old.with_permissions([]));
    stage.world.journal.update(&person.record.id, none).await.unwrap();
    stage.world.advance(PERIOD);
    stage.tick().await;
    assert_eq!(stage.told(), Vec::<String>::new());
}

#[tokio::test]
async fn who_is_told_by_a_digest_counts_as_told() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let requests = ask(&stage, 0..EMAILS + 1).await;
    stage.process_company().await;
    stage.told();
    let last = requests.last().unwrap();
    let again = async |expected: usize, why: &str| {
        stage.repeat(last).await;
        stage.submit(&stage.world.computer(&stage.group), stage.new_request_for(EMAILS)).await;
        stage.process_company().await;
        let log = log(&stage).await;
        assert_eq!(stage.told(), Vec::<String>::new(), "{why}");
        assert_eq!(in_state(&log, DeliveryState::Collapsed), expected, "{why}");
    };
    again(1, "while the digest gathers").await;
    stage.world.advance(PERIOD);
    stage.tick().await;
    assert_eq!(stage.told().len(), 1);
    again(2, "when it was sent").await;
}

#[tokio::test]
async fn a_digest_that_could_not_be_sent_has_told_nobody() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let requests = ask(&stage, 0..EMAILS + 1).await;
    stage.process_company().await;
    stage.told();
    stage.world.outbound.answer_with(422, "{}");
    stage.world.advance(PERIOD);
    stage.tick().await;
    stage.told();
    stage.world.outbound.answer_with(200, "{}");
    stage.world.advance(PERIOD);
    stage.repeat(requests.last().unwrap()).await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1, "a repeated ask tells of it");
    assert_eq!(in_state(&log(&stage).await, DeliveryState::Digested), 0);
}

/// Of every recipient, how often each request was told: by itself or in a digest that was sent; and the number that a digest
/// does not list.
pub async fn told_of(stage: &Stage) -> BTreeMap<String, (Vec<RequestId>, u64)> {
    let mut all: BTreeMap<String, (Vec<RequestId>, u64)> = BTreeMap::new();
    for each in log(stage).await {
        let of = all.entry(each.address.clone()).or_default();
        match (each.state, each.request_id) {
            (DeliveryState::Sent, Some(id)) => of.0.push(id),
            (DeliveryState::Sent, None) => {
                let digest = stage.world.journal.load::<Digest>(&each.id).await.unwrap().unwrap().value;
                of.0.extend_from_slice(digest.requests(NoticeName::RequestSubmitted));
                of.1 += digest.more();
            }
            (state, _) => assert_eq!(state, DeliveryState::Digested, "{:?}", each.last_answer),
        }
    }
    all
}

/// A planner dies before its `nth` write about so many requests, and the next one comes so much later. In the end, which `over`
/// reaches, the one subscriber has been told of every request once. Whether it died.
pub async fn plan_and_die(
    stage: &Stage,
    asked: usize,
    nth: usize,
    stays_dead_for: Duration,
    over: Duration,
) -> bool {
    let case = format!("{nth} {stays_dead_for:?}");
    let mut requests = ask(stage, 0..asked).await;
    stage.process_alone().await;
    stage.world.memory.stop_before_write(nth);
    stage.plan_alone().await;
    let died = stage.world.memory.resume();
    requests.extend(ask(stage, 50..52).await);
    for _ in 0..4 {
        stage.world.advance(stays_dead_for);
        stage.tick().await;
    }
    stage.world.advance(over);
    stage.tick().await;
    let sent = stage.told().len();
    let log = log(stage).await;
    assert_eq!(sent, in_state(&log, DeliveryState::Sent), "{case}: each message once");
    let mut expected: Vec<_> = requests.iter().map(|request| request.id.clone()).collect();
    expected.sort();
    let (_, (mut told, more)) = told_of(stage).await.pop_first().unwrap();
    told.sort();
    assert_eq!((told, more), (expected, 0), "{case}: each request once");
    assert_eq!(
        log.len(),
        requests.len() + log.iter().filter(|each| each.request_id.is_none()).count(),
        "{case}"
    );
    died
}

async fn flood_and_die(memory: Memory, nth: usize, stays_dead_for: Duration) -> bool {
    let stage = Stage::over(World::over(memory)).await;
    let texts =
        |a| Administrator { channels: vec![Channel::Sms], phone: Some("+15550123".parse().unwrap()), ..a };
    stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], texts);
    plan_and_die(&stage, TEXTS + 2, nth, stays_dead_for, PERIOD).await
}

#[tokio::test]
async fn wherever_a_planner_dies_in_a_flood_each_request_is_told_once() {
    for stays_dead_for in [Duration::from_secs(60), Duration::from_secs(11 * 60)] {
        let mut nth = 1;
        while flood_and_die(Memory::like_sqlite(), nth, stays_dead_for).await {
            nth += 1;
            assert!(nth < MOST, "the work has an end");
        }
        assert!(nth > 6, "the faults cover the work: {nth}");
    }
}
