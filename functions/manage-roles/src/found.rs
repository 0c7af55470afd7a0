//! The role that an operation is about, with everything that a decision about it needs.
use countersign_authority::Principal;
use countersign_authority::rights::{Rights, rights_at};
use countersign_journal::Journal;
use countersign_model::{Action, Permit, Resource, Role, RoleBook, RoleHolders, RoleId, decide};
use countersign_store::{Entity, Stored};
use futures::future::try_join;

use crate::error::RoleChangeError;

/// A role, just read, and the caller's rights at its owner. It exists only if the caller may do there what they ask
/// for.
pub struct RoleContext {
    /// The permit for that, judged on the owner's role book as it was read.
    pub permit: Permit,
    pub rights: Rights,
    pub holders: RoleHolders,
    pub book: Stored<RoleBook>,
    pub role: Role,
}

impl RoleContext {
    /// Reads a role by its id for an action, in two rounds: its owner, then the owner's role book.
    pub async fn load(
        journal: &Journal,
        caller: &Principal,
        id: &RoleId,
        action: Action,
    ) -> Result<Self, RoleChangeError> {
        let holders = journal.load::<RoleHolders>(id).await?.ok_or(RoleChangeError::Unknown)?.value;
        let owner = &holders.organization_id;
        let book = async { Ok(journal.load::<RoleBook>(owner).await?) };
        let (rights, book) = try_join(rights_at(journal, caller, owner), book).await?;
        let book = book.ok_or(RoleChangeError::Unknown)?;
        let role = book.value.role(id).cloned().ok_or(RoleChangeError::Unknown)?;
        let permit = decide(&rights.actor, action, &owner_at(&rights, &book))?;
        Ok(Self { permit, rights, holders, book, role })
    }

    /// The organization that owns the role. A permit for it names the revision of the role book, so nothing is saved
    /// with it after the book has changed.
    pub fn at(&self) -> Resource {
        owner_at(&self.rights, &self.book)
    }
}

fn owner_at(rights: &Rights, book: &Stored<RoleBook>) -> Resource {
    rights.resource().judged_on(book.value.own_record_id(), book.revision)
}
