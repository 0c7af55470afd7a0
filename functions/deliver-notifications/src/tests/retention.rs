//! What an organization keeps for a number of days goes when these are over, and nothing else does.
use std::time::Duration;

use countersign_authority::AuditSeals;
use countersign_journal::{Change, Verified};
use countersign_model::act::OrganizationEdited;
use countersign_model::{
    ActName, DecisionHeard, DecisionScope, File, NewRequest, Organization, Outcome, Permit, Request,
    RequestStatus, Retention, Subject, lists,
};
use countersign_store::{Manifest, keys};

use super::Stage;

const BYTES: &[u8] = b"MZ and so on";

impl Stage {
    async fn keep(&self, organization: &Organization, retention: Retention) {
        let permit = Permit::scene(&organization.id);
        let keeping = |old: &Organization| {
            let new = old.keeping(retention);
            let change = Change::new(&permit, &self.origin(), OrganizationEdited::of(old, &new));
            Ok::<_, std::convert::Infallible>((new, change))
        };
        self.world.journal.save_update(&organization.id, None, keeping).await.unwrap();
    }

    /// Lets days pass, with a scheduler that calls every few hours.
    async fn days(&self, days: u64) {
        for _ in 0..days * 2 {
            self.world.advance(Duration::from_secs(12 * 60 * 60));
            self.tick().await;
        }
    }

    /// The computer is told of the decision.
    async fn tell(&self, request: &Request) {
        let decided = self.world.journal.load::<Request>(&request.id).await.unwrap().unwrap().value;
        let told = DecisionHeard::of(&decided, self.world.now());
        self.world.journal.note_heard(told).await.unwrap();
    }

    /// Whether a request is kept. What its computer was told goes with it.
    async fn is_there(&self, request: &Request) -> bool {
        let kept = self.world.journal.load::<Request>(&request.id).await.unwrap().is_some();
        let noted = self.world.journal.load::<DecisionHeard>(&request.id).await.unwrap().is_some();
        assert!(kept || !noted, "{}", request.id);
        kept
    }

    fn new_request_with_copy(&self) -> NewRequest {
        let new = self.new_request();
        let file = new.subject.file().unwrap().clone();
        let sha256 = keys::sha256(BYTES).parse().unwrap();
        NewRequest { subject: Subject::Application(File { sha256, ..file }), attach: true, ..new }
    }

    /// Uploads the copy of the file.
    async fn upload(&self) -> Manifest {
        let mut upload = self.world.journal.upload(&self.company.id, &keys::sha256(BYTES), 1_000);
        upload.push(BYTES).await.unwrap();
        let manifest = upload.finish().await.unwrap();
        self.show(&manifest).await;
        manifest
    }

    async fn show(&self, manifest: &Manifest) {
        self.world.journal.kv().set_many(vec![manifest.entry()]).await.unwrap();
    }

    async fn has_copy(&self) -> bool {
        let copy = self.world.journal.attachment(&self.company.id, &keys::sha256(BYTES)).await.unwrap();
        copy.is_some()
    }

    fn chunks(&self) -> usize {
        self.world.memory.dump().keys().filter(|key| key.contains("/a/")).count()
    }

    async fn verified(&self) -> Verified {
        let services = self.world.services();
        let seals = AuditSeals::new(&services.secret_keys().await.unwrap());
        let sealer = seals.as_ref().map(|seals| seals as &dyn countersign_journal::Sealer);
        let permit = Permit::scene(&self.company.id);
        services.journal.verify_chain(&permit, sealer, None, None, 200).await.unwrap()
    }
}

