//! An audit as somebody reads it, a part at a time: what they may see of it and want.

use countersign_authority::Principal;
use countersign_authority::rights::{Rights, rights_at};
use countersign_http::Problem;
use countersign_journal::{Event, Journal, Part};
use countersign_model::{Audit, AuditFacts, AuditFilter, EventId, Named, OrganizationId, Permit, decide};
use countersign_store::StoreError;
use futures::future::try_join_all;

use crate::sight::Entries;
use crate::wire::AuditEntry;

/// An audit of an organization, with the rights of whoever reads it.
pub struct Reading {
    journal: Journal,
    rights: Rights,
    pub permit: Permit,
    audit: Audit,
    pub filter: AuditFilter,
    /// The ids between which the wanted entries are.
    ids: (Option<EventId>, Option<EventId>),
    /// Whether the entries are only counted.
    is_count: bool,
}

/// A part of an audit.
pub struct Looked {
    /// The wanted entries, as their reader may see them.
    pub entries: Vec<AuditEntry>,
    /// How many entries the reader may see among those that were looked at.
    pub looked_at: usize,
    /// Where the next part begins.
    pub next: Option<String>,
}

impl Reading {
    /// An audit for a reader with the right to it.
    pub async fn begin(
        journal: &Journal,
        reader: &Principal,
        at: &OrganizationId,
        audit: Audit,
        filter: AuditFilter,
    ) -> Result<Self, Problem> {
        let rights = rights_at(journal, reader, at).await?;
        let permit = decide(&rights.actor, audit.action(), &rights.resource())?;
        let ids = filter.ids();
        Ok(Self { journal: journal.clone(), rights, permit, audit, filter, ids, is_count: false })
    }

    /// The same, to count the entries: names are read only if they are searched.
    pub fn counted(self) -> Self {
        Self { is_count: true, ..self }
    }

    /// The part of at most so many rows that begins there.
    pub async fn part(&self, cursor: Option<&str>, limit: usize) -> Result<Looked, StoreError> {
        let (from, below) =
            (self.ids.0.as_ref().map(EventId::as_str), self.ids.1.as_ref().map(EventId::as_str));
        let part = Part { cursor, limit, oldest_first: false, from, below };
        let page = self.journal.listing(&self.permit, self.audit.list().into(), &part).await?;
        let is_over = page.items.last().is_some_and(|last| part.is_past(&last.id));
        let numbers = page.items.iter().filter_map(|row| row.number);
        let events = numbers.map(|number| self.journal.event(&self.permit, number));
        let events = try_join_all(events).await?.into_iter().flatten().collect();
        let seen = Entries::in_reach(&self.journal, &self.rights, self.audit.action(), events).await?;
        let looked_at = seen.events.len();
        Ok(Looked { entries: self.wanted(seen).await?, looked_at, next: page.next.filter(|_| !is_over) })
    }

    /// Those that are wanted, with the names of what they mention. Only what the reader sees is searched.
    async fn wanted(&self, mut seen: Entries<'_>) -> Result<Vec<AuditEntry>, StoreError> {
        let events = std::mem::take(&mut seen.events);
        let sight = seen.sight();
        let mut wanted = Vec::new();
        for event in events {
            let is_actor_shown = seen.shows(&event.who, &sight);
            let act = event.act.seen_by(&mut |named| match named {
                Named::Organization(id) => sight.sees(id),
                Named::Administrator(id) => seen.shows_administrator(id, &sight),
                Named::Actor => is_actor_shown,
            });
            let event = Event { act, ..event };
            let footprint = event.footprint();
            let facts = AuditFacts {
                act: footprint.name,
                at: event.at,
                who: Some(&event.who).filter(|_| is_actor_shown),
                about: &footprint.concerns,
            };
            if self.filter.wants(&facts) {
                wanted.push(AuditEntry::seen(event, footprint.concerns, is_actor_shown));
            }
        }
        let text = self.filter.text.as_ref();
        if self.is_count && text.is_none() {
            return Ok(wanted);
        }
        let names = seen.names(&self.journal, wanted.iter().flat_map(AuditEntry::texts)).await?;
        wanted.iter_mut().for_each(|entry| entry.name(&names));
        wanted.retain(|entry| text.is_none_or(|text| entry.contains(text)));
        Ok(wanted)
    }
}
