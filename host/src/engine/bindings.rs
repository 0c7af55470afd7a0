//! Bindings generated from `wit/host.wit`, and the values behind its resources.

use std::sync::Arc;

use wasmtime::component::{HasSelf, Linker};

use super::state::InstanceState;
use crate::kv;

/// An opened store, for either interface.
pub struct OpenStore(pub Arc<dyn kv::KvStore>);

/// A compare-and-swap in progress.
pub struct OpenCas {
    pub store: Arc<dyn kv::KvStore>,
    pub key: String,
    pub cas: Arc<dyn kv::Cas>,
}

/// An outbound connection to a Redis server.
pub struct OpenRedis(pub redis::aio::MultiplexedConnection);

mod generated {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "countersign:host/imports",
        imports: { default: async | trappable },
        with: {
            "spin:key-value/key-value.store": super::OpenStore,
            "spin:redis/redis.connection": super::OpenRedis,
            "wasi:keyvalue/store.bucket": super::OpenStore,
            "wasi:keyvalue/atomics.cas": super::OpenCas,
        },
    });
}

pub(crate) use generated::spin::key_value::key_value;
pub(crate) use generated::spin::redis::redis as outbound_redis;
pub(crate) use generated::spin::variables::variables;
pub(crate) use generated::wasi::keyvalue::{atomics, batch, store};

pub(super) fn add_to_linker(linker: &mut Linker<InstanceState>) -> wasmtime::Result<()> {
    key_value::add_to_linker::<_, HasSelf<InstanceState>>(linker, |state| state)?;
    outbound_redis::add_to_linker::<_, HasSelf<InstanceState>>(linker, |state| state)?;
    variables::add_to_linker::<_, HasSelf<InstanceState>>(linker, |state| state)?;
    store::add_to_linker::<_, HasSelf<InstanceState>>(linker, |state| state)?;
    atomics::add_to_linker::<_, HasSelf<InstanceState>>(linker, |state| state)?;
    batch::add_to_linker::<_, HasSelf<InstanceState>>(linker, |state| state)
}
