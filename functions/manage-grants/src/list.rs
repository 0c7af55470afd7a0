//! The grants in force of an organization and those below it, of a group, a computer or a file.

use axum::Json;
use axum::extract::State;
use countersign_authority::rights::{Rights, rights_at};
use countersign_authority::{Around, ComputerCounts, Counted, People, Walk, first_use};
use countersign_http::{AsReader, InputError, Problem, QueryOf, Services};
use countersign_journal::Journal;
use countersign_model::list::WHOLE_ORGANIZATION;
use countersign_model::{
    Action, Actor, AdministratorId, Computer, ComputerId, FileFlag, Grant, GrantScope, GroupId, List, Permit,
    Request, RequestStatus, Resource, Sha256, decide, lists,
};
use countersign_store::StoreError;
use futures::future::{try_join, try_join_all, try_join3};
use jiff::Timestamp;
use std::collections::BTreeSet;

use crate::wire::{Extent, GrantView, GrantsPage, GrantsQuery, Shown};

/// How many computers are read one by one for a page.
const FOR_A_PAGE: usize = 1_000;

/// Lists the grants of an organization that are in force, with `below=true` also those of the organizations below.
///
/// All grants are listed newest first; those for a group, a computer or a file by when they were asked for, oldest first, a moment
/// after they were given. Those of the organizations below follow, of one organization after the other. A page looks at no more approvals
/// than it has room for, and at no more than 20 organizations. It may be short or even empty although `next_cursor` is set; `looked_at`
/// says at how many approvals it looked. A grant whose end was changed may be on a later page a second time.
#[utoipa::path(get, path = "/v1/grants", tag = "grants", security(("administrator" = [])),
    params(GrantsQuery), responses((status = 200, body = GrantsPage)))]
pub async fn list_grants(
    State(services): State<Services>,
    AsReader { caller, administrator, paging }: AsReader,
    QueryOf(query): QueryOf<GrantsQuery>,
) -> Result<Json<GrantsPage>, Problem> {
    let journal = &services.journal;
    let below = combined(&query)?;
    let organization = query.organization_id.as_ref().unwrap_or(&administrator.value.organization_id);
    let cursor = paging.open(query.cursor.as_ref())?;
    let rights = rights_at(journal, &administrator, organization).await?;
    let permit = decide(&rights.actor, Action::RequestsList, &rights.resource())?;
    let wanted = Wanted::of(journal, &permit, &query).await?;
    let found = match below {
        true => wanted.around(journal, &rights, &permit, cursor.as_deref()).await?,
        false => wanted.requests(journal, &permit, cursor.as_deref(), query.limit.get()).await?,
    };
    let looked_at = found.looked_at;
    let is_listed = |request: &&Request| {
        decide(&rights.actor, Action::RequestsList, &request.resource()).is_ok()
            && wanted.fits(request, opens(&rights.actor, request), caller.now)
    };
    let listed: Vec<&Request> = found.requests.iter().filter(is_listed).collect();
    let reader = (&rights.actor, &rights.resource());
    let views = views(journal, reader, &listed, wanted.computer(), caller.now).await?;
    let items = views.into_iter().filter(GrantView::is_in_force).collect();
    Ok(Json(GrantsPage { items, next_cursor: paging.seal(found.next)?, looked_at }))
}

/// Whether the organizations below are listed, too. A group and a computer belong to one organization.
fn combined(query: &GrantsQuery) -> Result<bool, Problem> {
    let below = query.below == Some(true);
    let (at, message) = match (&query.group_id, &query.computer_id) {
        (Some(_), Some(_)) => ("/computer_id", "cannot be combined with `group_id`"),
        (Some(_), None) if below => ("/group_id", "cannot be combined with `below`"),
        (None, Some(_)) if below => ("/computer_id", "cannot be combined with `below`"),
        _ => return Ok(below),
    };
    Err(Problem::invalid_query(vec![InputError::new(at, message)]))
}

/// The grants that are wanted.
struct Wanted<'a> {
    query: &'a GrantsQuery,
    /// The computer that is named, if the organization has it.
    computer: Option<Computer>,
}

/// Requests whose approvals may be wanted, and where the next page begins.
#[derive(Default)]
struct Found {
    requests: Vec<Request>,
    /// How many were read for them.
    looked_at: usize,
    next: Option<String>,
}

impl<'a> Wanted<'a> {
    async fn of(journal: &Journal, permit: &Permit, query: &'a GrantsQuery) -> Result<Self, StoreError> {
        let found = match &query.computer_id {
            Some(id) => journal.load::<Computer>(id).await?.map(|found| found.value),
            None => None,
        };
        let is_there = |found: &Computer| !found.deleted && found.organization_id == *permit.organization();
        Ok(Self { query, computer: found.filter(is_there) })
    }

