//! What a flag refuses, and which approvals cover the file all the same.
use std::convert::Infallible;

use countersign_http::testing::{Person, new_request};
use countersign_model::{
    ApprovalSettings, File, Organization, Permission, PublisherScope, Request, RequestStatus, Signer, Subject,
};
use serde_json::{Value, json};

use super::{HASH, Story, path};

impl Story {
    /// A request for a program that the agent found to be signed by this publisher.
    pub async fn signed(&self, sha256: &str, publisher: &str) -> Request {
        let signer = Signer {
            subject: Some(publisher.into()),
            issuer: Some("CN=CA".into()),
            verified: true,
            ..Signer::default()
        };
        let file = File { signers: vec![signer], ..File::new(sha256.parse().unwrap()) };
        self.submit(new_request("bob", Subject::Application(file))).await
    }

    async fn allow_publishers(&self) {
        let settings = ApprovalSettings {
            publisher_scope: Some(PublisherScope::Organization),
            ..ApprovalSettings::default()
        };
        let now = self.world.now();
        let asking = |old: &Organization| Ok::<_, Infallible>(old.asking(settings.clone(), now));
        self.world.journal.update(&self.company.id, asking).await.unwrap();
    }

    async fn opened(&self, who: &Person, request: &Request) -> Value {
        let app = self.world.app(approve_request::router);
        let opened = app.get(&format!("/v1/requests/{}", request.id)).bearer(&who.token).send().await;
        assert_eq!(opened.status, 200, "{}", opened.text());
        opened.json()
    }
}

#[tokio::test]
async fn a_dry_run_several_decisions_and_all_matching_are_refused_like_the_decision_itself() {
    let story = Story::new();
    let all = story.person([Permission::ApproveForEntireOrganization]);
    let request = story.request().await;
    story.process(&story.company).await;
    assert_eq!(story.put(&all, &request, "flag", &json!({})).send().await.status, 200);
    // It is not processed yet, so the request still waits.
    let app = story.world.app(approve_request::router);
    let call = |place: &str, body: &Value| app.post(place).bearer(&all.token).json(body.clone()).send();
    let approve = json!({ "outcome": "approved" });
    let rehearsed = call(&format!("{}?dry_run=true", path(&request, "decision")), &approve).await;
    assert_eq!((rehearsed.status, rehearsed.code().as_str()), (409, "file-flagged"), "{}", rehearsed.text());
    let several = json!({ "decisions": [{ "request_id": request.id, "outcome": "approved" }] });
    let matching = json!({ "filter": { "organization_id": story.company.id }, "decision": approve });
    for dry_run in [true, false] {
        let done = call(&format!("/v1/requests/decisions?dry_run={dry_run}"), &several).await;
        assert!(done.text().contains("file-flagged"), "{}", done.text());
        let done = call(&format!("/v1/requests/decisions/matching?dry_run={dry_run}"), &matching).await;
        assert!(done.text().contains("file-flagged"), "{}", done.text());
    }
    let opened = story.opened(&all, &request).await;
    for action in opened["actions"].as_array().unwrap() {
        let is_approval = action["action"] == "approve";
        assert_eq!(action["allowed"], !is_approval, "{action}");
        let obstacle = action["obstacle"].as_str().unwrap_or_default();
        assert_eq!(obstacle.contains("malicious"), is_approval, "{action}");
        assert_eq!(action["obstacle_code"] == "file-flagged", is_approval, "{action}");
    }
    assert_eq!(story.stored(&request).await.status, RequestStatus::Pending);
    let denied = story.decide(&all, &request, json!({ "outcome": "denied" })).await;
    assert_eq!(denied.status, 200, "it can be denied: {}", denied.text());
}

