//! What tests of changes have in common: making them, what is on record of them, who may not make them, and what happens when
//! something is deleted meanwhile.

use countersign_kv::memory::Schedule;
use countersign_model::{ActName, OrganizationId, Permission, Permit, Who, lists};
use futures::FutureExt;
use http::Method;
use serde_json::Value;

use super::{Company, TestRequest, TestResponse};

/// How many orders of steps are tried.
const SEEDS: u64 = 60;

impl Company {
    /// A path below that of the company.
    pub fn at(&self, rest: &str) -> String {
        format!("/v1/organizations/{}{rest}", self.company.id)
    }

    /// What the boss gets there.
    pub async fn get(&self, path: &str) -> TestResponse {
        self.app.get(path).bearer(&self.boss.token).send().await
    }

    /// Makes a call as the boss, which must succeed. Null is no body.
    pub async fn done(&self, method: Method, path: &str, body: Value) -> TestResponse {
        let answer = with(self.app.call(method, path), &body).bearer(&self.boss.token).send().await;
        assert!((200..300).contains(&answer.status), "{path}: {}", answer.text());
        answer
    }

    /// Creates something as the boss. Its id.
    pub async fn made(&self, path: &str, body: Value) -> String {
        self.done(Method::POST, path, body).await.json()["id"].as_str().unwrap().to_owned()
    }

    /// What the audit says in detail of the newest act of an organization, which the boss did from the address tests call from.
    pub async fn recorded(&self, at: &OrganizationId, act: ActName) -> Value {
        let permit = Permit::scene(at);
        let page = self.world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 1).await.unwrap();
        let event = self.world.journal.event(&permit, page.items[0].number.unwrap()).await.unwrap().unwrap();
        assert_eq!(event.act.name(), act);
        let Who::Administrator { id, name, .. } = &event.who else { panic!("{:?}", event.who) };
        assert_eq!((id, name), (&self.boss.record.id, &self.boss.record.name));
        assert_eq!(event.address.as_deref(), Some("192.0.2.10"));
        assert_eq!(event.at, self.world.now());
        assert!(!event.footprint().concerns.is_empty(), "it says what it is about");
        serde_json::to_value(&event.act).unwrap()["detail"].clone()
    }

    /// Makes a call that must be refused at a field; afterwards every byte in the store is the same.
    pub async fn refused_at(&self, field: &str, call: impl Future<Output = TestResponse>) -> TestResponse {
        self.world.settle().await;
        let before = self.world.memory.dump();
        let answer = call.await;
        assert_eq!((answer.status, answer.pointers()), (422, vec![field.to_owned()]), "{}", answer.text());
        assert!(self.world.memory.dump() == before, "{}", answer.text());
        answer
    }

    /// Makes these calls as those who must not: with no credentials and wrong ones, as an administrator of the company without
    /// permissions, and as one who may not know of the company. Nothing may change, and nothing be sent.
    pub async fn denied_to_others(&self, calls: &[(&str, String, Value)]) {
        let nobody = self.world.administrator(&self.company, []);
        let sibling = self.world.organization(&self.world.root, "Sibling");
        let stranger = self.world.administrator(&sibling, [Permission::SuperAdmin]);
        self.world.settle().await;
        self.world.outbound.take();
        let before = self.world.memory.dump();
        for (method, path, body) in calls {
            let call = || with(self.app.call(method.parse().unwrap(), path), body);
            assert_eq!(call().send().await.status, 401, "{method} {path}");
            assert_eq!(call().bearer("csa_wrong").send().await.status, 401, "{method} {path}");
            let denied = call().bearer(&nobody.token).send().await;
            assert_eq!((denied.status, denied.code().as_str()), (403, "not-permitted"), "{method} {path}");
            assert_eq!(call().bearer(&stranger.token).send().await.status, 404, "{method} {path}");
        }
        self.world.settle().await;
        assert!(self.world.memory.dump() == before, "nothing changed");
        assert_eq!(self.world.outbound.take().len(), 0, "nothing was sent");
    }

    /// Makes a change and a deletion at the same time as the boss, in the order of a seed. Returns the answer to the change.
    pub fn race(&self, seed: u64, change: TestRequest, deleted: &str) -> u16 {
        let delete = self.app.delete(deleted).bearer(&self.boss.token);
        self.world.memory.interleave(true);
        let tasks = vec![change.bearer(&self.boss.token).send().boxed(), delete.send().boxed()];
        let mut answers = Schedule::new(seed).run(tasks).into_iter().map(|answer| answer.unwrap().status);
        self.world.memory.interleave(false);
        let changed = answers.next().unwrap();
        assert!([200, 201, 404, 503].contains(&changed), "{changed}");
        let deleted = answers.next().unwrap();
        assert!([204, 503].contains(&deleted), "{deleted}");
        changed
    }
}

fn with(call: TestRequest, body: &Value) -> TestRequest {
    if body.is_null() { call } else { call.json(body) }
}

/// Runs a race in many orders; in some the change must come first, in others too late.
pub fn in_many_orders(race: impl Fn(u64) -> u16) {
    let answers: Vec<u16> = (0..SEEDS).map(race).collect();
    for expected in [404, 200] {
        assert!(answers.iter().any(|status| status / 100 == expected / 100), "{expected}: {answers:?}");
    }
}
