//! A company with computers whose users ask, and administrators who decide.

use std::convert::Infallible;

use async_trait::async_trait;
use countersign_http::testing::{Device, Person, TestApp, TestResponse, World};
use countersign_journal::{Change, Consequences, Effects, Event, IndexEntry, Journal};
use countersign_kv::memory::Memory;
use countersign_model::act::RequestSubmitted;
use countersign_model::{
    Access, ActName, Computer, Device as Storage, File, Group, List, NewRequest, NewRequester, Organization,
    OrganizationId, Origin, Permission, Permit, PolicyId, Request, RequestId, RequestStatus, Signer, Subject,
    Who,
};
use countersign_store::StoreError;
use serde_json::{Value, json};

pub struct Story {
    pub world: World,
    pub app: TestApp,
    /// `list-requests`.
    pub lists: TestApp,
    /// A Super Admin of the root.
    pub boss: Person,
    pub company: Organization,
    pub group: Group,
    pub computer: Device,
}

impl Story {
    pub fn new() -> Self {
        Self::over(Memory::ideal())
    }

    pub fn over(memory: Memory) -> Self {
        let world = World::over(memory);
        let boss = world.administrator(&world.root, [Permission::SuperAdmin]);
        let company = world.organization(&world.root, "Company B");
        let group = world.group(&company, "Workstations");
        let computer = world.computer(&group);
        let (app, lists) = (world.app(crate::router), world.app(list_requests::router));
        Self { world, app, lists, boss, company, group, computer }
    }

    /// Somebody of the company with these permissions.
    pub fn person(&self, permissions: impl IntoIterator<Item = Permission>) -> Person {
        self.world.administrator(&self.company, permissions)
    }

    /// A request of the company's first computer for a program.
    pub async fn request(&self) -> Request {
        self.request_of(&self.computer, application('a')).await
    }

    pub async fn request_of(&self, computer: &Device, subject: Subject) -> Request {
        self.submit(&self.company, computer, subject).await
    }

    pub async fn submit(&self, organization: &Organization, computer: &Device, subject: Subject) -> Request {
        let new = NewRequest {
            subject,
            requester: NewRequester {
                username: "kim".to_owned(),
                email: Some("kim@secret.example".parse().unwrap()),
                reason: Some("the secret reason".to_owned()),
            },
            policy_id: Some(PolicyId::from_ulid(self.world.ulid())),
            policy_name: Some("the secret policy".to_owned()),
            unknown_policy: None,
            attach: true,
            idempotency: None,
        };
        let id = RequestId::from_ulid(self.world.ulid());
        let request = Request::submit(id, organization, &computer.record, new, self.world.now());
        let origin = Origin {
            who: Who::Computer { id: computer.record.id.clone() },
            address: None,
            at: self.world.now(),
        };
        let permit = Permit::scene(&organization.id);
        let change = Change::new(&permit, &origin, RequestSubmitted::of(&request)).create(&request);
        self.world.journal.save(change).await.unwrap();
        request
    }

    /// The function that serves a path.
    pub fn app_of(&self, path: &str) -> &TestApp {
        if path.split('?').next() == Some("/v1/requests") { &self.lists } else { &self.app }
    }

    pub async fn get(&self, who: &Person, path: &str) -> TestResponse {
        self.app_of(path).get(path).bearer(&who.token).send().await
    }

    pub async fn post(&self, who: &Person, path: &str, body: Value) -> TestResponse {
        self.app.post(path).bearer(&who.token).json(body).send().await
    }

    pub async fn open(&self, who: &Person, request: &Request) -> TestResponse {
        self.get(who, &path(request, "")).await
    }

    pub async fn decide(&self, who: &Person, request: &Request, body: Value) -> TestResponse {
        self.post(who, &path(request, "/decision"), body).await
    }

    pub async fn approve(&self, who: &Person, request: &Request) -> TestResponse {
        self.decide(who, request, json!({ "outcome": "approved" })).await
    }

    /// Moves a computer to another group.
    pub async fn move_to(&self, computer: &Device, group: &Group) {
        let moved = |old: &Computer| Ok::<_, Infallible>(old.moved(group.id.clone()));
        self.world.journal.update(&computer.record.id, moved).await.unwrap();
    }

