//! Flagging the file of a request as malicious, and clearing the flag. The processing of the flag stops what asks for the
//! file.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_http::openapi::OrPreview;
use countersign_http::{AsAdministrator, Caller, Code, DryRun, JsonBody, PathId, Problem, QueryOf, Services};
use countersign_journal::{Change, Elected, Journal};
use countersign_model::act::FileFlagSet;
use countersign_model::{
    Action, Actor, Administrator, Cleared, Denial, FileFlag, FlagId, Organization, Request, RequestId, Sight,
    decide,
};
use countersign_store::{Claim, Slot, StoreError, UpdateError};
use http::StatusCode;

use crate::covering::covering;
use crate::reach::reach;
use crate::request::{asked_about, may_open};
use crate::wire::flag::{FlagPreview, FlagView, NewFlag};

/// The flag, or what a dry run answers.
type FlagOrPreview = OrPreview<FlagView, FlagPreview>;

/// Flags the file of a request as malicious, at the organization of the request and those below.
///
/// Pending requests for the file are denied, and approvals of it are revoked. Approvals of its publisher stay in force, and those of
/// the organization are in `covered_by`. Nobody can approve it until the flag is cleared.
/// Everybody who may open such a request and is notified of requests is told. If it is flagged at this organization already,
/// nothing changes.
#[utoipa::path(put, path = "/v1/requests/{request_id}/flag", tag = "requests", security(("administrator" = [])),
    params(("request_id" = inline(RequestId), Path), DryRun), request_body = NewFlag,
    responses((status = 200, body = inline(FlagOrPreview), description = "The file is flagged; with `dry_run`, nothing is changed, and the answer is a `FlagPreview`: for how many computers the flag would count."), (status = 409, description = "The request is not about a file.")))]
pub async fn flag_file(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RequestId>,
    QueryOf(DryRun { dry_run }): QueryOf<DryRun>,
    body: JsonBody<NewFlag>,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let note = body.value.checked()?;
    let (actor, request) = asked_about(journal, &administrator, &id).await?;
    let request = request.value;
    may_open(&actor, &request).map(drop)?;
    let permit = decide(&actor, Action::RequestsFlag, &request.resource())?;
    let mut flag = flag(journal, &caller, &administrator.value, &request, note)?;
    if dry_run {
        let computers = reach(journal, &actor, &request).await?;
        return Ok(Json(FlagPreview { computers }).into_response());
    }
    let slot = Slot::file_flag(&flag.organization_id, &flag.sha256);
    let before = journal.holder(&slot).await?.map(|claim| claim.holder);
    // Not one that never came to be, because its writer died: the chain of flags would end there.
    flag.previous = match &before {
        Some(holder) => journal.load_by_record_id::<FileFlag>(holder).await?.map(|found| found.value.id),
        None => None,
    };
    let change = Change::new(&permit, &caller.origin(), FileFlagSet::from(&flag)).create_flag(&flag);
    let before = before.as_deref();
    let dead = |claim: Claim| async move { may_follow(journal, before, &claim).await };
    let flag = match journal.save_elected::<FileFlag, _, _>(&slot, change, dead).await? {
        Elected::Won(saved) => saved.value,
        Elected::Held(claim) => {
            journal.load_by_record_id::<FileFlag>(&claim.holder).await?.ok_or_else(Problem::not_found)?.value
        }
    };
    let covered_by = covering(journal, &actor, &request, caller.now).await?;
    let sees_place = sees(&actor, &request, &flag);
    Ok(Json(FlagView::of(flag, sees_place, covered_by)).into_response())
}

/// Shows the flag that stops a request: that of its organization, or else of the nearest one above.
#[utoipa::path(get, path = "/v1/requests/{request_id}/flag", tag = "requests", security(("administrator" = [])),
    params(("request_id" = inline(RequestId), Path)), responses((status = 200, body = FlagView)))]
pub async fn show_flag(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RequestId>,
) -> Result<Json<FlagView>, Problem> {
    let (actor, request) = asked_about(&services.journal, &administrator, &id).await?;
    may_open(&actor, &request.value).map(drop)?;
    let flag = services.journal.flag_on(&request.value).await?.ok_or_else(Problem::not_found)?;
    let covered_by = covering(&services.journal, &actor, &request.value, caller.now).await?;
    let sees_place = sees(&actor, &request.value, &flag);
    Ok(Json(FlagView::of(flag, sees_place, covered_by)))
}

