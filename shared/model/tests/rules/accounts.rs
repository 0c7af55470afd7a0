//! The life of an administrator's account, and what it holds.

use countersign_model::administrator::LINKS_MAX;
use countersign_model::{
    Actor, Administrator, AdministratorError, AdministratorState, Assignment, NewAdministrator, Permission,
    Role, RoleBook, Scope, SessionId,
};
use jiff::Timestamp;

use crate::tree::Place::{Child, Own, Parent};
use crate::tree::{at, role_id, who};

const HOUR: i64 = 60 * 60;

fn new() -> NewAdministrator {
    NewAdministrator {
        id: who(1),
        organization_id: Own.id(),
        email: "ada@company.example".parse().unwrap(),
        name: "Ada".to_owned(),
    }
}

fn invited() -> Administrator {
    Administrator::invited(new(), at(0)).with_invitation("hash".to_owned(), at(0)).unwrap()
}

fn active() -> Administrator {
    invited().accept("secret".to_owned(), at(1)).unwrap()
}

fn disabled() -> Administrator {
    active().disable().unwrap()
}

fn deleted() -> Administrator {
    active().delete().unwrap()
}

type Step = fn(&Administrator, Timestamp) -> Result<Administrator, AdministratorError>;

/// An account, what is done to it, when, the result, and why.
type Case = (Administrator, Step, i64, Result<AdministratorState, AdministratorError>, &'static str);

#[test]
fn what_can_and_cannot_happen_to_an_account() {
    use AdministratorError::{State, Token};
    use AdministratorState as S;
    let accept: Step = |a, now| a.accept("secret".to_owned(), now);
    let invite: Step = |a, now| a.with_invitation("hash".to_owned(), now);
    let reset: Step = |a, now| a.with_password_reset("hash".to_owned(), now);
    let complete: Step = |a, now| a.complete_password_reset("secret".to_owned(), now);
    let disable: Step = |a, _| a.disable();
    let enable: Step = |a, _| a.enable();
    let delete: Step = |a, _| a.delete();
    let resetting = || active().with_password_reset("hash".to_owned(), at(0)).unwrap();
    let unsent = Administrator::invited(new(), at(0));
    let cases: Vec<Case> = vec![
        (invited(), accept, 7 * 24 * HOUR - 1, Ok(S::Active), "within seven days"),
        (invited(), accept, 7 * 24 * HOUR, Err(Token), "the invitation has expired"),
        (unsent, accept, 1, Err(Token), "no link was sent"),
        (active(), accept, 2, Err(Token), "a link works once"),
        (invited(), invite, 5, Ok(S::Invited), "an invitation can be sent again"),
        (active(), invite, 5, Err(State(S::Active)), "who has accepted needs none"),
        (active(), reset, 5, Ok(S::Active), "an active administrator can reset"),
        (invited(), reset, 5, Err(State(S::Invited)), "there is no password yet"),
        (disabled(), reset, 5, Err(State(S::Disabled)), "a disabled account gets no way in"),
        (resetting(), complete, HOUR - 1, Ok(S::Active), "within the hour"),
        (resetting(), complete, HOUR, Err(Token), "the link has expired"),
        (active(), complete, 5, Err(Token), "no reset was asked for"),
        (resetting().disable().unwrap(), complete, 5, Err(Token), "disabling ends the link too"),
        (active(), disable, 5, Ok(S::Disabled), "an active account can be disabled"),
        (disabled(), disable, 5, Err(State(S::Disabled)), "once"),
        (disabled(), enable, 5, Ok(S::Active), "and enabled again"),
        (deleted(), enable, 5, Err(State(S::Deleted)), "what is deleted stays deleted"),
        (invited(), delete, 5, Ok(S::Deleted), "an invitation can be withdrawn"),
        (disabled(), delete, 5, Ok(S::Deleted), "a disabled account can be deleted"),
        (deleted(), delete, 5, Err(State(S::Deleted)), "once"),
    ];
    for (account, step, now, expected, why) in cases {
        assert_eq!(step(&account, at(now)).map(|a| a.state), expected, "{why}");
    }
}

#[test]
fn every_link_that_was_sent_works_until_one_is_used() {
    let is = |hash: &'static str| move |known: &str| known == hash;
    let retried = invited().with_invitation("second".to_owned(), at(60)).unwrap();
    for hash in ["hash", "second"] {
        assert!(retried.is_invited_by(is(hash), at(61)), "{hash}: the first may have been delivered");
    }
    assert!(!retried.is_invited_by(is("other"), at(61)));
    assert!(!retried.is_invited_by(is("hash"), at(7 * 24 * HOUR)), "each has its own end");
    assert!(retried.is_invited_by(is("second"), at(7 * 24 * HOUR)));
    let accepted = retried.accept("secret".to_owned(), at(61)).unwrap();
    assert!(["hash", "second"].iter().all(|hash| !accepted.is_invited_by(is(hash), at(62))), "used up");
    assert!(!retried.delete().unwrap().is_invited_by(is("second"), at(62)), "withdrawn");

    let resetting = active().with_password_reset("hash".to_owned(), at(0)).unwrap();
    let resetting = resetting.with_password_reset("second".to_owned(), at(60)).unwrap();
    assert!(["hash", "second"].iter().all(|hash| resetting.is_reset_by(is(hash), at(61))));
    assert!(!resetting.is_reset_by(is("hash"), at(HOUR)) && resetting.is_reset_by(is("second"), at(HOUR)));
    let reset = resetting.complete_password_reset("secret".to_owned(), at(61)).unwrap();
    assert!(["hash", "second"].iter().all(|hash| !reset.is_reset_by(is(hash), at(62))), "used up");
    assert!(
        !resetting.disable().unwrap().enable().unwrap().is_reset_by(is("hash"), at(62)),
        "ended for good"
    );
    assert!(!accepted.is_reset_by(is("hash"), at(62)), "an invitation's link resets nothing");
}

#[test]
fn the_links_of_an_administrator_are_bounded() {
    let mut many = Administrator::invited(new(), at(0));
    for number in 0..40 {
        many = many.with_invitation(format!("hash {number}"), at(number)).unwrap();
    }
    let works = |number: i64| many.is_invited_by(|known| known == format!("hash {number}"), at(50));
    let working: Vec<i64> = (0..40).filter(|number| works(*number)).collect();
    let expected: Vec<i64> = (0..40).skip(40 - LINKS_MAX).collect();
    assert_eq!(working, expected, "the newest, as many as one message has attempts");
    let late = many.with_invitation("late".to_owned(), at(8 * 24 * HOUR)).unwrap();
    assert!(late.earlier_links.is_empty(), "expired ones are not kept");
}

#[test]
fn resetting_disabling_and_deleting_end_every_session() {
    let resetting = active().with_password_reset("hash".to_owned(), at(0)).unwrap();
    let epochs = [
        resetting.complete_password_reset("new".to_owned(), at(1)).unwrap().session_epoch,
        disabled().session_epoch,
        deleted().session_epoch,
    ];
    assert!(epochs.iter().all(|epoch| *epoch > active().session_epoch));
}

#[test]
fn changing_the_own_password_ends_every_other_session_and_no_api_token() {
    let session = |number: u128| SessionId::from_ulid(ulid::Ulid::from(number));
    let (here, elsewhere) = (session(1), session(2));
    let before = active().with_password_reset("hash".to_owned(), at(0)).unwrap();
    let epoch = before.session_epoch;
    let changed = before.with_own_password("new".to_owned(), &here).unwrap();
    assert_eq!(changed.password_hash.as_deref(), Some("new"));
    assert!(!changed.is_reset_by(|_| true, at(1)), "links that were sent before end");
    assert!(changed.has_session(&here, epoch) && !changed.has_session(&elsewhere, epoch));
    assert!(changed.has_session(&elsewhere, changed.session_epoch), "one that began since");
    assert!(changed.has_api_token(epoch) && changed.has_api_token(changed.session_epoch));
    assert!(!changed.has_api_token(changed.session_epoch + 1), "of nobody");

    let again = changed.with_own_password("newer".to_owned(), &elsewhere).unwrap();
    assert!(again.has_session(&elsewhere, changed.session_epoch));
    assert!(!again.has_session(&here, epoch), "the one that was kept before");
    assert!(again.has_api_token(epoch), "of before both");
    let back = changed.with_own_password("newer".to_owned(), &here).unwrap();
    assert!(back.has_session(&here, epoch), "kept twice");

    let reset = back.with_sessions_ended();
    assert!(!reset.has_session(&here, epoch) && !reset.has_session(&here, back.session_epoch));
    assert!(!reset.has_api_token(epoch) && !reset.has_api_token(back.session_epoch), "a reset ends all");
    let after = reset.with_own_password("newest".to_owned(), &elsewhere).unwrap();
    assert!(!after.has_api_token(back.session_epoch), "and they stay ended");
    for other in [invited(), disabled(), deleted()] {
        assert_eq!(
            other.with_own_password("new".to_owned(), &here),
            Err(AdministratorError::State(other.state)),
            "{other:?}"
        );
    }
}

fn book() -> RoleBook {
    let role = Role::new(
        role_id(1),
        "Help desk".to_owned(),
        None,
        [Permission::ViewApprovals, Permission::SuperAdminChild],
    );
    RoleBook::empty(Parent.id()).with(role).unwrap()
}

fn assignment(organization_id: Option<countersign_model::OrganizationId>) -> Assignment {
    Assignment { role_id: role_id(1), role_organization_id: Parent.id(), organization_id }
}

#[test]
fn a_new_administrator_holds_nothing() {
    assert!(Actor::assemble(&active(), &[book()]).holdings().is_empty());
}

#[test]
fn permissions_and_roles_count_where_they_are_set() {
    let administrator = active()
        .with_permissions([Permission::ViewOps, Permission::ViewOps])
        .with_assignments([assignment(None), assignment(Some(Child.id())), assignment(None)]);
    assert_eq!(administrator.assignments.len(), 2, "each assignment once");
    let actor = Actor::assemble(&administrator, &[book()]);
    let held: Vec<(Permission, Scope)> =
        actor.holdings().iter().map(|h| (h.permission, h.scope.clone())).collect();
    assert_eq!(
        held,
        [
            (Permission::ViewOps, Scope::OrganizationAndBelow(Own.id())),
            (Permission::ViewApprovals, Scope::OrganizationAndBelow(Own.id())),
            (Permission::SuperAdminChild, Scope::BelowOnly(Own.id())),
            (Permission::ViewApprovals, Scope::OrganizationAndBelow(Child.id())),
            (Permission::SuperAdminChild, Scope::BelowOnly(Child.id())),
        ]
    );
}

#[test]
fn who_is_not_active_or_whose_role_is_gone_holds_nothing_by_it() {
    let with_role = |a: Administrator| a.with_assignments([assignment(None)]);
    let held = |a: &Administrator, books: &[RoleBook]| Actor::assemble(a, books).holdings().len();
    assert_eq!(held(&with_role(active()), &[book()]), 2);
    assert_eq!(held(&with_role(active()), &[book().without(&role_id(1)).unwrap()]), 0, "the role is deleted");
    assert_eq!(held(&with_role(active()), &[]), 0, "the book is not there");
    assert_eq!(held(&with_role(active()).disable().unwrap(), &[book()]), 0, "the account is disabled");
    let waiting = Actor::once_active(&with_role(invited()), &[book()]);
    assert_eq!(waiting.holdings().len(), 2, "what waits for acceptance is known to whoever judges it");
    assert_eq!(with_role(active()).role_organizations(), [Parent.id()]);
}
