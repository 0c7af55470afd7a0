//! A deployment with a company, subscribers and providers, for the tests of processing and of sending.
mod decisions;
mod define;

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use countersign_authority::approval_settings;
use countersign_journal::{Change, Event};
use countersign_model::act::{
    ComputerConfirmed, ComputerDeleted, PoliciesDeployed, PolicyCreated, RequestSubmitted,
};
use countersign_model::{
    ActName, Administrator, ApprovalSettings, Computer, Delivery, DeliveryState, DeployedPolicies,
    DeployedPolicy, Deployment, File, Group, LastDeployment, List, NewRequest, NewRequester, Notify,
    Organization, OrganizationId, Origin, Permission, Permit, Policy, PolicyId, Request, RequestId, Subject,
    Whereabouts, Who, lists,
};
use countersign_store::DeployedPoliciesId;
use countersign_store::Slot;
use serde_json::json;

use super::{CapturedOutbound, Device, Person, Sent, TestApp, World};
use crate::services::Services;

pub const HASH: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
pub const OTHER_HASH: &str = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";
pub const URL: &str = "https://approvals.example";
pub const SCHEDULER: &str = "the-scheduler";
pub const EMAIL_KEY: &str = "postmark-key";
pub const SMS_KEY: &str = "twilio-key";

/// The functions on a stage: their routers.
#[derive(Clone, Copy)]
pub struct Functions {
    /// `process-events`.
    pub process: fn(Services) -> Router,
    /// `plan-deliveries`.
    pub plan: fn(Services) -> Router,
    /// `deliver-notifications`.
    pub deliver: fn(Services) -> Router,
    /// `compose-message`.
    pub compose: fn(Services) -> Router,
    /// `send-notification`.
    pub send: fn(Services) -> Router,
}

/// A deployment with one company below the root, one group in it, and providers configured.
pub struct Stage {
    /// The store, the clock and what is sent.
    pub world: World,
    /// `process-events`.
    pub processor: TestApp,
    functions: Functions,
    /// `deliver-notifications`.
    pub walker: TestApp,
    /// `send-notification`.
    pub sender: TestApp,
    /// The company.
    pub company: Organization,
    /// Its group.
    pub group: Group,
}

impl Stage {
    /// A stage over a world, with these functions.
    pub async fn over(world: World, functions: Functions) -> Self {
        let never = |_| async { Ok(false) };
        world.journal.take(&Slot::named(&["setup"]), world.root.id.as_str(), never).await.unwrap();
        for (name, value) in [
            ("public_url", URL),
            ("scheduler_token", SCHEDULER),
            ("email_provider", "postmark"),
            ("email_api_key", EMAIL_KEY),
            ("email_from", "Countersign <noreply@approvals.example>"),
            ("sms_provider", "twilio"),
            ("sms_account", "AC123"),
            ("sms_api_key", SMS_KEY),
            ("sms_from", "+15550199"),
        ] {
            world.settings.set(name, value);
        }
        let company = world.organization(&world.root, "Example & Sons");
        let group = world.group(&company, "Workstations");
        let Functions { process, plan, deliver, compose, send } = functions;
        let (processor, planner) = (world.app(process), world.app(plan));
        let (walker, sender) = (world.app(deliver), world.app(send));
        world.outbound.connect("process-events.spin.internal", &processor);
        world.outbound.connect("plan-deliveries.spin.internal", &planner);
        world.outbound.connect("compose-message.spin.internal", &world.app(compose));
        world.outbound.connect("send-notification.spin.internal", &sender);
        let stage = Self { world, processor, functions, walker, sender, company, group };
        stage.process(&stage.company.id).await;
        stage
    }

    /// Calls `/process`, and runs what it starts.
    pub async fn process(&self, organization: &OrganizationId) -> u16 {
        let answer =
            self.processor.post("/process").json(json!({ "organization_id": organization })).send().await;
        self.world.settle().await;
        answer.status
    }

    /// Processes the company's events and plans deliveries, but nothing is sent.
    pub async fn plan(&self) {
        let alone = |function: fn(Services) -> Router| {
            let services =
                Services { outbound: Arc::new(CapturedOutbound::default()), ..self.world.services() };
            TestApp::new(function(services))
        };
        let body = json!({ "organization_id": self.company.id });
        let (process, plan) = (alone(self.functions.process), alone(self.functions.plan));
        assert_eq!(process.post("/process").json(body.clone()).send().await.status, 200);
        assert_eq!(plan.post("/plan").json(body).send().await.status, 200);
        self.world.settle().await;
    }

    pub async fn process_company(&self) {
        assert_eq!(self.process(&self.company.id).await, 200);
    }

