//! Custom roles: one book per organization, and the holders of each role.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::{AdministratorId, OrganizationId, RoleId};
use crate::permission::{Permission, PermissionSet};
use crate::text::name_key;

/// A custom role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its name, unique in its organization as people see it; see [`name_key`].
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The permissions that it gives, in the catalogue's order, each once.
    pub permissions: Vec<Permission>,
    /// Counts the role's own changes, from 1.
    #[serde(default = "first_revision")]
    pub revision: u64,
}

const fn first_revision() -> u64 {
    1
}

impl Role {
    /// A role with its permissions in order.
    #[must_use]
    pub fn new(
        id: RoleId,
        name: String,
        description: Option<String>,
        permissions: impl IntoIterator<Item = Permission>,
    ) -> Self {
        let set: PermissionSet = permissions.into_iter().collect();
        Self { id, name, description, permissions: set.iter().collect(), revision: first_revision() }
    }
}

/// Why a role book cannot be changed in this way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    /// Another role of the organization has that name.
    #[error("a role named `{0}` already exists in this organization")]
    NameTaken(String),
    /// The book is full.
    #[error("an organization can own at most {} roles", RoleBook::ROLES_MAX)]
    Full,
    /// There is no such role.
    #[error("there is no such role")]
    Unknown,
    /// The role has the most holders that are possible.
    #[error("at most {} administrators can hold a role", RoleHolders::HOLDERS_MAX)]
    TooManyHolders,
}

/// All roles that one organization owns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleBook {
    /// The organization.
    pub organization_id: OrganizationId,
    /// Its roles, in the order of creation.
    // INVARIANT: at most ROLES_MAX, no two whose names have the same `name_key`.
    pub roles: Vec<Role>,
}

impl RoleBook {
    /// The most roles an organization can own.
    pub const ROLES_MAX: usize = 200;

    /// An organization's book without roles.
    #[must_use]
    pub fn empty(organization_id: OrganizationId) -> Self {
        Self { organization_id, roles: Vec::new() }
    }

    /// The role with this id.
    #[must_use]
    pub fn role(&self, id: &RoleId) -> Option<&Role> {
        self.roles.iter().find(|r| r.id == *id)
    }

    /// With another role.
    ///
    /// # Errors
    /// The name is taken or the book is full.
    pub fn with(&self, role: Role) -> Result<Self, RoleError> {
        self.name_is_free(&role)?;
        if self.roles.len() >= Self::ROLES_MAX {
            return Err(RoleError::Full);
        }
        let mut book = self.clone();
        book.roles.push(role);
        Ok(book)
    }

    /// With a role in place of the one with the same id, one revision later.
    ///
    /// # Errors
    /// There is no such role, or another role has the new name.
    pub fn replacing(&self, role: Role) -> Result<Self, RoleError> {
        self.name_is_free(&role)?;
        let mut book = self.clone();
        let old = book.roles.iter_mut().find(|r| r.id == role.id).ok_or(RoleError::Unknown)?;
        *old = Role { revision: old.revision.saturating_add(1), ..role };
        Ok(book)
    }

    /// Without this role.
    ///
    /// # Errors
    /// There is no role with this id.
    pub fn without(&self, id: &RoleId) -> Result<Self, RoleError> {
        self.role(id).ok_or(RoleError::Unknown)?;
        let mut book = self.clone();
        book.roles.retain(|r| r.id != *id);
        Ok(book)
    }

    fn name_is_free(&self, role: &Role) -> Result<(), RoleError> {
        let name = name_key(&role.name);
        let taken = self.roles.iter().any(|r| r.id != role.id && name_key(&r.name) == name);
        if taken { Err(RoleError::NameTaken(role.name.clone())) } else { Ok(()) }
    }
}

/// How long an administrator may be listed as a holder before the assignment itself is saved.
const ASSIGNING_LASTS: SignedDuration = SignedDuration::from_mins(10);

/// The owner of a role, and who may hold it: the way from a role's id to everything else about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleHolders {
    /// The role.
    pub role_id: RoleId,
    /// The organization whose book has the role.
    pub organization_id: OrganizationId,
    /// Administrators, each once.
    // INVARIANT: everybody who holds the role is listed, because they are listed before the assignment is saved. Some
    // listed administrators may not hold it (any more): check the administrator's record.
    pub holders: Vec<Holder>,
}

