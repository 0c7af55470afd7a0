//! An organization is deleted, and messages about it were not sent yet.

use std::sync::atomic::{AtomicBool, Ordering};

use countersign_http::Services;
use countersign_http::testing::{Device, Operation, Person, TestApp, TestResponse};
use countersign_journal::{Change, Due};
use countersign_model::act::{RequestSubmitted, UnsentDetail};
use countersign_model::{Act, ActName, List, Outcome, Permission, Permit, Request, RequestId, RequestStatus};
use countersign_store::keys;
use futures::executor::block_on;
use jiff::SignedDuration;
use serde_json::json;
use std::time::Duration;

countersign_http::stage!(
    process_events::router,
    plan_deliveries::router,
    deliver_notifications::router,
    compose_message::router,
    send_notification::router
);

const PLANNER: &str = "plan-deliveries.spin.internal";

/// A company whose last request was decided; its computers and its group are gone.
struct Emptied {
    stage: Stage,
    boss: Person,
    app: TestApp,
    planner: TestApp,
    /// The computer, which was removed.
    device: Device,
}

impl Emptied {
    /// `planned`: whether the planner works when the request is submitted, and when it is decided.
    async fn new(planned: [bool; 2]) -> Self {
        let stage = Stage::new().await;
        let boss = stage.world.administrator(&stage.world.root, [Permission::SuperAdmin]);
        let (app, planner) = (stage.world.app(crate::router), stage.world.app(plan_deliveries::router));
        let device = stage.world.computer(&stage.group);
        let company = Self { stage, boss, app, planner, device };
        company.planner_works(planned[0]);
        let request = company.ask().await;
        company.stage.process_company().await;
        company.planner_works(planned[1]);
        company.stage.decide_as(&company.boss.record, &request, Outcome::Denied).await;
        company.stage.remove(&request).await;
        let group = company.at(&format!("/groups/{}", company.stage.group.id));
        let deleted = company.app.delete(&group).bearer(&company.boss.token).send().await;
        assert_eq!(deleted.status, 204, "{}", deleted.text());
        company.stage.process_company().await;
        company
    }

    fn at(&self, rest: &str) -> String {
        format!("/v1/organizations/{}{rest}", self.stage.company.id)
    }

    fn planner_works(&self, works: bool) {
        let broken = TestApp::new(axum::Router::new());
        self.stage.world.outbound.connect(PLANNER, if works { &self.planner } else { &broken });
    }

    /// A request of somebody who wants an email.
    async fn ask(&self) -> Request {
        let mut new = self.stage.new_request();
        new.requester.email = Some("bob@example.test".parse().unwrap());
        self.stage.submit(&self.device, new).await
    }

    /// A request of a call that began before the computer was removed.
    fn late_request(&self) -> (RequestId, Change) {
        let mut new = self.stage.new_request_for(2);
        new.requester.email = Some("bob@example.test".parse().unwrap());
        let (world, company) = (&self.stage.world, &self.stage.company);
        let id = RequestId::from_ulid(world.ulid());
        let request = Request::submit(id.clone(), company, &self.device.record, new, world.now());
        let (permit, origin) = (Permit::scene(&company.id), self.stage.origin());
        (id, Change::new(&permit, &origin, RequestSubmitted::of(&request)).create(&request))
    }

    /// Deletes the company; the change is saved after the check that nothing waits, and before the deletion counts.
    async fn delete_meanwhile(&self, change: Change) {
        let (world, company) = (&self.stage.world, &self.stage.company);
        let (journal, key) = (world.journal.clone(), keys::record(company.id.as_str()));
        let asked = AtomicBool::new(false);
        let meanwhile = world.slow_journal(move |operation| {
            if matches!(operation, Operation::Swap(swapped) if swapped == key)
                && !asked.swap(true, Ordering::SeqCst)
            {
                block_on(journal.save(change.clone())).unwrap();
            }
            Duration::ZERO
        });
        let app = TestApp::new(crate::router(Services { journal: meanwhile, ..world.services() }));
        let deleted = app.delete(&self.at("")).bearer(&self.boss.token).send().await;
        assert_eq!(deleted.status, 204, "{}", deleted.text());
    }

    /// Lets hours pass, with a scheduler that calls every few minutes.
    async fn hours(&self, hours: u64) {
        for _ in 0..hours * 6 {
            self.stage.world.advance(Duration::from_secs(600));
            self.stage.tick().await;
        }
    }

