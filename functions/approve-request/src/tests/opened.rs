//! Opening a request is on record, once in an hour for each administrator and request.

use std::time::Duration;

use countersign_http::testing::Person;
use countersign_kv::memory::Memory;
use countersign_model::{ActName, Permission, Permit, Request, Who, lists};
use http::Method;

use crate::tests::story::Story;

impl Story {
    /// Who opened the request, newest first, according to both audits.
    async fn openings(&self, request: &Request) -> Vec<String> {
        let permit = Permit::scene(&self.company.id);
        let mut both = Vec::new();
        for audit in [lists::SYSTEM_AUDIT, lists::UNIFIED_AUDIT] {
            let mut found = Vec::new();
            for row in self.world.journal.list(&permit, audit, None, 100).await.unwrap().items {
                let event = self.world.journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
                let is_about = event.detail()["request_id"] == request.id.as_str();
                if event.act.name() == ActName::RequestOpened && is_about {
                    let Who::Administrator { id, .. } = event.who else { panic!("{:?}", event.who) };
                    found.push(id.to_string());
                }
            }
            both.push(found);
        }
        assert_eq!(both[0], both[1]);
        both.remove(0)
    }
}

#[tokio::test]
async fn it_is_in_the_audits_once_in_an_hour_for_each_administrator_and_request() {
    let story = Story::new();
    let (ann, ben) =
        (story.person([Permission::ApproveForGroup]), story.person([Permission::ApproveForGroup]));
    let (request, other) = (story.request().await, story.request().await);
    for _ in 0..3 {
        assert_eq!(story.open(&ann, &request).await.status, 200);
        story.world.advance(Duration::from_secs(60));
    }
    let id = |who: &Person| who.record.id.to_string();
    assert_eq!(story.openings(&request).await, [id(&ann)]);
    assert_eq!(story.open(&ben, &request).await.status, 200);
    assert_eq!(story.open(&ann, &other).await.status, 200);
    assert_eq!(story.openings(&request).await, [id(&ben), id(&ann)]);
    assert_eq!(story.openings(&other).await, [id(&ann)]);
    story.world.advance(Duration::from_secs(3600));
    assert_eq!(story.open(&ann, &request).await.status, 200);
    assert_eq!(story.openings(&request).await, [id(&ann), id(&ben), id(&ann)]);
    assert_eq!(story.stored(&request).await, request, "the request stays as it is");
}

#[tokio::test]
async fn asking_for_the_headers_alone_does_not_open_it() {
    let story = Story::new();
    let request = story.request().await;
    let before = story.world.memory.dump();
    let path = format!("/v1/requests/{}", request.id);
    let answer = story.app.call(Method::HEAD, &path).bearer(&story.boss.token).send().await;
    assert_eq!((answer.status, answer.header("allow")), (405, "GET"));
    assert!(story.world.memory.dump() == before, "something was written");
    assert_eq!(story.openings(&request).await, Vec::<String>::new());
}

#[tokio::test]
async fn who_may_not_open_it_is_not_on_record_as_having_opened_it() {
    let story = Story::new();
    let request = story.request().await;
    let viewer = story.person([Permission::ViewApprovals]);
    assert_eq!(story.open(&viewer, &request).await.status, 403);
    assert_eq!(story.openings(&request).await, Vec::<String>::new());
}

#[tokio::test]
async fn whatever_write_it_dies_at_nobody_was_shown_a_request_without_a_record() {
    for nth in 1..8 {
        let story = Story::over(Memory::like_redis());
        let ann = story.person([Permission::ApproveForGroup]);
        let request = story.request().await;
        story.world.memory.stop_before_write(nth);
        let first = story.open(&ann, &request).await.status;
        let died = story.world.memory.resume();
        assert_eq!(died, first != 200, "{nth}");
        assert_eq!(story.open(&ann, &request).await.status, 200, "{nth}");
        let openings = story.openings(&request).await.len();
        assert!((1..=2).contains(&openings), "{nth}: {openings}");
    }
}
