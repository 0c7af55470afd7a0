//! Key-value over Spin. Reads and deletes go through `spin:key-value`, which waits without blocking the instance's
//! other requests; increments, swaps and batches go through `wasi:keyvalue`, the only interface that has them.
use std::cell::RefCell;
use std::rc::Rc;

use async_trait::async_trait;
use countersign_kv::{KeyValue, KvError, SwapHint};
use send_wrapper::SendWrapper;
use spin_sdk::experimental::wasi::keyvalue::{atomics, batch, store as wasi};
use spin_sdk::key_value as spin;

/// The store label, the same in every component's manifest entry.
const LABEL: &str = "default";

thread_local! {
    // Opening a store costs a round trip on Redis, so both stay open for the life of the instance.
    static SPIN_STORE: RefCell<Option<Rc<spin::Store>>> = const { RefCell::new(None) };
    static WASI_BUCKET: RefCell<Option<Rc<wasi::Bucket>>> = const { RefCell::new(None) };
}

/// The component's `default` store.
#[derive(Debug)]
pub struct SpinKeyValue;

#[async_trait]
impl KeyValue for SpinKeyValue {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError> {
        SendWrapper::new(async {
            let store = spin_store().await?;
            store.get(key).await.map_err(spin_failure)
        })
        .await
    }

    async fn set_many(&self, entries: Vec<(String, Vec<u8>)>) -> Result<(), KvError> {
        batch::set_many(&*bucket()?, &entries).map_err(wasi_failure)
    }

    async fn delete(&self, key: &str) -> Result<(), KvError> {
        SendWrapper::new(async {
            let store = spin_store().await?;
            store.delete(key).await.map_err(spin_failure)
        })
        .await
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError> {
        atomics::increment(&*bucket()?, key, delta).map_err(wasi_failure)
    }

    async fn swap(&self, key: &str, expected: &[u8], new: Vec<u8>) -> Result<SwapHint, KvError> {
        let handle = atomics::Cas::new(&*bucket()?, key).map_err(wasi_failure)?;
        if handle.current().map_err(wasi_failure)?.as_deref() != Some(expected) {
            return Ok(SwapHint::Differs);
        }
        match atomics::swap(handle, &new) {
            Ok(()) => Ok(SwapHint::Succeeded),
            Err(atomics::CasError::CasFailed(_)) => Ok(SwapHint::Failed),
            Err(atomics::CasError::StoreError(error)) => Err(wasi_failure(error)),
        }
    }
}

async fn spin_store() -> Result<Rc<spin::Store>, KvError> {
    if let Some(store) = SPIN_STORE.with_borrow(Clone::clone) {
        return Ok(store);
    }
    let store = Rc::new(spin::Store::open(LABEL).await.map_err(spin_failure)?);
    SPIN_STORE.set(Some(Rc::clone(&store)));
    Ok(store)
}

fn bucket() -> Result<Rc<wasi::Bucket>, KvError> {
    if let Some(bucket) = WASI_BUCKET.with_borrow(Clone::clone) {
        return Ok(bucket);
    }
    let bucket = Rc::new(wasi::open(LABEL).map_err(wasi_failure)?);
    WASI_BUCKET.set(Some(Rc::clone(&bucket)));
    Ok(bucket)
}

/// After a failure the store is opened again, because a broken connection stays broken in its handle.
fn spin_failure(error: spin::Error) -> KvError {
    SPIN_STORE.set(None);
    KvError::from_platform(error.to_string())
}

fn wasi_failure(error: wasi::Error) -> KvError {
    WASI_BUCKET.set(None);
    KvError::from_platform(match error {
        wasi::Error::NoSuchStore => format!("there is no store `{LABEL}`"),
        wasi::Error::AccessDenied => format!("the manifest does not give store `{LABEL}` to this component"),
        wasi::Error::Other(reason) => reason,
    })
}
