//! Who wants to hear of a request only if nobody else is on hears of it only then.
use countersign_model::{Administrator, Away, NotificationSettings, Permission, QuietHours};
use jiff::SignedDuration;

use super::Stage;

fn with(notifications: NotificationSettings) -> impl FnOnce(Administrator) -> Administrator {
    move |a| Administrator { notifications, ..a }
}

fn last() -> NotificationSettings {
    NotificationSettings { only_when_nobody_else: true, ..NotificationSettings::default() }
}

#[tokio::test]
async fn the_last_one_is_told_only_while_nobody_else_is_on() {
    let stage = Stage::new().await;
    let quiet_hours = Some(QuietHours { from: "11:00".parse().unwrap(), to: "13:00".parse().unwrap() });
    let quiet = NotificationSettings { quiet_hours, ..NotificationSettings::default() };
    let (from, until) = (stage.world.now(), stage.world.now() + SignedDuration::from_hours(1));
    let away = Away { from, until, delegate_id: None };
    let absent = NotificationSettings { away: Some(away), ..NotificationSettings::default() };
    let on = NotificationSettings::default();
    let cases: [(Option<NotificationSettings>, &[Permission], bool, &str); 6] = [
        (None, &[], true, "there is nobody else"),
        (Some(on.clone()), &[Permission::SuperAdmin], false, "somebody else is on"),
        (Some(quiet), &[Permission::SuperAdmin], true, "in quiet hours"),
        (Some(absent), &[Permission::SuperAdmin], true, "away"),
        (Some(last()), &[Permission::SuperAdmin], true, "both leave it to others"),
        (Some(on), &[], true, "may not open it"),
    ];
    for (other, permissions, is_told, why) in cases {
        let stage = Stage::new().await;
        let person = stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], with(last()));
        if let Some(other) = other {
            stage.subscriber_with(&stage.company, permissions, with(other));
        }
        stage.ask().await;
        stage.process_company().await;
        assert_eq!(stage.told().contains(&person.record.email.to_string()), is_told, "{why}");
    }
}

#[tokio::test]
async fn an_address_on_a_list_is_nobody_who_is_on() {
    let stage = Stage::new().await;
    let person = stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], with(last()));
    let policy = stage.policy(true, &["desk@example.com"]).await;
    let device = stage.world.computer(&stage.group);
    let new = countersign_model::NewRequest { policy_id: Some(policy), ..stage.new_request() };
    stage.submit(&device, new).await;
    stage.process_company().await;
    let mut expected = [person.record.email.to_string(), "desk@example.com".to_owned()];
    expected.sort();
    assert_eq!(stage.told(), expected);
}
