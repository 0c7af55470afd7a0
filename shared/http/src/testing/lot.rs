//! Random organizations, roles and people with rights, for trying random calls and checking that nobody gains by them.
use countersign_kv::memory::TestRandom;
use countersign_model::{Administrator, Organization, Permission, PermissionSet, Role};

use super::{Person, Scene, TestRequest};
use countersign_authority::rights::actor_of;

/// How many people, and how many roles.
const PEOPLE: usize = 7;
const ROLES: usize = 4;

/// A scene with a tree of four organizations, and people who hold random permissions.
pub struct Lot {
    /// The scene.
    pub scene: Scene,
    /// The root, the child, one below the child, and one beside it.
    pub organizations: Vec<Organization>,
    /// Roles of any of them.
    pub roles: Vec<Role>,
    people: Vec<Person>,
    drawn: &'static [Permission],
    random: TestRandom,
    // The permissions of each person at each organization.
    held: Vec<Vec<PermissionSet>>,
}

/// The effects of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Whether somebody's permissions changed.
    pub changed: bool,
    /// Whether somebody holds more.
    pub gave: bool,
}

impl Lot {
    /// Builds everything from a seed.
    pub async fn new(scene: Scene, seed: u64, drawn: &'static [Permission]) -> Self {
        let below = scene.world.organization(&scene.child, "Company D");
        let beside = scene.world.organization(&scene.world.root, "Company C");
        let organizations = vec![scene.world.root.clone(), scene.child.clone(), below, beside];
        let (roles, people, held) = (Vec::new(), Vec::new(), Vec::new());
        let random = TestRandom::new(seed);
        let mut lot = Self { scene, organizations, roles, people, drawn, random, held };
        // An administrator who stays, so that nothing is refused only because of the last Super Admin.
        lot.scene.root_admin();
        for number in 0..ROLES {
            let owner = lot.organization().clone();
            lot.roles.push(lot.scene.world.role(&owner, &format!("Role {number}"), lot.permissions()));
            for _ in 0..lot.below(3) {
                let home = lot.organization().clone();
                let holder = lot.scene.holder(&home, &owner, &lot.roles[number], Some(&owner)).await;
                lot.hold_more(&holder).await;
                lot.people.push(holder);
            }
        }
        while lot.people.len() < PEOPLE {
            let somebody = lot.scene.world.administrator(lot.organization(), lot.permissions());
            lot.people.push(somebody);
        }
        lot.held = lot.look().await;
        lot
    }

    /// A number below a bound.
    pub fn below(&self, bound: usize) -> usize {
        self.random.below(bound as u64) as usize
    }

    /// One of the organizations.
    pub fn organization(&self) -> &Organization {
        &self.organizations[self.below(self.organizations.len())]
    }

    /// One of the roles.
    pub fn role(&self) -> &Role {
        &self.roles[self.below(self.roles.len())]
    }

    /// One of the people.
    pub fn person(&self) -> &Person {
        &self.people[self.below(self.people.len())]
    }

    /// A few permissions.
    pub fn permissions(&self) -> Vec<Permission> {
        (0..self.below(5)).map(|_| self.drawn[self.below(self.drawn.len())]).collect()
    }

    /// Somebody tries a call. Whatever the answer, they hold no more than before, and where they had no rights,
    /// nobody's rights have changed.
    pub async fn try_once(&mut self, call: impl Fn(&Self) -> TestRequest) -> Step {
        let who = self.below(self.people.len());
        let answer = call(self).bearer(&self.people[who].token).send().await;
        let (before, after) = (&self.held, self.look().await);
        for (place, organization) in self.organizations.iter().enumerate() {
            let what = format!("person {who} at {}: {}", organization.name, answer.text());
            let (had, has) = (before[who][place], after[who][place]);
            assert!(had.contains_all(has), "more for oneself: {what}");
            let same = |person: usize| before[person][place] == after[person][place];
            assert!(!had.is_empty() || (0..self.people.len()).all(same), "others changed: {what}");
        }
        let gave =
            before.iter().flatten().zip(after.iter().flatten()).any(|(old, new)| !old.contains_all(*new));
        let step = Step { changed: *before != after, gave };
        self.held = after;
        step
    }

    async fn hold_more(&self, person: &Person) {
        let permissions = self.permissions();
        let more = |old: &Administrator| Ok::<_, ()>(old.with_permissions(permissions.clone()));
        self.scene.world.journal.update(&person.record.id, more).await.expect("a person of the lot");
    }

    async fn look(&self) -> Vec<Vec<PermissionSet>> {
        let mut held = Vec::new();
        for person in &self.people {
            let record = self.scene.record(person).await;
            let actor = actor_of(&self.scene.world.journal, &record).await.expect("an actor of the lot");
            let at = |place: &Organization| actor.permissions_at(&place.id, &place.ancestors);
            held.push(self.organizations.iter().map(at).collect());
        }
        held
    }
}