#[tokio::test]
async fn a_request_that_a_flag_denied_is_decided_anew_once_the_flag_is_cleared() {
    let story = Story::new();
    let all = story.person([Permission::ApproveForEntireOrganization]);
    let request = story.request().await;
    story.put(&all, &request, "flag", &json!({})).send().await;
    story.process(&story.company).await;
    let denied = story.stored(&request).await;
    assert_eq!(denied.status, RequestStatus::Denied);
    let anew = json!({ "outcome": "approved", "replaces": denied.decision.unwrap().id });
    let refused = story.decide(&all, &request, anew.clone()).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "file-flagged"), "{}", refused.text());
    assert_eq!(story.delete(&all, &request, "flag").send().await.status, 204);
    assert_eq!(story.decide(&all, &request, anew).await.status, 200);
    story.process(&story.company).await;
    assert_eq!(story.stored(&request).await.status, RequestStatus::Approved);
}

#[tokio::test]
async fn a_grant_of_a_flagged_file_is_not_prolonged_before_it_is_revoked() {
    let story = Story::new();
    let all = story.person([Permission::ApproveForEntireOrganization]);
    let request = story.request().await;
    let ends = story.world.now() + jiff::SignedDuration::from_hours(1);
    let approved = story.decide(&all, &request, json!({ "outcome": "approved", "expires_at": ends })).await;
    let grant = approved.json()["decision"]["grant_id"].as_str().unwrap().to_owned();
    story.process(&story.company).await;
    story.put(&all, &request, "flag", &json!({})).send().await;
    let app = story.world.app(manage_grants::router);
    let edit = |end: Value| {
        let call = app.patch(&format!("/v1/grants/{grant}")).bearer(&all.token);
        call.json(json!({ "expires_at": end })).send()
    };
    for later in [json!(null), json!(ends + jiff::SignedDuration::from_secs(1))] {
        let refused = edit(later).await;
        assert_eq!((refused.status, refused.code().as_str()), (409, "file-flagged"), "{}", refused.text());
    }
    assert_eq!(
        edit(json!(ends - jiff::SignedDuration::from_secs(1))).await.status,
        200,
        "it may be shortened"
    );
    story.process(&story.company).await;
    assert_eq!(story.stored(&request).await.status, RequestStatus::Revoked);
}

#[tokio::test]
async fn approvals_of_the_publisher_stay_in_force_and_are_named() {
    let story = Story::new();
    let all = story.person([Permission::ApproveForEntireOrganization]);
    story.allow_publishers().await;
    let publisher = json!({ "outcome": "approved", "condition": "publisher", "scope": "organization" });
    let covering = story.signed(&"1".repeat(64), "CN=Tools").await;
    let other = story.signed(&"2".repeat(64), "CN=Others").await;
    let of_file = story.signed(&"3".repeat(64), "CN=Tools").await;
    for request in [&covering, &other] {
        let approved = story.decide(&all, request, publisher.clone()).await;
        assert_eq!(approved.status, 200, "{}", approved.text());
    }
    story.decide(&all, &of_file, json!({ "outcome": "approved" })).await;
    let flagged = story.signed(HASH, "CN=Tools").await;
    story.decide(&all, &flagged, publisher).await;
    story.process(&story.company).await;
    let flag = story.put(&all, &flagged, "flag", &json!({})).send().await.json();
    let named = flag["covered_by"]["grants"].as_array().unwrap();
    assert_eq!(named.len(), 1, "{flag}");
    assert_eq!(named[0]["request_id"], covering.id.as_str());
    assert_eq!(named[0]["scope"], "organization");
    assert_eq!(named[0]["publisher"]["subject"], "CN=Tools");
    assert_eq!(flag["covered_by"]["complete"], true);
    story.process(&story.company).await;
    assert_eq!(story.get(&all, &flagged, "flag").send().await.json(), flag);
    for request in [&covering, &other, &of_file] {
        assert_eq!(story.stored(request).await.status, RequestStatus::Approved);
    }
    assert_eq!(story.stored(&flagged).await.status, RequestStatus::Revoked, "it is for the file, too");
    let unsigned = story.request().await;
    let flag = story.get(&all, &unsigned, "flag").send().await.json();
    assert_eq!(flag["covered_by"], json!({ "grants": [], "complete": true }), "of an unsigned file");
}
