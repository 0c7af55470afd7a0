//! Deleting an organization: it must be empty, and nobody must be left untold, unless that is asked for.

use axum::extract::State;
use countersign_authority::rights::{Rights, rights_at};
use countersign_http::{AsAdministrator, Code, Gone, IfMatch, PathId, Problem, QueryOf, Services};
use countersign_journal::{Change, Journal};
use countersign_model::act::{OrganizationDeleted, UnsentDetail};
use countersign_model::{
    Action, Organization, OrganizationId, Permit, Request, RequestStatus, decide, lists,
};
use countersign_store::{StoreError, Stored};
use http::StatusCode;
use jiff::Timestamp;

use crate::contents;
use crate::wire::{DeletionQuery, Unsent};

/// How many entries of the list of pending requests are examined: more than can be in it without being pending.
const REQUESTS: usize = 200;

/// Why an organization is not deleted.
enum NotDeleted {
    Gone,
    Root,
    /// It still has these, in words.
    NotEmpty(Vec<String>),
    /// Requests of its removed computers are still to be ended.
    HasRequests,
    /// Messages may follow from events that are not processed yet.
    Busy,
    /// With the organization nobody would see any more what became of its messages.
    HasMessages(Waiting),
    Store(StoreError),
}

impl From<StoreError> for NotDeleted {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<NotDeleted> for Problem {
    fn from(why: NotDeleted) -> Self {
        match why {
            NotDeleted::Gone => Gone.into(),
            NotDeleted::Root => Self::new(Code::RootOrganization, "the root organization cannot be deleted"),
            NotDeleted::NotEmpty(what) => {
                let what = what.join(" and ");
                let detail = format!("the organization still has {what}; move or delete them first");
                Self::new(Code::OrganizationNotEmpty, detail)
            }
            NotDeleted::HasRequests => Self::new(
                Code::OrganizationNotEmpty,
                "the organization still has pending requests; those of removed computers end in a moment",
            ),
            NotDeleted::Busy => Self::new(
                Code::OrganizationBusy,
                "what happened in the organization is still being processed; try again in a moment",
            ),
            NotDeleted::HasMessages(waiting) => Self::new(Code::OrganizationHasMessages, waiting.in_words()),
            NotDeleted::Store(error) => error.into(),
        }
    }
}

/// What waits to be sent in an organization.
struct Waiting {
    detail: UnsentDetail,
    /// When the next attempt to send a message is due, if that is later than now.
    next_at: Option<Timestamp>,
}

impl Waiting {
    /// `None` if nothing waits. What is to be looked at again later does not count: that is about pending requests, and there are
    /// none.
    async fn at(journal: &Journal, organization: &OrganizationId) -> Result<Option<Self>, StoreError> {
        let now = journal.clock().now();
        let (outbox, notices) = (journal.outbox(organization), journal.notices(organization));
        // One after the other: what leaves the notices is in the outbox before, and what failed goes the other way.
        let before = notices.due_at_least(now).await?;
        let (next_at, messages) = outbox.outlook().await?;
        let events = before.max(notices.due_at_least(now).await?);
        let next_at = next_at.filter(|at| *at > now);
        let waiting = Self { detail: UnsentDetail { messages, events }, next_at };
        Ok((messages > 0 || events > 0).then_some(waiting))
    }

