//! A deployment that grows by what computers and administrators do: requests are submitted and decided through the functions'
//! own handlers, and processed by `process-events`. Nothing is written in any other way.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use countersign_http::testing::{Device, Person, TestApp, TestRequest, TestResponse, World};
use countersign_journal::readable::load_readable;
use countersign_model::{
    Administrator, Delivery, DeliveryState, Group, NoticeName, Organization, Permission, Permit, lists,
};
use countersign_store::Slot;
use futures::executor::block_on;
use serde_json::json;

use crate::patient;

/// After so many requests they are processed, as they would be while they come.
const PROCESSED_TOGETHER: usize = 150;
/// Deliveries that are read at once.
const DELIVERIES: usize = 200;
/// One request of so many is decided.
const DECIDED: usize = 10;
/// How long after the one before each request is submitted: a million are submitted within one session.
pub const APART: Duration = Duration::from_millis(10);

/// Who calls `deliver`.
pub const SCHEDULER: &str = "the-scheduler";

/// What reads the numbers of the deployment.
pub const MONITOR: &str = "the-monitor";

/// An organization right below the root, with its computers.
pub struct Office {
    pub organization: Organization,
    group: Group,
    pub computers: Vec<Device>,
}

/// A root, the offices below it, and what they have asked.
pub struct Deployment {
    pub world: World,
    pub functions: Functions,
    /// An administrator of the root, with a role there and another at the middle office.
    pub clerk: Person,
    /// A Super Admin of the root.
    pub boss: Person,
    offices: Vec<Office>,
    /// Requests submitted, in the whole deployment.
    pub requests: usize,
    /// Those not decided yet.
    pub pending: usize,
    /// Offices with something to be processed.
    touched: BTreeSet<usize>,
    /// Requests of the middle office that nobody was told of yet.
    untold: usize,
}

/// The functions, each over the same store.
pub struct Functions {
    pub submit_request: TestApp,
    pub approve_request: TestApp,
    pub list_requests: TestApp,
    pub authorize: TestApp,
    pub check_in: TestApp,
    pub manage_grants: TestApp,
    pub manage_computers: TestApp,
    pub report_requests: TestApp,
    pub report_health: TestApp,
    pub process_events: TestApp,
    pub deliver_notifications: TestApp,
}

impl Functions {
    fn over(world: &World) -> Self {
        world.outbound.connect("compose-message.spin.internal", &world.app(compose_message::router));
        world.outbound.connect("plan-deliveries.spin.internal", &world.app(plan_deliveries::router));
        world.outbound.connect("send-notification.spin.internal", &world.app(send_notification::router));
        Self {
            submit_request: world.app(submit_request::router),
            approve_request: world.app(approve_request::router),
            list_requests: world.app(list_requests::router),
            authorize: world.app(authorize::router),
            check_in: world.app(check_in::router),
            manage_grants: world.app(manage_grants::router),
            manage_computers: world.app(manage_computers::router),
            report_requests: world.app(report_requests::router),
            report_health: TestApp::new(report_health::router(patient::services(world))),
            process_events: world.app(process_events::router),
            deliver_notifications: world.app(deliver_notifications::router),
        }
    }
}

impl Deployment {
    /// So many offices with so many computers each. In the middle one somebody hears of every request by email.
    pub fn new(offices: usize, computers: usize) -> Result<Self> {
        let world = World::new();
        for (name, value) in [
            ("public_url", "https://approvals.example"),
            ("email_provider", "postmark"),
            ("email_api_key", "key"),
            ("email_from", "Countersign <noreply@approvals.example>"),
            // A few computers ask for what a fleet asks for.
            ("computer_limits", "off"),
            ("metrics_token", MONITOR),
            ("scheduler_token", SCHEDULER),
            ("ready_lag_seconds", "0"),
        ] {
            world.settings.set(name, value);
        }
        let never = |_| async { Ok(false) };
        block_on(world.journal.take(&Slot::set_up(), world.root.id.as_str(), never)).context("the set-up")?;
        let office = |number| {
            let organization = world.organization(&world.root, &format!("Office {number}"));
            let group = world.group(&organization, "Workstations");
            let computers = (0..computers).map(|_| world.computer(&group)).collect();
            Office { organization, group, computers }
        };
        let offices: Vec<_> = (0..offices).map(office).collect();
        let middle = &offices.get(offices.len() / 2).context("there are offices")?.organization;
        world.administrator_with(middle, |new| {
            let new = new.with_permissions([Permission::SuperAdmin]);
            Administrator { notify_on_request: true, ..new }
        });
        let clerk = clerk(&world, middle);
        let boss = world.administrator(&world.root, [Permission::SuperAdmin]);
        let functions = Functions::over(&world);
        let touched = (0..offices.len()).collect();
        let (requests, pending, untold) = (0, 0, 0);
        let mut deployment =
            Self { world, functions, clerk, boss, offices, requests, pending, touched, untold };
        deployment.process()?;
        Ok(deployment)
    }

    /// How many organizations there are, the root included.
    pub fn organizations(&self) -> usize {
        self.offices.len() + 1
    }

    /// The office where operations are measured.
    pub fn middle(&self) -> Result<&Office> {
        self.office(self.middle_number())
    }

    fn middle_number(&self) -> usize {
        self.offices.len() / 2
    }

    fn office(&self, number: usize) -> Result<&Office> {
        self.offices.get(number).context("there is such an office")
    }

