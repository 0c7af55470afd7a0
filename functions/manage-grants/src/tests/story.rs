//! A company with computers that were given grants.

use async_trait::async_trait;
use countersign_http::testing::{Device, Person, TestResponse, new_request};
use countersign_journal::{Change, Consequences, Effects, Event, IndexEntry, Journal};
use countersign_model::act::{RequestDecided, RequestSubmitted};
use countersign_model::{
    ActName, AdministratorId, Decision, DecisionId, DecisionScope, File, GrantId, GrantRef, List,
    Organization, OrganizationId, Origin, Outcome, Permission, Permit, Request, RequestId, Subject, Verdict,
    Whereabouts, Who, lists,
};
use countersign_store::StoreError;
use jiff::Timestamp;
use serde_json::Value;

countersign_http::story!(Office, crate::router);

impl Story {
    fn origin(&self) -> Origin {
        Origin { who: Who::System, address: None, at: self.world.now() }
    }

    pub fn person(&self, permissions: impl IntoIterator<Item = Permission>) -> Person {
        self.world.administrator(&self.company, permissions)
    }

    /// A request of a computer for a file, denied or approved for a scope.
    pub async fn decided(
        &self,
        device: &Device,
        digit: char,
        outcome: Outcome,
        scope: DecisionScope,
        until: Option<Timestamp>,
    ) -> Request {
        self.decided_at(&self.company, device, digit, (outcome, scope, until)).await
    }

    /// The same at another organization.
    pub async fn decided_at(
        &self,
        organization: &Organization,
        device: &Device,
        digit: char,
        (outcome, scope, until): (Outcome, DecisionScope, Option<Timestamp>),
    ) -> Request {
        let world = &self.world;
        let sha256 = digit.to_string().repeat(64).parse().unwrap();
        let subject = Subject::Application(File { path: Some("/opt/tool".into()), ..File::new(sha256) });
        let new = new_request("carol", subject);
        let id = RequestId::from_ulid(world.ulid());
        let request = Request::submit(id, organization, &device.record, new, world.now());
        world.save(&organization.id, RequestSubmitted::of(&request), |change| change.create(&request));
        let verdict = Verdict {
            id: DecisionId::from_ulid(world.ulid()),
            outcome,
            scope,
            administrator_id: AdministratorId::from_ulid(world.ulid()),
            administrator_name: "Bob".to_owned(),
            message: None,
            note: None,
            expires_at: until,
            grant: GrantId::from_ulid(world.ulid()),
        };
        let decision = Decision::new(verdict, world.now()).unwrap();
        let at = Whereabouts::of_computer(Some(&device.record));
        let (origin, permit) = (self.origin(), Permit::scene(&organization.id));
        let decide = |old: &Request| {
            let new = old.decide(decision.clone(), &at)?;
            let change = Change::new(&permit, &origin, RequestDecided::of(old, &new, &decision));
            let change = GrantRef::of(&new, &decision).iter().fold(change, Change::create);
            Ok::<_, countersign_model::TransitionError>((new, change))
        };
        let saved = world.journal.save_update(&request.id, None, decide).await.unwrap();
        self.process_at(organization).await;
        saved.value
    }

    pub async fn approved(&self, device: &Device, digit: char, scope: DecisionScope) -> Request {
        self.decided(device, digit, Outcome::Approved, scope, None).await
    }

    pub async fn process(&self) {
        self.process_at(&self.company).await;
    }

    pub async fn process_at(&self, organization: &Organization) {
        self.world.journal.process(&organization.id, &Plain(self.world.journal.clone())).await.unwrap();
    }

    pub async fn list(&self, who: &Person, query: &str) -> TestResponse {
        let path = format!("/v1/grants?organization_id={}{query}", self.company.id);
        self.app.get(&path).bearer(&who.token).send().await
    }

    pub async fn edit(&self, who: &Person, request: &Request, body: Value) -> TestResponse {
        let path = format!("/v1/grants/{}", grant(request));
        self.app.patch(&path).bearer(&who.token).json(body).send().await
    }

    pub async fn stored(&self, request: &Request) -> Request {
        self.world.journal.load::<Request>(&request.id).await.unwrap().unwrap().value
    }

    pub async fn acts(&self) -> Vec<ActName> {
        let permit = Permit::scene(&self.company.id);
        let page = self.world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 50).await.unwrap();
        let mut acts = Vec::new();
        for row in page.items {
            let event = self.world.journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
            acts.push(event.act.name());
        }
        acts
    }
}

pub fn grant(request: &Request) -> GrantId {
    request.decision.clone().unwrap().grant.unwrap()
}

/// The requests of the listed grants, in the order of the list.
pub fn listed(page: &TestResponse) -> Vec<String> {
    assert_eq!(page.status, 200, "{}", page.text());
    let items = page.json()["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["request_id"].as_str().unwrap().to_owned()).collect()
}

/// Nobody is notified; a request belongs to each set that its act names, and so do computers and organizations.
struct Plain(Journal);

#[async_trait]
impl Effects for Plain {
    async fn belongs(&self, _: &OrganizationId, entry: &IndexEntry) -> Result<bool, StoreError> {
        if matches!(entry.list, List::Organizations | List::Computers | List::ComputerNames) {
            return Ok(true);
        }
        // Other records belong to no set that is read here.
        let found = self.0.load_by_record_id::<Request>(&entry.id).await.ok().flatten();
        Ok(found.is_some_and(|found| found.value.decision.is_some()))
    }

    async fn event(&self, _: &Event) -> Result<Consequences, StoreError> {
        Ok(Consequences::default())
    }
}
