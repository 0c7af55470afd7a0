//! The first use of a grant: counted once for each computer, and the beginning of its time where the approval says so.

use std::convert::Infallible;
use std::time::Duration;

use countersign_authority::first_use;
use countersign_http::testing::{Device, TestResponse};
use countersign_kv::memory::{Like, Memory};
use countersign_model::{
    Computer, DecisionScope, FirstUse, GrantId, GrantRef, Permit, Request, RequestId, lists,
};
use countersign_store::Slot;
use futures::future::join_all;
use serde_json::{Value, json};

use crate::tests::story::{Approval, Story, added, for_the, removed};

impl Story {
    async fn used(&self, device: &Device, grant: &str, body: Value) -> TestResponse {
        let path = format!("/agent/v1/grants/{grant}/use");
        self.world.app(manage_grants::router).post(&path).bearer(&device.token).json(body).send().await
    }

    /// A grant whose time begins with its first use, within an hour; then it lasts for two hours.
    async fn starting(&self, scope: DecisionScope) -> (String, String) {
        let (grant, request) = self.approve(&self.device, "tool", for_the(scope)).await;
        let id: RequestId = request.parse().unwrap();
        let first_use =
            FirstUse { lasts_seconds: 7200, use_by: self.world.now() + Duration::from_secs(3600) };
        let starting = |old: &Request| {
            let mut new = old.clone();
            new.decision = new.decision.map(|decision| decision.starting_at_first_use(first_use).unwrap());
            Ok::<_, Infallible>(new)
        };
        self.world.journal.update(&id, starting).await.unwrap();
        (grant, request)
    }

    /// Days pass, and what need not be kept any more goes every ten days.
    async fn days(&self, days: u64) {
        for passed in (0..days).step_by(10) {
            self.world.advance(Duration::from_secs((days - passed).min(10) * 24 * 3600));
            self.process().await;
            self.world.journal.tidy(&self.company.id).await.unwrap();
            // The first sweeps look back forty days, some sixty hours at a time.
            for _ in 0..16 {
                self.world.journal.sweep(1000).await.unwrap();
            }
        }
    }

    /// Whether anything is stored of the first use of a grant by a computer: its record, its slot and the slot's claim.
    async fn is_known(&self, device: &Device, grant: &str) -> bool {
        let slot = Slot::grant_use(&grant.parse().unwrap(), &device.record.id);
        let of_slot = |key: &String| key.contains(&slot.digest);
        let record =
            first_use(&self.world.journal, &grant.parse().unwrap(), &device.record.id).await.unwrap();
        let any = self.world.memory.dump().keys().any(of_slot);
        assert_eq!(record.is_some(), any, "record and slot go together");
        any
    }

    /// How many records of first uses are stored.
    fn records(&self) -> usize {
        self.world.memory.dump().keys().filter(|key| key.contains("/r/use_")).count()
    }

    async fn uses(&self, grant: &str) -> u64 {
        self.world.journal.grant_uses(&grant.parse::<GrantId>().unwrap()).await.unwrap()
    }

    async fn uses_on_record(&self) -> usize {
        let permit = Permit::scene(&self.company.id);
        let page = self.world.journal.list(&permit, lists::UNIFIED_AUDIT, None, 200).await.unwrap();
        let mut uses = 0;
        for row in page.items {
            let event = self.world.journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
            uses += usize::from(event.act.name() == countersign_model::ActName::GrantUsed);
        }
        uses
    }
}

#[tokio::test]
async fn the_time_begins_for_each_computer_with_its_own_first_use() {
    let story = Story::new();
    let colleague = story.world.computer(&story.group);
    let begin = story.world.now();
    let (grant, request) = story.starting(DecisionScope::Group).await;
    let named = json!({ "request_id": request });
    let unused = story.news(&Value::Null).await["grants"]["added"][0].clone();
    let hour = |hours: u64| json!(begin + Duration::from_secs(hours * 3600));
    assert_eq!(unused["first_use"], json!({ "lasts_seconds": 7200, "use_by": hour(1) }));
    assert_eq!(unused["expires_at"], hour(3), "at the latest");
    let used = story.used(&story.device, &grant, named.clone()).await;
    assert_eq!((used.status, used.json()["expires_at"].clone()), (200, hour(2)), "{}", used.text());
    story.world.advance(Duration::from_secs(3600));
    let other = story.used(&colleague, &grant, named.clone()).await.json();
    assert_eq!((&other["used_at"], &other["expires_at"]), (&hour(1), &hour(3)));
    let again = story.used(&story.device, &grant, named.clone()).await.json();
    assert_eq!((&again["used_at"], &again["expires_at"]), (&hour(0), &hour(2)), "the first report counts");
    let own = story.news(&Value::Null).await["grants"]["added"][0].clone();
    assert_eq!((&own["expires_at"], &own["first_use"]["used_at"]), (&hour(2), &hour(0)));
    story.world.advance(Duration::from_secs(3600));
    assert!(added(&story.news(&Value::Null).await).is_empty(), "two hours after its first use");
    assert_eq!(added(&story.news_of(&colleague, &Value::Null).await), std::slice::from_ref(&grant));
    assert_eq!((story.uses(&grant).await, story.uses_on_record().await), (2, 2));
}

