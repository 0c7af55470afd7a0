//! Administrators who were told of a request hear who has taken it, and whoever it is handed over to that it is theirs.
use std::time::Duration;

use countersign_http::testing::World;
use countersign_journal::Change;
use countersign_kv::memory::Memory;
use countersign_model::act::RequestAssigned;
use countersign_model::{
    Administrator, Assignee, DecisionScope, Delivery, NoticeName, Origin, Outcome, Permission, Permit,
    Request, Who,
};

use super::Stage;
use super::digests::{ask, log};

/// More writes than the work has.
const MOST: usize = 80;

fn of(person: &Administrator, stage: &Stage) -> Assignee {
    let (administrator_id, administrator_name) = (person.id.clone(), person.name.clone());
    Assignee { administrator_id, administrator_name, since: stage.world.now() }
}

/// As triage-request does it: `to` has the request now, or nobody.
pub async fn assign(stage: &Stage, by: &Administrator, request: &Request, to: Option<&Administrator>) {
    stage.world.advance(Duration::from_secs(2));
    let now = stage.world.now();
    let who = Who::Administrator { id: by.id.clone(), name: by.name.clone(), via: None };
    let (origin, permit) = (Origin { who, address: None, at: now }, Permit::scene(&stage.company.id));
    let assign = |old: &Request| {
        let new = old.assign(to.map(|to| of(to, stage)), now)?.expect("a change");
        let change = Change::new(&permit, &origin, RequestAssigned::of(old, &new));
        Ok::<_, countersign_model::TransitionError>((new, change))
    };
    stage.world.journal.save_update(&request.id, None, assign).await.unwrap();
}

fn subscriber(stage: &Stage, wants: Option<bool>) -> Administrator {
    let change = |a| Administrator { notify_on_handled: wants, ..a };
    stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], change).record
}

/// A request of which everybody was told who wants to.
async fn told(stage: &Stage) -> Request {
    let request = stage.ask().await;
    stage.process_company().await;
    stage.told();
    request
}

#[tokio::test]
async fn those_who_were_told_and_want_to_hear_of_it_hear_who_takes_care() {
    let stage = Stage::new().await;
    let (taker, other, _unwilling) =
        (subscriber(&stage, None), subscriber(&stage, None), subscriber(&stage, Some(false)));
    let request = told(&stage).await;
    assign(&stage, &taker, &request, Some(&taker)).await;
    stage.process_company().await;
    let messages = stage.messages();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert_eq!(messages[0].0, other.email.as_str());
    let said = format!("{} takes care of this request", taker.name);
    assert!(messages[0].1.contains(&said), "{}", messages[0].1);

    assign(&stage, &taker, &request, None).await;
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new(), "it is released");
}

#[tokio::test]
async fn whoever_a_request_is_handed_over_to_hears_of_it_in_any_case() {
    let stage = Stage::new().await;
    let (boss, other) = (subscriber(&stage, None), subscriber(&stage, None));
    let clerk = stage.world.administrator_with(&stage.company, |new| Administrator {
        notify_on_handled: Some(false),
        ..new.with_permissions([Permission::ApproveForGroup])
    });
    let request = told(&stage).await;
    assign(&stage, &boss, &request, Some(&clerk.record)).await;
    stage.process_company().await;
    let messages = stage.messages();
    let text = |to: &str| messages.iter().find(|message| message.0 == to).map_or("", |message| &message.1);
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(
        text(clerk.record.email.as_str()).contains(&format!("{} hands this request over to you", boss.name)),
        "{messages:?}"
    );
    assert!(text(other.email.as_str()).contains(&clerk.record.name), "{messages:?}");
}

#[tokio::test]
async fn what_is_decided_or_changes_hands_before_the_message_is_sent_is_told_as_it_is_then() {
    let stage = Stage::new().await;
    let (taker, other) = (subscriber(&stage, None), subscriber(&stage, None));
    let request = told(&stage).await;
    assign(&stage, &taker, &request, Some(&taker)).await;
    stage.plan().await;
    stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
    stage.process_company().await;
    let messages = stage.messages();
    assert_eq!(messages.len(), 2, "one for each of them: {messages:?}");
    assert!(messages.iter().all(|(_, text)| text.contains(" denied ")), "{messages:?}");

    let request = told(&stage).await;
    assign(&stage, &taker, &request, Some(&taker)).await;
    assign(&stage, &other, &request, Some(&other)).await;
    stage.process_company().await;
    assert_eq!(stage.told(), [taker.email.to_string()], "only who has it in the end");
}