    /// How many notes of the sweep name the company.
    fn notes(&self) -> usize {
        let id = self.stage.company.id.as_str();
        let dump = self.stage.world.memory.dump();
        let notes = dump.iter().filter(|(key, _)| key.starts_with("countersign/1/e/"));
        notes
            .filter(|(_, note)| {
                let note = String::from_utf8_lossy(note);
                note.contains("deleted_organization") && note.contains(id)
            })
            .count()
    }

    async fn delete(&self, query: &str) -> TestResponse {
        self.app.delete(&self.at(query)).bearer(&self.boss.token).send().await
    }

    /// Deletes nothing and sends nothing; what the refusal says.
    async fn refused(&self, query: &str, code: &str) -> String {
        // What any call of the administrator writes, such as a session that was read anew, is written before.
        assert_eq!(self.app.get(&self.at("")).bearer(&self.boss.token).send().await.status, 200);
        self.stage.world.settle().await;
        let before = self.stage.world.memory.dump();
        let refused = self.delete(query).await;
        self.stage.world.settle().await;
        assert_eq!((refused.status, refused.code().as_str()), (409, code), "{}", refused.text());
        assert!(self.stage.world.memory.dump() == before, "nothing changed");
        refused.json()["detail"].as_str().unwrap().to_owned()
    }

    async fn outlook(&self) -> u64 {
        self.stage.world.journal.outbox(&self.stage.company.id).outlook().await.unwrap().1
    }

    /// What was given up, by the audit.
    async fn given_up(&self) -> Option<UnsentDetail> {
        let found = self.stage.events(List::SystemAudit, ActName::OrganizationDeleted).await;
        let [event] = found.as_slice() else { panic!("{} deletions", found.len()) };
        let Act::OrganizationDeleted(deleted) = &event.act else { panic!("another act") };
        deleted.unsent
    }

