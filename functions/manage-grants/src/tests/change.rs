//! Shortening, prolonging and revoking.

use std::convert::Infallible;
use std::time::Duration;

use countersign_model::{
    ActName, ApprovalSettings, Condition, DecisionScope, Organization, Outcome, Permission, PublisherScope,
    Request, RequestStatus,
};
use serde_json::json;

use crate::tests::story::{Story, grant, listed};

#[tokio::test]
async fn a_grant_is_shortened_and_prolonged_on_record() {
    let story = Story::new();
    let request = story.approved(&story.device, 'a', DecisionScope::Group).await;
    let hour = story.world.now() + Duration::from_secs(3600);
    let clerk = story.person([Permission::ApproveForGroup]);
    let edited = story.edit(&clerk, &request, json!({ "expires_at": hour })).await;
    assert_eq!((edited.status, edited.header("etag")), (200, "\"3\""), "{}", edited.text());
    let changed = json!({ "administrator": { "id": clerk.record.id, "name": clerk.record.name },
        "at": story.world.now() });
    assert_eq!((&edited.json()["expires_at"], &edited.json()["changed"]), (&json!(hour), &changed));
    let again = story.edit(&clerk, &request, json!({ "expires_at": hour })).await;
    assert_eq!((again.status, again.header("etag")), (200, "\"3\""), "nothing changes twice");
    let longer = story.edit(&clerk, &request, json!({ "expires_at": null })).await;
    assert_eq!((longer.status, longer.json()["expires_at"].clone()), (200, json!(null)));
    assert_eq!(story.acts().await[..2], [ActName::GrantEdited, ActName::GrantEdited]);
    story.process().await;
    assert_eq!(listed(&story.list(&clerk, "").await), [request.id.to_string()], "once");
}

#[tokio::test]
async fn it_needs_the_right_to_approve_as_far() {
    let story = Story::new();
    let request = story.approved(&story.device, 'a', DecisionScope::Group).await;
    let hour = json!({ "expires_at": story.world.now() + Duration::from_secs(3600) });
    let single = story.person([Permission::ApproveForSingleComputer]);
    let refused = story.edit(&single, &request, hour.clone()).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "not-permitted"));
    let revoke = format!("/v1/grants/{}/revocation", grant(&request));
    let refused = story.app.post(&revoke).bearer(&single.token).json(json!({})).send().await;
    assert_eq!(refused.status, 403);
    let other = story.world.organization(&story.world.root, "Other");
    let elsewhere = story.world.administrator(&other, [Permission::SuperAdmin]);
    assert_eq!(story.edit(&elsewhere, &request, hour).await.status, 404);
    assert_eq!(story.stored(&request).await, request);
    assert!(!story.acts().await.contains(&ActName::GrantEdited));
}

#[tokio::test]
async fn what_is_not_in_force_keeps_its_end() {
    let story = Story::new();
    let hour = story.world.now() + Duration::from_secs(3600);
    let request =
        story.decided(&story.device, 'a', Outcome::Approved, DecisionScope::Computer, Some(hour)).await;
    let past = story.edit(&story.boss, &request, json!({ "expires_at": story.world.now() })).await;
    assert_eq!((past.status, past.pointers()), (422, vec!["/expires_at".to_owned()]));
    let missing = story.edit(&story.boss, &request, json!({})).await;
    assert_eq!(missing.status, 422, "never is said, not left out: {}", missing.text());
    let stale = story.app.patch(&format!("/v1/grants/{}", grant(&request))).bearer(&story.boss.token);
    assert_eq!(stale.if_match(1).json(json!({ "expires_at": null })).send().await.status, 412);
    story.world.advance(Duration::from_secs(3600));
    let late = story.edit(&story.boss, &request, json!({ "expires_at": null })).await;
    assert_eq!((late.status, late.code().as_str()), (409, "not-approved"));
    assert_eq!(story.stored(&request).await, request);
}

