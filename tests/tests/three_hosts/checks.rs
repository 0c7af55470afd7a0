//! What must hold after the run.

use std::collections::{BTreeMap, BTreeSet};

use countersign_host::harness::ChildHost;
use serde_json::Value;

use crate::fleet::{Done, Fleet};

/// The most messages whose answer a killed host can have left unread: those are sent again.
const SENT_AT_ONCE: usize = 8;

/// What a message about a revocation says.
const REVOKED: &str = "revoked after it was approved";

pub async fn everything(fleet: &Fleet, done: &Done, host: &ChildHost, kills: usize) {
    let requests = every_request(fleet).await;
    every_ask_is_there(done, &requests);
    every_decision_is_there(done, &requests);
    nothing_was_decided_twice(fleet).await;
    every_grant_traces_to_a_decision(fleet, &requests).await;
    everybody_was_told(fleet, done, &requests, host, kills).await;
    for organization in [&fleet.world.root, &fleet.world.company] {
        the_audit_is_intact(fleet, organization).await;
    }
}

/// Every item of a list.
async fn all(fleet: &Fleet, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let call = fleet.world.api.get(&format!("{path}&limit=200{cursor}")).bearer(&fleet.world.boss);
        let page = call.send().await.expect(200).json();
        items.extend(page["items"].as_array().expect("a list").iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

/// The list of requests, and each of them opened.
async fn every_request(fleet: &Fleet) -> BTreeMap<String, Value> {
    let mut requests = BTreeMap::new();
    for row in all(fleet, &format!("/v1/requests?organization_id={}", fleet.world.root)).await {
        let id = row["id"].as_str().expect("an id").to_owned();
        let opened =
            fleet.world.api.get(&format!("/v1/requests/{id}")).bearer(&fleet.world.boss).send().await;
        let before = requests.insert(id.clone(), opened.expect(200).json());
        assert!(before.is_none(), "{id} is listed twice");
    }
    requests
}

fn every_ask_is_there(done: &Done, requests: &BTreeMap<String, Value>) {
    for asked in &done.asked {
        let request = requests.get(&asked.request).unwrap_or_else(|| panic!("{asked:?} is not listed"));
        let requesters = request["requesters"].as_array().expect("requesters");
        let theirs = requesters.iter().any(|each| each["username"] == asked.username.as_str());
        assert!(theirs, "{asked:?} is not among {requesters:?}");
    }
}

fn every_decision_is_there(done: &Done, requests: &BTreeMap<String, Value>) {
    let mut decided = BTreeSet::new();
    for decision in &done.decisions {
        assert!(decided.insert(&decision.request), "two were told that they decided {}", decision.request);
        let request = &requests[&decision.request];
        let found = &request["decision"];
        assert_eq!(found["outcome"], decision.outcome.as_str(), "{request}");
        assert_eq!(found["administrator"]["id"], decision.administrator.as_str(), "{request}");
        let is_revoked = done.revoked.contains(&decision.request);
        let status = if is_revoked { "revoked" } else { decision.outcome.as_str() };
        assert_eq!(request["status"], status, "{request}");
    }
}

async fn nothing_was_decided_twice(fleet: &Fleet) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for entry in all(fleet, &format!("/v1/audit/unified?organization_id={}", fleet.world.company)).await {
        if ["request.decided", "request.settled"].contains(&entry["act"].as_str().unwrap_or_default()) {
            *times.entry(entry["detail"]["request_id"].to_string()).or_default() += 1;
        }
    }
    assert!(!times.is_empty(), "decisions are on record");
    let twice: Vec<_> = times.iter().filter(|(_, times)| **times > 1).collect();
    assert_eq!(twice, [], "decided more than once");
}

async fn every_grant_traces_to_a_decision(fleet: &Fleet, requests: &BTreeMap<String, Value>) {
    for token in fleet.computers.iter() {
        let mut since = String::new();
        loop {
            let call = fleet.world.api.get(&format!("/agent/v1/check-in?{since}")).bearer(token);
            let news = call.send().await.expect(200).json();
            for grant in news["grants"]["added"].as_array().expect("grants") {
                let request = &requests[grant["request_id"].as_str().expect("an id")];
                assert_eq!(request["decision"]["grant_id"], grant["id"], "{request}");
                assert_eq!(request["status"], "approved", "{request}");
            }
            if news["more"] == false {
                break;
            }
            since = format!("since={}", news["version"].as_str().expect("a version"));
        }
    }
}

/// Each address belongs to one user's one request. A host that dies between sending and writing that down makes another
/// send the message again; nothing else may.
async fn everybody_was_told(
    fleet: &Fleet,
    done: &Done,
    requests: &BTreeMap<String, Value>,
    host: &ChildHost,
    kills: usize,
) {
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for message in host.providers.email.messages() {
        told.entry(message.to).or_default().push(message.text);
    }
    let (mut waited, mut again, mut untold) = (BTreeSet::new(), 0, Vec::new());
    for asked in &done.asked {
        let request = &requests[&asked.request];
        let outcome = request["decision"]["outcome"].as_str();
        if matches!(outcome, Some("approved" | "denied")) && waited.insert(&asked.email) {
            let theirs = told.get(&asked.email).map(Vec::as_slice).unwrap_or_default();
            // A revocation is told as well. What was approved before is left out if it was not sent by then.
            let is_revoked = request["status"] == "revoked";
            let hears = |text: &String| !is_revoked || text.contains(REVOKED);
            if !theirs.iter().any(hears) {
                untold.push(asked);
            }
            let messages = if is_revoked { 2 } else { 1 };
            again += theirs.len().saturating_sub(messages);
        }
    }
    for asked in &untold {
        println!("{asked:?} was not told of {}", requests[&asked.request]);
    }
    if !untold.is_empty() {
        let log = all(fleet, &format!("/v1/notifications?organization_id={}", fleet.world.company)).await;
        let theirs =
            log.iter().filter(|each| untold.iter().any(|asked| each["address"] == asked.email.as_str()));
        panic!("{} were not told; their messages: {:?}", untold.len(), theirs.collect::<Vec<_>>());
    }
    println!("{} were told, {again} of them again", waited.len());
    assert!(again <= kills * SENT_AT_ONCE, "{again} messages were sent again");
}

async fn the_audit_is_intact(fleet: &Fleet, organization: &str) {
    let (mut cursor, mut rows) = (String::new(), 0);
    loop {
        let path = format!("/v1/audit/system/verify?organization_id={organization}{cursor}");
        let answer = fleet.world.api.get(&path).bearer(&fleet.world.boss).send().await.expect(200).json();
        assert_eq!(answer["intact"], true, "{answer}");
        assert_eq!(answer["problems"].as_array().map(Vec::len), Some(0), "{answer}");
        rows += answer["sealed"].as_u64().unwrap_or_default();
        match answer["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert!(rows > 0, "nothing is sealed");
}