#[tokio::test]
async fn requests_go_so_long_after_they_ended_and_what_is_in_force_stays() {
    let stage = Stage::new().await;
    stage
        .keep(&stage.world.root.clone(), Retention { requests_days: Some(30), ..Retention::default() })
        .await;
    stage.wait_for_days(7).await;
    let asks = [0, 1, 2, 3, 4].map(|n| stage.new_request_for(n));
    let mut requests = Vec::new();
    for new in asks {
        let device = stage.world.computer(&stage.group);
        requests.push(stage.submit(&device, new).await);
    }
    let [denied, approved, pending, cancelled, ending] = <[Request; 5]>::try_from(requests).unwrap();
    stage.decide(&denied, Outcome::Denied, DecisionScope::Computer, false).await;
    stage.decide(&approved, Outcome::Approved, DecisionScope::Computer, false).await;
    stage.approve_for_days(&ending, 60, DecisionScope::Organization).await;
    stage.tell(&denied).await;
    stage.tell(&ending).await;
    stage.days(2).await;
    stage.cancel(&cancelled).await;
    stage.days(27).await;
    for request in [&denied, &approved, &pending, &cancelled, &ending] {
        assert!(stage.is_there(request).await, "after 29 days");
    }
    stage.days(2).await;
    assert!(!stage.is_there(&denied).await, "31 days after it was denied");
    assert!(stage.is_there(&cancelled).await && stage.is_there(&pending).await);
    stage.days(3).await;
    assert!(!stage.is_there(&cancelled).await, "32 days after it was cancelled");
    assert!(stage.is_there(&pending).await, "27 days after it expired");
    stage.days(6).await;
    assert!(!stage.is_there(&pending).await, "33 days after it expired");
    stage.days(48).await;
    assert!(stage.is_there(&ending).await, "28 days after the approval ended");
    stage.days(5).await;
    assert!(!stage.is_there(&ending).await, "33 days after the approval ended");
    assert!(stage.is_there(&approved).await, "it is in force");
    let page = stage
        .world
        .journal
        .page::<Request>(&Permit::scene(&stage.company.id), lists::REQUESTS, None, 50)
        .await
        .unwrap();
    assert_eq!(page.items.into_iter().map(|stored| stored.value.id).collect::<Vec<_>>(), [approved.id]);
    assert!(stage.verified().await.flaws.is_empty());
}

#[tokio::test]
async fn a_copy_goes_so_long_after_it_was_last_asked_about_and_its_chunks_with_it() {
    let stage = Stage::new().await;
    stage.keep(&stage.company, Retention { attachments_days: Some(8), ..Retention::default() }).await;
    stage.wait_for_days(7).await;
    let device = stage.world.computer(&stage.group);
    let request = stage.submit(&device, stage.new_request_with_copy()).await;
    let manifest = stage.upload().await;
    assert!(manifest.asked_again(stage.world.now()).is_none(), "it has just been noted");
    stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
    stage.days(5).await;
    // As submit-request notes it.
    stage.show(&manifest.asked_again(stage.world.now()).unwrap()).await;
    let again = stage.submit(&device, stage.new_request_with_copy()).await;
    stage.days(7).await;
    assert!(stage.has_copy().await, "asked about 7 days ago");
    stage.days(2).await;
    assert!(!stage.has_copy().await);
    stage.days(1).await;
    assert_eq!(stage.chunks(), 0);
    assert!(stage.is_there(&request).await && stage.is_there(&again).await, "requests are kept for good");
}

#[tokio::test]
async fn a_copy_is_kept_a_day_longer_than_requests_wait() {
    let stage = Stage::new().await;
    stage.keep(&stage.company, Retention { attachments_days: Some(8), ..Retention::default() }).await;
    let request = stage.submit(&stage.world.computer(&stage.group), stage.new_request_with_copy()).await;
    stage.upload().await;
    stage.days(13).await;
    assert_eq!(request.status_at(stage.world.now()), RequestStatus::Pending);
    assert!(stage.has_copy().await, "somebody may still want to see it");
    stage.days(3).await;
    assert!(!stage.has_copy().await);
}

#[tokio::test]
async fn requests_that_wait_shorter_than_earlier_ones_expire_in_time() {
    let stage = Stage::new().await;
    let mut long = Vec::new();
    for number in 0..120 {
        let device = stage.world.computer(&stage.group);
        long.push(stage.submit(&device, stage.new_request_for(number)).await);
    }
    stage.wait_for_days(1).await;
    let short = stage.submit(&stage.world.computer(&stage.group), stage.new_request_for(200)).await;
    stage.days(2).await;
    assert_eq!(stage.request(&short.id).await.status, RequestStatus::Expired, "written down");
    assert_eq!(stage.request(&long[0].id).await.status, RequestStatus::Pending);
}

