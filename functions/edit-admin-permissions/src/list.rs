//! The administrators of an organization, and a single one.
use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Response;
use countersign_authority::Standing;
use countersign_authority::rights::rights_at;
use countersign_http::{AsAdministrator, AsReader, Page, PathId, Problem, QueryOf, Services};
use countersign_model::{Action, Administrator, AdministratorId, AdministratorState, decide, lists};
use countersign_store::Stored;
use futures::future::try_join;
use http::StatusCode;

use crate::last_sign_ins::LastSignIns;
use crate::target::Target;
use crate::wire::{AdministratorView, AdministratorsQuery};

/// The most organizations and role books that one page reads: as many as two people with the most roles can need.
/// Usually people share them.
const DEPENDS_ON_MAX: usize = 400;

/// Lists the administrators of an organization, newest first.
///
/// A page may be short although `next_cursor` is set.
#[utoipa::path(get, path = "/v1/administrators", tag = "administrators",
    security(("administrator" = [])), params(AdministratorsQuery),
    responses((status = 200, body = Page<AdministratorView>)))]
pub async fn list_administrators(
    State(services): State<Services>,
    AsReader { administrator, paging, .. }: AsReader,
    QueryOf(query): QueryOf<AdministratorsQuery>,
) -> Result<Page<AdministratorView>, Problem> {
    let journal = &services.journal;
    let at = query.organization_id.unwrap_or_else(|| administrator.value.organization_id.clone());
    let rights = rights_at(journal, &administrator, &at).await?;
    let permit = decide(&rights.actor, Action::AdministratorsView, &rights.resource())?;
    let (cursor, limit) = (paging.open(query.cursor.as_ref())?, query.limit.get());
    let page = journal.list(&permit, lists::ADMINISTRATORS, cursor.as_deref(), limit).await?;
    let ids: Vec<_> = page.items.iter().map(|row| row.id.as_str()).collect();
    let wanted = query.q.map(|q| q.to_lowercase());
    let mut found: Vec<_> = journal
        .load_by_record_ids::<Administrator>(&ids)
        .await?
        .into_iter()
        .flatten()
        .filter(|stored| stored.value.state != AdministratorState::Deleted)
        .filter(|stored| wanted.as_ref().is_none_or(|wanted| is_about(&stored.value, wanted)))
        .collect();
    let mut next = page.next;
    let fitting = fitting(&found);
    if fitting < found.len() {
        found.truncate(fitting);
        // The list is ordered by id: the next page begins below the last one.
        next = found.last().map(|stored| stored.value.id.to_string());
    }
    let standing = Standing::load_all(journal, found.iter().map(|stored| &stored.value), [], [at]);
    let signed_in = LastSignIns::of(journal, found.iter().map(|stored| &stored.value.id));
    let (standing, signed_in) = try_join(standing, signed_in).await?;
    let items = found.into_iter().map(|stored| {
        let last = signed_in.get(&stored.value.id);
        AdministratorView::new(stored, last, &standing, &rights.actor)
    });
    paging.page(items.collect(), next)
}

/// Shows an administrator, with their permissions and roles.
#[utoipa::path(get, path = "/v1/administrators/{administrator_id}", tag = "administrators",
    security(("administrator" = [])), params(("administrator_id" = inline(AdministratorId), Path)),
    responses((status = 200, body = AdministratorView)))]
pub async fn open_administrator(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    PathId(id): PathId<AdministratorId>,
) -> Result<Response, Problem> {
    let action = Action::AdministratorsView;
    let target = Target::load(&services.journal, &administrator, &id, action).await?;
    Ok(target.answer(target.stored.clone(), StatusCode::OK))
}

/// How many of the administrators fit on one page; at least one.
fn fitting(found: &[Stored<Administrator>]) -> usize {
    let (mut owners, mut places) = (BTreeSet::new(), BTreeSet::new());
    let depends_on = found.iter().map(|stored| {
        let Administrator { organization_id, assignments, .. } = &stored.value;
        owners.extend(assignments.iter().map(|each| &each.role_organization_id));
        places.extend(assignments.iter().filter_map(|each| each.organization_id.as_ref()));
        places.insert(organization_id);
        owners.len() + places.len()
    });
    depends_on.take_while(|number| *number <= DEPENDS_ON_MAX).count().max(1)
}

fn is_about(administrator: &Administrator, wanted: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(wanted);
    has(&administrator.name) || has(administrator.email.as_str())
}
