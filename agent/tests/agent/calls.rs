//! Each call of the library: what it sends, when it is repeated and when it is not.

use std::time::Duration;

use countersign_agent::{
    AgentError, CallError, Client, Enrollment, IdempotencyKey, Kind, RequestState, Requester, Subject,
    Submission, Told,
};
use serde_json::{Value, json};

use crate::fake::FakeServer;

fn submission() -> Submission {
    Submission {
        kind: Kind::Application,
        policy_id: Some("pol_1".into()),
        subject: Subject {
            path: Some("/opt/tool".into()),
            sha256: Some("ab".repeat(32)),
            ..Subject::default()
        },
        reason: None,
        requester: Requester { username: "ana".into(), email: None },
        attach: true,
    }
}

fn enrollment() -> Enrollment {
    Enrollment {
        enrollment_key: "cse_key".into(),
        hostname: "desk-7".into(),
        os: "linux".into(),
        agent_version: None,
    }
}

#[tokio::test]
async fn a_request_carries_the_token_the_key_and_only_what_is_known() {
    let server = FakeServer::start().await;
    server.then(201, &[], json!({"id": "req_1", "status": "pending", "attachment": {"upload": true}}));
    let submitted = server.client().0.submit(&submission(), &IdempotencyKey::known("once")).await.unwrap();
    assert_eq!((submitted.id.as_str(), submitted.attachment.upload), ("req_1", true));
    let seen = &server.seen()[0];
    assert_eq!(seen.call, "POST /agent/v1/requests");
    assert_eq!(seen.header("authorization"), "Bearer csc_token");
    assert_eq!(seen.header("idempotency-key"), "once");
    let expected = json!({"kind": "application", "policy_id": "pol_1", "attach": true, "requester": {"username": "ana"},
        "subject": {"path": "/opt/tool", "sha256": "ab".repeat(32)}});
    assert_eq!(seen.json(), expected);
}

