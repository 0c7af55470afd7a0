//! The model of forwarding: events that count in a journal are passed on to the journal of the organization above.
//!
//! Two processors race on the child's projection. The entries they write above are settled there by a [`Processor`],
//! like any other event that counts because it is there.

pub mod child;

use stateright::{Model, Property};

use crate::journal::{Events, Journal};
use crate::numbers::{Number, Numbers};
use crate::outcome::Way;
use crate::processor::{Choice, Processor, Site, Target};
use crate::rules::Rules;
use child::{Child, ChildProjection};

/// The bounds of the exploration.
#[derive(Clone, Copy, Debug)]
pub struct Forwarding {
    /// How many events come to count in the child, three at the most.
    pub events: u8,
    /// How many processors the child has, two at the most.
    pub children: usize,
    /// How many processors the parent has, two at the most.
    pub parents: usize,
    /// How often processors of the parent have waited long enough.
    pub impatience: u8,
    /// How many processors of the child die and are replaced. Processors that stay dead are covered in any case.
    pub deaths: u8,
    /// How many swaps of the child's projection get no clear answer.
    pub failures: u8,
    /// The rule left out, and the answers of the backend.
    pub rules: Rules,
}

/// Every forwarded event counts because it is there, so there is no target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Nothing;

impl Target for Nothing {
    type Seen = ();

    const PREPARES: bool = false;

    fn shows(&self, _: Number) -> bool {
        true
    }

    fn look(&self) {}

    fn prepare_touch(&self, (): (), _: &mut Journal, _: Rules) {}

    fn touch(&mut self, (): ()) {}
}

/// The stores of both journals, and every actor between two operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The last number of the child's journal. All its events count from the start; how they come to count is another
    /// model.
    pub last: Number,
    /// The projection of the child.
    pub projection: ChildProjection,
    /// The parent.
    pub above: Site<Nothing>,
    /// The numbers above under which each event of the child was written.
    pub copies: Events,
    children: [Child; 2],
    parents: [Processor<()>; 2],
    under_way: Option<(u8, ChildProjection)>,
    impatience: u8,
    deaths: u8,
    failures: u8,
}

/// One operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// An event comes to count in the child.
    Happen,
    /// The next one of a processor of the child, and how it ends.
    Forward(usize, Way),
    /// A processor of the child dies; another takes its place.
    Die(usize),
    /// The next operation of a processor of the parent.
    Process(usize, Choice),
    /// A delayed swap of the child's projection arrives.
    Arrive,
}

impl State {
    fn canonical(mut self) -> Self {
        let projection = self.projection;
        self.children.iter_mut().for_each(|child| child.forget(&projection));
        let newest = self.under_way.filter(|(read, _)| *read == projection.revision);
        self.under_way = newest.map(|(_, next)| (1, ChildProjection { revision: 1, ..next }));
        self.projection.revision = 1;
        let above = self.above.projection;
        self.parents.iter_mut().for_each(|parent| parent.forget(&above));
        self.above.projection.revision = 1;
        self.children.sort_unstable();
        self.parents.sort_unstable();
        self
    }

    /// The state after everybody has died and new processors have run.
    fn after_all_died(mut self, rules: Rules) -> Self {
        for _ in 0..4 {
            let mut child = Child::default();
            while child.is_due(&self) {
                child.advance(&mut self, Way::Well, rules);
            }
            self.above = self.above.after_all_died(&self.copies, rules);
        }
        self
    }

    /// How often an event of the child counts above.
    fn shown(&self, number: Number) -> u32 {
        let copies = self.copies.0.get(usize::from(number.0)).copied().unwrap_or_default();
        copies.shared_with(self.above.projection.counted).len()
    }

    fn numbers(&self) -> Numbers {
        Number(0).until(self.last).collect()
    }
}

impl Model for Forwarding {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let mut children = [Child::absent(); 2];
        children.iter_mut().take(self.children).for_each(|place| *place = Child::default());
        let mut parents = [Processor::absent(); 2];
        parents.iter_mut().take(self.parents).for_each(|place| *place = Processor::default());
        let state = State {
            last: Number(0),
            projection: ChildProjection::default(),
            above: Site::default(),
            copies: Events::default(),
            children,
            parents,
            under_way: None,
            impatience: self.impatience,
            deaths: self.deaths,
            failures: self.failures,
        };
        vec![state.canonical()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.last.0 < self.events {
            actions.push(Action::Happen);
        }
        for (index, child) in state.children.iter().enumerate() {
            if child.is_due(state) {
                let ways = child.ways(state.failures > 0);
                actions.extend(ways.iter().map(|way| Action::Forward(index, *way)));
            }
            if state.deaths > 0 && child.can_die() {
                actions.push(Action::Die(index));
            }
        }
        for (index, parent) in state.parents.iter().enumerate() {
            let choices = parent.choices(&state.above, self.rules).into_iter();
            let may = choices.filter(|choice| *choice != Choice::IsImpatient || state.impatience > 0);
            actions.extend(may.map(|choice| Action::Process(index, choice)));
        }
        if state.under_way.is_some() {
            actions.push(Action::Arrive);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = *last;
        match action {
            Action::Happen => state.last = state.last.next(),
            Action::Forward(index, way) => {
                let mut child = *state.children.get(index)?;
                let stays = child.advance(&mut state, way, self.rules);
                state.under_way = state.under_way.or(stays);
                state.failures -= u8::from(way.is_failure());
                *state.children.get_mut(index)? = child;
            }
            Action::Die(index) => {
                state.deaths -= 1;
                *state.children.get_mut(index)? = Child::default();
            }
            Action::Process(index, choice) => {
                state.impatience -= u8::from(choice == Choice::IsImpatient);
                let parent = state.parents.get_mut(index)?;
                parent.advance(&mut state.above, &state.copies, choice, self.rules);
            }
            Action::Arrive => {
                let (read, next) = state.under_way.take()?;
                state.projection.swap(read, next);
            }
        }
        Some(state.canonical())
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("each_counting_event_shows_once_above", |model: &Self, state: &State| {
                let end = state.after_all_died(model.rules);
                end.numbers().iter().all(|number| end.shown(number) == 1)
            }),
            Property::always("every_number_is_settled_in_the_end", |model: &Self, state: &State| {
                let end = state.after_all_died(model.rules);
                let below = end.projection.processed_up_to == end.last && end.projection.forwarding.is_none();
                below && end.above.is_settled() && end.above.journal.last.is_within_bounds()
            }),
            Property::sometimes("everything shows above", |model: &Self, state: &State| {
                state.last.0 == model.events && state.numbers().iter().all(|number| state.shown(number) == 1)
            }),
        ]
    }
}
