//! When the computer was told of the decision: it is noted once for each decision, and only for the computer that asked.

use std::convert::Infallible;
use std::time::Duration;

use countersign_kv::memory::{Counts, Memory};
use countersign_model::{
    AdministratorId, Decision, DecisionHeard, DecisionId, GrantId, Outcome, Request, RequestId, Revocation,
    Whereabouts,
};
use countersign_store::{Entity, keys};
use jiff::Timestamp;

use crate::tests::story::{Story, program, stick};

impl Story {
    async fn heard_at(&self, id: &str) -> Option<Timestamp> {
        self.world.journal.heard_at(&self.record(id).await).await.unwrap()
    }

    /// What asking for the status costs.
    async fn cost(&self, id: &str) -> Counts {
        self.world.memory.reset_counts();
        assert_eq!(self.status(id).await.status, 200);
        self.world.counts()
    }

    async fn change(&self, id: &str, change: impl Fn(&Request) -> Request + Send + Sync) {
        let change = |old: &Request| Ok::<_, Infallible>(change(old));
        self.world.journal.update(&id.parse::<RequestId>().unwrap(), change).await.unwrap();
    }

    /// An administrator approves what was denied.
    async fn approve_anew(&self, id: &str) {
        let denied = self.record(id).await.decision.unwrap();
        let approval = Decision {
            id: DecisionId::from_ulid(self.world.ulid()),
            outcome: Outcome::Approved,
            grant: Some(GrantId::from_ulid(self.world.ulid())),
            at: self.world.now(),
            ..denied.clone()
        };
        let at = Whereabouts::of_computer(Some(&self.device.record));
        self.change(id, |old| old.decide_anew(approval.clone(), &denied.id, &at).unwrap()).await;
    }

    async fn revoke(&self, id: &str) {
        let revocation = Revocation {
            administrator_id: AdministratorId::from_ulid(self.world.ulid()),
            administrator_name: "Bob".to_owned(),
            at: self.world.now(),
            message: None,
        };
        self.change(id, |old| old.revoke(revocation.clone()).unwrap()).await;
    }
}

#[tokio::test]
async fn the_first_answer_with_the_decision_is_noted_and_further_ones_write_nothing() {
    for like in Memory::ALL {
        let story = Story::over(Memory::new(like));
        let id = story.asked(program()).await;
        let pending = story.cost(&id).await;
        assert_eq!((pending.writes, story.heard_at(&id).await), (0, None), "{like:?}");
        story.decide(&id, Outcome::Approved).await;
        assert_eq!(story.heard_at(&id).await, None, "{like:?}: it has not asked since");
        story.world.advance(Duration::from_millis(400));
        let told = story.world.now();
        let first = story.cost(&id).await;
        assert_eq!((first.reads, first.writes), (pending.reads + 1, 1), "{like:?}");
        assert_eq!(story.heard_at(&id).await, Some(told), "{like:?}");
        story.world.advance(Duration::from_secs(60));
        let second = story.cost(&id).await;
        assert_eq!((second.reads, second.writes), (pending.reads + 1, 0), "{like:?}");
        assert_eq!(story.heard_at(&id).await, Some(told), "{like:?}: when it was first told");
    }
}

#[tokio::test]
async fn a_newer_decision_and_a_revocation_count_anew() {
    let story = Story::new();
    let id = story.asked(program()).await;
    story.decide(&id, Outcome::Denied).await;
    story.status(&id).await;
    let mut noted = vec![story.heard_at(&id).await.unwrap()];
    for revoked in [false, true] {
        story.world.advance(Duration::from_secs(10));
        if revoked {
            story.revoke(&id).await;
        } else {
            story.approve_anew(&id).await;
        }
        assert_eq!(story.heard_at(&id).await, None, "{revoked}: it has not asked since");
        story.world.advance(Duration::from_secs(10));
        assert_eq!(story.cost(&id).await.writes, 1, "{revoked}");
        assert_eq!(story.cost(&id).await.writes, 0, "{revoked}");
        noted.push(story.heard_at(&id).await.unwrap());
    }
    let begin = noted[0];
    let after = |seconds| begin + Duration::from_secs(seconds);
    assert_eq!(noted, [after(0), after(20), after(40)]);
}

#[tokio::test]
async fn nothing_is_noted_for_who_is_not_told_and_while_nobody_has_decided() {
    let mut story = Story::new();
    let id = story.asked(program()).await;
    story.decide(&id, Outcome::Denied).await;
    let own = story.device.clone();
    story.device = story.world.computer(&story.group);
    assert_eq!(story.status(&id).await.status, 404);
    assert_eq!(story.heard_at(&id).await, None);
    story.device = own;
    let undecided = story.asked(stick()).await;
    story.world.advance(Duration::from_secs(15 * 24 * 3600));
    assert_eq!(story.status(&undecided).await.json()["status"], "expired");
    assert!(!story.world.memory.dump().keys().any(|key| key.contains("/r/heard_")));
}

#[tokio::test]
async fn an_answer_that_cannot_be_noted_is_refused_and_the_next_one_is_noted() {
    for like in Memory::ALL {
        for after in [false, true] {
            let story = Story::over(Memory::new(like));
            let id = story.asked(program()).await;
            story.decide(&id, Outcome::Approved).await;
            story.world.memory.stop_at_write(1, after);
            assert_eq!(story.status(&id).await.status, 503, "{like:?} {after}");
            assert!(story.world.memory.resume(), "{like:?} {after}");
            assert_eq!(story.status(&id).await.status, 200, "{like:?} {after}");
            assert_eq!(story.heard_at(&id).await, Some(story.world.now()), "{like:?} {after}");
        }
    }
}

#[tokio::test]
async fn a_note_that_cannot_be_read_is_replaced() {
    let story = Story::new();
    let id = story.asked(program()).await;
    story.decide(&id, Outcome::Denied).await;
    let key = keys::record(&DecisionHeard::record_id(&id.parse().unwrap()));
    story.world.journal.kv().set_many(vec![(key, b"{".to_vec())]).await.unwrap();
    assert_eq!(story.status(&id).await.status, 200);
    assert_eq!(story.heard_at(&id).await, Some(story.world.now()));
}
