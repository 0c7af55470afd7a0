//! The operations over the in-memory store, with captured outbound requests.
mod account;
mod claims;
mod fallback;
mod integrations;
mod log;
mod providers;
mod send;

use std::ops::Deref;

pub use countersign_http::testing::stage::*;
use countersign_http::testing::{World, stage};

/// A stage with this function on it.
pub struct Stage(stage::Stage);

impl Stage {
    pub async fn new() -> Self {
        Self::over(World::new()).await
    }

    pub async fn over(world: World) -> Self {
        let functions = Functions {
            process: process_events::router,
            deliver: deliver_notifications::router,
            send: crate::router,
        };
        Self(stage::Stage::over(world, functions).await)
    }
}

impl Deref for Stage {
    type Target = stage::Stage;

    fn deref(&self) -> &stage::Stage {
        &self.0
    }
}
