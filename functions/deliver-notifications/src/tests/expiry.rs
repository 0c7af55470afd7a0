//! Requests expire when they were said to, also after how long requests wait was changed.
use std::time::Duration;

use countersign_model::{ActName, List, Request, RequestStatus};

use super::Stage;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const HOUR: Duration = Duration::from_secs(60 * 60);

impl Stage {
    async fn asked(&self) -> Request {
        let request = self.ask().await;
        self.process_company().await;
        request
    }

    /// Lets time pass, and walks.
    async fn later(&self, by: Duration) {
        self.world.advance(by);
        self.tick().await;
    }

    /// Whether the expiry of each request is on record.
    async fn expired(&self, requests: &[&Request]) -> Vec<bool> {
        let mut expired = Vec::new();
        for request in requests {
            expired.push(self.request(&request.id).await.status == RequestStatus::Expired);
        }
        let said = self.events(List::UnifiedAudit, ActName::RequestExpired).await.len();
        assert_eq!(said, expired.iter().filter(|expired| **expired).count());
        let pending = self.world.journal.projection(&self.company.id).await.unwrap().value;
        assert_eq!(pending.count(List::PendingRequests) as usize, requests.len() - said, "no phantoms");
        expired
    }

    /// What a look at the company reads that finds nothing that is over.
    async fn reads_of_a_look(&self) -> usize {
        self.world.memory.reset_counts();
        let expired = crate::expiry::expire_requests(&self.world.journal, &self.company.id).await.unwrap();
        assert_eq!(expired, 0);
        self.world.counts().reads
    }
}

#[tokio::test]
async fn a_raised_setting_lets_earlier_requests_expire_in_their_time() {
    let stage = Stage::new().await;
    stage.wait_for_days(1).await;
    let early = stage.asked().await;
    stage.world.advance(HOUR);
    stage.wait_for_days(60).await;
    let late = stage.asked().await;
    stage.later(DAY - 2 * HOUR).await;
    assert_eq!(stage.expired(&[&early, &late]).await, [false, false]);
    stage.later(HOUR).await;
    assert_eq!(stage.expired(&[&early, &late]).await, [true, false]);
    stage.later(58 * DAY).await;
    assert_eq!(stage.expired(&[&early, &late]).await, [true, false]);
    stage.later(2 * DAY).await;
    assert_eq!(stage.expired(&[&early, &late]).await, [true, true]);
}

#[tokio::test]
async fn a_setting_raised_twice_forgets_neither_wait() {
    let stage = Stage::new().await;
    let mut asked = Vec::new();
    for days in [2, 5, 60] {
        stage.wait_for_days(days).await;
        asked.push(stage.asked().await);
        stage.world.advance(HOUR);
    }
    let [two, five, sixty] = &asked[..] else { panic!() };
    stage.later(2 * DAY).await;
    assert_eq!(stage.expired(&[two, five, sixty]).await, [true, false, false]);
    stage.later(3 * DAY).await;
    assert_eq!(stage.expired(&[two, five, sixty]).await, [true, true, false]);
}

#[tokio::test]
async fn a_lowered_setting_leaves_earlier_requests_their_time_and_a_look_stays_cheap() {
    let stage = Stage::new().await;
    stage.wait_for_days(60).await;
    let mut early = Vec::new();
    for _ in 0..60 {
        early.push(stage.asked().await);
    }
    stage.world.advance(HOUR);
    stage.wait_for_days(1).await;
    let late = stage.asked().await;
    stage.later(DAY - HOUR).await;
    let reads = stage.reads_of_a_look().await;
    assert!(reads <= 20, "the sixty that wait for longer are not read: {reads} reads");
    stage.later(HOUR).await;
    assert_eq!(stage.request(&late.id).await.status, RequestStatus::Expired);
    assert_eq!(stage.request(&early[0].id).await.status, RequestStatus::Pending);
    let reads = stage.reads_of_a_look().await;
    assert!(reads <= 20, "{reads} reads");
    stage.later(59 * DAY).await;
    assert_eq!(stage.request(&early[0].id).await.status, RequestStatus::Expired);
}

#[tokio::test]
async fn a_setting_changed_above_counts_like_an_own_one() {
    let stage = Stage::new().await;
    stage.waits_at(&stage.world.root, Some(1)).await;
    let inherited = stage.asked().await;
    stage.world.advance(HOUR);
    stage.waits_at(&stage.world.root, Some(60)).await;
    let raised = stage.asked().await;
    stage.world.advance(HOUR);
    stage.wait_for_days(3).await;
    let own = stage.asked().await;
    stage.world.advance(HOUR);
    stage.waits_at(&stage.company, None).await;
    let again = stage.asked().await;
    let all = [&inherited, &raised, &own, &again];
    stage.later(DAY - 3 * HOUR).await;
    assert_eq!(stage.expired(&all).await, [true, false, false, false]);
    stage.later(2 * DAY + 2 * HOUR).await;
    assert_eq!(stage.expired(&all).await, [true, false, true, false]);
    stage.later(58 * DAY).await;
    assert_eq!(stage.expired(&all).await, [true, true, true, true]);
}

#[tokio::test]
async fn a_request_made_on_a_host_that_had_not_seen_the_change_expires_in_its_time() {
    let stage = Stage::new().await;
    stage.wait_for_days(1).await;
    let early = stage.asked().await;
    // The setting was changed by a host whose clock is a minute behind.
    let before = stage.world.now() - Duration::from_secs(60);
    let raise = |old: &countersign_model::Organization| {
        let approval = countersign_model::ApprovalSettings { pending_days: Some(60), ..Default::default() };
        Ok::<_, std::convert::Infallible>(old.asking(approval, before))
    };
    stage.world.journal.update(&stage.company.id, raise).await.unwrap();
    stage.later(DAY).await;
    assert_eq!(stage.expired(&[&early]).await, [true]);
}
