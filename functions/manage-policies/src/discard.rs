//! Discarding a draft: it becomes again what is live.

use axum::extract::State as Of;
use axum::response::IntoResponse;
use countersign_http::{
    AsAdministrator, BelongingRecord, Code, Gone, IfMatch, NameClaim, Overtaken, PathId, Problem, Services,
    require_at,
};
use countersign_journal::Change;
use countersign_model::{Action, Denial, DeployedPolicy, Deployment, OrganizationId, Policy, PolicyId};
use countersign_store::StoreError;
use http::StatusCode;

use crate::policies::{answer, drafts_of, require_fit};
use crate::room::NoRoom;
use crate::state::{self, State};
use crate::wire::PolicyView;

/// Discards a policy's draft: it becomes again what is live.
///
/// Name, content, addresses and position are as they were deployed last; tags are named again, with their present values. A policy that
/// was never deployed, or that the live version does not have, has nothing to go back to. A draft that was deleted does not come
/// back. Going back to another position needs the right to move policies, too.
#[utoipa::path(delete, path = "/v1/organizations/{organization_id}/policies/{policy_id}/draft", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), ("policy_id" = inline(PolicyId), Path), IfMatch),
    responses((status = 200, body = PolicyView), (status = 409, description = "The policy is not live, another policy has its live name, a tag that it names there was deleted, or the policies of the group would be too large.")))]
pub async fn discard_draft(
    Of(services): Of<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, PolicyId)>,
    if_match: IfMatch,
) -> Result<impl IntoResponse, Problem> {
    let found = BelongingRecord::<Policy>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::ApplicationPoliciesEdit)?;
    let may_move = found.permit(Action::ApplicationPoliciesMove);
    let stored = found.open(&permit)?;
    if_match.check(stored.revision)?;
    let old = &stored.value;
    let deployment = state::live(&services, &organization).await?;
    let live = live_policy(&services, &deployment, old).await?.ok_or(NotDiscarded::NotLive)?;
    if live.as_draft_of(old) == *old {
        return Ok(answer(StatusCode::OK, stored));
    }
    if live.content.tags().into_iter().any(|tag| deployment.tag(tag).is_none()) {
        return Err(NotDiscarded::TagMissing.into());
    }
    let of_group = drafts_of(&services, &permit, &old.group_id).await?;
    require_fit(&of_group, old, &live.as_draft_of(old)).map_err(NotDiscarded::NoRoom)?;
    let claim = NameClaim::take(&services.journal, old, live.name.clone()).await?;
    let origin = caller.origin();
    let discard = |old: &Policy| {
        require_at(old, &permit)?;
        if live.order != old.order {
            may_move.as_ref().map_err(|denial| NotDiscarded::Denied(denial.clone()))?;
        }
        let (name, naming) = claim.carry_out(old)?;
        let new = Policy { name, naming, ..live.as_draft_of(old) };
        let act = require_fit(&of_group, old, &new).map_err(NotDiscarded::NoRoom)?;
        Ok::<_, NotDiscarded>((new, Change::new(&permit, &origin, act)))
    };
    let saved = services.journal.save_update(&id, if_match.0, discard).await?;
    Ok(answer(StatusCode::OK, saved))
}

/// The policy as the live version has it.
async fn live_policy(
    services: &Services,
    live: &Deployment,
    draft: &Policy,
) -> Result<Option<DeployedPolicy>, StoreError> {
    let state = State::of_generation(&services.journal, &live.generation, [&draft.group_id]).await?;
    Ok(state.of(&draft.group_id).iter().find(|policy| policy.id == draft.id).cloned())
}

/// Why a draft is not discarded.
enum NotDiscarded {
    /// The live version does not have the policy.
    NotLive,
    /// A tag that it names there was deleted.
    TagMissing,
    /// It would go to another position, which the caller may not do.
    Denied(Denial),
    Gone(Gone),
    Renamed(Overtaken),
    NoRoom(NoRoom),
}

impl From<Gone> for NotDiscarded {
    fn from(gone: Gone) -> Self {
        Self::Gone(gone)
    }
}

impl From<Overtaken> for NotDiscarded {
    fn from(overtaken: Overtaken) -> Self {
        Self::Renamed(overtaken)
    }
}

impl From<NotDiscarded> for Problem {
    fn from(why: NotDiscarded) -> Self {
        match why {
            NotDiscarded::NotLive => {
                let detail = "the live version does not have this policy; delete it to discard it";
                Self::new(Code::PolicyNotLive, detail)
            }
            NotDiscarded::TagMissing => {
                let detail = "a tag that the live policy names was deleted; edit the draft instead";
                Self::new(Code::TagMissing, detail)
            }
            NotDiscarded::Denied(denial) => denial.into(),
            NotDiscarded::Gone(gone) => gone.into(),
            NotDiscarded::Renamed(overtaken) => overtaken.into(),
            NotDiscarded::NoRoom(NoRoom::Group | NoRoom::Policy) => {
                let detail =
                    "the policies of the group would be too large together; make another one smaller first";
                Self::new(Code::PoliciesTooLarge, detail)
            }
            NotDiscarded::NoRoom(NoRoom::Audit) => {
                let detail = "this would change too much at once for one entry of the audit; edit the draft in two steps";
                Self::new(Code::PoliciesTooLarge, detail)
            }
        }
    }
}
