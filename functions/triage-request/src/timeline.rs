//! The time line of a request: everything that happened to it and to its file, who was told of it and whether that arrived.

use std::collections::BTreeSet;

use axum::extract::State;
use countersign_authority::People;
use countersign_http::{ActorView, AsReader, Page, PathId, Problem, QueryOf, Services};
use countersign_journal::readable::load_readable;
use countersign_journal::{DeliveriesOf, Event, Journal};
use countersign_model::{
    Act, Action, Actor, Delivery, EventId, Named, OrganizationId, Request, RequestId, Resource, Who, decide,
};
use countersign_store::{EventRef, StoreError, Trail, TrailPlace};
use futures::future::{try_join, try_join_all};
use jiff::Timestamp;

use crate::asides::Aside;
use crate::recalled::Recalled;
use crate::request::{asked_about, may_open};
use crate::wire::timeline::{Shown, TimelineEntry, TimelineQuery, ToldView};

/// How many revisions of the request are looked at for a page.
const LOOKED_AT: usize = 20;
/// How many deliveries of an event are shown.
const TOLD: usize = 50;

/// Lists everything that happened to a request, oldest first, with who was told of it and whether that arrived.
///
/// It also has the downloads of the copy of the file, which of the newest twenty notes were removed, and the flags of the file that have
/// counted since the request was submitted, at its organization or above: the newest ten, each when it was set and when it was cleared.
/// Messages are listed once they are planned. Their addresses are shown to those who may read the notification log. Openings, and first
/// uses of the grant, are in the audits. Of a request from before there were time lines, the first entries are what the request itself
/// tells. A page may be short although `next_cursor` is set.
#[utoipa::path(get, path = "/v1/requests/{request_id}/timeline", tag = "requests", security(("administrator" = [])),
    params(("request_id" = inline(RequestId), Path), TimelineQuery), responses((status = 200, body = Page<TimelineEntry>)))]
pub async fn show_timeline(
    State(services): State<Services>,
    AsReader { administrator, paging, .. }: AsReader,
    PathId(id): PathId<RequestId>,
    QueryOf(query): QueryOf<TimelineQuery>,
) -> Result<Page<TimelineEntry>, Problem> {
    let journal = &services.journal;
    let from = paging.open(query.cursor.as_ref())?.and_then(|place| place.parse().ok()).unwrap_or_default();
    let (actor, request) = asked_about(journal, &administrator, &id).await?;
    let request = request.value;
    may_open(&actor, &request).map(drop)?;
    let trail = journal.trail::<Request>(&id, from, LOOKED_AT);
    let (trail, asides) = try_join(trail, Aside::all_of(journal, &request)).await?;
    let next = trail.next.map(|next| next.to_string());
    let asides = of_page(journal, &request, (from, trail.next), asides).await?;
    let lines = lines(journal, &request, (from, trail), asides).await?;
    paging.page(entries(lines, journal, &actor, &request.resource()).await?, next)
}

/// Something that happened: an event, or what a record tells of it.
struct Line {
    event_id: Option<EventId>,
    at: Timestamp,
    who: Who,
    act: Act,
    told: DeliveriesOf,
    /// The organization in whose journal it is, if that may be another one than the request's.
    elsewhere: Option<OrganizationId>,
}

impl From<Recalled> for Line {
    fn from(Recalled { at, who, act }: Recalled) -> Self {
        Self { event_id: None, at, who, act, told: DeliveriesOf::default(), elsewhere: None }
    }
}

impl From<(Event, DeliveriesOf)> for Line {
    fn from((event, told): (Event, DeliveriesOf)) -> Self {
        Self { event_id: Some(event.id), at: event.at, who: event.who, act: event.act, told, elsewhere: None }
    }
}

/// Those of a page. It ends with the last event that changed the request there, and the next page begins after that.
async fn of_page(
    journal: &Journal,
    request: &Request,
    (from, next): (TrailPlace, Option<TrailPlace>),
    asides: Vec<Aside>,
) -> Result<Vec<Aside>, StoreError> {
    if asides.is_empty() {
        return Ok(asides);
    }
    let until = async {
        match next {
            Some(next) => moment_of(journal, request, next).await.map(Some),
            None => Ok(None),
        }
    };
    let (after, until) = try_join(moment_of(journal, request, from), until).await?;
    Ok(asides.into_iter().filter(|each| each.is_between(after, until)).collect())
}

/// When the last event before a place in the trail happened: before everything else if there is none, or it cannot be read any more.
async fn moment_of(journal: &Journal, request: &Request, place: TrailPlace) -> Result<Timestamp, StoreError> {
    let Some(number) = place.last_event() else { return Ok(Timestamp::MIN) };
    let last = EventRef { organization_id: request.organization_id.clone(), number };
    Ok(readable_event(journal, &last).await?.map_or(Timestamp::MIN, |event| event.at))
}

