//! Refused sign-ins in the audit: the first one at once, and how many there were.

use std::collections::BTreeMap;
use std::time::Duration;

use countersign_http::testing::TestResponse;
use countersign_model::act::{ProofRefused, SessionRefused};
use countersign_model::{Act, Organization, OrganizationId, Permit, lists};
use countersign_store::{Refused, Watched};
use serde_json::json;

use super::Stage;
use crate::attempts::{ADDRESS, ADDRESS_MOST};
use crate::refusal::OF_THEIR_OWN;
use crate::tests::setup::set_up;

const WRONG: &str = "not the password at all";
const HERE: &str = "192.0.2.1";

/// A deployment with a root: the organization of the stage is beside it.
async fn stage() -> (Stage, OrganizationId) {
    let stage = Stage::new(&[]).await;
    set_up(&stage.world).await;
    let root = countersign_authority::root(&stage.world.journal).await.unwrap().unwrap();
    (stage, root)
}

impl Stage {
    /// The newest acts in the audit of an organization with the addresses, newest first.
    async fn audited(&self, at: &OrganizationId) -> Vec<(Act, Option<String>)> {
        let (permit, journal) = (Permit::scene(at), &self.world.journal);
        let page = journal.list(&permit, lists::SYSTEM_AUDIT, None, 200).await.unwrap();
        let mut found = Vec::new();
        for row in page.items {
            let event = journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
            found.push((event.act, event.address));
        }
        found
    }

    /// The refused sign-ins among them.
    async fn refusals(&self, at: &OrganizationId) -> Vec<(SessionRefused, Option<String>)> {
        let refused = self.audited(at).await.into_iter().filter_map(|(act, address)| {
            let Act::SessionRefused(refused) = act else { return None };
            Some((refused, address))
        });
        refused.collect()
    }

    /// What was refused within sessions among them.
    async fn proofs_refused(&self) -> Vec<ProofRefused> {
        let refused = self.audited(&home(self).id).await.into_iter().filter_map(|(act, _)| {
            let Act::ProofRefused(refused) = act else { return None };
            Some(refused)
        });
        refused.collect()
    }

    /// Ada gives a wrong password within a session.
    async fn gives_a_wrong_password(&self, token: &str) -> TestResponse {
        self.app.post("/v1/totp").bearer(token).json(json!({ "password": WRONG })).send().await
    }

    /// What the scheduler does until everything that has expired is swept.
    async fn sweep(&self) {
        for _ in 0..40 {
            self.world.journal.sweep(200).await.unwrap();
        }
    }

    async fn guess_as(&self, email: &str, address: &str) -> u16 {
        let body = json!({ "email": email, "password": WRONG });
        let peer = format!("{address}:4711");
        self.app.post("/v1/session").header("spin-client-addr", &peer).json(body).send().await.status
    }
}

fn home(stage: &Stage) -> &Organization {
    &stage.world.root
}

/// The counts of the entries that have one, by reason.
fn counts(refusals: &[(SessionRefused, Option<String>)]) -> BTreeMap<String, u64> {
    let counted = refusals.iter().filter_map(|(refused, _)| Some((refused.why.clone(), refused.count?)));
    counted.collect()
}

#[tokio::test]
async fn what_exceeds_the_passwords_of_a_second_is_counted_together_and_costs_no_write() {
    let (stage, root) = stage().await;
    let guess = async |number: usize| {
        stage.guess_as(&format!("nobody{number}@example.test"), &format!("198.51.{number}.1")).await
    };
    for number in 0..10 {
        assert_eq!(guess(number).await, 401, "{number}");
    }
    assert_eq!(guess(10).await, 429);
    let before = stage.world.memory.dump();
    for number in 11..100 {
        assert_eq!(guess(number).await, 429);
    }
    assert_eq!(stage.world.memory.dump(), before);
    stage.world.advance(Duration::from_secs(1));
    for number in 0..10 {
        assert_eq!(guess(number).await, 401, "{number}");
    }
    assert_eq!(guess(10).await, 429);
    let watched = [Watched::RefusedSignIns(Refused::Throttled)];
    assert_eq!(stage.world.journal.watched(&watched).await.unwrap(), [91], "in the metrics");
    stage.world.advance(Duration::from_secs(60 * 60 + 11 * 60));
    stage.sweep().await;
    let crowd = stage.refusals(&root).await;
    let crowd: Vec<_> = crowd.iter().filter(|(refused, _)| refused.why == "too-many-requests").collect();
    assert_eq!(crowd.iter().map(|(refused, _)| refused.count).collect::<Vec<_>>(), [Some(91), None]);
    assert!(crowd.iter().all(|(refused, address)| refused.email.is_none() && address.is_none()));
}

