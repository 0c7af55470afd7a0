//! The table at sizes that are quickly made.

use crate::measured;

#[test]
fn operations_cost_the_same_at_a_hundred_requests_and_at_thousands() {
    let table = measured(&[100, 1_200], 100).unwrap();
    assert_eq!(table.faults(), Vec::<String>::new(), "{table}");
}
