//! Puts an application together: stores, variables, components and the connections between them.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use anyhow::{Context, bail};
use tokio::sync::watch;
use wasmtime_wasi_http::handler::ProxyHandler;

use super::AppBuilder;
use crate::engine::Engine;
use crate::engine::precompiled::{Code, Precompiled, Progress};
use crate::engine::reuse::{AT_ONCE, ComponentHandler, LiveInstances};
use crate::engine::state::ComponentContext;
use crate::kv::{Stores, UnderWay};
use crate::manifest::Component;
use crate::metrics::Metrics;
use crate::outbound::AllowedHosts;
use crate::outbound::send::Outbound;
use crate::places::{Clients, Places};
use crate::routes::Router;
use crate::runtime_config::RuntimeConfig;
use crate::server::dispatch::{Handler, Served};
use crate::variables::Variables;

const CACHE_FOLDER: &str = "cache";

type Components = BTreeMap<String, Arc<Precompiled>>;

/// What all components are given, in addition to their own settings.
struct Common<'a> {
    builder: &'a AppBuilder,
    engine: &'static Engine,
    stores: Stores,
    under_way: UnderWay,
    variables: Variables,
    live: Arc<LiveInstances>,
    metrics: Arc<Metrics>,
    /// Places of instances.
    places: Arc<Places>,
    stopping: &'a watch::Receiver<bool>,
}

impl AppBuilder {
    pub(super) async fn assemble(self, stopping: &watch::Receiver<bool>) -> anyhow::Result<Arc<Served>> {
        // Another crate of the process may bring a second provider; TLS would then have no default.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let variables = Variables::resolve(&self.manifest, &self.variables)?;
        let config =
            self.runtime_config.clone().unwrap_or_else(|| RuntimeConfig::in_state_dir(&self.state_dir));
        let stores = Stores::new(&config.key_value_stores, self.quirks)?;
        let triggers = self.manifest.triggers.iter();
        let router = Router::new(triggers.map(|trigger| (trigger.component.as_str(), &trigger.route)))?;
        self.require_limits()?;
        let (engine, components) = self.components().await?;
        let live = Arc::new(LiveInstances::default());
        let now = wasmtime_wasi::HostWallClock::now(&self.clock);
        let metrics = Arc::new(Metrics::new(self.counters.clone(), live.clone(), now));
        let places = Arc::new(self.places(1));
        let under_way = UnderWay::at_most(self.limits.key_value_operations);
        let common = Common {
            builder: &self,
            engine,
            stores,
            under_way,
            variables,
            live: live.clone(),
            metrics: metrics.clone(),
            places,
            stopping,
        };
        let contexts = common.contexts()?;
        let requests = self.places(AT_ONCE);
        Ok(Arc::new_cyclic(|served| Served {
            name: self.manifest.name.clone(),
            version: self.manifest.version.clone(),
            router,
            handlers: common.handlers(components, contexts, served),
            limits: self.limits,
            clock: self.clock.clone(),
            development: self.development.clone(),
            live,
            metrics,
            traces: self.traces.clone(),
            requests,
            clients: Clients::at_most(self.limits.requests_per_client),
            connections: Clients::at_most(self.limits.connections_per_client),
        }))
    }

    /// Places for each instance that the application may have, divided among the components.
    fn places(&self, per_instance: usize) -> Places {
        let (total, reserve) = (self.limits.instances, self.limits.reserved_instances);
        let components = self.manifest.components.keys().map(String::as_str);
        Places::new(total * per_instance, reserve * per_instance, components)
    }

    /// Whether the components are small enough together, and ask for nothing that there is not. One that is missing is an error later.
    fn require_limits(&self) -> anyhow::Result<()> {
        for (id, component) in &self.manifest.components {
            if let Some(label) = component.key_value_stores.first().filter(|_| !self.limits.key_value) {
                bail!(
                    "in the component `{id}`: the key-value store `{label}` is not available within these limits"
                );
            }
        }
        let components = self.manifest.components.values();
        let size = |component: &Component| match component.carried {
            Some(contents) => contents.len() as u64,
            None => std::fs::metadata(self.manifest.source_of(component)).map_or(0, |file| file.len()),
        };
        let (total, limit) = (components.map(size).sum::<u64>(), self.limits.max_application);
        anyhow::ensure!(total <= limit, "the components have {total} bytes, and the limit is {limit}");
        Ok(())
    }