#[tokio::test]
async fn five_hundred_refusals_in_an_hour_leave_two_entries_for_each_reason_and_the_right_count() {
    let (stage, root) = stage().await;
    let (began, mut answers) = (stage.world.now(), BTreeMap::new());
    for _ in 0..500 {
        let status = stage.sign_in_from(HERE, WRONG, json!({})).await.status;
        *answers.entry(status).or_insert(0_u64) += 1;
        // Slowly enough for the passwords that are compared in a second.
        stage.world.advance(Duration::from_millis(200));
    }
    assert_eq!(answers, [(401, 10), (429, 490)].into());
    let at_once = stage.refusals(&home(&stage).id).await;
    let reasons: Vec<_> =
        at_once.iter().map(|(refused, address)| (refused.why.as_str(), address.clone())).collect();
    let here = Some(HERE.to_owned());
    assert_eq!(reasons, [("too-many-requests", here.clone()), ("wrong-credentials", here.clone())]);
    assert!(at_once.iter().all(|(refused, _)| refused.administrator_id == Some(stage.ada.record.id.clone())));
    assert_eq!(counts(&at_once), BTreeMap::new(), "the hour is not over");
    stage.sweep().await;
    assert_eq!(stage.refusals(&home(&stage).id).await, at_once);

    stage.world.advance(Duration::from_secs(60 * 60 + 11 * 60));
    stage.sweep().await;
    let all = stage.refusals(&home(&stage).id).await;
    assert_eq!(all.len(), 4);
    let of_account = counts(&all);
    assert_eq!(
        of_account,
        [("wrong-credentials".to_owned(), 10), ("too-many-requests".to_owned(), ADDRESS_MOST - 10)].into()
    );
    let closing = all.iter().find(|(refused, _)| refused.count == Some(10)).unwrap();
    assert_eq!(closing.0.since, Some(began));
    assert_eq!((&closing.0.administrator_id, &closing.1), (&Some(stage.ada.record.id.clone()), &None));
    // Beyond the last limit of the address it is about no account.
    let elsewhere = stage.refusals(&root).await;
    assert_eq!(elsewhere.len(), 2);
    assert_eq!(counts(&elsewhere), [("too-many-requests".to_owned(), 500 - ADDRESS_MOST)].into());
    assert!(
        elsewhere.iter().all(|(refused, _)| refused.administrator_id.is_none() && refused.email.is_none())
    );
    stage.sweep().await;
    assert_eq!(stage.refusals(&home(&stage).id).await.len(), 4, "told once");
}

#[tokio::test]
async fn each_hour_is_told_of_by_itself_and_a_single_refusal_once() {
    let (stage, _) = stage().await;
    for tries in [3, 1] {
        for _ in 0..tries {
            assert_eq!(stage.sign_in_from(HERE, WRONG, json!({})).await.status, 401);
        }
        stage.world.advance(Duration::from_secs(60 * 60));
    }
    stage.world.advance(Duration::from_secs(2 * 60 * 60));
    stage.sweep().await;
    let told: Vec<_> =
        stage.refusals(&home(&stage).id).await.into_iter().map(|(refused, _)| refused.count).collect();
    assert_eq!(told.iter().filter(|count| count.is_none()).count(), 2);
    assert_eq!(told.iter().flatten().collect::<Vec<_>>(), [&3]);
    let left = stage.world.memory.dump().into_keys().filter(|key| key.contains("/u/")).count();
    assert_eq!(left, 0, "no counter is left");
}

#[tokio::test]
async fn reasons_are_told_apart_because_one_may_mean_that_the_password_is_known() {
    let (stage, _) = stage().await;
    stage.set_up_totp().await;
    assert_eq!(stage.sign_in_from(HERE, WRONG, json!({})).await.status, 401);
    assert_eq!(stage.sign_in(json!({ "totp": "000000" })).await.code(), "totp-wrong");
    let refusals = stage.refusals(&home(&stage).id).await;
    let reasons: Vec<_> = refusals.iter().map(|(refused, _)| refused.why.as_str()).collect();
    assert_eq!(reasons, ["totp-wrong", "wrong-credentials"]);
}

