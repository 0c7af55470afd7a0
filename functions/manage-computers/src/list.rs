//! Listing computers: all of them, or those that are searched for.

use axum::Json;
use axum::extract::State;
use countersign_authority::rights::rights_at;
use countersign_http::{AsReader, LARGEST_PAGE, PathId, Problem, QueryOf, Services};
use countersign_journal::Journal;
use countersign_model::computer::check_ins::CheckIns;
use countersign_model::{Action, Computer, ComputerId, GroupId, OrganizationId, Permit, decide, lists};
use countersign_store::{StoreError, Stored};
use futures::future::try_join;
use jiff::Timestamp;

use crate::wire::{ComputerPage, ComputerView, ComputersQuery, StateFilter};

/// Lists an organization's computers.
///
/// Without a filter, or with a group alone, a page has `limit` computers. With others, a page looks at up to 200 computers, of the
/// group if one is named, and shows those that fit; it may be short or even empty although `next_cursor` is set. A search for a
/// whole host name shows the computers of that name first, however many others there are.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/computers", tag = "computers", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ComputersQuery), responses((status = 200, body = ComputerPage)))]
pub async fn list_computers(
    State(services): State<Services>,
    AsReader { caller, administrator, paging }: AsReader,
    PathId(organization): PathId<OrganizationId>,
    QueryOf(query): QueryOf<ComputersQuery>,
) -> Result<Json<ComputerPage>, Problem> {
    let journal = &services.journal;
    let rights = rights_at(journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::ComputersView, &rights.resource())?;
    let place = paging.open(query.cursor.as_ref())?.map(|text| Place::read(&text));
    let search = Search { journal, permit: &permit, wanted: Wanted::of(&query), now: caller.now };
    let found = search.page(place, query.limit.get()).await?;
    let items = found
        .items
        .into_iter()
        .map(|(computer, check_ins)| ComputerView::at(caller.now, computer, &check_ins));
    Ok(Json(ComputerPage {
        items: items.collect(),
        next_cursor: paging.seal(found.next.map(|place| place.text()))?,
        looked_at: found.looked_at,
    }))
}

/// The newest computers of a group below a cursor, and where the next ones begin. Some may have just been removed or moved.
pub async fn of_group(
    journal: &Journal,
    permit: &Permit,
    group: &GroupId,
    cursor: Option<&str>,
    limit: usize,
) -> Result<(Vec<String>, Option<String>), StoreError> {
    // Earlier versions gave cursors of the list of all computers: an id, and where it was found.
    let before = cursor.and_then(|cursor| cursor.split('.').next());
    let list = lists::COMPUTER_NAMES;
    let mut ids = journal.newest_in_partition(permit, list, group.as_str(), before, limit + 1).await?;
    let more = ids.len() > limit;
    ids.truncate(limit);
    let next = ids.last().filter(|_| more).cloned();
    Ok((ids, next))
}

/// The computers that are wanted.
struct Wanted<'a> {
    /// In lower case.
    text: Option<String>,
    query: &'a ComputersQuery,
    not_seen_since: Option<Timestamp>,
}

impl<'a> Wanted<'a> {
    fn of(query: &'a ComputersQuery) -> Self {
        let text = query.q.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let not_seen_since = query.not_seen_since.map(Into::into);
        Self { text: text.map(Computer::hostname_key), query, not_seen_since }
    }

    /// Whether every computer is wanted that is listed for it.
    fn all_listed(&self) -> bool {
        self.text.is_none() && self.query.state.is_none() && self.not_seen_since.is_none()
    }

    fn fits(&self, computer: &Computer, now: Timestamp) -> bool {
        let in_group = self.query.group_id.as_ref().is_none_or(|group| computer.group_id == *group);
        !computer.deleted && in_group && self.fits_state(computer, now) && self.fits_text(computer)
    }

    fn fits_state(&self, computer: &Computer, now: Timestamp) -> bool {
        match self.query.state {
            None => true,
            Some(StateFilter::Unconfirmed) => computer.unconfirmed,
            Some(StateFilter::Cloned) => computer.is_cloned(),
            Some(StateFilter::Unsettled) => computer.unconfirmed || computer.is_cloned(),
            Some(StateFilter::Maintenance) => computer.maintenance_at(now).is_some(),
        }
    }

    fn fits_text(&self, computer: &Computer) -> bool {
        let Some(text) = &self.text else { return true };
        let names = [Some(&computer.hostname), computer.name.as_ref()];
        names.into_iter().flatten().any(|name| Computer::hostname_key(name).contains(text))
    }

    /// A computer that never checked in was seen when it enrolled.
    fn fits_check_ins(&self, computer: &Computer, check_ins: &CheckIns) -> bool {
        let seen = check_ins.last().map_or(computer.enrolled_at, |last| last.at);
        self.not_seen_since.is_none_or(|since| seen < since)
    }

