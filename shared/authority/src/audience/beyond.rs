//! Whom a request reaches besides its subscribers and the addresses of its policy: who has taken it, and, once it waits for too
//! long, those to whom it is escalated.

use std::collections::BTreeSet;

use countersign_journal::Journal;
use countersign_journal::readable::{load_readable, unless_damaged};
use countersign_model::{
    Action, Administrator, ApprovalSettings, Channel, Escalation, List, OrganizationId, Permit,
    ProcessorOnly, Request, Resource, decide,
};
use countersign_store::StoreError;
use futures::future::try_join_all;

use super::{Audience, Recipient, recipient, ways_to};
use crate::approval_settings_at;
use crate::rights::actor_of;

/// How many administrators of an organization are examined for those who may decide.
const EXAMINED: usize = 1_000;
/// How many of these are told.
const TOLD: usize = 50;
/// How many are read at once.
const PAGE: usize = 200;

impl Audience {
    /// Whether a request reaches an address now.
    pub async fn reaches(&self, request: &Request, channel: Channel, key: &str) -> Result<bool, StoreError> {
        let is_it = |each: &Recipient| each.channel == channel && each.key() == key;
        Ok(self.of(request).await?.iter().any(is_it) || self.beyond(request).await?.iter().any(is_it))
    }

    /// Everybody whom a request reaches now, each address once.
    pub async fn all(&self, request: &Request) -> Result<Vec<Recipient>, StoreError> {
        let mut all = self.of(request).await?;
        all.extend(self.beyond(request).await?);
        let mut seen = BTreeSet::new();
        all.retain(|each| seen.insert((each.channel, each.key())));
        Ok(all)
    }

    /// Those whom it reaches besides [`Audience::of`]: an address may be among both.
    pub async fn beyond(&self, request: &Request) -> Result<Vec<Recipient>, StoreError> {
        let mut all = self.assignee(request).await?;
        let Some(escalation) = self.settings(request).await?.escalation else { return Ok(all) };
        let (now, made_at) = (self.journal.clock().now(), request.created_at);
        if escalation.untaken_at(made_at).is_some_and(|at| at <= now) {
            all.extend(escalated_to(&escalation));
        }
        if escalation.undecided_at(made_at).is_some_and(|at| at <= now) {
            for above in request.ancestors.iter().rev() {
                all.extend(self.able_above(request, above).await?);
            }
        }
        Ok(all)
    }

    /// What counts at the organization of a request. Many requests that arrive at once share one read.
    pub async fn settings(&self, request: &Request) -> Result<ApprovalSettings, StoreError> {
        let mut known = self.settings.lock().await;
        let now = self.journal.clock().now();
        if let Some((since, settings)) = known.get(&request.organization_id)
            && now.duration_since(*since) < super::PRESENT
        {
            return Ok(settings.clone());
        }
        let read = approval_settings_at(&self.journal, &request.organization_id, &request.ancestors).await?;
        known.insert(request.organization_id.clone(), (now, read.clone()));
        Ok(read)
    }

    /// How to reach the administrator who has taken a request, while they may open it.
    pub async fn assignee(&self, request: &Request) -> Result<Vec<Recipient>, StoreError> {
        let Some(assignee) = &request.assignee else { return Ok(Vec::new()) };
        let ids = [assignee.administrator_id.as_str()];
        let found = load_readable::<Administrator>(&self.journal, &ids).await?.pop();
        let Some(person) = found.filter(Administrator::is_active) else { return Ok(Vec::new()) };
        let actor = actor_of(&self.journal, &person).await?;
        let may = decide(&actor, Action::RequestsOpen, &request.resource()).is_ok();
        Ok(if may { ways_to(&person) } else { Vec::new() })
    }

    /// How to reach the administrators of an organization above that of a request who may decide it.
    pub async fn able_above(
        &self,
        request: &Request,
        above: &OrganizationId,
    ) -> Result<Vec<Recipient>, StoreError> {
        let permit = Permit::processor(above, ProcessorOnly);
        let able = able_to_decide(&self.journal, &permit, &request.resource()).await?;
        Ok(able.iter().flat_map(ways_to).collect())
    }
}

/// The addresses of an escalation.
pub fn escalated_to(escalation: &Escalation) -> Vec<Recipient> {
    escalation.addresses().into_iter().map(recipient).collect()
}

/// The administrators of the permit's organization who may open and decide a request now, newest first: at most 50, among
/// at most 1,000 administrators.
///
/// # Errors
/// When the backend fails.
pub async fn able_to_decide(
    journal: &Journal,
    permit: &Permit,
    request: &Resource,
) -> Result<Vec<Administrator>, StoreError> {
    let (mut able, mut cursor, mut examined) = (Vec::new(), None::<String>, 0);
    while examined < EXAMINED && able.len() < TOLD {
        let page = journal.list(permit, List::Administrators, cursor.as_deref(), PAGE).await?;
        let ids: Vec<&str> = page.items.iter().map(|row| row.id.as_str()).collect();
        examined += ids.len();
        let judged = load_readable::<Administrator>(journal, &ids).await?;
        let judged = judged.into_iter().map(|person| able_one(journal, permit, request, person));
        able.extend(try_join_all(judged).await?.into_iter().flatten());
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    able.truncate(TOLD);
    Ok(able)
}

async fn able_one(
    journal: &Journal,
    permit: &Permit,
    request: &Resource,
    person: Administrator,
) -> Result<Option<Administrator>, StoreError> {
    // The list may be slightly older than the records.
    if !person.is_active() || person.organization_id != *permit.organization() {
        return Ok(None);
    }
    let actor = actor_of(journal, &person).await;
    let actor = unless_damaged("an administrator is not notified", person.id.as_str(), actor)?;
    let may = |action| actor.as_ref().is_some_and(|actor| decide(actor, action, request).is_ok());
    let decides = || may(Action::RequestsDeny) || request.kind.is_some_and(|kind| may(Action::approve(kind)));
    Ok((may(Action::RequestsOpen) && decides()).then_some(person))
}
