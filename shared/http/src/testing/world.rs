//! The world itself.
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use countersign_authority::{Credential, CursorKey, Principal, Session};
use countersign_journal::{Change, Journal, PermissionEdits};
use countersign_kv::memory::{Counts, Memory, TestClock, TestRandom};
use countersign_model::act::{
    ComputerEnrolled, GroupCreated, InvitationAccepted, OrganizationCreated, RoleCreated, SetUpCompleted,
};
use countersign_model::ids::{AdministratorId, ComputerId, GroupId, OrganizationId, RoleId, SessionId};
use countersign_model::login::SESSION_LASTS;
use countersign_model::{
    Administrator, AdministratorState, Assignment, Computer, EnrollmentKey, EnrollmentKeyId, Group,
    LoginPolicy, NewAct, NewAdministrator, Organization, Origin, Permission, Permit, Role, RoleBook,
    RoleHolders, Who,
};
use countersign_store::tokens::{self, Kind};
use countersign_store::{SCHEMA, Store, StoreEpoch};
use futures::executor::block_on;
use jiff::Timestamp;
use ulid::Ulid;

use super::{CapturedOutbound, HeldBackground, TestApp, TestSettings, TestStoreServer};

use crate::services::Services;
use crate::waiting::Waiting;

/// A small deployment with a root organization, over a store in memory.
pub struct World {
    /// The key-value store, which counts operations and can be made to fail.
    pub memory: Arc<Memory>,
    /// The clock, which can be moved.
    pub clock: Arc<TestClock>,
    /// Outbound requests and their answers.
    pub outbound: Arc<CapturedOutbound>,
    /// The deployment's variables, initially unset.
    pub settings: Arc<TestSettings>,
    /// Background work that has not run yet.
    pub background: Arc<HeldBackground>,
    /// The server behind the store.
    pub store_server: Arc<TestStoreServer>,
    /// The store over `memory`.
    pub journal: Journal,
    /// The places for waiting calls.
    pub waiting: Waiting,
    /// The root organization.
    pub root: Organization,
}

/// An administrator with a session.
#[derive(Clone, Debug)]
pub struct Person {
    /// The record as it was saved.
    pub record: Administrator,
    /// A session token, good for 12 hours.
    pub token: String,
}

impl Person {
    /// The person, acting with everything they hold.
    pub fn asker(&self) -> Principal {
        Principal::whole(self.record.clone())
    }
}

/// An enrolled computer.
#[derive(Clone, Debug)]
pub struct Device {
    /// The record as it was saved.
    pub record: Computer,
    /// Its token.
    pub token: String,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// A world over an ideal store.
    pub fn new() -> Self {
        Self::over(Memory::ideal())
    }

    /// A world over a given kind of store.
    pub fn over(memory: Memory) -> Self {
        let (memory, clock) = (Arc::new(memory), Arc::new(TestClock::default()));
        let journal = Journal::new(Store::seeded(memory.clone(), clock.clone(), 1));
        let id = OrganizationId::from_ulid(journal.random().ulid(journal.clock().now()));
        let root = Organization::root(id, "Example Root".to_owned(), journal.clock().now());
        let world = Self {
            memory,
            clock,
            outbound: Arc::default(),
            settings: Arc::default(),
            background: Arc::default(),
            store_server: Arc::default(),
            journal,
            waiting: Waiting::default(),
            root,
        };
        let first = AdministratorId::from_ulid(Ulid::from_parts(1, 1));
        world.save(&world.root.id, OrganizationCreated::child(&world.root), |change| {
            change.create_organization(&world.root)
        });
        world.save(&world.root.id, SetUpCompleted { administrator_id: first }, |change| {
            let epoch = StoreEpoch { epoch: "first".to_owned(), schema: SCHEMA };
            let change = change.create(&PermissionEdits::default()).create(&epoch);
            change.create(&CursorKey::new(&TestRandom::new(2)))
        });
        world
    }

    /// The services that handlers are given.
    pub fn services(&self) -> Services {
        let store = Store::clone(&self.journal);
        let (outbound, settings, background) =
            (self.outbound.clone(), self.settings.clone(), self.background.clone());
        let services = Services::new(store, outbound, settings, background, self.store_server.clone());
        Services { waiting: self.waiting.clone(), ..services }
    }

    /// A function over this world: `world.app(crate::router)`.
    pub fn app(&self, router: impl FnOnce(Services) -> Router) -> TestApp {
        TestApp::new(router(self.services()))
    }

    /// Runs the background work, and any work that this starts.
    pub async fn settle(&self) {
        self.background.drain().await;
    }

