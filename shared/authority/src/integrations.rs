//! What is behind an integration: where it sends to and its key, encrypted under `secret_key`, and how it is found by its name.

use countersign_journal::Journal;
use countersign_kv::Random;
use countersign_model::text::name_key;
use countersign_model::{Integration, IntegrationId, IntegrationKind, OrganizationId};
use countersign_store::{Slot, StoreError};
use serde::{Deserialize, Serialize};

use crate::secrets::SecretKeys;

/// What the unique name of an integration is of, for its slot.
pub const INTEGRATION_NAME: &str = "integration-name";
const PURPOSE: &str = "integrations";

/// Where an integration sends to, and its key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The address of a webhook; empty for PagerDuty, which has one for all.
    pub url: String,
    /// The key with which requests are signed, or PagerDuty's routing key; empty for a chat, whose address is the secret.
    pub key: String,
}

impl Target {
    /// Encrypted for its integration. `None` without a `secret_key`.
    #[must_use]
    pub fn seal(&self, keys: &SecretKeys, owner: &IntegrationId, random: &dyn Random) -> Option<String> {
        let plain = serde_json::to_vec(self).ok()?;
        keys.seal(PURPOSE, owner.as_str(), &plain, random)
    }

    /// The target of an integration. `None` if it was sealed under a `secret_key` that is gone.
    #[must_use]
    pub fn of(keys: &SecretKeys, integration: &Integration) -> Option<Self> {
        let plain = keys.open(PURPOSE, integration.id.as_str(), &integration.sealed)?;
        serde_json::from_slice(&plain).ok()
    }
}

/// The integration of an organization with a kind and a name.
///
/// # Errors
/// When the backend fails.
pub async fn integration_named(
    journal: &Journal,
    organization: &OrganizationId,
    kind: IntegrationKind,
    name: &str,
) -> Result<Option<Integration>, StoreError> {
    let key = name_key(name);
    let slot = Slot::display_name(INTEGRATION_NAME, organization.as_str(), &key);
    let Some(claim) = journal.holder(&slot).await? else { return Ok(None) };
    let found = journal.load_by_record_id::<Integration>(&claim.holder).await?.map(|found| found.value);
    Ok(found.filter(|found| found.kind == kind && !found.deleted && name_key(&found.name) == key))
}
