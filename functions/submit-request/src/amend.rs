//! Amending: a requester says more while the request waits.

use axum::Json;
use axum::extract::State;
use countersign_authority::approval_settings_at;
use countersign_http::{AsComputer, LooseBody, PathId, Problem, Services};
use countersign_journal::{Change, Terms};
use countersign_model::act::RequestAmended;
use countersign_model::{AskedAs, NotAmended, Request, RequestId};
use countersign_store::UpdateError;
use jiff::Timestamp;

use crate::changes::{self, Written};
use crate::kept;
use crate::limits::largest_copy_for;
use crate::save::{is_often, noting_asked, too_often, with_copy};
use crate::status::{is_over, own_request};
use crate::submit::stored_copy;
use crate::warnings::Warnings;
use crate::wire::{Amendment, Submitted};

/// Says more about a pending request: a better reason, another address, or that the file may be copied after all.
///
/// A requester amends for themselves, and what is not given stays. Saying the same again changes nothing. A copy of the
/// file, once allowed, is not taken back. What was said before stays in the audit, and whoever opens the request sees that
/// it was amended.
///
/// A computer may make a limited number of changes per minute and per day: users who join, amend or withdraw. So may all
/// computers together that enrolled with the same key. Beyond that, the answer is 429 with `Retry-After`.
#[utoipa::path(patch, path = "/agent/v1/requests/{request_id}", tag = "agents", security(("computer" = [])),
    params(("request_id" = inline(RequestId), Path)), request_body = Amendment,
    responses((status = 200, description = "The request as it is now.", body = Submitted),
        (status = 409, description = "The request is no longer pending.")))]
pub async fn amend_request(
    State(services): State<Services>,
    AsComputer { caller, computer, .. }: AsComputer,
    PathId(id): PathId<RequestId>,
    body: LooseBody<Amendment>,
) -> Result<Json<Submitted>, Problem> {
    let mut warnings = Warnings::default();
    warnings.unknown(&body.unknown);
    let (says, attach) = body.value.checked(&mut warnings)?;
    let (request, permit) = own_request(&services.journal, &computer.value, &id).await?;
    if let Some(reason) = &says.reason {
        let (organization, above) = (&request.organization_id, &request.ancestors);
        let settings = approval_settings_at(&services.journal, organization, above).await?;
        let accepted = settings.accepts_reason(Some(reason));
        accepted.map_err(|why| Problem::invalid_field("/reason", why))?;
    }
    let file = request.subject.file().filter(|_| attach);
    let sha256 = file.map(|file| file.sha256.as_str());
    let stored = stored_copy(&services.journal, &computer.value, sha256).await?;
    let largest_copy = largest_copy_for(&services, file.and_then(|file| file.size)).await?;
    let origin = caller.origin();
    let save = async |counted: bool| {
        let amend = |old: &Request| {
            let new = old.amend(says.clone(), attach, caller.now)?;
            if is_often(old, AskedAs::Amending, &says.username, caller.now) {
                return Err(Refusal::TooOften);
            }
            if !counted && changes::must_be_counted(old) {
                return Err(Refusal::NotCounted);
            }
            let new = new.keeping_up_to(largest_copy);
            let new = if attach { with_copy(new, stored.as_ref()) } else { new };
            let change = Change::new(&permit, &origin, RequestAmended::of(old, &new, &says.username));
            Ok((new, noting_asked(change, stored.as_ref(), &id, &caller)))
        };
        services.journal.save_update(&id, Terms::default(), amend).await
    };
    let mut amended = save(false).await;
    if matches!(amended, Err(UpdateError::Refused(Refusal::NotCounted))) {
        let counted = changes::count(&services, &computer.value, Written::Change).await?;
        counted.map_err(|until| changes::too_many(until, caller.now))?;
        amended = save(true).await;
    }
    let request = match amended {
        Ok(saved) => saved.value,
        // Said before: a repeated call gets the same answer.
        Err(UpdateError::Refused(Refusal::Not(NotAmended::Nothing))) => request,
        Err(UpdateError::Refused(refusal)) => return Err(refused(refusal, caller.now)),
        Err(UpdateError::Store(error)) => return Err(error.into()),
    };
    kept::compare(&request, &says, &mut warnings);
    Ok(Json(Submitted::at(caller.now, &request, true, warnings)))
}

enum Refusal {
    Not(NotAmended),
    TooOften,
    /// It must be counted first.
    NotCounted,
}

impl From<NotAmended> for Refusal {
    fn from(refusal: NotAmended) -> Self {
        Self::Not(refusal)
    }
}

fn refused(refusal: Refusal, now: Timestamp) -> Problem {
    let refusal = match refusal {
        Refusal::Not(refusal) => refusal,
        // What must be counted was counted before the last attempt.
        Refusal::TooOften | Refusal::NotCounted => return too_often(now),
    };
    let said = refusal.to_string();
    match refusal {
        NotAmended::Over(over) => is_over(over, said),
        NotAmended::Unknown => Problem::invalid_field("/requester/username", said),
        NotAmended::Nothing | NotAmended::NoRoom => Problem::invalid_field("/reason", said),
    }
}
