//! Where an administrator stands: what they hold or would hold, judged with everything it depends on.
use countersign_model::ids::{OrganizationId, RoleId};
use countersign_model::{
    Actor, Administrator, AdministratorState, Organization, Permission, Resource, Role, RoleBook,
};
use countersign_store::{Entity, Store, StoreError, role_book_id};
use futures::future::try_join;

/// The role books and organizations that say what an administrator holds and where it counts.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    books: Vec<RoleBook>,
    organizations: Vec<Organization>,
}

impl Standing {
    /// Reads what the administrator's holdings depend on, and the same for roles and places they may be given: one round.
    ///
    /// # Errors
    /// When the store fails.
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
    /// When the store fails.
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
            places.push(administrator.organization_id.clone());
            places.extend(administrator.assignments.iter().filter_map(|each| each.organization_id.clone()));
        }
        let (owners, places) = (distinct(owners), distinct(places));
        let (books, organizations) = try_join(
            all::<RoleBook>(store, owners.iter().map(role_book_id).collect()),
            all::<Organization>(store, places.iter().map(OrganizationId::to_string).collect()),
        )
        .await?;
        Ok(Self { books, organizations })
    }

    /// With another edition of one role book.
    #[must_use]
    pub fn with_book(&self, book: &RoleBook) -> Self {
        let mut standing = self.clone();
        standing.books.retain(|each| each.organization_id != book.organization_id);
        standing.books.push(book.clone());
        standing
    }

    /// What the administrator would hold once active: somebody invited or disabled gets it without anybody deciding again.
    #[must_use]
    pub fn once_active(&self, administrator: &Administrator) -> Actor {
        if administrator.state == AdministratorState::Deleted {
            return Actor::assemble(administrator, &[]);
        }
        let active = Administrator { state: AdministratorState::Active, ..administrator.clone() };
        Actor::assemble(&active, &self.books)
    }

    /// Whether the administrator is, now, an active Super Admin of `root`.
    #[must_use]
    pub fn is_super_admin(&self, administrator: &Administrator, root: &OrganizationId) -> bool {
        let actor = Actor::assemble(administrator, &self.books);
        let mut holdings = actor.holdings().iter();
        holdings.any(|held| held.permission == Permission::SuperAdmin && held.scope.covers(root, &[]))
    }

    /// Every organization read, as the place of a decision.
    #[must_use]
    pub fn places(&self) -> Vec<Resource> {
        self.organizations.iter().map(Resource::at).collect()
    }

    /// One of the organizations read.
    #[must_use]
    pub fn organization(&self, id: &OrganizationId) -> Option<&Organization> {
        self.organizations.iter().find(|organization| organization.id == *id)
    }

    /// A role of one of the books read.
    #[must_use]
    pub fn role(&self, owner: &OrganizationId, id: &RoleId) -> Option<&Role> {
        self.books.iter().find(|book| book.organization_id == *owner)?.role(id)
    }
}

/// Each once. They are few, and comparing them costs a component less than sorting.
fn distinct(ids: Vec<OrganizationId>) -> Vec<OrganizationId> {
    ids.into_iter().fold(Vec::new(), |mut each, id| {
        if !each.contains(&id) {
            each.push(id);
        }
        each
    })
}

/// The records that exist, all read at once.
async fn all<T: Entity>(store: &Store, ids: Vec<String>) -> Result<Vec<T>, StoreError> {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let read = store.load_many::<T>(&ids).await?;
    Ok(read.into_iter().flatten().map(|stored| stored.value).collect())
}