    fn computer(&self) -> Option<&ComputerId> {
        self.computer.as_ref().map(|computer| &computer.id)
    }

    /// Whether the approval of the request is in force, gives a grant of its own, and is what is wanted.
    fn fits(&self, request: &Request, opens: bool, now: Timestamp) -> bool {
        let GrantsQuery { group_id, computer_id, sha256, .. } = self.query;
        let Some(grant) = grant_of(request) else { return false };
        let is_for_computer =
            computer_id.is_none() || self.computer.as_ref().is_some_and(|computer| grant.is_for(computer));
        let is_for_group = |group: &GroupId| matches!(&grant.scope, GrantScope::Group(id) if id == group);
        let is_for_file =
            |sha256: &Sha256| opens && request.subject.file().is_some_and(|file| file.sha256 == *sha256);
        request.status_at(now) == RequestStatus::Approved
            && is_for_computer
            && group_id.as_ref().is_none_or(is_for_group)
            && sha256.as_ref().is_none_or(is_for_file)
    }

    /// The partitions of sets that have all that is wanted; `None` if no set has.
    fn partitions(&self) -> Option<Vec<(List, String)>> {
        let shared = |partition: &str| (List::SharedApprovals, partition.to_owned());
        let GrantsQuery { group_id, computer_id, sha256, .. } = self.query;
        if let Some(sha256) = sha256 {
            let subjects = FileFlag::subjects_of(sha256);
            return Some(subjects.iter().map(|subject| shared(subject)).collect());
        }
        if let Some(computer) = &self.computer {
            let own = (List::ComputerRequests, computer.id.to_string());
            return Some(vec![own, shared(computer.group_id.as_str()), shared(WHOLE_ORGANIZATION)]);
        }
        if computer_id.is_some() {
            return Some(Vec::new());
        }
        group_id.as_ref().map(|group| vec![shared(group.as_str())])
    }

