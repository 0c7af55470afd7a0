//! A small world: a root organization, a record type, effects that deliver one message per notice.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use countersign_kv::Clock;
use countersign_kv::memory::{Like, Memory, TestClock};
use countersign_model::act::requests::{RequestCancelled, RequestDetail, RequestRepeated, RequestSubmitted};
use countersign_model::{
    Act, ComputerId, List, NewAct, Organization, OrganizationId, Origin, Permit, RequestId, RequestKind, Who,
};
use countersign_store::keys::sha256;
use countersign_store::{Claim, Entity, Store, StoreError};
use futures::executor::block_on;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::tests::plan::plan;
use crate::{
    Change, Consequences, Effects, Event, IndexEntry, Journal, Listed, Noted, PermissionEdits, SealCheck,
    Sealer, Verified,
};

pub const ALL: [Like; 4] = Memory::ALL;

/// The host name of requests with notices.
const TOLD: &str = "told";

/// A record for tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub id: String,
    pub members: Vec<String>,
    pub closed: bool,
}

impl Entity for Note {
    type Id = str;

    fn record_id(id: &str) -> String {
        id.to_owned()
    }

    fn own_record_id(&self) -> String {
        self.id.clone()
    }
}

impl Note {
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), members: Vec::new(), closed: false }
    }

    pub fn with(&self, member: &str) -> Self {
        let mut new = self.clone();
        new.members.push(member.to_owned());
        new
    }
}

pub struct World {
    pub memory: Arc<Memory>,
    pub clock: Arc<TestClock>,
    pub store: Journal,
    pub root: OrganizationId,
    /// Allows everything in the root organization.
    pub permit: Permit,
}

/// An open note belongs to every set; each notice is one delivery, see `World::plan`.
pub struct Plain(pub Journal);

#[async_trait]
impl Effects for Plain {
    async fn belongs(&self, _: &OrganizationId, entry: &IndexEntry) -> Result<bool, StoreError> {
        Ok(self.0.load::<Note>(&name_of(&entry.id)).await?.is_some_and(|note| !note.value.closed))
    }

    async fn event(&self, event: &Event) -> Result<Consequences, StoreError> {
        let notice = matches!(&event.act, Act::RequestSubmitted(told) if told.0.hostname == TOLD);
        Ok(Consequences { notice, ..Consequences::default() })
    }

    fn sealer(&self) -> Option<&dyn Sealer> {
        Some(&KEY)
    }
}

/// Keys for tests: the first seals, all check.
pub struct TestKeys(pub &'static [&'static str]);

/// The key under which everything is sealed unless a test says otherwise.
pub static KEY: TestKeys = TestKeys(&["k1"]);

impl Sealer for TestKeys {
    fn seal(&self, message: &[u8]) -> String {
        format!("{}.{}", self.0[0], keyed(self.0[0], message))
    }

    fn check(&self, message: &[u8], seal: &str) -> SealCheck {
        let (id, digest) = seal.split_once('.').unwrap_or_default();
        match self.0.iter().find(|key| **key == id) {
            None => SealCheck::UnknownKey,
            Some(key) if keyed(key, message) == digest => SealCheck::Good,
            Some(_) => SealCheck::Wrong,
        }
    }
}

fn keyed(key: &str, message: &[u8]) -> String {
    sha256(&[key.as_bytes(), message].concat())
}

impl World {
    pub fn new(like: Like) -> Self {
        let world = Self::over(like);
        world.settle();
        world
    }

    /// A world that nobody has processed anything in.
    pub fn over(like: Like) -> Self {
        let memory = Arc::new(Memory::new(like));
        let clock = Arc::new(TestClock::default());
        let store = over(&memory, &clock, 1);
        let root = Organization::root(
            OrganizationId::from_ulid(Ulid::from_parts(1, 1)),
            "Root".to_owned(),
            clock.now(),
        );
        let permit = Permit::scene(&root.id);
        let world = Self { memory, clock, store, root: root.id.clone(), permit };
        let change = world.change("set-up").create_organization(&root).create(&PermissionEdits::default());
        block_on(world.store.save(change)).unwrap();
        world
    }

    /// A separate store for a task: the same memory, other random numbers.
    pub fn store(&self, seed: u64) -> Journal {
        over(&self.memory, &self.clock, seed.wrapping_mul(1_000_003) + 17)
    }

    /// An organization below another.
    pub fn child_of(&self, parent: &OrganizationId, number: u128) -> OrganizationId {
        let parent = block_on(self.store.load::<Organization>(parent)).unwrap().unwrap().value;
        let id = OrganizationId::from_ulid(Ulid::from_parts(2, number));
        let child = parent.child(id, "Child".to_owned(), self.clock.now());
        block_on(self.store.save(change_in(&parent.id, "child").create_organization(&child))).unwrap();
        child.id
    }

    pub fn change(&self, what: &str) -> Change {
        change_in(&self.root, what)
    }

    pub fn request(&self, what: &str) -> Change {
        request_in(&self.root, what)
    }

    /// Processes everything, as if minutes had passed.
    pub fn settle(&self) {
        self.settle_in(&self.root.clone());
    }

    pub fn settle_in(&self, organization: &OrganizationId) {
        let effects = Plain(self.store.clone());
        for _ in 0..5 {
            self.clock.advance(Duration::from_secs(31));
            let done = block_on(self.store.process(organization, &effects)).unwrap();
            assert!(!done.more);
        }
        block_on(plan(&self.store, organization)).unwrap();
        let projection = block_on(self.store.projection(organization)).unwrap();
        let left = serde_json::to_value(&projection.value).unwrap();
        assert_eq!(left["gaps"], serde_json::json!([]), "nothing is waited for in the end");
        self.assert_chained(organization);
    }

