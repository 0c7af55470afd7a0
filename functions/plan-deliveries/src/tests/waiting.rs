//! A request that nobody takes or decides is escalated, and those who know of it are reminded before it expires.
use std::convert::Infallible;
use std::time::Duration;

use countersign_http::testing::World;
use countersign_kv::memory::Memory;
use countersign_model::{
    Administrator, ApprovalSettings, DecisionScope, Delivery, DeliveryState, Escalation, NoticeName,
    Organization, Outcome, Permission, Request,
};

use super::Stage;
use super::taken::assign;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const LEAD: &str = "lead@company.example";
/// More writes than the work has.
const MOST: usize = 120;

/// After 30 minutes the lead is told, after 60 the root.
pub async fn escalating(stage: &Stage, undecided: Option<u32>) {
    let escalation = Escalation {
        untaken_after_minutes: Some(30),
        to: vec![LEAD.parse().unwrap()],
        undecided_after_minutes: undecided,
    };
    set(stage, Some(escalation)).await;
}

async fn set(stage: &Stage, escalation: Option<Escalation>) {
    let settings = ApprovalSettings { escalation, ..ApprovalSettings::default() };
    let now = stage.world.now();
    let asking = |old: &Organization| Ok::<_, Infallible>(old.asking(settings.clone(), now));
    stage.world.journal.update(&stage.company.id, asking).await.unwrap();
}

/// An administrator of the root who may decide, and is not told of every request.
async fn above(stage: &Stage) -> Administrator {
    let person = stage.world.administrator_with(&stage.world.root, |new| Administrator {
        notify_on_handled: None,
        ..new.with_permissions([Permission::ApproveForGroup])
    });
    stage.process(&stage.world.root.id).await;
    person.record
}

async fn named(stage: &Stage, name: NoticeName) -> Vec<Delivery> {
    let mut all = stage.deliveries().await;
    all.retain(|each| each.notice.name() == name);
    all
}

async fn after(stage: &Stage, time: Duration) -> Vec<(String, String)> {
    stage.world.advance(time);
    stage.tick().await;
    stage.messages()
}

/// A request of which one subscriber was told.
async fn told(stage: &Stage) -> (Administrator, Request) {
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let request = stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told(), [person.record.email.to_string()]);
    (person.record, request)
}

#[tokio::test]
async fn the_list_is_told_once_when_nobody_takes_it() {
    let stage = Stage::new().await;
    escalating(&stage, None).await;
    told(&stage).await;
    assert_eq!(after(&stage, 29 * MINUTE).await, [], "not yet");
    let messages = after(&stage, MINUTE).await;
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert_eq!(messages[0].0, LEAD);
    assert!(messages[0].1.contains("Nobody has taken or decided this request in time"), "{}", messages[0].1);
    assert_eq!(after(&stage, 2 * HOUR).await, [], "once");
    assert_eq!(named(&stage, NoticeName::RequestUntaken).await.len(), 1, "on record");
}

#[tokio::test]
async fn nobody_more_is_told_when_somebody_takes_or_decides_it_or_the_setting_is_gone() {
    for case in ["taken", "decided", "unset"] {
        let stage = Stage::new().await;
        escalating(&stage, Some(30)).await;
        above(&stage).await;
        let (person, request) = told(&stage).await;
        match case {
            "taken" => {
                escalating(&stage, None).await;
                assign(&stage, &person, &request, Some(&person)).await;
            }
            "decided" => stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await,
            _ => set(&stage, None).await,
        }
        assert_eq!(after(&stage, 31 * MINUTE).await, [], "{case}");
        for name in [NoticeName::RequestUntaken, NoticeName::RequestUndecided] {
            assert_eq!(named(&stage, name).await, [], "{case}: nothing is planned either");
        }
    }
}

#[tokio::test]
async fn who_may_decide_above_is_told_when_nobody_decides_and_hears_in_the_end_who_did() {
    let stage = Stage::new().await;
    escalating(&stage, Some(60)).await;
    let boss = above(&stage).await;
    stage.world.administrator(&stage.world.root, [Permission::EditComputers]);
    stage.subscriber(&stage.world.root, &[Permission::ApproveForGroup]);
    stage.process(&stage.world.root.id).await;
    let request = stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1, "the subscriber above");
    stage.world.advance(MINUTE);
    assign(&stage, &boss, &request, Some(&boss)).await;
    assert_eq!(after(&stage, 40 * MINUTE).await, [], "it is taken");
    let messages = after(&stage, 20 * MINUTE).await;
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert_eq!(messages[0].0, boss.email.as_str());
    assert!(messages[0].1.contains("You may decide it"), "{}", messages[0].1);
    assert_eq!(named(&stage, NoticeName::RequestUndecided).await.len(), 1);
    stage.world.advance(MINUTE);
    stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
    stage.process_company().await;
    assert_eq!(stage.told(), [boss.email.to_string()], "told of the end");
}

