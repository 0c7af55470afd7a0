//! When a provider may be called: rates, and turns given out one after the other.

use countersign_model::turns::{Rate, SOON, Turns};
use jiff::{SignedDuration, Timestamp};

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(1_780_000_000_000 + milliseconds).unwrap()
}

fn none() -> Turns {
    Turns::none("email".to_owned())
}

/// The times in milliseconds from the beginning.
fn from_start(times: &[Timestamp]) -> Vec<i64> {
    times.iter().map(|time| time.duration_since(at(0)).as_millis() as i64).collect()
}

#[test]
fn a_rate_is_a_number_of_messages_in_a_number_of_seconds() {
    assert_eq!("30/60".parse(), Ok(Rate::new(30, 60)));
    assert_eq!(" 14 / 1 ".parse(), Ok(Rate::new(14, 1)));
    for wrong in ["", "30", "0/1", "1/0", "-1/1", "1/1/1", "1.5/1", "100001/1", "1/3601", "ten/1", "30/60s"] {
        assert!(wrong.parse::<Rate>().is_err(), "{wrong}");
    }
}

#[test]
fn after_a_pause_as_many_go_at_once_as_the_rate_says_and_then_one_after_the_other() {
    let rate = Rate::new(5, 5);
    let (turns, first) = none().give(rate, 8, at(0));
    assert_eq!(from_start(&first), [0, 0, 0, 0, 0, 1000, 2000, 3000], "the sixth is worth waiting for");
    let (_, next) = turns.give(rate, 2, at(0));
    assert_eq!(from_start(&next), [4000, 5000], "these come behind those who were told before");
}

#[test]
fn whoever_asks_when_a_turn_is_free_gets_it() {
    let rate = Rate::new(1, 1);
    let (turns, first) = none().give(rate, 4, at(0));
    assert_eq!(from_start(&first), [0, 1000, 2000, 3000]);
    let (turns, come_back) = turns.give(rate, 1, at(2000));
    assert_eq!(from_start(&come_back), [2000], "as it was told");
    let (_, another) = turns.give(rate, 2, at(2000));
    assert_eq!(from_start(&another), [3000, 4000], "at once or soon, whatever others were told");
}

#[test]
fn in_no_time_more_go_than_the_rate_and_what_was_saved_up() {
    for (most, seconds) in [(1, 1), (5, 5), (14, 1), (30, 60), (3, 7)] {
        let rate = Rate::new(most, seconds);
        let (mut turns, mut gone) = (none(), Vec::new());
        // Somebody asks for three each 100 ms, for five periods.
        for step in 0..i64::from(seconds) * 50 {
            let (new, times) = turns.give(rate, 3, at(step * 100));
            turns = new;
            gone.extend(times.into_iter().filter(|time| *time <= at(step * 100) + SOON));
        }
        gone.sort();
        let (most, period) = (most as usize, SignedDuration::from_secs(seconds.into()));
        for (first, began) in gone.iter().enumerate() {
            let within = gone[first..].iter().filter(|time| time.duration_since(*began) < period).count();
            assert!(within <= 2 * most, "{most}/{seconds}: {within}");
        }
        assert!(gone.len() >= 5 * most, "{most}/{seconds}: it is used up, {}", gone.len());
    }
}

#[test]
fn nobody_stays_away_for_longer_than_two_minutes() {
    let rate = Rate::new(1, 1);
    let (_, times) = none().give(rate, 500, at(0));
    let latest = times.iter().max().unwrap();
    assert_eq!(latest.duration_since(at(0)), SignedDuration::from_mins(2));
    let at_60 = times.iter().filter(|time| **time == at(60_000)).count();
    assert!((4..=5).contains(&at_60), "the further ones are spread over the same time: {at_60}");
}

#[test]
fn a_clock_that_was_set_back_stops_nothing() {
    let rate = Rate::new(2, 1);
    let (turns, _) = none().give(rate, 9, at(3_600_000));
    let (turns, times) = turns.give(rate, 3, at(0));
    assert_eq!(from_start(&times), [0, 500, 1000]);
    let (_, times) = turns.give(rate, 1, at(0) - SignedDuration::from_mins(4));
    assert_eq!(from_start(&times)[0], 1500, "clocks of hosts differ by this much: the later one counts");
}
