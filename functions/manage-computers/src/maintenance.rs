//! Maintenance modes: for one computer, or for many in one call.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_authority::rights::rights_at;
use countersign_http::{
    AsAdministrator, AsReader, BelongingRecord, Caller, Gone, IfMatch, JsonBody, PathId, Problem, Services,
    require_at, require_short,
};
use countersign_journal::{Change, Journal};
use countersign_model::act::MaintenanceModeSet;
use countersign_model::{Action, Computer, ComputerId, Maintenance, OrganizationId, Permit, decide};
use countersign_store::{Stored, UpdateError};
use jiff::Timestamp;

use crate::computers::{answer, require_group};
use crate::list::of_group;
use crate::wire::ComputerView;
use crate::wire::maintenance::{
    COMPUTERS_MAX, MaintenanceResult, MaintenanceResults, NewMaintenance, NewMaintenances, Which,
};

/// The most characters of what is named as a computer. An id is shorter.
const COMPUTER_ID_MAX: usize = 64;

/// Sets a computer's maintenance mode, or ends it.
///
/// The mode ends by itself. A computer that is in the mode already stays as it is.
#[utoipa::path(post, path = "/v1/organizations/{organization_id}/computers/{computer_id}/maintenance", tag = "computers",
    security(("administrator" = [])), params(("organization_id" = inline(OrganizationId), Path), ("computer_id" = inline(ComputerId), Path), IfMatch),
    request_body = NewMaintenance, responses((status = 200, body = ComputerView)))]
pub async fn set_maintenance_mode(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, ComputerId)>,
    if_match: IfMatch,
    body: JsonBody<NewMaintenance>,
) -> Result<impl IntoResponse, Problem> {
    let journal = &services.journal;
    let new = body.value.checked(caller.now)?;
    let found = BelongingRecord::<Computer>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::ComputersSetMaintenanceMode)?;
    let mode = Mode { journal, permit: &permit, caller: &caller, new };
    let saved = mode.set(&id, if_match).await?;
    answer(journal, caller.now, saved).await
}

/// Sets the maintenance mode of several computers, or ends it.
///
/// Names up to 50 computers, or a group. Each computer is judged and changed on its own: a refusal of one does not affect the
/// others. Of a group, one call changes 50 computers; go on with `cursor` until there is no `next_cursor`. A call that was cut off can
/// be repeated: computers that are in the mode already stay as they are.
#[utoipa::path(post, path = "/v1/organizations/{organization_id}/maintenance", tag = "computers", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path)), request_body = NewMaintenances,
    responses((status = 200, body = MaintenanceResults)))]
pub async fn set_maintenance_modes(
    State(services): State<Services>,
    AsReader { caller, administrator, paging }: AsReader,
    PathId(organization): PathId<OrganizationId>,
    body: JsonBody<NewMaintenances>,
) -> Result<Json<MaintenanceResults>, Problem> {
    let journal = &services.journal;
    let (new, which) = (body.value.maintenance(caller.now)?, body.value.which()?);
    let rights = rights_at(journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::ComputersSetMaintenanceMode, &rights.resource())?;
    let mode = Mode { journal, permit: &permit, caller: &caller, new };
    match which {
        Which::Computers(named) => {
            for (number, id) in named.iter().enumerate() {
                require_short(&format!("/computers/{number}"), id, COMPUTER_ID_MAX)?;
            }
            let results = mode.set_each(named).await;
            Ok(Json(MaintenanceResults { looked_at: results.len(), results, next_cursor: None }))
        }
        Which::Group(group, cursor) => {
            require_group(&services, &administrator, &organization, group).await?;
            let cursor = paging.open(cursor)?;
            let (listed, next) = of_group(journal, &permit, group, cursor.as_deref(), COMPUTERS_MAX).await?;
            let ids: Vec<&str> = listed.iter().map(String::as_str).collect();
            let found = journal.load_by_record_ids::<Computer>(&ids).await?.into_iter().flatten();
            // Some may have been removed or moved since they were listed.
            let members = found.map(|found| found.value);
            let members = members.filter(|computer| !computer.deleted && computer.group_id == *group);
            let ids: Vec<String> = members.map(|computer| computer.id.to_string()).collect();
            let results = mode.set_each(&ids).await;
            let looked_at = listed.len();
            Ok(Json(MaintenanceResults { results, looked_at, next_cursor: paging.seal(next)? }))
        }
    }
}

/// A mode that is being set; `None` ends the one in force.
struct Mode<'a> {
    journal: &'a Journal,
    permit: &'a Permit,
    caller: &'a Caller,
    new: Option<Maintenance>,
}

impl Mode<'_> {
    /// Sets it for each of these computers, one after the other.
    async fn set_each(&self, ids: &[String]) -> Vec<MaintenanceResult> {
        let mut results = Vec::new();
        for id in ids {
            let done = self.set_named(id).await;
            results.push(MaintenanceResult::of(id, done, self.caller.now));
        }
        results
    }

    /// An invalid id is answered like an unknown one.
    async fn set_named(&self, id: &str) -> Result<Stored<Computer>, Problem> {
        let id: ComputerId = id.parse().map_err(|_| Problem::not_found())?;
        self.set(&id, IfMatch(None)).await
    }

    async fn set(&self, id: &ComputerId, if_match: IfMatch) -> Result<Stored<Computer>, Problem> {
        let origin = self.caller.origin();
        let set = |old: &Computer| {
            require_at(old, self.permit)?;
            if is_set(old, self.new.as_ref(), self.caller.now) {
                return Err(NotSet::Already);
            }
            let act = MaintenanceModeSet::of(old, self.new.clone(), self.caller.now);
            Ok((old.with_maintenance(self.new.clone()), Change::new(self.permit, &origin, act)))
        };
        match self.journal.save_update(id, if_match.0, set).await {
            Err(UpdateError::Refused(NotSet::Already)) => {
                Ok(self.journal.load::<Computer>(id).await?.ok_or(Gone)?)
            }
            saved => Ok(saved?),
        }
    }
}

/// Whether a computer has exactly this mode.
fn is_set(computer: &Computer, mode: Option<&Maintenance>, now: Timestamp) -> bool {
    computer.maintenance_at(now) == mode
}

/// Why a mode is not set.
#[derive(Debug)]
enum NotSet {
    /// The organization has no such computer.
    Gone,
    /// It has this mode already.
    Already,
}

impl From<Gone> for NotSet {
    fn from(Gone: Gone) -> Self {
        Self::Gone
    }
}

impl From<NotSet> for Problem {
    fn from(why: NotSet) -> Self {
        match why {
            NotSet::Gone => Gone.into(),
            // Answered with the computer as it is.
            NotSet::Already => Self::internal(),
        }
    }
}
