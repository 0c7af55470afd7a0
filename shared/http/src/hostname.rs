//! Who has a host name in an organization.
//!
//! A host name is a slot. A new computer wins it with its record. A computer that changes its name first takes the slot of
//! the new name and then changes, so it may die in between. Therefore every change has a number, as the renaming of groups
//! and policies has: a computer is renamed only from the number before, and another one that finds a claim that is not
//! carried out yet moves the computer past its number. That renaming then fails.
//!
//! A name whose holder is gone may still belong to a computer that an administrator confirmed beside the holder. These are
//! found in the set of computers by name.

use countersign_journal::Journal;
use countersign_model::{Computer, ComputerId, Permit, lists};
use countersign_store::{Claim, StoreError, UpdateError};

/// The most computers of one name that are looked at.
const LOOKED_AT: usize = 50;

/// The confirmed computer other than `asking` that has a name, if there is one: that of the claim, or one that was confirmed
/// beside it.
pub async fn holder(
    journal: &Journal,
    permit: &Permit,
    (hostname, asking): (&str, Option<&ComputerId>),
    claim: &Claim,
) -> Result<Option<ComputerId>, StoreError> {
    let claimed = claimed(journal, claim).await?.filter(|computer| has(computer, hostname, asking));
    if let Some(computer) = claimed {
        return Ok(Some(computer.id));
    }
    let (list, key) = (lists::COMPUTER_NAMES, Computer::hostname_key(hostname));
    let ids = journal.partition(permit, list, &key, None, LOOKED_AT).await?;
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let found = journal.load_by_record_ids::<Computer>(&ids).await?;
    let mut found = found.into_iter().flatten().map(|found| found.value);
    Ok(found.find(|other| has(other, hostname, asking) && !other.unconfirmed).map(|other| other.id))
}

fn has(computer: &Computer, hostname: &str, asking: Option<&ComputerId>) -> bool {
    !computer.deleted && computer.is_called(hostname) && asking != Some(&computer.id)
}

/// The computer of a claim. If the claim is not carried out yet, it never will be.
async fn claimed(journal: &Journal, claim: &Claim) -> Result<Option<Computer>, StoreError> {
    let (id, naming) = parts(&claim.holder);
    let Some(found) = journal.load_by_record_id::<Computer>(id).await? else { return Ok(None) };
    if found.value.naming >= naming || found.value.deleted {
        return Ok(Some(found.value));
    }
    let past = |old: &Computer| if old.naming < naming { Ok(old.at_naming(naming)) } else { Err(CarriedOut) };
    match journal.update(&found.value.id, past).await {
        Ok(moved) => Ok(Some(moved.value)),
        Err(UpdateError::Refused(CarriedOut)) => {
            Ok(journal.load(&found.value.id).await?.map(|found| found.value))
        }
        Err(UpdateError::Store(error)) => Err(error),
    }
}

/// The change of the name was carried out just now.
struct CarriedOut;

/// Between the id and the number in the holder of a claim.
const NUMBERED: char = '#';

/// The holder of a claim with which a computer changes its name.
pub fn numbered(id: &ComputerId, naming: u64) -> String {
    format!("{id}{NUMBERED}{naming}")
}

/// The record id and the number of a claim. The claim with which a computer enrolls has no number.
fn parts(holder: &str) -> (&str, u64) {
    let (id, number) = holder.split_once(NUMBERED).unwrap_or((holder, ""));
    (id, number.parse().unwrap_or_default())
}
