//! Requests of removed computers, and the organization that they belong to.

use countersign_http::testing::new_request;
use countersign_model::act::RequestSubmitted;
use countersign_model::{EndReason, File, Organization, Permit, Request, RequestId, Subject, lists};
use serde_json::json;

countersign_http::story!(Office, crate::router);

impl Story {
    fn submit(&self, organization: &Organization) -> Request {
        let new = new_request(
            "bob",
            Subject::Application(File {
                path: Some("/opt/tool".into()),
                ..File::new("a".repeat(64).parse().unwrap())
            }),
        );
        let id = RequestId::from_ulid(self.world.ulid());
        let request = Request::submit(id, organization, &self.device.record, new, self.world.now());
        let act = RequestSubmitted::of(&request);
        self.world.save(&organization.id, act, |change| change.create(&request));
        request
    }
}

#[tokio::test]
async fn an_organization_is_not_deleted_while_requests_of_its_removed_computers_are_still_to_be_ended() {
    let story = Story::new();
    let below = story.world.organization(&story.company, "Below");
    let request = story.submit(&below);
    story.world.fill_lists(&below.id).await;
    let path = format!("/v1/organizations/{}", below.id);
    let delete = || story.app.delete(&path).bearer(&story.boss.token).send();
    let refused = delete().await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "organization-not-empty"));
    let why = "the organization still has pending requests; those of removed computers end in a moment";
    assert_eq!(refused.json()["detail"], json!(why));

    let end = |old: &Request| old.end(EndReason::ComputerRemoved, story.world.now()).ok_or(());
    story.world.journal.update(&request.id, end).await.unwrap();
    let listed = story.world.journal.list(&Permit::scene(&below.id), lists::PENDING_REQUESTS, None, 1).await;
    assert_eq!(listed.unwrap().items.len(), 1, "the list does not know it yet");
    assert_eq!(delete().await.status, 204);
}
