//! Many decide at once.

use std::collections::BTreeSet;

use countersign_http::testing::TestResponse;
use countersign_kv::memory::{Like, Memory, Schedule};
use countersign_model::{ActName, DecisionId, List, Permission, Request, RequestStatus, Whereabouts};
use futures::executor::block_on;
use futures::future::BoxFuture;
use serde_json::json;

use crate::tests::story::{Story, application, path};

#[test]
fn of_32_who_decide_at_once_one_wins_and_the_others_hear_who() {
    for name in [Like::Ideal, Like::Sqlite, Like::Redis] {
        for seed in 0..6 {
            let story = Story::over(Memory::new(name));
            let request = block_on(story.request());
            let people: Vec<_> = (0..32).map(|_| story.person([Permission::ApproveForGroup])).collect();
            story.world.memory.interleave(true);
            let calls = people.iter().enumerate().map(|(n, person)| {
                let outcome = ["approved", "denied", "ignored"][n % 3];
                let call = story.decide(person, &request, json!({ "outcome": outcome }));
                Box::pin(call) as BoxFuture<'_, TestResponse>
            });
            let answers = Schedule::new(seed).run(calls.collect());
            story.world.memory.interleave(false);
            let answers: Vec<_> = answers.into_iter().map(Option::unwrap).collect();

            let won: Vec<_> = (0..32).filter(|n| answers[*n].status == 200).collect();
            assert_eq!(won.len(), 1, "{name:?} {seed}");
            let winner = &people[won[0]].record;
            let codes: BTreeSet<_> = answers.iter().map(|answer| answer.status).collect();
            assert_eq!(codes, BTreeSet::from([200, 409]), "{name:?} {seed}");
            for refused in answers.iter().filter(|answer| answer.status == 409) {
                assert_eq!(refused.code(), "already-decided");
                assert_eq!(
                    refused.json()["decision"]["administrator"]["id"],
                    winner.id.as_str(),
                    "{name:?} {seed}"
                );
            }
            let decision = block_on(story.stored(&request)).decision.unwrap();
            assert_eq!(decision.administrator_id, winner.id);
            let decided =
                |acts: Vec<ActName>| acts.into_iter().filter(|act| *act == ActName::RequestDecided).count();
            assert_eq!(decided(block_on(story.acts(List::SystemAudit))), 1, "{name:?} {seed}");
            block_on(story.process(&story.company.id));
            assert_eq!(decided(block_on(story.acts(List::SystemAudit))), 1, "{name:?} {seed}: processed");
        }
    }
}

#[test]
fn an_approval_made_while_it_is_being_taken_back_is_judged_by_its_own_scope() {
    for name in [Like::Ideal, Like::Sqlite, Like::Redis] {
        for seed in 0..30 {
            let story = Story::over(Memory::new(name));
            let request = block_on(story.request());
            let clerk = story.person([Permission::ApproveForSingleComputer]);
            story.world.memory.interleave(true);
            let whole = json!({ "outcome": "approved", "scope": "organization" });
            let calls: Vec<BoxFuture<'_, TestResponse>> = vec![
                Box::pin(story.decide(&story.boss, &request, whole)),
                Box::pin(async { story.post(&clerk, &path(&request, "/revocation"), json!({})).await }),
            ];
            let answers = Schedule::new(seed).run(calls);
            story.world.memory.interleave(false);
            let [approved, revoked] = answers.try_into().unwrap();
            let (approved, revoked) = (approved.unwrap(), revoked.unwrap());

            assert_eq!(approved.status, 200, "{name:?} {seed}: {}", approved.text());
            let refused = (revoked.status, revoked.code());
            let expected = [(409, "not-approved".to_owned()), (403, "not-permitted".to_owned())];
            assert!(expected.contains(&refused), "{name:?} {seed}: {}", revoked.text());
            assert_eq!(block_on(story.stored(&request)).status, RequestStatus::Approved, "{name:?} {seed}");
            let acts = block_on(story.acts(List::SystemAudit));
            assert!(!acts.contains(&ActName::RequestRevoked), "{name:?} {seed}");
        }
    }
}

#[test]
fn an_approval_settled_along_while_it_is_being_taken_back_is_taken_back_nowhere_but_where_it_was_decided() {
    for seed in 0..30 {
        let story = Story::new();
        let request = block_on(story.request());
        let other = block_on(story.request_of(&story.world.computer(&story.group), application('a')));
        block_on(story.decide(&story.boss, &request, json!({ "outcome": "approved", "scope": "group" })));
        let decision = block_on(story.stored(&request)).decision.unwrap();
        let at = Whereabouts::of_computer(Some(&story.computer.record));
        let settled = decision.settling(DecisionId::from_ulid(story.world.ulid()), &request.id);
        story.world.memory.interleave(true);
        let calls: Vec<BoxFuture<'_, Option<TestResponse>>> = vec![
            Box::pin(async {
                let settle = |old: &Request| old.decide(settled.clone(), &at);
                story.world.journal.update(&other.id, settle).await.unwrap();
                None
            }),
            Box::pin(async { Some(story.post(&story.boss, &path(&other, "/revocation"), json!({})).await) }),
        ];
        let revoked = Schedule::new(seed).run(calls).into_iter().flatten().flatten().next().unwrap();
        story.world.memory.interleave(false);
        let expected = ["not-approved".to_owned(), "settled-along".to_owned()];
        assert!(expected.contains(&revoked.code()), "{seed}: {}", revoked.text());
        assert_eq!(block_on(story.stored(&other)).status, RequestStatus::Approved, "{seed}");
    }
}
