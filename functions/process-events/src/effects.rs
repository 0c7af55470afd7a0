//! The effects of events: membership of sets, settling of matching requests, what ends with a computer or a group, and
//! which events people must hear of.

mod confirming;
mod earlier;
mod ending;
mod enrollment;
mod matching;
mod moving;
mod policies;
mod rules;
mod unsent;

use async_trait::async_trait;
use countersign_authority::AuditSeals;
use countersign_journal::{ChainHead, Consequences, Effects, Event, IndexEntry, Journal, Sealer};
use countersign_kv::log;
use countersign_model::{
    Act, AdministratorState, Computer, DecisionScope, FlagId, List, Notice, OrganizationId, Request,
    RequestId, RequestStatus,
};
use countersign_store::{Entity, KeyRequests, StoreError};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use countersign_journal::readable::{load_readable, unless_damaged};

use ending::{Ending, Ends};
use matching::Matching;
use policies::Policies;
use rules::Rules;

/// The effects of one call of processing. It caches what cannot change and what it has planned itself.
pub struct Processor {
    journal: Journal,
    seals: Option<AuditSeals>,
    matching: Matching,
    ending: Ending,
    policies: Policies,
    rules: Rules,
}

impl Processor {
    /// For one call of [`Journal::process`]. Without keys for the seals, the audit's chain is unsealed.
    pub fn new(journal: &Journal, seals: Option<AuditSeals>) -> Self {
        Self {
            journal: journal.without_waking(),
            seals,
            matching: Matching::new(journal),
            ending: Ending::new(journal),
            policies: Policies::new(journal),
            rules: Rules::new(&journal.without_waking()),
        }
    }

    async fn follow(&self, event: &Event, notice: &Notice) -> Result<Consequences, StoreError> {
        let mut consequences = Consequences::default();
        consequences.notice = true;
        match notice {
            Notice::RequestSubmitted { request_id } => {
                self.follow_submission(request_id, &mut consequences).await?;
            }
            Notice::RequestDecided { request_id } => {
                self.follow_decision(event, request_id, &mut consequences).await?;
            }
            Notice::RequestEnded { request_id } => {
                let found = self.journal.load::<Request>(request_id).await?;
                // An approval did not wait.
                if let Some(request) = found.filter(|request| request.value.decision.is_none()) {
                    enrollment::count(&mut consequences, &request.value, KeyRequests::ENDED);
                }
            }
            Notice::RequestRevoked { .. }
            | Notice::ApprovalEdited { .. }
            | Notice::RequestExpired { .. }
            | Notice::RequestJoined { .. }
            | Notice::RequestHandled { .. }
            | Notice::RequestTaken { .. }
            | Notice::RequestHandedOver { .. }
            | Notice::RequestExpiring { .. }
            | Notice::RequestUntaken { .. }
            | Notice::RequestUndecided { .. }
            | Notice::DecisionAsked { .. }
            | Notice::FileFlagged { .. }
            | Notice::Invitation { .. }
            | Notice::PasswordReset { .. }
            | Notice::SignedInElsewhere { .. }
            | Notice::PasswordChanged { .. }
            | Notice::RightsChanged { .. }
            | Notice::AccountRecovered { .. }
            | Notice::Again { .. }
            | Notice::Digest => {}
        }
        Ok(consequences)
    }

    /// A new request ends at once if its computer has gone, and is decided at once if a rule decides it.
    async fn follow_submission(
        &self,
        id: &RequestId,
        consequences: &mut Consequences,
    ) -> Result<(), StoreError> {
        let Some(request) = self.journal.load::<Request>(id).await? else { return Ok(()) };
        let request = request.value;
        enrollment::count(consequences, &request, KeyRequests::SUBMITTED);
        consequences.remember(&request);
        match self.ending.end_if_gone(&request).await? {
            Ends::Ended => return Ok(()),
            Ends::Stays { group: Some(group) } if group != request.group_id => {
                moving::list_under(&self.journal, id, &group).await?;
            }
            Ends::Stays { .. } => {}
        }
        confirming::unmark_if_confirmed(&self.journal, &request).await?;
        if request.status_at(self.journal.clock().now()) == RequestStatus::Pending {
            self.rules.decide(&request).await?;
        }
        Ok(())
    }

    /// The decision reaches matching requests, and an approval for what has gone ends.
    async fn follow_decision(
        &self,
        event: &Event,
        id: &RequestId,
        consequences: &mut Consequences,
    ) -> Result<(), StoreError> {
        let Some(mut request) = self.journal.load::<Request>(id).await? else { return Ok(()) };
        if request.value.status == RequestStatus::Approved
            && matches!(self.ending.end_if_gone(&request.value).await?, Ends::Ended)
            && let Some(ended) = self.journal.load::<Request>(id).await?
        {
            request = ended;
        }
        self.matching.settle_along(&request.value).await?;
        self.matching.settle_anew(&request.value).await?;
        consequences.remember(&request.value);
        if enrollment::waited(event) {
            enrollment::count(consequences, &request.value, KeyRequests::ENDED);
        }
        Ok(())
    }

    /// What follows from an event that has no notice of its own.
    async fn follow_silently(&self, event: &Event) -> Result<Consequences, StoreError> {
        let mut consequences = enrollment::of_silent_end(&self.journal, event).await?;
        consequences.notice = leads_on(event);
        if let Some(id) = earlier::joined(event) {
            consequences.extend(earlier::of_joining(&self.journal, id).await?);
        }
        Ok(consequences)
    }
}

/// Whether people may hear of something after an event that has no notice.
fn leads_on(event: &Event) -> bool {
    if let Act::RequestAssigned(assigned) = &event.act {
        return assigned.after.is_some();
    }
    if let Act::SessionStarted(started) = &event.act {
        return started.from_new_place;
    }
    event.act.name().may_lead_on()
}

