//! What agents and administrators do, and what they were told.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use countersign_host::harness::ChildHost;
use countersign_tests::{Answer, Api, Call, Deployment, sha256};
use fastrand::Rng;
use futures::future::join_all;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::Plan;

/// How many programs the computers ask for, each of them once: few, so that many computers ask for the same, and that no
/// computer causes more messages than it may in a day.
const PROGRAMS: usize = 90;
/// An acknowledgement is waited for through the restart of a host.
const TRIES: usize = 100;
const PAUSE: Duration = Duration::from_millis(200);

/// The deployment and everybody who acts on it.
#[derive(Clone)]
pub struct Fleet {
    pub world: Deployment,
    /// One for each host.
    apis: Vec<Api>,
    /// Tokens of computers.
    pub computers: Arc<Vec<String>>,
    /// Tokens of administrators.
    administrators: Arc<Vec<String>>,
    seed: u64,
}

/// A user's request that was acknowledged.
#[derive(Debug, Clone)]
pub struct Asked {
    pub request: String,
    pub username: String,
    pub email: String,
}

/// A decision that was acknowledged.
#[derive(Debug, Clone)]
pub struct Decided {
    pub request: String,
    pub outcome: String,
    pub administrator: String,
}

/// Everything that was acknowledged.
#[derive(Debug, Default)]
pub struct Done {
    pub asked: Vec<Asked>,
    pub decisions: Vec<Decided>,
    /// Requests whose approval was revoked.
    pub revoked: BTreeSet<String>,
    /// Decisions that somebody else had made before, or that did not apply any more.
    pub refused: usize,
}

impl Done {
    pub fn requests(&self) -> BTreeSet<&str> {
        self.asked.iter().map(|asked| asked.request.as_str()).collect()
    }

    fn add(&mut self, other: Self) {
        self.asked.extend(other.asked);
        self.decisions.extend(other.decisions);
        self.revoked.extend(other.revoked);
        self.refused += other.refused;
    }
}

impl Fleet {
    /// Sets the deployment up on the first host.
    pub async fn enrolled(hosts: &[ChildHost], plan: &Plan) -> Self {
        let world = Deployment::on(&hosts[0]).await;
        let mut computers = Vec::new();
        for number in 0..plan.agents {
            computers.push(world.another_computer(&format!("pc-{}", number + 2)).await.1);
        }
        let mut administrators = Vec::new();
        for number in 0..plan.administrators {
            let scope =
                ["approve-for-entire-organization", "approve-for-group", "approve-for-single-computer"];
            let email = format!("admin-{number}@company.example");
            let given = [scope[number % scope.len()]];
            administrators.push(world.administrator(&hosts[0], &email, &world.company, &given).await.1);
        }
        hosts[0].providers.email.clear();
        let apis = hosts.iter().map(|host| Api::new(host.url(""))).collect();
        let (computers, administrators) = (Arc::new(computers), Arc::new(administrators));
        Self { world, apis, computers, administrators, seed: plan.seed }
    }

    /// Everybody acts until a time.
    pub async fn work(&self, until: Instant) -> Done {
        let computers = self.computers.iter().enumerate();
        let agents =
            computers.map(|(place, token)| tokio::spawn(self.clone().agent(place, token.clone(), until)));
        let tokens = self.administrators.iter().enumerate();
        let others = tokens
            .map(|(place, token)| tokio::spawn(self.clone().administrator(place, token.clone(), until)));
        let all: Vec<_> = agents.chain(others).collect();
        let mut done = Done::default();
        for each in join_all(all).await {
            done.add(each.expect("nobody panics"));
        }
        done
    }

    /// Makes a call at one host after the other until one answers what is not a failure. The server may have carried out
    /// what it could not answer; the same `Idempotency-Key` makes that one call.
    async fn insist(&self, random: &mut Rng, call: impl Fn(&Api) -> Call) -> Answer {
        for _ in 0..TRIES {
            let api = &self.apis[random.usize(..self.apis.len())];
            match call(api).try_send().await {
                Some(answer) if answer.status < 500 && answer.status != 429 => return answer,
                _ => sleep(PAUSE).await,
            }
        }
        panic!("nobody answers")
    }

