//! The host dies at each write of flagging a file or of clearing the flag, and the administrator tries again.
use std::time::Duration;

use countersign_kv::memory::{Like, Memory};
use countersign_model::{ActName, Permission, Permit, Request, RequestStatus, lists};
use serde_json::json;

use super::Story;

impl Story {
    fn dies(&self, nth: usize, after: bool) {
        self.world.memory.stop_at_write(nth, after);
    }

    async fn is_flagged(&self, request: &Request) -> bool {
        self.world.journal.flag_on(request).await.unwrap().is_some()
    }

    /// How often a flag was set or cleared, according to the audit.
    async fn flaggings(&self) -> usize {
        let (journal, permit) = (&self.world.journal, Permit::scene(&self.company.id));
        let page = journal.list(&permit, lists::SYSTEM_AUDIT, None, 50).await.unwrap();
        let mut times = 0;
        for row in page.items {
            let event = journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
            times += usize::from(event.act.name() == ActName::FileFlagSet);
        }
        times
    }

    async fn process_all(&self) {
        for _ in 0..2 {
            self.process(&self.company).await;
            self.world.advance(Duration::from_secs(60));
        }
    }
}

/// Whether the host died at this write of flagging a file.
async fn flagging_died(like: Like, after: bool, nth: usize) -> bool {
    let case = format!("{like:?}: write {nth} after {after}");
    let story = Story::over(Memory::new(like));
    let all = story.person([Permission::ApproveForEntireOrganization]);
    let request = story.request().await;
    story.process(&story.company).await;
    let flag = || story.put(&all, &request, "flag", &json!({ "note": "a trojan" })).send();
    story.dies(nth, after);
    let first = flag().await.status;
    let died = story.world.memory.resume();
    assert!(first == 200 || died && first == 503, "{case}: {first}");
    if first == 200 {
        assert!(story.is_flagged(&request).await, "{case}: what was acknowledged is there");
    }
    let again = flag().await;
    assert_eq!((again.status, &again.json()["note"]), (200, &json!("a trojan")), "{case}: {}", again.text());
    assert!(story.is_flagged(&request).await, "{case}");
    story.process_all().await;
    assert_eq!(story.flaggings().await, 1, "{case}");
    assert_eq!(story.stored(&request).await.status, RequestStatus::Denied, "{case}");
    died
}

/// Whether the host died at this write of clearing a flag.
async fn clearing_died(like: Like, after: bool, nth: usize) -> bool {
    let case = format!("{like:?}: write {nth} after {after}");
    let story = Story::over(Memory::new(like));
    let all = story.person([Permission::ApproveForEntireOrganization]);
    let request = story.request().await;
    assert_eq!(story.put(&all, &request, "flag", &json!({})).send().await.status, 200, "{case}");
    story.process_all().await;
    let clear = async || story.delete(&all, &request, "flag").send().await.status;
    story.dies(nth, after);
    let first = clear().await;
    let died = story.world.memory.resume();
    assert_eq!(first, if died { 503 } else { 204 }, "{case}");
    let cleared = !story.is_flagged(&request).await;
    assert_eq!(story.flaggings().await, if cleared { 2 } else { 1 }, "{case}: the audit says what is");
    assert_eq!(clear().await, 204, "{case}");
    assert!(!story.is_flagged(&request).await, "{case}");
    story.process_all().await;
    assert_eq!(story.flaggings().await, 2, "{case}: it is cleared once");
    let next = story.request().await;
    story.process(&story.company).await;
    let approved = story.decide(&all, &next, json!({ "outcome": "approved" })).await;
    assert_eq!(approved.status, 200, "{case}: {}", approved.text());
    died
}

#[tokio::test]
async fn wherever_flagging_dies_the_file_is_flagged_once_by_the_retry() {
    for (like, after) in Memory::ALL.into_iter().flat_map(|like| [(like, false), (like, true)]) {
        let mut nth = 1;
        while flagging_died(like, after, nth).await {
            nth += 1;
            assert!(nth < 20, "the work has an end");
        }
        assert!(nth > 4, "{like:?}: number, batch, slot and claim are several writes: {nth}");
    }
}

#[tokio::test]
async fn wherever_clearing_dies_the_flag_is_cleared_once_by_the_retry() {
    for (like, after) in Memory::ALL.into_iter().flat_map(|like| [(like, false), (like, true)]) {
        let mut nth = 1;
        while clearing_died(like, after, nth).await {
            nth += 1;
            assert!(nth < 20, "the work has an end");
        }
        assert!(nth > 3, "{like:?}: number, batch and swap are several writes: {nth}");
    }
}
