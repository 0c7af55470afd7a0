//! An organization without active administrators: it goes on, but only administrators of those above it can help it.
use countersign_journal::Journal;
use countersign_kv::log;
use countersign_model::{Administrator, AdministratorId, List, Permit};
use countersign_store::StoreError;

use crate::wire::Warning;

/// Administrators looked at in one round.
const LOOKS_AT: usize = 50;
/// Rounds after which it is not known. Somebody active is among the first, but for an organization of many disabled accounts.
const ROUNDS: usize = 20;

/// What to know about an organization that an administrator leaves who was active. A failure to find out is only logged: it
/// must not turn a change that was made into a failed one.
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
                "it is not known who else is active",
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
        let page = journal.list(permit, List::Administrators, cursor.as_deref(), LOOKS_AT).await?;
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
