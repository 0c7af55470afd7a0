//! The people to examine, each once over all pages and without keeping state: members of the organization asked about
//! or of one above it are examined there; everybody else under the first relevant role that they hold.

use countersign_journal::Journal;
use countersign_model::{
    Action, Administrator, AdministratorId, Organization, OrganizationId, PermissionSet, Permit, Role,
    RoleBook, RoleHolders, RoleId, catalogue, lists,
};
use countersign_store::{Entity, StoreError};
use futures::future::try_join;

/// The most roles whose holders are read for one page.
const ROLES_AT_ONCE: usize = 16;

/// Where a page begins. Levels count upwards from the organization asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beginning {
    /// Among the members of a level's organization, newest first, below one of them.
    Members {
        /// The level.
        level: usize,
        /// Below this member.
        below: Option<AdministratorId>,
    },
    /// Among the holders of the roles of a level, at a role (oldest first), above one of its holders.
    Holders {
        /// The level.
        level: usize,
        /// At this role.
        role: Option<RoleId>,
        /// Above this holder.
        above: Option<AdministratorId>,
    },
}

impl Default for Beginning {
    fn default() -> Self {
        Self::Members { level: 0, below: None }
    }
}

impl Beginning {
    /// The text for a cursor.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Members { level, below } => format!("m.{level}.{}", shown(below)),
            Self::Holders { level, role, above } => format!("h.{level}.{}.{}", shown(role), shown(above)),
        }
    }

    /// The beginning of a page that was given this text; otherwise the first page.
    #[must_use]
    pub fn read(text: Option<&str>) -> Self {
        text.and_then(Self::parse).unwrap_or_default()
    }

    fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        match *parts.as_slice() {
            ["m", level, below] => {
                Some(Self::Members { level: level.parse().ok()?, below: below.parse().ok() })
            }
            ["h", level, role, above] => {
                let (role, above) = (role.parse().ok(), above.parse().ok());
                Some(Self::Holders { level: level.parse().ok()?, role, above })
            }
            _ => None,
        }
    }
}

fn shown<T: ToString>(id: &Option<T>) -> String {
    id.as_ref().map(T::to_string).unwrap_or_default()
}

/// A role that may be relevant. Ordered by the level of their owner, then by age.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Mattering {
    level: usize,
    id: RoleId,
}

/// Somebody recorded as a holder of a role.
type Listed<'r> = (&'r Mattering, AdministratorId);

/// Everybody who may be allowed an action at an organization.
pub struct Candidates<'a> {
    journal: &'a Journal,
    /// From the organization asked about up to the root, each with the permit to find out who may act because of it.
    path: Vec<Permit>,
    /// The roles that may be relevant, in order.
    roles: Vec<Mattering>,
}

impl<'a> Candidates<'a> {
    /// `path` leads from the organization asked about up to the root.
    #[must_use]
    pub fn new(journal: &'a Journal, action: Action, path: Vec<Permit>, books: &[RoleBook]) -> Self {
        let parts = catalogue::having_a_part_in(action);
        let of = |(level, permit): (usize, &Permit)| {
            let book = books.iter().find(|book| book.organization_id == *permit.organization());
            let roles = book.map_or(&[][..], |book| &book.roles);
            let matters = roles.iter().filter(|role| has_one_of(role, parts));
            let mattering = |role: &Role| Mattering { level, id: role.id.clone() };
            matters.map(mattering).collect::<Vec<_>>()
        };
        let mut roles: Vec<_> = path.iter().enumerate().flat_map(of).collect();
        roles.sort();
        Self { journal, path, roles }
    }

    /// Up to `limit` active administrators, and where the next page begins.
    pub async fn page(
        &self,
        mut from: Beginning,
        limit: usize,
    ) -> Result<(Vec<Administrator>, Option<Beginning>), StoreError> {
        let mut people = Vec::new();
        let mut left = limit;
        while let Beginning::Members { level, below } = &from {
            let Some(permit) = self.path.get(*level) else { break };
            if left == 0 {
                return Ok((people, Some(from)));
            }
            let below = below.as_ref().map(AdministratorId::as_str);
            let page = self.journal.page(permit, lists::ADMINISTRATORS, below, left).await?;
            left = left.saturating_sub(page.items.len());
            people.extend(page.items.into_iter().map(|stored| stored.value));
            from = match page.next.and_then(|next| next.parse().ok()) {
                Some(next) => Beginning::Members { level: *level, below: Some(next) },
                None => Beginning::Members { level: level + 1, below: None },
            };
        }
        let (level, role, above) = match from {
            Beginning::Holders { level, role, above } => (level, role, above),
            Beginning::Members { .. } => (0, None, None),
        };
        let is_left = |each: &&Mattering| (each.level, Some(&each.id)) >= (level, role.as_ref());
        let rest: Vec<_> = self.roles.iter().filter(is_left).collect();
        // The role may have been deleted since.
        let goes_on = rest.first().is_some_and(|each| Some(&each.id) == role.as_ref());
        let (holders, next) = self.holders(&rest, above.filter(|_| goes_on), left).await?;
        people.extend(holders);
        people.retain(Administrator::is_active);
        Ok((people, next))
    }

