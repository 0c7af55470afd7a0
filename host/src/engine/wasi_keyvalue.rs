//! `wasi:keyvalue@0.2.0-draft2` (store, atomics, batch) over the configured stores.
//!
//! These interfaces are synchronous: a call blocks all requests of its instance, as on Spin.

use std::sync::Arc;

use wasmtime::component::Resource;

use super::bindings::atomics::{self, CasError};
use super::bindings::store::{self, Error, KeyResponse};
use super::bindings::{OpenCas, OpenStore, batch};
use super::key_value::ended;
use super::state::InstanceState;
use crate::kv::{KvError, KvStore, SwapError};

type Answer<T> = wasmtime::Result<Result<T, Error>>;

impl From<KvError> for Error {
    fn from(error: KvError) -> Self {
        match error {
            KvError::AccessDenied => Self::AccessDenied,
            KvError::NoSuchStore => Self::NoSuchStore,
            KvError::Other(message) => Self::Other(message),
        }
    }
}

impl InstanceState {
    fn bucket(&self, bucket: &Resource<OpenStore>) -> wasmtime::Result<Arc<dyn KvStore>> {
        Ok(self.table.get(bucket)?.0.clone())
    }

    async fn start_cas(&mut self, store: Arc<dyn KvStore>, key: String) -> Answer<Resource<OpenCas>> {
        match store.new_cas(&key).await {
            Ok(cas) => Ok(Ok(self.table.push(OpenCas { store, key, cas })?)),
            Err(error) => Ok(Err(error.into())),
        }
    }
}

impl store::Host for InstanceState {
    async fn open(&mut self, identifier: String) -> Answer<Resource<OpenStore>> {
        match self.component.clone().open_store(&identifier).await {
            Ok(store) => Ok(Ok(self.table.push(OpenStore(store))?)),
            Err(error) => Ok(Err(error.into())),
        }
    }
}

impl store::HostBucket for InstanceState {
    async fn get(&mut self, bucket: Resource<OpenStore>, key: String) -> Answer<Option<Vec<u8>>> {
        let (store, span) = (self.bucket(&bucket)?, self.key_value_span(None, "get"));
        Ok(ended(span, store.get(&key).await).map_err(Error::from))
    }

    async fn set(&mut self, bucket: Resource<OpenStore>, key: String, value: Vec<u8>) -> Answer<()> {
        let (store, span) = (self.bucket(&bucket)?, self.key_value_span(None, "set"));
        Ok(ended(span, store.set(&key, &value).await).map_err(Error::from))
    }

    async fn delete(&mut self, bucket: Resource<OpenStore>, key: String) -> Answer<()> {
        let (store, span) = (self.bucket(&bucket)?, self.key_value_span(None, "delete"));
        Ok(ended(span, store.delete(&key).await).map_err(Error::from))
    }

    async fn exists(&mut self, bucket: Resource<OpenStore>, key: String) -> Answer<bool> {
        let (store, span) = (self.bucket(&bucket)?, self.key_value_span(None, "exists"));
        Ok(ended(span, store.exists(&key).await).map_err(Error::from))
    }

    async fn list_keys(
        &mut self,
        bucket: Resource<OpenStore>,
        cursor: Option<String>,
    ) -> Answer<KeyResponse> {
        if cursor.is_some() {
            return Ok(Err(Error::Other("list-keys: cursor not supported".to_owned())));
        }
        let (store, span) = (self.bucket(&bucket)?, self.key_value_span(None, "get-keys"));
        let keys = ended(span, store.get_keys().await);
        Ok(keys.map(|keys| KeyResponse { keys, cursor: None }).map_err(Error::from))
    }

    async fn drop(&mut self, bucket: Resource<OpenStore>) -> wasmtime::Result<()> {
        self.table.delete(bucket)?;
        Ok(())
    }
}

impl atomics::Host for InstanceState {
    async fn increment(&mut self, bucket: Resource<OpenStore>, key: String, delta: i64) -> Answer<i64> {
        let (store, span) = (self.bucket(&bucket)?, self.key_value_span(None, "increment"));
        Ok(ended(span, store.increment(&key, delta).await).map_err(Error::from))
    }

    /// A failed swap returns a new handle that has read the current value. As on Spin, that read takes a second place
    /// while the swap still has its own: if there is none, the answer is `too many requests`, although the swap may
    /// have taken effect.
    async fn swap(
        &mut self,
        cas: Resource<OpenCas>,
        value: Vec<u8>,
    ) -> wasmtime::Result<Result<(), CasError>> {
        let OpenCas { store, key, cas } = self.table.delete(cas)?;
        let _place = match self.component.begin() {
            Ok(place) => place,
            Err(error) => return Ok(Err(CasError::StoreError(error.into()))),
        };
        let span = self.key_value_span(None, "swap");
        match ended(span, cas.swap(value).await) {
            Ok(()) => Ok(Ok(())),
            Err(SwapError::Store(error)) => Ok(Err(CasError::StoreError(error.into()))),
            Err(SwapError::CasFailed(_)) => {
                drop(cas);
                let renewed = match self.start_cas(store, key).await? {
                    Ok(renewed) => renewed,
                    Err(error) => return Ok(Err(CasError::StoreError(error))),
                };
                let read = self.table.get(&renewed)?.cas.clone();
                match read.current().await {
                    Ok(_) => Ok(Err(CasError::CasFailed(renewed))),
                    Err(error) => {
                        self.table.delete(renewed)?;
                        Ok(Err(CasError::StoreError(error.into())))
                    }
                }
            }
        }
    }
}

