//! A company with a group and a computer that asks, and the results of processing.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use countersign_http::testing::TestResponse;
use countersign_journal::{Consequences, Effects, Event, IndexEntry, Journal};
use countersign_model::{
    ActName, AdministratorId, Decision, DecisionId, DecisionScope, EventId, GrantId, List, OrganizationId,
    Outcome, Permit, ReadableList, Request, RequestId, RequestStatus, Verdict, Whereabouts, lists,
};
use countersign_store::{StoreError, keys};
use serde_json::{Value, json};

pub const BYTES: &[u8] = b"#!/bin/sh\necho a real program\n";

countersign_http::story!(Office, crate::router);

impl Story {
    pub async fn submit(&self, body: Value) -> TestResponse {
        self.app.post("/agent/v1/requests").bearer(&self.device.token).json(body).send().await
    }

    pub async fn submit_under(&self, key: &str, body: Value) -> TestResponse {
        let call = self.app.post("/agent/v1/requests").bearer(&self.device.token);
        call.idempotency_key(key).json(body).send().await
    }

    /// The id of a fresh request.
    pub async fn asked(&self, body: Value) -> String {
        let made = self.submit(body).await;
        assert_eq!(made.status, 201, "{}", made.text());
        id_of(&made)
    }

    pub async fn status(&self, id: &str) -> TestResponse {
        self.app.get(&format!("/agent/v1/requests/{id}")).bearer(&self.device.token).send().await
    }

    pub async fn cancel(&self, id: &str) -> TestResponse {
        let path = format!("/agent/v1/requests/{id}/cancellation");
        self.app.post(&path).bearer(&self.device.token).send().await
    }

    /// A user withdraws.
    pub async fn withdraw(&self, id: &str, username: &str) -> TestResponse {
        let path = format!("/agent/v1/requests/{id}/cancellation");
        let body = json!({ "username": username });
        self.app.post(&path).bearer(&self.device.token).json(body).send().await
    }

