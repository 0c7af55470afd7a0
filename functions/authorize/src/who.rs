//! Asking who may do something: everybody, each once over all pages, with the grants that allow it.

mod candidates;

use axum::extract::State;
use countersign_authority::rights::rights_at;
use countersign_http::{AsReader, Page, Problem, QueryOf, Services};
use countersign_journal::Journal;
use countersign_model::{
    Action, Actor, Administrator, Holding, Organization, OrganizationId, Permit, Resource, RoleBook, check,
    decide,
};
use countersign_store::{Entity, StoreError};
use futures::future::try_join;

use crate::wire::answer::is_seen;
use crate::wire::who::{Beginning, WhoQuery, WhoView};
use candidates::Candidates;

/// Lists everybody who may do something at an organization now.
///
/// First come those who belong to it, then those who belong to the organizations above it from the nearest to the
/// root, then those who belong elsewhere and have a role there. A page may be short or even empty although
/// `next_cursor` is set. Administrators whom you may not view are shown as `managing_organization`.
#[utoipa::path(get, path = "/v1/authorize/who", tag = "authorize",
    security(("administrator" = [])), params(WhoQuery),
    responses((status = 200, body = Page<WhoView>)))]
pub async fn who_may(
    State(services): State<Services>,
    AsReader { administrator, paging, .. }: AsReader,
    QueryOf(query): QueryOf<WhoQuery>,
) -> Result<Page<WhoView>, Problem> {
    query.check()?;
    let begins = Beginning::read(paging.open(query.cursor.as_ref())?.as_deref());
    let journal = &services.journal;
    let at = query.organization_id.as_ref().unwrap_or(&administrator.value.organization_id);
    let rights = rights_at(journal, &administrator, at).await?;
    let viewing = decide(&rights.actor, Action::AdministratorsView, &rights.resource())?;
    let about = query.about(rights.resource());
    let above = Above::load(journal, rights.organization.value).await?;
    let candidates = Candidates::new(journal, query.action, above.path(&viewing), &above.books);
    let (people, next) = candidates.page(begins, query.limit.get()).await?;
    let allowed = people.into_iter().filter_map(|person| {
        let answer = check(&Actor::assemble(&person, &above.books), query.action, &about);
        answer.allowed.then_some((person, answer.because))
    });
    let allowed: Vec<_> = allowed.collect();
    let above = above.with_homes_of(journal, &allowed).await?;
    let items =
        allowed.into_iter().map(|(person, because)| above.view(person, because, &rights.actor, &about));
    paging.page(items.collect(), next.map(|next| next.text()))
}

/// The organization asked about and those above it, with their roles. Every grant that counts at an organization comes
/// from one of these: an individual permission from its holder's organization, a role from its owner, which is at or
/// above the organization where it is assigned.
struct Above {
    ancestors: usize,
    /// From the one asked about up to the root; after them the organizations that holders from elsewhere belong to.
    organizations: Vec<Organization>,
    books: Vec<RoleBook>,
}

impl Above {
    async fn load(journal: &Journal, organization: Organization) -> Result<Self, StoreError> {
        let ancestors: Vec<_> = organization.ancestors.iter().rev().cloned().collect();
        let owners = std::iter::once(&organization.id).chain(&ancestors);
        let (above, books) =
            try_join(all::<Organization>(journal, &ancestors), all::<RoleBook>(journal, owners)).await?;
        let organizations: Vec<_> = std::iter::once(organization).chain(above).collect();
        Ok(Self { ancestors: organizations.len(), organizations, books })
    }

    /// The permits to find out who may act at the organization asked about, one for it and one for each organization
    /// above.
    fn path(&self, viewing: &Permit) -> Vec<Permit> {
        let Some(place) = self.organizations.first() else { return Vec::new() };
        let path = self.organizations.iter().take(self.ancestors);
        path.filter_map(|at| Permit::who_can(viewing, place, &at.id)).collect()
    }

    /// Adds the organizations that these people belong to.
    async fn with_homes_of(
        mut self,
        journal: &Journal,
        people: &[(Administrator, Vec<Holding>)],
    ) -> Result<Self, StoreError> {
        let mut homes: Vec<_> = people.iter().map(|(person, _)| &person.organization_id).collect();
        homes.sort();
        homes.dedup();
        homes.retain(|home| self.organizations.iter().all(|known| known.id != **home));
        let homes = all::<Organization>(journal, homes);
        self.organizations.extend(homes.await?);
        Ok(self)
    }

    /// A person as the caller may see them. The caller sees themselves, and everybody whose organization's
    /// administrators they may view.
    fn view(&self, person: Administrator, because: Vec<Holding>, asker: &Actor, at: &Resource) -> WhoView {
        let oneself = person.id == asker.administrator;
        let home = self.organizations.iter().find(|each| each.id == person.organization_id);
        let home = home
            .filter(|home| oneself || decide(asker, Action::AdministratorsView, &Resource::at(home)).is_ok());
        let seen = |organization: &OrganizationId| oneself || is_seen(asker, at, organization);
        match home {
            Some(home) => WhoView::seen(person, home, because, seen),
            None => WhoView::unseen(because),
        }
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
