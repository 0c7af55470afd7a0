//! When an instance takes another request and when it is terminated: the callbacks of wasmtime's `ProxyHandler`.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::sync::{AcquireError, Notify, OwnedSemaphorePermit, watch};
use wasmtime::component::GuestTaskId;
use wasmtime::{Store, StoreContextMut};
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
};

use super::Engine;
use super::precompiled::Precompiled;
use super::state::{ComponentContext, InstanceState};
use crate::activity::Activity;
use crate::app::Limits;
use crate::outbound::send::Outbound;
use crate::places::Places;

/// The requests that one instance serves at once, as on Spin.
pub(crate) const AT_ONCE: usize = 16;
/// The requests that one instance serves in its lifetime, as on Spin.
const IN_TURN: usize = 128;
/// How long a request waits for an instance when the maximum number of instances is running.
pub(crate) const PLACE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a starting instance waits for a place before its request is handed in again.
const PLACE_WAIT: Duration = Duration::from_millis(100);
/// How long after its requests are overdue a guest that does not yield is terminated.
const GRACE: Duration = Duration::from_secs(2);

/// An instance found no place in time. Its request may still find room in one that is running.
#[derive(Debug, thiserror::Error)]
#[error("all instances are taken")]
pub(crate) struct NoPlace;

/// Creates instances of one component.
pub(crate) struct ComponentHandler {
    pub(crate) engine: &'static Engine,
    pub(crate) component: Arc<Precompiled>,
    pub(crate) context: Arc<ComponentContext>,
    pub(crate) outbound: Outbound,
    pub(crate) limits: Limits,
    pub(crate) live: Arc<LiveInstances>,
    pub(crate) places: Arc<Places>,
    pub(crate) stopping: watch::Receiver<bool>,
}

/// The number of instances, to wait for their end.
#[derive(Debug, Default)]
pub(crate) struct LiveInstances {
    count: AtomicUsize,
    changed: Notify,
}

/// The requests of one instance that are being answered or streamed.
type Requests = Arc<Mutex<Vec<Weak<Activity>>>>;

impl HandlerState for ComponentHandler {
    type StoreData = InstanceState;
    type WorkerExpiration = Expiration;
    type WorkerState = Worker;

    async fn instantiate(&self) -> wasmtime::Result<Instance<InstanceState, Expiration, Worker>> {
        let component = self.component.get().await.map_err(|error| wasmtime::format_err!("{error:#}"))?;
        // The component's share first: otherwise those who wait for theirs would hold the engine's places.
        let places = async {
            let own = self.places.take(&self.context.id).await?;
            Ok::<_, AcquireError>((own, self.engine.place().await?))
        };
        let places = tokio::time::timeout(PLACE_WAIT, places).await.map_err(|_| NoPlace)??;
        let mut store = self.engine.store(InstanceState::new(self.context.clone(), self.outbound.clone()));
        let begin = component.instantiate_async(&mut store);
        let begun = tokio::time::timeout(self.limits.request_timeout, begin).await;
        let proxy = begun.map_err(|_| wasmtime::format_err!("it did not start in time"))??;
        let requests = Requests::default();
        self.live.add();
        Ok(Instance {
            store,
            proxy,
            view: InstanceState::http,
            expiration: Expiration {
                limits: self.limits,
                requests: requests.clone(),
                sleep: Box::pin(tokio::time::sleep(self.limits.request_timeout)),
                stopping: Box::pin(stopped(self.stopping.clone())),
                is_stopping: false,
            },
            state: Worker {
                component: self.context.id.clone(),
                requests,
                live: self.live.clone(),
                _places: places,
            },
        })
    }
}

async fn stopped(mut stopping: watch::Receiver<bool>) {
    // An error means that the application is gone, which also means stopping.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

/// When a worker ends.
pub(crate) struct Expiration {
    limits: Limits,
    requests: Requests,
    sleep: Pin<Box<tokio::time::Sleep>>,
    stopping: Pin<Box<dyn Future<Output = ()> + Send + Sync>>,
    is_stopping: bool,
}

impl Expiration {
    fn deadline(&self, status: WorkerStatus, since: Instant) -> Instant {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.retain(|request| request.strong_count() > 0);
        let live = requests.iter().filter_map(Weak::upgrade);
        match status {
            WorkerStatus::Idle => since + self.limits.idle_timeout,
            WorkerStatus::Requests => {
                live.map(|request| request.deadline()).max().unwrap_or(since + self.limits.request_timeout)
                    + GRACE
            }
            // A response that is still streamed keeps the instance, as long as its client reads it.
            WorkerStatus::PostReturn => {
                let streams = live.map(|request| request.silent_until()).max();
                let background = since + self.limits.background_timeout;
                streams.map_or(background, |streams| streams.max(background))
            }
        }
    }
}

impl WorkerExpiration for Expiration {
    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        status: WorkerStatus,
        since: Instant,
    ) -> Poll<()> {
        let this = &mut *self;
        if !this.is_stopping {
            this.is_stopping = this.stopping.as_mut().poll(cx).is_ready();
        }
        if this.is_stopping && status == WorkerStatus::Idle {
            return Poll::Ready(());
        }
        let deadline = this.deadline(status, since).into();
        if deadline != this.sleep.deadline() {
            this.sleep.as_mut().reset(deadline);
        }
        this.sleep.as_mut().poll(cx)
    }
}

/// One running instance.
pub(crate) struct Worker {
    component: String,
    requests: Requests,
    live: Arc<LiveInstances>,
    _places: (OwnedSemaphorePermit, OwnedSemaphorePermit),
}

impl WorkerState for Worker {
    type StoreData = InstanceState;
    type RequestData = Arc<Activity>;

    fn should_accept_request(&self, at_once: usize, in_turn: usize) -> ShouldAccept {
        match (at_once, in_turn) {
            (_, IN_TURN..) => ShouldAccept::Never,
            (AT_ONCE.., _) => ShouldAccept::No,
            _ => ShouldAccept::Yes,
        }
    }

    fn on_request_start(
        &self,
        mut store: StoreContextMut<'_, InstanceState>,
        activity: Arc<Activity>,
        task: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + Sync>> {
        store.data_mut().begins(task, &activity);
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&activity));
        // Never ends: the dispatcher gives up requests. If this ended, the instance would take no more requests while
        // it still waits for the queue, and the next request could be announced to this instance only.
        Box::pin(async move {
            let _until_answered = activity;
            std::future::pending().await
        })
    }

    fn drop(&self, store: Store<InstanceState>, result: Result<(), wasmtime::Error>) {
        if let Err(error) = result {
            tracing::error!("an instance of `{}` ended: {}", self.component, in_one_line(&error));
        }
        drop(store);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.live.remove();
    }
}

impl LiveInstances {
    fn add(&self) {
        self.count.fetch_add(1, Ordering::AcqRel);
    }

    fn remove(&self) {
        self.count.fetch_sub(1, Ordering::AcqRel);
        self.changed.notify_waiters();
    }

    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Acquire)
    }

    /// Waits until there is no instance.
    pub(crate) async fn none(&self) {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            if self.count() == 0 {
                return;
            }
            changed.await;
        }
    }
}

/// An error and its causes on one line; a trap comes with a backtrace of many lines.
pub(crate) fn in_one_line(error: &wasmtime::Error) -> String {
    format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ")
}
