//! Records that belong to an organization: they are found there with the rights of the caller, and checked again when
//! they are changed.

use countersign_authority::Principal;
use countersign_authority::rights::{Rights, rights_at};
use countersign_model::{
    Action, Computer, Denial, Group, Integration, OrganizationId, Permit, Policy, decide,
};
use countersign_store::{Entity, Stored};

use crate::problem::Problem;
use crate::services::Services;

/// Records that belong to an organization and can be deleted.
pub trait Belonging: Entity {
    /// The organization.
    fn organization_id(&self) -> &OrganizationId;

    /// Whether it has been deleted.
    fn is_deleted(&self) -> bool;
}

macro_rules! belongs {
    ($($entity:ty),+) => { $(
        impl Belonging for $entity {
            fn organization_id(&self) -> &OrganizationId {
                &self.organization_id
            }

            fn is_deleted(&self) -> bool {
                self.deleted
            }
        }
    )+ };
}

belongs!(Group, Computer, Policy, Integration);

/// The organization has no such record: there never was one, or it was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

impl From<Gone> for Problem {
    /// A record of another organization is answered like one that does not exist.
    fn from(Gone: Gone) -> Self {
        Self::not_found()
    }
}

/// Checks that a record belongs to the permit's organization. Every transition checks this for the record it is given,
/// because the record may have been deleted since it was read.
///
/// # Errors
/// It does not belong there.
pub fn require_at<T: Belonging>(record: &T, permit: &Permit) -> Result<(), Gone> {
    let is_there = record.organization_id() == permit.organization() && !record.is_deleted();
    if is_there { Ok(()) } else { Err(Gone) }
}

/// A record that was found at an organization. It is not shown before the right to see it is decided.
#[derive(Debug)]
pub struct BelongingRecord<T> {
    rights: Rights,
    record: Stored<T>,
}

impl<T: Belonging> BelongingRecord<T> {
    /// Looks for a record at an organization.
    ///
    /// # Errors
    /// 404 if the record or the organization does not exist.
    pub async fn at(
        services: &Services,
        asker: &Principal,
        organization: &OrganizationId,
        id: &T::Id,
    ) -> Result<Self, Problem> {
        let rights = rights_at(&services.journal, asker, organization).await?;
        let record = services.journal.load::<T>(id).await?.ok_or(Gone)?;
        let is_there = record.value.organization_id() == organization && !record.value.is_deleted();
        if is_there { Ok(Self { rights, record }) } else { Err(Gone.into()) }
    }

    /// The caller's rights at its organization.
    #[must_use]
    pub const fn rights(&self) -> &Rights {
        &self.rights
    }

    /// Whether the caller may do this at the record's organization.
    ///
    /// # Errors
    /// The caller may not.
    pub fn permit(&self, action: Action) -> Result<Permit, Denial> {
        decide(&self.rights.actor, action, &self.rights.resource())
    }

    /// The record, for a caller who may see it.
    ///
    /// # Errors
    /// The permit is for another organization.
    pub fn open(self, permit: &Permit) -> Result<Stored<T>, Gone> {
        require_at(&self.record.value, permit)?;
        Ok(self.record)
    }
}
