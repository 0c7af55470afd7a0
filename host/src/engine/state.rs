//! The state of one instance of a component: its WASI, its outbound calls, its opened stores and its limits.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use wasmtime::component::{GuestTaskId, ResourceTable};
use wasmtime::{StoreLimits, StoreLimitsBuilder};
use wasmtime_wasi::{HostWallClock, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use super::guest_log::{GuestLog, Stream};
use crate::activity::Activity;
use crate::clock::HostClock;
use crate::faults::Faults;
use crate::kv::{Counters, Stores, UnderWay};
use crate::metrics::Metrics;
use crate::outbound::send::Outbound;
use crate::traces::{Span, Traces};

/// The state that all instances of one component share.
pub(crate) struct ComponentContext {
    pub(crate) id: String,
    /// The labels of stores that it may open.
    pub(crate) key_value_stores: Vec<String>,
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) stores: Stores,
    /// Shared by all components of the application.
    pub(crate) under_way: UnderWay,
    pub(crate) counters: Arc<Counters>,
    pub(crate) metrics: Arc<Metrics>,
    /// Where spans of key-value operations go.
    pub(crate) traces: Option<Traces>,
    pub(crate) faults: Arc<Faults>,
    pub(crate) clock: HostClock,
    pub(crate) max_memory: usize,
}

pub(crate) struct InstanceState {
    pub(crate) component: Arc<ComponentContext>,
    pub(crate) table: ResourceTable,
    pub(crate) limits: StoreLimits,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
    /// The requests that are answered, by the tasks that do it; only while key-value operations have spans.
    tasks: Vec<(GuestTaskId, Weak<Activity>)>,
}

impl InstanceState {
    pub(crate) fn new(component: Arc<ComponentContext>, outbound: Outbound) -> Self {
        let wasi = WasiCtx::builder()
            .stdout(GuestLog::new(&component.id, Stream::Out))
            .stderr(GuestLog::new(&component.id, Stream::Err))
            .wall_clock(CountedClock(component.clone()))
            .build();
        let limits = StoreLimitsBuilder::new().memory_size(component.max_memory).build();
        Self {
            component,
            table: ResourceTable::new(),
            limits,
            wasi,
            http: WasiHttpCtx::new(),
            outbound,
            tasks: Vec::new(),
        }
    }
}

/// The host's clock as one component reads it.
struct CountedClock(Arc<ComponentContext>);

impl HostWallClock for CountedClock {
    fn resolution(&self) -> Duration {
        self.0.clock.resolution()
    }

    fn now(&self) -> Duration {
        self.0.counters.record_other(&self.0.id, "now");
        HostWallClock::now(&self.0.clock)
    }
}

impl InstanceState {
    /// A task begins to answer a request.
    pub(super) fn begins(&mut self, task: GuestTaskId, request: &Arc<Activity>) {
        if self.component.traces.as_ref().is_some_and(Traces::has_key_value) {
            self.tasks.retain(|(_, request)| request.strong_count() > 0);
            self.tasks.push((task, Arc::downgrade(request)));
        }
    }

    /// A span of a key-value operation for a task; for an interface that does not tell the task, of the only request there is. `None` if
    /// it has no span.
    pub(super) fn key_value_span(&self, task: Option<GuestTaskId>, operation: &'static str) -> Option<Span> {
        let traces = self.component.traces.as_ref()?;
        let live = || self.tasks.iter().filter_map(|(task, request)| Some((*task, request.upgrade()?)));
        let (_, request) = match task {
            Some(task) => live().find(|(of, _)| *of == task)?,
            None => live().next().filter(|_| live().count() == 1)?,
        };
        traces.key_value(request.span()?, operation)
    }

    /// The addresses that the component may call.
    pub(super) fn outbound(&self) -> &Outbound {
        &self.outbound
    }
}

impl WasiView for InstanceState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for InstanceState {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.outbound }
    }
}

/// A component with two in-memory stores, of which it may open one, and a limit of operations under way.
#[cfg(test)]
pub(super) fn in_memory(key_value_operations: Option<usize>) -> Arc<ComponentContext> {
    use crate::runtime_config::StoreConfig;

    let configs = ["default", "other"].map(|label| (label.to_owned(), StoreConfig::Sqlite { path: None }));
    Arc::new(ComponentContext {
        id: "submit-request".to_owned(),
        key_value_stores: vec!["default".to_owned(), "missing".to_owned()],
        variables: BTreeMap::new(),
        stores: Stores::new(&BTreeMap::from(configs), crate::kv::Quirks::None).unwrap(),
        under_way: UnderWay::at_most(key_value_operations),
        counters: Arc::default(),
        metrics: Arc::new(Metrics::new(Arc::default(), Arc::default(), Duration::ZERO)),
        traces: None,
        faults: Arc::default(),
        clock: HostClock::default(),
        max_memory: 0,
    })
}
