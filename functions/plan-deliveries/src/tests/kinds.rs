//! Administrators hear of each kind of event by the channels that they chose for it.
use std::time::Duration;

use countersign_model::{
    Administrator, Channel, ChannelsByKind, DecisionScope, NotificationSettings, Outcome, Permission,
};

use super::Stage;

const PHONE: &str = "+15550123";

fn chose(channels_by_kind: ChannelsByKind) -> impl FnOnce(Administrator) -> Administrator {
    let notifications = NotificationSettings { channels_by_kind, ..NotificationSettings::default() };
    move |a| Administrator {
        notifications,
        notify_on_handled: None,
        phone: Some(PHONE.parse().unwrap()),
        channels: vec![Channel::Email],
        ..a
    }
}

#[tokio::test]
async fn a_new_request_and_its_decision_go_by_the_channels_of_their_kinds() {
    let (sms, email) = (Some(vec![Channel::Sms]), Some(vec![Channel::Email]));
    let none = Some(Vec::new());
    // The channels of new requests and of what was handled; whether the phone and the mailbox hear of each.
    let cases = [
        (None, None, [false, true], [false, true], "the usual channels"),
        (sms.clone(), None, [true, false], [false, true], "another channel for new requests"),
        (sms.clone(), email.clone(), [true, false], [false, true], "another for each"),
        (email.clone(), sms, [false, true], [true, false], "the reverse"),
        (email, none.clone(), [false, true], [false, false], "nothing of decisions"),
        (none, None, [false, false], [false, false], "who was not told does not hear of the decision"),
    ];
    for (new_request, handled, asked, decided, why) in cases {
        let stage = Stage::new().await;
        let chosen = ChannelsByKind { new_request, handled, ..ChannelsByKind::default() };
        stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], chose(chosen));
        let request = stage.ask().await;
        let heard = || {
            let told = stage.told();
            [told.iter().any(|to| to == PHONE), told.iter().any(|to| to != PHONE)]
        };
        stage.process_company().await;
        assert_eq!(heard(), asked, "{why}");
        stage.world.advance(Duration::from_secs(1));
        stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
        stage.process_company().await;
        assert_eq!(heard(), decided, "{why}");
    }
}

#[tokio::test]
async fn who_joins_is_told_of_by_the_channel_of_that_kind() {
    let stage = Stage::new().await;
    let chosen = ChannelsByKind { joined: Some(vec![Channel::Sms]), ..ChannelsByKind::default() };
    stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], chose(chosen));
    let request = stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1);
    stage.world.advance(Duration::from_secs(60));
    stage.join(&request, "carol", None).await;
    stage.ask().await;
    stage.process_company().await;
    stage.told();
    stage.world.advance(Duration::from_secs(16 * 60));
    stage.tick().await;
    assert_eq!(stage.told(), [PHONE], "of the user and of the other computer, in one message");
}
