//! A limit on the key-value operations that an application has under way. Spin 4.1 lets programs that embed it set such
//! a limit.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::KvError;

/// Spin's answer beyond its limit, word for word: components recognize it by this text.
pub(super) const TOO_MANY: &str = "too many requests";

/// The operations of one application that are under way, and the limit if there is one.
#[derive(Debug, Clone, Default)]
pub(crate) struct UnderWay {
    places: Option<Arc<Semaphore>>,
}

/// The place of one operation; dropping it frees the place.
#[must_use]
#[derive(Debug)]
pub(crate) struct Place {
    _permit: Option<OwnedSemaphorePermit>,
}

impl UnderWay {
    /// At most this many at once; `None`: no limit.
    pub(crate) fn at_most(limit: Option<usize>) -> Self {
        let places = |limit: usize| Arc::new(Semaphore::new(limit.min(Semaphore::MAX_PERMITS)));
        Self { places: limit.map(places) }
    }

    /// A place for one operation, or the error for the component. No operation waits for a place: how long Spin waits
    /// depends on the embedding program, and a test should not depend on time.
    pub(crate) fn begin(&self) -> Result<Place, KvError> {
        let Some(places) = &self.places else { return Ok(Place { _permit: None }) };
        match places.clone().try_acquire_owned() {
            Ok(permit) => Ok(Place { _permit: Some(permit) }),
            Err(_) => Err(KvError::Other(TOO_MANY.to_owned())),
        }
    }
}
