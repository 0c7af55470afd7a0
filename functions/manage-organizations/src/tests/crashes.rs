//! The host dies at each write of deleting a group or an organization, and the administrator tries again.

use std::time::Duration;

use countersign_http::testing::TestResponse;
use countersign_kv::memory::{Like, Memory};
use countersign_model::{ActName, OrganizationId, Permit, lists};
use serde_json::json;

countersign_http::story!(Company, crate::router);

/// What is deleted.
#[derive(Clone, Copy, Debug)]
enum Place {
    Group,
    Organization,
}

impl Story {
    async fn create(&self, place: Place) -> TestResponse {
        let (path, body) = match place {
            Place::Group => (self.at("/groups"), json!({ "name": "Desks" })),
            Place::Organization => {
                ("/v1/organizations".to_owned(), json!({ "name": "Branch", "parent_id": self.company.id }))
            }
        };
        self.app.post(&path).bearer(&self.boss.token).json(body).send().await
    }

    /// How often the act is in the system audit of an organization.
    async fn times(&self, at: &OrganizationId, act: ActName) -> usize {
        let (journal, permit) = (&self.world.journal, Permit::scene(at));
        let page = journal.list(&permit, lists::SYSTEM_AUDIT, None, 50).await.unwrap();
        let mut times = 0;
        for row in page.items {
            let event = journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
            times += usize::from(event.act.name() == act);
        }
        times
    }
}

/// Whether the host died at this write of a deletion.
async fn died(like: Like, place: Place, after: bool, nth: usize) -> bool {
    let case = format!("{like:?} {place:?}: write {nth} after {after}");
    let story = Story::over(Memory::new(like));
    let made = story.create(place).await.json();
    let id = made["id"].as_str().unwrap();
    let (path, at, act) = match place {
        Place::Group => (story.at(&format!("/groups/{id}")), story.company.id.clone(), ActName::GroupDeleted),
        Place::Organization => {
            (format!("/v1/organizations/{id}"), id.parse().unwrap(), ActName::OrganizationDeleted)
        }
    };
    let delete = || story.app.delete(&path).bearer(&story.boss.token).send();
    story.world.memory.stop_at_write(nth, after);
    let first = delete().await.status;
    let died = story.world.memory.resume();
    assert_eq!(first, if died { 503 } else { 204 }, "{case}");

    let gone = story.get(&path).await.status == 404;
    assert_eq!(story.times(&at, act).await, usize::from(gone), "{case}: the audit says what is");
    assert_eq!(delete().await.status, if gone { 404 } else { 204 }, "{case}");
    for _ in 0..2 {
        story.world.fill_lists(&at).await;
        story.world.fill_lists(&story.company.id).await;
        assert_eq!(story.times(&at, act).await, 1, "{case}: on record once");
        story.world.advance(Duration::from_secs(40));
    }
    assert_eq!(story.create(place).await.status, 201, "{case}: the name is free");
    died
}

#[tokio::test]
async fn wherever_a_deletion_dies_the_retry_completes_it_once() {
    for like in Memory::ALL {
        for place in [Place::Group, Place::Organization] {
            for after in [false, true] {
                let mut nth = 1;
                while died(like, place, after, nth).await {
                    nth += 1;
                    assert!(nth < 20, "the work has an end");
                }
                assert_eq!(nth, 4, "{like:?} {place:?}: it died at number, batch and swap");
            }
        }
    }
}