#[async_trait]
impl Effects for Processor {
    async fn belongs(&self, organization: &OrganizationId, entry: &IndexEntry) -> Result<bool, StoreError> {
        // An unreadable record belongs to no set; it must not stop the turn.
        let found = load_readable::<Part>(&self.journal, &[&entry.id]).await?;
        let Some(part) = found.first() else { return Ok(false) };
        let own = part.organization_id.as_ref() == Some(organization) && !part.is_deleted();
        Ok(match entry.list {
            // Uses the stored status: a request whose time is over leaves the set when its expiry event is processed.
            List::PendingRequests => part.status == Some(RequestStatus::Pending),
            List::MatchingRequests => own && part.status == Some(RequestStatus::Pending),
            List::ComputerRequests => {
                let is_pending = part.status == Some(RequestStatus::Pending);
                let is_its_own = |approval: &PartOfDecision| {
                    approval.scope == DecisionScope::Computer || approval.settled_by.is_some()
                };
                own && (is_pending || part.approval().is_some_and(is_its_own))
            }
            // An approval for one computer is in it by its subject alone.
            List::SharedApprovals => {
                own && (part.approval().is_some() || part.is_denied_along() || part.is_flag_in_force())
            }
            List::Organizations => !part.is_deleted() && part.ancestors.contains(organization),
            List::ComputerNames => own && part.is_called_or_grouped(entry),
            // Whether they are active is checked when there is something to send.
            List::Subscribers => own && part.notify_on_request,
            List::Administrators
            | List::Groups
            | List::Computers
            | List::Policies
            | List::Rules
            | List::Integrations => own,
            List::Requests | List::SystemAudit | List::UnifiedAudit | List::Notifications | List::Grants => {
                false
            }
        })
    }

    fn has_consequences(&self, event: &Event) -> bool {
        event.footprint().notice.is_some()
            || leads_on(event)
            || ending::ends_requests(event)
            || policies::may_end(event)
            || confirming::marked(event).is_some()
            || moving::moved(event).is_some()
            || earlier::joined(event).is_some()
            || unsent::is_deletion(event)
    }

    async fn event(&self, event: &Event) -> Result<Consequences, StoreError> {
        // Before anything is awaited, so that each event of a turn finds the requests that earlier events of the turn
        // submitted.
        self.matching.note(event);
        let followed = async {
            self.ending.follow(event).await?;
            self.policies.follow(event).await?;
            confirming::follow(&self.journal, event).await?;
            moving::follow(&self.journal, event).await?;
            unsent::follow(&self.journal, event).await?;
            match event.footprint().notice {
                Some(notice) => self.follow(event, &notice).await,
                None => self.follow_silently(event).await,
            }
        };
        let followed = followed.await;
        let followed = unless_damaged("an event has no effects", event.id.as_str(), followed)?;
        Ok(followed.unwrap_or_default())
    }

    fn sealer(&self) -> Option<&dyn Sealer> {
        self.seals.as_ref().map(|seals| seals as &dyn Sealer)
    }

    /// The log is out of reach of an attacker who can write to the store, so the chain can be compared with it later.
    fn chained(&self, head: &ChainHead) {
        let ChainHead { organization_id, count, head } = head;
        log::line(
            "the audit's chain has grown",
            &[("organization", organization_id), ("count", count), ("head", head)],
        );
    }
}

/// The fields of any kind of record that membership depends on.
#[derive(Serialize, Deserialize)]
struct Part {
    id: String,
    #[serde(default)]
    organization_id: Option<OrganizationId>,
    /// Of an organization or a request.
    #[serde(default)]
    ancestors: Vec<OrganizationId>,
    #[serde(default)]
    deleted: bool,
    /// Of a computer.
    #[serde(default)]
    hostname: Option<String>,
    /// Of a computer.
    #[serde(default)]
    group_id: Option<String>,
    /// Of a request.
    #[serde(default)]
    status: Option<RequestStatus>,
    /// Of a request.
    #[serde(default)]
    decision: Option<PartOfDecision>,
    /// Of an administrator.
    #[serde(default)]
    state: Option<AdministratorState>,
    #[serde(default)]
    notify_on_request: bool,
    /// Of a flag that was cleared.
    #[serde(default, skip_serializing)]
    cleared: Option<IgnoredAny>,
}

#[derive(Serialize, Deserialize)]
struct PartOfDecision {
    scope: DecisionScope,
    #[serde(default)]
    settled_by: Option<RequestId>,
}

impl Part {
    /// The approval of a request.
    fn approval(&self) -> Option<&PartOfDecision> {
        self.decision.as_ref().filter(|_| self.status == Some(RequestStatus::Approved))
    }

    /// Whether it is a request that was denied along with another one.
    fn is_denied_along(&self) -> bool {
        let along = self.decision.as_ref().is_some_and(|decision| decision.settled_by.is_some());
        along && self.status == Some(RequestStatus::Denied)
    }

    fn is_flag_in_force(&self) -> bool {
        self.id.parse::<FlagId>().is_ok() && self.cleared.is_none()
    }

    /// Whether the entry is under the host name of the computer, or under its group.
    fn is_called_or_grouped(&self, entry: &IndexEntry) -> bool {
        let name = self.hostname.as_deref().map(Computer::hostname_key);
        name.iter().chain(&self.group_id).any(|partition| entry.is_within(partition))
    }

    fn is_deleted(&self) -> bool {
        self.deleted || self.state == Some(AdministratorState::Deleted)
    }
}

impl Entity for Part {
    type Id = str;

    fn record_id(id: &Self::Id) -> String {
        id.to_owned()
    }

    fn own_record_id(&self) -> String {
        Self::record_id(&self.id)
    }
}
