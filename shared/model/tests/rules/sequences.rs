//! Many changes in a row, by several administrators: nobody's rights grow by their own changes, and an administrator
//! without rights at an organization changes nothing there.

use std::collections::BTreeSet;

use countersign_model::{Action, Actor, Holding, Source, decide, may_change};
use proptest::prelude::*;

use crate::properties::{Question, can, holdings, permissions};
use crate::tree::Place::{Child, Own, Sibling};
use crate::tree::{PLACES, Place, everywhere, from_role, holding, who};

/// The organizations of the administrators in these cases.
const HOMES: [Place; 4] = [Own, Own, Child, Sibling];

/// One call: somebody changes what somebody holds.
#[derive(Debug, Clone)]
struct Call {
    by: usize,
    to: usize,
    change: Change,
}

#[derive(Debug, Clone)]
enum Change {
    Give(Holding),
    Take(prop::sample::Index),
}

/// An individual permission where the person belongs, or one from a role assigned anywhere.
fn calls(by: impl Strategy<Value = usize>) -> impl Strategy<Value = Call> {
    let place = prop::sample::select(&PLACES[..]);
    let what = (permissions(), place, any::<bool>(), any::<bool>(), any::<prop::sample::Index>());
    (by, 0..HOMES.len(), what).prop_map(|(by, to, (permission, place, role, take, which))| {
        let given = if role { from_role(permission, place) } else { holding(permission, HOMES[to]) };
        Call { by, to, change: if take { Change::Take(which) } else { Change::Give(given) } }
    })
}

fn people(held: Vec<Vec<Holding>>) -> Vec<Actor> {
    let person = |(number, held): (usize, Vec<Holding>)| person(number, held);
    held.into_iter().enumerate().map(person).collect()
}

fn person(number: usize, held: Vec<Holding>) -> Actor {
    Actor::new(who(number as u128 + 1), HOMES[number].id(), held)
}

/// Makes the call; returns whether it was allowed. As in the operations, roles are assigned and removed only where the
/// caller may assign them; others stay.
fn make(people: &mut [Actor], call: &Call) -> bool {
    let (by, target) = (&people[call.by], &people[call.to]);
    let mut held = target.holdings().to_vec();
    let changed = match &call.change {
        Change::Give(given) => {
            held.push(given.clone());
            given.clone()
        }
        Change::Take(_) if held.is_empty() => return false,
        Change::Take(which) => held.remove(which.index(held.len())),
    };
    let place = PLACES.iter().find(|place| place.id() == *changed.scope.organization()).unwrap().resource();
    let action = match changed.source {
        Source::Individual => Action::AdministratorsChangePermissions,
        Source::Role { .. } => Action::AdministratorsAssignRoles,
    };
    if matches!(changed.source, Source::Role { .. }) && decide(by, action, &place).is_err() {
        return false;
    }
    let after = person(call.to, held);
    let done = may_change(by, action, &HOMES[call.to].resource(), target, &after, &everywhere()).is_ok();
    if done {
        people[call.to] = after;
    }
    done
}

fn anybody_can(people: &[Actor]) -> BTreeSet<(Place, Question)> {
    people.iter().flat_map(can).collect()
}

/// Four times what somebody holds, with individual permissions only where each belongs.
fn all_held() -> impl Strategy<Value = Vec<Vec<Holding>>> {
    let at_home = |number: usize| {
        holdings().prop_map(move |held| {
            let settled = held.into_iter().map(|held| match held.source {
                Source::Individual => holding(held.permission, HOMES[number]),
                Source::Role { .. } => held,
            });
            settled.collect::<Vec<_>>()
        })
    };
    (0..HOMES.len()).map(at_home).collect::<Vec<_>>()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_can_in_the_end_what_nobody_could_in_the_beginning(
        held in all_held(), calls in prop::collection::vec(calls(0..HOMES.len()), 1..16),
    ) {
        let mut people = people(held);
        let before = anybody_can(&people);
        for call in &calls {
            make(&mut people, call);
        }
        let after = anybody_can(&people);
        prop_assert!(after.is_subset(&before), "{:?}", after.difference(&before).next());
    }

    #[test]
    fn nobodys_rights_grow_by_their_own_doing(
        held in all_held(), calls in prop::collection::vec(calls(0_usize..1), 1..16),
    ) {
        let mut people = people(held);
        let before = can(&people[0]);
        for call in &calls {
            make(&mut people, call);
        }
        let after = can(&people[0]);
        prop_assert!(after.is_subset(&before), "{:?}", after.difference(&before).next());
    }

    /// Rights that all stand at one organization, and everything that is not it or below it. (With Super Admin - Parent Only
    /// somebody may take from people of that organization what counted below it, too: taking is decided where they belong.)
    #[test]
    fn whoever_has_no_rights_in_a_branch_changes_nothing_there(
        held in all_held(), top in prop::sample::select(vec![Own, Child, Sibling]),
        calls in prop::collection::vec(calls(0_usize..1), 1..16),
    ) {
        let inside = |place: Place| place == top || place.is_below(top);
        let mut held = held;
        held[0].iter_mut().for_each(|held| *held = from_role(held.permission, top));
        let mut people = people(held);
        let outside = |people: &[Actor]| -> Vec<Vec<(Place, Question)>> {
            people.iter().map(|one| can(one).into_iter().filter(|(place, _)| !inside(*place)).collect()).collect()
        };
        let before = outside(&people);
        for call in &calls {
            make(&mut people, call);
        }
        prop_assert_eq!(outside(&people), before);
    }
}

#[test]
fn some_calls_of_such_sequences_do_succeed() {
    use countersign_model::Permission::{AssignRoles, ChangePermission, EditBilling, ViewAdministrators};
    let rights = [ViewAdministrators, ChangePermission, AssignRoles, EditBilling].map(|p| holding(p, Own));
    let mut people = people(vec![rights.to_vec(), Vec::new(), Vec::new(), Vec::new()]);
    let mut give = |to, given| make(&mut people, &Call { by: 0, to, change: Change::Give(given) });
    assert!(give(1, holding(EditBilling, Own)), "what one holds, where one holds it");
    assert!(give(2, from_role(EditBilling, Child)));
    assert!(!give(3, holding(EditBilling, Sibling)));
    assert!(!give(0, from_role(EditBilling, Child)), "nothing to oneself");
}
