//! The model of saving: writers that change one record or create something, and processors that settle their numbers.

pub mod record;
pub mod writer;

use stateright::{Model, Property};

use crate::journal::{Events, Mark};
use crate::numbers::{Numbers, Renumbering};
use crate::outcome::{Told, Way};
use crate::processor::{Choice, Processor, Site};
use crate::rules::{Rules, Turns};
use record::{Record, Seen};
use writer::{Kind, UnderWay, Writer};

/// The bounds of the exploration.
#[derive(Clone, Debug)]
pub struct Saving {
    /// The writers, three at the most.
    pub writers: Vec<Kind>,
    /// How many numbers each may take.
    pub numbers: u8,
    /// How many processors there are, two at the most.
    pub processors: usize,
    /// How many of its writes the record remembers, two at the most.
    pub remembers: u8,
    /// How many operations of writers may fail.
    pub failures: u8,
    /// Whether [`KNOWN_GAP`] is checked.
    pub shows_gap: bool,
    /// The rules.
    pub rules: Rules,
}

/// The store, and every actor between two operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The store.
    pub site: Site<Record>,
    writers: [Writer; 3],
    processors: [Processor<Seen>; 2],
    under_way: Option<UnderWay>,
    failures: u8,
}

/// One operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The next operation of a writer, and how it ends.
    Write(usize, Way),
    /// The next operation of a processor.
    Process(usize, Choice),
    /// A delayed write arrives.
    Arrive,
}

impl State {
    fn events(&self) -> Events {
        let mut events = Events::default();
        for (copies, writer) in events.0.iter_mut().zip(&self.writers) {
            if writer.kind != Kind::Rewrite {
                *copies = writer.numbers;
            }
        }
        events
    }

    /// Makes states with the same behaviour one state. Writers of a kind are interchangeable, and so are processors.
    fn canonical(mut self, turns: Turns) -> Self {
        self.forget_settled();
        let Site { projection, target, .. } = &mut self.site;
        self.processors.iter_mut().for_each(|processor| {
            processor.forget(projection);
            processor.seen_mut().into_iter().for_each(|seen| seen.forget(target, false));
        });
        projection.revision = 1;
        self.writers.iter_mut().for_each(|writer| writer.forget(target));
        self.under_way = self.under_way.and_then(|write| write.forget(target));
        target.forget();
        if turns == Turns::Single {
            self.renumber();
        }
        self.writers.sort_unstable();
        self.processors.sort_unstable();
        self
    }

    /// Orders the numbers of writers in the same state, regardless of which took one first. If a turn takes single
    /// numbers in any order, nothing depends on this.
    fn renumber(&mut self) {
        let more = [self.site.target.applied, Numbers::default()];
        let key = |writer: Writer| (writer.without_numbers(), self.site.roles(writer.numbers, more), writer);
        let mut keyed = self.writers.map(key);
        keyed.sort_unstable();
        self.writers = keyed.map(|(.., writer)| writer);
        let mut new = Renumbering::default();
        let events = self.writers.iter().filter(|writer| writer.kind != Kind::Rewrite);
        events.flat_map(|writer| writer.numbers.iter()).for_each(|number| new.add(number));
        self.site.journal.renumber(&new);
        self.site.projection.renumber(&new);
        self.site.target.renumber(&new);
        self.writers.iter_mut().for_each(|writer| writer.renumber(&new));
        self.processors.iter_mut().for_each(|processor| processor.renumber(&new));
        self.under_way.iter_mut().for_each(|write| write.renumber(&new));
    }

    /// Only actors that are already at it examine a settled number any more.
    fn forget_settled(&mut self) {
        let Self { site: Site { journal, projection, .. }, writers, processors, .. } = self;
        for number in projection.counted.with(projection.holes).without(projection.watched).iter() {
            if processors.iter().any(|processor| processor.looks_at(number)) {
                continue;
            }
            if !writers.iter().any(|writer| writer.confirms(number)) {
                journal.forget(number);
            }
            if !writers.iter().any(|writer| writer.checks(number)) {
                journal.forget_mark(number);
            }
        }
    }

    /// The numbers of the changes of a kind that took effect.
    fn effects(&self, kind: Kind) -> Numbers {
        let Site { journal, target, .. } = &self.site;
        if kind == Kind::Create { journal.created } else { target.applied }
    }

    /// Whether a writer's change is in the store.
    fn took_effect(&self, writer: &Writer) -> bool {
        !writer.numbers.shared_with(self.effects(writer.kind)).is_empty()
    }

    /// Whether the batch of a created event arrived after its number had been waited for in vain, and the writer has
    /// not written it again.
    fn arrived_too_late(&self, end: &Site<Record>, writer: &Writer) -> bool {
        writer.kind == Kind::Create
            && writer.told() != Some(Told::Saved)
            && writer.numbers.shared_with(end.journal.created).iter().all(|number| {
                end.projection.holes.contains(number) && self.site.journal.mark(number) == Some(Mark::Dropped)
            })
    }