impl atomics::HostCas for InstanceState {
    async fn new(&mut self, bucket: Resource<OpenStore>, key: String) -> Answer<Resource<OpenCas>> {
        let store = self.bucket(&bucket)?;
        self.start_cas(store, key).await
    }

    async fn current(&mut self, cas: Resource<OpenCas>) -> Answer<Option<Vec<u8>>> {
        let (cas, span) = (self.table.get(&cas)?.cas.clone(), self.key_value_span(None, "current"));
        Ok(ended(span, cas.current().await).map_err(Error::from))
    }

    async fn drop(&mut self, cas: Resource<OpenCas>) -> wasmtime::Result<()> {
        self.table.delete(cas)?;
        Ok(())
    }
}

impl batch::Host for InstanceState {
    async fn get_many(
        &mut self,
        bucket: Resource<OpenStore>,
        keys: Vec<String>,
    ) -> Answer<Vec<(String, Option<Vec<u8>>)>> {
        let (store, span) = (self.bucket(&bucket)?, self.key_value_span(None, "get-many"));
        Ok(ended(span, store.get_many(keys).await).map_err(Error::from))
    }

    async fn set_many(&mut self, bucket: Resource<OpenStore>, entries: Vec<(String, Vec<u8>)>) -> Answer<()> {
        let (store, span) = (self.bucket(&bucket)?, self.key_value_span(None, "set-many"));
        Ok(ended(span, store.set_many(entries).await).map_err(Error::from))
    }

    async fn delete_many(&mut self, bucket: Resource<OpenStore>, keys: Vec<String>) -> Answer<()> {
        let (store, span) = (self.bucket(&bucket)?, self.key_value_span(None, "delete-many"));
        Ok(ended(span, store.delete_many(keys).await).map_err(Error::from))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Weak;

    use super::*;
    use crate::engine::state::in_memory;
    use crate::kv::Cas;
    use crate::outbound::send::Outbound;

    fn instance(key_value_operations: Option<usize>) -> InstanceState {
        let outbound = Outbound {
            component: "submit-request".into(),
            allowed: Arc::new(Ok(Default::default())),
            served: Weak::new(),
            development: None,
            counters: Arc::default(),
        };
        InstanceState::new(in_memory(key_value_operations), outbound)
    }

    /// A swap through the interface, over a value that was read, after another writer if there is one.
    async fn swap(instance: &mut InstanceState, other_writer: bool) -> Result<(), CasError> {
        let store = instance.component.clone().open_store("default").await.unwrap();
        store.set("k", b"0").await.unwrap();
        let cas = instance.start_cas(store.clone(), "k".to_owned()).await.unwrap().unwrap();
        let reading: Arc<dyn Cas> = instance.table.get(&cas).unwrap().cas.clone();
        reading.current().await.unwrap();
        if other_writer {
            store.set("k", b"1").await.unwrap();
        }
        atomics::Host::swap(instance, cas, b"2".to_vec()).await.unwrap()
    }

    fn is_too_many(swapped: &Result<(), CasError>) -> bool {
        matches!(swapped, Err(CasError::StoreError(Error::Other(text))) if text == "too many requests")
    }

    #[tokio::test]
    async fn a_failed_swap_takes_a_second_place_for_reading_anew() {
        let mut instance = instance(Some(1));
        assert!(swap(&mut instance, false).await.is_ok());
        assert!(is_too_many(&swap(&mut instance, true).await));

        let mut instance = self::instance(Some(2));
        assert!(matches!(swap(&mut instance, true).await, Err(CasError::CasFailed(_))));
    }

    #[tokio::test]
    async fn a_swap_past_the_limit_is_refused_before_it_takes_effect() {
        let mut instance = instance(Some(1));
        let store = instance.component.clone().open_store("default").await.unwrap();
        let cas = instance.start_cas(store.clone(), "k".to_owned()).await.unwrap().unwrap();
        let elsewhere = instance.component.under_way.begin().unwrap();
        assert!(is_too_many(&atomics::Host::swap(&mut instance, cas, b"1".to_vec()).await.unwrap()));
        drop(elsewhere);
        assert_eq!(store.get("k").await, Ok(None));
    }
}
