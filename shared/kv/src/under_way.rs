//! A limit on the key-value operations that one task has under way.
//!
//! A platform may limit the operations that an application has under way and refuse more (`too many requests`), so a
//! single large turn must not take all of them. [`AT_ONCE`] allows the largest page (200 rows and what they need) in
//! one round, and no more.

use std::future::Future;

use futures::future::BoxFuture;
use futures::stream;
use futures::{Stream, StreamExt, TryStreamExt};

/// The most operations that one list of them has under way.
pub const AT_ONCE: usize = 256;

/// Runs all futures, at most [`AT_ONCE`] at a time. The results come one by one, in the order of the futures.
pub fn in_order<F: Future>(futures: impl IntoIterator<Item = F>) -> impl Stream<Item = F::Output> + Unpin {
    // Collected first: the iterator must not become part of the returned stream, which may move between threads.
    let futures: Vec<F> = futures.into_iter().collect();
    stream::iter(futures).buffered(AT_ONCE)
}

/// Runs all futures, at most [`AT_ONCE`] at a time. The results are in the order of the futures.
///
/// # Errors
/// The first error. Futures that are not finished by then are dropped.
pub fn try_all<T, E, F>(futures: impl IntoIterator<Item = F>) -> impl Future<Output = Result<Vec<T>, E>>
where
    F: Future<Output = Result<T, E>>,
{
    in_order(futures).try_collect()
}

/// Runs all futures to their ends, at most [`AT_ONCE`] at a time. The results are in the order of the futures.
pub fn all<T, F>(futures: impl IntoIterator<Item = F>) -> impl Future<Output = Vec<T>>
where
    F: Future<Output = T>,
{
    in_order(futures).collect()
}

/// Runs all futures to their ends, at most so many at a time. The results come in the order in which the futures finish.
pub async fn at_most<T>(few: usize, all: Vec<BoxFuture<'_, T>>) -> Vec<T> {
    stream::iter(all).buffer_unordered(few).collect().await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::executor::block_on;

    use super::*;
    use crate::memory::pause;

    #[test]
    fn never_more_than_so_many_are_under_way_and_the_order_is_kept() {
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let one = |number: usize| {
            let (now, most) = (&now, &most);
            async move {
                most.fetch_max(now.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
                for _ in 0..number % 5 {
                    pause().await;
                }
                now.fetch_sub(1, Ordering::Relaxed);
                Ok::<_, ()>(number)
            }
        };
        let done = block_on(try_all((0..1_000).map(one))).unwrap();
        assert_eq!(done, (0..1_000).collect::<Vec<_>>());
        assert_eq!(block_on(all((0..1_000).map(one))).len(), 1_000);
        let most = most.into_inner();
        assert!(most <= AT_ONCE && most > 1, "{most}");
    }
}
