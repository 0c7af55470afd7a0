//! The operations over the in-memory store.
mod account;
mod crossed;
mod edited_meanwhile;
mod effective;
mod effects;
mod holders_of_rights;
mod invite;
mod last_administrator;
mod last_super_admin;
mod many_roles;
mod no_way_up;
mod permissions;
mod preview;
mod revisions;
mod roles;
mod totp;
mod unseen;

use countersign_http::testing::{Person, Scene, TestRequest};
use countersign_journal::Event;
use countersign_model::{ActName, Notice};
use serde_json::Value;

pub fn scene() -> Scene {
    Scene::of(crate::router)
}

/// A call in which `who` changes something of `whom`.
pub fn put(scene: &Scene, who: &Person, whom: &Person, what: &str, body: Value) -> TestRequest {
    scene.app.put(&path(whom, what)).bearer(&who.token).json(body)
}

pub fn path(whom: &Person, what: &str) -> String {
    format!("/v1/administrators/{}{what}", whom.record.id)
}

pub fn tells(event: &Event, notice: &Notice) -> bool {
    event.footprint().notice.as_ref() == Some(notice)
}

pub fn acts(events: &[Event]) -> Vec<ActName> {
    events.iter().map(|event| event.act.name()).collect()
}