    /// Up to `limit` people who are examined under these roles; for the first role, only those above `above`.
    async fn holders(
        &self,
        roles: &[&Mattering],
        above: Option<AdministratorId>,
        limit: usize,
    ) -> Result<(Vec<Administrator>, Option<Beginning>), StoreError> {
        let (now, later) = roles.split_at(roles.len().min(ROLES_AT_ONCE));
        let mut listed = self.listed(now).await?;
        let first = now.first();
        listed.retain(|(role, id)| Some(role) != first || above.as_ref().is_none_or(|above| id > above));
        let next = match limit.checked_sub(1).and_then(|last| listed.get(last)) {
            _ if listed.len() <= limit => later.first().map(|role| at(role, None)),
            Some((role, id)) => Some(at(role, Some(id.clone()))),
            None => first.map(|role| at(role, above.clone())),
        };
        listed.truncate(limit);
        let ids = listed.iter().map(|(_, holder)| holder);
        let people = self.journal.load_many::<Administrator>(ids).await?.into_iter().zip(&listed);
        let people = people.filter_map(|(person, (role, _))| Some((person?.value, *role)));
        let here = people.filter(|(person, role)| self.is_looked_at_under(person, role));
        Ok((here.map(|(person, _)| person).collect(), next))
    }

    /// The recorded holders of these roles, role by role, oldest first.
    async fn listed<'r>(&self, roles: &[&'r Mattering]) -> Result<Vec<Listed<'r>>, StoreError> {
        let read = self.journal.load_many::<RoleHolders>(roles.iter().map(|role| &role.id)).await?;
        let mut listed = Vec::new();
        for (role, stored) in roles.iter().zip(read) {
            let holders = stored.map_or_else(Vec::new, |stored| stored.value.holders);
            let mut ids: Vec<_> = holders.into_iter().map(|holder| holder.administrator_id).collect();
            ids.sort();
            listed.extend(ids.into_iter().map(|id| (*role, id)));
        }
        Ok(listed)
    }

    fn belongs_on_path(&self, home: &OrganizationId) -> bool {
        self.path.iter().any(|permit| permit.organization() == home)
    }

    fn is_looked_at_under(&self, person: &Administrator, role: &Mattering) -> bool {
        let has = |id: &RoleId| person.assignments.iter().any(|assignment| assignment.role_id == *id);
        let first = self.roles.iter().find(|each| has(&each.id));
        !self.belongs_on_path(&person.organization_id) && first == Some(role)
    }
}

fn at(role: &Mattering, above: Option<AdministratorId>) -> Beginning {
    Beginning::Holders { level: role.level, role: Some(role.id.clone()), above }
}

fn has_one_of(role: &Role, parts: PermissionSet) -> bool {
    role.permissions.iter().any(|permission| parts.contains(*permission))
}

/// The organization asked about and those above it, with their roles. Every grant that counts at an organization comes
/// from one of these: an individual permission from its holder's organization, a role from its owner, which is at or
/// above the organization where it is assigned.
pub struct Above {
    /// From the one asked about up to the root.
    pub organizations: Vec<Organization>,
    /// Their roles.
    pub books: Vec<RoleBook>,
}

impl Above {
    /// Reads the organizations above and the roles, in one round.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn load(journal: &Journal, organization: Organization) -> Result<Self, StoreError> {
        let ancestors: Vec<_> = organization.ancestors.iter().rev().cloned().collect();
        let owners = std::iter::once(&organization.id).chain(&ancestors);
        let (above, books) =
            try_join(all::<Organization>(journal, &ancestors), all::<RoleBook>(journal, owners)).await?;
        let organizations: Vec<_> = std::iter::once(organization).chain(above).collect();
        Ok(Self { organizations, books })
    }

    /// The permits to find out who may act at the organization asked about, one for it and one for each organization
    /// above.
    pub fn path(&self, viewing: &Permit) -> Vec<Permit> {
        let Some(place) = self.organizations.first() else { return Vec::new() };
        self.organizations.iter().filter_map(|at| Permit::who_can(viewing, place, &at.id)).collect()
    }
}

/// The existing records, read concurrently.
async fn all<'a, T: Entity<Id = OrganizationId>>(
    journal: &Journal,
    ids: impl IntoIterator<Item = &'a OrganizationId>,
) -> Result<Vec<T>, StoreError> {
    let read = journal.load_many::<T>(ids).await?;
    Ok(read.into_iter().flatten().map(|stored| stored.value).collect())
}
