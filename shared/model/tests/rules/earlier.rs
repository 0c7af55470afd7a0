//! What requests have in common, and which are named.

use countersign_model::{EarlierRequests, Likeness, NewRequester, Request, RequestId};
use ulid::Ulid;

use crate::lives::request;
use crate::tree::at;

fn id(number: u64) -> RequestId {
    RequestId::from_ulid(Ulid::from_parts(number, 1))
}

fn ids(numbers: impl IntoIterator<Item = u64>) -> Vec<RequestId> {
    numbers.into_iter().map(id).collect()
}

/// Numbers in an order that is neither rising nor falling.
fn mixed(end: u64) -> impl Iterator<Item = u64> {
    (0..end).map(move |number| number * 7 % end)
}

#[test]
fn the_newest_are_named_in_whatever_order_and_however_often_they_come() {
    let (mut mixed_up, mut in_order) = (EarlierRequests::default(), EarlierRequests::default());
    for number in mixed(100).chain(mixed(100)) {
        mixed_up.add(&id(number), number % 3 == 0);
    }
    for number in 0..100 {
        in_order.add(&id(number), number % 3 == 0);
    }
    assert_eq!(mixed_up, in_order);
    assert_eq!(in_order.newest(), Some(&id(99)));
    let before = in_order.before(&id(60), 50);
    assert_eq!(
        before,
        ids((27..60).rev().filter(|number| number % 3 == 0)),
        "only those decided go back so far"
    );
    let newest = [99, 98, 97, 96, 93];
    assert_eq!(
        in_order.before(&id(100), 5),
        ids(newest),
        "the three that were decided, and the two newest others"
    );
}

#[test]
fn a_flood_of_pending_requests_does_not_push_out_how_the_like_was_decided() {
    let mut earlier = EarlierRequests::default();
    earlier.add(&id(1), true);
    (2..1_000).for_each(|number| earlier.add(&id(number), false));
    let before = earlier.before(&id(1_000), 20);
    assert_eq!((before.len(), before.first(), before.last()), (20, Some(&id(999)), Some(&id(1))));
    assert_eq!(earlier.before(&id(1), 20), [], "only those before it");
    assert!(serde_json::to_vec(&earlier).unwrap().len() < 2_000);
}

#[test]
fn a_list_without_members_is_an_empty_one() {
    assert_eq!(serde_json::from_str::<EarlierRequests>("{}").unwrap(), EarlierRequests::default());
}

#[test]
fn requests_have_a_file_a_user_and_a_computer_in_common() {
    let one = request();
    let all = [Likeness::File, Likeness::User, Likeness::Computer];
    assert_eq!(one.in_common(&one), all);
    let joined = |username: &str| {
        let new = NewRequester { username: username.to_owned(), email: None, reason: None };
        one.ask_again(new, at(1)).unwrap().request
    };
    let computer_id = countersign_model::ComputerId::from_ulid(Ulid::from_parts(9, 9));
    let elsewhere = |other: Request| Request { computer_id: computer_id.clone(), ..other };
    let name = one.requesters[0].username.to_uppercase();
    assert_eq!(one.in_common(&elsewhere(joined(&name))), [Likeness::File, Likeness::User], "in any case");
    let mut stranger = elsewhere(joined("somebody else"));
    stranger.requesters.remove(0);
    assert_eq!(one.in_common(&stranger), [Likeness::File]);
}
