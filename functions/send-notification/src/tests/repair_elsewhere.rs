//! An account of the deployment's that is put right: what failed by it is sent in every organization, once.
use std::time::Duration;

use countersign_http::testing::World;
use countersign_kv::memory::Memory;
use countersign_model::{Delivery, DeliveryState, OrganizationId, Permission, Permit, lists};
use countersign_store::keys;

use super::Stage;

/// Longer than a claim of a dead sender holds, and than a message is left alone that failed again.
const LATER: Duration = Duration::from_secs(11 * 60);
/// More organizations than one call wakes.
const MANY: usize = 20;
/// More writes than the work has.
const MOST: usize = 150;

/// From now on the stage is another company, with a subscriber.
async fn go_to_another(stage: &mut Stage) {
    let number = stage.world.ulid();
    stage.0.company = stage.world.organization(&stage.world.root, &format!("Company {number}"));
    stage.0.group = stage.world.group(&stage.company, "Workstations");
    stage.process(&stage.world.root.id).await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.process_company().await;
}

async fn submit(stage: &Stage, number: usize) {
    let device = stage.world.computer(&stage.group);
    stage.submit(&device, stage.new_request_for(number)).await;
}

async fn ask(stage: &Stage, number: usize) {
    submit(stage, number).await;
    stage.process_company().await;
}

/// A stage after the key was wrong in so many companies, each of which was asked once. It is at the last of them.
async fn wrong_key(stage: &mut Stage, companies: usize) -> Vec<OrganizationId> {
    stage.world.outbound.answer_with(401, "{}");
    let mut all = Vec::new();
    for number in 0..companies {
        go_to_another(stage).await;
        ask(stage, number).await;
        all.push(stage.company.id.clone());
    }
    stage.told();
    stage.world.outbound.answer_with(200, "{}");
    all
}

async fn states(stage: &Stage, organization: &OrganizationId) -> Vec<DeliveryState> {
    let permit = Permit::scene(organization);
    let page = stage.world.journal.page::<Delivery>(&permit, lists::NOTIFICATIONS, None, 200).await.unwrap();
    page.items.into_iter().map(|stored| stored.value.state).collect()
}

#[tokio::test]
async fn one_message_that_arrives_takes_along_what_failed_in_every_organization_once() {
    let mut stage = Stage::new().await;
    let companies = wrong_key(&mut stage, MANY).await;
    stage.tick().await;
    assert_eq!(stage.told(), Vec::<String>::new(), "nobody knows that it was put right");
    go_to_another(&mut stage).await;
    ask(&stage, MANY).await;
    assert_eq!(stage.told().len(), 1, "nobody waits for the others");
    for _ in 0..4 {
        stage.tick().await;
    }
    assert_eq!(stage.told().len(), MANY);
    for company in &companies {
        assert_eq!(states(&stage, company).await, [DeliveryState::Sent]);
    }
    ask(&stage, MANY + 1).await;
    stage.tick().await;
    assert_eq!(stage.told().len(), 1, "once");
}

#[tokio::test]
async fn a_test_message_takes_them_along_too_and_what_failed_again_follows_later() {
    let mut stage = Stage::new().await;
    let companies = wrong_key(&mut stage, 2).await;
    let test = async |stage: &Stage| {
        let body =
            serde_json::json!({ "organization_id": stage.company.id, "address": "boss@company.example" });
        assert_eq!(stage.sender.post("/try").json(body).send().await.json()["accepted"], true);
        stage.world.settle().await;
        assert!(stage.told().contains(&"boss@company.example".to_owned()));
    };
    go_to_another(&mut stage).await;
    test(&stage).await;
    stage.world.outbound.answer_with(401, "{}");
    stage.tick().await;
    stage.tick().await;
    assert_eq!(stage.told().len(), 2, "it was tried");
    stage.world.outbound.answer_with(200, "{}");
    for (after, expected) in [(Duration::ZERO, 0), (LATER, 2), (LATER, 0)] {
        stage.world.advance(after);
        test(&stage).await;
        stage.tick().await;
        stage.tick().await;
        assert_eq!(stage.told().len(), expected, "{after:?}");
    }
    for company in &companies {
        assert_eq!(states(&stage, company).await, [DeliveryState::Sent]);
    }
}

