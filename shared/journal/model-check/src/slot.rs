//! The model of elections: candidates for one slot, holders that die, and processors that settle the candidates'
//! numbers.

pub mod candidate;
pub mod place;

use stateright::{Model, Property};

use crate::journal::Events;
use crate::numbers::{Numbers, Renumbering};
use crate::outcome::{Told, Way};
use crate::processor::{Choice, Processor, Site};
use crate::rules::{Rules, Turns};
use candidate::{Candidate, UnderWay};
use place::{Place, Seen};

/// The bounds of the exploration.
#[derive(Clone, Copy, Debug)]
pub struct Electing {
    /// How many candidates there are, three at the most.
    pub candidates: usize,
    /// How many numbers each may take.
    pub numbers: u8,
    /// How many swaps a candidate tries for one number.
    pub rounds: u8,
    /// How many processors there are, two at the most.
    pub processors: usize,
    /// How many holders may die.
    pub deaths: u8,
    /// How many operations of candidates may fail.
    pub failures: u8,
    /// The rule left out, and the answers of the backend.
    pub rules: Rules,
}

/// The store, and every actor between two operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The store.
    pub site: Site<Place>,
    candidates: [Candidate; 3],
    processors: [Processor<Seen>; 2],
    under_way: Option<UnderWay>,
    deaths: u8,
    failures: u8,
}

/// One operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The next operation of a candidate, and how it ends.
    Stand(usize, Way),
    /// The next operation of a processor.
    Process(usize, Choice),
    /// The record of an elected candidate stops counting as a holder.
    Decide(usize),
    /// A delayed write arrives.
    Arrive,
}

impl State {
    fn events(&self) -> Events {
        let mut events = Events::default();
        events.0.iter_mut().zip(&self.candidates).for_each(|(copies, candidate)| *copies = candidate.numbers);
        events
    }

    fn dead(&self) -> Numbers {
        let dead = self.candidates.iter().filter(|candidate| candidate.dead);
        dead.flat_map(|candidate| candidate.numbers.iter()).collect()
    }

    fn was_elected(&self, candidate: &Candidate) -> bool {
        !candidate.numbers.shared_with(self.site.target.elected).is_empty()
    }

    /// Makes states with the same behaviour one state. Candidates are interchangeable, and so are processors.
    fn canonical(mut self, turns: Turns) -> Self {
        let Site { projection, target, .. } = self.site;
        self.processors.iter_mut().for_each(|processor| {
            processor.forget(&projection);
            processor.seen_mut().into_iter().for_each(|seen| seen.forget(&target));
        });
        self.site.projection.revision = 1;
        self.candidates.iter_mut().for_each(|candidate| candidate.forget(&target));
        self.under_way = self.under_way.and_then(|write| write.forget(&target));
        self.site.target.forget();
        self.forget_settled();
        if turns == Turns::Single {
            self.renumber();
        }
        self.candidates.sort_unstable();
        self.processors.sort_unstable();
        self
    }

    /// Only actors that are already at it examine a settled number any more.
    fn forget_settled(&mut self) {
        for number in self.site.projection.counted.with(self.site.projection.holes).iter() {
            let processed = self.processors.iter().any(|processor| processor.looks_at(number));
            if !processed && !self.candidates.iter().any(|candidate| candidate.looks_at(number)) {
                self.site.journal.forget(number);
                self.site.journal.forget_mark(number);
            }
        }
    }

    /// Orders the numbers of candidates in the same state, regardless of which took one first.
    fn renumber(&mut self) {
        let Place { held, elected, .. } = self.site.target;
        let more = [elected, held.claim().into_iter().collect()];
        let key = |candidate: Candidate| {
            (candidate.without_numbers(), self.site.roles(candidate.numbers, more), candidate)
        };
        let mut keyed = self.candidates.map(key);
        keyed.sort_unstable();
        self.candidates = keyed.map(|(.., candidate)| candidate);
        let mut new = Renumbering::default();
        let numbers = self.candidates.iter().flat_map(|candidate| candidate.numbers.iter());
        numbers.for_each(|number| new.add(number));
        self.site.journal.renumber(&new);
        self.site.projection.renumber(&new);
        self.site.target.renumber(&new);
        self.candidates.iter_mut().for_each(|candidate| candidate.renumber(&new));
        self.processors.iter_mut().for_each(|processor| {
            processor.renumber(&new);
            processor.seen_mut().into_iter().for_each(|seen| seen.renumber(&new));
        });
        self.under_way.iter_mut().for_each(|write| write.renumber(&new));
    }
}

