//! What an organization asks of requests and decisions, with what it takes over from those above it.
use countersign_model::ids::OrganizationId;
use countersign_model::{ApprovalSettings, Organization, Waits};
use countersign_store::{Store, StoreError};

/// The settings that count at an organization that has been read: its own, and where it has none, those of the
/// organizations above. One round, at most as many reads as there are organizations above.
///
/// # Errors
/// If the store fails.
pub async fn approval_settings(
    store: &Store,
    organization: &Organization,
) -> Result<ApprovalSettings, StoreError> {
    let above = store.load_many::<Organization>(&organization.ancestors).await?;
    let above = above.into_iter().flatten().map(|above| above.value.approval).collect();
    Ok(combined(organization.approval.clone(), above))
}

/// How long requests of an organization that has been read wait, and waited before that was changed there or above. One
/// round, at most as many reads as there are organizations above.
///
/// # Errors
/// If the store fails.
pub async fn waits(store: &Store, organization: &Organization) -> Result<Waits, StoreError> {
    let nearest_first = store.with_those_above(organization).await?;
    Ok(Waits::of(nearest_first.iter().map(Organization::waits)))
}

/// The settings that count at an organization, with the organizations above it, the root first. One round.
///
/// # Errors
/// If the store fails.
pub async fn approval_settings_at(
    store: &Store,
    organization: &OrganizationId,
    ancestors: &[OrganizationId],
) -> Result<ApprovalSettings, StoreError> {
    let all = ancestors.iter().chain([organization]);
    let found = store.load_many::<Organization>(all).await?;
    let above = found.into_iter().flatten().map(|found| found.value.approval).collect();
    Ok(combined(ApprovalSettings::default(), above))
}

/// `above` has the root first.
fn combined(own: ApprovalSettings, above: Vec<ApprovalSettings>) -> ApprovalSettings {
    above.into_iter().rev().fold(own, ApprovalSettings::below)
}
