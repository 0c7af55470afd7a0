//! While an administrator is away, their delegate is told of what they could decide themselves.
use std::time::Duration;

use countersign_http::testing::Person;
use countersign_model::{
    Administrator, AdministratorId, AdministratorState, Away, DeliveryState, NotificationSettings,
    Permission, QuietHours,
};

use super::Stage;
use super::digests::{in_state, log};
use super::waiting::escalating;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Away for three hours from now.
fn away(stage: &Stage, delegate_id: Option<&AdministratorId>) -> NotificationSettings {
    let from = stage.world.now();
    let away = Away { from, until: from + 3 * HOUR, delegate_id: delegate_id.cloned() };
    NotificationSettings { away: Some(away), ..NotificationSettings::default() }
}

fn absent(stage: &Stage, delegate: Option<&AdministratorId>) -> Person {
    let notifications = away(stage, delegate);
    let with = |a| Administrator { notifications, name: "Ann Absent".to_owned(), ..a };
    stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], with)
}

/// Address and in whose place, of every delivery.
async fn told(stage: &Stage) -> Vec<(String, Option<String>)> {
    let all = stage.deliveries().await.into_iter();
    all.map(|each| (each.address, each.in_place_of.map(|of| of.name))).collect()
}

#[tokio::test]
async fn the_delegate_is_told_instead_until_the_absence_ends() {
    let stage = Stage::new().await;
    let delegate = stage.world.administrator(&stage.company, [Permission::SuperAdmin]).record;
    let ann = absent(&stage, Some(&delegate.id));
    let device = stage.world.computer(&stage.group);
    stage.submit(&device, stage.new_request_for(1)).await;
    stage.process_company().await;
    let sent = stage.world.outbound.take_external().remove(0).json();
    assert_eq!(sent["To"], delegate.email.to_string());
    let text = sent["TextBody"].as_str().unwrap();
    assert!(
        text.contains("You get this in place of Ann Absent, who is away until 2026-06-01 15:00 UTC."),
        "{text}"
    );
    assert_eq!(told(&stage).await, [(delegate.email.to_string(), Some("Ann Absent".to_owned()))]);
    let until = stage.deliveries().await.remove(0).in_place_of.unwrap().until;
    assert_eq!(until, ann.record.notifications.away.as_ref().map(|away| away.until));

    stage.world.advance(3 * HOUR);
    stage.submit(&device, stage.new_request_for(2)).await;
    stage.process_company().await;
    assert_eq!(stage.told(), [ann.record.email.to_string()], "back again");
}

#[tokio::test]
async fn a_delegate_is_told_only_if_they_could_decide_it_themselves_at_that_moment() {
    let active = |a: Administrator| a;
    let disabled = |a: Administrator| Administrator { state: AdministratorState::Disabled, ..a };
    type Change = fn(Administrator) -> Administrator;
    let cases: [(&[Permission], Change, bool, &str); 4] = [
        (&[Permission::SuperAdmin], active, true, "can decide"),
        (&[Permission::ViewApprovals], active, false, "can only look"),
        (&[], active, false, "holds nothing"),
        (&[Permission::SuperAdmin], disabled, false, "is disabled"),
    ];
    for (permissions, change, is_told, why) in cases {
        let stage = Stage::new().await;
        let delegate = stage.world.administrator_with(&stage.company, |new| {
            change(new.with_permissions(permissions.iter().copied()))
        });
        absent(&stage, Some(&delegate.record.id));
        stage.ask().await;
        stage.process_company().await;
        assert_eq!(stage.told().len(), usize::from(is_told), "{why}");
    }
}

#[tokio::test]
async fn without_a_delegate_or_with_one_who_is_away_nobody_is_told_instead() {
    let stage = Stage::new().await;
    absent(&stage, None);
    let other = absent(&stage, None).record;
    absent(&stage, Some(&other.id));
    stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new());
}

#[tokio::test]
async fn who_hears_of_it_anyway_hears_of_it_once_and_as_themselves() {
    let stage = Stage::new().await;
    let delegate = stage.subscriber(&stage.company, &[Permission::SuperAdmin]).record;
    absent(&stage, Some(&delegate.id));
    absent(&stage, Some(&delegate.id));
    stage.ask().await;
    stage.process_company().await;
    assert_eq!(told(&stage).await, [(delegate.email.to_string(), None)]);
}

