//! The people to examine, each once over all pages and without keeping state: members of the organization asked about
//! or of one above it are examined there; everybody else under the first relevant role that they hold.

use countersign_journal::Journal;
use countersign_model::{
    Action, Administrator, AdministratorId, List, OrganizationId, PermissionSet, Permit, Role, RoleBook,
    RoleHolders, RoleId, catalogue,
};
use countersign_store::StoreError;
use ulid::Ulid;

use crate::wire::who::{Cursor, Place};

/// The most roles whose holders are read for one page.
const ROLES_AT_ONCE: usize = 16;

/// How many ids are read at once to find the one at a place in the order.
const IDS_AT_ONCE: usize = 50;

/// A role that may be relevant. Ordered by the level of their owner, then by age.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Mattering {
    level: usize,
    place: Place,
    id: RoleId,
}

/// Somebody recorded as a holder of a role.
type Listed<'r> = (&'r Mattering, Place, AdministratorId);

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
    pub fn new(journal: &'a Journal, action: Action, path: Vec<Permit>, books: &[RoleBook]) -> Self {
        let parts = catalogue::having_a_part_in(action);
        let of = |(level, permit): (usize, &Permit)| {
            let book = books.iter().find(|book| book.organization_id == *permit.organization());
            let roles = book.map_or(&[][..], |book| &book.roles);
            let matters = roles.iter().filter(|role| has_one_of(role, parts));
            let mattering =
                |role: &Role| Mattering { level, place: Place::of_role(&role.id), id: role.id.clone() };
            matters.map(mattering).collect::<Vec<_>>()
        };
        let mut roles: Vec<_> = path.iter().enumerate().flat_map(of).collect();
        roles.sort();
        Self { journal, path, roles }
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
            let Some(permit) = self.path.get(*level) else { break };
            if left == 0 {
                return Ok((people, Some(from)));
            }
            let below = match below {
                Some(place) => Some(self.at_place(permit, place).await?),
                None => None,
            };
            let page = self.journal.page(permit, List::Administrators, below.as_deref(), left).await?;
            left = left.saturating_sub(page.items.len());
            people.extend(page.items.into_iter().map(|stored| stored.value));
            from = match page.next.and_then(|next| next.parse().ok()) {
                Some(next) => Cursor::Members { level: *level, below: Some(Place::of_administrator(&next)) },
                None => Cursor::Members { level: level + 1, below: None },
            };
        }
        let (level, role, above) = match from {
            Cursor::Holders { level, role, above } => (level, role, above),
            Cursor::Members { .. } => (0, None, None),
        };
        let is_left = |each: &&Mattering| (each.level, Some(&each.place)) >= (level, role.as_ref());
        let rest: Vec<_> = self.roles.iter().filter(is_left).collect();
        // The cursor's role may have been deleted since.
        let goes_on = rest.first().is_some_and(|each| Some(&each.place) == role.as_ref());
        let (holders, next) = self.holders(&rest, above.filter(|_| goes_on), left).await?;
        people.extend(holders);
        people.retain(Administrator::is_active);
        Ok((people, next))
    }

    /// The id at a place among the administrators of an organization. If it is gone, an id above all that were made at
    /// that moment: showing one of them again is better than skipping one.
    async fn at_place(&self, permit: &Permit, place: &Place) -> Result<String, StoreError> {
        let above = AdministratorId::from_ulid(Ulid::from_parts(place.made.saturating_add(1), 0)).to_string();
        let mut from = Some(above.clone());
        while let Some(below) = from {
            let page = self.journal.list(permit, List::Administrators, Some(&below), IDS_AT_ONCE).await?;
            let ids = page.items.iter().filter_map(|row| row.id.parse::<AdministratorId>().ok());
            let placed: Vec<_> = ids.map(|id| (Place::of_administrator(&id), id)).collect();
            if let Some((_, id)) = placed.iter().find(|(each, _)| each == place) {
                return Ok(id.to_string());
            }
            let all_of_then = placed.iter().all(|(each, _)| each.made == place.made);
            from = page.next.filter(|_| all_of_then);
        }
        Ok(above)
    }

    /// Up to `limit` people who are examined under these roles; for the first role, only those above `above`.
    async fn holders(
        &self,
        roles: &[&Mattering],
        above: Option<Place>,
        limit: usize,
    ) -> Result<(Vec<Administrator>, Option<Cursor>), StoreError> {
        let (now, later) = roles.split_at(roles.len().min(ROLES_AT_ONCE));
        let mut listed = self.listed(now).await?;
        let first = now.first();
        listed.retain(|(role, place, _)| {
            Some(role) != first || above.as_ref().is_none_or(|above| place > above)
        });
        let next = match limit.checked_sub(1).and_then(|last| listed.get(last)) {
            _ if listed.len() <= limit => later.first().map(|role| at(role, None)),
            Some((role, place, _)) => Some(at(role, Some(place.clone()))),
            None => first.map(|role| at(role, above.clone())),
        };
        listed.truncate(limit);
        let ids = listed.iter().map(|(_, _, holder)| holder);
        let people = self.journal.load_many::<Administrator>(ids).await?.into_iter().zip(&listed);
        let people = people.filter_map(|(person, (role, ..))| Some((person?.value, *role)));
        let here = people.filter(|(person, role)| self.is_looked_at_under(person, role));
        Ok((here.map(|(person, _)| person).collect(), next))
    }

    /// The recorded holders of these roles, role by role, oldest first.
    async fn listed<'r>(&self, roles: &[&'r Mattering]) -> Result<Vec<Listed<'r>>, StoreError> {
        let read = self.journal.load_many::<RoleHolders>(roles.iter().map(|role| &role.id)).await?;
        let mut listed = Vec::new();
        for (role, stored) in roles.iter().zip(read) {
            let holders = stored.map_or_else(Vec::new, |stored| stored.value.holders);
            let ids = holders.into_iter().map(|holder| holder.administrator_id);
            let mut placed: Vec<_> = ids.map(|id| (Place::of_administrator(&id), id)).collect();
            placed.sort();
            listed.extend(placed.into_iter().map(|(place, id)| (*role, place, id)));
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

fn at(role: &Mattering, above: Option<Place>) -> Cursor {
    Cursor::Holders { level: role.level, role: Some(role.place.clone()), above }
}

fn has_one_of(role: &Role, parts: PermissionSet) -> bool {
    role.permissions.iter().any(|permission| parts.contains(*permission))
}
