//! Override codes: what a user types at a computer whose agent has no connection. Each reading is on record.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_authority::OverrideKey;
use countersign_http::{AsAdministrator, BelongingRecord, Code, PathId, Problem, Services};
use countersign_journal::Change;
use countersign_model::act::OverrideCodeRead;
use countersign_model::{Action, Computer, ComputerId, OrganizationId};
use http::{Method, StatusCode};

use crate::wire::OverrideCodeView;

/// Reads a computer's override code of today (UTC).
///
/// The computer's agent accepts it without a connection. There is another one each day. Each reading is recorded in the audit.
#[utoipa::path(method(get, head), path = "/v1/organizations/{organization_id}/computers/{computer_id}/override-code", tag = "computers",
    security(("administrator" = [])), params(("organization_id" = inline(OrganizationId), Path), ("computer_id" = inline(ComputerId), Path)),
    responses((status = 200, body = OverrideCodeView),
        (status = 409, description = "The computer has no key for override codes yet, or it was sealed under a `secret_key` that is gone.")))]
pub async fn read_override_code(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, ComputerId)>,
    method: Method,
) -> Result<Response, Problem> {
    let found = BelongingRecord::<Computer>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::OverrideCodesView)?;
    let computer = found.open(&permit)?.value;
    let sealed = computer.override_key.as_ref().ok_or(NoCode::NoKey)?;
    let keys = services.secret_keys().await?;
    let key = OverrideKey::open(&keys, &computer.id, sealed).ok_or(NoCode::Sealed)?;
    let code = key.code_at(caller.now).ok_or_else(Problem::internal)?;
    // No code leaves with the answer to `HEAD`, so it is not read.
    if method == Method::HEAD {
        return Ok(StatusCode::OK.into_response());
    }
    let act = OverrideCodeRead::of(&computer, code.valid_until);
    services.journal.save(Change::new(&permit, &caller.origin(), act)).await?;
    Ok(Json(OverrideCodeView::from(code)).into_response())
}

/// Why there is no code.
enum NoCode {
    /// The computer has no key yet.
    NoKey,
    /// Its key cannot be read.
    Sealed,
}

impl From<NoCode> for Problem {
    fn from(why: NoCode) -> Self {
        match why {
            NoCode::NoKey => Self::new(
                Code::NoOverrideKey,
                "the computer has no key for override codes yet; it gets one when its agent checks in, if the deployment has a \
                 `secret_key`",
            ),
            NoCode::Sealed => Self::new(
                Code::NotConfigured,
                "the computer's key was sealed under a `secret_key` that is gone; add that one to the variable again, or enroll \
                 the computer anew",
            ),
        }
    }
}
