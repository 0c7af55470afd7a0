//! The main job, end to end, on the real components: a blocked program is requested, the administrator is notified and
//! approves, and the computer acts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::time::Instant;

use countersign_agent::{
    Client, IdempotencyKey, Kind, MeasuredFile, RequestState, Requester, Subject, Submission,
};
use countersign_host::harness::TestHost;
use countersign_tests::{Deployment, file_of, on_every_backend, sha256};
use serde_json::json;

on_every_backend! {
    async fn a_blocked_program_is_requested_approved_and_runs(host) {
        let world = Deployment::on(&host).await;
        let folder = tempfile::tempdir().unwrap();
        let bytes: Vec<u8> = (0..700_000_u32).flat_map(u32::to_le_bytes).collect();
        let file = MeasuredFile::measure(&file_of(folder.path(), "report.exe", &bytes)).await.unwrap();
        assert_eq!(file.sha256(), sha256(&bytes));
        let agent = Client::new(&host.url("")).unwrap().with_token(world.computer_token.clone());
        let id = the_agent_asks_with_a_copy_of_the_file(&agent, &world, &file).await;
        the_right_people_hear_of_it(&host, &id, &file).await;
        it_stands_in_the_approval_center(&world, &id, &bytes).await;
        a_larger_scope_than_the_administrator_holds_is_refused(&world, &agent, &id).await;
        the_agent_that_waits_hears_of_the_approval(&host, &world, &agent, &id).await;
        the_requester_is_told_and_the_computer_has_the_grant(&host, &agent).await;
        everything_is_on_record(&world, &id).await;
    }

    async fn a_denied_requester_is_told_why_and_an_ignored_one_is_not(host) {
        let world = Deployment::on(&host).await;
        for (outcome, told) in [("denied", 1), ("ignored", 0)] {
            let body = world.request_for(outcome.as_bytes());
            let id = world.submit(&body, outcome).await.expect(201).text_at("/id");
            let decision = json!({ "outcome": outcome, "message": "ask your manager first" });
            world.decide(&world.clerk_token, &id, &decision).await.expect(200);
            host.settle().await.unwrap();
            let messages = host.providers.email.messages();
            let mine: Vec<_> = messages.iter().filter(|message| message.to == "ann@company.example").collect();
            assert_eq!(mine.len(), told, "{outcome}: {messages:?}");
            assert!(mine.iter().all(|message| message.text.contains("ask your manager first")));
            host.providers.email.clear();
        }
    }
}

async fn the_agent_asks_with_a_copy_of_the_file(
    agent: &Client,
    world: &Deployment,
    file: &MeasuredFile,
) -> String {
    let submission = Submission {
        kind: Kind::Application,
        policy_id: Some(world.policy.clone()),
        subject: Subject { certificate: Some("CN=Example Software".into()), ..Subject::file(file) },
        reason: Some("I need it for the report".into()),
        requester: Requester { username: "COMPANY\\ann".into(), email: Some("ann@company.example".into()) },
        attach: true,
    };
    let submitted = agent.submit(&submission, &IdempotencyKey::known("first")).await.unwrap();
    assert_eq!((submitted.status, submitted.attachment.upload), (RequestState::Pending, true));
    agent.upload(&submitted.id, file).await.unwrap();
    submitted.id
}

/// The administrator who wants to, and the deployed policy's addresses.
async fn the_right_people_hear_of_it(host: &TestHost, id: &str, file: &MeasuredFile) {
    host.settle().await.unwrap();
    let emails = host.providers.email.messages();
    let mut to: Vec<_> = emails.iter().map(|message| message.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["clerk@company.example", "desk@company.example"]);
    let link = host.url(&format!("/requests/{id}"));
    let hash = file.sha256();
    let wanted =
        ["Company B", hash, "CN=Example Software", "pc-1", "COMPANY\\ann", "report.exe", "I need it", &link];
    for part in wanted {
        assert!(emails.iter().all(|message| message.text.contains(part)), "{part} is missing in {emails:?}");
    }
    let texts = host.providers.sms.messages();
    assert_eq!(texts.iter().map(|message| message.to.as_str()).collect::<Vec<_>>(), ["+15550100"]);
    assert!(texts[0].text.contains(&link), "{texts:?}");
}

