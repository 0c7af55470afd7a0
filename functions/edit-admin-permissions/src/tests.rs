//! The operations over a store in memory.
mod account;
mod invite;
mod last_super_admin;
mod permissions;
mod roles;

use countersign_http::testing::{Person, TestApp, TestResponse, World};
use countersign_model::{Act, Administrator, Notice, Organization, Permission};
use countersign_store::{Event, List};
use serde_json::Value;

/// A root with a child, and the function over them.
pub struct Scene {
    pub world: World,
    pub app: TestApp,
    pub child: Organization,
}

pub fn scene() -> Scene {
    let world = World::new();
    let app = world.app(crate::router);
    let child = world.organization(&world.root, "Company B");
    Scene { world, app, child }
}

impl Scene {
    pub fn root_admin(&self) -> Person {
        self.world.administrator(&self.world.root, [Permission::SuperAdmin])
    }

    pub fn somebody(&self, at: &Organization, permissions: &[Permission]) -> Person {
        self.world.administrator(at, permissions.iter().copied())
    }

    pub async fn put(&self, who: &Person, whom: &Person, what: &str, body: Value) -> TestResponse {
        self.app.put(&path(whom, what)).bearer(&who.token).json(body).send().await
    }

    pub async fn record(&self, whom: &Person) -> Administrator {
        let id = whom.record.id.as_str();
        self.world.store.load::<Administrator>(id).await.unwrap().unwrap().value
    }

    /// The events of an organization's system audit, newest first.
    pub async fn audit(&self, at: &Organization) -> Vec<Event> {
        let page = self.world.store.list(&at.id, List::SystemAudit, None, 200).await.unwrap();
        let mut events = Vec::new();
        for row in page.items {
            events.push(self.world.store.event(&at.id, row.number.unwrap()).await.unwrap().unwrap());
        }
        events
    }

    /// Refused, and nothing was changed.
    pub async fn refused(&self, before: &Administrator, answer: &TestResponse, status: u16, code: &str) {
        assert_eq!((answer.status, answer.code()), (status, code.to_owned()), "{}", answer.text());
        let id = before.id.as_str();
        assert_eq!(self.world.store.load::<Administrator>(id).await.unwrap().unwrap().value, *before);
    }
}

pub fn path(whom: &Person, what: &str) -> String {
    format!("/v1/administrators/{}{what}", whom.record.id)
}

pub fn tells(event: &Event, notice: &Notice) -> bool {
    event.notices.contains(notice)
}

pub fn acts(events: &[Event]) -> Vec<Act> {
    events.iter().map(|event| event.act).collect()
}
