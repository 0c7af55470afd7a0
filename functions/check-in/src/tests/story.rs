//! A company with a group and a computer, and what administrators do about it.

use std::convert::Infallible;
use std::time::Duration;

use countersign_http::testing::{Device, TestResponse, World, new_request};
use countersign_journal::{Change, Journal};
use countersign_model::act::{
    ComputerEdited, GrantEdited, GroupAgentSet, PoliciesDeployed, RequestDecided, RequestRevoked,
    RequestSubmitted,
};
use countersign_model::{
    AdministratorId, AgentSettings, Computer, Decision, DecisionId, DecisionScope, DeployedPolicies,
    Deployment, EndChange, File, GrantId, Group, Maintenance, MaintenanceMode, Match, MatchBy, NewAct,
    Organization, Origin, Outcome, Permit, Policy, PolicyAction, PolicyContent, PolicyEntry, PolicyId,
    Request, RequestId, Revocation, Subject, Verdict, Whereabouts, Who,
};
use countersign_store::DeployedPoliciesId;
use countersign_store::keys;
use jiff::Timestamp;
use serde_json::{Value, json};

countersign_http::story!(Office, crate::router);

pub fn enrollment(key: &str, hostname: &str) -> Value {
    json!({ "enrollment_key": key, "hostname": hostname, "os": "linux" })
}

pub async fn enroll(story: &Story, key: &str, hostname: &str) -> TestResponse {
    story
        .world
        .app(enroll_computer::router)
        .post("/agent/v1/enroll")
        .json(enrollment(key, hostname))
        .send()
        .await
}

impl Story {
    pub async fn ask(&self, query: &str) -> TestResponse {
        self.ask_as(&self.device, query).await
    }

    pub async fn ask_as(&self, device: &Device, query: &str) -> TestResponse {
        self.app.get(&format!("/agent/v1/check-in{query}")).bearer(&device.token).send().await
    }

    /// The news since an answer; everything for null.
    pub async fn news(&self, since: &Value) -> Value {
        self.news_of(&self.device, since).await
    }

