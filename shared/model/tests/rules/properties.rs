//! Properties that hold for all holdings.

use std::collections::BTreeSet;

use countersign_model::{
    Action, Actor, DecisionScope, Holding, Permission, RequestKind, Resource, check, decide, may_change,
    questions,
};
use proptest::prelude::*;

use crate::tree::Place::{Own, Parent};
use crate::tree::{PLACES, Place, actor, everywhere, from_role, holding, other};

/// An action, the kind of request and the scope of the decision.
pub type Question = (Action, Option<RequestKind>, Option<DecisionScope>);

pub fn permissions() -> impl Strategy<Value = Permission> {
    prop::sample::select(Permission::ALL)
}

pub fn holdings() -> impl Strategy<Value = Vec<Holding>> {
    let places = prop::sample::select(&PLACES[..]);
    let one = (permissions(), places, any::<bool>()).prop_map(|(permission, place, role)| {
        if role { from_role(permission, place) } else { holding(permission, place) }
    });
    prop::collection::vec(one, 0..6)
}

pub fn a_holding() -> impl Strategy<Value = Holding> {
    (permissions(), prop::sample::select(&PLACES[..])).prop_map(|(p, place)| holding(p, place))
}

fn allowed(actor: &Actor, (action, kind, scope): Question, place: Place) -> bool {
    decide(actor, action, &Resource { kind, scope, ..place.resource() }).is_ok()
}

/// Everything the actor may do anywhere.
pub fn can(actor: &Actor) -> BTreeSet<(Place, Question)> {
    let at = |place| questions().filter(move |q| allowed(actor, *q, place)).map(move |q| (place, q));
    PLACES.iter().flat_map(|place| at(*place)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn adding_a_permission_never_takes_an_action_away(held in holdings(), more in a_holding()) {
        let before = can(&actor(held.clone()));
        let after = can(&actor(held.into_iter().chain([more]).collect()));
        prop_assert!(before.is_subset(&after));
    }

    #[test]
    fn taking_a_permission_away_never_adds_an_action(held in prop::collection::vec(a_holding(), 1..6), which: prop::sample::Index) {
        let before = can(&actor(held.clone()));
        let mut less = held;
        less.remove(which.index(less.len()));
        prop_assert!(can(&actor(less)).is_subset(&before));
    }

    #[test]
    fn a_role_gives_what_the_same_permissions_give_singly(held in prop::collection::vec(a_holding(), 0..6)) {
        let by_roles = held.iter().map(|held| Holding { source: from_role(held.permission, Own).source, ..held.clone() });
        prop_assert_eq!(can(&actor(by_roles.collect())), can(&actor(held)));
    }

    #[test]
    fn super_admin_child_never_touches_its_own_organization(place in prop::sample::select(&PLACES[..]), role: bool) {
        let set = if role { from_role } else { holding };
        let actor = actor(vec![set(Permission::SuperAdminChild, place)]);
        for (touched, (action, ..)) in can(&actor) {
            prop_assert!(touched.is_below(place), "{action} at {touched:?}");
            prop_assert_ne!(action, Action::SystemAuditView);
        }
    }

    #[test]
    fn parent_only_touches_nothing_but_its_own_organization(place in prop::sample::select(&PLACES[..]), role: bool) {
        let set = if role { from_role } else { holding };
        let actor = actor(vec![set(Permission::SuperAdminParentOnly, place)]);
        for (touched, (action, ..)) in can(&actor) {
            prop_assert_eq!(touched, place, "{}", action);
        }
    }

    #[test]
    fn what_is_held_besides_super_admin_child_or_parent_only_is_all_that_is_added_where_they_do_not_count(
        held in holdings(), place in prop::sample::select(&PLACES[..]),
    ) {
        let without = can(&actor(held.clone()));
        let with = |form| can(&actor(held.iter().cloned().chain([holding(form, place)]).collect()));
        for (touched, question) in with(Permission::SuperAdminChild) {
            prop_assert!(touched.is_below(place) || without.contains(&(touched, question)));
        }
        for (touched, question) in with(Permission::SuperAdminParentOnly) {
            prop_assert!(touched == place || without.contains(&(touched, question)));
        }
    }

    #[test]
    fn nothing_set_on_own_reaches_above_or_beside(permission in permissions()) {
        let actor = actor(vec![holding(permission, Own)]);
        for (touched, _) in can(&actor) {
            prop_assert!(touched == Own || touched.is_below(Own));
        }
    }

    #[test]
    fn what_is_missing_would_do(held in holdings(), place in prop::sample::select(&PLACES[..])) {
        let asker = actor(held.clone());
        for (action, kind, scope) in questions() {
            let resource = Resource { kind, scope, ..place.resource() };
            let answer = check(&asker, action, &resource);
            prop_assert_eq!(answer.allowed, decide(&asker, action, &resource).is_ok());
            prop_assert_eq!(answer.allowed, answer.missing.is_empty());
            for set in answer.missing {
                let at = |id| *PLACES.iter().find(|p| p.id() == id).unwrap();
                let added = set.into_iter().map(|r| holding(r.permission, at(r.organization_id)));
                let helped = actor(held.iter().cloned().chain(added).collect());
                prop_assert!(decide(&helped, action, &resource).is_ok());
            }
        }
    }

    #[test]
    fn what_an_answer_rests_on_is_enough(held in holdings(), place in prop::sample::select(&PLACES[..])) {
        let asker = actor(held);
        for (action, kind, scope) in questions() {
            let resource = Resource { kind, scope, ..place.resource() };
            let answer = check(&asker, action, &resource);
            if answer.allowed {
                prop_assert!(decide(&actor(answer.because), action, &resource).is_ok());
            }
        }
    }

    #[test]
    fn nobody_makes_another_do_what_they_cannot_do_themselves(
        giver in holdings(), before in holdings(), more in prop::collection::vec(a_holding(), 1..3),
    ) {
        let mut giver = giver;
        giver.extend([Permission::EditAdministrators, Permission::ChangePermission].map(|p| holding(p, Parent)));
        let (giver, before_target) = (actor(giver), other(before.clone()));
        let after_target = other(before.into_iter().chain(more).collect());
        let action = Action::AdministratorsChangePermissions;
        let at = Own.resource();
        if may_change(&giver, action, &at, &before_target, &after_target, &everywhere()).is_ok() {
            let own = can(&giver);
            let before = can(&before_target);
            for gained in can(&after_target).difference(&before) {
                prop_assert!(own.contains(gained), "{gained:?}");
            }
        }
    }
}