    fn in_words(&self) -> String {
        let UnsentDetail { messages, events } = self.detail;
        let mut what = Vec::new();
        if messages > 0 {
            let which = if messages == 1 { "message that is" } else { "messages that are" };
            let next = self.next_at.map_or_else(|| "due now".to_owned(), |at| format!("at {at:.0}"));
            what.push(format!("{messages} {which} not sent yet (the next attempt is {next})"));
        }
        if events > 0 {
            let which = if events == 1 { "event" } else { "events" };
            what.push(format!("{events} {which} whose messages are not made yet"));
        }
        let then = match messages {
            0 => "try again in a moment",
            _ => "wait until they are sent or have failed",
        };
        format!(
            "the organization still has {}; {then}, or give up what is not sent with `unsent=discard`",
            what.join(" and ")
        )
    }
}

/// The organization once it is deleted.
fn deleted(old: &Organization) -> Result<Organization, NotDeleted> {
    match &old.parent_id {
        _ if old.deleted => Err(NotDeleted::Gone),
        None => Err(NotDeleted::Root),
        Some(_) => Ok(old.deleted()),
    }
}

/// Deletes an empty organization.
///
/// It is not deleted while messages about it are still to be sent, unless they are given up: nobody would see any more what becomes
/// of them. What is given up is on record.
#[utoipa::path(delete, path = "/v1/organizations/{organization_id}", tag = "organizations", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), DeletionQuery, IfMatch), responses((status = 204),
        (status = 409, description = "The organization is the root, is not empty, has pending requests, events that are not processed yet, or messages that were not sent yet.")))]
pub async fn delete_organization(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<OrganizationId>,
    QueryOf(query): QueryOf<DeletionQuery>,
    IfMatch(revision): IfMatch,
) -> Result<StatusCode, Problem> {
    let rights = rights_at(&services.journal, &administrator, &id).await?;
    let permit = decide(&rights.actor, Action::OrganizationsDeleteEmpty, &rights.resource())?;
    deleted(&rights.organization.value)?;
    require_empty(&services.journal, &rights, &permit).await?;
    let given_up = given_up(&services.journal, &id, query.unsent).await?;
    let origin = caller.origin();
    services
        .journal
        .save_update(&id, revision, |old: &Organization| {
            let new = deleted(old)?;
            let change = Change::new(&permit, &origin, OrganizationDeleted::of(old).giving_up(given_up));
            Ok::<_, NotDeleted>((new, change))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Checks that the permit's organization is empty.
async fn require_empty(journal: &Journal, rights: &Rights, permit: &Permit) -> Result<(), NotDeleted> {
    let there = contents::of_organization(journal, rights, permit).await?;
    if !there.is_empty() {
        return Err(NotDeleted::NotEmpty(there));
    }
    // The newest entries may not be pending any more.
    let requests = journal.page::<Request>(permit, lists::PENDING_REQUESTS, None, REQUESTS).await?;
    let waits = |request: &Stored<Request>| request.value.status == RequestStatus::Pending;
    match requests.next.is_some() || requests.items.iter().any(waits) {
        true => Err(NotDeleted::HasRequests),
        false => Ok(()),
    }
}

/// What is given up with the organization; `None` if nobody is left untold.
async fn given_up(
    journal: &Journal,
    organization: &OrganizationId,
    unsent: Unsent,
) -> Result<Option<UnsentDetail>, NotDeleted> {
    // The scheduler's walk finds deleted organizations no more: what waited there would be lost.
    if journal.has_unprocessed(organization).await? {
        return Err(NotDeleted::Busy);
    }
    match (Waiting::at(journal, organization).await?, unsent) {
        (Some(waiting), Unsent::Refuse) => Err(NotDeleted::HasMessages(waiting)),
        (waiting, _) => Ok(waiting.map(|waiting| waiting.detail)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_said_in_numbers_with_what_to_do() {
        let words = |messages, events, next_at| {
            Waiting { detail: UnsentDetail { messages, events }, next_at }.in_words()
        };
        assert_eq!(
            words(1, 0, None),
            "the organization still has 1 message that is not sent yet (the next attempt is due now); wait until they are sent \
             or have failed, or give up what is not sent with `unsent=discard`"
        );
        let at = "2026-11-29T12:00:00.123Z".parse().ok();
        let both = words(12, 1, at);
        assert!(both.contains("12 messages that are not sent yet (the next attempt is at 2026-11-29T12:00:00Z) and 1 event whose"), "{both}");
        assert_eq!(
            words(0, 3, None),
            "the organization still has 3 events whose messages are not made yet; try again in a moment, or give up what \
             is not sent with `unsent=discard`"
        );
    }
}
