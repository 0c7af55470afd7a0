//! Fault injection for tests: refuse a key-value write, or end the process before it as `kill -9` would.

use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use crate::kv::KvError;

/// What happens before the chosen write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// This write is refused; the ones after it pass.
    FailOnce,
    /// This write and every later one of the component are refused, as if its host were gone.
    FailFrom,
    /// The process ends at once: no unwinding, no flushing, no answer.
    Stop,
}

/// One planned fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The component whose writes count; `None`: all components.
    pub component: Option<String>,
    /// Which write, counted from 1 since the plan was made.
    pub nth: u64,
    /// What happens then.
    pub effect: Effect,
}

/// The planned faults, each with its count so far.
#[derive(Debug, Default)]
pub struct Faults {
    plans: Mutex<Vec<(Plan, u64)>>,
}

impl Faults {
    /// Plans a fault; counting starts now.
    pub fn plan(&self, plan: Plan) {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner).push((plan, 0));
    }

    /// Drops all plans.
    pub fn clear(&self) {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Called before each key-value write (`set`, `delete`, `set-many`, `delete-many`, `increment`, `swap`).
    pub async fn before_write(&self, component: &str, op: &'static str) -> Result<(), KvError> {
        match self.next(component) {
            None => Ok(()),
            Some(Effect::Stop) => std::process::abort(),
            Some(Effect::FailOnce | Effect::FailFrom) => {
                Err(KvError::Other(format!("injected fault before `{op}` of `{component}`")))
            }
        }
    }

    fn next(&self, component: &str) -> Option<Effect> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due = None;
        for (plan, count) in plans.iter_mut() {
            if plan.component.as_deref().is_some_and(|wanted| wanted != component) {
                continue;
            }
            *count += 1;
            let hit = if plan.effect == Effect::FailFrom { *count >= plan.nth } else { *count == plan.nth };
            if hit {
                due = Some(plan.effect);
            }
        }
        due
    }
}

/// `COMPONENT:N`, as the hidden `--stop-at-write` takes it.
impl FromStr for Plan {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (component, nth) =
            text.split_once(':').ok_or_else(|| format!("`{text}` is not COMPONENT:NUMBER"))?;
        let nth = nth.parse().map_err(|_| format!("`{nth}` is not a number"))?;
        Ok(Self { component: Some(component.to_owned()), nth, effect: Effect::Stop })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn answers(effect: Effect, component: Option<&str>) -> Vec<bool> {
        let faults = Faults::default();
        faults.plan(Plan { component: component.map(str::to_owned), nth: 2, effect });
        let mut answers = Vec::new();
        for component in ["a", "b", "a", "a"] {
            answers.push(faults.before_write(component, "set").await.is_ok());
        }
        answers
    }

    #[tokio::test]
    async fn only_the_chosen_write_of_the_chosen_component_fails() {
        assert_eq!(answers(Effect::FailOnce, Some("a")).await, [true, true, false, true]);
        assert_eq!(answers(Effect::FailFrom, Some("a")).await, [true, true, false, false]);
        assert_eq!(answers(Effect::FailOnce, None).await, [true, false, true, true]);
        assert_eq!(answers(Effect::FailOnce, Some("c")).await, [true; 4]);
    }

    #[test]
    fn a_stop_is_written_as_component_and_number() {
        let plan = Plan { component: Some("submit-request".to_owned()), nth: 3, effect: Effect::Stop };
        assert_eq!("submit-request:3".parse(), Ok(plan));
        assert!("submit-request".parse::<Plan>().is_err());
        assert!("submit-request:x".parse::<Plan>().is_err());
    }
}