/// Reads what a page tells, with the names of the deliveries of each event, in one round.
async fn lines(
    journal: &Journal,
    request: &Request,
    (from, trail): (TrailPlace, Trail),
    asides: Vec<Aside>,
) -> Result<Vec<Line>, StoreError> {
    let changes = try_join_all(trail.events.iter().map(|place| read_event(journal, Some(place))));
    let apart = try_join_all(asides.iter().map(|each| read_event(journal, each.event.as_ref())));
    let (read, apart) = try_join(changes, apart).await?;
    // The entry of the first event may have gone with an audit that is not kept as long.
    let begins = trail.is_whole && read.first().is_some_and(Option::is_some);
    let mut lines: Vec<Line> = read.into_iter().flatten().map(Line::from).collect();
    if from.is_beginning() && !begins {
        let mut recalled = Recalled::all(request);
        if let Some(first) = lines.first() {
            recalled.retain(|each| each.at < first.at);
        }
        drop(lines.splice(..0, recalled.into_iter().map(Line::from)));
    }
    for (aside, read) in asides.into_iter().zip(apart) {
        let elsewhere = aside.event.map(|event| event.organization_id);
        let line = Line { elsewhere, ..read.map_or_else(|| aside.recalled.into(), Line::from) };
        let place = lines.iter().position(|each| each.at > line.at).unwrap_or(lines.len());
        lines.insert(place, line);
    }
    Ok(lines)
}

/// The entries as their reader may see them.
async fn entries(
    lines: Vec<Line>,
    journal: &Journal,
    reader: &Actor,
    at: &Resource,
) -> Result<Vec<TimelineEntry>, StoreError> {
    let ids = lines.iter().flat_map(|line| line.told.deliveries.iter().take(TOLD));
    let ids: Vec<&str> = ids.map(String::as_str).collect();
    let deliveries = load_readable::<Delivery>(journal, &ids).await?;
    let whom = lines.iter().filter_map(|line| line.who.administrator());
    let others: Vec<_> = lines.iter().flat_map(|line| line.act.others().administrators).collect();
    let people = People::load(journal, at, whom.chain(&others).collect::<BTreeSet<_>>()).await?;
    let sight = people.sight(reader, at);
    let is_shown = |who: &Who| who.administrator().is_none_or(|id| people.shows(reader, &sight, id));
    let reads_addresses = decide(reader, Action::NotificationsView, at).is_ok();
    let mut entries = Vec::with_capacity(lines.len());
    for Line { event_id, at, who, act, told, elsewhere } in lines {
        // Whom an organization out of sight tells is as little shown as that organization.
        let is_place_seen = elsewhere.is_none_or(|place| sight.sees(&place));
        let DeliveriesOf { deliveries: names, more } =
            if is_place_seen { told } else { DeliveriesOf::default() };
        let of_event = names.iter().take(TOLD);
        let of_event = of_event.filter_map(|id| deliveries.iter().find(|each| each.id.as_str() == id));
        let view = |delivery: &Delivery| {
            let home = delivery.recipient_organization_id.as_ref();
            let is_seen = home.is_none_or(|home| sight.sees(home));
            ToldView::new(delivery.clone(), Shown { is_seen, has_address: is_seen && reads_addresses })
        };
        let told = of_event.map(view).collect();
        let more = more.saturating_add(names.len().saturating_sub(TOLD));
        let is_actor_shown = is_shown(&who);
        let act = act.seen_by(&mut |named| match named {
            Named::Organization(id) => sight.sees(id),
            Named::Administrator(id) => people.shows(reader, &sight, id),
            Named::Actor => is_actor_shown,
        });
        let actor = if is_actor_shown { who.into() } else { ActorView::ManagingOrganization };
        entries.push(TimelineEntry::of(event_id, at, actor, act).telling(told, more));
    }
    Ok(entries)
}

/// An event with the names of its deliveries; none if it is not known, cannot be read, or is gone.
async fn read_event(
    journal: &Journal,
    place: Option<&EventRef>,
) -> Result<Option<(Event, DeliveriesOf)>, StoreError> {
    let Some(place) = place else { return Ok(None) };
    let Some(event) = readable_event(journal, place).await? else { return Ok(None) };
    Ok(Some((event, journal.deliveries_of(place).await?)))
}

/// An event; none if it cannot be read, or is gone.
async fn readable_event(journal: &Journal, place: &EventRef) -> Result<Option<Event>, StoreError> {
    match journal.event_of(place).await {
        Err(StoreError::Corrupt { .. }) => Ok(None),
        read => read,
    }
}
