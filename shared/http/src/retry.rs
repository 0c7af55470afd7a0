//! Trying once more when others changed what a call was judged by.

use std::future::Future;

/// Makes an attempt, and a second one if the first lost against others. The second reads and judges anew; its error is final.
///
/// # Errors
/// That of the last attempt.
pub async fn retry_on_conflict<T, E, F>(
    is_conflict: impl Fn(&E) -> bool + Send,
    attempt: impl Fn() -> F + Send,
) -> Result<T, E>
where
    F: Future<Output = Result<T, E>> + Send,
{
    match attempt().await {
        Err(error) if is_conflict(&error) => attempt().await,
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures::FutureExt;

    use super::*;

    #[test]
    fn a_lost_attempt_is_made_once_more_and_no_other() {
        for (errors, expected, made) in [
            (vec![], Ok(0), 1),
            (vec!["lost"], Ok(1), 2),
            (vec!["lost", "lost"], Err("lost"), 2),
            (vec!["no"], Err("no"), 1),
            (vec!["lost", "no"], Err("no"), 2),
        ] {
            let count = AtomicU32::new(0);
            let attempt = || {
                let number = count.fetch_add(1, Ordering::Relaxed);
                ready(errors.get(number as usize).map_or(Ok(number), |error| Err(*error)))
            };
            let done = retry_on_conflict(|error| *error == "lost", attempt).now_or_never();
            assert_eq!((done, count.load(Ordering::Relaxed)), (Some(expected), made));
        }
    }
}