async fn it_stands_in_the_approval_center(world: &Deployment, id: &str, bytes: &[u8]) {
    let get = |path: &str| world.api.get(path).bearer(&world.clerk_token).send();
    let list = get("/v1/requests?status=pending").await.expect(200);
    assert_eq!(list.text_at("/items/0/id"), id);
    let attached = get(&format!("/v1/requests/{id}/attachment")).await;
    assert!(attached.expect(200).body == bytes, "the attachment is the file, byte for byte");
}

/// The refusal says what is missing, and the request still waits.
async fn a_larger_scope_than_the_administrator_holds_is_refused(
    world: &Deployment,
    agent: &Client,
    id: &str,
) {
    let group = json!({ "outcome": "approved", "scope": "group" });
    let refused = world.decide(&world.clerk_token, id, &group).await;
    assert_eq!(refused.problem(403), "not-permitted");
    let missing = refused.json()["missing"].clone();
    let needed = json!([{ "permission": "approve-for-group", "organization_id": world.company }]);
    assert!(missing.as_array().unwrap().contains(&needed), "{missing}");
    assert_eq!(agent.status(id, None).await.unwrap().status, RequestState::Pending);
}

/// Approved for the computer; the agent that waits has it within a second.
async fn the_agent_that_waits_hears_of_the_approval(
    host: &TestHost,
    world: &Deployment,
    agent: &Client,
    id: &str,
) {
    let (asked, waiting) = (id.to_owned(), agent.clone());
    let waiting =
        tokio::spawn(async move { (waiting.status(&asked, Some(25)).await.unwrap(), Instant::now()) });
    // The wait has begun once the component has read the request more than once.
    host.counters.reset();
    while host.counters.snapshot().get("submit-request").is_none_or(|counts| counts.reads < 2) {
        tokio::task::yield_now().await;
    }
    let decision =
        json!({ "outcome": "approved", "scope": "computer", "message": "go ahead", "note": "known tool" });
    world.decide(&world.clerk_token, id, &decision).await.expect(200);
    let decided = Instant::now();
    let (status, heard) = waiting.await.unwrap();
    assert_eq!(status.status, RequestState::Approved);
    assert!(heard.saturating_duration_since(decided).as_secs_f32() < 1.0, "within a second");
    let told = status.decision.unwrap();
    assert_eq!((told.scope.as_deref(), told.message.as_deref()), (Some("computer"), Some("go ahead")));
}

/// The grant comes with the computer's next check-in.
async fn the_requester_is_told_and_the_computer_has_the_grant(host: &TestHost, agent: &Client) {
    host.settle().await.unwrap();
    let messages = host.providers.email.messages();
    let to_requester: Vec<_> =
        messages.iter().filter(|message| message.to == "ann@company.example").collect();
    assert_eq!(to_requester.len(), 1, "{messages:?}");
    assert!(!to_requester[0].text.contains("I need it"), "none of the requester's own text comes back");
    let news = agent.check_in(None, None, &Default::default()).await.unwrap();
    assert_eq!(news.grants.added.len(), 1, "{news:?}");
    assert_eq!(news.policy_version, Some(1));
}

async fn everything_is_on_record(world: &Deployment, id: &str) {
    let unified = world.audit("unified", id).await;
    for act in ["request.submitted", "request.attached", "request.attachment-downloaded", "request.decided"] {
        assert!(unified.iter().any(|entry| entry == act), "{act} is missing in {unified:?}");
    }
    let system = world.audit("system", id).await;
    assert!(system.iter().any(|entry| entry == "request.decided"), "{system:?}");
    let invited = world.audit("system", &world.clerk).await;
    let acts =
        ["administrator.invited", "administrator.invitation-accepted", "administrator.permissions-changed"];
    for act in acts {
        assert!(invited.iter().any(|entry| entry == act), "{act} is missing in {invited:?}");
    }
    let verify = world.api.get("/v1/audit/system/verify?limit=200").bearer(&world.boss);
    let chain = verify.send().await.expect(200).json();
    assert!(chain["intact"] == true && chain["count"].as_u64() > Some(10), "{chain}");
}