impl Electing {
    fn end(&self, state: &State) -> Site<Place> {
        state.site.after_all_died(&state.events(), self.rules)
    }
}

impl Model for Electing {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let mut candidates = [Candidate::absent(); 3];
        candidates.iter_mut().take(self.candidates).for_each(|place| *place = Candidate::new(self.numbers));
        let mut processors = [Processor::absent(); 2];
        processors.iter_mut().take(self.processors).for_each(|place| *place = Processor::default());
        let state = State {
            site: Site::default(),
            candidates,
            processors,
            under_way: None,
            deaths: self.deaths,
            failures: self.failures,
        };
        vec![state.canonical(self.rules.turns)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (index, candidate) in state.candidates.iter().enumerate() {
            let ways = candidate.ways(state.failures > 0);
            actions.extend(ways.iter().map(|way| Action::Stand(index, *way)));
            if state.deaths > 0 && !candidate.dead && state.was_elected(candidate) {
                actions.push(Action::Decide(index));
            }
        }
        for (index, processor) in state.processors.iter().enumerate() {
            let choices = processor.choices(&state.site, self.rules);
            actions.extend(choices.into_iter().map(|choice| Action::Process(index, choice)));
        }
        if state.under_way.is_some() {
            actions.push(Action::Arrive);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = *last;
        match action {
            Action::Stand(index, way) => {
                let dead = state.dead();
                state.failures -= u8::from(way.is_failure());
                let candidate = state.candidates.get_mut(index)?;
                let stays = candidate.advance(&mut state.site, dead, self.rounds, way, self.rules);
                state.under_way = state.under_way.or(stays);
            }
            Action::Process(index, choice) => {
                let events = state.events();
                let processor = state.processors.get_mut(index)?;
                processor.advance(&mut state.site, &events, choice, self.rules);
            }
            Action::Decide(index) => {
                state.deaths -= 1;
                state.candidates.get_mut(index)?.dead = true;
            }
            Action::Arrive => state.under_way.take()?.arrive(&mut state.site),
        }
        Some(state.canonical(self.rules.turns))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("one_holder_at_a_time", |_, state: &State| {
                let holds = |candidate: &&Candidate| {
                    !candidate.dead && (state.was_elected(candidate) || candidate.told() == Some(Told::Saved))
                };
                state.candidates.iter().filter(holds).count() <= 1
            }),
            Property::always("an_acknowledged_change_is_never_lost", acknowledged_is_kept),
            Property::always("nothing_counts_twice", |model: &Self, state: &State| {
                let counted = model.end(state).projection.counted;
                state.candidates.iter().all(|candidate| candidate.numbers.shared_with(counted).len() <= 1)
            }),
            Property::always("every_number_is_settled_in_the_end", |model: &Self, state: &State| {
                let end = model.end(state);
                end.is_settled() && end.journal.last.is_within_bounds()
            }),
            Property::always(
                "an_event_counts_exactly_if_its_change_took_effect",
                |model: &Self, state: &State| {
                    model.end(state).projection.counted == state.site.target.elected
                },
            ),
            Property::always("nothing_comes_of_what_was_told_no", |_, state: &State| {
                let no = |candidate: &&Candidate| candidate.told() == Some(Told::No);
                !state.candidates.iter().filter(no).any(|candidate| state.was_elected(candidate))
            }),
            Property::sometimes("everybody is answered", |_, state: &State| {
                state.candidates.iter().all(|candidate| candidate.told().is_some())
            }),
        ]
    }
}

fn acknowledged_is_kept(model: &Electing, state: &State) -> bool {
    let saved = state.candidates.iter().filter(|candidate| candidate.told() == Some(Told::Saved));
    let saved: Vec<_> = saved.collect();
    if saved.is_empty() {
        return true;
    }
    let counted = model.end(state).projection.counted;
    saved
        .iter()
        .all(|candidate| !candidate.numbers.shared_with(counted).is_empty() && state.was_elected(candidate))
}
