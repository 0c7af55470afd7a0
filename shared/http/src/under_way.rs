//! The calls of each caller that this instance is answering at the moment, so that a handler can tell one call from many
//! at once without a write to the store.
use std::sync::{Arc, Mutex, PoisonError};

/// This instance's calls under way. Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub struct UnderWay(Arc<Mutex<Vec<CallUnderWay>>>);

/// A call: who makes it, and about what.
type CallUnderWay = (String, String);

/// A call that is under way until this is dropped.
#[derive(Debug)]
pub struct Entered {
    all: UnderWay,
    call: CallUnderWay,
    /// Whether the same caller had a call about something else under way when this one began.
    pub beside_another: bool,
}

impl UnderWay {
    /// Begins a call of somebody about something.
    #[must_use]
    pub fn enter(&self, who: &str, about: &str) -> Entered {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let beside_another = calls.iter().any(|(other, what)| other == who && what != about);
        let call = (who.to_owned(), about.to_owned());
        calls.push(call.clone());
        Entered { all: self.clone(), call, beside_another }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut calls = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = calls.iter().position(|call| *call == self.call) {
            calls.swap_remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_beside_another_of_its_caller_about_something_else_until_that_one_ends() {
        let calls = UnderWay::default();
        let first = calls.enter("a", "x");
        assert!(!first.beside_another);
        assert!(!calls.enter("a", "x").beside_another, "about the same");
        assert!(!calls.enter("b", "y").beside_another, "somebody else");
        assert!(calls.enter("a", "y").beside_another);
        drop(first);
        assert!(!calls.enter("a", "y").beside_another);
    }
}
