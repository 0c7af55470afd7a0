//! Unconfirmed computers: another one has their host name.

use countersign_model::{
    Computer, Decision, DecisionScope, FirstUse, Grant, GroupId, NotReached, Outcome, Subject,
    TransitionError, Whereabouts,
};

use crate::lives::{computer, decision, file, request, request_of};
use crate::tree::Place::Own;
use crate::tree::at;

#[test]
fn what_an_unconfirmed_computer_asks_is_decided_for_itself_alone() {
    let place = || Whereabouts::In {
        group_id: request().group_id,
        is_deleted: false,
        is_unconfirmed: true,
        is_cloned: false,
    };
    for outcome in [Outcome::Approved, Outcome::Denied, Outcome::Ignored] {
        for scope in [DecisionScope::Computer, DecisionScope::Group, DecisionScope::Organization] {
            let decision = Decision { scope, ..decision(outcome, at(10)) };
            let made = |decision: &Decision| request().decide(decision.clone(), &place()).map(|_| ());
            let refused = Err(TransitionError::ComputerUnconfirmed);
            let alone = scope == DecisionScope::Computer;
            assert_eq!(made(&decision), if alone { Ok(()) } else { refused.clone() }, "{outcome} {scope}");
            let along = if alone && outcome != Outcome::Denied { Ok(()) } else { refused };
            assert_eq!(made(&decision.including_matching()), along, "{outcome} {scope}, with matching ones");
        }
    }
    let other = request_of(2, 1, Own, Subject::Application(file('a')));
    for scope in [DecisionScope::Computer, DecisionScope::Group, DecisionScope::Organization] {
        assert!(!request().settles(scope, &other, &place()), "its own request is not settled along: {scope}");
    }
}

#[test]
fn an_approval_for_a_cloned_computer_alone_reaches_nobody_and_others_do() {
    let group_id = request().group_id;
    let place = || Whereabouts::In {
        group_id: group_id.clone(),
        is_deleted: false,
        is_unconfirmed: false,
        is_cloned: true,
    };
    for outcome in [Outcome::Approved, Outcome::Denied, Outcome::Ignored] {
        for scope in [DecisionScope::Computer, DecisionScope::Group, DecisionScope::Organization] {
            let decision = Decision { scope, ..decision(outcome, at(10)) };
            let for_nobody = (outcome, scope) == (Outcome::Approved, DecisionScope::Computer);
            let expected = if for_nobody { Err(TransitionError::ComputerCloned) } else { Ok(()) };
            assert_eq!(request().decide(decision, &place()).map(drop), expected, "{outcome} {scope}");
        }
    }
    let other = request_of(2, 1, Own, Subject::Application(file('a')));
    for scope in [DecisionScope::Computer, DecisionScope::Group, DecisionScope::Organization] {
        assert!(!request().settles(scope, &other, &place()), "its own request is not settled along: {scope}");
    }
    assert!(request().of_clones().is_some_and(|marked| marked.cloned && marked.of_clones().is_none()));
}

#[test]
fn an_approval_says_whether_it_still_reaches_the_computer_that_asked() {
    let here = request().group_id;
    let elsewhere = computer(2, 2, Own).group_id;
    let place = |group_id: &GroupId, is_unconfirmed, is_cloned| Whereabouts::In {
        group_id: group_id.clone(),
        is_deleted: false,
        is_unconfirmed,
        is_cloned,
    };
    let (moved, unconfirmed) = (Err(NotReached::Moved), Err(NotReached::Unconfirmed));
    let cases = [
        (place(&here, false, false), [Ok(()); 3], "as it was decided"),
        (place(&elsewhere, false, false), [Ok(()), moved, Ok(())], "it left the group"),
        (place(&here, true, false), [Ok(()), unconfirmed, unconfirmed], "it has only what is for itself"),
        (place(&here, false, true), [Err(NotReached::Cloned); 3], "its token is refused"),
        (Whereabouts::Removed, [Err(NotReached::Removed); 3], "it is gone"),
    ];
    let scopes = [DecisionScope::Computer, DecisionScope::Group, DecisionScope::Organization];
    let decide = |outcome, scope| {
        request()
            .decide(Decision { scope, ..decision(outcome, at(10)) }, &place(&here, false, false))
            .unwrap()
    };
    for (now, expected, why) in cases {
        let reach = scopes.map(|scope| decide(Outcome::Approved, scope).reach(&now, None, at(20)));
        assert_eq!(reach, expected.map(Some), "{why}");
        assert_eq!(decide(Outcome::Denied, DecisionScope::Group).reach(&now, None, at(20)), None, "{why}");
        assert_eq!(request().reach(&now, None, at(1)), None, "nobody has decided: {why}");
    }
}

#[test]
fn an_approval_that_begins_with_its_first_use_reaches_the_computer_in_its_own_time() {
    let here = Whereabouts::of_computer(Some(&computer(1, 1, Own)));
    let first_use = FirstUse { lasts_seconds: 100, use_by: at(50) };
    let starting = decision(Outcome::Approved, at(10)).starting_at_first_use(first_use).unwrap();
    let approved = request().decide(starting, &here).unwrap();
    let (late, over) = (Err(NotReached::NotUsedInTime), Err(NotReached::UsedUp));
    let cases = [
        (None, 49, Some(Ok(())), "it can still be used"),
        (None, 50, Some(late), "it had to be used by now"),
        (None, 149, Some(late), "others may still use it"),
        (None, 150, None, "it has ended everywhere"),
        (Some(20), 119, Some(Ok(())), "its time has begun"),
        (Some(20), 120, Some(over), "its time is over"),
        (Some(49), 148, Some(Ok(())), "it was used in time"),
        (Some(49), 150, None, "it has ended everywhere"),
    ];
    for (used, now, expected, why) in cases {
        assert_eq!(approved.reach(&here, used.map(at), at(now)), expected, "{used:?} {now}: {why}");
    }
    let gone = approved.reach(&Whereabouts::Removed, Some(at(20)), at(120));
    assert_eq!(gone, Some(Err(NotReached::Removed)), "nothing comes back to it");
}

#[test]
fn an_unconfirmed_computer_has_only_grants_for_itself() {
    let twin = Computer { unconfirmed: true, ..computer(1, 1, Own) };
    for scope in [DecisionScope::Computer, DecisionScope::Group, DecisionScope::Organization] {
        let grant =
            Grant::of(&request(), &Decision { scope, ..decision(Outcome::Approved, at(10)) }).unwrap();
        assert_eq!(grant.is_for(&twin), scope == DecisionScope::Computer, "{scope}");
        assert!(grant.is_for(&twin.confirmed()), "{scope}");
    }
}

#[test]
fn a_computer_that_takes_the_name_of_another_one_is_unconfirmed_until_an_administrator_confirms_it() {
    let (known, other) = (computer(1, 1, Own), computer(2, 1, Own).id);
    let free = known.renamed("pc-2".to_owned(), 1, None);
    assert_eq!((free.hostname.as_str(), free.naming, free.unconfirmed), ("pc-2", 1, false));
    let twin = free.renamed("PC-3".to_owned(), 2, Some(other.clone()));
    assert_eq!((twin.unconfirmed, &twin.twin_of), (true, &Some(other.clone())));
    let away = twin.renamed("pc-4".to_owned(), 3, None);
    assert_eq!((away.unconfirmed, &away.twin_of), (true, &Some(other)), "a free name confirms nothing");
    assert_eq!((away.confirmed().unconfirmed, away.confirmed().twin_of), (false, None));
}
