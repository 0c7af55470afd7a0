//! How many computers approvals reach: one by its scope, and those of a call together.

use std::collections::{BTreeMap, BTreeSet};

use countersign_authority::{ComputerCounts, Counted};
use countersign_journal::Journal;
use countersign_model::{ComputerId, DecisionScope, GroupId, OrganizationId, Permit, Request, Whereabouts};
use countersign_store::StoreError;

/// How many computers are read one by one for a call.
const FOR_A_CALL: usize = 4_000;

/// What is counted for a call.
pub struct Reach {
    counts: ComputerCounts,
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
    group: Counted,
    organization: Counted,
}

impl Computers {
    /// Those in a scope.
    pub fn within(&self, scope: DecisionScope) -> Counted {
        match scope {
            DecisionScope::Computer => Counted::ONE,
            DecisionScope::Group => self.group,
            DecisionScope::Organization => self.organization,
        }
    }
}

impl Default for Reach {
    fn default() -> Self {
        Self { counts: ComputerCounts::reading(FOR_A_CALL), reached: Reached::default() }
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
        let group = at.group().map(|group| (permit.clone(), Some(group.clone())));
        let places = [(permit.clone(), None)].into_iter().chain(group).collect();
        self.counts.count(journal, places).await?;
        let group = at.group().and_then(|group| self.counts.in_group(group));
        let organization = self.counts.in_organization(permit.organization());
        Ok(Computers {
            group: group.unwrap_or(Counted::NONE),
            organization: organization.unwrap_or(Counted::NONE),
        })
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
    pub fn together(&self) -> Counted {
        let Reached { organizations, groups, computers } = &self.reached;
        let of_organizations = organizations.iter().filter_map(|id| self.counts.in_organization(id));
        let whole_groups = groups.iter().filter(|(_, organization)| !organizations.contains(*organization));
        let of_groups = whole_groups.filter_map(|(id, _)| self.counts.in_group(id));
        let alone = computers.values().filter(|(group, organization)| {
            let in_group = group.as_ref().is_some_and(|group| groups.contains_key(group));
            !in_group && !organizations.contains(organization)
        });
        let counted = of_organizations.chain(of_groups).chain(alone.map(|_| Counted::ONE));
        counted.fold(Counted::NONE, |sum, each| Counted {
            count: sum.count + each.count,
            complete: sum.complete && each.complete,
        })
    }
}
