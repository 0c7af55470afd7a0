//! The explorations: all properties hold, and each rule left out is noticed.

mod forwarding;
mod saving;
mod slot;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::hash::Hash;

use stateright::{Checker, HasDiscoveries, Model};

use crate::mutation::Mutation;
use crate::rules::{Grain, Rules, SwapAnswer, Turns};

/// Both possible answers of backends.
const ANSWERS: [SwapAnswer; 2] = [SwapAnswer::Failure, SwapAnswer::Success];

/// The whole protocol, one operation at a time, in whole turns.
const RULES: Rules = Rules {
    mutation: None,
    answer: SwapAnswer::Failure,
    turns: Turns::Whole,
    grain: Grain::Fine,
    watches_holes: false,
};

impl Rules {
    fn without(self, mutation: Mutation) -> Self {
        Self { mutation: Some(mutation), ..self }
    }

    fn answered(self, answer: SwapAnswer) -> Self {
        Self { answer, ..self }
    }

    fn single(self) -> Self {
        Self { turns: Turns::Single, ..self }
    }

    fn coarse(self) -> Self {
        Self { grain: Grain::Coarse, ..self }
    }
}

/// Explores every state and asserts all properties.
fn holds<M>(model: M)
where
    M: Model + Debug + Send + Sync + 'static,
    M::State: Hash + Debug + Clone + PartialEq + Send + Sync,
    M::Action: Clone + PartialEq + Debug,
{
    let name = format!("{model:?}");
    let checker = model.checker().threads(2).finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    println!("{} states: {name}", checker.unique_state_count());
    for property in checker.model().properties() {
        let found = checker.discovery(property.name);
        let as_expected = found.is_some() != property.expectation.discovery_is_failure();
        let story = found.map(|path| story(path.into_vec())).unwrap_or_default();
        assert!(as_expected, "{} is not as it must be\n{story}", property.name);
    }
}

/// Explores until a property is found violated; asserts that it is.
fn violates<M>(property: &'static str, model: M)
where
    M: Model + Debug + Send + Sync + 'static,
    M::State: Hash + Debug + Clone + PartialEq + Send + Sync,
    M::Action: Clone + PartialEq + Debug,
{
    let name = format!("{model:?}");
    let found = HasDiscoveries::AnyOf(BTreeSet::from([property]));
    let checker = model.checker().threads(2).finish_when(found).spawn_bfs().join();
    let path = checker.discovery(property).unwrap_or_else(|| panic!("{property} holds: {name}"));
    let steps = path.into_vec();
    println!("{property} is violated after {} steps: {name}", steps.len() - 1);
    if std::env::var("STORY").is_ok() {
        println!("{}", story(steps));
    }
}

/// A path in words: each operation, and what it changed. Interchangeable actors may swap places.
fn story<S: Debug, A: Debug>(steps: Vec<(S, Option<A>)>) -> String {
    let mut told = String::new();
    let mut before = BTreeSet::new();
    for (state, action) in steps {
        let now = facts(&state);
        now.difference(&before).for_each(|fact| told += &format!("      {fact}\n"));
        if let Some(action) = action {
            told += &format!("-> {action:?}\n");
        }
        before = now;
    }
    told
}

/// The facts of a state, line by line, each with the names of what contains it.
fn facts(state: &impl Debug) -> BTreeSet<String> {
    let mut parts: Vec<(String, usize)> = Vec::new();
    let mut facts = BTreeSet::new();
    for line in format!("{state:#?}").lines().map(str::trim) {
        if line.starts_with(['}', ']', ')']) {
            parts.pop();
        } else if let Some(part) = line.strip_suffix(['{', '[', '(']) {
            let place = parts.last_mut().map_or(0, |(_, count)| std::mem::replace(count, *count + 1));
            let part = if part.contains(':') { part.to_owned() } else { format!("{place} {part}") };
            parts.push((part, 0));
        } else {
            let within: Vec<_> = parts.iter().skip(1).map(|(part, _)| part.trim()).collect();
            facts.insert(format!("{} {line}", within.join(" / ")));
        }
    }
    facts
}
