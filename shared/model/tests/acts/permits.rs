//! Permits: what they carry, and what they do not allow.

use countersign_model::act::*;
use countersign_model::{
    Act, Action, Actor, Basis, Computer, DecisionScope, Holding, List, OrganizationId, Outcome, Permission,
    Permit, ProcessorOnly, RefusalOnly, RequestKind, Resource, Scope, SetUpProof, Source, decide, may_carry,
    may_give,
};

use crate::footprints::right;
use crate::samples::{
    administrator, company, computer, decided, denied_by_flag, flag, group, id, request, revoked,
    revoked_along, revoked_by_flag, root, samples,
};

fn actor(permissions: &[Permission]) -> Actor {
    let holding = |permission: &Permission| Holding {
        permission: *permission,
        scope: Scope::of(*permission, company().id),
        source: Source::Individual,
    };
    Actor::new(administrator().id, company().id, permissions.iter().map(holding).collect())
}

#[test]
fn a_permit_carries_the_organization_and_the_revision_it_was_judged_on() {
    let at = request().resource().judged_on(request().id.as_str(), 7);
    let permit = decide(&actor(&[Permission::ApproveForGroup]), Action::RequestsDeny, &at).unwrap();
    assert_eq!(permit.organization(), &company().id);
    let judged = permit.judged_on().unwrap();
    assert_eq!((judged.record.as_str(), judged.revision), (request().id.as_str(), 7));

    let at = Resource::at(&company()).judged_on("adm", 3);
    let giver = actor(&[Permission::SuperAdmin]);
    let permit =
        may_give(&giver, Action::RolesCreate, &at, Permission::ViewReports.into(), std::slice::from_ref(&at));
    assert_eq!(permit.unwrap().judged_on().map(|judged| judged.revision), Some(3), "giving, too");

    let permit = decide(&giver, Action::RolesCreate, &Resource::at(&company())).unwrap();
    assert_eq!(permit.judged_on(), None, "nothing was read");
}

#[test]
fn each_permit_takes_its_organization_from_its_evidence() {
    let proof = SetUpProof::of("token", "token").unwrap();
    let permits = [
        (Permit::own_computer(&computer(), &computer().id).unwrap(), company().id),
        (Permit::enrollment(&group()), company().id),
        (Permit::oneself(&administrator()), company().id),
        (
            may_carry(&actor(&[]), [].into_iter().collect::<Vec<Permission>>().iter().collect()).unwrap(),
            company().id,
        ),
        (Permit::set_up(&root(), &proof), root().id),
        (Permit::processor(&root().id, ProcessorOnly), root().id),
        (Permit::refusal(&root().id, RefusalOnly), root().id),
    ];
    for (permit, organization) in permits {
        assert_eq!(permit.organization(), &organization, "{permit:?}");
    }
}

#[test]
fn a_computer_has_no_permit_for_what_is_another_ones_or_once_it_is_removed() {
    assert_eq!(Permit::own_computer(&computer(), &id!(ComputerId, 2)), None);
    let removed: Computer = computer().deleted();
    assert_eq!(Permit::own_computer(&removed, &removed.id), None);
}

#[test]
fn only_the_set_up_token_itself_proves_the_set_up_and_an_empty_one_never_does() {
    let cases = [
        ("token", "token", true),
        ("token", "Token", false),
        ("token", "toke", false),
        ("token", "tokens", false),
        ("token", "", false),
        ("", "", false),
        ("", "token", false),
    ];
    for (token, shown, proves) in cases {
        assert_eq!(SetUpProof::of(token, shown).is_some(), proves, "`{shown}` for `{token}`");
    }
}

#[test]
fn an_approval_needs_the_right_for_its_kind_and_as_far_as_it_reaches() {
    let act: Act = decided(Outcome::Approved, DecisionScope::Group).into();
    let storage = Action::RequestsApproveStorage;
    assert!(!act.permitted_by(&right(storage, &company().id)), "another kind");
    assert_permitted_up_to(&act, Action::RequestsApproveApplication);
    assert!(!act.permitted_by(&right(Action::RequestsDeny, &company().id)), "a denial is no approval");
}

#[test]
fn taking_an_approval_back_needs_the_right_as_far_as_it_reached() {
    assert_permitted_up_to(&revoked(DecisionScope::Group).into(), Action::RequestsRevoke);
}

#[test]
fn only_the_processor_revokes_what_was_settled_along() {
    let act: Act = revoked_along().into();
    assert!(act.permitted_by(&Basis::Processor));
    assert!(!act.permitted_by(&right(Action::RequestsRevoke, &company().id)));
    assert!(!Act::from(revoked(DecisionScope::Group)).permitted_by(&Basis::Processor));
}

