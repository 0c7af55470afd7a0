//! Decisions: what is missing, which grants allow them, and what a question without kind or scope means.

use countersign_model::{
    Action, DecisionScope, Permission, RequestKind, Requirement, Resource, check, decide,
};

use crate::tree::Place::{Child, Grandchild, Own, Parent, Sibling};
use crate::tree::{actor, from_role, holding};

/// The missing sets as permissions only.
fn missing(holdings: Vec<countersign_model::Holding>, action: Action, at: &Resource) -> Vec<Vec<Permission>> {
    let answer = check(&actor(holdings), action, at);
    assert!(!answer.allowed);
    answer.missing.iter().map(|set| set.iter().map(|r| r.permission).collect()).collect()
}

/// What is held at `own`, the question, the sets that would be enough, and why.
type Case = (Vec<Permission>, Action, Resource, Vec<Vec<Permission>>, &'static str);

#[test]
fn a_refusal_names_each_smallest_set_that_would_do() {
    use Action as A;
    use Permission as P;
    let own = || Own.resource();
    let group = own().kind(RequestKind::Application).scope(DecisionScope::Group);
    let elevation = own().kind(RequestKind::Elevation).scope(DecisionScope::Group);
    let cases: Vec<Case> = vec![
        (
            vec![P::ApproveForSingleComputer],
            A::RequestsApproveApplication,
            group,
            vec![vec![P::ApproveForEntireOrganization], vec![P::ApproveForGroup]],
            "whoever approves for computers lacks the wider scopes",
        ),
        (
            vec![P::ApproveForSingleComputer],
            A::ComputersSetMaintenanceMode,
            own(),
            vec![vec![P::EditComputers]],
            "one half of the combination is there, only the other is named",
        ),
        (
            vec![P::ElevationAdministrator],
            A::RequestsApproveElevation,
            elevation.clone(),
            vec![vec![P::ApproveForEntireOrganization], vec![P::ApproveForGroup]],
            "the partner must reach the group",
        ),
        (
            vec![P::ApproveForGroup],
            A::RequestsApproveElevation,
            elevation,
            vec![vec![P::ElevationAdministrator]],
            "who has the partner lacks Elevation Administrator, and nothing wider",
        ),
        (
            vec![],
            A::AdministratorsChangePermissions,
            own(),
            vec![
                vec![P::ChangePermission, P::EditAdministrators],
                vec![P::ChangePermission, P::ViewAdministrators],
            ],
            "both halves are named, for each page permission",
        ),
        (
            vec![],
            A::SystemAuditView,
            own(),
            vec![vec![P::ViewSystemAudit]],
            "a Super Admin goes without saying",
        ),
    ];
    for (held, action, at, expected, why) in cases {
        let holdings = held.into_iter().map(|p| holding(p, Own)).collect();
        assert_eq!(missing(holdings, action, &at), expected, "{why}");
    }
}

#[test]
fn what_is_missing_says_where() {
    let nobody = actor(vec![]);
    let at_child = check(&nobody, Action::BillingEdit, &Child.resource());
    let requirement = |permission, organization_id| Requirement { permission, organization_id, below: false };
    assert_eq!(at_child.missing, [[requirement(Permission::EditBilling, Child.id())]]);
    let help_desk = check(&nobody, Action::HelpDeskManage, &Child.resource());
    let at_root = requirement(Permission::HelpDeskManagement, Parent.id());
    assert_eq!(help_desk.missing, [[at_root]], "it counts only when held at the root");
}

#[test]
fn an_answer_names_every_holding_it_rests_on_and_no_other() {
    let single = holding(Permission::ApproveForGroup, Own);
    let role = from_role(Permission::EditComputers, Child);
    let elsewhere = from_role(Permission::EditComputers, Sibling);
    let unrelated = holding(Permission::ViewBilling, Own);
    let actor = actor(vec![single.clone(), role.clone(), elsewhere, unrelated]);
    let answer = check(&actor, Action::ComputersSetMaintenanceMode, &Grandchild.resource());
    assert!(answer.allowed && answer.missing.is_empty());
    assert_eq!(answer.because, [single, role]);
}

#[test]
fn full_control_is_named_as_what_it_is() {
    let super_admin = holding(Permission::SuperAdmin, Own);
    let answer = check(&actor(vec![super_admin.clone()]), Action::BillingEdit, &Child.resource());
    assert_eq!(answer.because, [super_admin]);
}

#[test]
fn a_question_without_a_kind_is_about_all_kinds_at_once() {
    let approver = actor(vec![holding(Permission::ApproveForGroup, Own)]);
    let any = Own.resource();
    assert!(decide(&approver, Action::RequestsOpen, &any.clone().kind(RequestKind::Storage)).is_ok());
    let denial = decide(&approver, Action::RequestsOpen, &any).unwrap_err();
    let sets: Vec<Vec<Permission>> =
        denial.missing.iter().map(|set| set.iter().map(|r| r.permission).collect()).collect();
    assert_eq!(sets, [[Permission::ElevationAdministrator]]);
}

#[test]
fn a_question_without_a_scope_is_about_a_single_computer() {
    let approver = actor(vec![holding(Permission::ApproveForSingleComputer, Own)]);
    assert!(decide(&approver, Action::RequestsApproveStorage, &Own.resource()).is_ok());
}

#[test]
fn a_question_that_contradicts_itself_is_denied_to_everybody() {
    let everything = actor(vec![holding(Permission::SuperAdmin, Own)]);
    let storage = Own.resource().kind(RequestKind::Storage);
    let answer = check(&everything, Action::RequestsApproveApplication, &storage);
    assert!(!answer.allowed && answer.missing.is_empty());
}

#[test]
fn only_where_something_is_held_may_one_know_that_an_organization_exists() {
    let actor = actor(vec![from_role(Permission::ViewBilling, Sibling)]);
    let hidden =
        |place: crate::tree::Place| decide(&actor, Action::OpsView, &place.resource()).unwrap_err().hidden;
    assert!(!hidden(Own), "one's own organization is no secret");
    assert!(!hidden(Sibling), "a role counts there");
    assert!(hidden(Parent) && hidden(Child));
}
