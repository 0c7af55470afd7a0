//! Administrators who were told of a request hear that it is handled.
use std::convert::Infallible;
use std::time::Duration;

use countersign_http::testing::World;
use countersign_kv::Clock;
use countersign_kv::memory::Memory;
use countersign_model::request::PENDING_LASTS;
use countersign_model::{
    Administrator, AttemptId, Channel, DecisionScope, Delivery, DeliveryState, NoticeName, Outcome,
    Permission, Request, Sending,
};

use super::Stage;

/// Longer than a claim of a dead sender holds.
const CLAIM_LASTS: Duration = Duration::from_secs(6 * 60);
/// More writes than the work has.
const MOST: usize = 80;

fn wants(wants: Option<bool>) -> impl FnOnce(Administrator) -> Administrator {
    move |a| Administrator {
        notify_on_handled: wants,
        channels: vec![Channel::Email, Channel::Sms],
        phone: Some("+15550123".parse().unwrap()),
        ..a
    }
}

async fn handled(stage: &Stage) -> Vec<Delivery> {
    let mut all = stage.deliveries().await;
    all.retain(|each| each.notice.name() == NoticeName::RequestHandled);
    all
}

/// Whoever was told before is told of the decision.
async fn decide(stage: &Stage, request: &Request, outcome: Outcome) -> Vec<(String, String)> {
    stage.process_company().await;
    stage.told();
    stage.world.advance(Duration::from_secs(1));
    stage.decide(request, outcome, DecisionScope::Computer, false).await;
    stage.process_company().await;
    stage.messages()
}

#[tokio::test]
async fn they_hear_by_the_channels_that_they_chose_who_handled_it() {
    let cases: [(Option<bool>, &[Channel]); 3] =
        [(None, &[Channel::Email]), (Some(true), &[Channel::Email, Channel::Sms]), (Some(false), &[])];
    for (choice, channels) in cases {
        let stage = Stage::new().await;
        stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], wants(choice));
        let request = stage.ask().await;
        let told = decide(&stage, &request, Outcome::Denied).await;
        assert_eq!(told.len(), channels.len(), "{choice:?}: {told:?}");
        assert!(told.iter().all(|(_, text)| text.contains(" denied ")), "{told:?}");
        let mut by: Vec<_> = handled(&stage).await.into_iter().map(|each| each.channel).collect();
        by.sort_by_key(|channel| channel.id());
        assert_eq!(by, channels, "{choice:?}");
    }
}

#[tokio::test]
async fn whoever_was_not_told_before_and_whoever_decided_it_hears_nothing() {
    let stage = Stage::new().await;
    let device = stage.world.computer(&stage.group);
    let early = stage.submit(&device, stage.new_request_for(1)).await;
    stage.process_company().await;
    let person = stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], wants(Some(true)));
    stage.world.advance(Duration::from_secs(2));
    assert_eq!(decide(&stage, &early, Outcome::Approved).await, [], "was not told");

    let own = stage.submit(&device, stage.new_request_for(2)).await;
    stage.process_company().await;
    stage.told();
    stage.decide_as(&person.record, &own, Outcome::Approved).await;
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new(), "decided it");
}

#[tokio::test]
async fn whoever_is_being_told_hears_too_and_so_does_whoever_was_told_by_a_sender_whose_clock_is_ahead() {
    for is_slow in [true, false] {
        let stage = Stage::new().await;
        stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], wants(None));
        let request = stage.ask().await;
        stage.process_company().await;
        let ahead = stage.world.clock.now() + Duration::from_secs(240);
        let sending =
            Sending { id: AttemptId::from_ulid(stage.world.ulid()), since: stage.world.clock.now() };
        for delivery in stage.deliveries().await {
            let changed = |old: &Delivery| {
                let slow = || Delivery {
                    state: DeliveryState::Pending,
                    sending: Some(sending.clone()),
                    ..old.clone()
                };
                let early = || Delivery { updated_at: ahead, ..old.clone() };
                Ok::<_, Infallible>(if is_slow { slow() } else { early() })
            };
            stage.world.journal.update(&delivery.id, changed).await.unwrap();
        }
        let told = decide(&stage, &request, Outcome::Denied).await;
        assert_eq!(told.len(), 1, "{is_slow}: {told:?}");
    }
}

