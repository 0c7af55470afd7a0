//! What an agent tells of its computer when it checks in: its host name, its version, and the random id by which clones of one
//! image that share a token are told apart. Nothing is written here unless the host name or the id has changed.

use countersign_http::hostname::{holder, numbered};
use countersign_http::{Caller, InputError, Problem};
use countersign_journal::{Change, Journal};
use countersign_model::act::{ComputerCloned, ComputerRenamed};
use countersign_model::computer::check_ins::{CheckInEntry, NOT_AN_AGENT_VERSION, is_agent_version};
use countersign_model::{Computer, ComputerId, Permit, text};
use countersign_store::throttle::Throttle;
use countersign_store::{Acquired, Claim, Slot, Stored, UpdateError};
use jiff::SignedDuration;

use crate::wire::CheckInQuery;

/// Changes of one computer's host name. Beyond that it keeps the name that it has.
const RENAMINGS: Throttle =
    Throttle { name: "check-in/renamings", most: 20, period: SignedDuration::from_hours(24) };
/// The shortest and the longest id of an agent, in characters.
const INSTANCE: std::ops::RangeInclusive<usize> = 8..=64;

/// What an agent tells of its computer.
#[derive(Debug, Clone, Default)]
pub struct Report {
    hostname: Option<String>,
    instance: Option<String>,
    agent_version: Option<String>,
}

impl Report {
    /// The validated report.
    pub fn of(query: &CheckInQuery) -> Result<Self, Problem> {
        let invalid =
            |pointer: &str, message: &str| Problem::invalid_query(vec![InputError::new(pointer, message)]);
        let hostname = query.hostname.clone().and_then(text::reported_hostname);
        let good = |id: &String| {
            let mut bytes = id.bytes();
            INSTANCE.contains(&id.len()) && bytes.all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_')
        };
        if query.instance.as_ref().is_some_and(|id| !good(id)) {
            return Err(invalid("/instance", "must be 8 to 64 letters, digits, `-` or `_`"));
        }
        let agent_version = query.agent_version.clone();
        if agent_version.as_deref().is_some_and(|version| !is_agent_version(version)) {
            return Err(invalid("/agent_version", NOT_AN_AGENT_VERSION));
        }
        Ok(Self { hostname, instance: query.instance.clone(), agent_version })
    }

    /// The check-in as it is kept for administrators.
    pub fn entry(&self, caller: &Caller, policy_version: Option<u64>) -> CheckInEntry {
        let address = caller.address.map(|address| address.to_string());
        CheckInEntry { at: caller.now, address, agent_version: self.agent_version.clone(), policy_version }
    }

    /// The computer after what its agent tells.
    ///
    /// # Errors
    /// 401 if the agent is one of several that use the token.
    pub async fn take(
        &self,
        journal: &Journal,
        caller: &Caller,
        known: Stored<Computer>,
    ) -> Result<Stored<Computer>, Problem> {
        let known = match &self.instance {
            Some(instance) => with_instance(journal, caller, known, instance).await?,
            None => known,
        };
        match &self.hostname {
            Some(hostname) if *hostname != known.value.hostname => {
                renamed(journal, caller, known, hostname).await
            }
            _ => Ok(known),
        }
    }
}

/// Notes that another agent uses the token than last time, or that they are clones. When somebody else changes the computer
/// at the same moment, the next check-in does it.
async fn with_instance(
    journal: &Journal,
    caller: &Caller,
    known: Stored<Computer>,
    instance: &str,
) -> Result<Stored<Computer>, Problem> {
    let Some(next) = known.value.with_instance(instance, caller.now) else { return Ok(known) };
    let id = &known.value.id;
    let now = |old: &Computer| old.with_instance(instance, caller.now);
    if !next.is_cloned() {
        let note = |old: &Computer| now(old).filter(|new| !new.is_cloned()).ok_or(Otherwise);
        return unless_otherwise(journal.update(id, note).await, known);
    }
    let permit = own(&known.value)?;
    let origin = caller.origin();
    let mark = |old: &Computer| {
        let new = now(old).filter(|new| new.is_cloned() && !old.deleted).ok_or(Otherwise)?;
        let change = Change::new(&permit, &origin, ComputerCloned::of(&new));
        Ok((new, change))
    };
    let marked = unless_otherwise(journal.save_update(id, None, mark).await, known)?;
    if marked.value.is_cloned() { Err(Problem::computer_cloned()) } else { Ok(marked) }
}

