//! From a grant to the request that gave it, and to its first use by a computer.
use countersign_model::{ComputerId, GrantId, GrantRef, GrantUse, Request, RequestId, RequestStatus};
use countersign_store::{Slot, Store, StoreError, Stored};
use jiff::Timestamp;

/// The request whose approval gave a grant. Grants of earlier versions are found only if the request is named.
///
/// # Errors
/// If the store fails.
pub async fn request_of_grant(
    store: &Store,
    grant: &GrantId,
    named: Option<&RequestId>,
) -> Result<Option<Stored<Request>>, StoreError> {
    let known = match named {
        Some(_) => None,
        None => store.load::<GrantRef>(grant).await?.map(|found| found.value.request_id),
    };
    let Some(id) = named.or(known.as_ref()) else { return Ok(None) };
    let gives = |request: &Request| {
        let decision = request.decision.as_ref().filter(|decision| decision.settled_by.is_none());
        decision.is_some_and(|decision| decision.grant.as_ref() == Some(grant))
    };
    Ok(store.load::<Request>(id).await?.filter(|found| gives(&found.value)))
}

/// The first use of a grant by a computer; `None` if none was reported.
///
/// # Errors
/// If the store fails.
pub async fn first_use(
    store: &Store,
    grant: &GrantId,
    computer: &ComputerId,
) -> Result<Option<GrantUse>, StoreError> {
    let Some(claim) = store.holder(&Slot::grant_use(grant, computer)).await? else { return Ok(None) };
    Ok(store.load_by_record_id::<GrantUse>(&claim.holder).await?.map(|found| found.value))
}

/// When the computer that asked first used the grant of the approval in force. Read only if the time of the approval begins with
/// that; otherwise, and if no use was reported, `None`.
///
/// # Errors
/// If the store fails.
pub async fn first_used(
    store: &Store,
    request: &Request,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let starting = request.decision.as_ref().filter(|decision| decision.first_use.is_some());
    let Some(grant) = starting.and_then(|decision| decision.grant.as_ref()) else { return Ok(None) };
    if request.status_at(now) != RequestStatus::Approved {
        return Ok(None);
    }
    Ok(first_use(store, grant, &request.computer_id).await?.map(|used| used.at))
}
