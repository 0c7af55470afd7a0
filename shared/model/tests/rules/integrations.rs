//! How an integration is doing, and its breaker.

use countersign_model::{Integration, IntegrationId, IntegrationKind, OrganizationId};
use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).unwrap()
}

fn fresh() -> Integration {
    Integration {
        id: IntegrationId::from_ulid(Ulid::nil()),
        organization_id: OrganizationId::from_ulid(Ulid::nil()),
        name: "soc".to_owned(),
        kind: IntegrationKind::Webhook,
        sealed: String::new(),
        created_at: at(0),
        last_success_at: None,
        last_failure_at: None,
        last_failure: None,
        failures: 0,
        open_until: None,
        deleted: false,
    }
}

fn down(integration: &Integration, now: Timestamp) -> Integration {
    integration.failed("502", true, now).unwrap_or_else(|| integration.clone())
}

#[test]
fn three_failures_in_a_row_open_the_breaker_until_a_message_is_accepted() {
    let twice = down(&down(&fresh(), at(0)), at(1));
    assert_eq!(twice.open_until(at(1)), None);
    let open = down(&twice, at(2));
    assert_eq!(open.open_until(at(2)), Some(at(32)));
    assert_eq!(down(&open, at(3)), open, "a call that was under way");
    let again = down(&open, at(32));
    assert_eq!(again.open_until(at(32)), Some(at(92)), "for longer");
    let well = again.succeeded(at(92)).unwrap();
    assert_eq!((well.failures, well.open_until(at(92)), well.last_success_at), (0, None, Some(at(92))));
}

#[test]
fn what_is_refused_is_noted_and_opens_nothing() {
    let mut refused = fresh();
    for second in 0..5 {
        refused = refused.failed("404", false, at(second)).unwrap_or(refused);
    }
    assert_eq!((refused.failures, refused.open_until(at(5))), (0, None));
    assert_eq!((refused.last_failure_at, refused.last_failure.as_deref()), (Some(at(0)), Some("404")));
    assert!(refused.failed("410", false, at(6)).is_some(), "another answer is news");
}

#[test]
fn what_is_known_is_not_written_again_and_again() {
    let well = fresh().succeeded(at(0)).unwrap();
    assert_eq!(well.succeeded(at(1)), None);
    assert!(well.succeeded(at(0) + SignedDuration::from_mins(10)).is_some());
    assert!(down(&well, at(1)).succeeded(at(1)).is_some(), "it ends a failure");
}