    /// Every number of a journal is in its chain once, and all of it verifies.
    pub fn assert_chained(&self, organization: &OrganizationId) {
        let pages = self.verify(organization, Some(&KEY), None, 100);
        for page in &pages {
            assert_eq!(page.flaws, [], "{organization}");
            assert_eq!((page.unsealed, page.count), (0, page.horizon));
        }
        assert_eq!(pages.iter().map(|page| page.sealed).sum::<u64>(), pages[0].count);
    }

    /// The pages of a chain.
    pub fn verify(
        &self,
        organization: &OrganizationId,
        sealer: Option<&dyn Sealer>,
        noted: Option<&Noted>,
        limit: usize,
    ) -> Vec<Verified> {
        let mut pages: Vec<Verified> = Vec::new();
        loop {
            let cursor = pages.last().and_then(|page| page.next.clone());
            let permit = Permit::scene(organization);
            if !pages.is_empty() && cursor.is_none() {
                return pages;
            }
            let page = self.store.verify_chain(&permit, sealer, noted, cursor.as_deref(), limit);
            pages.push(block_on(page).unwrap());
        }
    }

    /// What the events of a journal are about, newest first, read page by page.
    pub fn told(&self, organization: &OrganizationId) -> Vec<String> {
        let rows = self.rows(organization, List::UnifiedAudit, 7);
        let event = |row: &Listed| {
            block_on(self.store.event(&Permit::scene(organization), row.number.unwrap())).unwrap().unwrap()
        };
        rows.iter().map(|row| said(&event(row))).collect()
    }

    /// All rows of a list, in pages of a size.
    pub fn rows(&self, organization: &OrganizationId, list: List, limit: usize) -> Vec<Listed> {
        let mut rows = Vec::new();
        let mut cursor = None;
        loop {
            let permit = Permit::scene(organization);
            let page = block_on(self.store.list(&permit, list.into(), cursor.as_deref(), limit)).unwrap();
            rows.extend(page.items.into_iter().map(|row| Listed { id: name_of(&row.id), ..row }));
            cursor = page.next;
            if cursor.is_none() {
                return rows;
            }
        }
    }
}

fn over(memory: &Arc<Memory>, clock: &Arc<TestClock>, seed: u64) -> Journal {
    Journal::new(Store::seeded(memory.clone(), clock.clone(), seed))
}

/// An event of an organization: in its unified audit, in no list, without a notice.
pub fn change_in(organization: &OrganizationId, what: &str) -> Change {
    changed(organization, RequestRepeated(detail(what, "quiet")))
}

/// A request, in all lists of requests, without a notice.
pub fn request_in(organization: &OrganizationId, what: &str) -> Change {
    changed(organization, RequestSubmitted(detail(what, "quiet")))
}

/// A request with a notice.
pub fn told_in(organization: &OrganizationId, what: &str) -> Change {
    changed(organization, RequestSubmitted(detail(what, TOLD)))
}

/// A request that is no longer pending.
pub fn closed_in(organization: &OrganizationId, what: &str) -> Change {
    changed(organization, RequestCancelled(detail(what, "quiet")))
}

/// A change with a text.
pub fn changed(organization: &OrganizationId, act: impl Into<NewAct>) -> Change {
    Change::new(&Permit::scene(organization), &origin(), act)
}

/// An event.
pub fn act(what: &str) -> NewAct {
    RequestRepeated(detail(what, "quiet")).into()
}

/// The origin of the changes in these tests.
pub fn origin() -> Origin {
    Origin { who: Who::System, address: None, at: TestClock::default().now() }
}

fn detail(what: &str, hostname: &str) -> RequestDetail {
    RequestDetail {
        request_id: id_of(what),
        computer_id: ComputerId::from_ulid(Ulid::from_parts(1, 1)),
        subject: "application:one".to_owned(),
        kind: RequestKind::Application,
        hostname: hostname.to_owned(),
        unconfirmed: false,
        renews: None,
        username: what.to_owned(),
        path: None,
        sha256: None,
        publisher: None,
        device: None,
        access: None,
        policy_id: None,
        unknown_policy: None,
        count: 1,
    }
}

thread_local! {
    /// The names that requests go by in tests.
    static NAMES: RefCell<BTreeMap<String, String>> = RefCell::default();
}

/// The id of the request with a name. Ids are in the order of the numbers in the names.
pub fn id_of(name: &str) -> RequestId {
    let number: String = name.chars().filter(char::is_ascii_digit).collect();
    let random = u128::from_str_radix(&sha256(name.as_bytes())[..20], 16).unwrap();
    let id = RequestId::from_ulid(Ulid::from_parts(number.parse().unwrap_or_default(), random));
    NAMES.with_borrow_mut(|names| names.insert(id.to_string(), name.to_owned()));
    id
}

/// The name of the request with an id; the id itself of anything else.
pub fn name_of(id: &str) -> String {
    NAMES.with_borrow(|names| names.get(id).cloned()).unwrap_or_else(|| id.to_owned())
}

/// The text of an event of these tests.
pub fn said(event: &Event) -> String {
    let (Act::RequestRepeated(RequestRepeated(detail))
    | Act::RequestSubmitted(RequestSubmitted(detail))
    | Act::RequestCancelled(RequestCancelled(detail))) = &event.act
    else {
        return event.act.name().to_string();
    };
    detail.username.clone()
}

/// A closed note no longer holds its slot.
pub async fn is_closed(store: &Journal, claim: Claim) -> Result<bool, StoreError> {
    Ok(store.load::<Note>(&claim.holder).await?.is_none_or(|note| note.value.closed))
}

pub fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}