#[tokio::test]
async fn where_no_account_is_known_the_address_is_the_subject_and_many_addresses_share_an_entry() {
    let (stage, root) = stage().await;
    for (email, address) in
        [("a@nobody.example", HERE), ("b@nobody.example", HERE), ("a@nobody.example", "192.0.2.9")]
    {
        assert_eq!(stage.guess_as(email, address).await, 401);
    }
    let own = stage.refusals(&root).await;
    let addresses: Vec<_> = own.iter().map(|(_, address)| address.as_deref()).collect();
    assert_eq!(addresses, [Some("192.0.2.9"), Some(HERE)]);
    assert_eq!(own[1].0.email.as_ref().map(|email| email.as_str()), Some("a@nobody.example"));

    for _ in 2..OF_THEIR_OWN.most {
        stage.world.journal.count_try(&OF_THEIR_OWN, &["address"]).await.unwrap();
    }
    for place in 0..7 {
        stage.world.advance(Duration::from_secs(1));
        assert_eq!(stage.guess_as("a@nobody.example", &format!("198.51.100.{place}")).await, 401);
    }
    assert_eq!(stage.guess_as("c@nobody.example", HERE).await, 401, "counted where it was before");
    let all = stage.refusals(&root).await;
    assert_eq!(all.len(), 3);
    assert_eq!((&all[0].0.email, &all[0].1), (&None, &None));
    stage.world.advance(Duration::from_secs(2 * 60 * 60));
    stage.sweep().await;
    let mut told: Vec<_> =
        stage.refusals(&root).await.iter().filter_map(|(refused, _)| refused.count).collect();
    told.sort_unstable();
    assert_eq!(told, [3, 7]);
}

#[tokio::test]
async fn once_an_address_is_blocked_its_tries_write_nothing_new() {
    let (stage, _) = stage().await;
    let here = crate::attempts::place(HERE.parse().unwrap());
    for _ in 0..ADDRESS_MOST {
        stage.world.journal.count_try(&ADDRESS, &[&here]).await.unwrap();
    }
    assert_eq!(stage.guess_as("nobody@nobody.example", HERE).await, 429);
    let before = stage.world.memory.dump().len();
    for number in 0..9 {
        assert_eq!(stage.guess_as(&format!("n{number}@nobody.example"), HERE).await, 429);
        assert_eq!(stage.sign_in_from(HERE, WRONG, json!({})).await.status, 429);
    }
    assert_eq!(stage.world.memory.dump().len(), before);
}

#[tokio::test]
async fn what_is_refused_within_a_session_is_counted_like_sign_ins_for_each_session_and_reason() {
    let (stage, _) = stage().await;
    stage.world.advance(Duration::from_secs(1));
    let mut statuses = BTreeMap::new();
    for _ in 0..40 {
        let status = stage.gives_a_wrong_password(&stage.ada.token).await.status;
        *statuses.entry(status).or_insert(0_u64) += 1;
    }
    assert_eq!(statuses, [(403, 10), (429, 30)].into());
    stage.world.advance(Duration::from_secs(1));
    let other = stage.sign_in(json!({})).await.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(stage.gives_a_wrong_password(&other).await.status, 403);
    let at_once = stage.proofs_refused().await;
    let reasons: Vec<_> = at_once.iter().map(|refused| (refused.why.as_str(), refused.count)).collect();
    let expected = [("wrong-password", None), ("too-many-requests", None), ("wrong-password", None)];
    assert_eq!(reasons, expected);
    assert_ne!(at_once[0].session, at_once[2].session);
    assert!(at_once.iter().all(|refused| refused.administrator_id == stage.ada.record.id));

    stage.world.advance(Duration::from_secs(60 * 60 + 11 * 60));
    stage.sweep().await;
    let all = stage.proofs_refused().await;
    let counted = all.iter().filter_map(|refused| Some((refused.why.as_str(), refused.count?)));
    let counted: BTreeMap<&str, u64> = counted.collect();
    assert_eq!(counted, [("too-many-requests", 30), ("wrong-password", 10)].into());
    let ended = all.iter().find(|refused| refused.count == Some(10)).unwrap();
    assert_eq!((&ended.session, ended.since.is_some()), (&at_once[2].session, true));
    assert_eq!(all.len(), 5, "a single one is not told of again");
    stage.sweep().await;
    assert_eq!(stage.proofs_refused().await.len(), 5, "told once");
}

#[tokio::test]
async fn racing_tries_within_a_session_leave_one_entry() {
    let (stage, _) = stage().await;
    stage.world.advance(Duration::from_secs(1));
    let tries = (0..8).map(|_| stage.gives_a_wrong_password(&stage.ada.token));
    let answers = futures::future::join_all(tries).await;
    assert!(answers.iter().all(|answer| answer.status == 403));
    assert_eq!(stage.proofs_refused().await.len(), 1);
}
