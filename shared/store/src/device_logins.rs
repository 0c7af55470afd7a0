//! Programs that wait to be signed in with a device code, each under its user code.

use countersign_model::DeviceLogin;
use jiff::SignedDuration;

use crate::record::key_of;
use crate::{Expiring, Store, StoreError};

/// How long a login is kept after its end: the processor finds the event of its decision at it.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

impl Store {
    /// Begins a login, unless another one has its user code or had it lately. One read, and two writes.
    ///
    /// Of two that begin under one code at the same moment, only the later one stays; the other's device code is then not valid.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn begin_device_login(&self, login: &DeviceLogin) -> Result<bool, StoreError> {
        let key = key_of::<DeviceLogin>(&login.user_code);
        if self.kv.get(&key).await?.is_some() {
            return Ok(false);
        }
        let gone = login.expires_at.saturating_add(KEPT).unwrap_or(login.expires_at);
        self.expire_after(gone, &Expiring::Key { key: key.clone() }).await?;
        self.write_first(key, login).await?;
        Ok(true)
    }
}
