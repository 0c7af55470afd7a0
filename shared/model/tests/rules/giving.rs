//! No escalation: nobody gives a permission that they do not hold.

use std::slice::from_ref;

use countersign_model::{
    Action, Actor, Denial, DenialReason, Holding, Permission, PermissionSet, gained, gains, may_change,
    may_give,
};

use crate::tree::Place::{Child, Grandchild, Own, Parent, Sibling};
use crate::tree::{Place, actor, everywhere, from_role, holding, other, who};

use Permission as P;

/// Somebody with View Administrators, Change Permission and these, all at `own`.
fn changer(more: &[Permission]) -> Actor {
    let rights = [P::ViewAdministrators, P::ChangePermission];
    actor(rights.iter().chain(more).map(|p| holding(*p, Own)).collect())
}

fn change(actor: &Actor, before: &[Holding], after: &[Holding]) -> Result<(), Denial> {
    let (before, after) = (other(before.to_vec()), other(after.to_vec()));
    let action = Action::AdministratorsChangePermissions;
    may_change(actor, action, &Own.resource(), &before, &after, &everywhere()).map(|_| ())
}

fn reason(result: Result<(), Denial>) -> Option<DenialReason> {
    result.err().map(|denial| denial.reason)
}

#[test]
fn giving_to_somebody_who_holds_nothing() {
    use DenialReason::{NotHeld, NotPermitted, OnlyAtRoot, OnlySuperAdminGives};
    let cases: Vec<(Actor, P, Place, Option<DenialReason>, &str)> = vec![
        (changer(&[P::EditBilling]), P::EditBilling, Own, None, "what one holds, one may give"),
        (changer(&[P::EditBilling]), P::EditBilling, Child, None, "also below"),
        (changer(&[]), P::EditBilling, Own, Some(NotHeld), "what one does not hold, one may not"),
        (
            changer(&[P::EditBilling]),
            P::ViewBilling,
            Own,
            Some(NotHeld),
            "the permission itself must be held",
        ),
        (
            changer(&[P::EditBilling]),
            P::EditBilling,
            Parent,
            Some(NotHeld),
            "not above, where one holds nothing",
        ),
        (changer(&[P::EditBilling]), P::EditBilling, Sibling, Some(NotHeld), "not beside"),
        (
            actor(vec![holding(P::EditBilling, Own)]),
            P::EditBilling,
            Own,
            Some(NotPermitted),
            "the action comes first",
        ),
        (actor(vec![holding(P::SuperAdmin, Own)]), P::SuperAdmin, Own, None, "a Super Admin makes another"),
        (actor(vec![holding(P::SuperAdmin, Own)]), P::SuperAdminChild, Own, None, "and the lesser forms"),
        (
            actor(vec![holding(P::SuperAdmin, Own)]),
            P::HelpDeskManagement,
            Own,
            Some(OnlyAtRoot),
            "Master-Only",
        ),
        (actor(vec![holding(P::SuperAdmin, Parent)]), P::HelpDeskManagement, Parent, None, "at the root"),
        (
            changer(&[P::ViewSystemAudit]),
            P::ViewSystemAudit,
            Own,
            Some(OnlySuperAdminGives),
            "holding it is not enough",
        ),
        (
            actor(vec![holding(P::SuperAdminParentOnly, Own)]),
            P::SuperAdminParentOnly,
            Own,
            Some(OnlySuperAdminGives),
            "this form gives no Super Admin form",
        ),
        (
            actor(vec![holding(P::SuperAdminParentOnly, Own)]),
            P::EditBilling,
            Own,
            Some(NotHeld),
            "it would count below, where the giver holds nothing",
        ),
        (
            actor(vec![holding(P::SuperAdminParentOnly, Own), holding(P::SuperAdminChild, Own)]),
            P::EditBilling,
            Own,
            None,
            "the two forms together reach everywhere it counts",
        ),
    ];
    for (actor, permission, place, expected, why) in cases {
        let result = change(&actor, &[], &[holding(permission, place)]);
        assert_eq!(reason(result), expected, "{why}: {permission}");
    }
}

#[test]
fn super_admin_child_gives_ordinary_permissions_below_and_no_super_form() {
    let actor = actor(vec![holding(P::SuperAdminChild, Own)]);
    let target = |holdings| Actor::new(who(2), Child.id(), holdings);
    let give = |permission| {
        let after = target(vec![holding(permission, Child)]);
        let action = Action::AdministratorsChangePermissions;
        may_change(&actor, action, &Child.resource(), &target(vec![]), &after, &everywhere()).map(|_| ())
    };
    assert_eq!(reason(give(P::EditBilling)), None);
    for permission in Permission::ALL.iter().filter(|p| p.only_super_admin_gives()) {
        assert_eq!(reason(give(*permission)), Some(DenialReason::OnlySuperAdminGives), "{permission}");
    }
}

