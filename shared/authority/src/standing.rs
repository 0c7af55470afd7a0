//! An administrator's standing: what they hold or would hold, with everything that it depends on.
use std::collections::BTreeMap;

use countersign_model::ids::{OrganizationId, RoleId};
use countersign_model::{
    Actor, Administrator, AdministratorState, Organization, Permission, Resource, Role, RoleBook,
};
use countersign_store::{Entity, Store, StoreError, Stored};
use futures::future::try_join;

/// The role books and organizations that determine what an administrator holds and where it counts.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    books: Vec<RoleBook>,
    organizations: BTreeMap<OrganizationId, Organization>,
}

impl Standing {
    /// Reads what the administrator's holdings depend on, and the same for roles and organizations that they may be
    /// given: one round.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn load(
        store: &Store,
        administrator: &Administrator,
        owners: impl IntoIterator<Item = OrganizationId>,
        places: impl IntoIterator<Item = OrganizationId>,
    ) -> Result<Self, StoreError> {
        Self::load_all(store, [administrator], owners, places).await
    }

    /// The same for several administrators, still one round.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn load_all<'a>(
        store: &Store,
        administrators: impl IntoIterator<Item = &'a Administrator>,
        owners: impl IntoIterator<Item = OrganizationId>,
        places: impl IntoIterator<Item = OrganizationId>,
    ) -> Result<Self, StoreError> {
        let mut owners: Vec<_> = owners.into_iter().collect();
        let mut places: Vec<_> = places.into_iter().collect();
        for administrator in administrators {
            owners.extend(administrator.role_organizations());
            places.extend(places_of(administrator).cloned());
        }
        let (owners, places) = (distinct(owners), distinct(places));
        let (books, organizations) =
            try_join(all::<RoleBook>(store, &owners), all::<Organization>(store, &places)).await?;
        let books = books.into_iter().map(|book| book.value).collect();
        let organizations =
            organizations.into_iter().map(|stored| (stored.value.id.clone(), stored.value)).collect();
        Ok(Self { books, organizations })
    }

    /// With a changed role book.
    #[must_use]
    pub fn with_book(&self, book: &RoleBook) -> Self {
        let mut standing = self.clone();
        standing.books.retain(|each| each.organization_id != book.organization_id);
        standing.books.push(book.clone());
        standing
    }

    /// What the administrator would hold once active: an invited or disabled administrator gets it without another
    /// decision.
    #[must_use]
    pub fn once_active(&self, administrator: &Administrator) -> Actor {
        if administrator.state == AdministratorState::Deleted {
            return Actor::assemble(administrator, &[]);
        }
        let active = Administrator { state: AdministratorState::Active, ..administrator.clone() };
        Actor::assemble(&active, &self.books)
    }

    /// Whether the administrator is currently an active Super Admin of `root`.
    #[must_use]
    pub fn is_super_admin(&self, administrator: &Administrator, root: &OrganizationId) -> bool {
        is_super_admin(&Actor::assemble(administrator, &self.books), root)
    }

    /// Whether the administrator is a Super Admin of `root`, or will be once active.
    #[must_use]
    pub fn is_super_admin_once_active(&self, administrator: &Administrator, root: &OrganizationId) -> bool {
        is_super_admin(&self.once_active(administrator), root)
    }

    /// Every organization that was read, as the resource of a decision.
    #[must_use]
    pub fn places(&self) -> Vec<Resource> {
        self.organizations.values().map(Resource::at).collect()
    }

    /// The organizations that were read at which the administrator's holdings count: all that judging them needs.
    #[must_use]
    pub fn places_of(&self, administrator: &Administrator) -> Vec<Resource> {
        let places = distinct(places_of(administrator).cloned().collect());
        places.iter().filter_map(|place| self.organization(place)).map(Resource::at).collect()
    }

    /// An organization that was read.
    #[must_use]
    pub fn organization(&self, id: &OrganizationId) -> Option<&Organization> {
        self.organizations.get(id)
    }

    /// A role of a book that was read.
    #[must_use]
    pub fn role(&self, owner: &OrganizationId, id: &RoleId) -> Option<&Role> {
        self.books.iter().find(|book| book.organization_id == *owner)?.role(id)
    }
}

fn is_super_admin(actor: &Actor, root: &OrganizationId) -> bool {
    let mut holdings = actor.holdings().iter();
    holdings.any(|held| held.permission == Permission::SuperAdmin && held.scope.covers(root, &[]))
}

/// The organizations where an administrator's holdings are set: their own, and those at which their roles are assigned.
fn places_of(administrator: &Administrator) -> impl Iterator<Item = &OrganizationId> {
    let assigned = administrator.assignments.iter().filter_map(|each| each.organization_id.as_ref());
    std::iter::once(&administrator.organization_id).chain(assigned)
}

/// Each id once, in sorted order: for hundreds of administrators, there are thousands.
fn distinct(mut ids: Vec<OrganizationId>) -> Vec<OrganizationId> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The existing records, read concurrently.
async fn all<T: Entity<Id = OrganizationId>>(
    store: &Store,
    ids: &[OrganizationId],
) -> Result<Vec<Stored<T>>, StoreError> {
    Ok(store.load_many::<T>(ids).await?.into_iter().flatten().collect())
}
