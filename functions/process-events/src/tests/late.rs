//! A call of processing ends before its caller gives up, however much there is to do and however slow the store is.

use std::time::Duration;

use countersign_http::Services;
use countersign_http::testing::{Operation, TestApp, TestResponse};
use countersign_model::OrganizationId;
use countersign_store::keys;
use jiff::SignedDuration;
use serde_json::json;

use super::Stage;

/// How long a turn takes on the slow store: less than half of what a call may take.
const TURN: Duration = Duration::from_secs(7);
/// How long callers wait (`countersign_http::functions`).
const PATIENCE: SignedDuration = SignedDuration::from_secs(30);
/// The numbers of a turn.
const OF_A_TURN: usize = 150;

impl Stage {
    /// Calls `/process` for the company on a store that is slow for these organizations. Also, how long it took.
    async fn process_slowly(&self, slow: &[&OrganizationId]) -> (TestResponse, SignedDuration) {
        // A turn ends with the swap of the projection.
        let projections: Vec<_> = slow.iter().map(|id| keys::record(&format!("projection_{id}"))).collect();
        let world = &self.world;
        let journal = world.slow_journal(move |operation| match operation {
            Operation::Swap(key) if projections.iter().any(|slow| slow == key) => TURN,
            Operation::Get(_) | Operation::Swap(_) => Duration::ZERO,
        });
        let app = TestApp::new(crate::router(Services { journal, ..world.services() }));
        let began = world.now();
        let body = json!({ "organization_id": self.company.id });
        let answer = app.post("/process").json(body).send().await;
        (answer, world.now().duration_since(began))
    }

    /// Enrolls as many computers as so many turns process.
    fn pile_up(&self, turns: usize) {
        for _ in 0..turns * OF_A_TURN {
            self.world.computer(&self.group);
        }
    }
}

#[tokio::test]
async fn a_call_ends_in_time_and_the_next_one_goes_on_at_once() {
    let stage = Stage::new().await;
    stage.pile_up(4);
    let mut events = 0;
    for (turns, more) in [(3, true), (2, false)] {
        let (answer, took) = stage.process_slowly(&[&stage.company.id]).await;
        let answer = answer.json();
        assert_eq!(answer["elsewhere"], false, "no lease was left behind: {answer}");
        assert_eq!(answer["more"], more, "{answer}");
        assert!(took <= SignedDuration::try_from(TURN * turns).unwrap() && took < PATIENCE, "{took}");
        events += answer["events"].as_u64().unwrap();
    }
    assert!(events >= 4 * OF_A_TURN as u64, "{events}");
    let (answer, took) = stage.process_slowly(&[&stage.company.id]).await;
    let idle = (answer.json()["events"].clone(), answer.json()["more"].clone(), took);
    assert_eq!(idle, (json!(0), json!(false), SignedDuration::ZERO), "nothing is left");
}

#[tokio::test]
async fn the_organizations_above_have_no_time_of_their_own() {
    let stage = Stage::new().await;
    stage.pile_up(3);
    let (company, root) = (stage.company.id.clone(), stage.world.root.id.clone());
    let (answer, took) = stage.process_slowly(&[&company, &root]).await;
    assert_eq!(answer.json()["more"], true, "{}", answer.text());
    assert!(took < PATIENCE, "{took}");
    // What was passed on is processed by the walk, which looks at every organization.
    while stage.tick().await["more"] == true {}
    assert!(!stage.world.journal.has_work(&root).await.unwrap());
    assert!(!stage.world.journal.has_work(&company).await.unwrap());
}
