//! A company whose computers ask, and what becomes of their requests.

use async_trait::async_trait;
use countersign_http::testing::{Device, Person, TestApp, TestResponse, World};
use countersign_journal::{Change, Consequences, Effects, Event, IndexEntry, Journal};
use countersign_model::act::{RequestAssigned, RequestDecided, RequestSubmitted};
use countersign_model::{
    Assignee, Computer, Decision, DecisionId, DecisionScope, File, GrantId, List, NewRequest, NewRequester,
    Organization, OrganizationId, Origin, Outcome, Permission, Permit, Request, RequestId, RequestStatus,
    Subject, Verdict, Whereabouts, Who,
};
use countersign_store::StoreError;
use std::convert::Infallible;

pub struct Story {
    pub world: World,
    pub app: TestApp,
    /// A Super Admin of the root.
    pub boss: Person,
    pub company: Organization,
    pub computer: Device,
}

impl Story {
    pub fn new() -> Self {
        let world = World::new();
        let boss = world.administrator(&world.root, [Permission::SuperAdmin]);
        let company = world.organization(&world.root, "Company B");
        let group = world.group(&company, "Workstations");
        let computer = world.computer(&group);
        let app = world.app(crate::router);
        Self { world, app, boss, company, computer }
    }

    /// Somebody of the company with these permissions.
    pub fn person(&self, permissions: impl IntoIterator<Item = Permission>) -> Person {
        self.world.administrator(&self.company, permissions)
    }

    /// A request of the company's computer for a program under this path.
    pub async fn ask(&self, path: &str, digit: char) -> Request {
        let file = File {
            path: Some(path.into()),
            certificate: Some("CN=Example Software".into()),
            size: Some(5),
            ..File::new(digit.to_string().repeat(64).parse().unwrap())
        };
        self.ask_at(&self.company, &self.computer.record, Subject::Application(file)).await
    }

    pub async fn ask_at(&self, at: &Organization, computer: &Computer, subject: Subject) -> Request {
        let new = NewRequest {
            subject,
            requester: NewRequester {
                username: "=kim".to_owned(),
                email: None,
                reason: Some("for \"the\" report, really".to_owned()),
            },
            policy_id: None,
            policy_name: None,
            unknown_policy: None,
            attach: false,
            idempotency: None,
        };
        let id = RequestId::from_ulid(self.world.ulid());
        let request = Request::submit(id, at, computer, new, self.world.now());
        let origin =
            Origin { who: Who::Computer { id: computer.id.clone() }, address: None, at: self.world.now() };
        let change = Change::new(&Permit::scene(&at.id), &origin, RequestSubmitted::of(&request));
        self.world.journal.save(change.create(&request)).await.unwrap();
        request
    }

    /// Somebody decides, or a rule.
    pub async fn decide(&self, request: &Request, outcome: Outcome, by: Option<&Person>) {
        let now = self.world.now();
        let who = by.map_or(Who::System, |person| Who::Administrator {
            id: person.record.id.clone(),
            name: person.record.name.clone(),
            via: None,
        });
        let decider = by.unwrap_or(&self.boss);
        let verdict = Verdict {
            id: DecisionId::from_ulid(self.world.ulid()),
            outcome,
            scope: DecisionScope::Computer,
            administrator_id: decider.record.id.clone(),
            administrator_name: decider.record.name.clone(),
            message: Some("@once".to_owned()),
            note: None,
            expires_at: None,
            grant: GrantId::from_ulid(self.world.ulid()),
        };
        let decision = Decision::new(verdict, now).unwrap();
        let origin = Origin { who, address: None, at: now };
        let at = Whereabouts::of_computer(Some(&self.computer.record));
        let decided = |old: &Request| {
            let new = old.decide(decision.clone(), &at).unwrap();
            let act = RequestDecided::of(old, &new, &decision);
            Ok::<_, Infallible>((new, Change::new(&Permit::scene(&old.organization_id), &origin, act)))
        };
        self.world.journal.save_update(&request.id, None, decided).await.unwrap();
    }

    /// Somebody takes a request.
    pub async fn take(&self, request: &Request, by: &Person) {
        let now = self.world.now();
        let (administrator_id, administrator_name) = (by.record.id.clone(), by.record.name.clone());
        let who =
            Who::Administrator { id: administrator_id.clone(), name: administrator_name.clone(), via: None };
        let assignee = Assignee { administrator_id, administrator_name, since: now };
        let taken = |old: &Request| {
            let new = old.assign(Some(assignee.clone()), now).unwrap().unwrap();
            let origin = Origin { who: who.clone(), address: None, at: now };
            let act = RequestAssigned::of(old, &new);
            Ok::<_, Infallible>((new, Change::new(&Permit::scene(&old.organization_id), &origin, act)))
        };
        self.world.journal.save_update(&request.id, None, taken).await.unwrap();
    }

    pub async fn get(&self, who: &Person, path: &str) -> TestResponse {
        // Hours may have passed.
        self.app.get(path).bearer(&self.world.session(&who.record)).send().await
    }

    /// Processes what happened in an organization and those above it, and brings the reports up to date.
    pub async fn process(&self, organization: &OrganizationId) {
        let journal = &self.world.journal;
        while journal.process(organization, &Plain(journal.clone())).await.unwrap().more {}
    }

    /// Brings the reports of organizations up to date.
    pub async fn report(&self, organizations: &[&OrganizationId]) {
        self.world.advance(std::time::Duration::from_secs(61));
        for organization in organizations {
            let projection = self.world.journal.projection(organization).await.unwrap();
            self.world.journal.catch_up_counts(&projection).await.unwrap();
        }
    }
}

/// Requests are pending according to their stored status; nobody is notified.
struct Plain(Journal);

#[async_trait]
impl Effects for Plain {
    async fn belongs(&self, at: &OrganizationId, entry: &IndexEntry) -> Result<bool, StoreError> {
        if entry.list == List::Organizations {
            return Ok(entry.id != at.as_str());
        }
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
