//! The body of an answer together with the places of its request. A client that reads slowly, or not at all, has a request under way:
//! it keeps its places until the answer has ended, its connection is gone, or it has not read for too long.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use tokio::task::AbortHandle;
use wasmtime_wasi_http::Error;

use super::{Body, WatchedBody};
use crate::activity::Activity;

/// A body that holds `P` until it has ended.
pub(crate) struct HeldBody<P: Send + 'static> {
    state: Arc<Mutex<State<P>>>,
    /// Ends it when its client does not read. An empty body has none.
    watch: Option<AbortHandle>,
}

enum State<P> {
    Streaming {
        body: WatchedBody<Body>,
        /// Whether the client waits for the component, and not the other way round.
        awaited: bool,
        _held: P,
    },
    Ended,
    /// Its client did not read for too long.
    GivenUp,
}

impl<P: Send + 'static> HeldBody<P> {
    /// A body with what it holds, cut off after `limit` bytes. It is given up when its client does not read for as long as a request may
    /// be silent.
    pub(crate) fn new(body: Body, limit: u64, activity: Arc<Activity>, held: P) -> Self {
        let body = WatchedBody::new(body, limit, activity.clone());
        if body.is_end_stream() {
            return Self { state: Arc::new(Mutex::new(State::Ended)), watch: None };
        }
        let state = Arc::new(Mutex::new(State::Streaming { body, awaited: false, _held: held }));
        let watch = tokio::spawn(give_up_unread(state.clone(), activity)).abort_handle();
        Self { state, watch: Some(watch) }
    }
}

fn lock<P>(state: &Mutex<State<P>>) -> MutexGuard<'_, State<P>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends with the body, or gives it up.
async fn give_up_unread<P>(state: Arc<Mutex<State<P>>>, activity: Arc<Activity>) {
    while let Some(next) = give_up_if_unread(&state, &activity) {
        tokio::time::sleep_until(next.into()).await;
    }
}

/// When to look again; `None` once the body has ended or is given up. While the component lets its client wait, the end of the
/// component's instance is the limit.
fn give_up_if_unread<P>(state: &Mutex<State<P>>, activity: &Activity) -> Option<Instant> {
    let mut state = lock(state);
    let now = Instant::now();
    match &*state {
        State::Streaming { awaited: true, .. } => Some(now + activity.idle()),
        State::Streaming { .. } if now < activity.silent_until() => Some(activity.silent_until()),
        State::Streaming { .. } => {
            *state = State::GivenUp;
            None
        }
        State::Ended | State::GivenUp => None,
    }
}

impl<P: Send + 'static> http_body::Body for HeldBody<P> {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let mut state = lock(&self.state);
        let frame = match &mut *state {
            State::Streaming { body, awaited, .. } => {
                let frame = Pin::new(body).poll_frame(cx);
                *awaited = frame.is_pending();
                std::task::ready!(frame)
            }
            State::Ended => None,
            State::GivenUp => Some(Err(Error::HttpResponseTimeout)),
        };
        if matches!(frame, None | Some(Err(_))) {
            *state = State::Ended;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        match &*lock(&self.state) {
            State::Streaming { body, .. } => body.is_end_stream(),
            State::Ended => true,
            State::GivenUp => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &*lock(&self.state) {
            State::Streaming { body, .. } => body.size_hint(),
            State::Ended => SizeHint::with_exact(0),
            State::GivenUp => SizeHint::default(),
        }
    }
}

impl<P: Send + 'static> Drop for HeldBody<P> {
    fn drop(&mut self) {
        if let Some(watch) = &self.watch {
            watch.abort();
        }
        *lock(&self.state) = State::Ended;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::{StreamExt as _, stream};
    use http_body_util::{BodyExt, StreamBody};

    use super::*;
    use crate::body::full;

    const LONG: Duration = Duration::from_secs(600);

    /// A body of two parts, of which the second one never comes.
    fn unfinished() -> Body {
        let part = stream::iter([Ok::<_, Error>(Frame::data(Bytes::from_static(b"part")))]);
        StreamBody::new(part.chain(stream::pending())).boxed_unsync()
    }

    fn held(body: Body, silence: Duration) -> (HeldBody<Arc<()>>, Arc<()>) {
        let place = Arc::new(());
        let activity = Arc::new(Activity::new(silence, LONG));
        (HeldBody::new(body, u64::MAX, activity, place.clone()), place)
    }

    fn is_held(place: &Arc<()>) -> bool {
        Arc::strong_count(place) > 1
    }

    #[tokio::test]
    async fn places_are_held_until_the_answer_is_read_to_its_end() {
        let (mut body, place) = held(full("whole"), LONG);
        assert!(is_held(&place), "its head was sent, and no more");
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "whole");
        assert!(body.frame().await.is_none());
        assert!(!is_held(&place));
        assert!(body.is_end_stream());
        let (body, place) = held(full(""), LONG);
        assert!(body.is_end_stream() && !is_held(&place), "there is nothing to read");
    }

    #[tokio::test]
    async fn places_end_with_the_connection() {
        let (mut body, place) = held(unfinished(), LONG);
        body.frame().await.unwrap().unwrap();
        assert!(is_held(&place));
        drop(body);
        assert!(!is_held(&place));
    }

    #[tokio::test]
    async fn an_answer_that_nobody_reads_is_given_up() {
        let silence = Duration::from_millis(20);
        let (mut body, place) = held(unfinished(), silence);
        give_up_unread(body.state.clone(), Arc::new(Activity::new(silence, LONG))).await;
        assert!(!is_held(&place));
        assert!(body.frame().await.unwrap().is_err(), "it is cut off, not complete");
        assert!(body.frame().await.is_none());
    }

    #[tokio::test]
    async fn a_client_that_waits_for_the_component_is_not_given_up() {
        let (mut body, place) = held(unfinished(), LONG);
        body.frame().await.unwrap().unwrap();
        assert!(futures::poll!(body.frame()).is_pending(), "the component sends no more");
        let over = Activity::new(Duration::ZERO, LONG);
        assert!(give_up_if_unread(&body.state, &over).is_some());
        assert!(is_held(&place));
    }
}
