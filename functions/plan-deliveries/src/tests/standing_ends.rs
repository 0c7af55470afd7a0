//! What a message spoke for is told of when that ends, whoever has to be told by then, and however many wait.
use std::convert::Infallible;
use std::time::Duration;

use countersign_journal::Change;
use countersign_model::act::{PoliciesDeployed, PolicyCreated};
use countersign_model::{
    Administrator, Away, DeliveryState, DeployedPolicies, Deployment, Group, NotificationSettings, Notify,
    Permission, Permit, Policy, PolicyId, Request,
};
use countersign_store::DeployedPoliciesId;

use super::Stage;

/// Groups of the company with a policy each, which notifies this address; all are deployed.
async fn groups_that_notify<const N: usize>(stage: &Stage, addresses: [&str; N]) -> [(Group, PolicyId); N] {
    let made = addresses.map(|address| {
        let group = stage.world.group(&stage.company, &format!("Group of {address}"));
        let policy = Policy {
            id: PolicyId::from_ulid(stage.world.ulid()),
            organization_id: stage.company.id.clone(),
            group_id: group.id.clone(),
            name: "Default".to_owned(),
            notify: Notify { enabled: true, addresses: vec![address.parse().unwrap()] },
            content: Default::default(),
            naming: 0,
            order: 1,
            deleted: false,
        };
        stage.world.save(&stage.company.id, PolicyCreated::of(&policy), |change| change.create(&policy));
        (group, policy)
    });
    let generation = stage.world.ulid().to_string();
    let live: Vec<_> = made
        .iter()
        .map(|(group, policy)| {
            let live = DeployedPolicies::of(&group.id, 1, std::slice::from_ref(policy));
            (DeployedPoliciesId::new(&generation, &group.id), live)
        })
        .collect();
    let (origin, permit) = (stage.origin(), Permit::scene(&stage.company.id));
    let deploy = |old: &Deployment| {
        let new = old.next(generation.clone(), stage.world.now());
        let change = Change::new(&permit, &origin, PoliciesDeployed::of(old, &new, live.len()));
        let change = live.iter().fold(change, |change, (id, live)| change.create_as(id, live));
        Ok::<_, Infallible>((new, change))
    };
    stage.world.journal.save_update(&stage.company.id, None, deploy).await.unwrap();
    made.map(|(group, policy)| (group, policy.id))
}

async fn ask_in(stage: &Stage, (group, policy): &(Group, PolicyId)) -> Request {
    let device = stage.world.computer(group);
    let mut new = stage.new_request();
    new.policy_id = Some(policy.clone());
    stage.submit(&device, new).await
}

async fn change(stage: &Stage, person: &Administrator, with: impl Fn(Administrator) -> Administrator + Sync) {
    let with = |old: &Administrator| Ok::<_, Infallible>(with(old.clone()));
    stage.world.journal.update(&person.id, with).await.unwrap();
    stage.world.advance(Duration::from_secs(2));
}

#[tokio::test]
async fn each_list_hears_of_the_next_one_that_it_is_for() {
    let stage = Stage::new().await;
    let [first, second] = groups_that_notify(&stage, ["desk@company.example", "other@company.example"]).await;
    let a = ask_in(&stage, &first).await;
    ask_in(&stage, &second).await;
    ask_in(&stage, &first).await;
    stage.process_company().await;
    assert_eq!(stage.told(), ["desk@company.example", "other@company.example"], "C's list was told of A");
    stage.cancel(&a).await;
    stage.process_company().await;
    assert_eq!(stage.told(), ["desk@company.example"], "of C; B is for others");
}

#[tokio::test]
async fn who_returns_hears_of_what_their_delegate_was_not_told_of() {
    let stage = Stage::new().await;
    let delegate = stage.world.administrator(&stage.company, [Permission::SuperAdmin]).record;
    let away = Away {
        from: stage.world.now(),
        until: stage.world.now() + Duration::from_secs(3600),
        delegate_id: Some(delegate.id.clone()),
    };
    let notifications = NotificationSettings { away: Some(away), ..NotificationSettings::default() };
    let with = |a| Administrator { notifications, ..a };
    let person = stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], with);
    let first = stage.ask().await;
    stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told(), [delegate.email.to_string()]);
    stage.world.advance(Duration::from_secs(3600));
    stage.cancel(&first).await;
    stage.process_company().await;
    assert_eq!(stage.told(), [person.record.email.to_string()]);
}

#[tokio::test]
async fn who_has_another_address_now_hears_there() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let first = stage.ask().await;
    stage.ask().await;
    stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1);
    let email = "elsewhere@company.example";
    change(&stage, &person.record, |old| Administrator { email: email.parse().unwrap(), ..old }).await;
    stage.cancel(&first).await;
    stage.process_company().await;
    assert_eq!(stage.told(), [email], "once: the second request stands for the third");
}

#[tokio::test]
async fn the_next_one_is_found_behind_a_hundred_that_have_just_ended() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let first = stage.ask().await;
    let mut others = Vec::new();
    for _ in 0..101 {
        others.push(stage.ask().await);
    }
    let last = stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1);
    stage.cancel(&first).await;
    stage.process_alone().await;
    // They are still listed among those that wait, because these events are not processed yet.
    for other in &others {
        stage.cancel(other).await;
    }
    stage.plan_alone().await;
    stage.process_company().await;
    stage.tick().await;
    assert_eq!(stage.told(), [person.record.email.to_string()], "of the only one that waits");
    let all = stage.deliveries().await;
    let of = all.iter().find(|each| each.request_id.as_ref() == Some(&last.id)).unwrap();
    assert_eq!(of.state, DeliveryState::Sent);
}

#[tokio::test]
async fn who_could_not_be_told_hears_of_theirs_behind_a_hundred_others() {
    let stage = Stage::new().await;
    let [first, second] = groups_that_notify(&stage, ["desk@company.example", "other@company.example"]).await;
    ask_in(&stage, &first).await;
    for _ in 0..101 {
        ask_in(&stage, &second).await;
    }
    ask_in(&stage, &first).await;
    stage.plan().await;
    stage.world.outbound.answer_with(422, "{}");
    stage.tick().await;
    stage.told();
    stage.world.outbound.answer_with(200, "{}");
    stage.tick().await;
    assert_eq!(stage.told(), ["desk@company.example", "other@company.example"]);
}

#[tokio::test]
async fn a_confirmation_between_them_silences_nobody() {
    for which in [0, 1] {
        let stage = Stage::new().await;
        let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
        let twins = [stage.twin().await, stage.twin().await];
        let first = stage.submit(&twins[0], stage.new_request()).await;
        let second = stage.submit(&twins[1], stage.new_request()).await;
        stage.process_company().await;
        assert_eq!(stage.told().len(), 1);
        stage.confirm(&twins[which]).await;
        stage.process_company().await;
        assert_eq!(stage.told(), Vec::<String>::new());
        stage.cancel(&first).await;
        stage.process_company().await;
        assert_eq!(stage.told(), [person.record.email.to_string()], "{which}");
        let all = stage.deliveries().await;
        let of = all.iter().find(|each| each.request_id.as_ref() == Some(&second.id)).unwrap();
        assert_eq!(of.state, DeliveryState::Sent, "{which}");
    }
}
