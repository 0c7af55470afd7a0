//! Wasmtime as used by this host: one engine per process, compiled components cached on disk, all possible imports
//! linked once.

pub(crate) mod bindings;
mod guest_log;
mod key_value;
pub(crate) mod precompiled;
mod redis;
pub(crate) mod reuse;
pub(crate) mod state;
mod variables;
mod wasi_keyvalue;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use anyhow::Context;
use sha2::{Digest, Sha256};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use wasmtime::component::{Component, Linker};
use wasmtime::{
    Cache, CacheConfig, Config, EngineWeak, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig,
    RegallocAlgorithm,
};
use wasmtime_wasi_http::handler::ProxyPre;

use self::state::InstanceState;

/// The most instances of all components at once, as on Spin.
pub const MAX_INSTANCES: u32 = 1_000;
/// What wasmtime lets components have on the stack, unless it is told otherwise.
const USUAL_STACK: usize = 512 << 10;
/// How often a running guest is made to yield.
const TICK: Duration = Duration::from_millis(10);

/// Wasmtime's engine with the components compiled on it, and the host's linker.
pub(crate) struct Engine {
    inner: wasmtime::Engine,
    linker: Linker<InstanceState>,
    components: Mutex<HashMap<[u8; 32], Component>>,
    places: Arc<Semaphore>,
}

impl Engine {
    /// The engine that caches compiled components in this folder. A process has one engine per folder, because an
    /// engine reserves address space for all possible instances.
    pub(crate) fn with_cache(folder: &Path) -> anyhow::Result<&'static Self> {
        static ENGINES: OnceLock<Mutex<HashMap<PathBuf, &'static Engine>>> = OnceLock::new();
        let mut engines = ENGINES.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
        let folder = folder.canonicalize()?;
        if let Some(engine) = engines.get(&folder) {
            return Ok(engine);
        }
        let engine: &'static Self = Box::leak(Box::new(Self::new(&folder)?));
        engines.insert(folder, engine);
        Ok(engine)
    }

    fn new(cache_folder: &Path) -> anyhow::Result<Self> {
        let mut cache = CacheConfig::new();
        cache.with_directory(cache_folder);
        let mut config = Config::new();
        config.wasm_component_model_async(true);
        config.epoch_interruption(true);
        config.cache(Some(Cache::new(cache).map_err(plain)?));
        config.allocation_strategy(pooling());
        // A host that is built for development compiles components twice as fast as a released one, to slower code.
        if cfg!(debug_assertions) {
            config.cranelift_opt_level(OptLevel::None);
            config.cranelift_regalloc_algorithm(RegallocAlgorithm::SinglePass);
            // It also keeps more on the stack, and must not end for want of it where faster code goes on.
            config.max_wasm_stack(4 * USUAL_STACK);
            config.async_stack_size(8 * USUAL_STACK);
        }
        let inner = wasmtime::Engine::new(&config).or_else(|error| {
            tracing::warn!("instances are allocated one by one, which is slower: {error:#}");
            config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
            wasmtime::Engine::new(&config)
        });
        let inner = inner.map_err(plain)?;
        tick(inner.weak())?;
        let linker = link(&inner).map_err(plain)?;
        let places = Arc::new(Semaphore::new(MAX_INSTANCES as usize));
        Ok(Self { inner, linker, components: Mutex::default(), places })
    }

    /// Compiles a component or loads it from the cache, and checks that this host provides all its imports.
    pub(crate) fn prepare(&self, code: &[u8]) -> anyhow::Result<ProxyPre<InstanceState>> {
        let component = self.load(code)?;
        let pre = self.linker.instantiate_pre(&component).map_err(plain)?;
        match wasmtime_wasi_http::p3::bindings::ServicePre::new(pre.clone()) {
            Ok(service) => Ok(ProxyPre::P3(service)),
            Err(error) => match wasmtime_wasi_http::p2::bindings::ProxyPre::new(pre) {
                Ok(proxy) => Ok(ProxyPre::P2(proxy)),
                Err(_) => {
                    Err(plain(error)).context("it exports no `wasi:http` handler that this host can call")
                }
            },
        }
    }

    pub(crate) fn store(&self, state: InstanceState) -> wasmtime::Store<InstanceState> {
        let mut store = wasmtime::Store::new(&self.inner, state);
        store.limiter(|state| &mut state.limits);
        store.set_epoch_deadline(1);
        store.epoch_deadline_async_yield_and_update(1);
        store
    }

    /// Waits for a place for an instance.
    pub(crate) async fn place(&self) -> Result<OwnedSemaphorePermit, AcquireError> {
        self.places.clone().acquire_owned().await
    }

    fn load(&self, code: &[u8]) -> anyhow::Result<Component> {
        let digest: [u8; 32] = Sha256::digest(code).into();
        let known = self.components.lock().unwrap_or_else(PoisonError::into_inner).get(&digest).cloned();
        if let Some(component) = known {
            return Ok(component);
        }
        let component = Component::new(&self.inner, code).map_err(plain)?;
        self.components.lock().unwrap_or_else(PoisonError::into_inner).insert(digest, component.clone());
        Ok(component)
    }
}

fn pooling() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(MAX_INSTANCES);
    // A component consists of its own module and a few small ones that connect it to its imports.
    pool.total_core_instances(MAX_INSTANCES * 8);
    pool.total_memories(MAX_INSTANCES);
    pool.total_tables(MAX_INSTANCES * 2);
    pool.max_tables_per_module(2);
    pool.total_stacks(MAX_INSTANCES * 4);
    pool.max_component_instance_size(8 << 20);
    pool.max_core_instance_size(8 << 20);
    // Memory of an instance is cleared when the next one takes its place; small amounts by writing zeros.
    pool.linear_memory_keep_resident(256 << 10);
    pool.table_keep_resident(16 << 10);
    pool
}

/// Advances the epoch while the engine lives. This needs its own thread: if guests spin on all threads of the runtime,
/// a task there would never run.
fn tick(engine: EngineWeak) -> anyhow::Result<()> {
    let thread = std::thread::Builder::new().name("epoch".to_owned());
    thread.spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::park_timeout(TICK);
        }
    })?;
    Ok(())
}

/// Wasmtime's errors are a type of their own.
fn plain(error: wasmtime::Error) -> anyhow::Error {
    anyhow::anyhow!("{error:#}")
}

fn link(engine: &wasmtime::Engine) -> wasmtime::Result<Linker<InstanceState>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
    bindings::add_to_linker(&mut linker)?;
    Ok(linker)
}
