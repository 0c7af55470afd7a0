//! Who may manage whom, and the role book.

use countersign_model::{Action, Actor, DenialReason, Permission, Role, RoleBook, RoleError, may_manage};

use crate::tree::Place::{Child, Grandchild, Own, Sibling};
use crate::tree::{Place, actor, everywhere, from_role, holding, role_id, who};

#[test]
fn rights_out_of_reach_protect_their_holder() {
    let manager = actor(vec![holding(Permission::EditAdministrators, Own)]);
    let cases: Vec<(Vec<countersign_model::Holding>, Option<DenialReason>, &str)> = vec![
        (vec![], None, "somebody of a child who holds nothing"),
        (vec![holding(Permission::SuperAdmin, Child)], None, "taking away is never refused for lack of it"),
        (vec![from_role(Permission::ViewOps, Grandchild)], None, "rights within reach"),
        (
            vec![holding(Permission::ViewOps, Child), from_role(Permission::ViewOps, Sibling)],
            Some(DenialReason::OutOfReach),
            "a right at the sibling, where the manager holds nothing",
        ),
    ];
    for (holdings, expected, why) in cases {
        let target = Actor::new(who(2), Child.id(), holdings);
        let result =
            may_manage(&manager, Action::AdministratorsDelete, &Child.resource(), &target, &everywhere());
        assert_eq!(result.err().map(|d| d.reason), expected, "{why}");
    }
}

#[test]
fn parent_only_cannot_manage_whose_rights_count_below() {
    let manager = actor(vec![holding(Permission::SuperAdminParentOnly, Own)]);
    let manage = |permission| {
        let target = Actor::new(who(2), Own.id(), vec![holding(permission, Own)]);
        let action = Action::AdministratorsResetPassword;
        may_manage(&manager, action, &Own.resource(), &target, &everywhere()).is_ok()
    };
    assert!(!manage(Permission::ViewOps));
    assert!(manage(Permission::SuperAdminParentOnly));
}

#[test]
fn the_action_itself_comes_first() {
    let viewer = actor(vec![holding(Permission::ViewAdministrators, Own)]);
    let target = Actor::new(who(2), Own.id(), vec![]);
    let manage = |place: Place| {
        may_manage(&viewer, Action::AdministratorsEdit, &place.resource(), &target, &[]).unwrap_err()
    };
    assert_eq!(manage(Own).reason, DenialReason::NotPermitted);
    assert!(manage(Sibling).hidden);
}

fn role(number: u128, name: &str) -> Role {
    Role::new(role_id(number), name.to_owned(), None, [Permission::ViewOps, Permission::ViewOps])
}

#[test]
fn role_names_are_unique_whatever_the_case() {
    let book = RoleBook::empty(Own.id()).with(role(1, "Help Desk")).unwrap();
    assert_eq!(book.roles[0].permissions, [Permission::ViewOps], "each permission once");
    assert_eq!(book.with(role(2, "help desk")), Err(RoleError::NameTaken("help desk".to_owned())));
    let book = book.with(role(2, "Ärzte")).unwrap();
    assert_eq!(book.with(role(3, "ÄRZTE")), Err(RoleError::NameTaken("ÄRZTE".to_owned())));
    let streets = book.with(role(3, "Straße")).unwrap();
    assert_eq!(streets.with(role(4, "STRASSE")), Err(RoleError::NameTaken("STRASSE".to_owned())));
    assert!(book.replacing(role(1, "HELP DESK")).is_ok(), "a role may change the case of its own name");
    assert_eq!(book.replacing(role(1, "ärzte")), Err(RoleError::NameTaken("ärzte".to_owned())));
    assert_eq!(book.replacing(role(7, "New")), Err(RoleError::Unknown));
    assert_eq!(book.without(&role_id(7)), Err(RoleError::Unknown));
    assert!(book.without(&role_id(1)).unwrap().role(&role_id(1)).is_none());
}

#[test]
fn a_book_holds_at_most_two_hundred_roles() {
    let mut book = RoleBook::empty(Own.id());
    for number in 0..200 {
        book = book.with(role(number, &format!("role {number}"))).unwrap();
    }
    assert_eq!(book.with(role(200, "one more")), Err(RoleError::Full));
}
