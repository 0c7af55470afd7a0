//! The key of a slot: it holds a number, and the claim under that number says who holds the slot.

use crate::journal::Journal;
use crate::mutation::Mutation;
use crate::numbers::{Number, Numbers, Renumbering};
use crate::processor::Target;
use crate::rules::Rules;

/// The contents of a slot. A candidate's claim is identified by the number of its event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Held {
    /// The key does not exist.
    #[default]
    Absent,
    /// It was created and nobody was elected yet.
    Free,
    /// The claim of a candidate, under the number that its event names as its commit.
    Claim(Number),
    /// The same claim under another number: somebody touched the slot.
    Copy(Number),
    /// A number without a claim: somebody touched a slot that had no holder.
    Vacant,
}

/// A slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// What it holds.
    pub held: Held,
    /// Distinguishes copies: each touch takes a unique number.
    touch: u8,
    /// All numbers that were ever elected. No operation reads this; the properties do.
    pub elected: Numbers,
}

/// What is remembered of a slot that was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Seen {
    /// What it held.
    pub held: Held,
    touch: u8,
}

impl Held {
    /// The number whose claim it is.
    pub fn claim(self) -> Option<Number> {
        match self {
            Self::Claim(number) | Self::Copy(number) => Some(number),
            Self::Absent | Self::Free | Self::Vacant => None,
        }
    }
}

impl Held {
    /// Renumbers it.
    pub fn renumber(&mut self, new: &Renumbering) {
        if let Self::Claim(number) | Self::Copy(number) = self {
            new.number(number);
        }
    }

    /// The contents without the number, for comparison.
    #[must_use]
    pub fn without_number(self) -> Self {
        match self {
            Self::Claim(_) => Self::Claim(Number(0)),
            Self::Copy(_) => Self::Copy(Number(0)),
            Self::Absent | Self::Free | Self::Vacant => self,
        }
    }
}

impl Place {
    /// Renumbers everything.
    pub fn renumber(&mut self, new: &Renumbering) {
        self.held.renumber(new);
        new.numbers(&mut self.elected);
    }

    /// Reads it.
    pub fn look(&self) -> Seen {
        Seen { held: self.held, touch: self.touch }
    }

    /// Creates it, unless it exists.
    pub fn create(&mut self) {
        if self.held == Held::Absent {
            self.held = Held::Free;
        }
    }

    /// Elects a number if the slot still holds what was seen.
    pub fn swap(&mut self, seen: Seen, number: Number) {
        if self.look() == seen {
            self.held = Held::Claim(number);
            self.elected.insert(number);
            self.touch = 0;
        }
    }

    /// Restarts the numbering of copies. All actors first convert theirs relative to this one.
    pub fn forget(&mut self) {
        self.touch = self.touch.min(1);
    }
}

impl Seen {
    /// Renumbers it.
    pub fn renumber(&mut self, new: &Renumbering) {
        self.held.renumber(new);
    }

    /// Keeps only whether a copy is the one that the slot holds now.
    pub fn forget(&mut self, place: &Place) {
        if self.touch != 0 {
            self.touch = if *self == place.look() { 1 } else { GONE };
        }
    }

    /// Whether a swap that expects this may still take effect.
    pub fn is_possible(&self) -> bool {
        self.touch != GONE
    }
}

/// A copy that the slot no longer holds.
const GONE: u8 = u8::MAX;

impl Target for Place {
    type Seen = Seen;

    const PREPARES: bool = true;

    fn shows(&self, number: Number) -> bool {
        self.held == Held::Claim(number)
    }

    fn look(&self) -> Seen {
        Self::look(self)
    }

    /// Writes the claim under another number, and a receipt for the holder's event: from then on the slot does not show
    /// it.
    fn prepare_touch(&self, seen: Seen, journal: &mut Journal, rules: Rules) {
        let holder = seen.held.claim().filter(|_| !rules.lacks(Mutation::TouchWithoutReceipt));
        holder.iter().for_each(|number| journal.receipts.insert(*number));
    }

    /// An absent slot needs no touch: it is never swapped, and a candidate that creates it now reads the mark before it
    /// swaps.
    fn touch(&mut self, seen: Seen) {
        if self.look() != seen || seen.held == Held::Absent {
            return;
        }
        self.held = match seen.held.claim() {
            Some(number) => Held::Copy(number),
            None => Held::Vacant,
        };
        self.touch += 2;
    }
}
