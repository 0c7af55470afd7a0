//! Which policies a computer was given last, so that administrators see which computers do not have the live ones. It is
//! written together with the answer that has them: once for each deployment, and never for an unchanged check-in.

use countersign_http::Problem;
use countersign_journal::Journal;
use countersign_model::Computer;
use countersign_store::{StoreError, Stored, UpdateError};

/// Notes the deployment whose policies the computer is given. Returns the revision of its record afterwards, which its agent
/// then knows.
pub async fn note(journal: &Journal, known: &Stored<Computer>, version: u64) -> Result<u64, Problem> {
    // Before the first deployment there is nothing to give.
    if version == 0 || known.value.policy_version == Some(version) {
        return Ok(known.revision);
    }
    let given = |old: &Computer| if old.deleted { Err(()) } else { Ok(old.with_policy_version(version)) };
    match journal.update(&known.value.id, given).await {
        // Somebody else has changed the computer as well: the agent must ask again.
        Ok(saved) if saved.revision == known.revision + 1 => Ok(saved.revision),
        // It is noted with the next policies, or the computer is gone.
        Ok(_) | Err(UpdateError::Refused(()) | UpdateError::Store(StoreError::Busy)) => Ok(known.revision),
        Err(UpdateError::Store(error)) => Err(error.into()),
    }
}
