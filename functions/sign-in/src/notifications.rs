//! One's own notifications: the usual channels, language and clock, quiet hours, digests, and who is told while one is away.
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_authority::rights::organization;
use countersign_http::{AsPerson, IfMatch, JsonBody, Problem, Services, etag, require_second_factor};
use countersign_journal::{Change, Journal};
use countersign_model::act::NotificationsChanged;
use countersign_model::{Administrator, AdministratorId, Permit};
use countersign_store::{StoreError, Stored};

use crate::wire::{AwayNotAllowed, NotificationsView, SetNotifications};

/// Shows the settings of your notifications.
#[utoipa::path(get, path = "/v1/session/notifications", tag = "sign-in", security(("person" = [])),
    responses((status = 200, body = NotificationsView), (status = 403, description = "The caller is an API token, which is not notified.")))]
pub async fn show_own_notifications(
    State(services): State<Services>,
    person: AsPerson,
) -> Result<Response, Problem> {
    require_second_factor(&person.session)?;
    let found = services.journal.load::<Administrator>(&person.administrator.id).await?;
    Ok(answer(found.ok_or(StoreError::NotFound)?))
}

/// Replaces the settings of your notifications.
///
/// No permission is needed: you hear of the same requests as before, by other channels or at other times. The system audit records the
/// change. While you are away, your delegate is told of what they could decide themselves, which is judged for each request.
#[utoipa::path(put, path = "/v1/session/notifications", tag = "sign-in", security(("person" = [])), params(IfMatch),
    request_body = SetNotifications, responses((status = 200, body = NotificationsView),
    (status = 403, description = "The caller is an API token, which is not notified.")))]
pub async fn set_own_notifications(
    State(services): State<Services>,
    person: AsPerson,
    IfMatch(revision): IfMatch,
    body: JsonBody<SetNotifications>,
) -> Result<Response, Problem> {
    require_second_factor(&person.session)?;
    let AsPerson { caller, administrator, .. } = &person;
    let settings = body.value;
    if let Some(delegate) = settings.away.as_ref().and_then(|away| away.delegate_id.as_ref()) {
        require_delegate(&services.journal, administrator, delegate).await?;
    }
    let (permit, origin) = (Permit::oneself(administrator), caller.origin());
    let transition = |old: &Administrator| {
        let next = settings.applied(old)?;
        let change = Change::new(&permit, &origin, NotificationsChanged::of(old, &next));
        Ok::<_, Problem>((next, change))
    };
    Ok(answer(services.journal.save_update(&administrator.id, revision, transition).await?))
}

fn answer(administrator: Stored<Administrator>) -> Response {
    let view = NotificationsView::from(administrator);
    ([etag(view.revision())], Json(view)).into_response()
}

/// Another active administrator of the organization, or of one above it. Whether they could decide is judged for each request.
async fn require_delegate(
    journal: &Journal,
    of: &Administrator,
    delegate: &AdministratorId,
) -> Result<(), Problem> {
    let found = journal.load::<Administrator>(delegate).await?.map(|found| found.value);
    let Some(found) = found.filter(|found| found.is_active() && found.id != of.id) else {
        return Err(AwayNotAllowed.into());
    };
    let home = organization(journal, &of.organization_id).await?.value;
    let is_near = found.organization_id == home.id || home.ancestors.contains(&found.organization_id);
    if is_near { Ok(()) } else { Err(AwayNotAllowed.into()) }
}