    async fn requests(
        &self,
        journal: &Journal,
        permit: &Permit,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Found, StoreError> {
        match self.partitions() {
            Some(partitions) => joined(journal, permit, &partitions, cursor, limit).await,
            None => of_all(journal, permit, cursor, limit).await,
        }
    }

    /// The same of the organization and those below it, as far as the caller may list them.
    async fn around(
        &self,
        journal: &Journal,
        rights: &Rights,
        permit: &Permit,
        cursor: Option<&str>,
    ) -> Result<Found, StoreError> {
        let around = Around { below: true, above: false };
        let mut walk = Walk::begin(journal, permit, &rights.organization.value, around, cursor);
        let (limit, mut requests, mut looked_at) = (self.query.limit.get(), Vec::new(), 0);
        while let Some((visited, inside)) = walk.next().await? {
            let room = limit.saturating_sub(requests.len());
            let found = match decide(&rights.actor, Action::RequestsList, &Resource::at(&visited)) {
                Ok(permit) => self.requests(journal, &permit, inside.as_deref(), room).await?,
                Err(_) => Found::default(),
            };
            requests.extend(found.requests);
            looked_at += found.looked_at;
            let is_full = found.next.is_some() || requests.len() >= limit;
            walk.stops(found.next);
            if is_full {
                break;
            }
        }
        Ok(Found { requests, looked_at, next: walk.cursor() })
    }
}

/// A page of the organization's log of grants.
async fn of_all(
    journal: &Journal,
    permit: &Permit,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Found, StoreError> {
    let page = journal.page::<Request>(permit, lists::GRANTS, cursor, limit).await?;
    let looked_at = page.items.len();
    let mut requests: Vec<Request> = Vec::with_capacity(looked_at);
    for request in page.items {
        // The log names a request again when its grant was changed.
        if !requests.iter().any(|known| known.id == request.value.id) {
            requests.push(request.value);
        }
    }
    Ok(Found { requests, looked_at, next: page.next })
}

/// The oldest requests above an id that are in any of these partitions.
async fn joined(
    journal: &Journal,
    permit: &Permit,
    partitions: &[(List, String)],
    after: Option<&str>,
    limit: usize,
) -> Result<Found, StoreError> {
    // One more of each tells whether there is another page.
    let each = partitions
        .iter()
        .map(|(list, partition)| journal.oldest_in_partition(permit, *list, partition, after, limit + 1));
    let ids: BTreeSet<String> = try_join_all(each).await?.into_iter().flatten().collect();
    let next = ids.iter().nth(limit.saturating_sub(1)).filter(|_| ids.len() > limit).cloned();
    let ids: Vec<&str> = ids.iter().take(limit).map(String::as_str).collect();
    let found = journal.load_by_record_ids::<Request>(&ids).await?;
    let requests = found.into_iter().flatten().map(|found| found.value).collect();
    Ok(Found { requests, looked_at: ids.len(), next })
}

/// The grants that these requests give, for a computer if one is named, as somebody sees them who asks about a place. Who may open a
/// request sees who approved it and how many computers the grant reaches, as the opened request shows it; others see those whom they may
/// know of, for which the organization of each is read once.
pub async fn views(
    journal: &Journal,
    (reader, at): (&Actor, &Resource),
    requests: &[&Request],
    computer: Option<&ComputerId>,
    now: Timestamp,
) -> Result<Vec<GrantView>, StoreError> {
    let closed = requests.iter().filter(|request| !opens(reader, request));
    let people = People::load(journal, at, closed.flat_map(|request| named(request)).collect());
    let granted = requests.iter().filter_map(|request| Some((*request, grant_of(request)?)));
    let granted: Vec<(&Request, Grant)> = granted.collect();
    let uses = granted.iter().map(async |(_, grant)| {
        try_join(journal.grant_uses(&grant.id), in_force(journal, grant, computer, now)).await
    });
    let counts = reached(journal, reader, &granted, now);
    let (people, uses, counts) = try_join3(people, try_join_all(uses), counts).await?;
    let sight = people.sight(reader, at);
    let views = granted.iter().zip(uses).filter_map(|((request, grant), (used_by, in_force))| {
        let opens = opens(reader, request);
        let shows = |id: &AdministratorId| opens || people.shows(reader, &sight, id);
        let reaches = reaches(grant, &counts).filter(|_| opens && grant.in_force_at(now));
        GrantView::of(request, Extent { used_by, reaches, in_force }, Shown { opens, shows: &shows })
    });
    Ok(views.collect())
}

/// The grant that a request gives by its own approval.
fn grant_of(request: &Request) -> Option<Grant> {
    let decision = request.decision.as_ref().filter(|decision| decision.settled_by.is_none());
    decision.and_then(|decision| Grant::of(request, decision))
}

/// Counts the computers of the groups and organizations for which these grants are, as far as they are in force and the reader may open
/// their requests.
async fn reached(
    journal: &Journal,
    reader: &Actor,
    granted: &[(&Request, Grant)],
    now: Timestamp,
) -> Result<ComputerCounts, StoreError> {
    let mut places = Vec::new();
    for (request, grant) in granted.iter().filter(|(_, grant)| grant.in_force_at(now)) {
        let group = match &grant.scope {
            GrantScope::Computer(_) => continue,
            GrantScope::Group(group) => Some(group.clone()),
            GrantScope::Organization => None,
        };
        if let Ok(permit) = decide(reader, Action::RequestsOpen, &request.resource()) {
            places.push((permit, group));
        }
    }
    let mut counts = ComputerCounts::reading(FOR_A_PAGE);
    counts.count(journal, places).await?;
    Ok(counts)
}

/// How many computers a grant reaches; `None` if they were not counted.
fn reaches(grant: &Grant, counts: &ComputerCounts) -> Option<Counted> {
    match &grant.scope {
        GrantScope::Computer(_) => Some(Counted::ONE),
        GrantScope::Group(group) => counts.in_group(group),
        GrantScope::Organization => counts.in_organization(&grant.organization_id),
    }
}

/// Whether a grant counts now for the computer that is named, or else for the only one that it is for. Its first use is read only
/// if the time of the grant begins with that.
async fn in_force(
    journal: &Journal,
    grant: &Grant,
    computer: Option<&ComputerId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let only = match &grant.scope {
        GrantScope::Computer(id) => Some(id),
        GrantScope::Group(_) | GrantScope::Organization => None,
    };
    let starting = grant.first_use.is_some() && grant.in_force_at(now);
    let Some(computer) = computer.or(only).filter(|_| starting) else { return Ok(grant.in_force_at(now)) };
    let used = first_use(journal, &grant.id, computer).await?;
    Ok(grant.in_force_for(used.map(|used| used.at), now))
}

fn opens(reader: &Actor, request: &Request) -> bool {
    decide(reader, Action::RequestsOpen, &request.resource()).is_ok()
}

/// The administrators whom a grant names.
fn named(request: &Request) -> impl Iterator<Item = &AdministratorId> {
    request.decision.iter().flat_map(|decision| {
        let changed = decision.changed.iter().map(|changed| &changed.administrator_id);
        changed.chain([&decision.administrator_id])
    })
}
