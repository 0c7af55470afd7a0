//! The breaker of a provider.

use countersign_model::provider_health::Sign;
use countersign_model::{Channel, ProviderHealth, ProviderPlace};
use jiff::{SignedDuration, Timestamp};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).unwrap()
}

fn fresh() -> ProviderHealth {
    ProviderHealth::new(ProviderPlace::Email, "postmark")
}

#[test]
fn three_failures_in_a_row_open_the_breaker_and_each_further_one_for_longer_up_to_five_minutes() {
    let mut health = fresh().failed("503", at(0)).failed("503", at(1));
    assert_eq!(health.open_until(at(1)), None);
    let (mut now, mut pauses) = (at(2), Vec::new());
    for _ in 0..7 {
        health = health.failed("503", now);
        let until = health.open_until(now).unwrap();
        pauses.push(until.duration_since(now).as_secs());
        assert_eq!(health.open_until(until), None, "then it is called again");
        now = until;
    }
    assert_eq!(pauses, [30, 60, 120, 240, 300, 300, 300]);
}

#[test]
fn failures_of_calls_that_were_under_way_open_it_no_longer() {
    let open = fresh().failed("503", at(0)).failed("503", at(0)).failed("503", at(0));
    assert_eq!(open.failed("503", at(9)), open);
}

#[test]
fn one_success_closes_it() {
    let well = fresh().failed("503", at(0)).failed("503", at(0)).failed("503", at(0)).succeeded(at(31));
    assert_eq!((well.failures, well.open_until, well.last_success_at), (0, None, Some(at(31))));
    assert_eq!(well.last_failure_at, Some(at(0)), "it shows");
}

#[test]
fn a_success_is_written_down_when_it_says_something() {
    let well = fresh().succeeded(at(0));
    assert!(fresh().notes_success(at(0)) && !well.notes_success(at(599)) && well.notes_success(at(600)));
    assert!(well.failed("503", at(1)).notes_success(at(2)));
}

#[test]
fn a_clock_set_back_does_not_keep_it_open() {
    let open = fresh().failed("503", at(0)).failed("503", at(0)).failed("503", at(0));
    assert_eq!(open.open_until(at(0) - SignedDuration::from_hours(1)), None);
}

#[test]
fn a_refusal_because_of_the_account_shows_and_leaves_the_breaker_closed() {
    let mut health = fresh().succeeded(at(0));
    for second in 1..9 {
        health = health.refused("401: bad token", at(second));
    }
    assert_eq!((health.failures, health.open_until), (0, None));
    assert_eq!(
        (health.last_failure.as_deref(), health.last_failure_at),
        (Some("401: bad token"), Some(at(1)))
    );
    assert!(health.notes_success(at(9)), "it says that the account is in order again");
    let again = health.refused("401: bad token", at(700));
    assert_eq!(again.last_failure_at, Some(at(700)), "the same is written down again after a while");
}

#[test]
fn what_an_answer_says_is_noted_and_of_several_at_once_a_success_counts_most() {
    let well = fresh().after(Sign::Works, "201", at(0));
    assert_eq!(well, fresh().succeeded(at(0)));
    assert_eq!(well.after(Sign::Works, "201", at(1)), well, "it is not worth a write");
    assert_eq!(well.after(Sign::Nothing, "429", at(1)), well);
    assert_eq!(well.after(Sign::Fails, "503", at(1)), well.failed("503", at(1)));
    assert_eq!(well.after(Sign::RefusesAccount, "403", at(1)), well.refused("403", at(1)));
    let signs = [Sign::Works, Sign::Fails, Sign::Nothing, Sign::RefusesAccount];
    assert_eq!(signs.iter().max(), Some(&Sign::Works));
}

#[test]
fn a_push_service_is_known_by_its_host() {
    let cases = [
        ("fcm.googleapis.com", Some(ProviderPlace::PushGoogle)),
        ("updates.push.services.mozilla.com", Some(ProviderPlace::PushMozilla)),
        ("web.push.apple.com", Some(ProviderPlace::PushApple)),
        ("wns2-par02p.notify.windows.com", Some(ProviderPlace::PushMicrosoft)),
        ("x.fcm.googleapis.com", None),
        ("push.apple.com", None),
        ("evilpush.apple.com", None),
        ("web.push.apple.com.evil.example", None),
        ("", None),
    ];
    for (host, place) in cases {
        assert_eq!(ProviderPlace::of_push_host(host), place, "{host}");
    }
    for place in ProviderPlace::ALL {
        let is_push = !ProviderPlace::CONFIGURED.contains(place);
        assert_eq!(
            (place.push_service().is_some(), place.channel() == Channel::Push),
            (is_push, is_push),
            "{place}"
        );
    }
}
