//! Custom roles: one book per organization; and the roster of the root's Super Admins.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::{AdministratorId, OrganizationId, RoleId};
use crate::permission::{Permission, PermissionSet};

/// A custom role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its name, unique in its organization whatever the case.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it gives, in the catalogue's order, each once.
    pub permissions: Vec<Permission>,
}

impl Role {
    /// A role with its permissions put in order.
    #[must_use]
    pub fn new(
        id: RoleId,
        name: String,
        description: Option<String>,
        permissions: impl IntoIterator<Item = Permission>,
    ) -> Self {
        let set: PermissionSet = permissions.into_iter().collect();
        Self { id, name, description, permissions: set.iter().collect() }
    }
}

/// Why a role book cannot be changed so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    /// Another role of the organization has that name.
    #[error("a role named `{0}` exists in this organization")]
    NameTaken(String),
    /// The book is full.
    #[error("an organization can own at most {} roles", RoleBook::ROLES_MAX)]
    Full,
    /// There is no such role.
    #[error("there is no such role")]
    Unknown,
}

/// All roles that one organization owns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleBook {
    /// The organization.
    pub organization_id: OrganizationId,
    /// Its roles, in the order they were made.
    // INVARIANT: at most ROLES_MAX, no two of the same name when case is folded.
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

    /// With one more role.
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

    /// With a role in place of the one that has its id.
    ///
    /// # Errors
    /// There is none, or the new name is another role's.
    pub fn replacing(&self, role: Role) -> Result<Self, RoleError> {
        self.name_is_free(&role)?;
        let mut book = self.clone();
        let old = book.roles.iter_mut().find(|r| r.id == role.id).ok_or(RoleError::Unknown)?;
        *old = role;
        Ok(book)
    }

    /// Without a role.
    ///
    /// # Errors
    /// There is none with this id.
    pub fn without(&self, id: &RoleId) -> Result<Self, RoleError> {
        self.role(id).ok_or(RoleError::Unknown)?;
        let mut book = self.clone();
        book.roles.retain(|r| r.id != *id);
        Ok(book)
    }

    fn name_is_free(&self, role: &Role) -> Result<(), RoleError> {
        let folded = role.name.to_lowercase();
        let taken = self.roles.iter().any(|r| r.id != role.id && r.name.to_lowercase() == folded);
        if taken { Err(RoleError::NameTaken(role.name.clone())) } else { Ok(()) }
    }
}

/// Why the roster cannot be changed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// Nobody would be left.
    #[error("the root organization must keep at least one active Super Admin")]
    LastSuperAdmin,
}

/// The active Super Admins of the root organization, however they hold it (rule 7).
///
/// Everything that could take one away changes the roster first, so that two who demote each other at once leave one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Roster {
    /// Who.
    pub administrators: BTreeSet<AdministratorId>,
}

impl Roster {
    /// With one more.
    #[must_use]
    pub fn with(&self, administrator: AdministratorId) -> Self {
        let mut roster = self.clone();
        roster.administrators.insert(administrator);
        roster
    }

    /// Without these.
    ///
    /// # Errors
    /// Nobody would be left.
    pub fn without<'a>(
        &self,
        administrators: impl IntoIterator<Item = &'a AdministratorId>,
    ) -> Result<Self, RosterError> {
        let mut roster = self.clone();
        for administrator in administrators {
            roster.administrators.remove(administrator);
        }
        if roster.administrators.is_empty() && !self.administrators.is_empty() {
            return Err(RosterError::LastSuperAdmin);
        }
        Ok(roster)
    }
}