#[tokio::test]
async fn an_agent_that_knew_of_the_use_loses_the_grant_in_time() {
    let story = Story::new();
    let (grant, request) = story.starting(DecisionScope::Computer).await;
    story.used(&story.device, &grant, json!({ "request_id": request })).await;
    let known = story.news(&Value::Null).await;
    story.world.advance(Duration::from_secs(7200));
    assert_eq!(removed(&story.news(&known).await), [grant]);
}

#[tokio::test]
async fn what_nobody_used_in_time_is_taken_away_and_what_was_used_stays_until_its_own_end() {
    let story = Story::new();
    let colleague = story.world.computer(&story.group);
    let (grant, request) = story.starting(DecisionScope::Group).await;
    let traced = GrantRef { grant_id: grant.parse().unwrap(), request_id: request.parse().unwrap() };
    let same = |known: &GrantRef| Ok::<_, Infallible>(known.clone());
    story.world.journal.update_or_create(&traced, same).await.unwrap();
    let hour = Duration::from_secs(3600);
    let begin = story.world.now();
    let unused = story.news(&Value::Null).await;
    let known = story.news_of(&colleague, &Value::Null).await;
    story.world.advance(hour / 2);
    assert_eq!(story.used(&colleague, &grant, json!({ "request_id": request })).await.status, 200);
    story.world.advance(hour / 2);
    assert_eq!(removed(&story.news(&unused).await), std::slice::from_ref(&grant), "it had to be used by now");
    assert!(added(&story.news(&Value::Null).await).is_empty());
    let used = story.news_of(&colleague, &known).await;
    assert_eq!((added(&used), removed(&used)), (vec![grant.clone()], vec![]));
    let view = &used["grants"]["added"][0];
    assert_eq!(view["first_use"]["used_at"], json!(begin + hour / 2));
    assert_eq!(view["expires_at"], json!(begin + hour / 2 + 2 * hour));
    story.world.advance(hour + hour / 2);
    assert_eq!(removed(&story.news_of(&colleague, &used).await), [grant]);
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_and_counts_nothing() {
    let story = Story::new();
    let colleague = story.world.computer(&story.group);
    let (grant, request) = story.starting(DecisionScope::Computer).await;
    let named = json!({ "request_id": request });
    let unknown = format!("grt_{:026}", 7);
    assert_eq!(story.used(&colleague, &grant, named.clone()).await.status, 404, "it is another computer's");
    assert_eq!(story.used(&story.device, &unknown, named.clone()).await.status, 404);
    assert_eq!(
        story.used(&story.device, &grant, json!({})).await.status,
        404,
        "nothing leads to its request"
    );
    assert_eq!(story.used(&story.device, &grant, json!({ "used_at": "soon" })).await.status, 422);
    story.world.advance(Duration::from_secs(3601));
    let late = story.used(&story.device, &grant, named.clone()).await;
    assert_eq!((late.status, late.code().as_str()), (409, "grant-not-usable"));
    let (other, request) = story.approve(&story.device, "other", for_the(DecisionScope::Computer)).await;
    story.revoke(&request).await;
    let revoked = story.used(&story.device, &other, json!({ "request_id": request })).await;
    assert_eq!((revoked.status, revoked.code().as_str()), (409, "grant-not-usable"));
    assert_eq!((story.uses(&grant).await, story.uses(&other).await, story.uses_on_record().await), (0, 0, 0));
}

#[tokio::test]
async fn of_reports_at_once_one_counts() {
    for name in [Like::Ideal, Like::Sqlite, Like::Redis] {
        let story = Story::over(Memory::new(name));
        let (grant, request) = story.approve(&story.device, "tool", for_the(DecisionScope::Group)).await;
        story.world.memory.interleave(true);
        let reports = (0..6).map(|_| story.used(&story.device, &grant, json!({ "request_id": request })));
        let answers = join_all(reports).await;
        story.world.memory.interleave(false);
        assert!(answers.iter().all(|answer| [200, 503].contains(&answer.status)), "{name:?}");
        assert_eq!((story.uses(&grant).await, story.uses_on_record().await), (1, 1), "{name:?}");
    }
}

#[tokio::test]
async fn a_report_that_dies_half_way_is_on_record_once_after_the_retry() {
    for name in [Like::Ideal, Like::Sqlite, Like::Redis] {
        for nth in 1..6 {
            let story = Story::over(Memory::new(name));
            let (grant, request) = story.starting(DecisionScope::Computer).await;
            let named = json!({ "request_id": request });
            story.world.memory.stop_before_write(nth);
            let first = story.used(&story.device, &grant, named.clone()).await.status;
            let died = story.world.memory.resume();
            assert_eq!(first == 503, died, "{name:?} {nth}");
            story.world.advance(Duration::from_secs(40));
            let again = story.used(&story.device, &grant, named).await;
            assert_eq!(again.status, 200, "{name:?} {nth}: {}", again.text());
            assert_eq!(story.uses_on_record().await, 1, "{name:?} {nth}");
            assert!(story.uses(&grant).await <= 1, "{name:?} {nth}");
        }
    }
}

#[tokio::test]
async fn a_first_use_is_kept_until_a_day_after_the_end_of_its_grant() {
    let story = Story::new();
    let until = Some(story.world.now() + Duration::from_secs(3 * 24 * 3600));
    let (ending, request) =
        story.approve(&story.device, "tool", Approval { scope: DecisionScope::Computer, until }).await;
    assert_eq!(story.used(&story.device, &ending, json!({ "request_id": request })).await.status, 200);
    let (lasting, request) = story.approve(&story.device, "other", for_the(DecisionScope::Computer)).await;
    assert_eq!(story.used(&story.device, &lasting, json!({ "request_id": request })).await.status, 200);
    story.days(3).await;
    assert!(story.is_known(&story.device, &ending).await, "it has only just ended");
    story.days(2).await;
    assert!(!story.is_known(&story.device, &ending).await);
    assert_eq!(story.uses(&ending).await, 1, "how many have used it is still known");
    story.days(70).await;
    assert!(story.is_known(&story.device, &lasting).await, "the grant is in force");
    let again = story.used(&story.device, &lasting, json!({ "request_id": request })).await;
    assert_eq!((again.status, story.uses(&lasting).await), (200, 1), "the first report counts");
    story.revoke(&request).await;
    story.days(31).await;
    assert!(!story.is_known(&story.device, &lasting).await);
    assert_eq!((story.records(), story.uses(&lasting).await), (0, 1));
    assert_eq!(story.used(&story.device, &lasting, json!({ "request_id": request })).await.status, 409);
}

#[tokio::test]
async fn the_first_uses_of_a_removed_computer_go_and_those_of_others_stay() {
    let story = Story::new();
    let colleague = story.world.computer(&story.group);
    let (grant, request) = story.approve(&story.device, "tool", for_the(DecisionScope::Group)).await;
    for device in [&story.device, &colleague] {
        assert_eq!(story.used(device, &grant, json!({ "request_id": request })).await.status, 200);
    }
    story.days(2).await;
    story.change_computer(&colleague, Computer::deleted).await;
    story.days(31).await;
    assert!(!story.is_known(&colleague, &grant).await);
    assert!(story.is_known(&story.device, &grant).await);
    assert_eq!((story.records(), story.uses(&grant).await), (1, 2));
}

#[tokio::test]
async fn a_clean_up_that_dies_while_it_removes_a_first_use_leaves_nothing_of_it_in_the_end() {
    for nth in 1..8 {
        let story = Story::new();
        let until = Some(story.world.now() + Duration::from_secs(3600));
        let how = Approval { scope: DecisionScope::Computer, until };
        let (grant, request) = story.approve(&story.device, "tool", how).await;
        assert_eq!(story.used(&story.device, &grant, json!({ "request_id": request })).await.status, 200);
        story.process().await;
        story.world.advance(Duration::from_secs(26 * 3600));
        story.world.memory.stop_before_write(nth);
        let died = story.world.journal.tidy(&story.company.id).await.is_err();
        assert_eq!(story.world.memory.resume(), died, "{nth}");
        story.days(2).await;
        assert_eq!((story.records(), story.uses(&grant).await), (0, 1), "{nth}");
        assert!(!story.is_known(&story.device, &grant).await, "{nth}");
    }
}
