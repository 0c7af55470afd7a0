//! How many bytes of attachments the computers have in the store, each and all of one enrollment key together.
//!
//! The bytes of an upload are counted right before its manifest is written, and counted down once: with the manifest,
//! when storing it fails, or by the sweep a day later if its writer died in between or another upload of the same bytes
//! replaced it. A process that dies between two writes of counting or of counting down leaves the numbers wrong by the
//! bytes of the uploads that it was at, at most 512 MiB each unless the deployment allows more. Nothing corrects that.

use countersign_kv::decode_counter;
use countersign_model::Computer;
use countersign_model::ids::{ComputerId, EnrollmentKeyId};
use futures::future::try_join;
use serde::{Deserialize, Serialize};

use crate::record::{decode, encode};
use crate::{Manifest, Store, StoreError, keys};

/// The bytes in the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeptBytes {
    /// Of the computer.
    pub computer: u64,
    /// Of all computers that enrolled with the same key; 0 if that key is not known.
    pub key: u64,
}

/// What an upload counts for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counted {
    pub(crate) computer_id: ComputerId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) enrollment_key_id: Option<EnrollmentKeyId>,
    pub(crate) size: u64,
}

impl Store {
    /// How many bytes a computer has in the store, and how many the computers of its enrollment key have together.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn kept_bytes(&self, computer: &Computer) -> Result<KeptBytes, StoreError> {
        let of_key = async {
            match &computer.enrollment_key_id {
                Some(key) => self.counter_at_least_0(&keys::kept_bytes_of_key(key)).await,
                None => Ok(0),
            }
        };
        let own = keys::kept_bytes(&computer.id);
        let (computer, key) = try_join(self.counter_at_least_0(&own), of_key).await?;
        Ok(KeptBytes { computer, key })
    }

    /// Counts the bytes that a computer is about to have in the store, before their manifest is written. Returns how
    /// many there are with them. Take them back with [`Store::forget_bytes`] if the manifest is not written.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn keep_bytes(&self, manifest: &Manifest) -> Result<KeptBytes, StoreError> {
        let counted = manifest.counted().filter(|(_, counted)| counted.size > 0);
        let Some((upload, counted)) = counted else { return Ok(KeptBytes::default()) };
        let note = keys::counted_bytes(upload);
        let value = encode(&note, &counted)?;
        self.write(vec![(note, value)]).await?;
        self.count_bytes(&counted, signed(counted.size)).await
    }

    /// Counts the bytes of an attachment down. A second call for the same upload changes nothing, even at the same moment.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn forget_bytes(&self, manifest: &Manifest) -> Result<(), StoreError> {
        match manifest.counted() {
            Some((upload, counted)) => self.forget_counted(upload, &counted).await,
            None => Ok(()),
        }
    }

    /// The same for an upload that no manifest names, if it was counted.
    pub(crate) async fn forget_upload(&self, upload: &str) -> Result<(), StoreError> {
        let note = keys::counted_bytes(upload);
        let counted = self.kv.get(&note).await?.and_then(|bytes| decode::<Counted>(&note, &bytes).ok());
        let Some(counted) = counted else { return Ok(()) };
        self.forget_counted(upload, &counted).await?;
        self.kv.delete(&note).await?;
        Ok(self.kv.delete(&keys::forgotten_bytes(upload)).await?)
    }

    async fn forget_counted(&self, upload: &str, counted: &Counted) -> Result<(), StoreError> {
        if counted.size > 0 && self.kv.increment(&keys::forgotten_bytes(upload), 1).await? == 1 {
            self.count_bytes(counted, -signed(counted.size)).await?;
        }
        Ok(())
    }

    async fn count_bytes(&self, counted: &Counted, change: i64) -> Result<KeptBytes, StoreError> {
        let computer = self.kv.increment(&keys::kept_bytes(&counted.computer_id), change).await?;
        let key = match &counted.enrollment_key_id {
            Some(key) => self.kv.increment(&keys::kept_bytes_of_key(key), change).await?,
            None => 0,
        };
        let at_least_0 = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok(KeptBytes { computer: at_least_0(computer), key: at_least_0(key) })
    }

    async fn counter_at_least_0(&self, key: &str) -> Result<u64, StoreError> {
        let read = self.kv.get(key).await?.and_then(|bytes| decode_counter(&bytes));
        let number = read.map_or(0, |(number, _)| number);
        // A negative number is read as one that no counter reaches.
        Ok(if i64::try_from(number).is_ok() { number } else { 0 })
    }
}

fn signed(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}