    /// A computer that enrolled under the host name of the company's first one.
    pub async fn twin(&self) -> Device {
        let mut twin = self.world.computer(&self.group);
        let first = self.computer.record.clone();
        let unconfirmed = move |old: &Computer| {
            let twin_of = Some(first.id.clone());
            let hostname = first.hostname.clone();
            Ok::<_, Infallible>(Computer { hostname, unconfirmed: true, twin_of, ..old.clone() })
        };
        twin.record = self.world.journal.update(&twin.record.id, unconfirmed).await.unwrap().value;
        twin
    }

    /// Removes a computer.
    pub async fn remove(&self, computer: &Device) {
        let removed = |old: &Computer| Ok::<_, Infallible>(old.deleted());
        self.world.journal.update(&computer.record.id, removed).await.unwrap();
    }

    /// Deletes a group.
    pub async fn delete_group(&self, group: &Group) {
        let deleted = |old: &Group| Ok::<_, Infallible>(old.deleted());
        self.world.journal.update(&group.id, deleted).await.unwrap();
    }

    /// The current record.
    pub async fn stored(&self, request: &Request) -> Request {
        self.world.journal.load::<Request>(&request.id).await.unwrap().unwrap().value
    }

    /// The acts in an audit of the company, newest first.
    pub async fn acts(&self, audit: List) -> Vec<ActName> {
        self.events(audit).await.into_iter().map(|event| event.act.name()).collect()
    }

    /// The events in an audit of the company, newest first.
    pub async fn events(&self, audit: List) -> Vec<Event> {
        let journal = &self.world.journal;
        let permit = Permit::scene(&self.company.id);
        let page = journal.list(&permit, audit.into(), None, 200).await.unwrap();
        let mut events = Vec::new();
        for row in page.items {
            events.push(journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap());
        }
        events
    }

    pub async fn listed(&self, list: List) -> Vec<String> {
        let permit = Permit::scene(&self.company.id);
        let page = self.world.journal.list(&permit, list.into(), None, 200).await.unwrap();
        page.items.into_iter().map(|row| row.id).collect()
    }

    /// Processes what happened in an organization.
    pub async fn process(&self, organization: &OrganizationId) {
        let journal = &self.world.journal;
        while journal.process(organization, &Plain(journal.clone())).await.unwrap().more {}
    }
}

/// Requests are pending according to their stored status; nobody is notified.
pub struct Plain(pub Journal);

#[async_trait]
impl Effects for Plain {
    async fn belongs(&self, _: &OrganizationId, entry: &IndexEntry) -> Result<bool, StoreError> {
        if !matches!(entry.list, List::PendingRequests | List::MatchingRequests) {
            return Ok(true);
        }
        let request = self.0.load_by_record_id::<Request>(&entry.id).await?;
        Ok(request.is_some_and(|request| request.value.status == RequestStatus::Pending))
    }

    async fn event(&self, _: &Event) -> Result<Consequences, StoreError> {
        Ok(Consequences::default())
    }
}

pub fn path(request: &Request, rest: &str) -> String {
    format!("/v1/requests/{}{rest}", request.id)
}

fn file(digit: char) -> File {
    File {
        path: Some("C:\\secret folder\\tool.exe".into()),
        certificate: Some("secret certificate".into()),
        size: Some(5),
        calling_process: Some("secret.exe".into()),
        ..File::new(digit.to_string().repeat(64).parse().unwrap())
    }
}

pub fn application(digit: char) -> Subject {
    Subject::Application(file(digit))
}

/// A file that `CN=Tools` signed, which the agent has verified.
pub fn signed(digit: char) -> Subject {
    let signer = Signer {
        subject: Some("CN=Tools".into()),
        issuer: Some("CN=CA".into()),
        verified: true,
        ..Signer::default()
    };
    Subject::Application(File { certificate: None, signers: vec![signer], ..file(digit) })
}

pub fn elevation(digit: char) -> Subject {
    Subject::Elevation(file(digit))
}

pub fn storage(id: &str) -> Subject {
    let name = Some("Backup stick".into());
    Subject::Storage(Storage { name, ..Storage::new(id.into(), Access::Write) })
}

/// The ids of a page.
pub fn ids(page: &TestResponse) -> Vec<String> {
    let items = page.json()["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}
