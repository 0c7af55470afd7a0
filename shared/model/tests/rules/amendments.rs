//! What a requester can say later: more about a pending request, and that an approval should last longer.

use countersign_model::act::RequestAmended;
use countersign_model::request::renewal::RENEWABLE;
use countersign_model::{
    Attachment, EndReason, NewRequester, NotAmended, NotRenewable, Outcome, Renews, Request, RequestStatus,
    TransitionError,
};

use crate::lives::{CANCEL, approved_for_a_while, decision, in_group, kim, request, revocation};
use crate::tree::at;

fn because(reason: &str) -> NewRequester {
    NewRequester { reason: Some(reason.to_owned()), ..kim() }
}

fn with_email(email: &str) -> NewRequester {
    NewRequester { email: Some(email.parse().unwrap()), ..kim() }
}

#[test]
fn a_better_reason_or_another_address_is_shown_as_such_and_the_rest_stays() {
    let first = request().amend(because("for work"), false, at(5)).unwrap();
    let kim = first.requester("KIM").unwrap();
    assert_eq!((kim.reason.as_deref(), kim.amended_at, kim.count), (Some("for work"), Some(at(5)), 2));
    assert_eq!((kim.asked_at, kim.last_asked_at), (at(0), at(0)), "amending is not asking");
    assert_eq!((first.count, first.last_asked_at, first.expires_at), (1, at(0), request().expires_at));
    let second = first.amend(with_email("kim@b.example"), false, at(6)).unwrap();
    let kim = second.requester("kim").unwrap();
    assert_eq!((kim.reason.as_deref(), kim.amended_at), (Some("for work"), Some(at(6))));
    assert_eq!(kim.email.as_ref().unwrap().as_str(), "kim@b.example");
}

#[test]
fn saying_the_same_again_changes_nothing() {
    let amended = request().amend(because("for work"), true, at(5)).unwrap();
    for (says, attach) in
        [(because("for work"), false), (kim(), false), (kim(), true), (because("for work"), true)]
    {
        assert_eq!(amended.amend(says, attach, at(6)), Err(NotAmended::Nothing));
    }
    assert_eq!(request().amend(kim(), false, at(6)), Err(NotAmended::Nothing));
}

#[test]
fn a_reason_that_was_cut_for_lack_of_room_is_not_new_each_time() {
    let long = "r\"".repeat(1000);
    let full = (0..30).fold(request(), |request, number| {
        let user = NewRequester { username: format!("user {number}"), ..because(&long) };
        request.ask_again(user, at(number)).unwrap().request
    });
    let amended = full.amend(because(&long), false, at(50)).unwrap();
    assert!(amended.requester("kim").unwrap().reason.as_ref().unwrap().ends_with('…'));
    assert_eq!(amended.amend(because(&long), false, at(51)), Err(NotAmended::Nothing));
}

#[test]
fn a_copy_of_the_file_may_be_allowed_later_and_is_not_taken_back() {
    let without = Request { attachment: Attachment::NotWanted, ..request() };
    let with = without.amend(kim(), true, at(5)).unwrap();
    assert_eq!(
        (with.attachment, with.requester("kim").unwrap().amended_at),
        (Attachment::Expected, Some(at(5)))
    );
    let verified = request().attach(5).unwrap();
    let amended = verified.amend(because("x"), false, at(5)).unwrap();
    assert_eq!(amended.attachment, verified.attachment);
}

#[test]
fn only_who_waits_amends_and_only_while_it_waits() {
    let stranger = NewRequester { username: "ann".to_owned(), ..because("x") };
    assert_eq!(request().amend(stranger.clone(), false, at(5)), Err(NotAmended::Unknown));
    let two = request().ask_again(stranger, at(1)).unwrap().request;
    let left = two.withdraw(Some("kim"), at(2)).unwrap().request;
    assert_eq!(
        left.amend(because("x"), false, at(5)),
        Err(NotAmended::Unknown),
        "who withdrew asks again instead"
    );
    let decided = request().decide(decision(Outcome::Denied, at(10)), &in_group(1)).unwrap();
    let over = [decided, CANCEL(&request(), at(5)).unwrap()];
    for over in over {
        let refused = over.amend(because("x"), false, at(11));
        assert!(matches!(refused, Err(NotAmended::Over(_))), "{refused:?}");
    }
    let end = request().expires_at;
    let expired = TransitionError::NotPending { status: RequestStatus::Expired };
    assert_eq!(request().amend(because("x"), false, end), Err(NotAmended::Over(expired)));
}

