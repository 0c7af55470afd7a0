//! An in-memory world for testing handlers: organizations, people with sessions, computers with tokens, a clock that is
//! moved by hand, captured outbound requests, and background work that runs when the test says so.
//!
//! ```text
//! let world = World::new();
//! let app = world.app(crate::router);
//! let admin = world.administrator(&world.root, [Permission::ApproveForSingleComputer]);
//! let answer = app.post("/v1/…").bearer(&admin.token).json(json!({…})).send().await;
//! assert_eq!(answer.status, 201, "{}", answer.text());
//! world.settle().await;
//! assert_eq!(world.outbound.take().len(), 1);
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "part of tests: what fails here fails a test"
)]

mod app;
mod changes;
mod look_alikes;
mod lot;
mod outbound;
mod plain;
mod platform;
mod rights_table;
mod scene;
mod slow;
pub mod stage;
mod story;
mod world;

pub use app::{TestApp, TestRequest, TestResponse};
pub use changes::in_many_orders;
pub use countersign_kv::memory::Memory;
pub use look_alikes::{LOOK_ALIKES, TAKEN};
pub use lot::{Lot, Step};
pub use outbound::{CapturedOutbound, Sent};
pub use platform::{HeldBackground, TestSettings, TestStoreServer};
pub use rights_table::try_rights_table;
pub use scene::{Refused, Scene};
pub use slow::Operation;
pub use story::{Company, Office, new_request};
pub use world::{Device, Person, World};
