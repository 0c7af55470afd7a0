//! The operations over the in-memory store, with captured outbound requests.
mod anew;
mod asked;
mod asked_again;
mod audience;
mod calls;
mod chain;
mod crashes;
mod damage;
mod earlier;
mod ending;
mod enrollment;
mod flags;
mod flags_carried;
mod followers;
mod late;
mod matching;
mod requester;
mod requesters;
mod rules;
mod twins;

use std::ops::Deref;

pub use countersign_http::testing::World;
use countersign_http::testing::stage;
pub use countersign_http::testing::stage::*;

/// A stage with this function on it.
pub struct Stage(stage::Stage);

impl Stage {
    pub async fn new() -> Self {
        Self::over(World::new()).await
    }

    pub async fn over(world: World) -> Self {
        let functions = Functions {
            process: crate::router,
            deliver: deliver_notifications::router,
            send: send_notification::router,
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
