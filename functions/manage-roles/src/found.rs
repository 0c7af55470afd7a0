//! A role that an operation is about, with everything a decision about it needs.
use countersign_authority::Principal;
use countersign_authority::rights::{Rights, rights_at};
use countersign_http::Problem;
use countersign_journal::Journal;
use countersign_model::{Role, RoleBook, RoleHolders, RoleId};
use countersign_store::Stored;
use futures::future::try_join;

/// A role, read just now, and the caller's rights at its owner.
pub struct Found {
    pub rights: Rights,
    pub holders: RoleHolders,
    pub book: Stored<RoleBook>,
    pub role: Role,
}

impl Found {
    /// Reads a role by its id: who owns it, then the owner's book, in two rounds.
    pub async fn load(journal: &Journal, caller: &Principal, id: &RoleId) -> Result<Self, Problem> {
        let holders = journal.load::<RoleHolders>(&id).await?.ok_or_else(Problem::not_found)?.value;
        let owner = &holders.organization_id;
        let book = async { Ok(journal.load::<RoleBook>(owner).await?) };
        let (rights, book) = try_join(rights_at(journal, caller, owner), book).await?;
        let book = book.ok_or_else(Problem::not_found)?;
        let role = book.value.role(id).cloned().ok_or_else(Problem::not_found)?;
        Ok(Self { rights, holders, book, role })
    }
}