    /// The current time.
    pub fn now(&self) -> Timestamp {
        self.journal.clock().now()
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// The operations of the store since the last [`Memory::reset_counts`].
    pub fn counts(&self) -> Counts {
        self.memory.counts()
    }

    /// A fresh ULID.
    pub fn ulid(&self) -> Ulid {
        self.journal.random().ulid(self.now())
    }

    /// Saves an act of an organization in the usual way, with the records that `create` adds.
    pub fn save(
        &self,
        organization: &OrganizationId,
        act: impl Into<NewAct>,
        create: impl FnOnce(Change) -> Change,
    ) {
        let origin = Origin { who: Who::System, address: None, at: self.now() };
        let change = create(Change::new(&Permit::scene(organization), &origin, act));
        block_on(self.journal.save(change)).expect("a change of the world");
    }

    /// An organization directly below another.
    pub fn organization(&self, parent: &Organization, name: &str) -> Organization {
        let child = parent.child(OrganizationId::from_ulid(self.ulid()), name.to_owned(), self.now());
        self.save(&parent.id, OrganizationCreated::child(&child), |change| {
            change.create_organization(&child)
        });
        child
    }

    /// An active administrator of an organization with individual permissions, signed in.
    pub fn administrator(
        &self,
        organization: &Organization,
        permissions: impl IntoIterator<Item = Permission>,
    ) -> Person {
        self.administrator_with(organization, |new| new.with_permissions(permissions))
    }

    /// An active administrator of an organization, changed before it is saved, signed in.
    pub fn administrator_with(
        &self,
        organization: &Organization,
        change: impl FnOnce(Administrator) -> Administrator,
    ) -> Person {
        let id = AdministratorId::from_ulid(self.ulid());
        let email = format!("{}@example.test", id.as_str().to_lowercase());
        let new = NewAdministrator {
            email: email.parse().expect("an address"),
            name: format!("Administrator {}", &id.as_str()[26..]),
            organization_id: organization.id.clone(),
            id,
        };
        let invited = Administrator::invited(new, self.now());
        let record = change(Administrator { state: AdministratorState::Active, ..invited.clone() });
        let act = InvitationAccepted::of(&invited, &record);
        self.save(&organization.id, act, |change| change.create_administrator(&record));
        // Listed as a possible Super Admin; whether they are one is checked when it matters.
        if record.permissions.contains(&Permission::SuperAdmin) || !record.assignments.is_empty() {
            block_on(self.journal.expect_super_admin(&record.id)).expect("an administrator of the world");
        }
        let token = self.session(&record);
        Person { record, token }
    }

    /// Another session of an administrator, valid for 12 hours.
    pub fn session(&self, administrator: &Administrator) -> String {
        let (text, token) = tokens::mint(Kind::Session, administrator.id.ulid(), self.journal.random());
        let session = Session {
            credential: Credential::Session { id: SessionId::from_ulid(self.ulid()) },
            administrator_id: administrator.id.clone(),
            second_factor: false,
            by_device_code: false,
            epoch: administrator.session_epoch,
            created_at: self.now(),
            expires_at: self.now() + SESSION_LASTS,
            policy: LoginPolicy::default(),
            policy_read_at: self.now(),
        };
        let entry = session.entry(&token.digest);
        block_on(self.journal.kv().set_many(vec![entry])).expect("a session of the world");
        text
    }

    /// A role of an organization, added to its book.
    pub fn role(
        &self,
        owner: &Organization,
        name: &str,
        permissions: impl IntoIterator<Item = Permission>,
    ) -> Role {
        let role = Role::new(RoleId::from_ulid(self.ulid()), name.to_owned(), None, permissions);
        let add = |book: &RoleBook| book.with(role.clone());
        block_on(self.journal.update(&owner.id, add)).expect("a role of the world");
        let holders = RoleHolders::none(role.id.clone(), owner.id.clone());
        self.save(&owner.id, RoleCreated::of(&role), |change| change.create(&holders));
        role
    }

    /// A role assignment: at an organization, or at the holder's own if none is given.
    pub fn assignment(&self, owner: &Organization, role: &Role, at: Option<&Organization>) -> Assignment {
        Assignment {
            role_id: role.id.clone(),
            role_organization_id: owner.id.clone(),
            organization_id: at.map(|organization| organization.id.clone()),
        }
    }

    /// A computer group.
    pub fn group(&self, organization: &Organization, name: &str) -> Group {
        let id = GroupId::from_ulid(self.ulid());
        let group = Group::new(id, organization.id.clone(), name.to_owned(), self.now());
        self.save(&organization.id, GroupCreated::of(&group), |change| change.create(&group));
        group
    }

    /// One more enrollment key of a group.
    pub fn enrollment_key(&self, group: &Group) -> String {
        self.enrollment_key_with(group, |key| key).0
    }

    /// One more enrollment key of a group, changed before it is saved, and its id.
    pub fn enrollment_key_with(
        &self,
        group: &Group,
        change: impl FnOnce(EnrollmentKey) -> EnrollmentKey,
    ) -> (String, EnrollmentKeyId) {
        let (text, token) = tokens::mint(Kind::Enrollment, group.id.ulid(), self.journal.random());
        let id = EnrollmentKeyId::from_ulid(self.ulid());
        let key = change(EnrollmentKey::new(id.clone(), token.digest, self.now()));
        let with_key = |old: &Group| old.with_key(key.clone(), &[], self.now()).ok_or("too many keys");
        block_on(self.journal.update(&group.id, with_key)).expect("a key of the world");
        (text, id)
    }

    /// A computer enrolled in a group.
    pub fn computer(&self, group: &Group) -> Device {
        let id = ComputerId::from_ulid(self.ulid());
        let hostname = format!("pc-{}", &id.as_str()[26..]);
        self.enrolled(group, id, hostname)
    }

    /// A computer enrolled in a group under a host name, which others may have as well.
    pub fn computer_called(&self, group: &Group, hostname: &str) -> Device {
        self.enrolled(group, ComputerId::from_ulid(self.ulid()), hostname.to_owned())
    }

    fn enrolled(&self, group: &Group, id: ComputerId, hostname: String) -> Device {
        let (text, token) = tokens::mint(Kind::Computer, id.ulid(), self.journal.random());
        let record = Computer {
            hostname,
            id,
            organization_id: group.organization_id.clone(),
            group_id: group.id.clone(),
            os: "linux".to_owned(),
            name: None,
            naming: 0,
            unconfirmed: false,
            twin_of: None,
            token_hash: token.digest,
            maintenance: None,
            enrolled_at: self.now(),
            enrollment_key_id: None,
            policy_version: None,
            instances: Default::default(),
            override_key: None,
            deleted: false,
        };
        self.save(&group.organization_id, ComputerEnrolled::of(&record), |change| change.create(&record));
        Device { record, token: text }
    }
}
