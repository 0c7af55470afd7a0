//! Whom to look at, each person once over all pages and without remembering anybody: who belongs to the organization asked
//! about or to one above it is looked at there; anybody else under the first role that could matter and that they have.

use countersign_model::{
    Action, Administrator, AdministratorId, OrganizationId, PermissionSet, Role, RoleBook, RoleHolders,
    RoleId, catalogue,
};
use countersign_store::{List, Store, StoreError};

use crate::wire::who::Cursor;

/// Roles whose holders are read for one page at most.
const ROLES_AT_ONCE: usize = 16;

/// Somebody on record as a holder of a role.
type Listed<'r> = (&'r (usize, RoleId), AdministratorId);

/// Everybody who might be allowed an action at an organization.
pub struct Candidates<'a> {
    store: &'a Store,
    /// From the organization asked about up to the root.
    path: &'a [OrganizationId],
    /// The roles that could matter, by the level of their owner, then by id.
    roles: Vec<(usize, RoleId)>,
}

impl<'a> Candidates<'a> {
    pub fn new(store: &'a Store, action: Action, path: &'a [OrganizationId], books: &[RoleBook]) -> Self {
        let parts = catalogue::having_a_part_in(action);
        let of = |(level, owner): (usize, &OrganizationId)| {
            let book = books.iter().find(|book| book.organization_id == *owner);
            let roles = book.map_or(&[][..], |book| &book.roles);
            let matters = roles.iter().filter(|role| has_one_of(role, parts));
            matters.map(|role| (level, role.id.clone())).collect::<Vec<_>>()
        };
        let mut roles: Vec<_> = path.iter().enumerate().flat_map(of).collect();
        roles.sort();
        Self { store, path, roles }
    }

    /// Up to `limit` active administrators, and where the next page begins.
    pub async fn page(
        &self,
        mut from: Cursor,
        limit: usize,
    ) -> Result<(Vec<Administrator>, Option<Cursor>), StoreError> {
        let mut people = Vec::new();
        let mut left = limit;
        while let Cursor::Members { level, below } = &from {
            let Some(organization) = self.path.get(*level) else { break };
            if left == 0 {
                return Ok((people, Some(from)));
            }
            let page = self.store.page(organization, List::Administrators, below.as_deref(), left).await?;
            left = left.saturating_sub(page.items.len());
            people.extend(page.items.into_iter().map(|stored| stored.value));
            from = match page.next {
                Some(next) => Cursor::Members { level: *level, below: Some(next) },
                None => Cursor::Members { level: level + 1, below: None },
            };
        }
        let (level, role, above) = match from {
            Cursor::Holders { level, role, above } => (level, role, above),
            Cursor::Members { .. } => (0, None, None),
        };
        let rest = self.roles.iter().filter(|(at, id)| (*at, Some(id)) >= (level, role.as_ref()));
        let rest: Vec<_> = rest.collect();
        // The role of the cursor may be gone since.
        let goes_on = rest.first().is_some_and(|(_, id)| Some(id) == role.as_ref());
        let (holders, next) = self.holders(&rest, above.filter(|_| goes_on), left).await?;
        people.extend(holders);
        people.retain(Administrator::is_active);
        Ok((people, next))
    }

    /// Up to `limit` of those who are looked at under these roles, of the first role those above `above`.
    async fn holders(
        &self,
        roles: &[&(usize, RoleId)],
        above: Option<AdministratorId>,
        limit: usize,
    ) -> Result<(Vec<Administrator>, Option<Cursor>), StoreError> {
        let (now, later) = roles.split_at(roles.len().min(ROLES_AT_ONCE));
        let mut listed = self.listed(now).await?;
        let first = now.first();
        listed.retain(|(role, holder)| {
            Some(role) != first || above.as_ref().is_none_or(|above| holder > above)
        });
        let next = match limit.checked_sub(1).and_then(|last| listed.get(last)) {
            _ if listed.len() <= limit => later.first().map(|role| at(role, None)),
            Some((role, holder)) => Some(at(role, Some(holder.clone()))),
            None => first.map(|role| at(role, above.clone())),
        };
        listed.truncate(limit);
        let ids: Vec<&str> = listed.iter().map(|(_, holder)| holder.as_str()).collect();
        let people = self.store.load_many::<Administrator>(&ids).await?.into_iter().zip(&listed);
        let people = people.filter_map(|(person, (role, _))| Some((person?.value, *role)));
        let here = people.filter(|(person, role)| self.is_looked_at_under(person, role));
        Ok((here.map(|(person, _)| person).collect(), next))
    }

    /// Whoever is on record as a holder of these roles, role by role, in the order of their ids.
    async fn listed<'r>(&self, roles: &[&'r (usize, RoleId)]) -> Result<Vec<Listed<'r>>, StoreError> {
        let ids: Vec<&str> = roles.iter().map(|(_, id)| id.as_str()).collect();
        let read = self.store.load_many::<RoleHolders>(&ids).await?;
        let mut listed = Vec::new();
        for (role, stored) in roles.iter().zip(read) {
            let holders = stored.map_or_else(Vec::new, |stored| stored.value.holders);
            let mut ids: Vec<_> = holders.into_iter().map(|holder| holder.administrator_id).collect();
            ids.sort();
            listed.extend(ids.into_iter().map(|id| (*role, id)));
        }
        Ok(listed)
    }

    fn is_looked_at_under(&self, person: &Administrator, role: &(usize, RoleId)) -> bool {
        let has = |id: &RoleId| person.assignments.iter().any(|assignment| assignment.role_id == *id);
        let first = self.roles.iter().find(|(_, id)| has(id));
        !self.path.contains(&person.organization_id) && first == Some(role)
    }
}

fn at((level, role): &(usize, RoleId), above: Option<AdministratorId>) -> Cursor {
    Cursor::Holders { level: *level, role: Some(role.clone()), above }
}

fn has_one_of(role: &Role, parts: PermissionSet) -> bool {
    role.permissions.iter().any(|permission| parts.contains(*permission))
}
