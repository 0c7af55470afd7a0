//! The computers of an organization, as far as one call looks at them.

use countersign_journal::Journal;
use countersign_model::{Computer, GroupId, Permit, lists};
use countersign_store::StoreError;

/// The most computers that one call looks at.
pub const LOOKED_AT: usize = 2_000;
/// Computers that are read at once.
const PAGE: usize = 200;

/// Computers of an organization, the newest first.
pub struct Fleet {
    pub computers: Vec<Computer>,
    /// Whether these are all.
    pub complete: bool,
}

impl Fleet {
    /// The newest computers of the permit's organization.
    pub async fn of(journal: &Journal, permit: &Permit) -> Result<Self, StoreError> {
        let (mut computers, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = journal.page::<Computer>(permit, lists::COMPUTERS, cursor.as_deref(), PAGE).await?;
            let there = page.items.into_iter().map(|computer| computer.value);
            computers.extend(there.filter(|computer| !computer.deleted));
            match page.next {
                None => return Ok(Self { computers, complete: true }),
                Some(_) if computers.len() >= LOOKED_AT => return Ok(Self { computers, complete: false }),
                Some(next) => cursor = Some(next),
            }
        }
    }

    /// How many of them are in a group.
    pub fn in_group(&self, group: &GroupId) -> usize {
        self.computers.iter().filter(|computer| computer.group_id == *group).count()
    }
}
