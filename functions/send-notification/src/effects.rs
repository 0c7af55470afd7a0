//! What follows from events: membership of sets, deliveries for whoever must hear, matching requests settled.

mod matching;
mod recipients;
mod requester;
mod tell;

use async_trait::async_trait;
use countersign_authority::AuditSeals;
use countersign_journal::{ChainHead, Consequences, Effects, Event, Journal, Sealer};
use countersign_kv::log;
use countersign_model::{AdministratorState, List, Notice, OrganizationId, Request, RequestStatus};
use countersign_store::{Entity, StoreError};
use serde::{Deserialize, Serialize};

use crate::readable::{load_readable, unless_damaged};

pub use recipients::{Audience, Recipient};
pub use requester::{Over, RequesterMail};

use matching::Matching;
use tell::{AT_ONCE, Told};

/// The consequences of one call of processing. It remembers what cannot change, and what it has planned itself.
pub struct Processor {
    journal: Journal,
    seals: Option<AuditSeals>,
    audience: Audience,
    matching: Matching,
    told: Told,
}

impl Processor {
    /// For one call of [`Journal::process`]. Without seals the audit's chain says that it has none.
    pub fn new(journal: &Journal, seals: Option<AuditSeals>) -> Self {
        Self {
            journal: journal.without_waking(),
            seals,
            audience: Audience::new(journal),
            matching: Matching::new(journal),
            told: Told::default(),
        }
    }

    async fn follow(&self, event: &Event, notice: &Notice) -> Result<Consequences, StoreError> {
        match notice {
            Notice::RequestSubmitted { request_id } => self.tell_of_submission(event, request_id).await,
            Notice::RequestDecided { request_id } => {
                let Some(request) = self.journal.load::<Request>(request_id).await? else {
                    return Ok(Consequences::default());
                };
                self.matching.settle_along(&request.value).await?;
                self.tell_requester(event, notice, &request.value)
            }
            Notice::RequestRevoked { request_id } => match self.journal.load::<Request>(request_id).await? {
                Some(request) => self.tell_requester(event, notice, &request.value),
                None => Ok(Consequences::default()),
            },
            Notice::Invitation { administrator_id } | Notice::PasswordReset { administrator_id } => {
                self.tell_administrator(event, notice, administrator_id).await
            }
            Notice::Again { notification_id } => {
                let mut consequences = Consequences::default();
                consequences.again(notification_id.as_str(), AT_ONCE);
                Ok(consequences)
            }
        }
    }
}

#[async_trait]
impl Effects for Processor {
    async fn belongs(&self, organization: &OrganizationId, list: List, id: &str) -> Result<bool, StoreError> {
        // A record that cannot be read belongs nowhere; it must not hold up the turn.
        let found = load_readable::<Part>(&self.journal, &[id]).await?;
        let Some(part) = found.first() else { return Ok(false) };
        let own = part.organization_id.as_ref() == Some(organization) && !part.is_deleted();
        Ok(match list {
            // As written: whoever only ran out of time leaves with the event that says so.
            List::PendingRequests => part.status == Some(RequestStatus::Pending),
            List::MatchingRequests => own && part.status == Some(RequestStatus::Pending),
            List::Organizations => !part.is_deleted() && part.ancestors.contains(organization),
            // Whether they are active is looked at when there is something to hear.
            List::Subscribers => own && part.notify_on_request,
            List::Administrators | List::Groups | List::Computers | List::Policies => own,
            List::Requests | List::SystemAudit | List::UnifiedAudit | List::Notifications | List::Grants => {
                false
            }
        })
    }

    async fn event(&self, event: &Event) -> Result<Consequences, StoreError> {
        // Before anything is waited for, so that each event of a turn finds what those before it submit.
        self.matching.note(event);
        let Some(notice) = event.footprint().notice else { return Ok(Consequences::default()) };
        let followed = self.follow(event, &notice).await;
        let followed = unless_damaged("an event has no consequences", event.id.as_str(), followed)?;
        Ok(followed.unwrap_or_default())
    }

    fn sealer(&self) -> Option<&dyn Sealer> {
        self.seals.as_ref().map(|seals| seals as &dyn Sealer)
    }

    /// In the log, where nobody who can write to the store gets, it can be compared with later.
    fn chained(&self, head: &ChainHead) {
        let ChainHead { organization_id, count, head } = head;
        log::line(
            "the audit's chain has grown",
            &[("organization", organization_id), ("count", count), ("head", head)],
        );
    }
}

/// As much of a record of any kind as membership needs.
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
    /// Of a request.
    #[serde(default)]
    status: Option<RequestStatus>,
    /// Of an administrator.
    #[serde(default)]
    state: Option<AdministratorState>,
    #[serde(default)]
    notify_on_request: bool,
}

impl Part {
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
