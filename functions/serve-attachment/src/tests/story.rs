//! A company with a computer that sent a file.

use countersign_http::testing::{Person, TestResponse, new_request};
use countersign_journal::{Change, Event};
use countersign_model::act::RequestSubmitted;
use countersign_model::{
    ActName, File, List, NewRequest, Organization, Origin, Permission, Permit, Request, RequestId, Subject,
    Who,
};
use countersign_store::{Beginning, CHUNK, keys};

countersign_http::story!(Office, crate::router);

/// Three chunks and a short one.
pub fn bytes() -> Vec<u8> {
    (0..3 * CHUNK + 17).map(|n| (n % 251) as u8).collect()
}

pub fn path(request: &Request) -> String {
    format!("/v1/requests/{}/attachment", request.id)
}

fn subject(bytes: &[u8]) -> Subject {
    let path = Some("C:\\Users\\Kim\\Übung \"1\".exe".into());
    Subject::Application(File { path, ..File::new(keys::sha256(bytes).parse().unwrap()) })
}

impl Story {
    pub fn person(&self, permissions: impl IntoIterator<Item = Permission>) -> Person {
        self.world.administrator(&self.company, permissions)
    }

    /// A request for these bytes.
    pub async fn asked(&self, organization: &Organization, bytes: &[u8]) -> Request {
        let new = NewRequest { attach: true, ..new_request("kim", subject(bytes)) };
        let id = RequestId::from_ulid(self.world.ulid());
        let request = Request::submit(id, organization, &self.device.record, new, self.world.now());
        let who = Who::Computer { id: self.device.record.id.clone() };
        let origin = Origin { who, address: None, at: self.world.now() };
        let permit = Permit::scene(&organization.id);
        let change = Change::new(&permit, &origin, RequestSubmitted::of(&request)).create(&request);
        self.world.journal.save(change).await.unwrap();
        request
    }

    /// A request with its copy, which came in several calls.
    pub async fn attached(&self, bytes: &[u8]) -> Request {
        let request = self.asked(&self.company, bytes).await;
        self.send(&request, bytes).await;
        self.verify(&request, bytes).await;
        request
    }

    pub async fn send(&self, request: &Request, bytes: &[u8]) {
        let journal = &self.world.journal;
        let sha256 = keys::sha256(bytes);
        let whose = (&request.organization_id, sha256.as_str(), &request.id);
        let append = async || {
            let partial = journal.partial_upload(&request.id).await.unwrap();
            journal.append(whose, partial, Beginning::default(), 1 << 30).await.unwrap()
        };
        let mut first = append().await;
        first.push(&bytes[..bytes.len() / 2]).await.unwrap();
        let offset = usize::try_from(first.pause().await.unwrap()).unwrap();
        let mut second = append().await;
        second.push(&bytes[offset..]).await.unwrap();
        let manifest = second.finish().await.unwrap();
        journal.kv().set_many(vec![manifest.entry()]).await.unwrap();
    }

    pub async fn verify(&self, request: &Request, bytes: &[u8]) {
        let verified = |old: &Request| old.attach(bytes.len() as u64);
        self.world.journal.update(&request.id, verified).await.unwrap();
    }

    pub async fn get(
        &self,
        who: &Person,
        request: &Request,
        headers: &[(&'static str, &str)],
    ) -> TestResponse {
        let call = self.app.get(&path(request)).bearer(&who.token);
        headers.iter().fold(call, |call, (name, value)| call.header(*name, value)).send().await
    }

    pub async fn part(&self, who: &Person, request: &Request, range: &str) -> TestResponse {
        self.get(who, request, &[("range", range)]).await
    }

    /// The events in an audit of the company, newest first.
    pub async fn events(&self, audit: List) -> Vec<Event> {
        let permit = Permit::scene(&self.company.id);
        let page = self.world.journal.list(&permit, audit.into(), None, 200).await.unwrap();
        let mut events = Vec::new();
        for row in page.items {
            let event = self.world.journal.event(&permit, row.number.unwrap()).await.unwrap();
            events.push(event.unwrap());
        }
        events
    }

    /// How many downloads are on record.
    pub async fn downloads(&self) -> usize {
        let events = self.events(List::SystemAudit).await;
        events.iter().filter(|event| event.act.name() == ActName::AttachmentDownloaded).count()
    }
}
