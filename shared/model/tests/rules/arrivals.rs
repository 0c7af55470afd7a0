//! What providers report of single messages.

use countersign_model::Arrival::{self, Bounced, Delivered, Read};
use countersign_model::{
    ArrivalReport, Attempt, AttemptId, Channel, Delivery, DeliveryState, EventId, MessageKey, NewDelivery,
    Notice, NotificationId, Unchanged,
};
use ulid::Ulid;

use crate::tree::Place::Own;
use crate::tree::at;

fn attempt() -> AttemptId {
    AttemptId::from_ulid(Ulid::nil())
}

/// A message that a provider was handed.
fn sent() -> Delivery {
    let new = NewDelivery {
        id: NotificationId::from_ulid(Ulid::nil()),
        organization_id: Own.id(),
        event_id: EventId::from_ulid(Ulid::nil()),
        channel: Channel::Email,
        address: "Ann@company.example".to_owned(),
        recipient_organization_id: None,
        recipient: None,
        notice: Notice::Digest,
    };
    let claimed = Delivery::new(new, at(0)).claim(attempt(), at(0)).unwrap();
    claimed.after_attempt(&attempt(), Attempt::Accepted { answer: "200".to_owned() }, at(1), 0)
}

fn report(arrival: Arrival, second: i64) -> ArrivalReport {
    let address = "ann@company.example".to_owned();
    let message = sent().message_key();
    ArrivalReport { message, channel: Channel::Email, address, arrival, at: at(second) }
}

#[test]
fn a_message_is_delivered_once() {
    let delivered = sent().reported(&report(Delivered, 5), at(6)).unwrap();
    assert_eq!((delivered.delivered_at, delivered.bounced_at), (Some(at(5)), None));
    assert_eq!((delivered.state, delivered.updated_at), (DeliveryState::Sent, at(6)));
    assert_eq!(delivered.reported(&report(Delivered, 7), at(8)), Err(Unchanged));
}

#[test]
fn a_message_is_read_once_in_whichever_order_the_reports_come() {
    let read = sent().reported(&report(Read, 5), at(6)).unwrap();
    assert_eq!((read.read_at, read.delivered_at, read.bounced_at), (Some(at(5)), None, None));
    assert_eq!((read.state, read.updated_at), (DeliveryState::Sent, at(6)));
    assert_eq!(read.reported(&report(Read, 7), at(8)), Err(Unchanged));
    let late = read.reported(&report(Delivered, 4), at(8)).unwrap();
    let delivered = sent().reported(&report(Delivered, 4), at(6)).unwrap();
    let in_order = delivered.reported(&report(Read, 5), at(8)).unwrap();
    assert_eq!(late, in_order);
    assert_eq!((late.delivered_at, late.read_at), (Some(at(4)), Some(at(5))));
}

#[test]
fn a_bounce_wins_whenever_it_is_reported() {
    let delivered = sent().reported(&report(Delivered, 5), at(6)).unwrap();
    let read = sent().reported(&report(Read, 5), at(6)).unwrap();
    for before in [sent(), delivered, read] {
        let bounced = before.reported(&report(Bounced, 4), at(7)).unwrap();
        assert_eq!((bounced.delivered_at, bounced.read_at, bounced.bounced_at), (None, None, Some(at(4))));
        assert_eq!(bounced.reported(&report(Delivered, 9), at(9)), Err(Unchanged));
        assert_eq!(bounced.reported(&report(Read, 9), at(9)), Err(Unchanged));
        assert_eq!(bounced.reported(&report(Bounced, 9), at(9)), Err(Unchanged));
    }
}

#[test]
fn a_report_before_the_attempt_is_written_down_is_kept() {
    let resent = sent().resent(at(2)).claim(attempt(), at(2)).unwrap();
    let message = resent.message_key();
    let early = resent.reported(&ArrivalReport { message, ..report(Delivered, 3) }, at(3)).unwrap();
    assert!(early.is_sent_by(&attempt()), "the claim stands");
    let after = early.after_attempt(&attempt(), Attempt::Accepted { answer: "200".to_owned() }, at(4), 0);
    assert_eq!((after.state, after.delivered_at), (DeliveryState::Sent, Some(at(3))));
}

#[test]
fn a_report_about_something_else_changes_nothing() {
    let other = MessageKey { id: NotificationId::from_ulid(Ulid::from_parts(7, 0)), resends: 0 };
    let address = "bob@company.example".to_owned();
    let cases = [
        ArrivalReport { message: other, ..report(Delivered, 5) },
        ArrivalReport { channel: Channel::Sms, ..report(Delivered, 5) },
        ArrivalReport { address, ..report(Bounced, 5) },
    ];
    for report in cases {
        assert_eq!(sent().reported(&report, at(6)), Err(Unchanged), "{report:?}");
    }
}

#[test]
fn sending_again_begins_anew() {
    for arrival in [Delivered, Read, Bounced] {
        let again = sent().reported(&report(arrival, 5), at(6)).unwrap().resent(at(7));
        assert_eq!((again.delivered_at, again.read_at, again.bounced_at), (None, None, None));
        assert_eq!(again.reported(&report(Delivered, 8), at(8)), Err(Unchanged), "of the earlier sending");
        let message = again.message_key();
        assert!(again.reported(&ArrivalReport { message, ..report(Delivered, 8) }, at(8)).is_ok());
    }
}

#[test]
fn a_key_is_read_as_it_is_written() {
    let key = MessageKey { id: NotificationId::from_ulid(Ulid::from_parts(7, 7)), resends: 12 };
    assert_eq!(key.to_string().parse(), Ok(key));
    for other in ["", "-", "ntf_00000000010000000000000001", "ntf_1-0", "test-00000000010000000000000001"] {
        assert!(other.parse::<MessageKey>().is_err(), "{other}");
    }
}

#[test]
fn a_delivery_of_an_earlier_version_has_no_report() {
    let json = serde_json::to_value(sent()).unwrap();
    let reported = ["delivered_at", "read_at", "bounced_at"].map(|name| json.get(name));
    assert_eq!(reported, [None; 3], "as before");
    let read: Delivery = serde_json::from_value(json).unwrap();
    assert_eq!(read, sent());
}