    /// All components, compiled or about to be.
    async fn components(&self) -> anyhow::Result<(&'static Engine, Components)> {
        let cache = self.cache_dir.clone().unwrap_or_else(|| self.state_dir.join(CACHE_FOLDER));
        let engine = tokio::task::spawn_blocking(move || Engine::with_cache(&cache)).await??;
        let progress = Progress::of(self.manifest.components.len());
        let all = self.manifest.components.iter().map(|(id, component)| {
            let code = match component.carried {
                Some(contents) => Code::Carried(contents),
                None => Code::File(self.manifest.source_of(component)),
            };
            (id.clone(), Precompiled::new(engine, id, code, &progress))
        });
        let all: Components = all.collect();
        if self.compile_later {
            for component in all.values() {
                component.require_source()?;
            }
            tokio::spawn(compile_later(all.values().cloned().collect()));
        } else {
            for component in all.values() {
                component.get().await?;
            }
        }
        Ok((engine, all))
    }
}

/// One after the other, so that a request for one that is not compiled yet gets the other processors.
async fn compile_later(components: Vec<Arc<Precompiled>>) {
    for component in components {
        if let Err(error) = component.get().await {
            tracing::error!("a component cannot be served: {error:#}");
        }
    }
}

impl Common<'_> {
    fn contexts(&self) -> anyhow::Result<BTreeMap<String, (ComponentContext, Outbound)>> {
        let components = self.builder.manifest.components.iter();
        components
            .map(|(id, component)| {
                let context =
                    self.context(id, component).with_context(|| format!("in the component `{id}`"))?;
                Ok((id.clone(), (context, self.outbound(id, component)?)))
            })
            .collect()
    }

    fn context(&self, id: &str, component: &Component) -> anyhow::Result<ComponentContext> {
        if let Some(label) = component.key_value_stores.iter().find(|label| !self.stores.has(label)) {
            bail!("the key-value store `{label}` is not in the runtime configuration");
        }
        Ok(ComponentContext {
            id: id.to_owned(),
            key_value_stores: component.key_value_stores.clone(),
            variables: self.variables.of_component(&component.variables)?,
            stores: self.stores.clone(),
            under_way: self.under_way.clone(),
            counters: self.builder.counters.clone(),
            metrics: self.metrics.clone(),
            traces: self.builder.traces.clone(),
            faults: self.builder.faults.clone(),
            clock: self.builder.clock.clone(),
            max_memory: self.builder.limits.max_memory,
        })
    }

    /// A list that is invalid as written is an error now; one that a variable makes invalid denies everything.
    fn outbound(&self, id: &str, component: &Component) -> anyhow::Result<Outbound> {
        let entries = &component.allowed_outbound_hosts;
        let allowed = match AllowedHosts::parse(entries, &self.variables) {
            Ok(allowed) => Ok(allowed),
            Err(error) if AllowedHosts::depends_on_variables(entries) => {
                tracing::error!(
                    "`{id}` may call no host: its `allowed_outbound_hosts` are invalid: {error:#}"
                );
                Err(format!("{error:#}"))
            }
            Err(error) => return Err(error).with_context(|| format!("in the component `{id}`")),
        };
        Ok(Outbound {
            component: id.into(),
            allowed: Arc::new(allowed),
            served: Weak::new(),
            development: self.builder.development.clone(),
            counters: self.builder.counters.clone(),
        })
    }

    fn handlers(
        &self,
        mut components: Components,
        contexts: BTreeMap<String, (ComponentContext, Outbound)>,
        served: &Weak<Served>,
    ) -> BTreeMap<String, Handler> {
        let mut handlers = BTreeMap::new();
        for (id, (context, outbound)) in contexts {
            let Some(component) = components.remove(&id) else { continue };
            let handler = ComponentHandler {
                engine: self.engine,
                component,
                context: Arc::new(context),
                outbound: Outbound { served: served.clone(), ..outbound },
                limits: self.builder.limits,
                live: self.live.clone(),
                places: self.places.clone(),
                stopping: self.stopping.clone(),
            };
            let metrics = self.metrics.of(&id);
            handlers.insert(id, Handler { proxy: ProxyHandler::new(handler), metrics });
        }
        handlers
    }
}
