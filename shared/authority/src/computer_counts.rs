//! How many computers an approval for a group or an organization reaches, counted once for each of them in a call.

use std::collections::{BTreeMap, BTreeSet};

use countersign_journal::Journal;
use countersign_journal::readable::load_readable;
use countersign_kv::under_way::try_all;
use countersign_model::{Computer, GroupId, List, OrganizationId, Permit, lists};
use countersign_store::StoreError;

/// How many computers of an organization or group are read one by one, to leave out the unconfirmed and cloned ones. Of more, there is
/// only the number.
const ONE_BY_ONE: usize = 1_000;
/// The most computers of a group that are counted.
const COUNTED: usize = 10_000;
/// Computers that are read at once.
const PAGE: usize = 200;

/// A number of computers, as far as they were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// How many were counted.
    pub count: u64,
    /// Whether all were counted; if not, there may be more.
    pub complete: bool,
}

impl Counted {
    /// Of none.
    pub const NONE: Self = Self { count: 0, complete: true };
    /// Of a single computer.
    pub const ONE: Self = Self { count: 1, complete: true };
}

/// What is counted for a call.
#[derive(Debug)]
pub struct ComputerCounts {
    known: Known,
    /// How many computers may still be read one by one.
    left: usize,
}

impl ComputerCounts {
    /// Nothing is counted yet. So many computers may be read one by one; of those beyond, there is only the number.
    #[must_use]
    pub fn reading(at_most: usize) -> Self {
        Self { known: Known::default(), left: at_most }
    }

    /// Counts the computers of each permit's organization, or of a group there, unless they are counted already. Every list is read at the
    /// same time, then 200 computers at a time. Nothing that is for others reaches unconfirmed and cloned computers, so they are left out,
    /// unless there are more than a thousand in one place, or more than may be read.
    ///
    /// # Errors
    /// If a permit does not allow reading computers, an organization does not exist, or the store fails.
    pub async fn count(
        &mut self,
        journal: &Journal,
        places: Vec<(Permit, Option<GroupId>)>,
    ) -> Result<(), StoreError> {
        let places = self.unknown(places);
        let listing: Vec<_> =
            places.iter().map(|(permit, group)| Listed::of(journal, permit, group.as_ref())).collect();
        let listed = try_all(listing).await?;
        let (mut read, mut ids) = (Known::default(), BTreeSet::new());
        for ((permit, group), listed) in places.into_iter().zip(listed) {
            let Listed { all, each } = listed;
            match each.filter(|each| self.takes(each.len())) {
                Some(each) => {
                    ids.extend(each);
                    read.note(&permit, group, Counted::NONE);
                }
                None => self.known.note(&permit, group, all),
            }
        }
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        for some in ids.chunks(PAGE) {
            let computers = load_readable::<Computer>(journal, some).await?;
            computers.iter().filter(|computer| is_reached(computer)).for_each(|computer| read.add(computer));
        }
        self.known.organizations.extend(read.organizations);
        self.known.groups.extend(read.groups);
        Ok(())
    }

    /// The computers of an organization; `None` if they were not counted.
    #[must_use]
    pub fn in_organization(&self, id: &OrganizationId) -> Option<Counted> {
        self.known.organizations.get(id).copied()
    }

    /// The computers of a group; `None` if they were not counted.
    #[must_use]
    pub fn in_group(&self, id: &GroupId) -> Option<Counted> {
        self.known.groups.get(id).copied()
    }

    /// Where nothing is counted yet, each place once.
    fn unknown(&self, places: Vec<(Permit, Option<GroupId>)>) -> Vec<(Permit, Option<GroupId>)> {
        let (mut organizations, mut groups) = (BTreeMap::new(), BTreeMap::new());
        for (permit, group) in places {
            let organization = permit.organization().clone();
            match group {
                Some(group) if self.in_group(&group).is_none() => {
                    groups.insert(group, permit);
                }
                None if self.in_organization(&organization).is_none() => {
                    organizations.insert(organization, permit);
                }
                Some(_) | None => {}
            }
        }
        let organizations = organizations.into_values().map(|permit| (permit, None));
        organizations.chain(groups.into_iter().map(|(group, permit)| (permit, Some(group)))).collect()
    }

    /// Whether so many computers are read one by one.
    fn takes(&mut self, computers: usize) -> bool {
        let left = self.left.checked_sub(computers);
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }
}

/// Numbers by place.
#[derive(Debug, Default)]
struct Known {
    organizations: BTreeMap<OrganizationId, Counted>,
    groups: BTreeMap<GroupId, Counted>,
}

impl Known {
    fn note(&mut self, permit: &Permit, group: Option<GroupId>, counted: Counted) {
        match group {
            Some(group) => self.groups.insert(group, counted),
            None => self.organizations.insert(permit.organization().clone(), counted),
        };
    }

    /// Counts a computer where it is.
    fn add(&mut self, computer: &Computer) {
        let organization = self.organizations.get_mut(&computer.organization_id);
        let group = self.groups.get_mut(&computer.group_id);
        organization.into_iter().chain(group).for_each(|counted| counted.count += 1);
    }
}

/// The computers of an organization or group, as they are listed.
struct Listed {
    all: Counted,
    /// Their ids; `None` if there are too many to be read one by one.
    each: Option<Vec<String>>,
}

impl Listed {
    async fn of(journal: &Journal, permit: &Permit, group: Option<&GroupId>) -> Result<Self, StoreError> {
        if let Some(group) = group {
            let names = lists::COMPUTER_NAMES;
            let ids = journal.partition(permit, names, group.as_str(), None, COUNTED).await?;
            let all = Counted { count: ids.len() as u64, complete: ids.len() < COUNTED };
            return Ok(Self { all, each: Some(ids).filter(|ids| ids.len() <= ONE_BY_ONE) });
        }
        let count = journal.projection(permit.organization()).await?.value.count(List::Computers);
        let all = Counted { count, complete: true };
        if count > ONE_BY_ONE as u64 {
            return Ok(Self { all, each: None });
        }
        // Computers that were enrolled just now are listed, but are not in the number.
        let page = journal.list(permit, lists::COMPUTERS, None, ONE_BY_ONE).await?;
        let ids = page.items.into_iter().map(|row| row.id).collect();
        Ok(Self { all, each: Some(ids).filter(|_| page.next.is_none()) })
    }
}

fn is_reached(computer: &Computer) -> bool {
    !computer.deleted && !computer.unconfirmed && !computer.is_cloned()
}
