//! Each instance's places for waiting calls (long polls), and which call of a caller is the newest.
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Of the 16 requests that an instance serves at once, how many may wait. The rest stay free for work.
pub const WAITING_PLACES: usize = 8;

/// The places of one instance for waiting calls.
#[derive(Clone, Debug)]
pub struct Waiting {
    taken: Arc<AtomicUsize>,
    places: usize,
    turns: Arc<Mutex<Turns>>,
}

/// The newest waiting call of each caller.
#[derive(Debug, Default)]
struct Turns {
    last: u64,
    newest: BTreeMap<String, u64>,
}

impl Default for Waiting {
    fn default() -> Self {
        Self::with_places(WAITING_PLACES)
    }
}

impl Waiting {
    /// With another number of places than [`WAITING_PLACES`].
    pub fn with_places(places: usize) -> Self {
        Self { taken: Arc::new(AtomicUsize::new(0)), places, turns: Arc::default() }
    }

    /// Begins a waiting call. Each caller may have one: an earlier one is no longer the newest and should end. This is
    /// known only within this instance; calls at other instances end when their time is over.
    pub fn turn(&self, caller: &str) -> Turn {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.last += 1;
        let number = turns.last;
        turns.newest.insert(caller.to_owned(), number);
        Turn { caller: caller.to_owned(), number, turns: Arc::clone(&self.turns) }
    }

    /// Takes a place; `None` if all are taken. Dropping the [`Place`] frees it.
    pub fn take(&self) -> Option<Place> {
        let more = |taken: usize| (taken < self.places).then_some(taken + 1);
        self.taken.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).ok()?;
        Some(Place(Arc::clone(&self.taken)))
    }
}

/// A waiting call, of which each caller may have one; see [`Waiting::turn`].
#[derive(Debug)]
pub struct Turn {
    caller: String,
    number: u64,
    turns: Arc<Mutex<Turns>>,
}

impl Turn {
    /// Whether no newer call of the same caller has begun.
    pub fn is_newest(&self) -> bool {
        let turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.newest.get(&self.caller) == Some(&self.number)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.newest.get(&self.caller) == Some(&self.number) {
            turns.newest.remove(&self.caller);
        }
    }
}

/// A place that is taken as long as this value lives.
#[derive(Debug)]
pub struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
