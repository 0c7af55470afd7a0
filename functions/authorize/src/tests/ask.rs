//! Asking whether somebody may do something.

use countersign_http::testing::TestResponse;
use countersign_model::{Administrator, AdministratorState, Permission};
use serde_json::{Value, json};

use crate::tests::{Story, pointed_at};

fn allowed(answer: &TestResponse) -> bool {
    answer.json()["allowed"] == true
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
async fn a_bad_question_is_told_what_is_wrong_and_where() {
    let story = Story::new();
    let clerk = story.world.administrator(&story.child, []);
    let good = json!({ "action": "requests.list", "resource": { "organization_id": story.child.id } });
    let but = |pointer: &str, value: Value| {
        let (place, field) = pointer.rsplit_once('/').unwrap();
        let mut question = good.clone();
        question.pointer_mut(place).unwrap()[field] = value;
        question
    };
    let other_kind = json!({ "action": "requests.approve-application",
        "resource": { "organization_id": story.child.id, "request_kind": "storage" } });
    let cases = [
        (but("/action", json!("requests.eat")), "/action", "`requests.eat` is not a known action"),
        (but("/action", json!(7)), "/action", "must be a string"),
        (but("/why", json!(1)), "/why", "`why` is not known here"),
        (but("/administrator_id", json!("me")), "/administrator_id", "`me`"),
        (but("/resource", json!("here")), "/resource", "must be an object"),
        (but("/resource", json!({})), "/resource", "`organization_id` is required"),
        (but("/resource/scope", json!("planet")), "/resource/scope", "`planet` is not a known scope"),
        (other_kind.clone(), "/resource/request_kind", "is about application requests only"),
        (json!({ "resource": good["resource"] }), "", "`action` is required"),
        (json!({ "action": "requests.list" }), "", "`resource` is required"),
        (json!({}), "", "must have `action` and `resource`, or `questions`"),
        (json!([]), "", ""),
        (but("/questions", json!([good])), "", "`questions` cannot be combined"),
        (json!({ "questions": {} }), "/questions", "must be an array"),
        (
            json!({ "questions": [good, but("/action", json!("fly"))] }),
            "/questions/1/action",
            "`fly` is not a known action",
        ),
        (
            json!({ "questions": [good, other_kind] }),
            "/questions/1/resource/request_kind",
            "application requests only",
        ),
    ];
    for (body, pointer, message) in cases {
        let refused = story.ask(&clerk, body.clone()).await;
        let told = pointed_at(&refused, pointer);
        assert!(refused.status == 422 && told.contains(message), "{body}: {}", refused.text());
    }
}

#[tokio::test]
async fn a_group_and_a_computer_must_be_there_and_do_not_change_the_answer() {
    let story = Story::new();
    let clerk = story.world.administrator(&story.world.root, [Permission::ApproveForSingleComputer]);
    let (group, elsewhere) =
        (story.world.group(&story.child, "Desks"), story.world.group(&story.world.root, "Desks"));
    let other_group = story.world.group(&story.child, "Servers");
    let computer = story.world.computer(&group).record;
    let question = |group: Value, computer: Value| {
        let mut question = story.question("requests.approve-application", "computer");
        question["resource"]["group_id"] = group;
        question["resource"]["computer_id"] = computer;
        question
    };
    for (group, computer) in [
        (json!(group.id), json!(computer.id)),
        (json!(group.id), Value::Null),
        (Value::Null, json!(computer.id)),
    ] {
        assert!(allowed(&story.ask(&clerk, question(group, computer)).await));
    }
    let unknown = json!("cmp_01J00000000000000000000000");
    for (group, computer, pointer) in [
        (json!(elsewhere.id), Value::Null, "/resource/group_id"),
        (json!("grp_01J00000000000000000000000"), Value::Null, "/resource/group_id"),
        (json!(group.id), unknown.clone(), "/resource/computer_id"),
        (json!(other_group.id), json!(computer.id), "/resource/computer_id"),
    ] {
        let refused = story.ask(&clerk, question(group, computer)).await;
        assert_eq!((refused.status, refused.pointers()), (404, vec![pointer.to_owned()]));
    }
    let several =
        json!({ "questions": [question(json!(group.id), Value::Null), question(Value::Null, unknown)] });
    let refused = story.ask(&clerk, several).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (404, vec!["/questions/1/resource/computer_id".to_owned()])
    );
}

