//! `spin:key-value@3` over the configured stores, and the layer that both interfaces share: permission, limit,
//! counting, faults.

use std::sync::Arc;

use async_trait::async_trait;
use wasmtime::component::{Accessor, FutureReader, HasSelf, Resource, StreamReader};

use super::bindings::OpenStore;
use super::bindings::key_value::{Error, Host, HostStore, HostStoreWithStore};
use super::state::{ComponentContext, InstanceState};
use crate::kv::{Cas, KvError, KvStore, Place, SwapError};

type Keys = (StreamReader<String>, FutureReader<Result<(), Error>>);

impl ComponentContext {
    /// Opens a store that the manifest gives this component. Operations on it are counted and may be made to fail.
    pub(super) async fn open_store(self: &Arc<Self>, label: &str) -> Result<Arc<dyn KvStore>, KvError> {
        self.counters.record_other(&self.id, "open-store");
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

    /// Begins a read operation. It is under way until the returned place is dropped. An operation beyond the limit is
    /// neither made nor counted.
    fn read(&self, op: &'static str) -> Result<Place, KvError> {
        let place = self.under_way.begin()?;
        self.counters.record(&self.id, op, 0);
        Ok(place)
    }

    /// Begins a write operation in the same way.
    async fn write(&self, op: &'static str) -> Result<Place, KvError> {
        let place = self.under_way.begin()?;
        self.write_in_place(op).await?;
        Ok(place)
    }

    async fn write_in_place(&self, op: &'static str) -> Result<(), KvError> {
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
        let _place = self.component.read("get")?;
        self.inner.get(key).await
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), KvError> {
        let _place = self.component.write("set").await?;
        self.inner.set(key, value).await
    }

    async fn delete(&self, key: &str) -> Result<(), KvError> {
        let _place = self.component.write("delete").await?;
        self.inner.delete(key).await
    }

    async fn exists(&self, key: &str) -> Result<bool, KvError> {
        let _place = self.component.read("exists")?;
        self.inner.exists(key).await
    }

    async fn get_keys(&self) -> Result<Vec<String>, KvError> {
        let _place = self.component.read("get-keys")?;
        self.inner.get_keys().await
    }

    async fn get_many(&self, keys: Vec<String>) -> Result<Vec<(String, Option<Vec<u8>>)>, KvError> {
        let _place = self.component.read("get-many")?;
        self.inner.get_many(keys).await
    }

    async fn set_many(&self, entries: Vec<(String, Vec<u8>)>) -> Result<(), KvError> {
        let _place = self.component.write("set-many").await?;
        self.inner.set_many(entries).await
    }

    async fn delete_many(&self, keys: Vec<String>) -> Result<(), KvError> {
        let _place = self.component.write("delete-many").await?;
        self.inner.delete_many(keys).await
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError> {
        let _place = self.component.write("increment").await?;
        self.inner.increment(key, delta).await
    }

    async fn new_cas(&self, key: &str) -> Result<Arc<dyn Cas>, KvError> {
        self.component.counters.record_other(&self.component.id, "new-cas");
        let inner = self.inner.new_cas(key).await?;
        Ok(Arc::new(Watched { inner, component: self.component.clone() }))
    }
}

#[async_trait]
impl Cas for Watched<dyn Cas> {
    async fn current(&self) -> Result<Option<Vec<u8>>, KvError> {
        let _place = self.component.read("current")?;
        self.inner.current().await
    }

    async fn swap(&self, value: Vec<u8>) -> Result<(), SwapError> {
        // The interface holds the place, because reading the value after a failed swap is a part of the swap.
        self.component.write_in_place("swap").await?;
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::engine::state::in_memory;
    use crate::faults::{Effect, Plan};

    #[tokio::test]
    async fn a_component_opens_only_the_stores_of_its_manifest() {
        let component = in_memory(None);
        assert!(component.open_store("default").await.is_ok());
        assert_eq!(component.open_store("other").await.err(), Some(KvError::AccessDenied));
        assert_eq!(component.open_store("missing").await.err(), Some(KvError::NoSuchStore));
    }

    #[tokio::test]
    async fn every_operation_is_counted_under_its_component() {
        let component = in_memory(None);
        let store = component.open_store("default").await.unwrap();
        store.set("a", b"1").await.unwrap();
        store.get("a").await.unwrap();
        store.increment("n", 1).await.unwrap();
        let cas = store.new_cas("a").await.unwrap();
        cas.current().await.unwrap();
        cas.swap(b"2".to_vec()).await.unwrap();
        let counts = &component.counters.snapshot()["submit-request"];
        assert_eq!((counts.reads, counts.write_transactions), (2, 3));
        let operations = ["current", "get", "increment", "set", "swap"].map(|op| (op, 1));
        assert_eq!(counts.operations, BTreeMap::from(operations));
    }

    #[tokio::test]
    async fn a_planned_fault_refuses_the_write_and_leaves_the_value() {
        let component = in_memory(None);
        let store = component.open_store("default").await.unwrap();
        store.set("a", b"1").await.unwrap();
        component.faults.plan(Plan { component: None, nth: 2, effect: Effect::FailFrom });
        store.set("a", b"2").await.unwrap();
        assert!(store.set("a", b"3").await.is_err());
        let cas = store.new_cas("a").await.unwrap();
        assert_eq!(cas.current().await.unwrap().as_deref(), Some(b"2".as_slice()));
        assert!(matches!(cas.swap(b"4".to_vec()).await, Err(SwapError::Store(_))));
        assert_eq!(store.get("a").await.unwrap().as_deref(), Some(b"2".as_slice()));
    }

    #[tokio::test]
    async fn past_the_limit_every_operation_is_refused_in_the_words_of_spin_and_nothing_is_done() {
        let too_many = KvError::Other("too many requests".to_owned());
        let component = in_memory(Some(1));
        let store = component.open_store("default").await.unwrap();
        store.set("a", b"1").await.unwrap();
        let cas = store.new_cas("a").await.unwrap();
        cas.current().await.unwrap();
        let counted = component.counters.snapshot();

        let elsewhere = component.under_way.begin().unwrap();
        assert_eq!(store.get("a").await, Err(too_many.clone()));
        assert_eq!(store.exists("a").await, Err(too_many.clone()));
        assert_eq!(store.get_keys().await, Err(too_many.clone()));
        assert_eq!(store.get_many(vec!["a".into()]).await, Err(too_many.clone()));
        assert_eq!(store.set("a", b"2").await, Err(too_many.clone()));
        assert_eq!(store.set_many(vec![("a".into(), b"2".to_vec())]).await, Err(too_many.clone()));
        assert_eq!(store.delete("a").await, Err(too_many.clone()));
        assert_eq!(store.delete_many(vec!["a".into()]).await, Err(too_many.clone()));
        assert_eq!(store.increment("n", 1).await, Err(too_many.clone()));
        assert_eq!(cas.current().await, Err(too_many.clone()));
        assert_eq!(component.counters.snapshot(), counted);
        assert!(component.open_store("default").await.is_ok(), "opening counts for nothing");

        drop(elsewhere);
        assert_eq!(store.get("a").await.unwrap().as_deref(), Some(b"1".as_slice()));
        assert!(matches!(Error::from(too_many), Error::Other(text) if text == "too many requests"));
    }
}
