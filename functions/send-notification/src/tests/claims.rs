//! Senders on hosts whose clocks differ or are set back, and senders that die: a message is sent once, and in any case
//! at least once.
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use countersign_http::testing::{CapturedOutbound, World};
use countersign_http::{Outbound, OutboundError, Services};
use countersign_kv::Clock;
use countersign_kv::memory::{Memory, Schedule, TestClock, pause};
use countersign_model::clock::ALLOWED_SKEW;
use countersign_model::{DeliveryState, OrganizationId, Permission};
use countersign_store::Store;
use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use super::Stage;
use crate::sending::send_due;

const MINUTE: Duration = Duration::from_secs(60);
/// What a sender calls between its claim and its message.
const COMPOSER: &str = "compose-message.spin.internal";
const PROVIDER: &str = "api.postmarkapp.com";

/// The clock of one host: ahead of the world's, or behind it.
struct HostClock {
    world: Arc<TestClock>,
    ahead: AtomicI64,
}

impl HostClock {
    fn set_back(&self, by: SignedDuration) {
        self.ahead.fetch_sub(by.as_secs(), Ordering::Relaxed);
    }
}

#[async_trait]
impl Clock for HostClock {
    fn now(&self) -> Timestamp {
        self.world.now() + SignedDuration::from_secs(self.ahead.load(Ordering::Relaxed))
    }

    async fn sleep(&self, duration: Duration) {
        self.world.sleep(duration).await;
    }
}

/// A provider that is slow.
struct Slow(Arc<CapturedOutbound>);

#[async_trait]
impl Outbound for Slow {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, OutboundError> {
        for _ in 0..20 {
            pause().await;
        }
        let answer = self.0.send(request, timeout).await;
        for _ in 0..20 {
            pause().await;
        }
        answer
    }
}

/// An action that happens once, while a sender is half way.
type Meanwhile = Mutex<Option<BoxFuture<'static, ()>>>;

async fn let_happen(meanwhile: &Meanwhile) {
    let happening = meanwhile.lock().unwrap().take();
    if let Some(happening) = happening {
        happening.await;
    }
}

