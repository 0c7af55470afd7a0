//! Clones of one image that use one token.

use countersign_model::Computer;

use crate::lives::computer;
use crate::tree::Place::Own;
use crate::tree::at;

/// Whether it is found that agents with these ids are clones, and after how many calls. Each calls some seconds after the one
/// before.
fn found_after(calls: &[usize], seconds: i64) -> (Option<usize>, usize) {
    let (mut known, mut writes) = (computer(1, 1, Own), 0);
    for (nth, agent) in calls.iter().enumerate() {
        let now = at(i64::try_from(nth).unwrap() * seconds);
        let next: Option<Computer> = known.with_instance(&format!("agent-{agent}"), now);
        writes += usize::from(next.is_some());
        known = next.unwrap_or(known);
        if known.is_cloned() {
            return (Some(nth + 1), writes);
        }
    }
    (None, writes)
}

fn turns(agents: usize, calls: usize) -> Vec<usize> {
    (0..calls).map(|nth| nth % agents).collect()
}

#[test]
fn agents_that_take_turns_are_found_to_be_clones_however_many_they_are() {
    for agents in [2, 3, 5, 8, 9, 40] {
        let (found, writes) = found_after(&turns(agents, 200), 5);
        assert!(found.is_some_and(|calls| calls <= agents + 2), "{agents}: {found:?}");
        assert!(writes <= agents + 2, "{agents}: {writes}");
    }
    assert!(found_after(&turns(2, 10), 60).0.is_some(), "agents that ask each minute");
}

#[test]
fn one_agent_is_no_clone_whatever_happens_to_it() {
    assert_eq!(found_after(&[0; 100], 1), (None, 1), "the first call writes its id, and no other one does");
    assert_eq!(found_after(&(0..100).collect::<Vec<_>>(), 1).0, None, "it starts again and again");
    assert_eq!(found_after(&[0, 1, 0, 0, 2, 3], 1).0, None, "it was set back to a snapshot once");
    assert_eq!(found_after(&[0, 1, 0, 1, 0], 3_600).0, None, "or now and then");
}

#[test]
fn a_new_token_is_used_by_one_agent_again() {
    let mut cloned = computer(1, 1, Own);
    for (nth, agent) in turns(2, 4).into_iter().enumerate() {
        cloned = cloned.with_instance(&agent.to_string(), at(i64::try_from(nth).unwrap())).unwrap();
    }
    assert!(cloned.is_cloned() && !cloned.with_token("another".to_owned()).is_cloned());
}