    /// Whether a search by name shows it before all others.
    fn comes_first(&self, computer: &Computer) -> bool {
        self.text.as_ref().is_some_and(|text| computer.is_called(text))
    }
}

/// A page of computers.
struct Found {
    items: Vec<(Stored<Computer>, CheckIns)>,
    next: Option<Place>,
    /// How many computers were looked at.
    looked_at: usize,
}

/// Where a page begins.
struct Place {
    /// Whether the computers of exactly the name were shown on the first page.
    named_shown: bool,
    /// The cursor of the list of all computers.
    cursor: String,
}

impl Place {
    const NAMED_SHOWN: char = 'n';
    const NOT_SHOWN: char = 'a';

    fn read(text: &str) -> Self {
        let named_shown = text.starts_with(Self::NAMED_SHOWN);
        Self { named_shown, cursor: text.chars().skip(1).collect() }
    }

    fn text(&self) -> String {
        let shown = if self.named_shown { Self::NAMED_SHOWN } else { Self::NOT_SHOWN };
        format!("{shown}{}", self.cursor)
    }
}

/// One search.
struct Search<'a> {
    journal: &'a Journal,
    permit: &'a Permit,
    wanted: Wanted<'a>,
    now: Timestamp,
}

impl Search<'_> {
    async fn page(&self, place: Option<Place>, limit: usize) -> Result<Found, StoreError> {
        let at_once = if self.wanted.all_listed() { limit } else { LARGEST_PAGE };
        let page = self.listed(place.as_ref().map(|place| place.cursor.as_str()), at_once);
        let named = async {
            match &place {
                Some(_) => Ok(None),
                None => self.of_that_name(limit).await,
            }
        };
        let (page, named) = try_join(page, named).await?;
        let before = place.as_ref().is_some_and(|place| place.named_shown);
        let named_shown = before || named.is_some();
        let named = named.unwrap_or_default();
        let shown: Vec<ComputerId> = named.iter().map(|named| named.value.id.clone()).collect();
        let mut looked_at = named.len();
        let mut fitting: Vec<(usize, Stored<Computer>)> = named.into_iter().map(|named| (0, named)).collect();
        let (computers, next) = page;
        for computer in computers {
            looked_at += 1;
            let earlier = before && self.wanted.comes_first(&computer.value);
            if !earlier && !shown.contains(&computer.value.id) {
                fitting.push((looked_at, computer));
            }
        }
        fitting.retain(|(_, computer)| self.wanted.fits(&computer.value, self.now));
        let ids: Vec<&ComputerId> = fitting.iter().map(|(_, computer)| &computer.value.id).collect();
        let check_ins = self.journal.check_ins_of(&ids).await?;
        let next = next.map(|cursor| Place { named_shown, cursor });
        let mut found = Found { items: Vec::new(), next, looked_at };
        for ((nth, computer), check_ins) in fitting.into_iter().zip(check_ins) {
            if !self.wanted.fits_check_ins(&computer.value, &check_ins) {
                continue;
            }
            // If the page is full with it, the next one begins after it.
            let cursor = computer.value.id.to_string();
            found.items.push((computer, check_ins));
            if found.items.len() == limit && nth > 0 && nth < looked_at {
                return Ok(Found { next: Some(Place { named_shown, cursor }), looked_at: nth, ..found });
            }
        }
        Ok(found)
    }

    /// Some computers, of the group that is wanted, or else of all: the newest below a cursor, and where the next ones begin. Both
    /// continue below an id.
    async fn listed(
        &self,
        cursor: Option<&str>,
        at_once: usize,
    ) -> Result<(Vec<Stored<Computer>>, Option<String>), StoreError> {
        let Self { journal, permit, wanted, .. } = self;
        let Some(group) = &wanted.query.group_id else {
            let page = journal.page::<Computer>(permit, lists::COMPUTERS, cursor, at_once).await?;
            return Ok((page.items, page.next));
        };
        let (ids, next) = of_group(journal, permit, group, cursor, at_once).await?;
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let found = journal.load_by_record_ids::<Computer>(&ids).await?;
        Ok((found.into_iter().flatten().collect(), next))
    }

    /// The computers of exactly the name that is searched for, from the set of computers by name. `None` if that is no search,
    /// or if there are too many for one page: then they are shown among the others.
    async fn of_that_name(&self, limit: usize) -> Result<Option<Vec<Stored<Computer>>>, StoreError> {
        let Some(text) = &self.wanted.text else { return Ok(None) };
        let ids = self.journal.partition(self.permit, lists::COMPUTER_NAMES, text, None, limit).await?;
        if ids.len() >= limit {
            return Ok(None);
        }
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let found = self.journal.load_by_record_ids::<Computer>(&ids).await?.into_iter().flatten();
        Ok(Some(found.filter(|computer| self.wanted.comes_first(&computer.value)).collect()))
    }
}
