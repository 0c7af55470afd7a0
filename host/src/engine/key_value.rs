//! `spin:key-value@3` over the configured stores, and the layer that both interfaces share: permission, limit,
//! counting, faults.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use wasmtime::AsContextMut as _;
use wasmtime::component::{Accessor, FutureReader, HasSelf, Resource, StreamReader};

use super::bindings::OpenStore;
use super::bindings::key_value::{Error, Host, HostStore, HostStoreWithStore};
use super::state::{ComponentContext, InstanceState};
use crate::kv::{Cas, KvError, KvStore, Place, SwapError};
use crate::metrics::Access;
use crate::traces::{Span, Traces};

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

    /// A place for an operation.
    pub(super) fn begin(&self) -> Result<Place, KvError> {
        self.under_way.begin().inspect_err(|error| self.metrics.failed(error))
    }

    /// Makes an operation that reads. One beyond the limit is neither made nor counted.
    async fn read<T>(
        &self,
        op: &'static str,
        act: impl Future<Output = Result<T, KvError>>,
    ) -> Result<T, KvError> {
        let _place = self.begin()?;
        self.counters.record(&self.id, op, 0);
        let began = Instant::now();
        let done = act.await;
        self.metrics.operated(Access::Read, began, done.as_ref().err());
        done
    }

    /// Makes an operation that writes, in the same way.
    async fn write<T>(
        &self,
        op: &'static str,
        act: impl Future<Output = Result<T, KvError>>,
    ) -> Result<T, KvError> {
        let _place = self.begin()?;
        self.write_in_place(op, act).await
    }

    async fn write_in_place<T, E: From<KvError> + AsFailure>(
        &self,
        op: &'static str,
        act: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.counters.record(&self.id, op, 1);
        let began = Instant::now();
        let done = match self.faults.before_write(&self.id, op).await {
            Ok(()) => act.await,
            Err(error) => Err(error.into()),
        };
        self.metrics.operated(Access::Write, began, done.as_ref().err().and_then(AsFailure::failure));
        done
    }
}

/// The failure of a store in an error. That a swap lost its race is none.
trait AsFailure {
    fn failure(&self) -> Option<&KvError>;
}

impl AsFailure for KvError {
    fn failure(&self) -> Option<&KvError> {
        Some(self)
    }
}

impl AsFailure for SwapError {
    fn failure(&self) -> Option<&KvError> {
        match self {
            Self::Store(error) => Some(error),
            Self::CasFailed(_) => None,
        }
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
        self.component.read("get", self.inner.get(key)).await
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), KvError> {
        self.component.write("set", self.inner.set(key, value)).await
    }

    async fn delete(&self, key: &str) -> Result<(), KvError> {
        self.component.write("delete", self.inner.delete(key)).await
    }

    async fn exists(&self, key: &str) -> Result<bool, KvError> {
        self.component.read("exists", self.inner.exists(key)).await
    }

    async fn get_keys(&self) -> Result<Vec<String>, KvError> {
        self.component.read("get-keys", self.inner.get_keys()).await
    }

    async fn get_many(&self, keys: Vec<String>) -> Result<Vec<(String, Option<Vec<u8>>)>, KvError> {
        self.component.read("get-many", self.inner.get_many(keys)).await
    }

    async fn set_many(&self, entries: Vec<(String, Vec<u8>)>) -> Result<(), KvError> {
        self.component.write("set-many", self.inner.set_many(entries)).await
    }

    async fn delete_many(&self, keys: Vec<String>) -> Result<(), KvError> {
        self.component.write("delete-many", self.inner.delete_many(keys)).await
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError> {
        self.component.write("increment", self.inner.increment(key, delta)).await
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
        self.component.read("current", self.inner.current()).await
    }

    async fn swap(&self, value: Vec<u8>) -> Result<(), SwapError> {
        // The interface holds the place, because reading the value after a failed swap is a part of the swap.
        self.component.write_in_place("swap", self.inner.swap(value)).await
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

/// The store behind a handle, and the span of an operation on it, if it has one.
fn opened<T: 'static>(
    accessor: &Accessor<T, HasSelf<InstanceState>>,
    store: &Resource<OpenStore>,
    operation: &'static str,
) -> wasmtime::Result<(Arc<dyn KvStore>, Option<Span>)> {
    accessor.with(|mut access| {
        let has_spans = access.get().component.traces.as_ref().is_some_and(Traces::has_key_value);
        let task = match has_spans {
            true => access.as_context_mut().async_call_stack()?.last(),
            false => None,
        };
        let state = access.get();
        let span = task.and_then(|task| state.key_value_span(Some(task), operation));
        Ok((state.table.get(store)?.0.clone(), span))
    })
}

/// The result of an operation, with which its span ends.
pub(super) fn ended<V, E: std::fmt::Display>(span: Option<Span>, done: Result<V, E>) -> Result<V, E> {
    if let Some(span) = span {
        match &done {
            Ok(_) => span.ended(),
            Err(error) => span.failed(&error.to_string()),
        }
    }
    done
}

impl<T: Send + 'static> HostStoreWithStore<T> for HasSelf<InstanceState> {
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
        let (store, span) = opened(accessor, &store, "get")?;
        Ok(ended(span, store.get(&key).await).map_err(Error::from))
    }

    async fn set(
        accessor: &Accessor<T, Self>,
        store: Resource<OpenStore>,
        key: String,
        value: Vec<u8>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let (store, span) = opened(accessor, &store, "set")?;
        Ok(ended(span, store.set(&key, &value).await).map_err(Error::from))
    }

    async fn delete(
        accessor: &Accessor<T, Self>,
        store: Resource<OpenStore>,
        key: String,
    ) -> wasmtime::Result<Result<(), Error>> {
        let (store, span) = opened(accessor, &store, "delete")?;
        Ok(ended(span, store.delete(&key).await).map_err(Error::from))
    }

    async fn exists(
        accessor: &Accessor<T, Self>,
        store: Resource<OpenStore>,
        key: String,
    ) -> wasmtime::Result<Result<bool, Error>> {
        let (store, span) = opened(accessor, &store, "exists")?;
        Ok(ended(span, store.exists(&key).await).map_err(Error::from))
    }

    async fn get_keys(accessor: &Accessor<T, Self>, store: Resource<OpenStore>) -> wasmtime::Result<Keys> {
        let (store, span) = opened(accessor, &store, "get-keys")?;
        let (keys, outcome) = match ended(span, store.get_keys().await) {
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