    /// Whether this writer's event counts if and only if its change took effect.
    fn is_exact(&self, end: &Site<Record>, writer: &Writer) -> bool {
        let counts = writer.numbers.shared_with(end.projection.counted);
        let backed = counts.without(self.effects(writer.kind)).is_empty();
        backed && self.took_effect(writer) != counts.is_empty()
    }

    /// The writers whose change has an event.
    fn with_events(&self) -> impl Iterator<Item = &Writer> {
        self.writers.iter().filter(|writer| writer.kind != Kind::Rewrite)
    }
}

impl Saving {
    fn end(&self, state: &State) -> Site<Record> {
        state.site.after_all_died(&state.events(), self.rules)
    }
}

impl Model for Saving {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let mut writers = [Writer::absent(); 3];
        for (place, kind) in writers.iter_mut().zip(&self.writers) {
            *place = Writer::new(*kind, self.numbers);
        }
        let mut processors = [Processor::absent(); 2];
        processors.iter_mut().take(self.processors).for_each(|place| *place = Processor::default());
        let site = Site { target: Record::new(self.remembers), ..Site::default() };
        vec![
            State { site, writers, processors, under_way: None, failures: self.failures }
                .canonical(self.rules.turns),
        ]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (index, writer) in state.writers.iter().enumerate() {
            let ways = writer.ways(state.failures > 0);
            actions.extend(ways.iter().map(|way| Action::Write(index, *way)));
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
            Action::Write(index, way) => {
                let writer = state.writers.get_mut(index)?;
                if !matches!(way, Way::Well | Way::Refused) {
                    state.failures -= 1;
                }
                let stays = writer.advance(&mut state.site, way, self.rules);
                state.under_way = state.under_way.or(stays);
            }
            Action::Process(index, choice) => {
                let events = state.events();
                let processor = state.processors.get_mut(index)?;
                processor.advance(&mut state.site, &events, choice, self.rules);
            }
            Action::Arrive => state.under_way.take()?.arrive(&mut state.site),
        }
        Some(state.canonical(self.rules.turns))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut all = vec![
            Property::always("an_acknowledged_change_is_never_lost", acknowledged_is_kept),
            Property::always("nothing_counts_twice", nothing_twice),
            Property::always("every_number_is_settled_in_the_end", |model: &Self, state: &State| {
                let end = model.end(state);
                end.is_settled() && end.journal.last.is_within_bounds()
            }),
            Property::always(
                "an_event_counts_exactly_if_its_change_took_effect",
                |model: &Self, state: &State| {
                    let end = model.end(state);
                    let excused =
                        |writer: &Writer| !model.rules.watches_holes && state.arrived_too_late(&end, writer);
                    state.with_events().all(|writer| state.is_exact(&end, writer) || excused(writer))
                },
            ),
            Property::always("nothing_comes_of_what_was_told_no", |_: &Self, state: &State| {
                let no = |writer: &&Writer| writer.told() == Some(Told::No);
                !state.writers.iter().filter(no).any(|writer| state.took_effect(writer))
            }),
            Property::sometimes(
                "everybody has saved and everything is settled",
                |_: &Self, state: &State| {
                    let saved = |writer: &Writer| writer.told().is_some() && state.took_effect(writer);
                    state.site.is_settled() && state.writers.iter().filter(|w| !w.is_absent()).all(saved)
                },
            ),
        ];
        if self.shows_gap {
            all.push(Property::always(KNOWN_GAP, |model: &Self, state: &State| {
                let end = model.end(state);
                state.with_events().all(|writer| state.is_exact(&end, writer))
            }));
        }
        all
    }
}

/// A property that does not hold: a batch may arrive after its number was waited for in vain, and its writer may die
/// before it checks.
pub const KNOWN_GAP: &str = "no_record_is_without_its_event";

fn acknowledged_is_kept(model: &Saving, state: &State) -> bool {
    let mut saved = state.writers.iter().filter(|writer| writer.told() == Some(Told::Saved)).peekable();
    if saved.peek().is_none() {
        return true;
    }
    let counted = model.end(state).projection.counted;
    saved.all(|writer| {
        let counts = writer.kind == Kind::Rewrite || !writer.numbers.shared_with(counted).is_empty();
        counts && state.took_effect(writer)
    })
}

fn nothing_twice(model: &Saving, state: &State) -> bool {
    let counted = model.end(state).projection.counted;
    state.writers.iter().all(|writer| {
        let applied = writer.numbers.shared_with(state.site.target.applied).len();
        applied <= 1 && writer.numbers.shared_with(counted).len() <= 1
    })
}
