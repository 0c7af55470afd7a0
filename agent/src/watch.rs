//! Staying connected: every change of what this computer must enforce is fetched as it happens, and a program is run with it.
//!
//! Two records are compared: what should be in force, by the last check-in and the clock, and what the program has accepted.
//! Their difference is what remains to be done. So nothing is lost when the agent or the computer stops, a failed change is
//! tried again, and one that was overtaken, such as the grant of an approval revoked meanwhile, is never run.

mod change;
mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt};
use jiff::Timestamp;
use tokio::time::Instant;

use crate::first_use::FirstUses;
use crate::{AgentError, CheckIn, Client, State, Told, using};

pub use change::Change;
pub use program::Program;

/// How many programs run at once.
const RUNNING_MAX: usize = 4;
/// The pause after the first failure of a program; each further failure doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause between two attempts of a program.
const LONGEST_PAUSE: Duration = Duration::from_secs(10 * 60);
/// The pause after every attempt of a check-in has failed.
const AFTER_CHECK_IN: Duration = Duration::from_secs(60);
/// How often the first use of a grant, which another process notes, is looked for while there is a grant that awaits it.
const LOOK_FOR_USES: Duration = Duration::from_secs(1);
/// The seconds that the server keeps a check-in waiting.
const WAIT: u8 = 25;

