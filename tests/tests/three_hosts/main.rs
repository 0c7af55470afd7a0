//! Three hosts over one Redis, with clocks two minutes apart. Agents and administrators act at random while a host is
//! killed and started again every few seconds, and Redis once. Afterwards everything that was acknowledged is there.
//!
//! Short in `cargo test`. The long form, with 64 agents and 16 administrators for two minutes and a seed of its own:
//! `FLEET_SECONDS=120 FLEET_SEED=7 cargo test --test three_hosts -- --nocapture`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

mod checks;
mod fleet;

use std::collections::BTreeMap;
use std::time::Duration;

use countersign_host::harness::redis::{RedisServer, is_installed};
use countersign_host::harness::{ChildHost, Options};
use jiff::SignedDuration;
use tokio::time::{Instant, sleep};

use crate::fleet::Fleet;

/// How far the clock of each host is ahead of that of the first.
const AHEAD: [SignedDuration; 2] = [SignedDuration::from_secs(120), SignedDuration::from_secs(-120)];

/// The size of a run.
struct Plan {
    seed: u64,
    lasts: Duration,
    agents: usize,
    administrators: usize,
    /// A host is killed this often.
    kill_every: Duration,
}

impl Plan {
    fn from_environment() -> Self {
        let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect(name));
        let seed = number("FLEET_SEED").unwrap_or(1);
        match number("FLEET_SECONDS") {
            Some(seconds) => Self {
                seed,
                lasts: Duration::from_secs(seconds),
                agents: 64,
                administrators: 16,
                kill_every: Duration::from_secs(10),
            },
            None => Self {
                seed,
                lasts: Duration::from_secs(15),
                agents: 16,
                administrators: 4,
                kill_every: Duration::from_secs(4),
            },
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_three_hosts_acknowledged_is_there_although_they_and_redis_are_killed() {
    if !is_installed().unwrap() {
        return;
    }
    let plan = Plan::from_environment();
    let server = RedisServer::start().await.unwrap();
    let mut hosts = hosts(&server).await;
    let fleet = Fleet::enrolled(&hosts, &plan).await;
    let (began, mut choice) = (Instant::now(), fastrand::Rng::with_seed(plan.seed));
    let work = tokio::spawn({
        let fleet = fleet.clone();
        async move { fleet.work(began + plan.lasts).await }
    });
    let (mut kills, mut redis_killed) = (0, false);
    while began.elapsed() + plan.kill_every < plan.lasts {
        sleep(plan.kill_every).await;
        let host = choice.usize(..hosts.len());
        hosts[host].kill().await.unwrap();
        hosts[host].revive(None).await.unwrap();
        kills += 1;
        if !redis_killed && began.elapsed() * 2 > plan.lasts {
            server.restart().await.unwrap();
            redis_killed = true;
        }
    }
    let done = work.await.unwrap();
    assert!(
        redis_killed && kills > 1 && !done.decisions.is_empty(),
        "the run was too short to show anything"
    );
    settle(&mut hosts, plan.lasts).await;
    println!(
        "seed {}: {} requests asked for by {} users, {} decisions acknowledged, {} refused, {kills} hosts and Redis killed",
        plan.seed,
        done.requests().len(),
        done.asked.len(),
        done.decisions.len(),
        done.refused
    );
    checks::everything(&fleet, &done, &hosts[0], kills).await;
}

async fn hosts(server: &RedisServer) -> Vec<ChildHost> {
    // Every computer here asks more in a minute than one does in a day.
    let variables = BTreeMap::from([("computer_limits".to_owned(), "off".to_owned())]);
    let options = Options { tick: true, variables, ..Options::default() };
    let first = ChildHost::start_over(server, options).await.unwrap();
    let mut all = Vec::new();
    for ahead in AHEAD {
        all.push(first.beside(ahead).await.unwrap());
    }
    all.insert(0, first);
    all
}

/// Longer than anything that a dead host held is held: leases, claims, gaps in a journal.
const HELD: Duration = Duration::from_secs(15 * 60);

/// Lets every host finish, later. What was asked in so much time may wait for several times as much.
async fn settle(hosts: &mut [ChildHost], lasted: Duration) {
    for host in hosts.iter_mut() {
        host.kill().await.unwrap();
        host.advance(HELD);
    }
    for host in hosts.iter_mut() {
        host.revive(None).await.unwrap();
    }
    for host in hosts {
        host.settle_within(4 * lasted).await.unwrap();
    }
}
