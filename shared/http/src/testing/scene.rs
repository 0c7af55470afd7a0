//! A root with a child organization, people and roles in both, and one function: the start of tests about who may do
//! what.
use axum::Router;
use countersign_authority::{Credential, Session};
use countersign_journal::Event;
use countersign_model::ids::ApiTokenId;
use countersign_model::{
    Administrator, AdministratorId, LoginPolicy, Organization, Permission, Permit, Role, RoleBook,
    RoleHolders, lists,
};
use countersign_store::tokens::{self, Kind};
use jiff::SignedDuration;

use super::{Person, TestApp, TestRequest, TestResponse, World};
use crate::services::Services;

/// A root organization with one child, and a function over them.
pub struct Scene {
    /// The world of the scene.
    pub world: World,
    /// The function.
    pub app: TestApp,
    /// An organization right below the root.
    pub child: Organization,
}

/// A refusal: status and code.
pub type Refused = (u16, &'static str);

impl Scene {
    /// A scene with a function: `Scene::of(crate::router)`.
    pub fn of(router: impl FnOnce(Services) -> Router) -> Self {
        Self::over(World::new(), router)
    }

    /// The same over a given world.
    pub fn over(world: World, router: impl FnOnce(Services) -> Router) -> Self {
        let app = world.app(router);
        let child = world.organization(&world.root, "Company B");
        Self { world, app, child }
    }

    /// A Super Admin of the root.
    pub fn root_admin(&self) -> Person {
        self.somebody(&self.world.root, &[Permission::SuperAdmin])
    }

    /// An active administrator with individual permissions.
    pub fn somebody(&self, at: &Organization, permissions: &[Permission]) -> Person {
        self.world.administrator(at, permissions.iter().copied())
    }

    /// An active administrator who holds a role of `owner` and is listed as its holder. The role is assigned at `at`,
    /// or at their own organization.
    pub async fn holder(
        &self,
        at: &Organization,
        owner: &Organization,
        role: &Role,
        place: Option<&Organization>,
    ) -> Person {
        let assignment = self.world.assignment(owner, role, place);
        let person = self.world.administrator_with(at, |new| new.with_assignments([assignment]));
        self.list_as_holder(&person, role).await;
        person
    }

    /// An API token of an administrator, with these of their permissions.
    pub async fn api_token(&self, maker: &Person, permissions: &[Permission]) -> String {
        let (world, now) = (&self.world, self.world.now());
        let (text, token) = tokens::mint(Kind::ApiToken, maker.record.id.ulid(), world.journal.random());
        let id = ApiTokenId::from_ulid(world.ulid());
        let session = Session {
            credential: Credential::ApiToken { id, permissions: permissions.to_vec() },
            administrator_id: maker.record.id.clone(),
            second_factor: false,
            by_device_code: false,
            epoch: maker.record.session_epoch,
            created_at: now,
            expires_at: now + SignedDuration::from_hours(24),
            policy: LoginPolicy::default(),
            policy_read_at: now,
        };
        let entry = session.entry(&token.digest);
        world.journal.kv().set_many(vec![entry]).await.expect("a token of the scene");
        text
    }

    /// Lists somebody as a holder of a role, whether or not they hold it.
    pub async fn list_as_holder(&self, person: &Person, role: &Role) {
        let id: AdministratorId = person.record.id.clone();
        let listed = |holders: &RoleHolders| holders.with(id.clone(), &[], self.world.now());
        self.world.journal.update(&role.id, listed).await.expect("a holder of the scene");
    }

    /// An administrator's current record.
    pub async fn record(&self, whom: &Person) -> Administrator {
        let read = self.world.journal.load::<Administrator>(&whom.record.id).await;
        read.expect("a record of the scene").expect("a record of the scene").value
    }

    /// The current roles of an organization.
    pub async fn book(&self, owner: &Organization) -> Vec<Role> {
        let read = self.world.journal.load::<RoleBook>(&owner.id).await;
        read.expect("a book of the scene").map(|book| book.value.roles).unwrap_or_default()
    }

    /// The events of an organization's system audit, newest first.
    pub async fn audit(&self, at: &Organization) -> Vec<Event> {
        let permit = Permit::scene(&at.id);
        let page = self.world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 200).await.expect("an audit");
        let mut events = Vec::new();
        for row in page.items {
            let number = row.number.expect("a number in a log");
            events
                .push(self.world.journal.event(&permit, number).await.expect("an event").expect("an event"));
        }
        events
    }

    /// Makes a call that must be refused: afterwards every byte in the store is the same, and nothing was sent.
    pub async fn refused(&self, call: TestRequest, (status, code): Refused) -> TestResponse {
        let answer = self.unchanged_by(call).await;
        assert_eq!((answer.status, answer.code()), (status, code.to_owned()), "{}", answer.text());
        answer
    }

    /// Makes a call that must neither change nor send anything.
    pub async fn unchanged_by(&self, call: TestRequest) -> TestResponse {
        self.world.settle().await;
        self.world.outbound.take();
        let before = self.world.memory.dump();
        let answer = call.send().await;
        self.world.settle().await;
        assert!(self.world.memory.dump() == before, "{} changed something: {}", answer.status, answer.text());
        assert_eq!(self.world.outbound.take().len(), 0, "{}: something was sent", answer.text());
        answer
    }
}
