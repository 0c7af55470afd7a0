//! The rules of all actors in a model, and the granularity of their steps.

use crate::mutation::Mutation;

/// The rules of one exploration.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The rule left out.
    pub mutation: Option<Mutation>,
    /// What the backend reports about swaps.
    pub answer: SwapAnswer,
    /// How many numbers a turn of a processor takes.
    pub turns: Turns,
    /// How much of a turn is one step.
    pub grain: Grain,
    /// Whether a number that became a hole without an entry is examined again, in case its batch arrives after all, and
    /// a writer that writes its event again abandons its previous number in the same batch. The product does not do
    /// this; it would close the only gap that the models know.
    pub watches_holes: bool,
}

/// What a backend reports about a swap. The protocol ignores it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SwapAnswer {
    /// Always that it failed, even if it took effect.
    Failure,
    /// Always that it took effect, even if it was lost.
    Success,
}

/// How many numbers a turn takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turns {
    /// All numbers that are not settled, the lowest first, as in the product.
    Whole,
    /// One at a time, in any order. This keeps models with many numbers small. It is sufficient if no created event is
    /// written twice: only then would a number be settled by examining another one.
    Single,
}

/// How much of a turn is one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// One key-value operation.
    Fine,
    /// All reads that decide the outcome of a number; reading and touching a target. For models with many actors.
    Coarse,
}

impl Rules {
    /// Whether this rule is left out.
    pub fn lacks(self, mutation: Mutation) -> bool {
        self.mutation == Some(mutation)
    }
}
