//! Tracks the last sign of life of a request, so that a slow upload is not mistaken for a guest that hangs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::traces::Span;

/// The signs of life of one request.
#[derive(Debug)]
pub(crate) struct Activity {
    began: Instant,
    /// Milliseconds between `began` and the last sign of life.
    last: AtomicU64,
    idle: Duration,
    longest: Duration,
    span: Option<Span>,
}

impl Activity {
    /// A request that may be silent for `idle`, and may wait for its response for at most `longest`.
    pub(crate) fn new(idle: Duration, longest: Duration) -> Self {
        Self { began: Instant::now(), last: AtomicU64::new(0), idle, longest: longest.max(idle), span: None }
    }

    /// The same within a span.
    pub(crate) fn traced(self, span: Option<Span>) -> Self {
        Self { span, ..self }
    }

    /// The span of its call.
    pub(crate) fn span(&self) -> Option<&Span> {
        self.span.as_ref()
    }

    pub(crate) fn touch(&self) {
        let elapsed = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.fetch_max(elapsed, Ordering::Relaxed);
    }

    /// When a request without a response is given up, unless there is a sign of life before.
    pub(crate) fn deadline(&self) -> Instant {
        self.silent_until().min(self.began + self.longest)
    }

    /// How long it may be silent.
    pub(crate) fn idle(&self) -> Duration {
        self.idle
    }

    /// When its allowed silence is over.
    pub(crate) fn silent_until(&self) -> Instant {
        self.began + Duration::from_millis(self.last.load(Ordering::Relaxed)) + self.idle
    }

    pub(crate) fn is_overdue(&self) -> bool {
        Instant::now() >= self.deadline()
    }

    /// Ends when the request is overdue.
    pub(crate) async fn overdue(&self) {
        while !self.is_overdue() {
            tokio::time::sleep_until(self.deadline().into()).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_silent_request_is_overdue_and_a_lively_one_is_not_until_its_longest_time() {
        let silent = Activity::new(Duration::from_millis(20), Duration::from_secs(5));
        silent.overdue().await;
        assert!(silent.began.elapsed() < Duration::from_secs(2));

        let lively = Activity::new(Duration::from_secs(2), Duration::from_secs(3));
        lively.last.store(2_500, Ordering::Relaxed);
        assert_eq!(lively.deadline(), lively.began + Duration::from_secs(3));
    }
}
