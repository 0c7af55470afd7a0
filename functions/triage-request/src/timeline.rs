//! The time line of a request: everything that changed it, who was told of it and whether that arrived.

use std::collections::BTreeSet;

use axum::extract::State;
use countersign_http::{AsReader, Page, PathId, Problem, QueryOf, Services};
use countersign_journal::readable::load_readable;
use countersign_journal::{DeliveriesOf, Event, Journal};
use countersign_model::{Action, Actor, Delivery, Named, Request, RequestId, Resource, Who, decide};
use countersign_store::{EventRef, StoreError, Trail, TrailPlace};
use futures::future::try_join_all;

use crate::people::{People, administrator};
use crate::recalled::Recalled;
use crate::request::{asked_about, may_open};
use crate::wire::timeline::{Shown, TimelineEntry, TimelineQuery, ToldView};

/// How many revisions of the request are looked at for a page.
const LOOKED_AT: usize = 20;
/// How many deliveries of an event are shown.
const TOLD: usize = 50;

/// Lists everything that changed a request, oldest first, with who was told of it and whether that arrived.
///
/// Messages are listed once they are planned. Their addresses are shown to those who may read the notification log. Openings,
/// removals of notes, downloads of the copy of the file, and flags of the file are in the audits. Of a request from before there were time lines, the
/// first entries are what the request itself tells. A page may be short although `next_cursor` is set.
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
    let trail = journal.trail::<Request>(&id, from, LOOKED_AT).await?;
    let next = trail.next.map(|next| next.to_string());
    let happened = Happened::read(journal, &request, from, trail).await?;
    paging.page(happened.entries(journal, &actor, &request.resource()).await?, next)
}

/// What a page tells.
struct Happened {
    /// What only the request itself tells.
    recalled: Vec<Recalled>,
    events: Vec<(Event, DeliveriesOf)>,
}

impl Happened {
    /// Reads the events of a page, with the names of their deliveries, in one round.
    async fn read(
        journal: &Journal,
        request: &Request,
        from: TrailPlace,
        trail: Trail,
    ) -> Result<Self, StoreError> {
        let read = trail.events.iter().map(|place| read_event(journal, place));
        let read = try_join_all(read).await?;
        // The entry of the first event may have gone with an audit that is not kept as long.
        let begins = trail.is_whole && read.first().is_some_and(Option::is_some);
        let events: Vec<_> = read.into_iter().flatten().collect();
        let mut recalled = Vec::new();
        if from.is_beginning() && !begins {
            recalled = Recalled::all(request);
            if let Some((first, _)) = events.first() {
                recalled.retain(|each| each.at < first.at);
            }
        }
        Ok(Self { recalled, events })
    }

    /// The entries as their reader may see them.
    async fn entries(
        self,
        journal: &Journal,
        reader: &Actor,
        at: &Resource,
    ) -> Result<Vec<TimelineEntry>, StoreError> {
        let ids = self.events.iter().flat_map(|(_, told)| told.deliveries.iter().take(TOLD));
        let ids: Vec<&str> = ids.map(String::as_str).collect();
        let deliveries = load_readable::<Delivery>(journal, &ids).await?;
        let whom = self.events.iter().map(|(event, _)| &event.who);
        let whom = whom.chain(self.recalled.iter().map(|each| &each.who)).filter_map(administrator);
        let others: Vec<_> =
            self.events.iter().flat_map(|(event, _)| event.act.others().administrators).collect();
        let people = People::load(journal, at, whom.chain(&others).collect::<BTreeSet<_>>()).await?;
        let sight = people.sight(reader, at);
        let is_shown = |who: &Who| administrator(who).is_none_or(|id| people.shows(reader, &sight, id));
        let reads_addresses = decide(reader, Action::NotificationsView, at).is_ok();
        let mut entries = Vec::new();
        for Recalled { at, who, act } in self.recalled {
            let is_actor_shown = is_shown(&who);
            entries.push(TimelineEntry::recalled(at, who, act, is_actor_shown));
        }
        for (event, told) in self.events {
            let DeliveriesOf { deliveries: names, more } = told;
            let of_event = names.iter().take(TOLD);
            let of_event = of_event.filter_map(|id| deliveries.iter().find(|each| each.id.as_str() == id));
            let view = |delivery: &Delivery| {
                let home = delivery.recipient_organization_id.as_ref();
                let is_seen = home.is_none_or(|home| sight.sees(home));
                ToldView::new(delivery.clone(), Shown { is_seen, has_address: is_seen && reads_addresses })
            };
            let told = of_event.map(view).collect();
            let more = more.saturating_add(names.len().saturating_sub(TOLD));
            let is_actor_shown = is_shown(&event.who);
            let mut sees = |named: Named<'_>| match named {
                Named::Organization(id) => sight.sees(id),
                Named::Administrator(id) => people.shows(reader, &sight, id),
                Named::Actor => is_actor_shown,
            };
            entries.push(TimelineEntry::of(event, is_actor_shown, &mut sees).telling(told, more));
        }
        Ok(entries)
    }
}

/// An event with the names of its deliveries; none if it cannot be read, or is gone.
async fn read_event(
    journal: &Journal,
    place: &EventRef,
) -> Result<Option<(Event, DeliveriesOf)>, StoreError> {
    let event = match journal.event_of(place).await {
        Err(StoreError::Corrupt { .. }) => None,
        read => read?,
    };
    let Some(event) = event else { return Ok(None) };
    Ok(Some((event, journal.deliveries_of(place).await?)))
}
