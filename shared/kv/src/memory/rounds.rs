//! Counts rounds: operations that wait for each other are in different rounds, independent ones in the same.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// Holds operations back until every task waits, then lets all of them go.
#[derive(Default)]
pub(crate) struct Gate {
    round: AtomicUsize,
    waiting: Mutex<Vec<Waker>>,
}

impl Gate {
    /// Waits for the next round.
    pub(crate) async fn pass(&self) {
        let mine = self.round.load(Ordering::Relaxed);
        poll_fn(|context| {
            if self.round.load(Ordering::Relaxed) > mine {
                return Poll::Ready(());
            }
            self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    fn open(&self) {
        self.round.fetch_add(1, Ordering::Relaxed);
        let waiting = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Runs a future whose operations pass this gate. Returns how many rounds it took.
    pub(crate) fn count<T>(&self, future: impl Future<Output = T>) -> (T, usize) {
        let mut future = pin!(future);
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(woken.clone());
        let mut context = Context::from_waker(&waker);
        let mut rounds = 0;
        loop {
            if let Poll::Ready(done) = future.as_mut().poll(&mut context) {
                return (done, rounds);
            }
            if !woken.0.swap(false, Ordering::Relaxed) {
                self.open();
                woken.0.store(false, Ordering::Relaxed);
                rounds += 1;
            }
        }
    }
}

/// Whether a task wants to continue without a new round.
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}
