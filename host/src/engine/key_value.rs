//! `spin:key-value@3` over the configured stores, and the layer both interfaces share: permission, counting, faults.

use std::sync::Arc;

use async_trait::async_trait;
use wasmtime::component::{Accessor, FutureReader, HasSelf, Resource, StreamReader};

use super::bindings::OpenStore;
use super::bindings::key_value::{Error, Host, HostStore, HostStoreWithStore};
use super::state::{ComponentContext, InstanceState};
use crate::kv::{Cas, KvError, KvStore, SwapError};

type Keys = (StreamReader<String>, FutureReader<Result<(), Error>>);

impl ComponentContext {
    /// Opens a store that the manifest gives this component; every operation on it is counted and may be made to fail.
    pub(super) async fn open_store(self: &Arc<Self>, label: &str) -> Result<Arc<dyn KvStore>, KvError> {
        if !self.key_value_stores.iter().any(|allowed| allowed == label) {
            tracing::warn!(
                "`{}` may not open the key-value store `{label}`: add it to its `key_value_stores`",
                self.id
            );
            return Err(KvError::AccessDenied);
        }
        let inner = self.stores.open(label).await?;
        Ok(Arc::new(Watched { inner, component: self.clone() }))
    }

    fn read(&self, op: &'static str) {
        self.counters.record(&self.id, op, 0);
    }

    async fn write(&self, op: &'static str) -> Result<(), KvError> {
        self.counters.record(&self.id, op, 1);
        self.faults.before_write(&self.id, op).await
    }
}

/// A store, or a compare-and-swap on it, as one component uses it.
struct Watched<S: ?Sized> {
    inner: Arc<S>,
    component: Arc<ComponentContext>,
}

#[async_trait]
impl KvStore for Watched<dyn KvStore> {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError> {
        self.component.read("get");
        self.inner.get(key).await
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), KvError> {
        self.component.write("set").await?;
        self.inner.set(key, value).await
    }

    async fn delete(&self, key: &str) -> Result<(), KvError> {
        self.component.write("delete").await?;
        self.inner.delete(key).await
    }

    async fn exists(&self, key: &str) -> Result<bool, KvError> {
        self.component.read("exists");
        self.inner.exists(key).await
    }

    async fn get_keys(&self) -> Result<Vec<String>, KvError> {
        self.component.read("get-keys");
        self.inner.get_keys().await
    }

    async fn get_many(&self, keys: Vec<String>) -> Result<Vec<(String, Option<Vec<u8>>)>, KvError> {
        self.component.read("get-many");
        self.inner.get_many(keys).await
    }

    async fn set_many(&self, entries: Vec<(String, Vec<u8>)>) -> Result<(), KvError> {
        self.component.write("set-many").await?;
        self.inner.set_many(entries).await
    }

    async fn delete_many(&self, keys: Vec<String>) -> Result<(), KvError> {
        self.component.write("delete-many").await?;
        self.inner.delete_many(keys).await
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError> {
        self.component.write("increment").await?;
        self.inner.increment(key, delta).await
    }

    async fn new_cas(&self, key: &str) -> Result<Arc<dyn Cas>, KvError> {
        let inner = self.inner.new_cas(key).await?;
        Ok(Arc::new(Watched { inner, component: self.component.clone() }))
    }
}

#[async_trait]
impl Cas for Watched<dyn Cas> {
    async fn current(&self) -> Result<Option<Vec<u8>>, KvError> {
        self.component.read("current");
        self.inner.current().await
    }

    async fn swap(&self, value: Vec<u8>) -> Result<(), SwapError> {
        self.component.write("swap").await?;
        self.inner.swap(value).await
    }
}

impl From<KvError> for Error {
    fn from(error: KvError) -> Self {
        match error {
            KvError::AccessDenied => Self::AccessDenied,
            KvError::NoSuchStore => Self::NoSuchStore,
            KvError::Other(message) => Self::Other(message),
        }
    }
}

impl Host for InstanceState {}

impl HostStore for InstanceState {
    async fn drop(&mut self, store: Resource<OpenStore>) -> wasmtime::Result<()> {
        self.table.delete(store)?;
        Ok(())
    }
}

/// The store behind a handle.
fn opened<T>(
    accessor: &Accessor<T, HasSelf<InstanceState>>,
    store: &Resource<OpenStore>,
) -> wasmtime::Result<Arc<dyn KvStore>> {
    accessor.with(|mut access| Ok(access.get().table.get(store)?.0.clone()))
}

impl<T: Send> HostStoreWithStore<T> for HasSelf<InstanceState> {
    async fn open(
        accessor: &Accessor<T, Self>,
        label: String,
    ) -> wasmtime::Result<Result<Resource<OpenStore>, Error>> {
        let component = accessor.with(|mut access| access.get().component.clone());
        match component.open_store(&label).await {
            Ok(store) => Ok(Ok(accessor.with(|mut access| access.get().table.push(OpenStore(store)))?)),
            Err(error) => Ok(Err(error.into())),
        }
    }

    async fn get(
        accessor: &Accessor<T, Self>,
        store: Resource<OpenStore>,
        key: String,
    ) -> wasmtime::Result<Result<Option<Vec<u8>>, Error>> {
        Ok(opened(accessor, &store)?.get(&key).await.map_err(Error::from))
    }

    async fn set(
        accessor: &Accessor<T, Self>,
        store: Resource<OpenStore>,
        key: String,
        value: Vec<u8>,
    ) -> wasmtime::Result<Result<(), Error>> {
        Ok(opened(accessor, &store)?.set(&key, &value).await.map_err(Error::from))
    }

    async fn delete(
        accessor: &Accessor<T, Self>,
        store: Resource<OpenStore>,
        key: String,
    ) -> wasmtime::Result<Result<(), Error>> {
        Ok(opened(accessor, &store)?.delete(&key).await.map_err(Error::from))
    }

    async fn exists(
        accessor: &Accessor<T, Self>,
        store: Resource<OpenStore>,
        key: String,
    ) -> wasmtime::Result<Result<bool, Error>> {
        Ok(opened(accessor, &store)?.exists(&key).await.map_err(Error::from))
    }

    async fn get_keys(accessor: &Accessor<T, Self>, store: Resource<OpenStore>) -> wasmtime::Result<Keys> {
        let (keys, outcome) = match opened(accessor, &store)?.get_keys().await {
            Ok(keys) => (keys, Ok(())),
            Err(error) => (Vec::new(), Err(Error::from(error))),
        };
        accessor.with(|mut access| {
            let keys = StreamReader::new(&mut access, keys)?;
            let outcome = FutureReader::new(&mut access, async move { wasmtime::error::Ok(outcome) })?;
            Ok((keys, outcome))
        })
    }
}
