//! The flagged files of an organization, with those of the organizations above and below it.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use countersign_authority::rights::{Rights, rights_at};
use countersign_authority::{Around, People, Walk};
use countersign_http::{AsReader, OrganizationName, Problem, QueryOf, Services};
use countersign_journal::Journal;
use countersign_journal::readable::load_readable;
use countersign_model::list::FLAGGED_FILES;
use countersign_model::{
    Action, Actor, FileFlag, Organization, Permit, RequestKind, Resource, decide, lists,
};
use countersign_store::StoreError;

use crate::wire::flags::{FlaggedFile, FlagsPage, FlagsQuery, Shown};

/// Lists the files that are flagged as malicious at an organization and above it, with `below=true` also those of the organizations
/// below.
///
/// Those of the organization come first, then those of the organizations above, the nearest first, then those of one organization below
/// after the other; each newest first. A page looks at no more flags than it has room for, and at no more than 20 organizations; it may be
/// short or even empty although `next_cursor` is set. Files that were flagged by a version before this list are in it once they are flagged
/// anew.
#[utoipa::path(get, path = "/v1/flags", tag = "requests", security(("administrator" = [])),
    params(FlagsQuery), responses((status = 200, body = FlagsPage)))]
pub async fn list_flags(
    State(services): State<Services>,
    AsReader { administrator, paging, .. }: AsReader,
    QueryOf(query): QueryOf<FlagsQuery>,
) -> Result<Json<FlagsPage>, Problem> {
    let journal = &services.journal;
    let at = query.organization_id.as_ref().unwrap_or(&administrator.value.organization_id);
    let cursor = paging.open(query.cursor.as_ref())?;
    let rights = rights_at(journal, &administrator, at).await?;
    let permit = decide(&rights.actor, Action::RequestsList, &rights.resource())?;
    let around = Around { above: true, below: query.below == Some(true) };
    let mut walk = Walk::begin(journal, &permit, &rights.organization.value, around, cursor.as_deref());
    let (limit, mut looked_at, mut found) = (query.limit.get(), 0, Vec::new());
    while let Some((visited, inside)) = walk.next().await? {
        let page = match permit_at(&rights, &permit, &visited) {
            Some(permit) => {
                flags_of(journal, &permit, inside.as_deref(), limit.saturating_sub(looked_at)).await?
            }
            None => Flags::default(),
        };
        looked_at += page.looked_at;
        let is_full = page.next.is_some() || looked_at >= limit;
        walk.stops(page.next);
        found.push((visited, page.in_force));
        if is_full {
            break;
        }
    }
    let next_cursor = paging.seal(walk.cursor())?;
    let items = shown(journal, &rights, found).await?;
    Ok(Json(FlagsPage { items, next_cursor, looked_at }))
}

/// What allows to read the flags of an organization: those above count where the caller may list requests.
fn permit_at(rights: &Rights, own: &Permit, visited: &Organization) -> Option<Permit> {
    let place = &rights.organization.value;
    let above = Permit::from_above(own, place, &visited.id);
    above.or_else(|| decide(&rights.actor, Action::RequestsList, &Resource::at(visited)).ok())
}

/// Flags of one organization.
#[derive(Default)]
struct Flags {
    in_force: Vec<FileFlag>,
    looked_at: usize,
    next: Option<String>,
}

/// The newest flags of an organization before one.
async fn flags_of(
    journal: &Journal,
    permit: &Permit,
    before: Option<&str>,
    limit: usize,
) -> Result<Flags, StoreError> {
    // One more tells whether there is another page.
    let list = lists::SHARED_APPROVALS;
    let mut ids = journal.newest_in_partition(permit, list, FLAGGED_FILES, before, limit + 1).await?;
    let more = ids.len() > limit;
    ids.truncate(limit);
    let next = ids.last().filter(|_| more).cloned();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut in_force = load_readable::<FileFlag>(journal, &ids).await?;
    in_force.retain(FileFlag::is_in_force);
    Ok(Flags { in_force, looked_at: ids.len(), next })
}

/// The flags as their reader may see them.
async fn shown(
    journal: &Journal,
    rights: &Rights,
    found: Vec<(Organization, Vec<FileFlag>)>,
) -> Result<Vec<FlaggedFile>, StoreError> {
    let own = rights.resource();
    let who = found.iter().flat_map(|(_, flags)| flags).map(|flag| &flag.administrator_id);
    let people = People::load(journal, &own, who.collect::<BTreeSet<_>>()).await?;
    let sight = people.sight(&rights.actor, &own);
    let mut items = Vec::new();
    for (organization, flags) in &found {
        let is_above = own.ancestors.contains(&organization.id);
        // What is flagged above is shown like what is flagged here.
        let at = if is_above { own.clone() } else { Resource::at(organization) };
        let place = !is_above || sight.sees(&organization.id);
        let file = opens_files(&rights.actor, &at);
        items.extend(flags.iter().map(|flag| {
            let actor = people.shows(&rights.actor, &sight, &flag.administrator_id);
            FlaggedFile::of(flag.clone(), OrganizationName::from(organization), Shown { place, actor, file })
        }));
    }
    Ok(items)
}

/// Whether somebody may open requests for files at a place.
fn opens_files(reader: &Actor, at: &Resource) -> bool {
    let kinds = [RequestKind::Application, RequestKind::Elevation];
    kinds.into_iter().any(|kind| decide(reader, Action::RequestsOpen, &at.clone().kind(kind)).is_ok())
}
