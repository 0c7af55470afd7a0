//! The root organization.

use countersign_model::OrganizationId;
use countersign_store::{Slot, Store, StoreError};

/// The root organization; `None` before the set-up.
///
/// # Errors
/// When the store fails.
pub async fn root(store: &Store) -> Result<Option<OrganizationId>, StoreError> {
    let claim = store.holder(&Slot::set_up()).await?;
    Ok(claim.and_then(|claim| claim.holder.parse().ok()))
}