#[tokio::test]
async fn a_delegate_in_quiet_hours_is_told_when_these_end_unless_they_lost_the_right() {
    for keeps in [true, false] {
        let stage = Stage::new().await;
        let quiet_hours = QuietHours { from: "11:00".parse().unwrap(), to: "13:00".parse().unwrap() };
        let notifications =
            NotificationSettings { quiet_hours: Some(quiet_hours), ..NotificationSettings::default() };
        let delegate = stage.world.administrator_with(&stage.company, |new| {
            Administrator { notifications, ..new }.with_permissions([Permission::SuperAdmin])
        });
        absent(&stage, Some(&delegate.record.id));
        stage.ask().await;
        stage.process_company().await;
        if !keeps {
            let none = |old: &Administrator| Ok::<_, std::convert::Infallible>(old.with_permissions([]));
            stage.world.journal.update(&delegate.record.id, none).await.unwrap();
        }
        stage.world.advance(HOUR);
        stage.tick().await;
        assert_eq!(stage.told().len(), usize::from(keeps), "{keeps}");
    }
}

#[tokio::test]
async fn who_goes_away_while_messages_are_gathered_still_gets_them() {
    let stage = Stage::new().await;
    let quiet_hours = Some(QuietHours { from: "11:00".parse().unwrap(), to: "13:00".parse().unwrap() });
    let notifications = NotificationSettings { quiet_hours, ..NotificationSettings::default() };
    let with = |a| Administrator { notifications, ..a };
    let person = stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], with);
    stage.ask().await;
    stage.process_company().await;
    let gone = away(&stage, None);
    let leave = |old: &Administrator| {
        Ok::<_, std::convert::Infallible>(Administrator { notifications: gone.clone(), ..old.clone() })
    };
    stage.world.journal.update(&person.record.id, leave).await.unwrap();
    stage.world.advance(HOUR);
    stage.tick().await;
    assert_eq!(stage.told().len(), 1, "nobody was told instead");
}

#[tokio::test]
async fn who_asks_somebody_who_is_away_asks_their_delegate() {
    let stage = Stage::new().await;
    let delegate = stage.world.administrator(&stage.company, [Permission::SuperAdmin]).record;
    let one = absent(&stage, Some(&delegate.id)).record;
    let two = absent(&stage, Some(&delegate.id)).record;
    let request = stage.ask().await;
    stage.process_company().await;
    stage.told();
    stage.ask_to_decide(&request, None, [one.id, two.id]);
    stage.process_company().await;
    assert_eq!(stage.told(), [delegate.email.to_string()], "once");
}

#[tokio::test]
async fn a_digest_under_way_to_a_delegate_has_what_they_hear_in_the_place_of_somebody_too() {
    let stage = Stage::new().await;
    escalating(&stage, Some(30)).await;
    let quiet_hours = QuietHours { from: "11:00".parse().unwrap(), to: "14:00".parse().unwrap() };
    let notifications =
        NotificationSettings { quiet_hours: Some(quiet_hours), ..NotificationSettings::default() };
    // They do not hear of every request, but of one that nobody decides.
    let delegate = stage.world.administrator_with(&stage.world.root, |new| {
        Administrator { notifications, ..new }.with_permissions([Permission::SuperAdmin])
    });
    stage.process(&stage.world.root.id).await;
    stage.ask().await;
    stage.process_company().await;
    stage.world.advance(HOUR);
    stage.tick().await;
    assert_eq!(in_state(&log(&stage).await, DeliveryState::Digested), 1, "their digest has begun");
    stage.told();
    stage.world.advance(HOUR - 5 * MINUTE);
    absent(&stage, Some(&delegate.record.id));
    stage.submit(&stage.world.computer(&stage.group), stage.new_request_for(1)).await;
    stage.process_company().await;
    assert_eq!(in_state(&log(&stage).await, DeliveryState::Digested), 2);
    stage.world.advance(6 * MINUTE);
    stage.tick().await;
    let messages = stage.messages();
    assert_eq!(messages.len(), 1, "{messages:?}");
    let (to, text) = &messages[0];
    assert_eq!(*to, delegate.record.email.to_string());
    assert!(text.contains("2 requests wait for a decision"), "{text}");
    assert!(text.contains("in place of Ann Absent"), "{text}");
}
