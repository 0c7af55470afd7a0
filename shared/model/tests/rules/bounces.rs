//! Addresses to which messages do not arrive.

use countersign_model::{Bounce, BounceReport, Channel, Unchanged};

use crate::tree::at;

fn report(second: i64) -> BounceReport {
    BounceReport {
        channel: Channel::Email,
        address: "Ann@Company.example".to_owned(),
        reason: "550 no such\r\nuser ".to_owned(),
        at: at(second),
    }
}

#[test]
fn a_bounce_counts_until_it_is_put_right_and_again_when_it_happens_again() {
    let bounce = Bounce::of(&report(5));
    assert_eq!((bounce.address.as_str(), bounce.reason.as_str()), ("ann@company.example", "550 no suchuser"));
    assert!(bounce.is_in_force());
    let cleared = bounce.cleared(at(9)).unwrap();
    assert!(!cleared.is_in_force());
    assert_eq!(cleared.cleared(at(10)), Err(Unchanged));
    assert_eq!(cleared.again(&report(9)), Err(Unchanged), "what happened before no longer counts");
    assert!(cleared.again(&report(10)).unwrap().is_in_force());
}

#[test]
fn a_repeated_report_changes_nothing() {
    let bounce = Bounce::of(&report(5));
    assert_eq!(bounce.again(&report(5)), Err(Unchanged));
    assert_eq!(bounce.again(&report(4)), Err(Unchanged));
    assert_eq!(bounce.again(&report(6)).unwrap().at, at(6));
}

#[test]
fn a_provider_whose_clock_is_ahead_does_not_keep_an_address_from_being_put_right() {
    let cleared = Bounce::of(&report(600)).cleared(at(9)).unwrap();
    assert!(!cleared.is_in_force());
    assert_eq!(cleared.again(&report(600)), Err(Unchanged));
}

#[test]
fn a_long_reason_is_cut() {
    let long = BounceReport { reason: "é".repeat(9_999), ..report(5) };
    assert_eq!(Bounce::of(&long).reason.chars().count(), Bounce::REASON_MAX);
}
