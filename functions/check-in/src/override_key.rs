//! The key of a computer's override codes: its agent gets it when it enrolls, and again until its version shows that it has
//! it. So agents that enrolled before there were such keys get one when they check in.

use countersign_authority::OverrideKey;
use countersign_authority::secrets::SecretKeys;
use countersign_http::{Problem, Services};
use countersign_journal::Journal;
use countersign_model::{Computer, ComputerId};
use countersign_store::{StoreError, Stored, UpdateError};

use crate::version::Version;

/// The computer, which has a key from now on, and the key if its agent does not have it yet. The version notes that it has.
pub async fn tell(
    services: &Services,
    known: Stored<Computer>,
    version: &mut Version,
) -> Result<(Stored<Computer>, Option<String>), Problem> {
    if version.knows_key(known.value.override_key.as_ref()) {
        return Ok((known, None));
    }
    // The news does not wait for the key: the next check-in tries again.
    let Ok(keys) = services.secret_keys().await else { return Ok((known, None)) };
    let known = match known.value.override_key {
        None if !keys.is_empty() => match with_key(&services.journal, &keys, &known.value.id).await? {
            Some(with_key) => with_key,
            None => return Ok((known, None)),
        },
        _ => known,
    };
    let id = known.value.override_key.as_ref().map(|key| key.id().to_owned());
    version.override_key = Some(id.unwrap_or_default());
    let text = OverrideKey::text_of(&keys, &known.value);
    Ok((known, text))
}

/// Gives a computer a key. Of several calls that do so at once, one key stays, and all tell that one. `None` if others are
/// changing the computer.
async fn with_key(
    journal: &Journal,
    keys: &SecretKeys,
    id: &ComputerId,
) -> Result<Option<Stored<Computer>>, Problem> {
    let give = |old: &Computer| {
        let gone = old.deleted.then(Problem::not_identified);
        gone.map_or_else(|| Ok(OverrideKey::equip(old.clone(), keys, journal.random())), Err)
    };
    match journal.update(id, give).await {
        Ok(stored) => Ok(Some(stored)),
        Err(UpdateError::Store(StoreError::Busy)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
