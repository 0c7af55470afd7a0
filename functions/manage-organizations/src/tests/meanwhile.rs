//! Records that one administrator deletes while another changes them.

use countersign_http::testing::TestRequest;
use countersign_kv::memory::Schedule;
use countersign_model::Group;
use futures::FutureExt;
use futures::executor::block_on;

countersign_http::story!(Office, crate::router);

/// How many orders of steps are tried.
const SEEDS: u64 = 60;

impl Story {
    /// Makes a change and a deletion at the same time, in the order of a seed. Returns the answer to the change.
    fn race(&self, seed: u64, change: TestRequest, deleted: &str) -> u16 {
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

    fn path(&self, rest: &str) -> String {
        format!("/v1/organizations/{}/{rest}", self.company.id)
    }
}

/// Runs a race in many orders; in some the change must come first, in others too late.
fn in_many_orders(race: impl Fn(u64) -> u16) {
    let answers: Vec<u16> = (0..SEEDS).map(race).collect();
    for expected in [404, 200] {
        assert!(answers.iter().any(|status| status / 100 == expected / 100), "{expected}: {answers:?}");
    }
}

#[test]
fn a_group_deleted_meanwhile_gets_no_enrollment_key() {
    in_many_orders(|seed| {
        let story = Story::new();
        let group = story.world.group(&story.company, "Desks");
        let path = story.path(&format!("groups/{}", group.id));
        let made = story.race(seed, story.app.post(&format!("{path}/enrollment-keys")), &path);
        let group = block_on(story.world.journal.load::<Group>(&group.id)).unwrap().unwrap().value;
        let keys = group.enrollment_keys.len();
        assert!(!group.deleted || keys == 0, "seed {seed}: nobody enrols into a group that is gone");
        made
    });
}