/// An administrator who may hold a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The administrator.
    pub administrator_id: AdministratorId,
    /// When they were last listed.
    pub since: Timestamp,
}

impl RoleHolders {
    /// The most administrators who can hold a role.
    pub const HOLDERS_MAX: usize = 500;

    /// The list for a new role, which nobody holds.
    #[must_use]
    pub fn none(role_id: RoleId, organization_id: OrganizationId) -> Self {
        Self { role_id, organization_id, holders: Vec::new() }
    }

    /// With another holder from `now` on, and without those of `former` who were not listed very recently.
    ///
    /// # Errors
    /// Too many administrators hold the role.
    pub fn with(
        &self,
        administrator: AdministratorId,
        former: &[AdministratorId],
        now: Timestamp,
    ) -> Result<Self, RoleError> {
        let mut holders = self.holders.clone();
        // An administrator who was listed very recently may be about to get the role.
        holders.retain(|each| {
            let is_recent = now.duration_since(each.since) <= ASSIGNING_LASTS;
            each.administrator_id != administrator && (is_recent || !former.contains(&each.administrator_id))
        });
        holders.push(Holder { administrator_id: administrator, since: now });
        if holders.len() > Self::HOLDERS_MAX {
            return Err(RoleError::TooManyHolders);
        }
        Ok(Self { holders, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ulid::Ulid;

    fn id(number: u64) -> AdministratorId {
        AdministratorId::from_ulid(Ulid::from_parts(number, 0))
    }

    #[test]
    fn former_holders_make_room_unless_they_were_listed_just_now() {
        let (then, now) = (Timestamp::from_second(0).unwrap(), Timestamp::from_second(601).unwrap());
        let role = RoleId::from_ulid(Ulid::from_parts(1, 0));
        let mut holders = RoleHolders::none(role, OrganizationId::from_ulid(Ulid::from_parts(1, 0)));
        for number in 0..RoleHolders::HOLDERS_MAX as u64 {
            holders = holders.with(id(number), &[], if number == 1 { now } else { then }).unwrap();
        }
        assert_eq!(holders.with(id(9999), &[], now), Err(RoleError::TooManyHolders));
        assert_eq!(holders.with(id(9999), &[id(1)], now), Err(RoleError::TooManyHolders), "just listed");
        let with = holders.with(id(9999), &[id(0), id(1)], now).unwrap();
        assert_eq!(with.holders.len(), RoleHolders::HOLDERS_MAX);
        assert_eq!(with.with(id(9999), &[], now), Ok(with), "listed once");
    }

    #[test]
    fn names_that_look_alike_are_one() {
        let numbered = |number, name: &str| {
            Role::new(RoleId::from_ulid(Ulid::from_parts(number, 0)), name.to_owned(), None, [])
        };
        let book = RoleBook::empty(OrganizationId::from_ulid(Ulid::from_parts(1, 0)));
        let book = book.with(numbered(1, "Größe, café")).unwrap();
        for name in
            ["GRÖSSE, CAFÉ", "Gro\u{308}ße, cafe\u{301}", "Größe,\u{a0}café", "Gr\u{ad}öße, caf\u{200b}é"]
        {
            assert_eq!(book.with(numbered(2, name)), Err(RoleError::NameTaken(name.to_owned())));
            assert!(
                book.replacing(numbered(1, name)).is_ok(),
                "a role may change how its own name is written"
            );
        }
        let both = book.with(numbered(2, "Grosse, cafe")).unwrap();
        assert_eq!(
            both.replacing(numbered(2, "größe, café")).err(),
            Some(RoleError::NameTaken("größe, café".to_owned()))
        );
    }

    #[test]
    fn every_change_of_a_role_counts() {
        let book = RoleBook::empty(OrganizationId::from_ulid(Ulid::from_parts(1, 0)));
        let role = Role::new(RoleId::from_ulid(Ulid::from_parts(1, 0)), "Help desk".to_owned(), None, []);
        let book = book.with(role.clone()).and_then(|book| book.replacing(role.clone())).unwrap();
        assert_eq!(book.role(&role.id).map(|role| role.revision), Some(2));
    }
}