    /// The computer reports that it uses the grant of the approval.
    pub async fn use_grant(&self, id: &str) {
        let grant = self.record(id).await.decision.unwrap().grant.unwrap();
        let path = format!("/agent/v1/grants/{grant}/use");
        let call = self.world.app(manage_grants::router);
        let call = call.post(&path).bearer(&self.device.token).json(json!({ "request_id": id }));
        let answer = call.send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    pub async fn upload(&self, id: &str, bytes: impl Into<Vec<u8>>) -> TestResponse {
        let path = format!("/agent/v1/requests/{id}/attachment");
        let call = self.app.put(&path).bearer(&self.device.token);
        call.body("application/octet-stream", bytes.into()).send().await
    }

    pub async fn record(&self, id: &str) -> Request {
        self.world.journal.load_by_record_id::<Request>(id).await.unwrap().unwrap().value
    }

    /// An administrator decides.
    pub async fn decide(&self, id: &str, outcome: Outcome) {
        let world = &self.world;
        let verdict = Verdict {
            id: DecisionId::from_ulid(world.ulid()),
            outcome,
            scope: DecisionScope::Computer,
            administrator_id: AdministratorId::from_ulid(world.ulid()),
            administrator_name: "Bob".to_owned(),
            message: Some("come and see me".to_owned()),
            note: Some("not for the requester".to_owned()),
            expires_at: None,
            grant: GrantId::from_ulid(world.ulid()),
        };
        let decision = Decision::new(verdict, world.now()).unwrap();
        let at = Whereabouts::of_computer(Some(&self.device.record));
        world
            .journal
            .update(&id.parse().unwrap(), |old: &Request| old.decide(decision.clone(), &at))
            .await
            .unwrap();
    }

    /// Processes everything, including numbers that are waited for in vain. Returns the events with notices.
    pub async fn process(&self) -> BTreeSet<EventId> {
        let effects = Told { journal: self.world.journal.clone(), events: Mutex::default() };
        for _ in 0..4 {
            self.world.journal.process(&self.company.id, &effects).await.unwrap();
            self.world.advance(Duration::from_secs(31));
        }
        effects.events.into_inner().unwrap()
    }

    pub async fn list(&self, list: ReadableList) -> Vec<String> {
        let permit = Permit::scene(&self.company.id);
        let page = self.world.journal.list(&permit, list, None, 500).await.unwrap();
        page.items.into_iter().map(|row| row.id).collect()
    }

    /// The acts in the unified audit, newest first.
    pub async fn acts(&self) -> Vec<ActName> {
        let permit = Permit::scene(&self.company.id);
        let page = self.world.journal.list(&permit, lists::UNIFIED_AUDIT, None, 500).await.unwrap();
        let mut acts = Vec::new();
        for row in page.items {
            let event = self.world.journal.event(&permit, row.number.unwrap()).await.unwrap();
            acts.push(event.unwrap().act.name());
        }
        acts
    }

    /// The details of the newest act of this name in the unified audit.
    pub async fn detail(&self, name: ActName) -> Value {
        let permit = Permit::scene(&self.company.id);
        let page = self.world.journal.list(&permit, lists::UNIFIED_AUDIT, None, 500).await.unwrap();
        for row in page.items {
            let event = self.world.journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
            if event.act.name() == name {
                return serde_json::to_value(&event.act).unwrap()["detail"].clone();
            }
        }
        panic!("there is no {name}")
    }

    /// Acts and user names of what users did, oldest first.
    pub async fn by_whom(&self) -> Vec<(ActName, String)> {
        let permit = Permit::scene(&self.company.id);
        let page = self.world.journal.list(&permit, lists::UNIFIED_AUDIT, None, 500).await.unwrap();
        let mut all = Vec::new();
        for row in page.items.into_iter().rev() {
            let event = self.world.journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
            let detail = serde_json::to_value(&event.act).unwrap();
            let who = detail["detail"]["username"].as_str();
            all.extend(who.map(|who| (event.act.name(), who.to_owned())));
        }
        all
    }

    pub fn count(&self, acts: &[ActName], act: ActName) -> usize {
        acts.iter().filter(|each| **each == act).count()
    }
}

/// Collects events with notices.
struct Told {
    journal: Journal,
    events: Mutex<BTreeSet<EventId>>,
}

#[async_trait]
impl Effects for Told {
    async fn belongs(&self, _: &OrganizationId, entry: &IndexEntry) -> Result<bool, StoreError> {
        if !matches!(entry.list, List::PendingRequests | List::MatchingRequests) {
            return Ok(true);
        }
        let now = self.journal.clock().now();
        let request = self.journal.load_by_record_id::<Request>(&entry.id).await?;
        Ok(request.is_some_and(|request| request.value.status_at(now) == RequestStatus::Pending))
    }

    async fn event(&self, event: &Event) -> Result<Consequences, StoreError> {
        self.events.lock().unwrap().insert(event.id.clone());
        Ok(Consequences::default())
    }
}

/// An application request for [`BYTES`].
pub fn program() -> Value {
    program_of(BYTES)
}

pub fn program_of(bytes: &[u8]) -> Value {
    json!({
        "kind": "application",
        "subject": {
            "path": "/opt/tool", "sha256": keys::sha256(bytes), "size": bytes.len(),
            "certificate": "CN=Tools Inc.", "calling_process": "/bin/sh",
        },
        "reason": "I need it",
        "requester": { "username": "carol", "email": "carol@company.example" },
    })
}

/// The same file, asked for by a user.
pub fn program_for(username: &str) -> Value {
    with(program(), "/requester", json!({ "username": username }))
}

pub fn stick() -> Value {
    json!({
        "kind": "storage",
        "subject": { "path": "/media/stick/a.txt", "device": { "id": "SN-1", "name": "Stick" }, "access": "write" },
        "requester": { "username": "carol" },
    })
}

/// A body with something else at a pointer.
pub fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[name] = value;
    body
}

pub fn without(mut body: Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name);
    body
}

pub fn id_of(made: &TestResponse) -> String {
    let id = made.json()["id"].as_str().unwrap_or_else(|| panic!("{}", made.text())).to_owned();
    assert!(id.parse::<RequestId>().is_ok());
    id
}
