//! The commands over the in-memory store.
mod recover;
mod restored;
mod verify;

use countersign_http::testing::{Memory, World};
use countersign_store::Slot;

/// A deployment that is set up: it has a root organization.
async fn world(memory: Memory) -> World {
    let world = World::over(memory);
    take(&world, &Slot::set_up(), world.root.id.as_str()).await;
    world
}

/// Gives a unique name to a record.
async fn take(world: &World, slot: &Slot, holder: &str) {
    world.journal.take(slot, holder, |_| async { Ok(false) }).await.unwrap();
}