#[test]
fn a_permission_may_not_complete_a_combination_that_the_giver_lacks() {
    let elevation = holding(P::ElevationAdministrator, Own);
    let view = from_role(P::ViewApprovals, Child);
    let without = changer(&[P::ElevationAdministrator]);
    let denial = change(&without, from_ref(&view), &[view.clone(), elevation.clone()]).unwrap_err();
    assert_eq!(denial.reason, DenialReason::NotHeld);
    assert!(denial.missing.iter().flatten().all(|r| r.organization_id == Child.id()), "it would count there");
    let with = changer(&[P::ElevationAdministrator, P::ViewApprovals]);
    assert_eq!(change(&with, from_ref(&view), &[view.clone(), elevation]), Ok(()));
}

#[test]
fn what_is_held_already_through_one_grant_is_not_given_again_through_another() {
    let role = from_role(P::EditBilling, Own);
    let singly = holding(P::EditBilling, Own);
    let result = change(&changer(&[]), from_ref(&role), &[role.clone(), singly]);
    assert_eq!(reason(result), Some(DenialReason::NotHeld), "it would outlast the role");
}

#[test]
fn nobody_adds_to_themselves() {
    let actor = actor(vec![holding(P::SuperAdmin, Own)]);
    let mut more = actor.holdings().to_vec();
    more.push(holding(P::EditBilling, Own));
    let after = crate::tree::actor(more);
    let action = Action::AdministratorsChangePermissions;
    let give = |before: &Actor, after: &Actor| {
        reason(may_change(&actor, action, &Own.resource(), before, after, &everywhere()).map(|_| ()))
    };
    assert_eq!(give(&actor, &after), Some(DenialReason::NotToOneself));
    assert_eq!(give(&after, &actor), None, "but one may take from oneself");
}

#[test]
fn taking_away_needs_nothing_of_what_is_taken() {
    let rich = [holding(P::EditBilling, Own), from_role(P::ManageTags, Grandchild)];
    assert_eq!(change(&changer(&[]), &rich, &[]), Ok(()));
    assert_eq!(change(&changer(&[]), &rich, &rich[..1]), Ok(()));
}

#[test]
fn a_place_left_out_is_refused_rather_than_forgotten() {
    let actor = actor(vec![holding(P::SuperAdmin, Parent)]);
    let after = other(vec![holding(P::EditBilling, Child)]);
    let action = Action::AdministratorsChangePermissions;
    let denial =
        may_change(&actor, action, &Own.resource(), &other(vec![]), &after, &[Own.resource()]).unwrap_err();
    assert_eq!(denial.reason, DenialReason::OutOfReach);
}

#[test]
fn a_new_role_holds_only_what_its_maker_holds() {
    let maker = actor(vec![holding(P::RoleAdministrator, Own), holding(P::EditBilling, Own)]);
    let make = |permissions: &[Permission], at: Place| {
        let set: PermissionSet = permissions.iter().collect();
        reason(may_give(&maker, Action::RolesCreate, &at.resource(), set, &[at.resource()]).map(|_| ()))
    };
    assert_eq!(make(&[P::EditBilling], Own), None);
    assert_eq!(make(&[], Own), None, "an empty role gives nothing");
    assert_eq!(make(&[P::EditBilling, P::ManageTags], Own), Some(DenialReason::NotHeld));
    assert_eq!(make(&[P::EditBilling], Parent), Some(DenialReason::NotPermitted));
}

#[test]
fn a_refusal_says_what_the_giver_lacks_and_where() {
    let giver = actor(vec![holding(P::SuperAdminParentOnly, Own)]);
    let denial = change(&giver, &[], &[holding(P::EditBilling, Own)]).unwrap_err();
    assert_eq!(denial.missing.len(), 1);
    let requirement = &denial.missing[0][0];
    assert_eq!((requirement.permission, &requirement.organization_id), (P::EditBilling, &Own.id()));
    assert!(requirement.below, "it is held at the organization, but not below it");
}

