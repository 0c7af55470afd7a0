//! Many decide at once.

use std::collections::BTreeSet;

use countersign_http::testing::TestResponse;
use countersign_kv::memory::{Like, Memory, Schedule};
use countersign_model::{Act, List, Permission};
use futures::executor::block_on;
use futures::future::BoxFuture;
use serde_json::json;

use crate::story::Story;

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
            let decided = |acts: Vec<Act>| acts.into_iter().filter(|act| *act == Act::RequestDecided).count();
            assert_eq!(decided(block_on(story.acts(List::SystemAudit))), 1, "{name:?} {seed}");
            block_on(story.process(&story.company.id));
            assert_eq!(decided(block_on(story.acts(List::SystemAudit))), 1, "{name:?} {seed}: processed");
        }
    }
}
