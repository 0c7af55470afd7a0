//! How many key-value operations an application may have under way at once. Spin 4.1 lets a program that embeds it set such a
//! limit; the hosts of others do.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::KvError;

/// What Spin answers past its limit, word for word: components know it by this text.
const TOO_MANY: &str = "too many requests";

/// The operations of one application that are under way, and the limit if there is one.
#[derive(Debug, Clone, Default)]
pub(crate) struct UnderWay {
    places: Option<Arc<Semaphore>>,
}

/// The place of one operation; dropping it gives it back.
#[must_use]
#[derive(Debug)]
pub(crate) struct Place {
    _permit: Option<OwnedSemaphorePermit>,
}

impl UnderWay {
    /// At most so many at once; `None`: as many as there are.
    pub(crate) fn at_most(limit: Option<usize>) -> Self {
        let places = |limit: usize| Arc::new(Semaphore::new(limit.min(Semaphore::MAX_PERMITS)));
        Self { places: limit.map(places) }
    }

    /// A place for one operation, or the error that the component gets. Nobody waits for a place: Spin waits for as long as
    /// its embedder says, and a test should not depend on time.
    pub(crate) fn begin(&self) -> Result<Place, KvError> {
        let Some(places) = &self.places else { return Ok(Place { _permit: None }) };
        match places.clone().try_acquire_owned() {
            Ok(permit) => Ok(Place { _permit: Some(permit) }),
            Err(_) => Err(KvError::Other(TOO_MANY.to_owned())),
        }
    }
}