#[test]
fn a_user_who_asks_again_with_a_better_reason_has_amended_it_too() {
    let again = request().ask_again(because("for work"), at(5)).unwrap().request;
    assert_eq!(again.requester("kim").unwrap().amended_at, Some(at(5)));
    let same = again.ask_again(because("for work"), at(6)).unwrap().request;
    assert_eq!(same.requester("kim").unwrap().amended_at, Some(at(5)), "nothing new was said");
}

#[test]
fn the_previous_reason_stays_in_the_act() {
    let first = request().amend(because("old"), false, at(5)).unwrap();
    let second =
        first.amend(NewRequester { username: "KIM".to_owned(), ..because("new") }, false, at(6)).unwrap();
    let act = RequestAmended::of(&first, &second, "KIM");
    assert_eq!((act.previous_reason.as_deref(), act.reason.as_deref()), (Some("old"), Some("new")));
    assert_eq!((act.username.as_str(), act.email_changed, act.attachment_announced), ("kim", false, false));
    let without = Request { attachment: Attachment::NotWanted, ..first };
    let third = without.amend(with_email("kim@b.example"), true, at(7)).unwrap();
    let act = RequestAmended::of(&without, &third, "kim");
    assert_eq!((act.previous_reason, act.reason), (None, None), "the reason did not change");
    assert!(act.email_changed && act.attachment_announced);
}

#[test]
fn an_approval_is_renewed_before_it_ends_or_soon_after() {
    let approved = approved_for_a_while();
    let end = at(1000);
    let renews = Renews { request_id: approved.id.clone(), ends_at: end };
    for now in [at(11), at(999), end, end + RENEWABLE] {
        assert_eq!(approved.renewal(now), Ok(renews.clone()), "{now}");
    }
    let recorded = approved.expire(end).unwrap();
    assert_eq!(recorded.renewal(end), Ok(renews), "also when its end was recorded");
    let too_late = end + RENEWABLE + jiff::SignedDuration::from_secs(1);
    assert_eq!(approved.renewal(too_late), Err(NotRenewable::TooLate));
}

#[test]
fn what_is_no_approval_with_an_end_cannot_be_renewed() {
    let decided = |outcome| request().decide(decision(outcome, at(10)), &in_group(1)).unwrap();
    let revoked = approved_for_a_while().revoke(revocation(at(20))).unwrap();
    let ended = approved_for_a_while().end(EndReason::ComputerRemoved, at(20)).unwrap();
    let cases = [
        (request(), NotRenewable::NotApproved(RequestStatus::Pending), "it waits"),
        (decided(Outcome::Denied), NotRenewable::NotApproved(RequestStatus::Denied), "it was denied"),
        (decided(Outcome::Ignored), NotRenewable::NotApproved(RequestStatus::Ignored), "it was set aside"),
        (decided(Outcome::Approved), NotRenewable::NeverEnds, "it has no end"),
        (revoked, NotRenewable::Ended, "somebody took it back"),
        (ended, NotRenewable::Ended, "its computer is gone"),
    ];
    for (request, why_not, why) in cases {
        assert_eq!(request.renewal(at(30)), Err(why_not), "{why}");
    }
}

#[test]
fn a_request_renews_one_approval() {
    let renews = |number: i64| Some(Renews { request_id: request().id, ends_at: at(number) });
    let first = request().renewing(renews(1));
    assert_eq!(first.clone().renewing(renews(2)).renews, renews(1));
    assert_eq!(first.clone().renewing(None).renews, renews(1));
    let json = serde_json::to_string(&first).unwrap();
    assert_eq!(serde_json::from_str::<Request>(&json).unwrap(), first);
    assert!(!serde_json::to_string(&request()).unwrap().contains("renews"), "records of others do not grow");
}