#[tokio::test]
async fn a_flood_that_nobody_takes_is_summed_up() {
    let stage = Stage::new().await;
    escalating(&stage, None).await;
    for number in 0..30 {
        let device = stage.world.computer(&stage.group);
        stage.submit(&device, stage.new_request_for(number)).await;
    }
    stage.process_company().await;
    let messages = after(&stage, 31 * MINUTE).await;
    assert_eq!(messages.len(), 20, "as many as go one by one");
    let messages = after(&stage, 11 * MINUTE).await;
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].1.contains("10 requests wait"), "{}", messages[0].1);
}

#[tokio::test]
async fn those_who_know_of_it_and_who_has_it_are_reminded_once_before_it_expires() {
    let stage = Stage::new().await;
    let clerk = stage.world.administrator(&stage.company, [Permission::ApproveForGroup]).record;
    let (person, request) = told(&stage).await;
    assign(&stage, &clerk, &request, Some(&clerk)).await;
    assert_eq!(after(&stage, 13 * 24 * HOUR - MINUTE).await, [], "not yet");
    let messages = after(&stage, MINUTE).await;
    let mut told: Vec<&str> = messages.iter().map(|(to, _)| to.as_str()).collect();
    told.sort_unstable();
    let mut expected = [person.email.as_str(), clerk.email.as_str()];
    expected.sort_unstable();
    assert_eq!(told, expected);
    assert!(messages.iter().all(|(_, text)| text.contains("It expires soon")), "{messages:?}");
    assert_eq!(after(&stage, HOUR).await, [], "once");
}

#[tokio::test]
async fn nobody_is_reminded_of_what_is_decided_and_of_a_short_wait_halfway() {
    let stage = Stage::new().await;
    stage.wait_for_days(1).await;
    let (_, request) = told(&stage).await;
    assert_eq!(after(&stage, 11 * HOUR).await, [], "not yet");
    assert_eq!(after(&stage, HOUR).await.len(), 1);
    stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
    let request = stage.ask().await;
    stage.process_company().await;
    stage.told();
    stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
    assert_eq!(after(&stage, 13 * HOUR).await, []);
}

async fn escalate_and_die(memory: Memory, nth: usize) -> bool {
    let stage = Stage::over(World::over(memory)).await;
    escalating(&stage, Some(60)).await;
    above(&stage).await;
    told(&stage).await;
    let mut died = false;
    for time in [30 * MINUTE, 30 * MINUTE, 13 * 24 * HOUR] {
        stage.world.advance(time);
        stage.world.memory.stop_before_write(nth);
        stage.plan_alone().await;
        died |= stage.world.memory.resume();
        for _ in 0..2 {
            stage.world.advance(6 * MINUTE);
            stage.tick().await;
        }
    }
    let count = async |name| named(&stage, name).await.len();
    let (untaken, undecided) =
        (count(NoticeName::RequestUntaken).await, count(NoticeName::RequestUndecided).await);
    assert_eq!((untaken, undecided, count(NoticeName::RequestExpiring).await), (1, 1, 3), "{nth}");
    assert_eq!(stage.told().len(), 5, "{nth}");
    died
}

#[tokio::test]
async fn wherever_a_planner_dies_everybody_is_told_once() {
    let mut nth = 1;
    while escalate_and_die(Memory::like_sqlite(), nth).await {
        nth += 1;
        assert!(nth < MOST, "the work has an end");
    }
    assert!(nth > 4, "the faults cover the work: {nth}");
}

/// So many computers ask for the same.
async fn same(stage: &Stage, computers: usize) -> Vec<Request> {
    let mut all = Vec::new();
    for _ in 0..computers {
        all.push(stage.ask().await);
    }
    stage.process_company().await;
    stage.told();
    all
}

/// Who was told since, and of which of these requests, sorted.
fn told_of(messages: Vec<(String, String)>, requests: &[Request]) -> Vec<(String, usize)> {
    let of = |text: &str| requests.iter().position(|request| text.contains(request.id.as_str())).unwrap();
    let mut told: Vec<_> = messages.into_iter().map(|(to, text)| (to, of(&text))).collect();
    told.sort();
    told
}

