//! A role that an operation is about, with everything a decision about it needs.
use countersign_http::rights::{Rights, rights_at};
use countersign_http::{Asker, Problem};
use countersign_model::{Role, RoleBook, RoleHolders, RoleId};
use countersign_store::{Store, Stored, role_book_id};
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
    pub async fn load(store: &Store, caller: &Asker, id: &RoleId) -> Result<Self, Problem> {
        let holders = store.load::<RoleHolders>(id.as_str()).await?.ok_or_else(Problem::not_found)?.value;
        let owner = &holders.organization_id;
        let book = async { Ok(store.load::<RoleBook>(&role_book_id(owner)).await?) };
        let (rights, book) = try_join(rights_at(store, caller, owner), book).await?;
        let book = book.ok_or_else(Problem::not_found)?;
        let role = book.value.role(id).cloned().ok_or_else(Problem::not_found)?;
        Ok(Self { rights, holders, book, role })
    }
}
