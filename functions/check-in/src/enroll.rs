//! Enrolling: a computer that presents a group's enrollment key joins that group.

use axum::Json;
use axum::extract::State;
use countersign_http::{Anonymous, Caller, JsonBody, Problem, Services};
use countersign_journal::{Change, Elected, Journal};
use countersign_model::act::ComputerEnrolled;
use countersign_model::{Computer, ComputerId, Group, GroupId, Organization, Permit, Who};
use countersign_store::tokens::{self, Kind};
use countersign_store::{Claim, Slot, StoreError, Stored};
use http::StatusCode;

use crate::wire::{Enrolled, Enrollment};

/// Enrolls a computer. Its token is shown only in this answer.
#[utoipa::path(post, path = "/agent/v1/enroll", tag = "agents", request_body = Enrollment,
    responses((status = 201, body = Enrolled)))]
pub async fn enroll_computer(
    State(services): State<Services>,
    Anonymous { caller }: Anonymous,
    body: JsonBody<Enrollment>,
) -> Result<(StatusCode, Json<Enrolled>), Problem> {
    let journal = &services.journal;
    let group = group_of(journal, &body.value.enrollment_key).await?;
    let (hostname, os) = body.value.checked()?;
    let organization: Option<Stored<Organization>> = journal.load(&group.organization_id).await?;
    let organization = organization.filter(|found| !found.value.deleted).ok_or_else(wrong_key)?.value;
    let permit = Permit::enrollment(&group);
    let newcomer = Newcomer { caller: &caller, permit: &permit, group: &group, hostname, os };
    let (computer, token) = newcomer.enroll(journal).await?;
    let (computer_id, unconfirmed) = (computer.id, computer.unconfirmed);
    let enrolled =
        Enrolled { computer_id, token, organization: organization.into(), group: group.into(), unconfirmed };
    Ok((StatusCode::CREATED, Json(enrolled)))
}

fn wrong_key() -> Problem {
    let detail = "the enrollment key is not valid; an administrator can make a new one for the group";
    Problem::new(StatusCode::UNAUTHORIZED, "enrollment-key-not-valid", detail)
}

/// The group that the key belongs to.
async fn group_of(journal: &Journal, key: &str) -> Result<Group, Problem> {
    let token = tokens::parse(key).filter(|token| token.kind == Kind::Enrollment).ok_or_else(wrong_key)?;
    let id = GroupId::from_ulid(token.owner);
    let group = journal.load::<Group>(&id).await?.ok_or_else(wrong_key)?.value;
    let opens = group.enrollment_keys.iter().any(|key| tokens::matches(&key.hash, &token.digest));
    if opens && !group.deleted { Ok(group) } else { Err(wrong_key()) }
}

/// A computer that is being enrolled.
struct Newcomer<'a> {
    caller: &'a Caller,
    permit: &'a Permit,
    group: &'a Group,
    hostname: String,
    os: String,
}

impl Newcomer<'_> {
    /// The first computer under a host name gets the name. A later one is enrolled too, but an administrator has to
    /// confirm it.
    async fn enroll(&self, journal: &Journal) -> Result<(Computer, String), Problem> {
        let slot = Slot::hostname(&self.group.organization_id, &self.hostname);
        let gone = |claim: Claim| async move { is_gone(journal, &claim).await };
        let (computer, token) = self.computer(journal, false);
        if let Elected::Won(_) =
            journal.save_elected::<Computer, _, _>(&slot, self.change(&computer), gone).await?
        {
            return Ok((computer, token));
        }
        // Under another id: the first record may have been written before the election was lost.
        let (computer, token) = self.computer(journal, true);
        journal.save(self.change(&computer)).await?;
        Ok((computer, token))
    }

    fn computer(&self, journal: &Journal, unconfirmed: bool) -> (Computer, String) {
        let id = ComputerId::from_ulid(journal.random().ulid(self.caller.now));
        let (text, token) = tokens::mint(Kind::Computer, id.ulid(), journal.random());
        let computer = Computer {
            id,
            organization_id: self.group.organization_id.clone(),
            group_id: self.group.id.clone(),
            hostname: self.hostname.clone(),
            os: self.os.clone(),
            unconfirmed,
            token_hash: token.digest,
            maintenance: None,
            enrolled_at: self.caller.now,
            deleted: false,
        };
        (computer, text)
    }

    fn change(&self, computer: &Computer) -> Change {
        let origin = self.caller.known_as(Who::Computer { id: computer.id.clone() }).origin();
        Change::new(self.permit, &origin, ComputerEnrolled::of(computer)).create(computer)
    }
}

/// Whether the computer that holds a host name was removed. A removed computer never comes back.
async fn is_gone(journal: &Journal, claim: &Claim) -> Result<bool, StoreError> {
    let holder = journal.load_by_record_id::<Computer>(&claim.holder).await?;
    Ok(holder.is_none_or(|holder| holder.value.deleted))
}
