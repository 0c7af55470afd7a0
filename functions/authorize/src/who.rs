//! Asking who may do something, or give a permission: everybody, each once over all pages, with the grants that allow it.

use axum::extract::State;
use countersign_authority::{Above, Beginning, Candidates};
use countersign_http::{AsReader, Page, Problem, QueryOf, Services};
use countersign_journal::Journal;
use countersign_model::{
    Action, Actor, Administrator, Holding, Organization, OrganizationId, Resource, decide,
};
use countersign_store::StoreError;

use crate::ability::Ability;
use crate::wire::answer::is_seen;
use crate::wire::who::{WhoQuery, WhoView};

/// Lists everybody who may do something at an organization now, or give a permission to an administrator of it.
///
/// With `action`, it is who may do it. With `give`, it is who may set the permission among the individual ones, judged as if they did so
/// now; nobody may give it to themselves.
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
    let sought = query.sought()?;
    let begins = Beginning::read(paging.open(query.cursor.as_ref())?.as_deref());
    let journal = &services.journal;
    let (rights, viewing, ability) = Ability::load(journal, &administrator, sought, &query).await?;
    let place = rights.resource();
    let above = Above::load(journal, rights.organization.value).await?;
    let candidates = Candidates::new(journal, ability.action(), above.path(&viewing), &above.books);
    let (people, next) = candidates.page(begins, query.limit.get()).await?;
    let mut books = above.books;
    books.extend(ability.further_books(journal).await?);
    let allowed = people.into_iter().filter_map(|person| {
        let because = ability.allows(&Actor::assemble(&person, &books))?;
        Some((person, because))
    });
    let allowed: Vec<_> = allowed.collect();
    let homes = Homes::of(above.organizations, journal, &allowed).await?;
    let items =
        allowed.into_iter().map(|(person, because)| homes.view(person, because, &rights.actor, &place));
    paging.page(items.collect(), next.map(|next| next.text()))
}

/// The organizations that people belong to, as far as they were read.
struct Homes(Vec<Organization>);

impl Homes {
    /// Of these people, beside those that are known.
    async fn of(
        mut known: Vec<Organization>,
        journal: &Journal,
        people: &[(Administrator, Vec<Holding>)],
    ) -> Result<Self, StoreError> {
        let mut homes: Vec<_> = people.iter().map(|(person, _)| &person.organization_id).collect();
        homes.sort();
        homes.dedup();
        homes.retain(|home| known.iter().all(|known| known.id != **home));
        let read = journal.load_many::<Organization>(homes).await?;
        known.extend(read.into_iter().flatten().map(|stored| stored.value));
        Ok(Self(known))
    }

    /// A person as the caller may see them. The caller sees themselves, and everybody whose organization's
    /// administrators they may view.
    fn view(&self, person: Administrator, because: Vec<Holding>, asker: &Actor, at: &Resource) -> WhoView {
        let oneself = person.id == asker.administrator;
        let home = self.0.iter().find(|each| each.id == person.organization_id);
        let home = home
            .filter(|home| oneself || decide(asker, Action::AdministratorsView, &Resource::at(home)).is_ok());
        let seen = |organization: &OrganizationId| oneself || is_seen(asker, at, organization);
        match home {
            Some(home) => WhoView::seen(person, home, because, seen),
            None => WhoView::unseen(because),
        }
    }
}
