//! Asking `authorize`, over the store in memory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may panic"
)]

use countersign_http::testing::{Person, TestApp, TestResponse, World};
use countersign_model::{Administrator, Organization, Permission};
use serde_json::{Value, json};

struct Story {
    world: World,
    app: TestApp,
    child: Organization,
}

impl Story {
    fn new() -> Self {
        let world = World::new();
        let child = world.organization(&world.root, "Company B");
        let app = world.app(authorize::router);
        Self { world, app, child }
    }

    async fn ask(&self, who: &Person, body: Value) -> TestResponse {
        self.app.post("/v1/authorize").bearer(&who.token).json(body).send().await
    }

    fn question(&self, action: &str, scope: &str) -> Value {
        let resource =
            json!({ "organization_id": self.child.id, "request_kind": "application", "scope": scope });
        json!({ "action": action, "resource": resource })
    }
}

#[tokio::test]
async fn an_allowed_question_says_on_what_it_rests() {
    let story = Story::new();
    let clerk = story.world.administrator(&story.world.root, [Permission::ApproveForSingleComputer]);
    let answer = story.ask(&clerk, story.question("requests.approve-application", "computer")).await.json();
    assert_eq!(answer["allowed"], true);
    assert_eq!(answer["because"][0]["permission"], "approve-for-single-computer");
    assert_eq!(answer["because"][0]["organization_id"].as_str(), Some(story.world.root.id.as_str()));
    assert_eq!((&answer["because"][0]["role"], &answer["missing"]), (&Value::Null, &json!([])));
}

#[tokio::test]
async fn a_refused_question_says_what_is_missing_and_where() {
    let story = Story::new();
    let clerk = story.world.administrator(&story.child, [Permission::ApproveForSingleComputer]);
    let answer = story.ask(&clerk, story.question("requests.approve-application", "group")).await.json();
    assert_eq!((&answer["allowed"], &answer["because"]), (&json!(false), &json!([])));
    let sets = answer["missing"].as_array().unwrap();
    let group = json!([{ "permission": "approve-for-group", "organization_id": story.child.id }]);
    assert!(sets.contains(&group), "{answer}");
}

#[tokio::test]
async fn a_role_is_named_with_its_owner() {
    let story = Story::new();
    let role = story.world.role(&story.world.root, "Help desk", [Permission::ViewApprovals]);
    let assignment = story.world.assignment(&story.world.root, &role, Some(&story.child));
    let holder = story.world.administrator_with(&story.world.root, |new: Administrator| {
        new.with_assignments(vec![assignment.clone()])
    });
    let answer = story.ask(&holder, story.question("requests.list", "computer")).await.json();
    assert_eq!(answer["because"][0]["role"]["name"], "Help desk", "{answer}");
    assert_eq!(answer["because"][0]["organization_id"].as_str(), Some(story.child.id.as_str()));
}

#[tokio::test]
async fn several_questions_are_answered_in_their_order() {
    let story = Story::new();
    let clerk = story.world.administrator(&story.child, [Permission::ApproveForGroup]);
    let questions: Vec<_> = ["computer", "group", "organization"]
        .map(|scope| story.question("requests.approve-application", scope))
        .into();
    let answers = story.ask(&clerk, json!({ "questions": questions })).await.json();
    let allowed: Vec<_> =
        answers["answers"].as_array().unwrap().iter().map(|a| a["allowed"] == true).collect();
    assert_eq!(allowed, [true, true, false]);
    for count in [0, 101] {
        let many = vec![story.question("requests.list", "computer"); count];
        let refused = story.ask(&clerk, json!({ "questions": many })).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec!["/questions".to_owned()]));
    }
}

#[tokio::test]
async fn asking_about_others_needs_the_right_to_view_administrators() {
    let story = Story::new();
    let subject = story.world.administrator(&story.child, [Permission::ViewReports]);
    let viewer = story.world.administrator(&story.world.root, [Permission::ViewAdministrators]);
    let clerk = story.world.administrator(&story.child, [Permission::ApproveForGroup]);
    let mut question = story.question("reports.view", "computer");
    question["administrator_id"] = json!(subject.record.id);
    assert_eq!(story.ask(&viewer, question.clone()).await.json()["allowed"], true);
    let refused = story.ask(&clerk, question.clone()).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "not-permitted"));
    question["administrator_id"] = json!("adm_01J00000000000000000000000");
    assert_eq!(story.ask(&viewer, question).await.status, 404);
}

#[tokio::test]
async fn what_the_asker_may_not_see_does_not_exist() {
    let story = Story::new();
    let sibling = story.world.organization(&story.world.root, "Company C");
    let stranger = story.world.administrator(&sibling, [Permission::SuperAdmin]);
    let hidden = story.ask(&stranger, story.question("requests.list", "computer")).await;
    assert_eq!((hidden.status, hidden.code().as_str()), (404, "not-found"));
    let app = &story.app;
    let nobody = app.post("/v1/authorize").json(story.question("requests.list", "computer")).send().await;
    assert_eq!(nobody.status, 401);
}

#[tokio::test]
async fn bad_questions_are_refused() {
    let story = Story::new();
    let clerk = story.world.administrator(&story.child, []);
    let unknown = json!({ "action": "requests.eat", "resource": { "organization_id": story.child.id } });
    let extra =
        json!({ "action": "requests.list", "resource": { "organization_id": story.child.id }, "why": 1 });
    for body in [unknown, extra, json!({}), json!([])] {
        assert_eq!(story.ask(&clerk, body.clone()).await.status, 422, "{body}");
    }
}

#[tokio::test]
async fn asking_about_oneself_costs_four_reads_and_no_write() {
    let story = Story::new();
    let role = story.world.role(&story.child, "Approver", [Permission::ApproveForGroup]);
    let assignment = story.world.assignment(&story.child, &role, None);
    let clerk = story.world.administrator_with(&story.child, |new: Administrator| {
        new.with_assignments(vec![assignment.clone()])
    });
    story.world.memory.reset_counts();
    let answer = story.ask(&clerk, story.question("requests.approve-application", "group")).await;
    assert_eq!(answer.json()["allowed"], true);
    let counts = story.world.counts();
    assert!(counts.reads <= 4, "{} reads", counts.reads);
    assert_eq!(counts.writes, 0);
}
