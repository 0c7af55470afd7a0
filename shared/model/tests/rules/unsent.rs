//! Which messages are sent once more when their channel works again, and when.

use countersign_model::unsent::{REMEMBERED_FOR, spread};
use countersign_model::{
    AdministratorId, Attempt, AttemptId, Channel, Delivery, DeliveryState, EventId, NewDelivery, Notice,
    NotificationId, OrganizationId, RequestId, Unsent, UnsentId,
};
use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_780_315_200 + seconds).unwrap()
}

fn id(number: u64) -> NotificationId {
    NotificationId::from_ulid(Ulid::from_parts(number, 1))
}

fn delivery(number: u64, notice: Notice) -> Delivery {
    let new = NewDelivery {
        id: id(number),
        organization_id: OrganizationId::from_ulid(Ulid::nil()),
        event_id: EventId::from_ulid(Ulid::nil()),
        channel: Channel::Sms,
        address: "+15550100".to_owned(),
        recipient_organization_id: None,
        recipient: None,
        notice,
    };
    Delivery::new(new, at(0))
}

fn submitted() -> Notice {
    Notice::RequestSubmitted { request_id: RequestId::from_ulid(Ulid::nil()) }
}

fn refused(delivery: &Delivery, account: bool, now: Timestamp) -> Delivery {
    let attempt = AttemptId::from_ulid(Ulid::nil());
    let refused = Attempt::Refused { answer: "401".to_owned(), account };
    delivery.claim(attempt.clone(), now).unwrap().after_attempt(&attempt, refused, now, 0)
}

#[test]
fn what_the_account_failed_is_sent_once_more_and_no_further() {
    let new = delivery(1, submitted());
    assert!(!new.waits_for_repair(at(0)), "it was not tried");
    assert!(!refused(&new, false, at(1)).waits_for_repair(at(1)), "the recipient's fault");
    let failed = refused(&new, true, at(1));
    assert!(failed.waits_for_repair(at(1)));
    assert!(failed.waits_for_repair(at(1) + REMEMBERED_FOR));
    assert!(!failed.waits_for_repair(at(2) + REMEMBERED_FOR), "nobody wants to know any more");
    let again = failed.sent_after_repair(at(5), at(65));
    assert_eq!((again.state, again.due_at(), again.resends), (DeliveryState::Pending, Some(at(65)), 1));
    assert!(!refused(&again, true, at(65)).waits_for_repair(at(65)), "once");
}

#[test]
fn a_password_reset_waits_for_an_hour() {
    let administrator_id = AdministratorId::from_ulid(Ulid::nil());
    let failed = refused(&delivery(1, Notice::PasswordReset { administrator_id }), true, at(0));
    assert!(failed.waits_for_repair(at(3_599)) && !failed.waits_for_repair(at(3_600)));
}

#[test]
fn the_newest_are_remembered_for_seven_days() {
    let of = UnsentId {
        organization_id: OrganizationId::from_ulid(Ulid::nil()),
        channel: Channel::Email,
        integration: None,
    };
    let ids: Vec<_> = (0..600).map(id).collect();
    let all = Unsent::none(of).with(&ids, at(0));
    assert_eq!(all.deliveries().next(), Some((&id(100), at(0))));
    assert_eq!(all.deliveries().count(), 500);
    assert_eq!(all.with(&ids, at(9)), all, "the same again");
    let without = all.without(&[id(100).as_str()]);
    assert_eq!(without.deliveries().count(), 499);
    assert!(serde_json::to_vec(&all).unwrap().len() < 40_000, "it fits into a record");
    let later = all.with(&[id(700)], at(1) + REMEMBERED_FOR);
    assert_eq!(later.deliveries().map(|(id, _)| id.clone()).collect::<Vec<_>>(), [id(700)]);
}

#[test]
fn nobody_gets_all_of_them_at_once() {
    let all: Vec<_> = (0..25).map(|number| delivery(number, submitted())).collect();
    let pauses: Vec<_> = spread(&all, at(0)).map(|(_, due)| due.duration_since(at(0))).collect();
    assert!(pauses[..10].iter().all(SignedDuration::is_zero));
    assert!(pauses[10..20].iter().all(|pause| *pause == SignedDuration::from_mins(10)));
    assert!(pauses[20..].iter().all(|pause| *pause == SignedDuration::from_mins(20)));
}
