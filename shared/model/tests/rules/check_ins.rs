//! The check-ins of a computer: at most one a minute, in a ring of blocks.

use countersign_model::computer::check_ins::{
    BLOCK, BLOCKS, CheckInBlock, CheckInEntry, CheckIns, is_agent_version,
};
use jiff::{SignedDuration, Timestamp};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_000_040 + seconds).unwrap()
}

fn entry(seconds: i64) -> CheckInEntry {
    CheckInEntry { at: at(seconds), address: None, agent_version: None, policy_version: None }
}

/// After so many check-ins, one a minute, with the blocks that a store would have.
fn after(many: i64) -> (CheckIns, Vec<Option<CheckInBlock>>) {
    let (mut all, mut places) = (CheckIns::default(), vec![None; BLOCKS as usize]);
    for minute in 0..many {
        let (next, full) = all.with(entry(minute * 60));
        if let Some(full) = full {
            let place = CheckInBlock::place(full.number) as usize;
            places[place] = Some(full);
        }
        all = next;
    }
    (all, places)
}

/// All pages of this size, newest first, as seconds.
fn walk(all: &CheckIns, places: &[Option<CheckInBlock>], limit: usize) -> Vec<Vec<i64>> {
    let (mut pages, mut below) = (Vec::new(), all.count());
    loop {
        let numbers = all.blocks_below(below, limit);
        assert!(numbers.len() <= limit / BLOCK + 2, "few reads");
        let found = numbers.iter().filter_map(|number| {
            places[CheckInBlock::place(*number) as usize].clone().filter(|block| block.number == *number)
        });
        let (page, next) = all.page(found.collect(), below, limit);
        pages.push(page.iter().map(|entry| entry.at.as_second() - at(0).as_second()).collect());
        match next {
            Some(next) => below = next,
            None => return pages,
        }
    }
}

#[test]
fn a_check_in_is_noted_at_most_once_a_minute_whatever_the_clocks_say() {
    let (noted, _) = CheckIns::default().with(entry(0));
    let cases = [
        (0, false, "the same moment"),
        (39, false, "the same minute"),
        (40, true, "the next minute"),
        (-1, false, "by a clock that is behind"),
        (-299, false, "by a clock that is five minutes behind"),
        (-301, true, "after the clock was set back"),
    ];
    assert!(CheckIns::default().is_due(at(0)), "the first");
    assert_eq!(at(20).as_second() % 60, 40, "the cases count from the second 20 of a minute");
    for (seconds, due, why) in cases {
        assert_eq!(noted.is_due(at(seconds)), due, "{why}");
    }
}

#[test]
fn the_newest_check_ins_are_kept_and_each_is_on_one_page() {
    for many in [0, 1, 24, 25, 26, 50, 51, 499, 500, 501, 525, 526, 1_312] {
        let (all, places) = after(many);
        assert_eq!(all.count(), many as u64);
        for limit in [1, 7, 25, 50, 200] {
            let pages = walk(&all, &places, limit);
            let found: Vec<i64> = pages.concat();
            let expected: Vec<i64> =
                (0..many).rev().map(|minute| minute * 60).take(found.len().max(500)).collect();
            assert_eq!(found, expected, "{many} by {limit}");
            assert!(found.len() <= BLOCK * (BLOCKS as usize + 1), "it is bounded");
        }
    }
}

#[test]
fn a_block_that_is_lost_hides_only_its_own_check_ins() {
    let (all, mut places) = after(130);
    places[2] = None;
    let found = walk(&all, &places, 10).concat();
    let expected: Vec<i64> =
        (0..130).rev().filter(|minute| !(50..75).contains(minute)).map(|minute| minute * 60).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_version_that_the_agent_told_last_stays_known() {
    let told = |version: Option<&str>| CheckInEntry { agent_version: version.map(str::to_owned), ..entry(0) };
    let enrolled = CheckIns::none(Some("1.0".to_owned()));
    assert_eq!((enrolled.agent_version(), enrolled.last()), (Some("1.0"), None));
    let (silent, _) = enrolled.with(told(None));
    assert_eq!(silent.agent_version(), Some("1.0"));
    assert_eq!(silent.with(told(Some("1.1"))).0.agent_version(), Some("1.1"));
}

#[test]
fn the_version_of_an_agent_is_short_and_plain() {
    for good in ["1", "1.4.0-rc.1+build_7~x", &"v".repeat(64)] {
        assert!(is_agent_version(good), "{good}");
    }
    for bad in ["", "1 2", "1/2", "ä", "1\n", &"v".repeat(65)] {
        assert!(!is_agent_version(bad), "{bad}");
    }
}

#[test]
fn a_block_at_its_bound_is_small() {
    let longest = CheckInEntry {
        at: Timestamp::MAX.saturating_sub(SignedDuration::from_hours(1)).unwrap(),
        address: Some("2001:db8:ffff:ffff:ffff:ffff:255.255.255.255".to_owned()),
        agent_version: Some("v".repeat(64)),
        policy_version: Some(u64::MAX),
    };
    let all = (0..BLOCK).fold(CheckIns::default(), |all, _| all.with(longest.clone()).0);
    let bytes = serde_json::to_vec(&all).unwrap();
    assert!(bytes.len() < 6_000, "{}", bytes.len());
    assert_eq!(serde_json::from_slice::<CheckIns>(&bytes).unwrap().count(), BLOCK as u64);
}