    /// A computer whose users ask, one after the other or for the same, and look what became of it.
    async fn agent(self, place: usize, token: String, until: Instant) -> Done {
        let mut random = Rng::with_seed(self.seed.wrapping_mul(1009).wrapping_add(place as u64));
        let mut programs: Vec<usize> = (0..PROGRAMS).collect();
        random.shuffle(&mut programs);
        let mut done = Done::default();
        while Instant::now() < until {
            let users = if random.bool() { 2 } else { 1 };
            match programs.pop() {
                Some(program) => {
                    for user in 0..users {
                        done.asked.push(self.ask(&mut random, &token, place, program, user).await);
                    }
                }
                None => sleep(PAUSE).await,
            }
            let asked = random.choice(&done.asked).expect("something was asked");
            let path = format!("/agent/v1/requests/{}", asked.request);
            let status = self.insist(&mut random, |api| api.get(&path).bearer(&token)).await.expect(200);
            assert_eq!(status.text_at("/id"), asked.request);
            sleep(Duration::from_millis(random.u64(..1200))).await;
        }
        done
    }

    async fn ask(&self, random: &mut Rng, token: &str, place: usize, program: usize, user: usize) -> Asked {
        let username = format!("user-{user}");
        let email = format!("c{place}-p{program}-u{user}@company.example");
        let body = json!({
            "kind": "application",
            "policy_id": self.world.policy,
            "subject": { "path": format!("C:\\tools\\{program}.exe"), "sha256": sha256(format!("program {program}").as_bytes()) },
            "requester": { "username": username, "email": email },
            "reason": "I need it",
            "attach": false,
        });
        let key = format!("{email}-{}", random.u64(..));
        let call = |api: &Api| {
            api.post("/agent/v1/requests").bearer(token).header("idempotency-key", &key).json(&body)
        };
        let answer = self.insist(random, call).await;
        assert!([200, 201].contains(&answer.status), "{}", answer.text());
        Asked { request: answer.text_at("/id"), username, email }
    }

    /// An administrator who decides at random what is pending, and revokes now and then.
    async fn administrator(self, place: usize, token: String, until: Instant) -> Done {
        let mut random = Rng::with_seed(self.seed.wrapping_mul(7919).wrapping_add(place as u64));
        let mut done = Done::default();
        let me = self.insist(&mut random, |api| api.get("/v1/session").bearer(&token)).await.expect(200);
        let me = me.text_at("/administrator/id");
        let pending = format!("/v1/requests?status=pending&organization_id={}", self.world.company);
        while Instant::now() < until {
            let page =
                self.insist(&mut random, |api| api.get(&pending).bearer(&token)).await.expect(200).json();
            let rows = page["items"].as_array().expect("a list").clone();
            if let Some(row) = random.choice(rows.iter()) {
                self.decide(&mut random, &token, &me, row, &mut done).await;
            }
            sleep(Duration::from_millis(random.u64(..300))).await;
        }
        done
    }

    async fn decide(&self, random: &mut Rng, token: &str, me: &str, row: &Value, done: &mut Done) {
        let request = row["id"].as_str().expect("an id").to_owned();
        let outcome = *random.choice(&["approved", "approved", "denied", "ignored"]).expect("one");
        let scope = *random.choice(&["computer", "group", "organization"]).expect("one");
        let body = json!({ "outcome": outcome, "scope": scope });
        let answer = self.change(random, token, &format!("/v1/requests/{request}/decision"), &body).await;
        match answer.status {
            200 => {
                let administrator = me.to_owned();
                done.decisions.push(Decided {
                    request: request.clone(),
                    outcome: outcome.to_owned(),
                    administrator,
                });
            }
            403 | 409 => done.refused += 1,
            _ => panic!("{}", answer.text()),
        }
        if answer.status == 200 && outcome == "approved" && random.u8(..10) == 0 {
            let answer =
                self.change(random, token, &format!("/v1/requests/{request}/revocation"), &json!({})).await;
            answer.expect(200);
            done.revoked.insert(request);
        }
    }

    async fn change(&self, random: &mut Rng, token: &str, path: &str, body: &Value) -> Answer {
        let key = format!("key-{}", random.u64(..));
        self.insist(random, |api| api.post(path).bearer(token).header("idempotency-key", &key).json(body))
            .await
    }
}
