//! Checking in: what has changed for a computer since the version that its agent names.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_http::{AsComputer, Look, Problem, QueryOf, Services, wait_for};

use crate::news::{self, CheckInQuestion};
use crate::report::Report;
use crate::version::Version;
use crate::wire::{CheckIn, CheckInQuery, GrantChanges};

/// Tells an agent what is new, with `wait` as soon as there is something.
///
/// A computer has one waiting call: a newer call to the same instance ends the older one.
///
/// An agent that sends `hostname` keeps the name by which administrators know its computer up to date. If agents with
/// different ids (`instance`) take turns with one token, their computers are clones of one image: the computer is shown as
/// cloned, and the token is refused with 401 `computer-cloned` from then on.
#[utoipa::path(get, path = "/agent/v1/check-in", tag = "agents", security(("computer" = [])), params(CheckInQuery),
    responses((status = 200, body = CheckIn), (status = 410, description = "The `since` is too old to tell what has changed since; ask again without it.")))]
pub async fn check_in(
    State(services): State<Services>,
    computer: AsComputer,
    QueryOf(query): QueryOf<CheckInQuery>,
) -> Result<impl IntoResponse, Problem> {
    let since = query.since.as_deref().map(Version::read).transpose()?;
    let journal = &services.journal;
    let known = &Report::of(&query)?.take(journal, &computer.caller, computer.computer.clone()).await?;
    let waits = !query.wait.duration().is_zero();
    let turn = waits.then(|| services.waiting.turn(known.value.id.as_str()));
    let look = || async {
        let projection = journal.projection(&known.value.organization_id).await?.value;
        let now = journal.clock().now();
        let Some(since) =
            since.as_ref().filter(|v| v.is_current(projection.agent_version, known.revision, now))
        else {
            let asked = CheckInQuestion { computer: &known.value.id, since: since.as_ref(), now };
            return Ok(Look::Changed(news::since(journal, &projection, asked).await?));
        };
        let same = CheckIn {
            version: since.text(),
            more: false,
            policy_version: since.policies,
            policies: None,
            agent: None,
            grants: GrantChanges::default(),
            maintenance: known.value.maintenance_at(now).map(Into::into),
        };
        let newest = turn.as_ref().is_none_or(|turn| turn.is_newest());
        Ok(if newest { Look::Same(same) } else { Look::Changed(same) })
    };
    Ok(wait_for(&services, &computer, query.wait, look).await?.map(Json))
}