#[test]
fn whoever_has_no_rights_somewhere_takes_nothing_away_there() {
    let parent_only = actor(vec![holding(P::SuperAdminParentOnly, Own)]);
    let take = |held: Holding| {
        let action = Action::AdministratorsChangePermissions;
        may_change(&parent_only, action, &Own.resource(), &other(vec![held]), &other(vec![]), &everywhere())
    };
    let denial = take(holding(P::EditBilling, Own)).unwrap_err();
    assert_eq!(denial.reason, DenialReason::OutOfReach, "it counts below as well");
    let requirement = &denial.missing[0][0];
    assert_eq!((&requirement.organization_id, requirement.below), (&Own.id(), true));
    assert!(take(holding(P::SuperAdminParentOnly, Own)).is_ok(), "it counts nowhere else");
    let hidden = take(from_role(P::EditBilling, Sibling)).unwrap_err();
    assert_eq!((hidden.reason, hidden.missing), (DenialReason::OutOfReach, vec![]), "nor is it named");
}

#[test]
fn what_was_held_in_full_already_is_not_gained() {
    let only = |permissions: &[Permission]| other(permissions.iter().map(|p| holding(*p, Own)).collect());
    type Case = (&'static [Permission], &'static [Permission], &'static [Permission], &'static str);
    let cases: [Case; 5] = [
        (&[], &[P::EditBilling], &[P::EditBilling], "new"),
        (&[P::SuperAdmin], &[P::SuperAdmin, P::EditBilling], &[], "included already"),
        (&[P::SuperAdminChild], &[P::SuperAdminChild, P::EditBilling], &[P::EditBilling], "only below"),
        (&[P::SuperAdminChild], &[P::SuperAdmin], &[P::SuperAdmin], "more of the same"),
        (&[P::SuperAdmin], &[P::SuperAdminChild], &[], "less of the same"),
    ];
    for (before, after, expected, why) in cases {
        let (before, after) = (only(before), only(after));
        let gains: Vec<_> = gained(&before, &after, &Own.resource(), PermissionSet::ALL).iter().collect();
        let named: Vec<_> =
            gains.iter().filter(|p| after.holdings().iter().any(|h| h.permission == **p)).collect();
        assert_eq!(named, expected.iter().collect::<Vec<_>>(), "{why}");
    }
    let elsewhere = gained(&only(&[]), &only(&[P::EditBilling]), &Sibling.resource(), PermissionSet::ALL);
    assert!(elsewhere.is_empty(), "it counts there not at all");
}

#[test]
fn what_a_change_gives_is_said_once_where_it_begins_to_count() {
    let places = everywhere();
    let gains_of = |before: &[Holding], after: &[Holding]| {
        let (before, after) = (other(before.to_vec()), other(after.to_vec()));
        let rows = gains(&before, &after, &places);
        rows.into_iter()
            .map(|gain| (gain.place.organization.clone(), gain.permissions.iter().collect(), gain.actions))
            .collect::<Vec<(_, Vec<Permission>, _)>>()
    };
    let change = holding(P::ChangePermission, Child);
    let alone = gains_of(&[], std::slice::from_ref(&change));
    assert_eq!(alone.len(), 1);
    assert_eq!((&alone[0].0, &alone[0].1[..]), (&Child.id(), &[P::ChangePermission][..]));
    assert!(!alone[0].2.contains(&Action::AdministratorsChangePermissions), "alone it allows nothing");

    let view = holding(P::ViewAdministrators, Own);
    let both = gains_of(std::slice::from_ref(&change), &[change.clone(), view.clone()]);
    let at: Vec<_> = both.iter().map(|(at, permissions, _)| (at.clone(), permissions.clone())).collect();
    assert_eq!(at, [(Own.id(), vec![P::ViewAdministrators]), (Child.id(), vec![])], "combined below");
    assert!(both[0].2.contains(&Action::AdministratorsView));
    assert!(!both[0].2.contains(&Action::AdministratorsChangePermissions));
    assert!(both[1].2.contains(&Action::AdministratorsChangePermissions));
    assert!(!both[1].2.contains(&Action::AdministratorsView), "said above");

    let from_above = [holding(P::ViewReports, Own)];
    let again = [holding(P::ViewReports, Own), from_role(P::ViewReports, Child)];
    assert_eq!(gains_of(&from_above, &again), vec![], "held there already");
    let lost = gains_of(&again, &[]);
    assert_eq!(lost, vec![], "nothing is gained by losing");
    let taken = gains_of(&[], &again);
    assert_eq!(taken.len(), 2, "set at both");
    assert!(taken[1].2.is_empty(), "what it allows is said above");
}
