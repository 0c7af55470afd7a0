//! The operations over the in-memory store.
mod ask;
mod assignee;
mod deciders;
mod earlier;
mod flag;
mod flag_dies;
mod flagged;
mod flagged_rows;
mod flaggings;
mod flags;
mod notes;
mod timeline;

use countersign_http::testing::{Person, TestRequest, new_request};
use countersign_journal::Change;
use countersign_model::act::RequestSubmitted;
use countersign_model::{
    File, NewRequest, Organization, Origin, Permission, Permit, Request, RequestId, Subject, Who,
};
use serde_json::Value;

pub const HASH: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

countersign_http::story!(Office, crate::router);

impl Story {
    /// Somebody of the company with these permissions.
    pub fn person(&self, permissions: impl IntoIterator<Item = Permission>) -> Person {
        self.world.administrator(&self.company, permissions)
    }

    /// A request of the company's computer for a program.
    pub async fn request(&self) -> Request {
        self.submit(new_request(
            "bob",
            Subject::Application(File {
                path: Some("C:\\Users\\bob\\setup.exe".into()),
                ..File::new(HASH.parse().unwrap())
            }),
        ))
        .await
    }

    pub async fn submit(&self, new: NewRequest) -> Request {
        self.submit_at(&self.company, new).await
    }

    /// A request of the computer, as if it were one of this organization.
    pub async fn submit_at(&self, organization: &Organization, new: NewRequest) -> Request {
        let (id, now) = (RequestId::from_ulid(self.world.ulid()), self.world.now());
        let request = Request::submit(id, organization, &self.device.record, new, now);
        let origin = Origin { who: Who::System, address: None, at: now };
        let permit = Permit::scene(&organization.id);
        let change = Change::new(&permit, &origin, RequestSubmitted::of(&request)).create(&request);
        self.world.journal.save(change).await.unwrap();
        request
    }

    pub async fn stored(&self, request: &Request) -> Request {
        self.world.journal.load::<Request>(&request.id).await.unwrap().unwrap().value
    }

    pub fn get(&self, who: &Person, request: &Request, what: &str) -> TestRequest {
        self.app.get(&path(request, what)).bearer(&who.token)
    }

    pub fn post(&self, who: &Person, request: &Request, what: &str, body: &Value) -> TestRequest {
        self.app.post(&path(request, what)).bearer(&who.token).json(body)
    }

    pub fn put(&self, who: &Person, request: &Request, what: &str, body: &Value) -> TestRequest {
        self.app.put(&path(request, what)).bearer(&who.token).json(body)
    }

    pub fn delete(&self, who: &Person, request: &Request, what: &str) -> TestRequest {
        self.app.delete(&path(request, what)).bearer(&who.token)
    }
}

pub fn path(request: &Request, what: &str) -> String {
    format!("/v1/requests/{}/{what}", request.id)
}
