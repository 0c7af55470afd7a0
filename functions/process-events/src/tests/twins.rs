//! Requests of computers whose host name another computer has.
use std::convert::Infallible;

use countersign_journal::Change;
use countersign_model::DecisionScope::{Group, Organization};
use countersign_model::Outcome::{Approved, Denied};
use countersign_model::act::ComputerCloned;
use countersign_model::{Channel, Computer, Permission, Request, RequestStatus};

use super::Stage;

const WARNING: &str = "another computer has this host name";

#[tokio::test]
async fn a_message_about_a_twins_request_says_so_while_the_twin_is_unconfirmed() {
    for confirmed in [false, true] {
        let stage = Stage::new().await;
        stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
        let twin = stage.twin().await;
        stage.submit(&twin, stage.new_request()).await;
        if confirmed {
            let confirm = |old: &Computer| Ok::<_, Infallible>(old.confirmed());
            stage.world.journal.update(&twin.record.id, confirm).await.unwrap();
        }
        stage.process_company().await;
        let sent = stage.world.outbound.take_external();
        let json = sent[0].json();
        for part in ["TextBody", "HtmlBody"] {
            let text = json[part].as_str().unwrap();
            assert_eq!(text.contains(WARNING), !confirmed, "{text}");
            assert_eq!(
                text.contains(&format!("{} (unconfirmed)", twin.record.hostname)),
                !confirmed,
                "{text}"
            );
        }
        let subject = json["Subject"].as_str().unwrap();
        assert_eq!(subject.contains("on unconfirmed pc-"), !confirmed, "{subject}");
    }
}

#[tokio::test]
async fn what_a_computer_asked_that_was_found_to_be_cloned_is_marked_so_and_not_settled_along() {
    let stage = Stage::new().await;
    let device = stage.world.computer(&stage.group);
    let asked = stage.submit(&device, stage.new_request()).await;
    let decided = stage.ask().await;
    stage.process_company().await;
    let (origin, permit) = (stage.origin(), countersign_model::Permit::scene(&stage.company.id));
    let after = |old: &Computer, id| old.with_instance(id, stage.world.now()).ok_or(());
    for id in ["one-agent", "two-agent", "one-agent"] {
        stage.world.journal.update(&device.record.id, |old: &Computer| after(old, id)).await.unwrap();
    }
    let found = |old: &Computer| {
        let new = after(old, "two-agent")?;
        let change = Change::new(&permit, &origin, ComputerCloned::of(&new));
        Ok::<_, ()>((new, change))
    };
    stage.world.journal.save_update(&device.record.id, None, found).await.unwrap();
    stage.process_company().await;
    assert!(stage.request(&asked.id).await.cloned);
    assert!(!stage.request(&decided.id).await.cloned, "it is another computer's");
    stage.decide(&decided, Approved, Organization, false).await;
    stage.process_company().await;
    assert_eq!(stage.request(&asked.id).await.status, RequestStatus::Pending);
}

#[tokio::test]
async fn a_text_message_about_a_twins_request_says_so() {
    let stage = Stage::new().await;
    stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], |new| {
        countersign_model::Administrator {
            phone: Some("+15550100".parse().unwrap()),
            channels: [Channel::Sms].into(),
            ..new
        }
    });
    let twin = stage.twin().await;
    stage.submit(&twin, stage.new_request()).await;
    stage.process_company().await;
    assert!(stage.deliveries().await.iter().any(|each| each.channel == Channel::Sms));
    let messages = stage.messages();
    let text = &messages.iter().find(|(to, _)| to.starts_with('+')).unwrap().1;
    assert!(text.contains("(UNCONFIRMED) asks for setup.exe. Another computer has this name. "), "{text}");
}

#[tokio::test]
async fn a_request_of_a_twin_is_not_collapsed_with_one_of_a_known_computer() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let (twin, second) = (stage.twin().await, stage.twin().await);
    stage.submit(&twin, stage.new_request()).await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1);
    stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1, "the known computer's own request");
    stage.submit(&second, stage.new_request()).await;
    stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 0, "each is told of with one of its kind");
}

#[tokio::test]
async fn a_twins_request_is_not_settled_along_until_the_twin_is_confirmed() {
    for (outcome, scope) in [(Approved, Group), (Approved, Organization), (Denied, Organization)] {
        let stage = Stage::new().await;
        let (twin, confirmed) = (stage.twin().await, stage.twin().await);
        let confirm = |old: &Computer| Ok::<_, Infallible>(old.confirmed());
        let asked = stage.submit(&twin, stage.new_request()).await;
        let settled = stage.submit(&confirmed, stage.new_request()).await;
        stage.world.journal.update(&confirmed.record.id, confirm).await.unwrap();
        let decided = stage.ask().await;
        stage.process_company().await;
        stage.decide(&decided, outcome, scope, true).await;
        stage.process_company().await;
        assert_eq!(stage.request(&asked.id).await.status, RequestStatus::Pending, "{outcome} {scope}");
        assert_ne!(stage.request(&settled.id).await.status, RequestStatus::Pending, "{outcome} {scope}");
    }
}

#[tokio::test]
async fn the_requests_of_a_computer_lose_their_mark_when_it_is_confirmed() {
    let stage = Stage::new().await;
    let (twin, other) = (stage.twin().await, stage.twin().await);
    let mut asked = Vec::new();
    for number in 0..3 {
        asked.push(stage.submit(&twin, stage.new_request_for(number)).await);
    }
    let others = stage.submit(&other, stage.new_request()).await;
    stage.process_company().await;
    stage.confirm(&twin).await;
    let late = stage.submit(&twin, stage.new_request_for(3)).await;
    stage.process_company().await;
    for request in asked.iter().chain([&late]) {
        let now = stage.request(&request.id).await;
        assert_eq!((request.unconfirmed, now.unconfirmed), (true, false));
        assert_eq!(now, Request { unconfirmed: false, ..request.clone() }, "nothing else changed");
    }
    assert!(stage.request(&others.id).await.unconfirmed, "another twin stays one");
}

#[tokio::test]
async fn a_message_names_the_computer_as_administrators_do() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let mut desk = stage.world.computer(&stage.group);
    desk.record = desk.record.named(Some("Front desk".to_owned()));
    stage.submit(&desk, stage.new_request()).await;
    stage.process_company().await;
    let text = stage.messages()[0].1.clone();
    assert!(text.contains(&format!("Computer: Front desk ({})", desk.record.hostname)), "{text}");
}
