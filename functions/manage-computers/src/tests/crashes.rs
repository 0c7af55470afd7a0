//! The host dies at each write of a removal, and the administrator tries again.

use std::convert::Infallible;
use std::time::Duration;

use countersign_kv::memory::Memory;
use countersign_model::Computer;
use countersign_model::computer::check_ins::CheckInEntry;
use serde_json::json;

countersign_http::story!(Office, crate::router);

impl Story {
    async fn has_check_ins(&self) -> bool {
        self.world.journal.check_ins(&self.device.record.id).await.unwrap().last().is_some()
    }

    async fn check_in(&self) {
        let (journal, id) = (&self.world.journal, &self.device.record.id);
        let at = self.world.now();
        let entry = CheckInEntry { at, address: None, agent_version: None, policy_version: None };
        journal.note_check_in(id, &journal.check_ins(id).await.unwrap(), entry).await.unwrap();
    }

    async fn sweep(&self) {
        self.world.advance(Duration::from_secs(2 * 60 * 60));
        for _ in 0..40 {
            self.world.journal.sweep(50).await.unwrap();
        }
    }

    async fn is_removed(&self) -> bool {
        self.world.journal.load::<Computer>(&self.device.record.id).await.unwrap().unwrap().value.deleted
    }
}

/// The writes of a removal: the note of what expires has two; number, batch, swap.
const WRITES: usize = 5;

#[tokio::test]
async fn a_removal_that_dies_at_any_write_takes_the_check_ins_along_or_leaves_them() {
    for like in Memory::ALL {
        for (nth, after) in (1..=WRITES).flat_map(|nth| [(nth, false), (nth, true)]) {
            let what = format!("{like:?}: write {nth} after {after}");
            let story = Story::over(Memory::new(like));
            story.check_in().await;
            let path = format!("/v1/organizations/{}/computers/{}", story.company.id, story.device.record.id);
            let remove = || story.app.delete(&path).bearer(&story.boss.token).send();
            story.world.memory.stop_at_write(nth, after);
            assert_eq!(remove().await.status, 503, "{what}");
            assert!(story.world.memory.resume(), "{what}");
            let removed = story.is_removed().await;
            story.sweep().await;
            assert_eq!(story.has_check_ins().await, !removed, "{what}");
            let again = remove().await.status;
            assert_eq!(again, if removed { 404 } else { 204 }, "{what}");
            story.sweep().await;
            assert!(!story.has_check_ins().await, "{what}: gone with the computer");
        }
    }
}

#[tokio::test]
async fn a_computer_that_is_replaced_takes_its_check_ins_along() {
    let story = Story::new();
    story.check_in().await;
    let twin = story.world.computer(&story.group);
    let unconfirmed = |old: &Computer| {
        let hostname = story.device.record.hostname.clone();
        Ok::<_, Infallible>(Computer { hostname, unconfirmed: true, ..old.clone() })
    };
    story.world.journal.update(&twin.record.id, unconfirmed).await.unwrap();
    let path = format!("/v1/organizations/{}/computers/{}/confirm", story.company.id, twin.record.id);
    let body = json!({ "replaces": story.device.record.id });
    let confirmed = story.app.post(&path).bearer(&story.boss.token).json(body).send().await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.text());
    story.sweep().await;
    assert!(!story.has_check_ins().await);
}
