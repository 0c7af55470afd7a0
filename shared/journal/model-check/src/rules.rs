//! The rules that everybody in a model goes by, and how finely their steps are told apart.

use crate::mutation::Mutation;

/// The rules of one exploration.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The rule left out.
    pub mutation: Option<Mutation>,
    /// What the backend says of swaps.
    pub answer: SwapAnswer,
    /// How many numbers a turn of a processor takes.
    pub turns: Turns,
    /// How much of a turn is one step.
    pub grain: Grain,
    /// Whether a number that became a hole without an entry is looked at again, in case its batch arrives after all, and a
    /// writer that writes its event again gives up its number before in the same batch. The product does not do so; it is
    /// what would close the one gap that the models know of.
    pub watches_holes: bool,
}

/// What a backend says of a swap. The protocol does not listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SwapAnswer {
    /// Always that it failed, also when it took effect.
    Failure,
    /// Always that it took effect, also when it was lost.
    Success,
}

/// How many numbers a turn takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turns {
    /// All that are not settled, the lowest first, as the product does.
    Whole,
    /// One at a time, in any order. This keeps models with many numbers small. It is enough where no event that counts by
    /// being there is written twice: only then is a number settled by looking at another one.
    Single,
}

/// How much of a turn is one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// One key-value operation.
    Fine,
    /// All reads that decide what becomes of a number; reading and touching a target. For models with many actors.
    Coarse,
}

impl Rules {
    /// Whether this rule is left out.
    pub fn lacks(self, mutation: Mutation) -> bool {
        self.mutation == Some(mutation)
    }
}
