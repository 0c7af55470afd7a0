//! An actor limited to some permissions, as an API token is.

use countersign_model::{Action, Actor, Permission, PermissionSet, decide};
use proptest::prelude::*;

use crate::properties::{can, holdings, permissions};
use crate::tree::Place::{Child, Own};
use crate::tree::{PLACES, actor, from_role, holding};

fn sets() -> impl Strategy<Value = PermissionSet> {
    prop::collection::vec(permissions(), 0..8).prop_map(|some| some.into_iter().collect())
}

/// Everything of the set, set on every organization.
fn everywhere_with(set: PermissionSet) -> Actor {
    actor(PLACES.iter().flat_map(|place| set.iter().map(|permission| holding(permission, *place))).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_part_never_may_what_the_whole_may_not(held in holdings(), set in sets()) {
        let whole = actor(held);
        prop_assert!(can(&whole.only(set)).is_subset(&can(&whole)));
    }

    #[test]
    fn a_part_never_may_what_its_permissions_do_not_give(held in holdings(), set in sets()) {
        prop_assert!(can(&actor(held).only(set)).is_subset(&can(&everywhere_with(set))));
    }

    #[test]
    fn a_larger_part_may_no_less(held in holdings(), set in sets(), more in sets()) {
        let whole = actor(held);
        prop_assert!(can(&whole.only(set)).is_subset(&can(&whole.only(set.union(more)))));
    }

    #[test]
    fn nothing_of_somebody_may_nothing(held in holdings()) {
        let nothing = actor(held).only(PermissionSet::EMPTY);
        prop_assert!(nothing.holdings().is_empty());
        prop_assert!(can(&nothing).is_empty());
    }

    #[test]
    fn everything_of_somebody_is_the_same(held in holdings()) {
        let whole = actor(held);
        let all = whole.only(PermissionSet::ALL);
        prop_assert_eq!(all.holdings(), whole.holdings());
        prop_assert_eq!(can(&all), can(&whole));
    }

    #[test]
    fn a_part_of_a_part_is_what_both_have(held in holdings(), set in sets(), other in sets()) {
        // A form of Super Admin stands for other permissions, so only ordinary permissions can be compared this simply.
        let ordinary: PermissionSet = set.iter().filter(|permission| !permission.only_super_admin_gives()).collect();
        let both = ordinary.common(other);
        let whole = actor(held);
        prop_assert_eq!(can(&whole.only(ordinary).only(both)), can(&whole.only(both)));
    }
}

#[test]
fn full_control_gives_a_token_what_it_names_where_it_counts() {
    let may = |actor: &Actor, place: crate::tree::Place| {
        decide(actor, Action::ReportsView, &place.resource()).is_ok()
    };
    let reports: PermissionSet = Permission::ViewReports.into();
    let child_only = actor(vec![from_role(Permission::SuperAdminChild, Own)]).only(reports);
    assert!(!may(&child_only, Own), "nothing on the own organization");
    assert!(may(&child_only, Child));
    let parent_only = actor(vec![holding(Permission::SuperAdminParentOnly, Own)]).only(reports);
    assert!(may(&parent_only, Own));
    assert!(!may(&parent_only, Child), "nothing below");
    assert!(decide(&parent_only, Action::RolesView, &Own.resource()).is_err(), "and no more than is named");
}
