//! Confirming a computer that took a host name which already belonged to another one.

use axum::extract::State;
use axum::response::IntoResponse;
use countersign_http::{
    AsAdministrator, BelongingRecord, Caller, Code, Gone, IfMatch, JsonBody, PathId, Problem, Services,
    require_at,
};
use countersign_journal::{Change, Journal, Terms};
use countersign_model::act::ComputerConfirmed;
use countersign_model::{Action, Computer, ComputerId, FaultKind, OrganizationId, Permit};
use countersign_store::UpdateError;

use crate::computers::{answer, remove};
use crate::wire::{ComputerView, Confirmation};

/// Confirms a computer that took a host name which already belonged to another one.
///
/// From then on, approvals for its group and its organization reach it, and its requests are decided like those of others.
/// Both computers keep the name. With `replaces`, the other one is removed first: its token stops working, its pending
/// requests are cancelled, and approvals for it alone end. Confirming a computer that is confirmed changes nothing.
#[utoipa::path(post, path = "/v1/organizations/{organization_id}/computers/{computer_id}/confirm", tag = "computers",
    security(("administrator" = [])), params(("organization_id" = inline(OrganizationId), Path), ("computer_id" = inline(ComputerId), Path), IfMatch),
    request_body = Confirmation, responses((status = 200, body = ComputerView),
        (status = 409, description = "The computer is confirmed already, so that it does not replace another one.")))]
pub async fn confirm_computer(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, ComputerId)>,
    if_match: IfMatch,
    body: JsonBody<Confirmation>,
) -> Result<impl IntoResponse, Problem> {
    let journal = &services.journal;
    let found = BelongingRecord::<Computer>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::ComputersConfirm)?;
    let replaced =
        body.value.replaces.map(|other| Ok::<_, Problem>((other, found.permit(Action::ComputersDelete)?)));
    let replaced = replaced.transpose()?;
    let computer = found.open(&permit)?;
    if_match.check(computer.revision)?;
    if let Some((other, removal)) = &replaced {
        if !computer.value.unconfirmed {
            return Err(NotConfirmed::Already.into());
        }
        // Before the computer is confirmed, so that a call that died in between can be repeated.
        replace(journal, &caller, removal, other, &computer.value).await?;
    }
    let origin = caller.origin();
    let confirm = |old: &Computer| {
        require_at(old, &permit)?;
        if !old.unconfirmed {
            return Err(NotConfirmed::Already);
        }
        let new = old.confirmed();
        let change = Change::new(&permit, &origin, ComputerConfirmed::of(old, &new));
        Ok((new, change))
    };
    match journal.save_update(&id, if_match.0, confirm).await {
        Err(UpdateError::Refused(NotConfirmed::Already)) => {
            let computer = journal.load::<Computer>(&id).await?.ok_or(Gone)?;
            answer(journal, caller.now, computer).await
        }
        saved => answer(journal, caller.now, saved?).await,
    }
}

/// Removes the computer that another one of the same name replaces. One that is removed already stays so.
async fn replace(
    journal: &Journal,
    caller: &Caller,
    permit: &Permit,
    id: &ComputerId,
    new: &Computer,
) -> Result<(), Problem> {
    let wrong = || {
        let message = "must be another computer of this organization with the same host name";
        Problem::invalid_field("/replaces", FaultKind::NotFound.saying(message))
    };
    let other = journal.load::<Computer>(id).await?.ok_or_else(wrong)?.value;
    let is_twin = other.organization_id == new.organization_id && other.id != new.id;
    if !is_twin || !other.is_called(&new.hostname) {
        return Err(wrong());
    }
    match remove(journal, id, Terms::default(), permit, &caller.origin()).await {
        Ok(_) | Err(UpdateError::Refused(Gone)) => Ok(()),
        Err(UpdateError::Store(error)) => Err(error.into()),
    }
}

/// Why a computer is not confirmed.
#[derive(Debug)]
enum NotConfirmed {
    /// The organization has no such computer.
    Gone,
    /// It is confirmed already.
    Already,
}

impl From<Gone> for NotConfirmed {
    fn from(Gone: Gone) -> Self {
        Self::Gone
    }
}

impl From<NotConfirmed> for Problem {
    fn from(why: NotConfirmed) -> Self {
        match why {
            NotConfirmed::Gone => Gone.into(),
            NotConfirmed::Already => Self::new(
                Code::ComputerConfirmed,
                "the computer is confirmed already; remove the other one by itself",
            ),
        }
    }
}