/// Clears the flag of the request's file at the organization of the request.
///
/// What it stopped stays stopped. A flag of an organization above goes on stopping the file; it is cleared at a request there.
#[utoipa::path(delete, path = "/v1/requests/{request_id}/flag", tag = "requests", security(("administrator" = [])),
    params(("request_id" = inline(RequestId), Path)),
    responses((status = 204, description = "The file is not flagged at this organization."), (status = 409,
        description = "The request is not about a file; or the file is flagged not here but at an organization above.")))]
pub async fn clear_flag(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RequestId>,
) -> Result<StatusCode, Problem> {
    let journal = &services.journal;
    let (actor, request) = asked_about(journal, &administrator, &id).await?;
    let request = request.value;
    may_open(&actor, &request).map(drop)?;
    decide(&actor, Action::RequestsFlag, &request.resource()).map(drop)?;
    let file = request.subject.file().ok_or_else(no_file)?;
    let Some(flag) = journal.flag_at(&request.organization_id, &file.sha256).await? else {
        return match journal.flag_on(&request).await? {
            Some(above) => Err(flagged_above(journal, &actor, &request, &above).await?),
            None => Ok(StatusCode::NO_CONTENT),
        };
    };
    clear(journal, &actor, &caller, &administrator.value, &request, &flag.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn clear(
    journal: &Journal,
    actor: &Actor,
    caller: &Caller,
    who: &Administrator,
    request: &Request,
    id: &FlagId,
) -> Result<(), Problem> {
    let cleared =
        Cleared { administrator_id: who.id.clone(), administrator_name: who.name.clone(), at: caller.now };
    let origin = caller.origin();
    let saved = journal.save_update(id, None, |old: &FileFlag| {
        let permit = decide(actor, Action::RequestsFlag, &request.resource())?;
        let new = old.clear(cleared.clone()).ok_or(NotCleared::Before)?;
        let change = Change::new(&permit, &origin, FileFlagSet::from(&new));
        Ok::<_, NotCleared>((new, change))
    });
    match saved.await {
        Ok(_) | Err(UpdateError::Refused(NotCleared::Before)) => Ok(()),
        Err(UpdateError::Refused(NotCleared::Denied(denial))) => Err(denial.into()),
        Err(UpdateError::Store(error)) => Err(error.into()),
    }
}

fn flag(
    journal: &Journal,
    caller: &Caller,
    who: &Administrator,
    request: &Request,
    note: Option<String>,
) -> Result<FileFlag, Problem> {
    let file = request.subject.file().ok_or_else(no_file)?;
    Ok(FileFlag {
        id: FlagId::from_ulid(journal.random().ulid(caller.now)),
        organization_id: request.organization_id.clone(),
        sha256: file.sha256.clone(),
        file_name: request.subject.name(),
        request_id: request.id.clone(),
        administrator_id: who.id.clone(),
        administrator_name: who.name.clone(),
        at: caller.now,
        note,
        spread: None,
        previous: None,
        cleared: None,
    })
}

/// Whether a new flag may take the place of the one that holds the slot: a flag that was cleared. The new one names it as the one before,
/// so it has to be the one that was found; the caller tries again if another one was set and cleared since.
async fn may_follow(journal: &Journal, before: Option<&str>, claim: &Claim) -> Result<bool, StoreError> {
    let flag = journal.load_by_record_id::<FileFlag>(&claim.holder).await?;
    match flag.is_some_and(|flag| flag.value.is_in_force()) {
        true => Ok(false),
        false if before == Some(claim.holder.as_str()) => Ok(true),
        false => Err(StoreError::Busy),
    }
}

/// The answer when the file is flagged at an organization above, which is named to those who may know of it.
async fn flagged_above(
    journal: &Journal,
    actor: &Actor,
    request: &Request,
    flag: &FileFlag,
) -> Result<Problem, StoreError> {
    let place = match sees(actor, request, flag) {
        true => journal.load::<Organization>(&flag.organization_id).await?.map(|found| found.value.name),
        false => None,
    };
    let place = place.map_or("an organization above".to_owned(), |name| format!("`{name}`"));
    let detail = format!("the file is flagged as malicious at {place}; clear that flag at a request there");
    Ok(Problem::new(Code::FileFlagged, detail))
}

/// Whether somebody who may open a request may see the organization of a flag that stops it.
fn sees(actor: &Actor, request: &Request, flag: &FileFlag) -> bool {
    Sight::of(actor).over_resource(&request.resource()).sees(&flag.organization_id)
}

fn no_file() -> Problem {
    Problem::new(Code::NoFile, "the request is not about a file")
}

/// Why a flag is not cleared.
enum NotCleared {
    /// The caller may not clear it.
    Denied(Denial),
    /// Somebody did before.
    Before,
}

impl From<Denial> for NotCleared {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}
