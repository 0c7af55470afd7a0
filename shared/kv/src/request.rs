//! The request that is being answered: its id, by which the answer and the log can be matched, and its trace. Both go on with calls
//! to other functions, and with work after the response.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;

/// The header field with the id of a request. The embedded host sets it; elsewhere a proxy may.
pub const ID_HEADER: &str = "x-request-id";
/// The header field with the trace of a request (W3C Trace Context).
pub const TRACE_HEADER: &str = "traceparent";
/// The longest id that is taken over.
const LONGEST_ID: usize = 64;

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its id.
    pub id: String,
    /// Its trace, as it came.
    pub trace: Option<String>,
}

thread_local! {
    static CURRENT: RefCell<Option<Arc<Request>>> = const { RefCell::new(None) };
}

/// The request for which the present work is done; `None` in work that no request began.
#[must_use]
pub fn current() -> Option<Arc<Request>> {
    CURRENT.with_borrow(Clone::clone)
}

/// Does work for a request: within it, [`current`] is that request, whatever else is done at the same time.
pub async fn within<F: Future>(request: Arc<Request>, work: F) -> F::Output {
    let mut work = pin!(work);
    poll_fn(move |context| {
        let before = CURRENT.replace(Some(Arc::clone(&request)));
        let polled = work.as_mut().poll(context);
        CURRENT.set(before);
        polled
    })
    .await
}

/// An id that somebody gave, if it can be taken over: letters, digits and `-_.:`, at most 64. So it begins no line of its own in a log,
/// and needs no escape in JSON.
#[must_use]
pub fn sane_id(id: &str) -> Option<&str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    ((1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(is_plain)).then_some(id)
}

/// The id of a trace, by its place in a [`TRACE_HEADER`].
#[must_use]
pub fn trace_id(trace: &str) -> Option<&str> {
    trace.get(3..35).and_then(sane_id)
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use futures::future::join;

    use super::*;
    use crate::memory::pause;

    fn request(id: &str) -> Arc<Request> {
        Arc::new(Request { id: id.to_owned(), trace: None })
    }

    #[test]
    fn two_requests_at_once_each_have_their_own_and_nothing_is_left_after_them() {
        let look = || async {
            let mut seen = Vec::new();
            for _ in 0..3 {
                seen.push(current().map(|request| request.id.clone()).unwrap());
                pause().await;
            }
            seen
        };
        let both = join(within(request("a"), look()), within(request("b"), look()));
        assert_eq!(block_on(both), (vec!["a".to_owned(); 3], vec!["b".to_owned(); 3]));
        assert_eq!(current(), None);
        block_on(within(request("outer"), async {
            within(request("inner"), async { assert_eq!(current().unwrap().id, "inner") }).await;
            assert_eq!(current().unwrap().id, "outer");
        }));
    }

    #[test]
    fn an_id_that_could_forge_a_line_is_not_taken_over() {
        for id in ["a", "4bf92f3577b34da6a3ce929d0e0e4736", "req-1_2.3:4", &"a".repeat(64)] {
            assert_eq!(sane_id(id), Some(id));
        }
        for id in ["", "a b", "a\nb", "\"", "é", "{}", "a/b", &"a".repeat(65)] {
            assert_eq!(sane_id(id), None, "{id}");
        }
    }

    #[test]
    fn a_request_without_an_id_may_have_that_of_its_trace() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(trace_id(good), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
        for bad in ["", "00", "00-4bf92f35", "00-4bf92f3577b34da6 3ce929d0e0e4736-00f067aa0ba902b7-01"] {
            assert_eq!(trace_id(bad), None, "{bad}");
        }
    }
}