#[tokio::test]
async fn what_is_settled_along_is_handled_too_and_of_what_was_not_told_nobody_hears() {
    let stage = Stage::new().await;
    stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], wants(None));
    let (first, second) = (stage.ask().await, stage.ask().await);
    stage.process_company().await;
    stage.told();
    stage.world.advance(Duration::from_secs(1));
    stage.decide(&second, Outcome::Approved, DecisionScope::Organization, false).await;
    stage.process_company().await;
    let of: Vec<_> = handled(&stage).await.into_iter().filter_map(|each| each.request_id).collect();
    assert_eq!(of, [first.id], "the second was collapsed with the first");
}

#[tokio::test]
async fn of_a_request_that_nobody_decided_in_time_those_who_asked_hear_and_those_who_were_told() {
    let stage = Stage::new().await;
    let person = stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], wants(None));
    let request = stage.ask().await;
    stage.join(&request, "carol", Some("carol@example.com")).await;
    stage.process_company().await;
    stage.told();
    stage.world.advance(Duration::try_from(PENDING_LASTS).unwrap());
    for _ in 0..3 {
        stage.tick().await;
    }
    let messages = stage.messages();
    let text = |to: &str| messages.iter().find(|message| message.0 == to).map_or("", |message| &message.1);
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(text("carol@example.com").contains("closed, because nobody decided it in time"), "{messages:?}");
    assert!(
        text(person.record.email.as_str()).contains("Nobody decided this request in time"),
        "{messages:?}"
    );
}

#[tokio::test]
async fn a_flood_of_decisions_is_summed_up_too() {
    let stage = Stage::new().await;
    let email = |a| Administrator { notify_on_handled: None, ..a };
    stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], email);
    let mut requests = Vec::new();
    for number in 0..15 {
        let device = stage.world.computer(&stage.group);
        requests.push(stage.submit(&device, stage.new_request_for(number)).await);
    }
    stage.process_company().await;
    assert_eq!(stage.told().len(), 15);
    stage.world.advance(Duration::from_secs(1));
    for request in &requests {
        stage.decide(request, Outcome::Denied, DecisionScope::Computer, false).await;
    }
    stage.process_company().await;
    assert_eq!(stage.told().len(), 5);
    stage.world.advance(Duration::from_secs(10 * 60 + 1));
    stage.tick().await;
    let messages = stage.messages();
    assert_eq!(messages.len(), 1);
    assert!(messages[0].1.contains("10 requests were handled"), "{}", messages[0].1);
}

async fn decide_and_die(memory: Memory, nth: usize) -> bool {
    let stage = Stage::over(World::over(memory)).await;
    stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], |a| Administrator {
        notify_on_handled: None,
        ..a
    });
    let request = stage.ask().await;
    stage.process_company().await;
    stage.told();
    stage.world.advance(Duration::from_secs(1));
    stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
    stage.process_alone().await;
    stage.world.memory.stop_before_write(nth);
    stage.plan_alone().await;
    let died = stage.world.memory.resume();
    for _ in 0..2 {
        stage.world.advance(CLAIM_LASTS);
        stage.tick().await;
    }
    assert_eq!((stage.told().len(), handled(&stage).await.len()), (1, 1), "{nth}");
    died
}

#[tokio::test]
async fn wherever_a_planner_dies_they_hear_of_it_once() {
    let mut nth = 1;
    while decide_and_die(Memory::like_sqlite(), nth).await {
        nth += 1;
        assert!(nth < MOST, "the work has an end");
    }
    assert!(nth > 4, "the faults cover the work: {nth}");
}
