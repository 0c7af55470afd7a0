//! A storm: thousands of requests in a minute. Every recipient hears of each request once, within the limits and the rules of digests.
//!
//! `COUNTERSIGN_STORM=full cargo test --profile measure -p plan-deliveries --lib storm -- --nocapture` runs it with 10,000 requests from 200
//! computers to 50 recipients and prints what was sent.
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use countersign_model::{
    Administrator, Channel, DeliveryState, NotificationSettings, Permission, QuietHours, RequestId,
};

use super::Stage;
use super::digests::{EMAILS, PERIOD, TEXTS, log, told_of};

/// The requests that a digest lists, and the computers that it names.
const LISTED: usize = 1_000;
const COMPUTERS: usize = 20;
/// The quiet hours of some recipients end so long after the stage begins, at noon UTC.
const QUIET: Duration = Duration::from_secs(2 * 60 * 60);
/// Requests that are made before the company is processed again.
const TURN: usize = 200;

/// How much comes in one minute, and to how many. Of ten recipients, two get text messages, too, and one has quiet hours.
struct Storm {
    requests: usize,
    computers: usize,
    recipients: usize,
}

impl Storm {
    fn texted(&self) -> usize {
        self.recipients / 5
    }

    fn asleep(&self) -> usize {
        self.recipients / 10
    }

    fn awake(&self) -> usize {
        self.recipients - self.asleep()
    }

    fn recipient(number: usize, new: Administrator) -> Administrator {
        match number % 10 {
            0 | 1 => Administrator {
                channels: vec![Channel::Email, Channel::Sms],
                phone: Some(format!("+15550{number:04}").parse().unwrap()),
                ..new
            },
            2 => {
                let quiet_hours = QuietHours { from: "11:00".parse().unwrap(), to: "14:00".parse().unwrap() };
                let notifications = NotificationSettings {
                    quiet_hours: Some(quiet_hours),
                    ..NotificationSettings::default()
                };
                Administrator { notifications, ..new }
            }
            _ => new,
        }
    }

    /// Makes the requests. Returns their ids.
    async fn breaks(&self, stage: &Stage) -> BTreeSet<RequestId> {
        for number in 0..self.recipients {
            stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], |new| {
                Self::recipient(number, new)
            });
        }
        let devices: Vec<_> = (0..self.computers).map(|_| stage.world.computer(&stage.group)).collect();
        let pause = Duration::from_secs(60) / u32::try_from(self.requests).unwrap();
        let mut asked = BTreeSet::new();
        for number in 0..self.requests {
            let device = &devices[number % devices.len()];
            asked.insert(stage.submit(device, stage.new_request_for(number)).await.id);
            stage.world.advance(pause);
            if number % TURN == TURN - 1 {
                stage.process_company().await;
            }
        }
        asked
    }

    /// What goes out at once: as many messages to each address as go one by one.
    fn sends_at_once(&self, told: &[String]) {
        let mut to: BTreeMap<&str, usize> = BTreeMap::new();
        for each in told {
            *to.entry(each).or_default() += 1;
        }
        assert_eq!(to.len(), self.awake() + self.texted());
        for (address, number) in to {
            assert_eq!(number, if address.starts_with('+') { TEXTS } else { EMAILS }, "{address}");
        }
    }

    /// The digests of the emails say how much there is.
    fn says(&self, messages: &[(String, String)], gathered: usize) {
        let parts = [
            format!("{gathered} requests wait for a decision"),
            format!("Not listed: {}", gathered - LISTED),
            format!("Other computers: {}", self.computers - COMPUTERS),
        ];
        for (to, text) in messages.iter().filter(|(to, _)| !to.starts_with('+')) {
            assert!(parts.iter().all(|part| text.contains(part)), "{to}: {parts:?}: {text}");
        }
    }

    async fn passes(&self) {
        let stage = Stage::new().await;
        let before = stage.world.memory.counts();
        let asked = self.breaks(&stage).await;
        stage.tick().await;
        self.sends_at_once(&stage.told());
        stage.world.advance(PERIOD);
        stage.tick().await;
        let digests = stage.messages();
        assert_eq!(digests.len(), self.awake() + self.texted(), "one digest to each address");
        self.says(&digests, self.requests - EMAILS);
        stage.world.advance(QUIET);
        stage.tick().await;
        let mornings = stage.messages();
        assert_eq!(mornings.len(), self.asleep(), "one digest when quiet hours end");
        self.says(&mornings, self.requests);

        let told = told_of(&stage).await;
        assert_eq!(told.len(), self.recipients + self.texted());
        for (to, (requests, more)) in told {
            let once: BTreeSet<_> = requests.iter().cloned().collect();
            assert_eq!(once.len(), requests.len(), "{to}: nothing twice");
            assert!(once.is_subset(&asked));
            assert_eq!(once.len() as u64 + more, self.requests as u64, "{to}: nothing lost");
        }
        stage.world.advance(PERIOD);
        stage.tick().await;
        assert_eq!(stage.told(), Vec::<String>::new());
        let after = stage.world.memory.counts();
        println!("operations: {} reads, {} writes", after.reads - before.reads, after.writes - before.writes);
        self.prints(&stage).await;
    }

    /// How many deliveries there are, by channel, by what they are and by what became of them.
    async fn prints(&self, stage: &Stage) {
        let mut all: BTreeMap<_, usize> = BTreeMap::new();
        for each in log(stage).await {
            let why = each.last_answer.filter(|_| each.state != DeliveryState::Sent).unwrap_or_default();
            *all.entry((each.channel, each.notice.name(), each.state, why)).or_default() += 1;
        }
        for ((channel, what, state, why), number) in all {
            println!("{number} {channel} {} {state} {why}", what.id());
        }
    }
}

#[tokio::test]
async fn a_storm_reaches_everybody_within_the_limits_and_nothing_is_lost_or_told_twice() {
    let storm = match std::env::var_os("COUNTERSIGN_STORM").is_some_and(|size| size == "full") {
        true => Storm { requests: 10_000, computers: 200, recipients: 50 },
        false => Storm { requests: 2_000, computers: 40, recipients: 10 },
    };
    storm.passes().await;
}
