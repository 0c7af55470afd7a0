//! The first use of a grant, as its agent reports it.

use axum::Json;
use axum::extract::State;
use countersign_authority::{first_use, request_of_grant};
use countersign_http::{AsComputer, Caller, Code, JsonBody, Moment, PathId, Problem, Services};
use countersign_journal::{Change, Elected, Journal};
use countersign_model::act::GrantUsed;
use countersign_model::{Computer, Grant, GrantId, GrantUse, GrantUseId, NotUsed, Permit, RequestId};
use countersign_store::{Claim, Slot, StoreError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The first use of a grant.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstUseReport {
    /// When the computer used it first; default: now. A moment before the grant was given, or in the future, counts as now.
    used_at: Option<Moment>,
    /// The request that was approved, as check-in names it; default: the one that is known. Grants of earlier versions are found
    /// only with it.
    request_id: Option<RequestId>,
}

/// The first use of a grant by this computer.
#[derive(Debug, Serialize, ToSchema)]
pub struct FirstUsed {
    /// The grant.
    grant_id: GrantId,
    /// When this computer used it first: the time that was reported first counts.
    used_at: Timestamp,
    /// When it ends for this computer; null if it never does.
    expires_at: Option<Timestamp>,
}

/// Reports that this computer has used a grant.
///
/// The first report counts; further ones get the same answer. If the time of the grant begins with its first use, it ends for
/// this computer at `expires_at`, and the agent ends it then. Other grants are reported so that administrators see how many
/// computers use them.
#[utoipa::path(post, path = "/agent/v1/grants/{grant_id}/use", tag = "agents", security(("computer" = [])),
    params(("grant_id" = inline(GrantId), Path)), request_body = Option<FirstUseReport>,
    responses((status = 200, body = FirstUsed),
        (status = 409, description = "The grant is not in force for this computer, or had to be used before.")))]
pub async fn use_grant(
    State(services): State<Services>,
    AsComputer { caller, computer, .. }: AsComputer,
    PathId(id): PathId<GrantId>,
    body: Option<JsonBody<FirstUseReport>>,
) -> Result<Json<FirstUsed>, Problem> {
    let (journal, computer) = (&services.journal, computer.value);
    let report = body.map(|body| body.value).unwrap_or_default();
    let found = request_of_grant(journal, &id, report.request_id.as_ref()).await?;
    let request = found.ok_or_else(Problem::not_found)?.value;
    let decision = request.decision.as_ref().ok_or_else(Problem::not_found)?;
    let grant = Grant::of(&request, decision).ok_or_else(Problem::not_found)?;
    // A grant that is for others is not to be known.
    if !grant.is_for(&computer) {
        return Err(Problem::not_found());
    }
    let used = match first_use(journal, &id, &computer.id).await? {
        Some(used) => used,
        None => {
            let use_id = GrantUseId::from_ulid(journal.random().ulid(caller.now));
            let used = grant.used_by(use_id, &computer, report.used_at.map(Into::into), caller.now);
            let used = used.map_err(refused)?;
            first(journal, &caller, &computer, &grant, used).await?
        }
    };
    let expires_at = grant.ends_after(used.at);
    Ok(Json(FirstUsed { grant_id: id, used_at: used.at, expires_at }))
}

/// Saves the first use. Of several reports at once one counts.
async fn first(
    journal: &Journal,
    caller: &Caller,
    computer: &Computer,
    grant: &Grant,
    used: GrantUse,
) -> Result<GrantUse, Problem> {
    let permit = Permit::own_computer(computer, &used.computer_id).ok_or_else(Problem::not_found)?;
    let act = GrantUsed {
        grant_id: grant.id.clone(),
        request_id: grant.request_id.clone(),
        computer_id: computer.id.clone(),
        used_at: used.at,
        expires_at: grant.ends_after(used.at),
    };
    let change = Change::new(&permit, &caller.origin(), act).create(&used);
    let slot = Slot::grant_use(&grant.id, &computer.id);
    let never = |_: Claim| async { Ok(false) };
    match journal.save_elected::<GrantUse, _, _>(&slot, change, never).await? {
        Elected::Won(saved) => {
            journal.count_grant_use(&grant.id).await?;
            Ok(saved.value)
        }
        Elected::Held(claim) => {
            let held = journal.load_by_record_id::<GrantUse>(&claim.holder).await?;
            Ok(held.ok_or(StoreError::NotFound)?.value)
        }
    }
}

/// The answer when the computer cannot use the grant.
fn refused(why: NotUsed) -> Problem {
    Problem::new(Code::GrantNotUsable, why.to_string())
}