    /// Calls `deliver` as the scheduler does.
    pub async fn tick(&self) -> serde_json::Value {
        let answer = self.walker.post("/v1/notifications/deliver").bearer(SCHEDULER).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// A subscriber of an organization who holds these permissions there.
    pub fn subscriber(&self, at: &Organization, permissions: &[Permission]) -> Person {
        self.subscriber_with(at, permissions, |new| new)
    }

    pub fn subscriber_with(
        &self,
        at: &Organization,
        permissions: &[Permission],
        change: impl FnOnce(Administrator) -> Administrator,
    ) -> Person {
        self.world.administrator_with(at, |new| {
            let new = new.with_permissions(permissions.iter().copied());
            // Few tests are about that; the others count messages without it.
            change(Administrator { notify_on_request: true, notify_on_handled: Some(false), ..new })
        })
    }

    /// A policy of the group, deployed with this notify list.
    pub async fn policy(&self, enabled: bool, addresses: &[&str]) -> PolicyId {
        let id = PolicyId::from_ulid(self.world.ulid());
        let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
        let policy = Policy {
            id: id.clone(),
            organization_id: self.company.id.clone(),
            group_id: self.group.id.clone(),
            name: "Default <policy>".to_owned(),
            notify: Notify { enabled, addresses },
            content: Default::default(),
            naming: 0,
            order: 1,
            deleted: false,
        };
        self.world.save(&self.company.id, PolicyCreated::of(&policy), |change| change.create(&policy));
        let live: Vec<DeployedPolicy> = DeployedPolicies::of(&self.group.id, 1, &[policy]).policies;
        self.deploy(live).await;
        id
    }

    pub async fn deploy(&self, policies: Vec<DeployedPolicy>) {
        let generation = self.world.ulid().to_string();
        let live = DeployedPolicies { group_id: self.group.id.clone(), version: 1, policies };
        let (origin, permit) = (self.origin(), Permit::scene(&self.company.id));
        let deploy = |old: &Deployment| {
            let new = old.next(generation.clone(), self.world.now());
            let change = Change::new(&permit, &origin, PoliciesDeployed::of(old, &new, live.policies.len()))
                .create_as(&DeployedPoliciesId::new(&generation, &self.group.id), &live);
            let change = LastDeployment::of(&self.company.id, &generation, &live)
                .fold(change, |change, last| change.create(&last));
            Ok::<_, std::convert::Infallible>((new, change))
        };
        self.world.journal.save_update(&self.company.id, None, deploy).await.unwrap();
    }

    pub fn origin(&self) -> Origin {
        Origin { who: Who::System, address: None, at: self.world.now() }
    }

    pub fn new_request(&self) -> NewRequest {
        NewRequest {
            subject: Subject::Application(File {
                path: Some("C:\\Users\\bob\\setup.exe".into()),
                certificate: Some("CN=Example Software".into()),
                size: Some(4711),
                ..File::new(HASH.parse().unwrap())
            }),
            requester: NewRequester {
                username: "bob".to_owned(),
                email: None,
                reason: Some("I need it for work".to_owned()),
            },
            policy_id: None,
            policy_name: None,
            unknown_policy: None,
            attach: false,
            idempotency: None,
        }
    }

    /// A request for another subject with each number.
    pub fn new_request_for(&self, number: usize) -> NewRequest {
        let new = self.new_request();
        let file = new.subject.file().unwrap().clone();
        let sha256 = format!("{number:064x}").parse().unwrap();
        NewRequest { subject: Subject::Application(File { sha256, ..file }), ..new }
    }

    /// Submits a request as submit-request does.
    pub async fn submit(&self, device: &Device, new: NewRequest) -> Request {
        // No two requests of a test have the same millisecond, so that their ids tell which was first.
        self.world.advance(std::time::Duration::from_millis(5));
        let id = RequestId::from_ulid(self.world.ulid());
        let journal = &self.world.journal;
        let company = journal.load::<Organization>(&self.company.id).await.unwrap().unwrap().value;
        let lasts = approval_settings(journal, &company).await.unwrap().pending_lasts();
        let request = Request::submit(id, &company, &device.record, new, self.world.now()).waiting_for(lasts);
        let permit = Permit::scene(&self.company.id);
        let change = Change::new(&permit, &self.origin(), RequestSubmitted::of(&request)).create(&request);
        self.world.journal.save(change).await.unwrap();
        request
    }

    /// From now on requests of the company wait for so many days.
    pub async fn wait_for_days(&self, days: u16) {
        self.waits_at(&self.company, Some(days)).await;
    }

    /// From now on requests at an organization, and below it, wait for so many days.
    pub async fn waits_at(&self, organization: &Organization, days: Option<u16>) {
        let settings = ApprovalSettings { pending_days: days, ..ApprovalSettings::default() };
        let now = self.world.now();
        let asking = |old: &Organization| Ok::<_, Infallible>(old.asking(settings.clone(), now));
        self.world.journal.update(&organization.id, asking).await.unwrap();
    }

    /// A request of a fresh computer of the group.
    pub async fn ask(&self) -> Request {
        let device = self.world.computer(&self.group);
        self.submit(&device, self.new_request()).await
    }

    /// A computer of the group whose host name another one has.
    pub async fn twin(&self) -> Device {
        let (mut twin, other) = (self.world.computer(&self.group), self.world.computer(&self.group).record);
        let unconfirmed = |old: &Computer| {
            let (hostname, twin_of) = (other.hostname.clone(), Some(other.id.clone()));
            Ok::<_, Infallible>(Computer { hostname, unconfirmed: true, twin_of, ..old.clone() })
        };
        twin.record = self.world.journal.update(&twin.record.id, unconfirmed).await.unwrap().value;
        twin
    }

    /// Moves the computer that asked to another group.
    pub async fn move_to(&self, request: &Request, group: &Group) {
        let moved = |old: &Computer| Ok::<_, Infallible>(old.moved(group.id.clone()));
        self.world.journal.update(&request.computer_id, moved).await.unwrap();
    }

    /// Removes the computer that asked, as manage-organizations does.
    pub async fn remove(&self, request: &Request) {
        let (origin, permit) = (self.origin(), Permit::scene(&self.company.id));
        let remove = |old: &Computer| {
            let change = Change::new(&permit, &origin, ComputerDeleted::of(old));
            Ok::<_, Infallible>((old.deleted(), change))
        };
        self.world.journal.save_update(&request.computer_id, None, remove).await.unwrap();
    }

    /// Confirms a computer, as manage-organizations does.
    pub async fn confirm(&self, device: &Device) {
        let (origin, permit) = (self.origin(), Permit::scene(&self.company.id));
        let confirm = |old: &Computer| {
            let new = old.confirmed();
            let act = ComputerConfirmed::of(old, &new);
            Ok::<_, Infallible>((new, Change::new(&permit, &origin, act)))
        };
        self.world.journal.save_update(&device.record.id, None, confirm).await.unwrap();
    }

    /// Where the computer that asked is now.
    pub async fn whereabouts(&self, request: &Request) -> Whereabouts {
        let computer = self.world.journal.load::<Computer>(&request.computer_id).await.unwrap();
        Whereabouts::of_computer(computer.map(|found| found.value).as_ref())
    }

    pub async fn request(&self, id: &RequestId) -> Request {
        self.world.journal.load::<Request>(id).await.unwrap().unwrap().value
    }

    /// The notification log of the company, oldest first.
    pub async fn deliveries(&self) -> Vec<Delivery> {
        let page = self
            .world
            .journal
            .page::<Delivery>(&Permit::scene(&self.company.id), lists::NOTIFICATIONS, None, 200)
            .await
            .unwrap();
        page.items.into_iter().rev().map(|stored| stored.value).collect()
    }

    /// Address, state and last answer of each delivery, sorted.
    pub async fn states(&self) -> Vec<(String, DeliveryState)> {
        let mut all: Vec<_> =
            self.deliveries().await.into_iter().map(|each| (each.address, each.state)).collect();
        all.sort();
        all
    }

    /// The messages handed to providers since the last time: address and text.
    pub fn messages(&self) -> Vec<(String, String)> {
        self.world.outbound.take_external().iter().map(message).collect()
    }

    /// The recipients since the last call, sorted.
    pub fn told(&self) -> Vec<String> {
        let mut told: Vec<_> = self.messages().into_iter().map(|(to, _)| to).collect();
        told.sort();
        told
    }

    /// The events of the company with this act.
    pub async fn events(&self, list: List, act: ActName) -> Vec<Event> {
        let permit = Permit::scene(&self.company.id);
        let page = self.world.journal.list(&permit, list.into(), None, 200).await.unwrap();
        let mut events = Vec::new();
        for row in page.items {
            let event = self.world.journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
            if event.act.name() == act {
                events.push(event);
            }
        }
        events
    }
}

/// Address and text of a message to Postmark or Twilio.
pub fn message(sent: &Sent) -> (String, String) {
    let body = sent.request.body();
    match serde_json::from_slice::<serde_json::Value>(body) {
        Ok(json) => (json["To"].as_str().unwrap().to_owned(), json["TextBody"].as_str().unwrap().to_owned()),
        Err(_) => {
            let form: std::collections::BTreeMap<String, String> =
                serde_urlencoded::from_bytes(body).unwrap();
            (form["To"].clone(), form["Body"].clone())
        }
    }
}