#[tokio::test]
async fn old_entries_of_the_audit_go_on_record_and_the_chain_stays_whole() {
    let stage = Stage::new().await;
    stage.keep(&stage.company, Retention { audit_days: Some(90), ..Retention::default() }).await;
    let early = stage.ask().await;
    stage.days(60).await;
    stage.ask().await;
    let whole = stage.verified().await;
    assert_eq!((whole.trimmed, whole.flaws.len()), (0, 0), "{whole:?}");
    stage.days(40).await;
    let trimmed = stage.verified().await;
    assert!(trimmed.trimmed > 0 && trimmed.trimmed < trimmed.count, "{trimmed:?}");
    assert_eq!(trimmed.flaws, []);
    assert!(stage.is_there(&early).await, "the record itself is kept for good");
    let permit = Permit::scene(&stage.company.id);
    let rows = stage.world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 200).await.unwrap().items;
    let mut acts = Vec::new();
    for row in rows {
        let event = stage.world.journal.event(&permit, row.number.unwrap()).await.unwrap();
        acts.extend(event.map(|event| event.act.name()));
    }
    assert!(
        acts.contains(&ActName::AuditTrimmed) && !acts.contains(&ActName::OrganizationEdited),
        "{acts:?}"
    );

    // What is missing beyond that was not removed by its age.
    let newest = stage.world.journal.list(&permit, lists::UNIFIED_AUDIT, None, 1).await.unwrap().items;
    let entry = keys::entry(&stage.company.id, newest[0].number.unwrap());
    stage.world.journal.kv().delete(&entry).await.unwrap();
    assert_eq!(stage.verified().await.flaws.len(), 1);
}

#[tokio::test]
async fn without_settings_everything_stays() {
    let stage = Stage::new().await;
    let device = stage.world.computer(&stage.group);
    let request = stage.submit(&device, stage.new_request_with_copy()).await;
    stage.upload().await;
    stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
    stage.tick().await;
    let entries = || stage.world.memory.dump().keys().filter(|key| key.contains("/j/")).count();
    let before = entries();
    stage.world.advance(Duration::from_secs(20 * 365 * 24 * 60 * 60));
    stage.days(2).await;
    assert!(stage.is_there(&request).await && stage.has_copy().await);
    assert_eq!((entries(), stage.verified().await.trimmed), (before, 0));
}

#[tokio::test]
async fn old_entries_that_wait_for_the_next_day_cost_a_walk_nothing() {
    let stage = Stage::new().await;
    stage.keep(&stage.company, Retention { audit_days: Some(90), ..Retention::default() }).await;
    let hours = |hours: u64| Duration::from_secs(hours * 60 * 60);
    stage.world.advance(hours(6));
    stage.ask().await;
    stage.tick().await;
    // The entries of the beginning are old now; those of six hours later are not.
    stage.world.advance(hours(90 * 24 - 5));
    for _ in 0..4 {
        stage.tick().await;
    }
    assert!(stage.verified().await.trimmed > 0);
    stage.world.advance(hours(6));
    stage.tick().await;
    stage.world.memory.reset_counts();
    assert_eq!(stage.world.journal.tidy(&stage.company.id).await.unwrap(), 0);
    assert_eq!((stage.world.counts().reads, stage.world.counts().writes), (1, 0));
    let before = stage.verified().await.trimmed;
    stage.world.advance(hours(24));
    for _ in 0..4 {
        stage.tick().await;
    }
    assert!(stage.verified().await.trimmed > before, "on the next day they go");
}

#[tokio::test]
async fn what_leads_to_a_request_goes_with_it() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[countersign_model::Permission::SuperAdmin]);
    let retention = Retention { requests_days: Some(30), audit_days: Some(30), ..Retention::default() };
    stage.keep(&stage.company, retention).await;
    let keys = |kind: &str| {
        let kind = format!("/{kind}/");
        stage.world.memory.dump().into_keys().filter(|key| key.contains(&kind)).count()
    };
    let (first, second) = (stage.ask().await, stage.ask().await);
    stage.process_company().await;
    assert_eq!(keys("d"), 2, "the messages about each");
    for request in [&first, &second] {
        stage.decide(request, Outcome::Denied, DecisionScope::Computer, false).await;
    }
    stage.process_company().await;
    // The file and the user are those of both; each has a computer.
    assert_eq!((keys("z"), keys("g")), (4, 2));
    stage.days(29).await;
    assert_eq!((keys("z"), keys("g")), (4, 2));
    stage.days(4).await;
    assert!(!stage.is_there(&first).await && !stage.is_there(&second).await);
    assert_eq!((keys("z"), keys("g"), keys("d")), (0, 0, 0));
}