    /// Has requests submitted until there are so many, one of ten of them decided once it is processed, and everything processed.
    pub fn grow(&mut self, requests: usize) -> Result<()> {
        while self.requests < requests {
            let most = requests - self.requests;
            let mut to_decide = Vec::new();
            for _ in 0..most.min(PROCESSED_TOGETHER) {
                let office = self.requests % self.offices.len();
                let answer = block_on(self.next_request(office)?.send());
                ensure!(answer.status == 201, "a request is refused: {}", answer.text());
                if self.requests.is_multiple_of(DECIDED) && office == self.middle_number() {
                    to_decide.push(id_of(&answer)?);
                }
            }
            self.process()?;
            for id in to_decide {
                let answer = block_on(self.decision(&id)?.send());
                ensure!(answer.status == 200, "a decision is refused: {}", answer.text());
            }
        }
        self.process()
    }

    /// The next request of the middle office, of a computer that has just enrolled, under the usual limits of computers.
    pub fn first_request_of_a_computer(&mut self) -> Result<TestRequest> {
        let middle = self.middle_number();
        let computer = self.world.computer(&self.office(middle)?.group);
        self.touched.insert(middle);
        self.process()?;
        self.world.settings.set("computer_limits", "");
        self.request_of(middle, &computer.token)
    }

    /// The next request, of the office's next computer for a program that nobody has asked for.
    pub fn next_request(&mut self, office: usize) -> Result<TestRequest> {
        let computers = &self.office(office)?.computers;
        let computer = computers.get(self.requests % computers.len()).context("the office has computers")?;
        let token = computer.token.clone();
        self.request_of(office, &token)
    }

    fn request_of(&mut self, office: usize, token: &str) -> Result<TestRequest> {
        let number = self.requests;
        self.world.advance(APART);
        (self.requests, self.pending) = (self.requests + 1, self.pending + 1);
        self.touched.insert(office);
        self.untold += usize::from(office == self.middle_number());
        Ok(self.functions.submit_request.post("/agent/v1/requests").bearer(token).json(json!({
            "kind": "application",
            "subject": { "path": "/opt/tool", "sha256": format!("{number:064x}"), "size": 4711 },
            "reason": "I need it for my work",
            "requester": { "username": "kim" },
            "attach": false,
        })))
    }

    /// The clerk's approval of a pending request of the middle office.
    pub fn decision(&mut self, id: &str) -> Result<TestRequest> {
        self.pending -= 1;
        self.touched.insert(self.middle_number());
        let path = format!("/v1/requests/{id}/decision");
        let body = json!({ "outcome": "approved", "scope": "computer" });
        Ok(self.functions.approve_request.post(&path).bearer(&self.clerk.token).json(body))
    }

    /// What is called after a response: everything new in an organization is processed.
    pub fn wake(&self, organization: &Organization) -> TestRequest {
        let body = json!({ "organization_id": organization.id });
        self.functions.process_events.post("/process").json(body)
    }

    /// Processes until everything is quiet, what is to be sent included.
    ///
    /// # Errors
    /// When a call fails, and when nobody hears of a request of the middle office by email, by itself or in a digest.
    pub fn process(&mut self) -> Result<()> {
        for office in std::mem::take(&mut self.touched) {
            let call = self.wake(&self.office(office)?.organization);
            let answer = block_on(call.send());
            ensure!(answer.status == 200, "it is not processed: {}", answer.text());
            self.settle();
        }
        self.require_told()
    }

    /// Lets what goes on after responses end.
    pub fn settle(&self) {
        block_on(self.world.settle());
        // Nobody reads the messages; their deliveries say what became of them.
        self.world.outbound.take_external();
    }

    /// Lets the next message go by itself, however many were sent just now.
    pub fn forget_what_was_sent(&self) -> Result<()> {
        let kept = self.world.memory.dump();
        for key in kept.keys().filter(|key| key.contains("/pace_")) {
            block_on(self.world.journal.kv().delete(key))?;
        }
        Ok(())
    }

    /// Refuses to go on unless the message about each new request of the middle office was sent, or is in a digest.
    fn require_told(&mut self) -> Result<()> {
        let permit = Permit::scene(&self.middle()?.organization.id);
        let journal = &self.world.journal;
        let mut cursor = None::<String>;
        while self.untold > 0 {
            let page = block_on(journal.list(&permit, lists::NOTIFICATIONS, cursor.as_deref(), DELIVERIES))?;
            let ids: Vec<&str> = page.items.iter().map(|row| row.id.as_str()).collect();
            let deliveries = block_on(load_readable::<Delivery>(journal, &ids))?.into_iter();
            let about = |each: &Delivery| each.notice.name() == NoticeName::RequestSubmitted;
            for delivery in deliveries.filter(about).take(self.untold) {
                let told = [DeliveryState::Sent, DeliveryState::Digested].contains(&delivery.state);
                ensure!(told, "nobody hears of a request: the message is {}", delivery.state);
                self.untold -= 1;
            }
            cursor = page.next;
            ensure!(
                self.untold == 0 || cursor.is_some(),
                "there is no message about {} requests",
                self.untold
            );
        }
        Ok(())
    }
}

/// The id of a request that was made.
pub fn id_of(made: &TestResponse) -> Result<String> {
    let body = made.json();
    let id = body.get("id").and_then(|id| id.as_str());
    Ok(id.context("a request has an id")?.to_owned())
}

/// Somebody with a role of the root that counts everywhere and one that counts at one organization.
fn clerk(world: &World, at: &Organization) -> Person {
    let viewer = world.role(&world.root, "Viewer", [Permission::ViewApprovals]);
    let decider = world.role(&world.root, "Decider", [Permission::ApproveForEntireOrganization]);
    world.administrator_with(&world.root, |new| {
        new.with_assignments([
            world.assignment(&world.root, &viewer, None),
            world.assignment(&world.root, &decider, Some(at)),
        ])
    })
}