/// A provider with an action before it accepts the first message.
struct Interrupted(Arc<CapturedOutbound>, &'static str, Meanwhile);

#[async_trait]
impl Outbound for Interrupted {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, OutboundError> {
        if request.uri().host() == Some(self.1) {
            let_happen(&self.2).await;
        }
        self.0.send(request, timeout).await
    }
}

/// A host of the stage's deployment.
struct Host {
    services: Services,
    clock: Arc<HostClock>,
}

fn clock(world: &World, ahead: SignedDuration) -> Arc<HostClock> {
    Arc::new(HostClock { world: world.clock.clone(), ahead: AtomicI64::new(ahead.as_secs()) })
}

fn host(stage: &Stage, ahead: SignedDuration, seed: u64) -> Host {
    let world = &stage.world;
    let clock = clock(world, ahead);
    let store = Store::seeded(world.memory.clone(), clock.clone(), seed);
    let outbound = Arc::new(Slow(world.outbound.clone()));
    let services = Services::new(
        store,
        outbound,
        world.settings.clone(),
        world.background.clone(),
        world.store_server.clone(),
    );
    Host { services, clock }
}

/// A stage where this many messages wait to be sent.
async fn waiting(memory: Memory, messages: usize) -> Stage {
    let stage = Stage::over(World::over(memory)).await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let device = stage.world.computer(&stage.group);
    for number in 0..messages {
        stage.submit(&device, stage.new_request_for(number)).await;
    }
    stage.plan().await;
    stage
}

/// Both hosts send at once, in the order of a seed; `each_step` may move clocks. What both could not finish is sent
/// later.
async fn send_at_once(stage: &Stage, hosts: [&Host; 2], seed: u64, each_step: impl FnMut()) {
    let mut each_step = each_step;
    stage.world.memory.interleave(true);
    let senders = hosts.map(|host| send_due(&host.services, &stage.company.id, None).map(drop).boxed());
    let schedule = Schedule::new(seed).stalls(4).each_step(|random| {
        stage.world.advance(Duration::from_millis(random.below(20)));
        each_step();
    });
    schedule.run(senders.into());
    stage.world.memory.interleave(false);
    send_until_done(stage, hosts[0]).await;
}

/// Sends what is due, whatever the result.
async fn send_due_soon(services: Services, company: OrganizationId) {
    send_due(&services, &company, None).await.unwrap();
}

/// One host continues to send, minute by minute. Returns after how many minutes everything was settled.
async fn send_until_done(stage: &Stage, host: &Host) -> usize {
    for minute in 0..120 {
        send_due(&host.services, &stage.company.id, None).await.unwrap();
        let all = stage.deliveries().await;
        if all.iter().all(|delivery| delivery.state == DeliveryState::Sent) {
            return minute;
        }
        stage.world.advance(MINUTE);
    }
    panic!("something is never sent: {:?}", stage.states().await)
}

/// How often each message was handed to the provider.
fn sent(stage: &Stage) -> Vec<usize> {
    let mut times = std::collections::BTreeMap::new();
    for (_, text) in stage.messages() {
        *times.entry(text).or_insert(0) += 1;
    }
    times.into_values().collect()
}

#[tokio::test]
async fn hosts_whose_clocks_differ_send_each_message_once() {
    for like in Memory::ALL {
        for ahead in [SignedDuration::from_secs(45), ALLOWED_SKEW] {
            for seed in 0..6 {
                let stage = waiting(Memory::new(like), 3).await;
                let (one, two) = (host(&stage, SignedDuration::ZERO, 21), host(&stage, ahead, 22));
                send_at_once(&stage, [&one, &two], seed, || ()).await;
                assert_eq!(sent(&stage), [1, 1, 1], "{like:?}, {ahead} ahead, order {seed}");
            }
        }
    }
}

#[tokio::test]
async fn a_clock_set_back_an_hour_at_any_moment_leads_to_no_second_message_and_loses_none() {
    for like in Memory::ALL {
        for moment in (0..600).step_by(40) {
            let stage = waiting(Memory::new(like), 2).await;
            let (one, two) = (host(&stage, SignedDuration::ZERO, 21), host(&stage, ALLOWED_SKEW, 22));
            let mut step = 0;
            send_at_once(&stage, [&one, &two], moment, || {
                step += 1;
                if step == moment {
                    one.clock.set_back(SignedDuration::from_hours(1));
                    two.clock.set_back(SignedDuration::from_hours(1));
                }
            })
            .await;
            assert_eq!(sent(&stage), [1, 1], "{like:?}, set back at step {moment}");
        }
    }
}

#[tokio::test]
async fn a_clock_set_back_while_the_provider_is_asked_leads_to_no_second_message() {
    let stage = waiting(Memory::ideal(), 1).await;
    let (one, two) = (host(&stage, SignedDuration::ZERO, 21), host(&stage, SignedDuration::ZERO, 22));
    let (services, company) = (two.services.clone(), stage.company.id.clone());
    two.clock.set_back(SignedDuration::from_hours(1));
    let meanwhile = send_due_soon(services, company);
    let outbound = Interrupted(stage.world.outbound.clone(), PROVIDER, Mutex::new(Some(meanwhile.boxed())));
    let services = Services { outbound: Arc::new(outbound), ..one.services.clone() };
    send_due(&services, &stage.company.id, None).await.unwrap();
    send_until_done(&stage, &two).await;
    assert_eq!(sent(&stage), [1]);
}

#[tokio::test]
async fn a_sender_that_stalled_for_longer_than_its_claim_lasts_sends_nothing() {
    let stage = waiting(Memory::ideal(), 1).await;
    let (one, two) = (host(&stage, SignedDuration::ZERO, 21), host(&stage, SignedDuration::ZERO, 22));
    let (services, company) = (two.services.clone(), stage.company.id.clone());
    let world_clock = stage.world.clock.clone();
    let meanwhile = async move {
        world_clock.advance(6 * MINUTE);
        let sent = send_due(&services, &company, None).await.unwrap();
        assert_eq!(sent.sent, 1, "the claim is taken over");
    };
    let outbound = Interrupted(stage.world.outbound.clone(), COMPOSER, Mutex::new(Some(meanwhile.boxed())));
    let services = Services { outbound: Arc::new(outbound), ..one.services.clone() };
    let stalled = send_due(&services, &stage.company.id, None).await.unwrap();
    assert_eq!(stalled.sent, 0);
    assert_eq!(sent(&stage), [1]);
}

#[tokio::test]
async fn a_message_that_waits_is_sent_at_once_by_a_clock_set_back_since() {
    let stage = waiting(Memory::ideal(), 1).await;
    let late = host(&stage, SignedDuration::from_hours(-1), 21);
    assert_eq!(send_until_done(&stage, &late).await, 0);
    assert_eq!(sent(&stage), [1]);
}

/// Kills a sender at a write; another one, whose clock is ahead by this much, sends what is left. Returns whether the
/// first was killed.
async fn kill_at(nth: usize, like: countersign_kv::memory::Like, after: bool, ahead: SignedDuration) -> bool {
    let case = format!("{like:?}, killed at write {nth}, after it: {after}, {ahead} ahead");
    let stage = waiting(Memory::new(like), 2).await;
    let (first, second) = (host(&stage, SignedDuration::ZERO, 21), host(&stage, ahead, 22));
    stage.world.memory.stop_at_write(nth, after);
    let _ = send_due(&first.services, &stage.company.id, None).await;
    let killed = stage.world.memory.resume();
    let before = stage.messages().len();
    let minutes = send_until_done(&stage, &second).await;
    let total = before + stage.messages().len();
    assert!(total >= 2, "{case}: {total} of 2 messages");
    // A sender that dies between the provider's answer and saving it leaves a message that is sent again: one for each
    // of those under way.
    assert!(total <= 2 + before, "{case}: {total} messages, {before} of them before");
    assert!(minutes <= 12, "{case}: {minutes} minutes later");
    killed
}

#[tokio::test]
async fn whatever_write_a_sender_dies_at_another_sends_its_messages_within_minutes() {
    for like in Memory::ALL {
        let behind = SignedDuration::ZERO - ALLOWED_SKEW;
        for ahead in [SignedDuration::ZERO, ALLOWED_SKEW, behind, SignedDuration::from_hours(-1)] {
            for after in [false, true] {
                let mut nth = 1;
                while kill_at(nth, like, after, ahead).await {
                    nth += 1;
                    assert!(nth < 60, "sending has an end");
                }
                assert!(nth > 6, "the kills cover all of sending: {nth}");
            }
        }
    }
}

#[tokio::test]
async fn a_message_is_not_sent_twice_by_two_who_send_at_once() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let device = stage.world.computer(&stage.group);
    for number in 0..5 {
        stage.submit(&device, stage.new_request_for(number)).await;
    }
    stage.plan().await;
    stage.world.memory.interleave(true);
    let services = stage.world.services();
    let senders = (0..4).map(|_| send_due(&services, &stage.company.id, None));
    let all = futures::future::try_join_all(senders).await.unwrap();
    stage.world.memory.interleave(false);
    assert_eq!(all.iter().map(|each| each.sent).sum::<usize>(), 5);
    assert_eq!(stage.told().len(), 5);
}