#[test]
fn only_the_processor_stops_requests_for_a_flagged_file_and_only_the_right_there_flags_it() {
    for act in [Act::from(denied_by_flag()), revoked_by_flag().into()] {
        assert!(act.permitted_by(&Basis::Processor));
        for action in [Action::RequestsDeny, Action::RequestsRevoke, Action::RequestsFlag] {
            assert!(!act.permitted_by(&right(action, &company().id)), "{action}");
        }
    }
    let act = Act::from(FileFlagSet::from(&flag()));
    assert!(act.permitted_by(&right(Action::RequestsFlag, &company().id)));
    assert!(!act.permitted_by(&right(Action::RequestsFlag, &root().id)), "at another organization");
    let act = Act::from(FileFlagSpread::from(&flag()));
    assert!(act.permitted_by(&Basis::Processor));
    assert!(!act.permitted_by(&right(Action::RequestsFlag, &company().id)), "only processing carries it");
}

fn assert_permitted_up_to(act: &Act, wanted: Action) {
    let cases = [
        (None, None, false, "a single computer is not the group"),
        (None, Some(DecisionScope::Computer), false, "a single computer is not the group"),
        (None, Some(DecisionScope::Group), true, "as far as it reaches"),
        (None, Some(DecisionScope::Organization), true, "further than it reaches"),
        (Some(RequestKind::Application), Some(DecisionScope::Group), true, "for its kind"),
        (Some(RequestKind::Storage), Some(DecisionScope::Group), false, "for another kind"),
    ];
    for (of, up_to, expected, why) in cases {
        let Basis::Right { administrator, action, organization, .. } = right(wanted, &company().id) else {
            panic!("a right")
        };
        let basis = Basis::Right { administrator, action, organization, kind: of, scope: up_to };
        assert_eq!(act.permitted_by(&basis), expected, "{why}");
    }
}

#[test]
fn a_denial_and_setting_aside_need_the_right_for_the_kind_of_the_request() {
    for (outcome, action) in
        [(Outcome::Denied, Action::RequestsDeny), (Outcome::Ignored, Action::RequestsIgnore)]
    {
        let act: Act = decided(outcome, DecisionScope::Organization).into();
        for kind in RequestKind::ALL {
            let resource = Resource::at(&company()).kind(*kind);
            let permit = decide(&actor(&[Permission::SuperAdmin]), action, &resource).unwrap();
            assert_eq!(
                act.permitted_by(permit.basis()),
                *kind == RequestKind::Application,
                "{outcome} {kind}"
            );
        }
    }
}

#[test]
fn what_is_for_one_thing_is_not_for_another_one_of_its_kind() {
    let elsewhere: OrganizationId = id!(OrganizationId, 9);
    let renamed = OrganizationEdited::of(&company(), &company()).into();
    let cases: [(Act, Basis); 5] = [
        (renamed, right(Action::OrganizationsEditGeneral, &elsewhere)),
        (RequestSubmitted::of(&request()).into(), Basis::OwnComputer(id!(ComputerId, 2))),
        (ComputerEnrolled::of(&computer()).into(), Basis::Enrollment(id!(GroupId, 2))),
        (TotpSetUp::of(&administrator().id).into(), Basis::Oneself(id!(AdministratorId, 2))),
        (OrganizationCreated::child(&company()).into(), right(Action::OrganizationsCreate, &company().id)),
    ];
    for (act, basis) in cases {
        assert!(!act.permitted_by(&basis), "{act:?} by {basis:?}");
    }
}

#[test]
fn who_can_act_is_found_out_at_the_place_and_above_it_by_who_may_view_its_administrators() {
    let at = |action| decide(&actor(&[Permission::SuperAdmin]), action, &Resource::at(&company())).unwrap();
    let viewing = at(Action::AdministratorsView);
    for place in [company().id, root().id] {
        let permit = Permit::who_can(&viewing, &company(), &place).unwrap();
        assert_eq!((permit.organization(), permit.basis()), (&place, &Basis::WhoCan));
    }
    let elsewhere = id!(OrganizationId, 99);
    assert_eq!(Permit::who_can(&viewing, &company(), &elsewhere), None, "neither the place nor above it");
    assert_eq!(Permit::who_can(&viewing, &root(), &root().id), None, "the right is for another place");
    assert!(Permit::who_can(&at(Action::RequestsOpen), &company(), &root().id).is_some(), "who can decide");
    assert_eq!(Permit::who_can(&at(Action::RequestsList), &company(), &company().id), None, "another right");
}