#[tokio::test]
async fn whoever_was_not_told_of_it_before_hears_nothing() {
    let stage = Stage::new().await;
    let taker = subscriber(&stage, None);
    let request = told(&stage).await;
    subscriber(&stage, None);
    assign(&stage, &taker, &request, Some(&taker)).await;
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new());
}

async fn take_and_die(memory: Memory, nth: usize) -> bool {
    let stage = Stage::over(World::over(memory)).await;
    let (taker, clerk) = (subscriber(&stage, None), subscriber(&stage, None));
    subscriber(&stage, None);
    let request = told(&stage).await;
    assign(&stage, &taker, &request, Some(&clerk)).await;
    stage.process_alone().await;
    stage.world.memory.stop_before_write(nth);
    stage.plan_alone().await;
    let died = stage.world.memory.resume();
    for _ in 0..2 {
        stage.world.advance(Duration::from_secs(6 * 60));
        stage.tick().await;
    }
    let mut all = stage.deliveries().await;
    all.retain(|each| {
        [NoticeName::RequestTaken, NoticeName::RequestHandedOver].contains(&each.notice.name())
    });
    assert_eq!((stage.told().len(), all.len()), (2, 2), "{nth}");
    died
}

#[tokio::test]
async fn wherever_a_planner_dies_they_hear_of_it_once() {
    let mut nth = 1;
    while take_and_die(Memory::like_sqlite(), nth).await {
        nth += 1;
        assert!(nth < MOST, "the work has an end");
    }
    assert!(nth > 4, "the faults cover the work: {nth}");
}

#[tokio::test]
async fn what_is_handed_over_in_great_number_is_summed_up() {
    let stage = Stage::new().await;
    let by = stage.world.administrator(&stage.company, [Permission::SuperAdmin]).record;
    let to = stage.world.administrator(&stage.company, [Permission::SuperAdmin]).record;
    let requests = ask(&stage, 0..25).await;
    stage.process_company().await;
    for request in &requests {
        assign(&stage, &by, request, Some(&to)).await;
    }
    stage.process_company().await;
    assert_eq!(stage.told(), vec![to.email.to_string(); 20]);
    stage.world.advance(Duration::from_secs(10 * 60 + 1));
    stage.tick().await;
    let messages = stage.messages();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].1.contains("5 requests wait for a decision"), "{}", messages[0].1);
}

async fn hand_over_and_die(memory: Memory, nth: usize) -> bool {
    let stage = Stage::over(World::over(memory)).await;
    let by = stage.world.administrator(&stage.company, [Permission::SuperAdmin]).record;
    let to = stage.world.administrator(&stage.company, [Permission::SuperAdmin]).record;
    let requests = ask(&stage, 0..22).await;
    stage.process_company().await;
    for request in &requests {
        assign(&stage, &by, request, Some(&to)).await;
    }
    stage.process_alone().await;
    stage.world.memory.stop_before_write(nth);
    stage.plan_alone().await;
    let died = stage.world.memory.resume();
    for _ in 0..4 {
        stage.world.advance(Duration::from_secs(6 * 60));
        stage.tick().await;
    }
    assert_eq!(stage.told().len(), 21, "{nth}: 20 and a digest");
    let handed = |each: &Delivery| each.notice.name() == NoticeName::RequestHandedOver;
    let log = log(&stage).await;
    assert_eq!(log.iter().filter(|each| handed(each)).count(), 22, "{nth}");
    died
}

#[tokio::test]
async fn wherever_a_planner_dies_each_request_is_handed_over_once() {
    let mut nth = 1;
    while hand_over_and_die(Memory::like_sqlite(), nth).await {
        nth += 1;
        assert!(nth < MOST, "the work has an end");
    }
    assert!(nth > 4, "the faults cover the work: {nth}");
}
