//! How many computers an approval reaches, counted once for each organization and group of a call.

use std::collections::{BTreeMap, BTreeSet};

use countersign_journal::Journal;
use countersign_model::{
    Computer, ComputerId, DecisionScope, GroupId, List, OrganizationId, Permit, Request, Whereabouts, lists,
};
use countersign_store::StoreError;

use crate::wire::CountPreview;

/// How many computers of an organization or group are read one by one, to leave out the unconfirmed and cloned ones. Of more, there is
/// only the number.
const ONE_BY_ONE: usize = 1_000;
/// How many are read one by one for a call.
const FOR_A_CALL: usize = 4_000;
/// The most computers of a group that are counted.
const COUNTED: usize = 10_000;
/// Computers that are read at once.
const PAGE: usize = 200;

/// What is counted for a call.
pub struct Reach {
    organizations: BTreeMap<OrganizationId, CountPreview>,
    groups: BTreeMap<GroupId, CountPreview>,
    /// How many computers may still be read one by one.
    left: usize,
    reached: Reached,
}

/// What the approvals of a call reach together.
#[derive(Default)]
struct Reached {
    organizations: BTreeSet<OrganizationId>,
    groups: BTreeMap<GroupId, OrganizationId>,
    computers: BTreeMap<ComputerId, (Option<GroupId>, OrganizationId)>,
}

/// The computers that an approval reaches.
pub struct Computers {
    group: CountPreview,
    organization: CountPreview,
}

impl Computers {
    /// Those in a scope.
    pub fn within(&self, scope: DecisionScope) -> CountPreview {
        match scope {
            DecisionScope::Computer => one(),
            DecisionScope::Group => self.group,
            DecisionScope::Organization => self.organization,
        }
    }
}

impl Default for Reach {
    fn default() -> Self {
        let (organizations, groups, reached) = Default::default();
        Self { organizations, groups, left: FOR_A_CALL, reached }
    }
}

impl Reach {
    /// The computers of the permit's organization, and of the group where a computer is.
    pub async fn of(
        &mut self,
        journal: &Journal,
        permit: &Permit,
        at: &Whereabouts,
    ) -> Result<Computers, StoreError> {
        let organization = match self.organizations.get(permit.organization()) {
            Some(known) => *known,
            None => {
                let counted = self.in_organization(journal, permit).await?;
                self.organizations.insert(permit.organization().clone(), counted);
                counted
            }
        };
        let group = match at.group() {
            None => CountPreview { count: 0, complete: true },
            Some(group) => match self.groups.get(group) {
                Some(known) => *known,
                None => {
                    let counted = self.in_group(journal, permit, group).await?;
                    self.groups.insert(group.clone(), counted);
                    counted
                }
            },
        };
        Ok(Computers { group, organization })
    }

    /// Notes what an approval that was counted reaches.
    pub fn reaches(&mut self, request: &Request, at: &Whereabouts, scope: DecisionScope) {
        let (organization, group) = (request.organization_id.clone(), at.group().cloned());
        match (scope, group) {
            (DecisionScope::Organization, _) => {
                self.reached.organizations.insert(organization);
            }
            (DecisionScope::Group, Some(group)) => {
                self.reached.groups.insert(group, organization);
            }
            (_, group) => {
                self.reached.computers.insert(request.computer_id.clone(), (group, organization));
            }
        }
    }

    /// The computers that the approvals reach together, each counted once.
    pub fn together(&self) -> CountPreview {
        let Reached { organizations, groups, computers } = &self.reached;
        let of_organizations = organizations.iter().filter_map(|id| self.organizations.get(id));
        let whole_groups = groups.iter().filter(|(_, organization)| !organizations.contains(*organization));
        let of_groups = whole_groups.filter_map(|(id, _)| self.groups.get(id));
        let alone = computers.values().filter(|(group, organization)| {
            let in_group = group.as_ref().is_some_and(|group| groups.contains_key(group));
            !in_group && !organizations.contains(organization)
        });
        let counted = of_organizations.chain(of_groups).copied().chain(alone.map(|_| one()));
        counted.fold(CountPreview { count: 0, complete: true }, |sum, each| CountPreview {
            count: sum.count + each.count,
            complete: sum.complete && each.complete,
        })
    }

    async fn in_organization(
        &mut self,
        journal: &Journal,
        permit: &Permit,
    ) -> Result<CountPreview, StoreError> {
        let all = journal.projection(permit.organization()).await?.value.count(List::Computers);
        let known = CountPreview { count: all, complete: true };
        if !self.takes(usize::try_from(all).unwrap_or(usize::MAX)) {
            return Ok(known);
        }
        let (mut count, mut read) = (0, 0);
        let mut cursor: Option<String> = None;
        loop {
            let page = journal.page::<Computer>(permit, lists::COMPUTERS, cursor.as_deref(), PAGE).await?;
            read += page.items.len();
            count += page.items.iter().filter(|found| is_reached(&found.value)).count() as u64;
            cursor = page.next;
            if cursor.is_none() {
                return Ok(CountPreview { count, complete: true });
            }
            // Computers that were enrolled just now are not in the number.
            if read > ONE_BY_ONE {
                return Ok(known);
            }
        }
    }

    async fn in_group(
        &mut self,
        journal: &Journal,
        permit: &Permit,
        group: &GroupId,
    ) -> Result<CountPreview, StoreError> {
        let ids = journal.partition(permit, lists::COMPUTER_NAMES, group.as_str(), None, COUNTED).await?;
        if !self.takes(ids.len()) {
            return Ok(CountPreview { count: ids.len() as u64, complete: ids.len() < COUNTED });
        }
        let mut count = 0;
        for some in ids.chunks(PAGE) {
            let some: Vec<&str> = some.iter().map(String::as_str).collect();
            let found = journal.load_by_record_ids::<Computer>(&some).await?.into_iter().flatten();
            let there = found.filter(|found| is_reached(&found.value) && found.value.group_id == *group);
            count += there.count() as u64;
        }
        Ok(CountPreview { count, complete: true })
    }

    /// Whether so many computers are read one by one.
    fn takes(&mut self, computers: usize) -> bool {
        let takes = computers <= ONE_BY_ONE.min(self.left);
        if takes {
            self.left -= computers;
        }
        takes
    }
}

fn is_reached(computer: &Computer) -> bool {
    !computer.deleted && !computer.unconfirmed && !computer.is_cloned()
}

fn one() -> CountPreview {
    CountPreview { count: 1, complete: true }
}
