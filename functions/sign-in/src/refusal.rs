//! Recording refusals in the audit, which nobody can fill with them.
//!
//! Refused sign-ins, and passwords and codes that are refused within a session, are counted by subject, reason and hour. The first one is recorded at once, with the client's
//! address. The others are only counted, one write each. When the hour is over, the walk of `deliver-notifications` records
//! how many there were: nothing is lost if the subject never comes back, and a sweep that dies and is repeated records
//! the same number again, since it is the whole number of the hour. An hour has at most two entries for each subject
//! and reason.
//!
//! The subject of a sign-in is the account, or the address where no account is known; within a session it is the session. Because addresses are cheap, only so many
//! subjects have entries of their own in an hour; the others share one.
use countersign_authority::root;
use countersign_http::{AsPerson, Caller, Code, Problem, Services, place};
use countersign_journal::Change;
use countersign_model::act::SessionRefused;
use countersign_model::{OrganizationId, Origin, Permit, RefusalOnly, SessionId};
use countersign_store::throttle::Throttle;
use countersign_store::{Refused, Tally, Watched};
use jiff::SignedDuration;

use crate::account::Account;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// How many accounts, and how many addresses, have entries of their own in an hour.
pub const OF_THEIR_OWN: Throttle = Throttle { name: "sign-in/refused-subjects", most: 500, period: HOUR };

/// A refused sign-in is recorded at the administrator's organization, or at the root if nobody has the address.
pub trait OrRefuse<T> {
    /// Passes the problem on, and counts or records it: for the account, or for the client's address alone.
    async fn or_refuse(
        self,
        services: &Services,
        caller: &Caller,
        subject: Option<&Account>,
    ) -> Result<T, Problem>;
}

impl<T> OrRefuse<T> for Result<T, Problem> {
    async fn or_refuse(
        self,
        services: &Services,
        caller: &Caller,
        subject: Option<&Account>,
    ) -> Result<T, Problem> {
        if let Err(problem) = &self {
            // An address that is blocked altogether is counted by its throttle alone.
            if subject.is_some() {
                services.journal.count_watched([(Watched::RefusedSignIns(reason(problem.code())), 1)]).await;
            }
            record(services, caller, subject, problem.code().as_str()).await?;
        }
        self
    }
}

/// How those who watch the deployment tell refusals apart.
fn reason(code: Code) -> Refused {
    if code == Code::WrongCredentials {
        Refused::Credentials
    } else if code == Code::TotpWrong {
        Refused::Code
    } else if code == Code::TooManyRequests {
        Refused::Throttled
    } else {
        Refused::Other
    }
}

async fn record(
    services: &Services,
    caller: &Caller,
    subject: Option<&Account>,
    why: &str,
) -> Result<(), Problem> {
    let root = root(&services.journal).await?;
    let home = subject.and_then(Account::organization).cloned();
    // Before the set-up there is no journal to write to, and nobody who could sign in.
    let Some(organization) = home.or_else(|| root.clone()) else { return Ok(()) };
    let id = subject.and_then(Account::id).cloned();
    let (kind, name) = match &id {
        Some(id) => ("account", id.to_string()),
        None => ("address", caller.address.map(place).unwrap_or_default()),
    };
    let email = subject.and_then(|account| account.email.clone());
    let own = Refusal {
        tally: Tally::of(&["sign-in/refused", kind, &name, why], HOUR, caller.now),
        organization,
        refused: SessionRefused::first(id, email, why),
        session: None,
        origin: caller.origin(),
    };
    // The same is read and written for an unknown account.
    let journal = &services.journal;
    let has_begun = journal.has_begun(&own.tally).await?;
    if has_begun || journal.count_try(&OF_THEIR_OWN, &[kind]).await?.allowed {
        return own.record(services, has_begun, 1).await;
    }
    record_of_others(services, caller, root.unwrap_or(own.organization), why, 1).await
}

/// Counts and records sign-ins that were refused before anything about them was looked at, because the deployment compares no more
/// passwords in this second.
pub async fn record_crowd(services: &Services, caller: &Caller, many: u32) -> Result<(), Problem> {
    services.journal.count_watched([(Watched::RefusedSignIns(Refused::Throttled), many.into())]).await;
    let Some(root) = root(&services.journal).await? else { return Ok(()) };
    record_of_others(services, caller, root, Code::TooManyRequests.as_str(), many).await
}

/// Counts refusals in the tally that all share who have none of their own.
async fn record_of_others(
    services: &Services,
    caller: &Caller,
    organization: OrganizationId,
    why: &str,
    many: u32,
) -> Result<(), Problem> {
    let shared = Refusal {
        tally: Tally::of(&["sign-in/refused", "others", why], HOUR, caller.now),
        organization,
        refused: SessionRefused::first(None, None, why),
        session: None,
        origin: Origin { address: None, ..caller.origin() },
    };
    let has_begun = services.journal.has_begun(&shared.tally).await?;
    shared.record(services, has_begun, many).await
}

/// A refusal, where it is counted and what is recorded if it is the first.
struct Refusal {
    tally: Tally,
    organization: OrganizationId,
    refused: SessionRefused,
    /// The session within which it was refused.
    session: Option<SessionId>,
    origin: Origin,
}

impl Refusal {
    async fn record(self, services: &Services, has_begun: bool, many: u32) -> Result<(), Problem> {
        let journal = &services.journal;
        if !has_begun {
            let session = self.session.as_ref();
            journal.begin_tally(&self.tally, &self.organization, &self.refused, session).await?;
        }
        if !journal.count_refusals(&self.tally, many).await? {
            return Ok(());
        }
        let permit = Permit::refusal(&self.organization, RefusalOnly);
        let act = self.refused.within(self.session);
        let saved = journal.save(Change::new(&permit, &self.origin, act)).await;
        if saved.is_err() {
            journal.uncount_refusals(&self.tally, many).await?;
        }
        Ok(saved.map(drop)?)
    }
}

/// Counts or records that a password or a code was refused that a session had to give again.
pub async fn within_session(services: &Services, person: &AsPerson, why: &str) -> Result<(), Problem> {
    let session = &person.session_id;
    let own = Refusal {
        tally: Tally::of(&["session/refused", session.as_str(), why], HOUR, person.caller.now),
        organization: person.administrator.organization_id.clone(),
        refused: SessionRefused::first(Some(person.administrator.id.clone()), None, why),
        session: Some(session.clone()),
        origin: person.caller.origin(),
    };
    let has_begun = services.journal.has_begun(&own.tally).await?;
    own.record(services, has_begun, 1).await
}