#[test]
fn flags_that_count_at_a_place_are_found_out_above_it_by_who_may_list_its_requests() {
    let at = |action| decide(&actor(&[Permission::SuperAdmin]), action, &Resource::at(&company())).unwrap();
    let listing = at(Action::RequestsList);
    let permit = Permit::from_above(&listing, &company(), &root().id).unwrap();
    assert_eq!((permit.organization(), permit.basis()), (&root().id, &Basis::FromAbove));
    for elsewhere in [company().id, id!(OrganizationId, 99)] {
        assert_eq!(Permit::from_above(&listing, &company(), &elsewhere), None, "not above it");
    }
    assert_eq!(Permit::from_above(&listing, &root(), &root().id), None, "the right is for another place");
    assert_eq!(Permit::from_above(&at(Action::RequestsOpen), &company(), &root().id), None, "another right");
}

#[test]
fn the_scene_of_a_test_allows_everything() {
    let permit = Permit::scene(&root().id);
    assert!(samples().iter().all(|(_, act)| act.permitted_by(permit.basis())));
}

/// Every list, and the rights that allow reading it.
const READABLE: [(List, &[Action]); 18] = [
    (List::Requests, &[Action::RequestsList]),
    (List::PendingRequests, &[Action::RequestsList, Action::RequestsOpen, Action::OrganizationsDeleteEmpty]),
    (List::MatchingRequests, &[Action::RequestsOpen]),
    (List::SystemAudit, &[Action::SystemAuditView]),
    (List::UnifiedAudit, &[Action::UnifiedAuditView]),
    (List::Notifications, &[Action::NotificationsView]),
    (
        List::Organizations,
        &[
            Action::OrganizationsView,
            Action::OrganizationsDeleteEmpty,
            Action::ReportsView,
            // Also to list the grants and flags of those below.
            Action::RequestsList,
        ],
    ),
    (
        List::Administrators,
        &[
            Action::AdministratorsView,
            Action::AdministratorsDisable,
            Action::AdministratorsDelete,
            Action::OrganizationsDeleteEmpty,
        ],
    ),
    (List::Subscribers, &[]),
    (
        List::Groups,
        &[
            Action::ComputerGroupsView,
            Action::ComputerGroupsCreate,
            Action::OrganizationsDeleteEmpty,
            Action::OrganizationsDeploy,
            // Also to show what deploying would change.
            Action::ApplicationPoliciesView,
        ],
    ),
    (
        List::Computers,
        &[
            Action::ComputersView,
            Action::ComputersSetMaintenanceMode,
            Action::OrganizationsDeleteEmpty,
            // Also to count those that a deployment would reach.
            Action::ApplicationPoliciesView,
            Action::ReportsView,
            Action::RequestsOpen,
        ],
    ),
    (
        List::Policies,
        &[
            Action::ApplicationPoliciesView,
            Action::ApplicationPoliciesCreate,
            Action::ApplicationPoliciesEdit,
            Action::ApplicationPoliciesMove,
            Action::OrganizationsDeploy,
            Action::TagsDelete,
        ],
    ),
    (List::Rules, &[Action::RequestsOpen]),
    (List::Integrations, &[Action::IntegrationsView, Action::IntegrationsCreate, Action::NotificationsView]),
    (List::Grants, &[Action::RequestsList]),
    (
        List::ComputerNames,
        &[
            Action::ComputersView,
            Action::ComputerGroupsDelete,
            // Of one group, they are listed, counted, and set to a maintenance mode.
            Action::ComputersSetMaintenanceMode,
            Action::OrganizationsDeleteEmpty,
            Action::ApplicationPoliciesView,
            Action::ReportsView,
            Action::RequestsOpen,
        ],
    ),
    (List::ComputerRequests, &[Action::RequestsList]),
    (List::SharedApprovals, &[Action::RequestsList]),
];

#[test]
fn a_list_is_read_with_the_rights_of_this_table() {
    for (list, actions) in READABLE {
        for action in Action::ALL {
            let expected = actions.contains(action);
            assert_eq!(list.readable_with(*action), expected, "{list:?} with {action}");
            assert_eq!(list.readable_by(&right(*action, &company().id)), expected);
        }
        assert!(list.readable_by(&Basis::Processor), "{list:?}");
        let own = list.readable_by(&Basis::OwnComputer(computer().id));
        let hears = [List::Grants, List::ComputerNames].contains(&list);
        assert_eq!(own, hears, "a computer hears of grants and of names that are taken: {list:?}");
        let enrolling = list.readable_by(&Basis::Enrollment(group().id));
        assert_eq!(enrolling, list == List::ComputerNames, "{list:?}");
        let who_can = list.readable_by(&Basis::WhoCan);
        assert_eq!(who_can, list == List::Administrators, "{list:?}");
        let from_above = list.readable_by(&Basis::FromAbove);
        assert_eq!(from_above, list == List::SharedApprovals, "where the flags of files are: {list:?}");
        for basis in [Basis::SetUp, Basis::Refusal, Basis::Oneself(administrator().id)] {
            assert!(!list.readable_by(&basis), "{list:?} by {basis:?}");
        }
    }
}