    /// Nothing is sent any more, whatever works again and however much time passes.
    async fn is_over(&self) {
        self.planner_works(true);
        self.stage.world.outbound.answer_with(200, "{}");
        self.stage.world.outbound.take();
        for _ in 0..3 {
            self.stage.process_company().await;
            self.stage.tick().await;
            self.stage.world.advance(Duration::from_secs(24 * 3600));
        }
        assert_eq!(self.stage.told(), [] as [&str; 0]);
        let (journal, id) = (&self.stage.world.journal, &self.stage.company.id);
        assert_eq!(journal.outbox(id).next_at().await.unwrap(), None);
        assert_eq!(journal.notices(id).next_at().await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_organization_whose_decision_nobody_was_told_of_is_not_deleted() {
    let company = Emptied::new([true, false]).await;
    let why = company.refused("", "organization-has-messages").await;
    assert!(why.contains("whose messages are not made yet; try again in a moment"), "{why}");
    company.planner_works(true);
    company.stage.tick().await;
    assert_eq!(company.stage.told(), ["bob@example.test"], "the decision");
    assert_eq!(company.delete("").await.status, 204);
    assert_eq!(company.given_up().await, None);
}

#[tokio::test]
async fn an_organization_with_events_to_process_is_not_deleted_whatever_is_asked() {
    let company = Emptied::new([true, true]).await;
    let renamed = company.app.patch(&company.at("")).bearer(&company.boss.token);
    assert_eq!(renamed.json(json!({ "name": "Former" })).send().await.status, 200);
    // The processor is woken in the background, which does not run before it is told to.
    let before = company.stage.world.memory.dump();
    for query in ["", "?unsent=discard"] {
        let refused = company.delete(query).await;
        assert_eq!((refused.status, refused.code().as_str()), (409, "organization-busy"));
        let why = "what happened in the organization is still being processed; try again in a moment";
        assert_eq!(refused.json()["detail"], why);
    }
    assert!(company.stage.world.memory.dump() == before, "nothing changed");
    company.stage.process_company().await;
    assert_eq!(company.delete("").await.status, 204);
}

#[tokio::test]
async fn an_organization_whose_messages_a_provider_refuses_says_how_many_wait_until_when() {
    let company = Emptied::new([true, false]).await;
    company.stage.world.outbound.answer_with(503, "{}");
    company.planner_works(true);
    company.stage.tick().await;
    assert_eq!(company.outlook().await, 1);
    let next =
        company.stage.world.journal.outbox(&company.stage.company.id).next_at().await.unwrap().unwrap();
    let why = company.refused("", "organization-has-messages").await;
    let expected =
        format!("has 1 message that is not sent yet (the next attempt is at {next:.0}); wait until");
    assert!(why.contains(&expected), "{why}");
    assert!(why.ends_with("or give up what is not sent with `unsent=discard`"), "{why}");
    company.stage.world.advance(Duration::from_secs(3600));
    let why = company.refused("?unsent=refuse", "organization-has-messages").await;
    assert!(why.contains("(the next attempt is due now)"), "{why}");

    assert_eq!(company.delete("?unsent=discard").await.status, 204);
    assert_eq!(company.given_up().await, Some(UnsentDetail { messages: 1, events: 0 }));
    company.is_over().await;
}

#[tokio::test]
async fn notices_are_given_up_like_messages() {
    let company = Emptied::new([false, false]).await;
    let (journal, id) = (&company.stage.world.journal, &company.stage.company.id);
    let events = journal.notices(id).due_at_least(company.stage.world.now()).await.unwrap();
    assert!(events > 0);
    assert_eq!(company.delete("?unsent=discard").await.status, 204);
    assert_eq!(company.given_up().await, Some(UnsentDetail { messages: 0, events }));
    company.is_over().await;
}

#[tokio::test]
async fn what_is_looked_at_again_later_does_not_keep_an_organization() {
    let company = Emptied::new([true, true]).await;
    let (journal, id, now) =
        (&company.stage.world.journal, &company.stage.company.id, company.stage.world.now());
    assert!(
        journal.notices(id).next_at().await.unwrap().is_some_and(|at| at > now),
        "whether it is about to expire"
    );
    assert_eq!(company.delete("").await.status, 204);
    assert_eq!(company.given_up().await, None);
}

#[tokio::test]
async fn messages_are_given_up_however_many_wait() {
    let company = Emptied::new([true, true]).await;
    let at = company.stage.world.now() + SignedDuration::from_hours(1);
    let many: Vec<Due> = (0..1_000).map(|n| Due { id: format!("ntf_{n:026}"), at }).collect();
    let outbox = company.stage.world.journal.outbox(&company.stage.company.id);
    outbox.add(&many).await.unwrap();
    let why = company.refused("", "organization-has-messages").await;
    assert!(why.contains("1000 messages that are not sent yet"), "{why}");
    assert_eq!(company.delete("?unsent=discard").await.status, 204);
    company.stage.process_company().await;
    assert_eq!(outbox.outlook().await.unwrap(), (None, 0));
    assert_eq!(company.given_up().await, Some(UnsentDetail { messages: 1_000, events: 0 }));
}

#[tokio::test]
async fn a_message_that_comes_in_between_is_sent_after_the_deletion_also_when_the_provider_fails_at_first() {
    let company = Emptied::new([true, true]).await;
    company.stage.tick().await;
    company.stage.world.outbound.answer_with(503, "{}");
    let (request, change) = company.late_request();
    company.delete_meanwhile(change).await;
    company.stage.process_company().await;
    assert_eq!(company.stage.request(&request).await.status, RequestStatus::Cancelled);
    assert_eq!(company.outlook().await, 1, "it could not be sent");

    company.stage.world.outbound.answer_with(200, "{}");
    company.stage.world.outbound.take();
    company.hours(4).await;
    assert_eq!(company.stage.told(), ["bob@example.test"]);
    assert_eq!((company.outlook().await, company.notes()), (0, 0), "and nobody looks there any more");
}

#[tokio::test]
async fn what_is_added_after_the_deletion_is_processed_also_if_nobody_is_woken() {
    let company = Emptied::new([true, true]).await;
    company.stage.tick().await;
    assert_eq!(company.delete("").await.status, 204);
    company.stage.process_company().await;
    let (request, change) = company.late_request();
    company.stage.world.journal.without_waking().save(change).await.unwrap();
    company.stage.world.outbound.take();
    company.hours(4).await;
    assert_eq!(company.stage.request(&request).await.status, RequestStatus::Cancelled);
    assert_eq!(company.stage.told(), ["bob@example.test"]);
    assert_eq!(company.notes(), 0);
}

#[tokio::test]
async fn another_word_than_those_two_is_refused() {
    let company = Emptied::new([true, true]).await;
    let refused = company.delete("?unsent=later").await;
    let pointer = refused.json()["errors"][0]["pointer"].as_str().map(str::to_owned);
    assert_eq!((refused.status, pointer.as_deref()), (422, Some("/unsent")), "{}", refused.text());
    assert_eq!(company.delete("").await.status, 204);
}