async fn in_state(stage: &Stage, name: NoticeName, state: DeliveryState) -> usize {
    named(stage, name).await.iter().filter(|each| each.state == state).count()
}

#[tokio::test]
async fn escalations_of_the_same_are_collapsed_and_what_stood_for_others_is_replaced() {
    let stage = Stage::new().await;
    escalating(&stage, Some(60)).await;
    let boss = above(&stage).await.email.to_string();
    let requests = same(&stage, 3).await;
    let told = told_of(after(&stage, 31 * MINUTE).await, &requests);
    assert_eq!(told, [(LEAD.to_owned(), 0)]);
    let told = told_of(after(&stage, 30 * MINUTE).await, &requests);
    assert_eq!(told, [(boss.clone(), 0)]);
    for name in [NoticeName::RequestUntaken, NoticeName::RequestUndecided] {
        assert_eq!(in_state(&stage, name, DeliveryState::Collapsed).await, 2, "it shows: {name}");
    }
    for next in 1..3 {
        stage.cancel(&requests[next - 1]).await;
        stage.process_company().await;
        let mut expected = [(LEAD.to_owned(), next), (boss.clone(), next)];
        expected.sort();
        assert_eq!(told_of(stage.messages(), &requests), expected);
    }
    stage.cancel(&requests[2]).await;
    stage.process_company().await;
    assert_eq!(stage.messages(), [], "nothing waits any more");
}

#[tokio::test]
async fn an_escalation_is_not_collapsed_into_a_request_that_somebody_has_taken_or_that_is_another() {
    let stage = Stage::new().await;
    escalating(&stage, None).await;
    let clerk = stage.world.administrator(&stage.company, [Permission::SuperAdmin]).record;
    let mut requests = same(&stage, 1).await;
    assert_eq!(told_of(after(&stage, 31 * MINUTE).await, &requests), [(LEAD.to_owned(), 0)]);
    assign(&stage, &clerk, &requests[0], Some(&clerk)).await;
    requests.extend(same(&stage, 1).await);
    requests.push(stage.submit(&stage.world.computer(&stage.group), stage.new_request_for(1)).await);
    stage.process_company().await;
    let told = told_of(after(&stage, 31 * MINUTE).await, &requests);
    assert_eq!(told, [(LEAD.to_owned(), 1), (LEAD.to_owned(), 2)]);
}

#[tokio::test]
async fn an_escalation_that_could_not_be_sent_is_replaced() {
    let stage = Stage::new().await;
    escalating(&stage, None).await;
    let requests = same(&stage, 2).await;
    stage.world.outbound.answer_with(422, "{}");
    assert_eq!(told_of(after(&stage, 31 * MINUTE).await, &requests), [(LEAD.to_owned(), 0)]);
    stage.world.outbound.answer_with(200, "{}");
    assert_eq!(told_of(after(&stage, MINUTE).await, &requests), [(LEAD.to_owned(), 1)]);
    assert_eq!(after(&stage, MINUTE).await, []);
}

async fn replace_and_die(memory: Memory, nth: usize) -> bool {
    let stage = Stage::over(World::over(memory)).await;
    escalating(&stage, Some(30)).await;
    let boss = above(&stage).await.email.to_string();
    let requests = same(&stage, 2).await;
    let mut died = false;
    for ended in [None, Some(&requests[0])] {
        stage.world.advance(31 * MINUTE);
        if let Some(ended) = ended {
            stage.cancel(ended).await;
            stage.process_alone().await;
        }
        stage.world.memory.stop_before_write(nth);
        stage.plan_alone().await;
        died |= stage.world.memory.resume();
        for _ in 0..2 {
            stage.world.advance(6 * MINUTE);
            stage.tick().await;
        }
        let which = usize::from(ended.is_some());
        let mut expected = [(LEAD.to_owned(), which), (boss.clone(), which)];
        expected.sort();
        assert_eq!(told_of(stage.messages(), &requests), expected, "{nth}");
    }
    died
}

#[tokio::test]
async fn wherever_a_planner_dies_what_stood_for_others_is_replaced_once() {
    let mut nth = 1;
    while replace_and_die(Memory::like_sqlite(), nth).await {
        nth += 1;
        assert!(nth < MOST, "the work has an end");
    }
    assert!(nth > 4, "the faults cover the work: {nth}");
}
