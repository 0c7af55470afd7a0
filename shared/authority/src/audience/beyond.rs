//! Whom a request reaches besides its subscribers and the addresses of its policy: who has taken it, and, once it waits for too
//! long, those to whom it is escalated.

use std::collections::BTreeSet;

use countersign_journal::Journal;
use countersign_journal::readable::{load_one_readable, load_readable, unless_damaged};
use countersign_model::{
    Action, Administrator, ApprovalSettings, Escalation, IntegrationKind, NoticeKind, OrganizationId, Permit,
    ProcessorOnly, Request, Resource, decide, lists,
};
use countersign_store::StoreError;
use futures::future::try_join_all;

use super::standing_in::{Told, told_instead};
use super::{Audience, Recipient, recipient};
use crate::approval_settings_at;
use crate::rights::actor_of;

/// How many administrators of an organization are examined for those who may decide.
const EXAMINED: usize = 1_000;
/// How many of these are told.
const TOLD: usize = 50;
/// How many are read at once.
const PAGE: usize = 200;

/// Those whom a request reaches besides its subscribers and the addresses of its policy.
#[derive(Default)]
pub(super) struct Beyond {
    pub administrators: Vec<Administrator>,
    pub listed: Vec<Recipient>,
}

impl Audience {
    /// Everybody whom a request reaches now and who hears of this kind of news about it, each address once: those of
    /// [`Audience::hearing`], who has taken it, and those to whom it is escalated.
    pub async fn all_hearing(
        &self,
        request: &Request,
        kind: NoticeKind,
    ) -> Result<Vec<Recipient>, StoreError> {
        let mut all = self.hearing(request, kind).await?;
        let Beyond { administrators, listed } = self.beyond(request).await?;
        for person in administrators {
            all.extend(self.ways_or_instead(request, person, kind).await?);
        }
        // Nobody chose for an address on a list that it hears who handled a request.
        all.extend(listed.into_iter().filter(|_| kind != NoticeKind::Handled));
        // Whoever hears of it anyway hears of it as themselves.
        all.sort_by_key(|each| each.in_place_of.is_some());
        let mut seen = BTreeSet::new();
        all.retain(|each| seen.insert((each.channel, each.key())));
        Ok(all)
    }

    /// The addresses of lists, each once, where a program keeps an incident of a request.
    pub async fn incidents(&self, request: &Request) -> Result<Vec<Recipient>, StoreError> {
        let mut all = self.listed_for(request).await?;
        all.extend(self.settings(request).await?.escalation.iter().flat_map(escalated_to));
        let mut seen = BTreeSet::new();
        all.retain(|each| keeps_incidents(&each.address) && seen.insert(each.key()));
        Ok(all)
    }

