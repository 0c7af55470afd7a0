//! Many tasks in one thread, in an order determined by a seed. At every key-value operation, other tasks may run, and
//! the task may stall or die.

use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

use futures::future::BoxFuture;

use super::TestRandom;

/// The most steps of a schedule; more means that tasks wait for each other for ever.
const STEPS: usize = 2_000_000;

/// Lets others run once.
pub async fn pause() {
    let mut paused = false;
    poll_fn(|context| {
        if paused {
            return Poll::Ready(());
        }
        paused = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// An order of steps.
pub struct Schedule<'a> {
    random: TestRandom,
    deaths: u64,
    stalls: u64,
    each_step: Box<dyn FnMut(&TestRandom) + 'a>,
}

impl<'a> Schedule<'a> {
    /// The order of a seed, without deaths and stalls.
    pub fn new(seed: u64) -> Self {
        Self { random: TestRandom::new(seed), deaths: 0, stalls: 0, each_step: Box::new(|_| ()) }
    }

    /// How many of a thousand steps kill their task.
    #[must_use]
    pub fn deaths(mut self, per_thousand: u64) -> Self {
        self.deaths = per_thousand;
        self
    }

    /// How many of a thousand steps stall their task for a long while.
    #[must_use]
    pub fn stalls(mut self, per_thousand: u64) -> Self {
        self.stalls = per_thousand;
        self
    }

    /// Called at every step, for example to move a clock.
    #[must_use]
    pub fn each_step(mut self, call: impl FnMut(&TestRandom) + 'a) -> Self {
        self.each_step = Box::new(call);
        self
    }

    /// Runs tasks to their ends. Returns each result, `None` for tasks that died.
    pub fn run<T>(mut self, tasks: Vec<BoxFuture<'_, T>>) -> Vec<Option<T>> {
        let mut done: Vec<Option<T>> = tasks.iter().map(|_| None).collect();
        let mut running: Vec<_> =
            tasks.into_iter().enumerate().map(|(place, task)| (place, task, 0)).collect();
        let mut context = Context::from_waker(Waker::noop());
        for step in 0..STEPS {
            if running.is_empty() {
                return done;
            }
            (self.each_step)(&self.random);
            let chosen = self.choose(&running, step);
            let Some((place, task, until)) = running.get_mut(chosen) else { continue };
            let dies = self.random.below(1000) < self.deaths;
            if self.random.below(1000) < self.stalls {
                *until = step + 50 + self.random.below(3000) as usize;
            }
            let place = *place;
            match task.as_mut().poll(&mut context) {
                Poll::Ready(value) => {
                    if let Some(slot) = done.get_mut(place) {
                        *slot = Some(value);
                    }
                    drop(running.swap_remove(chosen));
                }
                Poll::Pending if dies => drop(running.swap_remove(chosen)),
                Poll::Pending => {}
            }
        }
        done
    }

    /// A task that is not stalled, or any task if all are.
    fn choose<T>(&self, running: &[(usize, BoxFuture<'_, T>, usize)], step: usize) -> usize {
        let awake: Vec<usize> = (0..running.len())
            .filter(|place| running.get(*place).is_some_and(|(_, _, until)| *until <= step))
            .collect();
        let all = running.len() as u64;
        match awake.len() as u64 {
            0 => self.random.below(all) as usize,
            some => awake.get(self.random.below(some) as usize).copied().unwrap_or(0),
        }
    }
}