    pub async fn news_of(&self, device: &Device, since: &Value) -> Value {
        let query = since["version"].as_str().map(|version| format!("?since={version}")).unwrap_or_default();
        let answer = self.ask_as(device, &query).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    pub async fn process(&self) {
        self.world.fill_lists(&self.company.id).await;
    }

    fn change(&self, act: impl Into<NewAct>) -> Change {
        let origin = Origin { who: Who::System, address: None, at: self.world.now() };
        Change::new(&Permit::scene(&self.company.id), &origin, act)
    }

    /// An approved request of a computer for a file of this content. The grant's id, and the request's.
    pub async fn approve(&self, device: &Device, file: &str, how: Approval) -> (String, String) {
        let world = &self.world;
        let request = request(world, &self.company, device, file);
        world.save(&self.company.id, RequestSubmitted::of(&request), |change| change.create(&request));
        let verdict = Verdict {
            id: DecisionId::from_ulid(world.ulid()),
            outcome: Outcome::Approved,
            scope: how.scope,
            administrator_id: AdministratorId::from_ulid(world.ulid()),
            administrator_name: "Bob".to_owned(),
            message: None,
            note: None,
            expires_at: how.until,
            grant: GrantId::from_ulid(world.ulid()),
        };
        let grant = verdict.grant.to_string();
        let decision = Decision::new(verdict, world.now()).unwrap();
        let at = Whereabouts::of_computer(Some(&device.record));
        let decide = |old: &Request| {
            let new = old.decide(decision.clone(), &at).unwrap();
            let act = RequestDecided::of(old, &new, &decision);
            (new, act.into())
        };
        self.update(&request.id, decide).await;
        (grant, request.id.to_string())
    }

    pub async fn revoke(&self, request: &str) {
        let revocation = Revocation {
            administrator_id: AdministratorId::from_ulid(self.world.ulid()),
            administrator_name: "Bob".to_owned(),
            at: self.world.now(),
            message: None,
        };
        let id = request.parse().unwrap();
        let revoke = |old: &Request| {
            let new = old.revoke(revocation.clone()).unwrap();
            let act = RequestRevoked::of(old, &new);
            (new, act.into())
        };
        self.update(&id, revoke).await;
    }

    /// Lets an approval end at another time.
    pub async fn ends(&self, request: &str, end: Option<Timestamp>) {
        let change = EndChange {
            administrator_id: AdministratorId::from_ulid(self.world.ulid()),
            administrator_name: "Bob".to_owned(),
            at: self.world.now(),
        };
        let edit = |old: &Request| {
            let new = old.ending_at(end, change.clone()).unwrap();
            let act = GrantEdited::of(old, &new);
            (new, act.into())
        };
        self.update(&request.parse().unwrap(), edit).await;
    }

    async fn update(&self, id: &RequestId, make: impl Fn(&Request) -> (Request, NewAct) + Send + Sync) {
        let transition = |old: &Request| {
            let (new, act) = make(old);
            Ok::<_, Infallible>((new, self.change(act)))
        };
        self.world.journal.save_update(id, None, transition).await.unwrap();
        self.process().await;
    }

    /// Changes a computer as an administrator would.
    pub async fn change_computer(&self, device: &Device, make: impl Fn(&Computer) -> Computer + Send + Sync) {
        let transition = |old: &Computer| {
            let new = make(old);
            let act = ComputerEdited::of(old, &new);
            Ok::<_, Infallible>((new, self.change(act)))
        };
        self.world.journal.save_update(&device.record.id, None, transition).await.unwrap();
        self.process().await;
    }

    pub async fn maintenance(&self, lasting: Duration) {
        let until = self.world.now() + lasting;
        let maintenance = Maintenance { mode: MaintenanceMode::Installation, until };
        self.change_computer(&self.device, |old| old.with_maintenance(Some(maintenance.clone()))).await;
    }

    /// Sets which agent the group is to have.
    pub async fn set_agent(&self, agent: &AgentSettings) {
        let transition = |old: &Group| {
            let new = old.with_agent(agent.clone());
            let change = self.change(GroupAgentSet::of(old, &new));
            Ok::<_, Infallible>((new, change))
        };
        self.world.journal.save_update(&self.group.id, None, transition).await.unwrap();
        self.process().await;
    }

    /// Deploys policies of these names for the group.
    pub async fn deploy(&self, names: &[&str]) {
        let drafts: Vec<Policy> =
            names.iter().zip(0..).map(|(name, order)| self.policy(name, order)).collect();
        let generation = self.world.ulid().to_string();
        let transition = |old: &Deployment| {
            let new = old.next(generation.clone(), self.world.now());
            let live = DeployedPolicies::of(&self.group.id, new.version, &drafts);
            let change = self.change(PoliciesDeployed::of(old, &new, drafts.len()));
            let change = change.create_as(&DeployedPoliciesId::new(&generation, &self.group.id), &live);
            Ok::<_, Infallible>((new, change))
        };
        self.world.journal.save_update(&self.company.id, None, transition).await.unwrap();
        self.process().await;
    }

    fn policy(&self, name: &str, order: u32) -> Policy {
        Policy {
            id: PolicyId::from_ulid(self.world.ulid()),
            organization_id: self.company.id.clone(),
            group_id: self.group.id.clone(),
            name: name.to_owned(),
            notify: Default::default(),
            content: self::content(),
            naming: 0,
            order,
            deleted: false,
        }
    }
}

/// How far an approval reaches, and until when.
#[derive(Clone, Copy)]
pub struct Approval {
    pub scope: DecisionScope,
    pub until: Option<Timestamp>,
}

pub fn for_the(scope: DecisionScope) -> Approval {
    Approval { scope, until: None }
}

fn request(world: &World, company: &Organization, device: &Device, file: &str) -> Request {
    let file = File {
        path: Some(format!("/opt/{file}").as_str().into()),
        ..File::new(keys::sha256(file.as_bytes()).parse().unwrap())
    };
    let new = new_request("carol", Subject::Application(file));
    Request::submit(RequestId::from_ulid(world.ulid()), company, &device.record, new, world.now())
}

/// Allows the files below a folder.
fn content() -> PolicyContent {
    let about = Match { by: MatchBy::Path, values: vec!["/usr/**".to_owned()], tag_id: None };
    let entries = vec![PolicyEntry { action: PolicyAction::Allow, about }];
    PolicyContent { entries, ..PolicyContent::default() }
}

/// The ids of the grants that an answer adds.
pub fn added(news: &Value) -> Vec<String> {
    ids(news["grants"]["added"].as_array().unwrap().iter().map(|grant| &grant["id"]))
}

pub fn removed(news: &Value) -> Vec<String> {
    ids(news["grants"]["removed"].as_array().unwrap().iter())
}

fn ids<'a>(ids: impl Iterator<Item = &'a Value>) -> Vec<String> {
    let mut ids: Vec<_> = ids.map(|id| id.as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

/// The store, for changes while a call waits.
pub fn journal(story: &Story) -> Journal {
    story.world.journal.clone()
}
