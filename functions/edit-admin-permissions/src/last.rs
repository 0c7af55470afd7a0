//! Organizations without active administrators. They keep working, but only administrators of the organizations above
//! can manage them.
use countersign_journal::Journal;
use countersign_kv::log;
use countersign_model::{Administrator, AdministratorId, Permit, lists};
use countersign_store::StoreError;

use crate::wire::Warning;

/// Administrators read in one round.
const LOOKS_AT: usize = 50;
/// Rounds after which the search stops without a result. An active administrator is usually among the first, except at
/// an organization with many disabled accounts.
const ROUNDS: usize = 20;

/// Warnings about an organization that loses an active administrator. A failure to find out is only logged, because the
/// change itself was made and must not be answered as failed.
pub async fn warnings_without(
    journal: &Journal,
    permit: &Permit,
    administrator: &Administrator,
) -> Vec<Warning> {
    if !administrator.is_active() {
        return Vec::new();
    }
    match another_is_active(journal, permit, &administrator.id).await {
        Ok(true) => Vec::new(),
        Ok(false) => vec![Warning::last_administrator()],
        Err(error) => {
            log::line(
                "it could not be determined who else is active",
                &[("organization", &administrator.organization_id), ("error", &error)],
            );
            Vec::new()
        }
    }
}

async fn another_is_active(
    journal: &Journal,
    permit: &Permit,
    except: &AdministratorId,
) -> Result<bool, StoreError> {
    let mut cursor: Option<String> = None;
    for _ in 0..ROUNDS {
        let page = journal.list(permit, lists::ADMINISTRATORS, cursor.as_deref(), LOOKS_AT).await?;
        let ids: Vec<_> = page.items.iter().map(|row| row.id.as_str()).collect();
        let read = journal.load_by_record_ids::<Administrator>(&ids).await?;
        let is_another = |each: &Administrator| {
            each.is_active() && each.id != *except && each.organization_id == *permit.organization()
        };
        if read.iter().flatten().any(|stored| is_another(&stored.value)) {
            return Ok(true);
        }
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(false),
        }
    }
    Ok(true)
}
