//! What the organization asks of decisions: defaults, conditions, and a message with a denial.

use countersign_model::{
    ApprovalSettings, DecisionScope, MessageTemplate, Organization, Permission, PublisherScope, Request,
    RequestStatus,
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::convert::Infallible;

use crate::tests::story::{Story, application, signed, storage};

/// A program that the agent found to be signed.
impl Story {
    pub async fn asks(&self, at: &Organization, settings: ApprovalSettings) {
        let now = self.world.now();
        let asking = |old: &Organization| Ok::<_, Infallible>(old.asking(settings.clone(), now));
        self.world.journal.update(&at.id, asking).await.unwrap();
    }

    async fn refused(&self, request: &Request, body: Value) -> (u16, String, Vec<String>) {
        let answer = self.decide(&self.boss, request, body).await;
        assert_eq!(self.stored(request).await.status, RequestStatus::Pending, "{}", answer.text());
        (answer.status, answer.code(), if answer.status == 422 { answer.pointers() } else { Vec::new() })
    }
}

#[tokio::test]
async fn an_approval_takes_from_the_settings_what_it_does_not_say() {
    let story = Story::new();
    let group = ApprovalSettings {
        default_scope: Some(DecisionScope::Organization),
        default_days: Some(30),
        ..ApprovalSettings::default()
    };
    story.asks(&story.world.root.clone(), group).await;
    let days = ApprovalSettings { default_days: Some(7), ..ApprovalSettings::default() };
    story.asks(&story.company, days).await;
    let week = story.world.now() + SignedDuration::from_hours(7 * 24);
    let day = story.world.now() + SignedDuration::from_hours(24);
    let clerk = story.person([Permission::ApproveForGroup]);
    let cases = [
        (&story.boss, json!({ "outcome": "approved" }), "organization", json!(week)),
        (&clerk, json!({ "outcome": "approved" }), "group", json!(week)),
        (
            &clerk,
            json!({ "outcome": "approved", "scope": "computer", "expires_at": null }),
            "computer",
            json!(null),
        ),
        (&clerk, json!({ "outcome": "approved", "expires_at": day }), "group", json!(day)),
        (&clerk, json!({ "outcome": "denied" }), "computer", json!(null)),
    ];
    for (who, body, scope, until) in cases {
        let request = story.request().await;
        let shown = story.open(who, &request).await.json()["defaults"].clone();
        let decided = story.decide(who, &request, body.clone()).await.json()["decision"].clone();
        assert_eq!((&decided["scope"], &decided["expires_at"]), (&json!(scope), &until), "{body}");
        if body == json!({ "outcome": "approved" }) {
            assert_eq!((&shown["scope"], &shown["expires_at"]), (&json!(scope), &until), "as it was shown");
        }
    }
}

#[tokio::test]
async fn an_unconfirmed_computer_narrows_the_default_to_itself() {
    let story = Story::new();
    let wide =
        ApprovalSettings { default_scope: Some(DecisionScope::Organization), ..ApprovalSettings::default() };
    story.asks(&story.company, wide).await;
    let request = story.request_of(&story.twin().await, application('a')).await;
    assert_eq!(story.open(&story.boss, &request).await.json()["defaults"]["scope"], "computer");
    assert_eq!(story.approve(&story.boss, &request).await.json()["decision"]["scope"], "computer");
}

#[tokio::test]
async fn a_denial_needs_a_message_where_the_organization_says_so() {
    let story = Story::new();
    let settings = ApprovalSettings {
        denial_needs_message: Some(true),
        templates: Some(vec![MessageTemplate { name: "No".to_owned(), text: "no".to_owned() }]),
        ..ApprovalSettings::default()
    };
    story.asks(&story.company, settings).await;
    let request = story.request().await;
    let shown = story.open(&story.boss, &request).await.json()["defaults"].clone();
    assert_eq!(
        (&shown["denial_needs_message"], &shown["templates"][0]["text"]),
        (&json!(true), &json!("no"))
    );
    let refused = story.refused(&request, json!({ "outcome": "denied", "message": " " })).await;
    assert_eq!((refused.0, refused.2), (422, vec!["/message".to_owned()]));
    let stranger = story.person([Permission::ViewApprovals]);
    let answer = story.decide(&stranger, &request, json!({ "outcome": "denied" })).await;
    assert_eq!(answer.status, 403, "rights come first");
    let denied = story.decide(&story.boss, &request, json!({ "outcome": "denied", "message": "no" })).await;
    assert_eq!(denied.status, 200);
    let other = story.request().await;
    assert_eq!(story.decide(&story.boss, &other, json!({ "outcome": "ignored" })).await.status, 200);
}

#[tokio::test]
async fn a_publisher_is_covered_only_where_it_is_allowed_and_verified() {
    let story = Story::new();
    let by_publisher =
        |scope: &str| json!({ "outcome": "approved", "scope": scope, "condition": "publisher" });
    let request = story.request_of(&story.computer, signed('a')).await;
    let refused = story.refused(&request, by_publisher("computer")).await;
    assert_eq!((refused.0, refused.1.as_str()), (409, "condition-not-allowed"), "by default it is not");
    let shown = story.open(&story.boss, &request).await.json()["defaults"]["conditions"][1].clone();
    assert_eq!(shown["obstacle"], "the organization does not allow approvals for a publisher");
    assert_eq!(shown["obstacle_code"], "publisher-not-allowed");

    let up_to_group =
        ApprovalSettings { publisher_scope: Some(PublisherScope::Group), ..ApprovalSettings::default() };
    story.asks(&story.company, up_to_group).await;
    let refused = story.refused(&request, by_publisher("organization")).await;
    assert_eq!((refused.0, refused.1.as_str()), (409, "condition-not-allowed"), "not so far");
    for subject in [application('b'), storage("USB-1")] {
        let other = story.request_of(&story.computer, subject).await;
        let refused = story.refused(&other, by_publisher("computer")).await;
        assert_eq!(
            (refused.0, refused.2),
            (422, vec!["/condition".to_owned()]),
            "nobody verified a publisher"
        );
    }
    let denial = json!({ "outcome": "denied", "condition": "publisher" });
    assert_eq!(story.refused(&request, denial).await.2, ["/condition"]);

    let publisher = json!({ "subject": "CN=Tools", "issuer": "CN=CA" });
    let shown = story.open(&story.boss, &request).await.json()["defaults"]["conditions"][1].clone();
    let expected = json!({ "condition": "publisher", "up_to": "group", "publisher": publisher, "obstacle": null, "obstacle_code": null });
    assert_eq!(shown, expected);
    let approved = story.decide(&story.boss, &request, by_publisher("group")).await;
    let decision = approved.json()["decision"].clone();
    assert_eq!((&decision["condition"], &decision["publisher"]), (&json!("publisher"), &publisher));
    let detail =
        serde_json::to_value(&story.events(countersign_model::List::SystemAudit).await[0].act).unwrap();
    assert_eq!(detail["detail"]["condition"], "publisher");
}

#[tokio::test]
async fn an_approval_may_begin_with_its_first_use() {
    let story = Story::new();
    let request = story.request().await;
    let use_by = story.world.now() + SignedDuration::from_hours(24);
    let with = |first_use: Value| json!({ "outcome": "approved", "first_use": first_use });
    let cases = [
        (with(json!({ "lasts_seconds": 59, "use_by": use_by })), "/first_use/lasts_seconds"),
        (with(json!({ "lasts_seconds": 60, "use_by": story.world.now() })), "/first_use/use_by"),
        (
            json!({ "outcome": "denied", "first_use": { "lasts_seconds": 60, "use_by": use_by } }),
            "/first_use",
        ),
        (
            json!({ "outcome": "approved", "expires_at": use_by, "first_use": { "lasts_seconds": 60, "use_by": use_by } }),
            "/first_use",
        ),
    ];
    for (body, pointer) in cases {
        assert_eq!(story.refused(&request, body.clone()).await.2, [pointer], "{body}");
    }
    let approved =
        story.decide(&story.boss, &request, with(json!({ "lasts_seconds": 3600, "use_by": use_by }))).await;
    let decision = approved.json()["decision"].clone();
    assert_eq!(decision["expires_at"], json!(use_by + SignedDuration::from_hours(1)), "at the latest");
    assert_eq!(decision["first_use"], json!({ "lasts_seconds": 3600, "use_by": use_by }));
}

#[tokio::test]
async fn each_of_several_decisions_takes_what_it_does_not_say_from_the_settings() {
    let story = Story::new();
    let settings =
        ApprovalSettings { denial_needs_message: Some(true), default_days: Some(7), ..Default::default() };
    story.asks(&story.company, settings).await;
    let requests = [story.request().await, story.request_of(&story.computer, application('b')).await];
    let decisions: Vec<Value> = requests
        .iter()
        .zip(["approved", "denied"])
        .map(|(request, outcome)| json!({ "request_id": request.id, "outcome": outcome }))
        .collect();
    let body = json!({ "decisions": decisions });
    let results = story.post(&story.boss, "/v1/requests/decisions", body).await.json()["results"].clone();
    let week = story.world.now() + SignedDuration::from_hours(7 * 24);
    assert_eq!(results[0]["decision"]["expires_at"], json!(week));
    assert_eq!(
        (&results[1]["status"], &results[1]["problem"]["errors"][0]["pointer"]),
        (&json!(422), &json!("/message"))
    );
}
