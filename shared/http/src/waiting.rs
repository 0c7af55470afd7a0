//! Each instance's places for waiting calls (long polls), and which call of a caller is the newest.
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Of the 16 requests that an instance serves at once, how many may wait. The rest stay free for work.
pub const WAITING_PLACES: usize = 8;
/// How many of these places one caller may take, so that no computer keeps the others from waiting. Its agent waits for
/// news with one call, and for each program that was just blocked with another one.
pub const PLACES_OF_ONE_CALLER: usize = 4;

/// The places of one instance for waiting calls.
#[derive(Clone, Debug)]
pub struct Waiting {
    places: usize,
    taken: Arc<Mutex<Taken>>,
    turns: Arc<Mutex<Turns>>,
}

/// How many places each caller has taken.
type Taken = BTreeMap<String, usize>;

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
        Self { places, taken: Arc::default(), turns: Arc::default() }
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

    /// Takes a place for a caller; `None` if all are taken, or as many as one caller may take. Dropping the [`Place`]
    /// frees it.
    pub fn take(&self, caller: &str) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.get(caller).copied().unwrap_or_default();
        if own >= PLACES_OF_ONE_CALLER || taken.values().sum::<usize>() >= self.places {
            return None;
        }
        taken.insert(caller.to_owned(), own + 1);
        Some(Place { caller: caller.to_owned(), taken: Arc::clone(&self.taken) })
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
pub struct Place {
    caller: String,
    taken: Arc<Mutex<Taken>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&self.caller) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                taken.remove(&self.caller);
            }
        }
    }
}