#[tokio::test]
async fn a_busy_server_is_asked_again_when_it_says_with_the_same_key() {
    let server = FakeServer::start().await;
    server
        .then(503, &[("retry-after", "7")], json!({"code": "busy"}))
        .then(429, &[("retry-after", "3600")], json!({"code": "too-many-requests"}))
        .then(201, &[], json!({"id": "req_1", "status": "pending", "attachment": {"upload": false}}));
    let (client, pauses) = server.client();
    client.submit(&submission(), &IdempotencyKey::known("once")).await.unwrap();
    assert_eq!(
        pauses.noted(),
        [Duration::from_secs(7), Duration::from_secs(60)],
        "asked for, up to the longest"
    );
    assert!(server.seen().iter().all(|seen| seen.header("idempotency-key") == "once"));
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_dropped_connection_is_tried_again() {
    let server = FakeServer::start_dropping(2).await;
    server.then(200, &[], json!({"id": "req_1", "status": "pending", "attachment": {"upload": false}}));
    let (client, pauses) = server.client();
    client.submit(&submission(), &IdempotencyKey::known("once")).await.unwrap();
    assert_eq!(pauses.noted().len(), 2);
}

#[tokio::test]
async fn attempts_are_bounded_and_the_last_refusal_is_told() {
    let server = FakeServer::start().await;
    for _ in 0..4 {
        server.then(503, &[], json!({"code": "busy", "detail": "the record is busy"}));
    }
    let (client, pauses) = server.client();
    let error = client.status("req_1", None).await.unwrap_err();
    assert_eq!(error.to_string(), "the server refused: the record is busy (status 503, `busy`)");
    assert_eq!((server.seen().len(), pauses.noted().len()), (4, 3));
}

#[tokio::test]
async fn nobody_there_is_told_in_words() {
    let address = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    let pauses = crate::fake::Pauses::default();
    let client = Client::new(&format!("http://{address}")).unwrap().with_retry(pauses.retry());
    let error = client.check_in(None, None, &Told::default()).await.unwrap_err();
    assert!(matches!(error, AgentError::Call(CallError::Unreachable { attempts: 4, .. })), "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
}

#[tokio::test]
async fn a_refusal_is_not_repeated_and_says_where() {
    let server = FakeServer::start().await;
    let errors =
        json!([{"pointer": "/policy_id", "message": "not a deployed policy of this computer's group"}]);
    server.then(422, &[], json!({"code": "invalid-body", "detail": "not acceptable", "errors": errors}));
    let error = server.client().0.submit(&submission(), &IdempotencyKey::known("k")).await.unwrap_err();
    assert!(
        error.to_string().ends_with("/policy_id: not a deployed policy of this computer's group"),
        "{error}"
    );
    assert_eq!((server.seen().len(), error.is_passing()), (1, false));
}

#[tokio::test]
async fn enrolling_is_repeated_under_the_same_key_until_it_is_answered() {
    let answer = json!({"computer_id": "cmp_1", "token": "csc_new", "unconfirmed": true});
    let server = FakeServer::start().await;
    server.then(503, &[("retry-after", "1")], Value::Null).then(500, &[], Value::Null).then(
        201,
        &[],
        answer.clone(),
    );
    let key = IdempotencyKey::known("once");
    let enrolled = server.client().0.enroll(&enrollment(), &key).await.unwrap();
    assert_eq!((enrolled.token.as_str(), enrolled.unconfirmed), ("csc_new", true));
    let keys: Vec<_> = server.seen().iter().map(|seen| seen.header("idempotency-key").to_owned()).collect();
    assert_eq!(keys, ["once"; 3]);

    let server = FakeServer::start_dropping(1).await;
    server.then(201, &[], answer);
    server.client().0.enroll(&enrollment(), &key).await.unwrap();
    assert_eq!(server.seen().len(), 1, "the answer to the first was lost");
}

#[tokio::test]
async fn waiting_goes_on_until_it_is_decided_and_respects_a_full_server() {
    let server = FakeServer::start().await;
    let decision = json!({"outcome": "denied", "scope": "computer", "message": "ask IT", "new": 1});
    server
        .then(200, &[("retry-after", "2")], json!({"status": "pending"}))
        .then(200, &[], json!({"status": "pending"}))
        .then(200, &[], json!({"status": "denied", "decision": decision}));
    let (client, pauses) = server.client();
    let status = client.decided("req_1").await.unwrap();
    assert_eq!(status.status, RequestState::Denied);
    assert_eq!(status.decision.unwrap().message.as_deref(), Some("ask IT"));
    assert_eq!(server.calls(), vec!["GET /agent/v1/requests/req_1?wait=25"; 3]);
    assert_eq!(pauses.noted(), [Duration::from_secs(2), Duration::from_secs(1)], "no storm on quick answers");
}

#[tokio::test]
async fn a_check_in_says_what_it_knows_and_how_long_it_waits() {
    let server = FakeServer::start().await;
    server.then(
        200,
        &[],
        json!({"version": "v2", "more": true, "policy_version": 1, "policies": [],
        "grants": {"added": [{"id": "grt_1"}], "removed": []}, "maintenance": null}),
    );
    let told = Told {
        hostname: Some("desk 1".to_owned()),
        instance: Some("0123456789abcdef".to_owned()),
        agent_version: Some("1.2.3".to_owned()),
    };
    let news = server.client().0.check_in(Some("v 1&x"), Some(99), &told).await.unwrap();
    assert_eq!((news.version.as_str(), news.more, news.grants.added.len()), ("v2", true, 1));
    assert_eq!(
        server.calls(),
        [
            "GET /agent/v1/check-in?wait=25&hostname=desk+1&instance=0123456789abcdef&agent_version=1.2.3&since=v+1%26x"
        ]
    );
}

#[tokio::test]
async fn an_id_cannot_reach_another_path_and_redirects_are_not_followed() {
    let server = FakeServer::start().await;
    server.then(307, &[("location", "/elsewhere")], Value::Null);
    let error = server.client().0.status("../check-in?x", None).await.unwrap_err();
    assert!(error.to_string().contains("redirect"), "{error}");
    assert_eq!(server.calls(), ["GET /agent/v1/requests/..%2Fcheck-in%3Fx"]);
}

#[tokio::test]
async fn what_is_no_web_address_is_refused_at_once() {
    for address in ["", "localhost:3000", "ftp://example.org", "file:///etc/passwd"] {
        assert!(matches!(Client::new(address), Err(AgentError::Call(CallError::Server { .. }))), "{address}");
    }
}