/// The computer under its new host name, unconfirmed if another one has that name.
async fn renamed(
    journal: &Journal,
    caller: &Caller,
    known: Stored<Computer>,
    hostname: &str,
) -> Result<Stored<Computer>, Problem> {
    let (id, permit) = (&known.value.id, own(&known.value)?);
    if !journal.count_try(&RENAMINGS, &[id.as_str()]).await?.allowed {
        return Ok(known);
    }
    let Some(claim) = NameClaim::take(journal, &permit, &known.value, hostname).await? else {
        return Ok(known);
    };
    let origin = caller.origin();
    let rename = |old: &Computer| {
        let new = claim.carry_out(old, hostname).ok_or(Otherwise)?;
        let change = Change::new(&permit, &origin, ComputerRenamed::of(old, &new));
        Ok((new, change))
    };
    unless_otherwise(journal.save_update(id, None, rename).await, known)
}

/// The right of a computer to a host name, as it was found out.
struct NameClaim {
    /// The number of the change; that of the last one if only the case of letters changes.
    naming: u64,
    /// The computer that has the name.
    twin_of: Option<ComputerId>,
}

impl NameClaim {
    /// Claims a name. `None` if that cannot be found out now, because others are changing theirs.
    async fn take(
        journal: &Journal,
        permit: &Permit,
        old: &Computer,
        hostname: &str,
    ) -> Result<Option<Self>, Problem> {
        if old.is_called(hostname) {
            return Ok(Some(Self { naming: old.naming, twin_of: None }));
        }
        let (naming, wanted) = (old.naming + 1, (hostname, Some(&old.id)));
        let own = numbered(&old.id, naming);
        // A claim that an earlier attempt has left is this one.
        let free = |claim: Claim| {
            let is_own = claim.holder == own;
            async move { Ok(!is_own && holder(journal, permit, wanted, &claim).await?.is_none()) }
        };
        let slot = Slot::hostname(&old.organization_id, hostname);
        let twin_of = match journal.take(&slot, &own, free).await? {
            Acquired::Won => return Ok(Some(Self { naming, twin_of: None })),
            Acquired::Held(claim) => holder(journal, permit, wanted, &claim).await?,
        };
        Ok(twin_of.map(|other| Self { naming, twin_of: Some(other) }))
    }

    /// The computer under the name, unless it was renamed since, or the claim was set aside.
    fn carry_out(&self, old: &Computer, hostname: &str) -> Option<Computer> {
        let only_case = old.is_called(hostname) && old.naming == self.naming;
        let next = old.naming + 1 == self.naming;
        let renamed = || old.renamed(hostname.to_owned(), self.naming, self.twin_of.clone());
        (!old.deleted && (only_case || next)).then(renamed)
    }
}

/// What may be done in the computer's own name.
fn own(computer: &Computer) -> Result<Permit, Problem> {
    Permit::own_computer(computer, &computer.id).ok_or_else(Problem::not_identified)
}

/// The computer has changed meanwhile.
struct Otherwise;

fn unless_otherwise(
    saved: Result<Stored<Computer>, UpdateError<Otherwise>>,
    known: Stored<Computer>,
) -> Result<Stored<Computer>, Problem> {
    match saved {
        Ok(saved) => Ok(saved),
        Err(UpdateError::Refused(Otherwise)) => Ok(known),
        Err(UpdateError::Store(error)) => Err(error.into()),
    }
}