/// What a [`Watcher`] tells of its work.
#[derive(Debug)]
pub enum Event<'a> {
    /// The server sent changes; they are saved.
    News(&'a CheckIn),
    /// A check-in failed and will be tried again.
    Unreachable(&'a AgentError),
    /// The program accepted a change.
    Done(&'a Change),
    /// The program failed and will be run again after a pause.
    Failed { change: &'a Change, reason: &'a str, pause: Duration },
}

/// What runs a program with a change, and says why it failed.
type Run = Box<dyn Fn(Change) -> BoxFuture<'static, Result<(), String>> + Send>;
type Finished = (Change, Result<(), String>);

/// Watches a server on behalf of a computer.
pub struct Watcher {
    client: Client,
    state: State,
    path: PathBuf,
    told: Told,
    now: fn() -> Timestamp,
    run: Option<Run>,
    first_pause: Duration,
    /// Whether the server was asked since the start. Before that, what is known may be old.
    asked: bool,
    running: FuturesUnordered<BoxFuture<'static, Finished>>,
    under_way: BTreeSet<String>,
    failed: BTreeMap<String, Failure>,
}

/// A change whose program failed.
struct Failure {
    change: Change,
    times: u32,
    again: Instant,
}

impl Watcher {
    /// Watches on behalf of the computer with this state, which is kept at `path`. `now` is the clock by which grants end.
    #[must_use]
    pub fn new(client: Client, state: State, path: PathBuf, told: Told, now: fn() -> Timestamp) -> Self {
        Self {
            client,
            state,
            path,
            told,
            now,
            run: None,
            first_pause: FIRST_PAUSE,
            asked: false,
            running: FuturesUnordered::new(),
            under_way: BTreeSet::new(),
            failed: BTreeMap::new(),
        }
    }

    /// Runs a program with each change.
    #[must_use]
    pub fn running(self, program: Program) -> Self {
        self.calling(move |change| {
            let program = program.clone();
            Box::pin(async move { program.run(&change).await })
        })
    }

    /// Calls a function with each change. It is called again, after a pause, when it fails.
    #[must_use]
    pub fn calling(
        mut self,
        run: impl Fn(Change) -> BoxFuture<'static, Result<(), String>> + Send + 'static,
    ) -> Self {
        self.run = Some(Box::new(run));
        self
    }

    /// Starts with everything in force, also with what was accepted before: for another program, or one that has lost what
    /// it did.
    #[must_use]
    pub fn anew(mut self) -> Self {
        change::forget_accepted(&mut self.state.accepted);
        self
    }

    /// The pause after the first failure of a change; each further failure doubles it, up to ten minutes.
    #[must_use]
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// Watches until the server refuses for good, for example because the computer is no longer enrolled. Programs that
    /// run then are waited for.
    ///
    /// # Errors
    /// Always: why it ended.
    pub async fn watch(mut self, mut tell: impl FnMut(Event<'_>)) -> Result<(), AgentError> {
        let mut check_in = self.check_in(Duration::ZERO, None);
        loop {
            self.start()?;
            let next_moment = self.next_moment();
            tokio::select! {
                // What has ended makes room and is noted first.
                biased;
                Some((change, outcome)) = self.running.next(), if !self.running.is_empty() => {
                    self.finished(change, outcome, &mut tell)?;
                }
                answer = &mut check_in => match self.taken(answer, &mut tell) {
                    Ok((pause, wait)) => check_in = self.check_in(pause, wait),
                    Err(error) => {
                        self.finish(&mut tell).await?;
                        return Err(error);
                    }
                },
                () = tokio::time::sleep_until(next_moment) => {}
            }
        }
    }

    fn check_in(&self, pause: Duration, wait: Option<u8>) -> BoxFuture<'static, Result<CheckIn, AgentError>> {
        let (client, told) = (self.client.clone(), self.told.clone());
        let since = self.state.version.clone();
        let (path, computer_id) = (self.path.clone(), self.state.computer_id.clone());
        let uses = using::unreported(&self.state);
        Box::pin(async move {
            tokio::time::sleep(pause).await;
            // First, so that the server does not take away what had to be used and was.
            using::report(&client, &path, &computer_id, uses).await?;
            client.check_in(since.as_deref(), wait, &told).await
        })
    }

    /// Saves the news, and says after which pause and how to check in next.
    fn taken(
        &mut self,
        answer: Result<CheckIn, AgentError>,
        tell: &mut impl FnMut(Event<'_>),
    ) -> Result<(Duration, Option<u8>), AgentError> {
        // Some uses were told with the check-in.
        self.state.first_uses = FirstUses::load(&self.path, &self.state.computer_id)?;
        let news = match answer {
            Ok(news) => news,
            Err(error) if self.state.version.is_some() && error.is_too_old() => {
                self.state.forget_news();
                return Ok((Duration::ZERO, None));
            }
            Err(error) if error.is_passing() => {
                tell(Event::Unreachable(&error));
                self.asked = true;
                return Ok((AFTER_CHECK_IN, None));
            }
            Err(error) => return Err(error),
        };
        if self.state.is_news(&news) {
            tell(Event::News(&news));
            self.state.apply(&news);
            self.state.save(&self.path)?;
        }
        self.asked = true;
        Ok((Duration::ZERO, (!news.more).then_some(WAIT)))
    }

    /// Starts the program for what is to be done now.
    fn start(&mut self) -> Result<(), AgentError> {
        self.state.first_uses = FirstUses::load(&self.path, &self.state.computer_id)?;
        let Some(run) = self.run.as_ref().filter(|_| self.asked) else { return Ok(()) };
        for change in change::due(&self.state, (self.now)()) {
            let key = change.key();
            if self.running.len() >= RUNNING_MAX {
                break;
            }
            if self.under_way.contains(&key) {
                continue;
            }
            match self.failed.get(&key) {
                Some(failure) if failure.change == change && Instant::now() < failure.again => continue,
                Some(failure) if failure.change != change => drop(self.failed.remove(&key)),
                _ => {}
            }
            change.started(&mut self.state.accepted);
            self.state.save(&self.path)?;
            self.under_way.insert(key);
            let outcome = run(change.clone());
            self.running.push(Box::pin(async move { (change, outcome.await) }));
        }
        Ok(())
    }

    fn finished(
        &mut self,
        change: Change,
        outcome: Result<(), String>,
        tell: &mut impl FnMut(Event<'_>),
    ) -> Result<(), AgentError> {
        let key = change.key();
        self.under_way.remove(&key);
        let Err(reason) = outcome else {
            self.failed.remove(&key);
            change.accepted(&mut self.state.accepted);
            self.state.save(&self.path)?;
            tell(Event::Done(&change));
            return Ok(());
        };
        let times = self.failed.get(&key).map_or(0, |failure| failure.times);
        let pause = self.first_pause.saturating_mul(1 << times.min(16)).min(LONGEST_PAUSE);
        tell(Event::Failed { change: &change, reason: &reason, pause });
        let again = Instant::now() + pause;
        self.failed.insert(key, Failure { change, times: times.saturating_add(1), again });
        Ok(())
    }

    async fn finish(&mut self, tell: &mut impl FnMut(Event<'_>)) -> Result<(), AgentError> {
        while let Some((change, outcome)) = self.running.next().await {
            self.finished(change, outcome, tell)?;
        }
        Ok(())
    }

    /// When there may be something to do without any news: a grant ends, or a program is to be run again.
    fn next_moment(&self) -> Instant {
        let now = (self.now)();
        // A day, so that a clock that is set meanwhile is noticed at all.
        let mut pause = Duration::from_secs(24 * 60 * 60);
        if self.run.is_none() {
            return Instant::now() + pause;
        }
        if let Some(end) = change::next_end(&self.state, now) {
            pause = pause.min(end.duration_since(now).try_into().unwrap_or(pause));
        }
        if change::awaits_use(&self.state, now) {
            pause = pause.min(LOOK_FOR_USES);
        }
        // What is due but has no place is started when a program ends.
        let again = self.failed.iter().filter(|(key, _)| !self.under_way.contains(*key));
        let again =
            again.map(|(_, failure)| failure.again).filter(|_| self.running.len() < RUNNING_MAX).min();
        let moment = Instant::now() + pause;
        again.map_or(moment, |again| moment.min(again.max(Instant::now() + Duration::from_millis(1))))
    }
}