    pub(super) async fn beyond(&self, request: &Request) -> Result<Beyond, StoreError> {
        let administrators = self.active_assignee(request).await?.into_iter().collect();
        let mut all = Beyond { administrators, listed: Vec::new() };
        let Some(escalation) = self.settings(request).await?.escalation else { return Ok(all) };
        let (now, made_at) = (self.journal.clock().now(), request.created_at);
        if escalation.untaken_at(made_at).is_some_and(|at| at <= now) {
            all.listed = escalated_to(&escalation);
        }
        if escalation.undecided_at(made_at).is_some_and(|at| at <= now) {
            for above in request.ancestors.iter().rev() {
                all.administrators.extend(self.able_administrators(request, above).await?);
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

    /// How the administrator who has taken a request hears of this kind of news about it, while they may open it, or who hears
    /// of it in their place.
    pub async fn assignee(&self, request: &Request, kind: NoticeKind) -> Result<Vec<Recipient>, StoreError> {
        match self.active_assignee(request).await? {
            Some(person) => self.ways_or_instead(request, person, kind).await,
            None => Ok(Vec::new()),
        }
    }

    async fn active_assignee(&self, request: &Request) -> Result<Option<Administrator>, StoreError> {
        let Some(assignee) = &request.assignee else { return Ok(None) };
        let id = assignee.administrator_id.as_str();
        let found = load_one_readable::<Administrator>(&self.journal, id).await?;
        let Some(person) = found.filter(Administrator::is_active) else { return Ok(None) };
        let actor = actor_of(&self.journal, &person).await?;
        let may = decide(&actor, Action::RequestsOpen, &request.resource()).is_ok();
        Ok(may.then_some(person))
    }

    /// How the administrators of an organization above that of a request who may decide it hear of new requests, or who hears in
    /// their place.
    pub async fn able_above(
        &self,
        request: &Request,
        above: &OrganizationId,
    ) -> Result<Vec<Recipient>, StoreError> {
        let permit = Permit::processor(above, ProcessorOnly);
        let told = told_above(&self.journal, &permit, &request.resource()).await?;
        Ok(told.iter().flat_map(|told| told.ways(NoticeKind::NewRequest)).collect())
    }

    async fn able_administrators(
        &self,
        request: &Request,
        above: &OrganizationId,
    ) -> Result<Vec<Administrator>, StoreError> {
        let permit = Permit::processor(above, ProcessorOnly);
        able_to_decide(&self.journal, &permit, &request.resource()).await
    }

    /// How to reach an administrator, or who is told instead while they are away.
    pub async fn ways_or_instead(
        &self,
        request: &Request,
        person: Administrator,
        kind: NoticeKind,
    ) -> Result<Vec<Recipient>, StoreError> {
        let told = told_instead(&self.journal, &request.resource(), person).await?;
        Ok(told.map(|told| told.ways(kind)).unwrap_or_default())
    }
}

/// Whether an address is that of a program which keeps an incident of each request.
pub fn keeps_incidents(address: &str) -> bool {
    IntegrationKind::of_address(address).is_some_and(|(kind, _)| kind == IntegrationKind::PagerDuty)
}

/// The addresses of an escalation.
pub fn escalated_to(escalation: &Escalation) -> Vec<Recipient> {
    escalation.addresses().into_iter().map(recipient).collect()
}

/// Who is told when nobody decides a request: the administrators of the permit's organization, above that of the request, who may
/// decide it, or who hears in their place. Of two entries for one person the first is their own.
///
/// # Errors
/// When the backend fails.
pub async fn told_above(
    journal: &Journal,
    permit: &Permit,
    request: &Resource,
) -> Result<Vec<Told>, StoreError> {
    let mut all = Vec::new();
    for person in able_to_decide(journal, permit, request).await? {
        all.extend(told_instead(journal, request, person).await?);
    }
    all.sort_by_key(|told| told.in_place_of.is_some());
    Ok(all)
}

/// The administrators of the permit's organization who may open and decide a request now, newest first: at most 50, among
/// at most 1,000 administrators.
async fn able_to_decide(
    journal: &Journal,
    permit: &Permit,
    request: &Resource,
) -> Result<Vec<Administrator>, StoreError> {
    let (mut able, mut cursor, mut examined) = (Vec::new(), None::<String>, 0);
    while examined < EXAMINED && able.len() < TOLD {
        let page = journal.list(permit, lists::ADMINISTRATORS, cursor.as_deref(), PAGE).await?;
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
    let may = may_decide(journal, "an administrator is not notified", &person, request).await?;
    Ok(may.then_some(person))
}

/// Whether an administrator may open and decide a request now; not if what gives them their rights is damaged, which `what` then says in
/// the log. Whoever may approve it for anything may approve it for its computer.
pub(super) async fn may_decide(
    journal: &Journal,
    what: &str,
    person: &Administrator,
    request: &Resource,
) -> Result<bool, StoreError> {
    let actor = actor_of(journal, person).await;
    let actor = unless_damaged(what, person.id.as_str(), actor)?;
    let may = |action| actor.as_ref().is_some_and(|actor| decide(actor, action, request).is_ok());
    let decides = || may(Action::RequestsDeny) || request.kind.is_some_and(|kind| may(Action::approve(kind)));
    Ok(may(Action::RequestsOpen) && decides())
}