#[tokio::test]
async fn a_grant_for_a_publisher_is_prolonged_only_as_far_as_the_organization_allows_it_now() {
    let story = Story::new();
    let (hour, day) = (Duration::from_secs(3600), Duration::from_secs(24 * 3600));
    let until = Some(story.world.now() + day);
    let of_file = story.decided(&story.device, 'a', Outcome::Approved, DecisionScope::Group, until).await;
    let request = story.decided(&story.device, 'b', Outcome::Approved, DecisionScope::Group, until).await;
    let of_publisher = |old: &Request| {
        let mut new = old.clone();
        new.decision.as_mut().unwrap().condition = Condition::Publisher;
        Ok::<_, Infallible>(new)
    };
    let request = story.world.journal.update(&request.id, of_publisher).await.unwrap().value;
    let at = |time| json!({ "expires_at": time });
    let longer = at(story.world.now() + 2 * day);
    for (widest, allowed) in [
        (None, false),
        (Some(PublisherScope::Computer), false),
        (Some(PublisherScope::Group), true),
        (Some(PublisherScope::Never), false),
    ] {
        let settings = ApprovalSettings { publisher_scope: widest, ..ApprovalSettings::default() };
        let now = story.world.now();
        let asking = |old: &Organization| Ok::<_, Infallible>(old.asking(settings.clone(), now));
        // It counts from above as well.
        story.world.journal.update(&story.world.root.id, asking).await.unwrap();
        let before = story.stored(&request).await;
        let edited = story.edit(&story.boss, &request, longer.clone()).await;
        match allowed {
            true => assert_eq!(edited.status, 200, "{}", edited.text()),
            false => {
                assert_eq!((edited.status, edited.code().as_str()), (409, "condition-not-allowed"));
                assert_eq!(story.stored(&request).await, before);
            }
        }
        let shorter = story.edit(&story.boss, &request, at(story.world.now() + hour)).await;
        assert_eq!(shorter.status, 200, "it can always be shortened: {}", shorter.text());
    }
    assert_eq!(story.edit(&story.boss, &of_file, longer).await.status, 200, "of one file");
}

#[tokio::test]
async fn a_grant_is_revoked_by_its_id() {
    let story = Story::new();
    let request = story.approved(&story.device, 'a', DecisionScope::Group).await;
    let path = format!("/v1/grants/{}/revocation", grant(&request));
    let call = || story.app.post(&path).bearer(&story.boss.token).json(json!({ "message": "malware" }));
    let revoked = call().idempotency_key("k").send().await;
    assert_eq!(
        (revoked.status, revoked.json()["in_force"].clone()),
        (200, json!(false)),
        "{}",
        revoked.text()
    );
    assert_eq!(call().idempotency_key("k").send().await.status, 200, "the same attempt");
    let again = call().send().await;
    assert_eq!((again.status, again.code().as_str()), (409, "not-approved"));
    let stored = story.stored(&request).await;
    assert_eq!(stored.status, RequestStatus::Revoked);
    assert_eq!(stored.decision.unwrap().revoked.unwrap().message.as_deref(), Some("malware"));
    assert_eq!(story.acts().await[0], ActName::RequestRevoked);
    assert!(listed(&story.list(&story.boss, "").await).is_empty());
}

#[tokio::test]
async fn a_grant_of_an_earlier_version_is_found_by_its_request() {
    let story = Story::new();
    let known = story.approved(&story.device, 'a', DecisionScope::Group).await;
    let request = story.approved(&story.device, 'b', DecisionScope::Group).await;
    let other = grant(&known);
    // As if the request had been approved before grants led to it.
    let early = |old: &Request| {
        let mut new = old.clone();
        new.decision.as_mut().unwrap().grant = Some(format!("grt_{:026}", 9).parse().unwrap());
        Ok::<_, Infallible>(new)
    };
    let request = story.world.journal.update(&request.id, early).await.unwrap().value;
    let edit = |body| story.edit(&story.boss, &request, body);
    assert_eq!(edit(json!({ "expires_at": null })).await.status, 404);
    let hour = story.world.now() + Duration::from_secs(3600);
    let found = edit(json!({ "expires_at": hour, "request_id": request.id })).await;
    assert_eq!(found.status, 200, "{}", found.text());
    let path = format!("/v1/grants/{other}");
    let wrong = json!({ "expires_at": hour, "request_id": request.id });
    let wrong = story.app.patch(&path).bearer(&story.boss.token).json(wrong).send().await;
    assert_eq!(wrong.status, 404, "a grant of another request");
}
