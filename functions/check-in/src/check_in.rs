//! Checking in: what has changed for a computer since the version that its agent names.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_http::{AsComputer, Look, Problem, QueryOf, Services, wait_for};
use futures::future::join;

use crate::history;
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
///
/// Administrators see when the computer checked in, from which address and with which `agent_version`. At most one check-in a
/// minute is kept.
#[utoipa::path(get, path = "/agent/v1/check-in", tag = "agents", security(("computer" = [])), params(CheckInQuery),
    responses((status = 200, body = CheckIn), (status = 410, description = "The `since` is too old to tell what has changed since, or the server was restored from a backup; ask again without it, and forget everything that the answer does not contain.")))]
pub async fn check_in(
    State(services): State<Services>,
    computer: AsComputer,
    QueryOf(query): QueryOf<CheckInQuery>,
) -> Result<impl IntoResponse, Problem> {
    let since = query.since.as_deref().map(Version::read).transpose()?;
    let journal = &services.journal;
    let report = Report::of(&query)?;
    let known = &report.take(journal, &computer.caller, computer.computer.clone()).await?;
    let epoch = services.epoch.of(journal).await?;
    // The store was restored from a backup: its counters count again from an earlier state.
    if since.as_ref().is_some_and(|since| since.epoch != epoch) {
        return Err(news::too_old());
    }
    let entry = report.entry(&computer.caller, since.as_ref().map(|since| since.policies));
    let waits = !query.wait.duration().is_zero();
    let turn = waits.then(|| services.waiting.turn(known.value.id.as_str()));
    let look = || async {
        let projection = journal.projection(&known.value.organization_id).await?.value;
        let now = journal.clock().now();
        let Some(since) =
            since.as_ref().filter(|version| version.is_current(projection.agent_version, known, now))
        else {
            let (since, epoch) = (since.as_ref(), epoch.as_deref());
            let asked = CheckInQuestion { computer: &known.value.id, since, epoch, now };
            return Ok(Look::Changed(news::since(&services, &projection, asked).await?));
        };
        let same = CheckIn {
            version: since.text(),
            more: false,
            policy_version: since.policies,
            policies: None,
            agent: None,
            grants: GrantChanges::default(),
            maintenance: known.value.maintenance_at(now).map(Into::into),
            override_key: None,
        };
        let newest = turn.as_ref().is_none_or(|turn| turn.is_newest());
        Ok(if newest { Look::Same(same) } else { Look::Changed(same) })
    };
    let answer = wait_for(&services, &computer, query.wait, look);
    let (answer, ()) = join(answer, history::note(journal, &known.value.id, entry)).await;
    Ok(answer?.map(Json))
}