#[tokio::test]
async fn what_failed_by_another_channel_or_because_of_an_integration_stays_with_its_organization() {
    let mut stage = Stage::new().await;
    stage.world.settings.set("sms_api_key", "");
    go_to_another(&mut stage).await;
    let policy = stage.policy(true, &["sms:+15550100", "slack:desk"]).await;
    let device = stage.world.computer(&stage.group);
    let new = countersign_model::NewRequest { policy_id: Some(policy), ..stage.new_request_for(1) };
    stage.submit(&device, new).await;
    stage.process_company().await;
    let first = stage.company.id.clone();
    stage.told();
    go_to_another(&mut stage).await;
    ask(&stage, 2).await;
    stage.tick().await;
    assert_eq!(stage.told().len(), 1, "of the second company alone");
    let failed = states(&stage, &first).await.into_iter().filter(|state| *state == DeliveryState::Failed);
    assert_eq!(failed.count(), 2);
}

#[tokio::test]
async fn a_deployment_that_was_set_up_before_there_were_lists_gets_them_with_the_next_walk() {
    let mut stage = Stage::new().await;
    let root = stage.world.root.id.clone();
    for list in ["unsent-emails", "unsent-texts", "unsent-pushes"] {
        stage.world.journal.kv().delete(&keys::record(&format!("{list}_{root}"))).await.unwrap();
    }
    let companies = wrong_key(&mut stage, 2).await;
    stage.tick().await;
    stage.world.outbound.answer_with(401, "{}");
    ask(&stage, 3).await;
    stage.world.outbound.answer_with(200, "{}");
    stage.told();
    go_to_another(&mut stage).await;
    ask(&stage, 4).await;
    for _ in 0..4 {
        stage.tick().await;
    }
    assert_eq!(stage.told().len(), 3, "its own, and what failed twice in one company");
    assert_eq!(states(&stage, &companies[1]).await, [DeliveryState::Sent, DeliveryState::Sent]);
    let before = states(&stage, &companies[0]).await;
    assert_eq!(before, [DeliveryState::Failed], "it waits for the next message of its company");
}

/// Sends what is due in the company, and dies before this write, if there are so many.
async fn send_and_die(stage: &Stage, organization: &OrganizationId, nth: usize) -> bool {
    stage.world.memory.stop_before_write(nth);
    let body = serde_json::json!({ "organization_id": organization });
    stage.sender.post("/send").json(body).send().await;
    stage.world.settle().await;
    stage.world.memory.resume()
}

/// A sender dies: when the key is wrong, when it wakes the other company, or when that sends.
async fn repair_and_die(memory: Memory, nth: usize, when: usize) -> bool {
    let case = format!("{nth} {when}");
    let dies_at = |step: usize| if step == when { nth } else { usize::MAX };
    let mut stage = Stage::over(World::over(memory)).await;
    stage.world.outbound.answer_with(401, "{}");
    go_to_another(&mut stage).await;
    let first = stage.company.id.clone();
    submit(&stage, 1).await;
    stage.plan().await;
    let mut died = send_and_die(&stage, &first, dies_at(0)).await;
    later(&stage).await;
    stage.told();
    stage.world.outbound.answer_with(200, "{}");
    go_to_another(&mut stage).await;
    submit(&stage, 2).await;
    stage.plan().await;
    died |= send_and_die(&stage, &stage.company.id, dies_at(1)).await;
    died |= send_and_die(&stage, &first, dies_at(2)).await;
    later(&stage).await;
    assert_eq!(states(&stage, &first).await, [DeliveryState::Sent], "{case}");
    assert_eq!(states(&stage, &stage.company.id).await, [DeliveryState::Sent], "{case}");
    let told = stage.told().len();
    assert!((2..=3).contains(&told), "{case}: at most the one that was under way is sent again: {told}");
    died
}

async fn later(stage: &Stage) {
    for _ in 0..3 {
        stage.world.advance(LATER);
        stage.tick().await;
    }
}

#[tokio::test]
async fn wherever_a_sender_dies_the_other_organizations_follow() {
    for when in 0..3 {
        let mut nth = 1;
        while repair_and_die(Memory::like_sqlite(), nth, when).await {
            nth += 1;
            assert!(nth < MOST, "the work has an end");
        }
        assert!(nth > 4, "the faults cover the work: {when} {nth}");
    }
}