#[tokio::test]
async fn somebody_who_cannot_sign_in_may_do_nothing_and_the_answer_says_why() {
    let story = Story::new();
    let viewer = story.world.administrator(&story.world.root, [Permission::ViewAdministrators]);
    for (state, named) in
        [(AdministratorState::Disabled, "disabled"), (AdministratorState::Invited, "invited")]
    {
        let other = story.world.administrator_with(&story.child, |new: Administrator| Administrator {
            state,
            ..new.with_permissions([Permission::ViewReports])
        });
        let mut question = story.question("reports.view", "computer");
        question["administrator_id"] = json!(other.record.id);
        let answer = story.ask(&viewer, question).await.json();
        let told = (&answer["allowed"], &answer["missing"], &answer["inactive"]);
        assert_eq!(told, (&json!(false), &json!([]), &json!(named)));
    }
    let gone = story.world.administrator_with(&story.child, |new: Administrator| new.delete().unwrap());
    let mut question = story.question("reports.view", "computer");
    question["administrator_id"] = json!(gone.record.id);
    let refused = story.ask(&viewer, question).await;
    assert_eq!((refused.status, refused.pointers()), (404, vec!["/administrator_id".to_owned()]));
}

#[tokio::test]
async fn organizations_out_of_sight_are_not_named() {
    let story = Story::new();
    let viewer = story.world.administrator(&story.child, [Permission::ViewAdministrators]);
    let role = story.world.role(&story.world.root, "Secret project", [Permission::ViewReports]);
    let assignment = story.world.assignment(&story.world.root, &role, Some(&story.child));
    let other =
        story.world.administrator_with(&story.child, |new: Administrator| new.with_assignments([assignment]));
    let mut question = story.question("reports.view", "computer");
    question["administrator_id"] = json!(other.record.id);
    let answer = story.ask(&viewer, question.clone()).await;
    let because = &answer.json()["because"][0];
    assert_eq!(because["organization_id"].as_str(), Some(story.child.id.as_str()), "given at the child");
    assert_eq!(because["role"], json!({ "managing_organization": true }), "but the role is the root's");
    question["action"] = json!("help-desk.manage");
    let answer = story.ask(&viewer, question.clone()).await;
    let missing = json!([[{ "permission": "help-desk-management", "organization_id": null, "managing_organization": true }]]);
    assert_eq!(answer.json()["missing"], missing);
    assert!(!answer.text().contains(story.world.root.id.as_str()));

    let above = story.world.administrator(&story.world.root, [Permission::ViewAdministrators]);
    let answer = story.ask(&above, question).await;
    assert_eq!(
        answer.json()["missing"][0][0]["organization_id"].as_str(),
        Some(story.world.root.id.as_str())
    );
}

#[tokio::test]
async fn what_one_holds_oneself_is_told_whole() {
    let story = Story::new();
    let role = story.world.role(&story.world.root, "Help desk", [Permission::ViewReports]);
    let assignment = story.world.assignment(&story.world.root, &role, Some(&story.child));
    let clerk =
        story.world.administrator_with(&story.child, |new: Administrator| new.with_assignments([assignment]));
    let answer = story.ask(&clerk, story.question("reports.view", "computer")).await.json();
    assert_eq!(answer["because"][0]["role"]["name"], "Help desk", "{answer}");
}

#[tokio::test]
async fn a_refusal_changes_nothing_and_sends_nothing() {
    let story = Story::new();
    let subject = story.world.administrator(&story.child, []);
    let clerk = story.world.administrator(&story.child, [Permission::ApproveForGroup]);
    let mut question = story.question("reports.view", "computer");
    question["administrator_id"] = json!(subject.record.id);
    story.world.memory.reset_counts();
    let refused = story.ask(&clerk, question).await;
    assert_eq!(refused.status, 403);
    let missing = refused.json()["missing"].clone();
    assert!(
        missing
            .as_array()
            .unwrap()
            .contains(&json!([{ "permission": "view-administrators", "organization_id": story.child.id }])),
        "{missing}"
    );
    story.nothing_happened();
}

#[tokio::test]
async fn asking_about_oneself_costs_four_reads_in_two_rounds_and_no_write() {
    let story = Story::new();
    let role = story.world.role(&story.child, "Approver", [Permission::ApproveForGroup]);
    let assignment = story.world.assignment(&story.child, &role, None);
    let clerk = story.world.administrator_with(&story.child, |new: Administrator| {
        new.with_assignments(vec![assignment.clone()])
    });
    let (question, group) =
        (story.question("requests.approve-application", "group"), story.world.group(&story.child, "Desks"));
    story.world.memory.reset_counts();
    let (answer, rounds) = story.world.memory.rounds(story.ask(&clerk, question.clone()));
    assert!(allowed(&answer));
    let counts = story.world.counts();
    assert!(counts.reads <= 4 && rounds <= 2, "{} reads in {rounds} rounds", counts.reads);
    assert_eq!(counts.writes, 0);

    let mut question = question;
    question["resource"]["group_id"] = json!(group.id);
    story.world.memory.reset_counts();
    let (answer, rounds) = story.world.memory.rounds(story.ask(&clerk, question));
    assert!(allowed(&answer));
    assert_eq!((story.world.counts().reads, rounds), (5, 2), "one more for the group");
}
