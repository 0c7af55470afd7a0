//! The computers of an organization, as far as one call looks at them.

use countersign_journal::Journal;
use countersign_model::{Computer, GroupId, List, Permit, lists};
use countersign_store::StoreError;
use std::collections::BTreeMap;

/// The most computers that one call looks at.
pub const LOOKED_AT: usize = 2_000;
/// Computers that are read at once.
const PAGE: usize = 200;
/// The most computers of a group that are counted.
const COUNTED: usize = 10_000;

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

    fn in_group(&self, group: &GroupId) -> usize {
        self.computers.iter().filter(|computer| computer.group_id == *group).count()
    }
}

/// How many computers groups have.
pub struct Counted<'a> {
    counts: BTreeMap<&'a GroupId, usize>,
    /// Whether all were counted.
    pub complete: bool,
}

impl<'a> Counted<'a> {
    /// The computers of these groups of the permit's organization: one by one where it has few, or else as each group is
    /// listed.
    pub async fn of(
        journal: &Journal,
        permit: &Permit,
        groups: impl Iterator<Item = &'a GroupId>,
    ) -> Result<Self, StoreError> {
        let all = journal.projection(permit.organization()).await?.value.count(List::Computers);
        let fleet = match usize::try_from(all).is_ok_and(|all| all <= LOOKED_AT) {
            true => Some(Fleet::of(journal, permit).await?).filter(|fleet| fleet.complete),
            false => None,
        };
        let (mut counts, mut complete) = (BTreeMap::new(), true);
        for group in groups {
            let count = match &fleet {
                Some(fleet) => fleet.in_group(group),
                None => {
                    let list = lists::COMPUTER_NAMES;
                    journal.partition(permit, list, group.as_str(), None, COUNTED).await?.len()
                }
            };
            complete &= count < COUNTED;
            counts.insert(group, count);
        }
        Ok(Self { counts, complete })
    }

    /// How many are in one of the groups.
    pub fn in_group(&self, group: &GroupId) -> usize {
        self.counts.get(group).copied().unwrap_or_default()
    }
}
