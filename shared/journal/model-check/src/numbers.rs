//! Numbers of a journal, and sets of them in a machine word.

use std::fmt;

/// The highest number a model may reach. The models are bounded so that none gets there; a test asserts it.
pub const HIGHEST: u8 = 15;

/// A number of a journal, counted from 1; 0 stands before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Number(pub u8);

impl Number {
    /// The number after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1).min(HIGHEST))
    }

    /// Whether a model with this last number was large enough, so that no actor needed a higher number.
    pub fn is_within_bounds(self) -> bool {
        self.0 + 2 < HIGHEST
    }

    /// All numbers after `self`, up to and including `last`.
    pub fn until(self, last: Self) -> impl Iterator<Item = Self> {
        (self.0.saturating_add(1)..=last.0).map(Self)
    }
}

/// A set of numbers.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Numbers(u16);

impl Numbers {
    /// Adds a number.
    pub fn insert(&mut self, number: Number) {
        self.0 |= bit(number);
    }

    /// Takes a number out.
    pub fn remove(&mut self, number: Number) {
        self.0 &= !bit(number);
    }

    /// Whether a number is in it.
    pub fn contains(self, number: Number) -> bool {
        self.0 & bit(number) != 0
    }

    /// Whether nothing is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many numbers are in it.
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The lowest number in it.
    pub fn first(self) -> Option<Number> {
        self.iter().next()
    }

    /// The highest number in it.
    pub fn last(self) -> Option<Number> {
        self.iter().last()
    }

    /// The numbers of both sets.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The numbers that both sets share.
    #[must_use]
    pub fn shared_with(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The numbers that are not in the other set.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// For each of some sets, which of these numbers it contains, lowest first, as one word: two numbers with the same
    /// memberships are interchangeable.
    pub fn roles(self, sets: &[Self]) -> u64 {
        let all = self.iter().flat_map(|number| sets.iter().map(move |set| set.contains(number)));
        all.fold(1, |word, is_in| word << 1 | u64::from(is_in))
    }

    /// Its numbers, lowest first.
    pub fn iter(self) -> impl Iterator<Item = Number> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let lowest = left.trailing_zeros();
            left &= left.checked_sub(1)?;
            u8::try_from(lowest).ok().map(Number)
        })
    }
}

impl FromIterator<Number> for Numbers {
    fn from_iter<I: IntoIterator<Item = Number>>(numbers: I) -> Self {
        let mut all = Self::default();
        numbers.into_iter().for_each(|number| all.insert(number));
        all
    }
}

impl fmt::Debug for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|number| number.0)).finish()
    }
}

fn bit(number: Number) -> u16 {
    1 << number.0.min(HIGHEST)
}

/// New numbers for old ones.
#[derive(Clone, Copy, Debug)]
pub struct Renumbering {
    to: [Number; HIGHEST as usize + 1],
    next: Number,
}

impl Default for Renumbering {
    /// Keeps all numbers, so far.
    fn default() -> Self {
        let mut to = [Number(0); HIGHEST as usize + 1];
        to.iter_mut().zip(0..).for_each(|(place, number)| *place = Number(number));
        Self { to, next: Number(0) }
    }
}

impl Renumbering {
    /// Gives a number the next of the new ones.
    pub fn add(&mut self, number: Number) {
        self.next = self.next.next();
        if let Some(place) = self.to.get_mut(usize::from(number.0)) {
            *place = self.next;
        }
    }

    /// Replaces a number.
    pub fn number(&self, number: &mut Number) {
        *number = self.to.get(usize::from(number.0)).copied().unwrap_or_default();
    }

    /// Replaces each number of a set.
    pub fn numbers(&self, numbers: &mut Numbers) {
        *numbers = numbers
            .iter()
            .map(|mut number| {
                self.number(&mut number);
                number
            })
            .collect();
    }
}
