//! The notification log: who was notified, how, and with which result.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_authority::rights::{rights_at, rights_on};
use countersign_http::{
    AsAdministrator, AsReader, Code, IfMatch, Page, PathId, Problem, QueryOf, Services, etag,
};
use countersign_journal::{Change, Journal};
use countersign_model::act::DeliveryResent;
use countersign_model::{Action, Actor, Delivery, Notice, NotificationId, Sight, decide, lists};
use countersign_store::{StoreError, Stored};
use futures::future::try_join;

use crate::about::Requests;
use crate::bounce::Bounces;
use crate::wire::{NotificationView, NotificationsQuery};

/// Lists the deliveries of an organization, newest first.
#[utoipa::path(get, path = "/v1/notifications", tag = "notifications", security(("administrator" = [])),
    params(NotificationsQuery), responses((status = 200, body = Page<NotificationView>)))]
pub async fn list_notifications(
    State(services): State<Services>,
    AsReader { caller, administrator, paging }: AsReader,
    QueryOf(query): QueryOf<NotificationsQuery>,
) -> Result<Page<NotificationView>, Problem> {
    let at = query.organization_id.as_ref().unwrap_or(&administrator.value.organization_id);
    let rights = rights_at(&services.journal, &administrator, at).await?;
    let permit = decide(&rights.actor, Action::NotificationsView, &rights.resource())?;
    let (cursor, limit) = (paging.open(query.cursor.as_ref())?, query.limit.get());
    let page =
        services.journal.page::<Delivery>(&permit, lists::NOTIFICATIONS, cursor.as_deref(), limit).await?;
    let is_over = page.items.last().is_some_and(|last| query.ends_at(&last.value));
    let next = page.next.filter(|_| !is_over);
    let wanted = |each: &Stored<Delivery>| query.wants(&each.value);
    // Recipients belong to the organization or to one above it.
    let resource = rights.resource();
    let sight = Sight::of(&rights.actor).over_resource(&resource);
    let items: Vec<_> = page.items.into_iter().filter(wanted).collect();
    let known = known(&services.journal, &rights.actor, &items).await?;
    let seen = |each| NotificationView::seen(caller.now, each, &sight, (&known.0, &known.1));
    paging.page(items.into_iter().map(seen).collect(), next)
}

/// Sends a message again, with a full set of attempts.
#[utoipa::path(post, path = "/v1/notifications/{notification_id}/resend", tag = "notifications",
    security(("administrator" = [])), params(("notification_id" = inline(NotificationId), Path), IfMatch),
    responses((status = 200, body = NotificationView), (status = 409, description = "The message is a password reset or an invitation, which have their own operations.")))]
pub async fn resend_notification(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<NotificationId>,
    IfMatch(revision): IfMatch,
) -> Result<impl IntoResponse, Problem> {
    let (rights, delivery) =
        rights_on(&services.journal, &administrator, &id, |d: &Delivery| d.organization_id.clone()).await?;
    let permit = decide(&rights.actor, Action::NotificationsResend, &rights.resource())?;
    require_resendable(&delivery.value)?;
    let origin = caller.origin();
    let saved = services
        .journal
        .save_update(&id, revision, |old: &Delivery| {
            let change = Change::new(&permit, &origin, DeliveryResent::of(old));
            Ok::<_, Problem>((old.resent(caller.now), change))
        })
        .await?;
    let resource = rights.resource();
    let sight = Sight::of(&rights.actor).over_resource(&resource);
    let (bounces, requests) = known(&services.journal, &rights.actor, std::slice::from_ref(&saved)).await?;
    let revision = saved.revision;
    let view = NotificationView::seen(caller.now, saved, &sight, (&bounces, &requests));
    Ok(([etag(revision)], Json(view)))
}

/// What is known of the addresses and requests of deliveries, in one round.
async fn known(
    journal: &Journal,
    reader: &Actor,
    deliveries: &[Stored<Delivery>],
) -> Result<(Bounces, Requests), StoreError> {
    try_join(Bounces::of(journal, deliveries), Requests::of(journal, reader, deliveries)).await
}

/// Why a message is not sent again.
pub enum NotResent {
    PasswordReset,
    Invitation,
}

impl From<NotResent> for Problem {
    fn from(why: NotResent) -> Self {
        match why {
            NotResent::PasswordReset => Self::new(
                Code::PasswordResetNotResent,
                "a password reset cannot be resent; request a new one",
            ),
            NotResent::Invitation => Self::new(
                Code::InvitationNotResent,
                "an invitation cannot be resent here; use `POST /v1/administrators/{administrator_id}/invitation`",
            ),
        }
    }
}

/// Password resets and invitations have rules of their own about who may send them, so the log must not be a way around
/// these.
pub fn require_resendable(delivery: &Delivery) -> Result<(), NotResent> {
    match delivery.notice {
        Notice::PasswordReset { .. } => Err(NotResent::PasswordReset),
        Notice::Invitation { .. } => Err(NotResent::Invitation),
        Notice::RequestSubmitted { .. }
        | Notice::RequestDecided { .. }
        | Notice::RequestRevoked { .. }
        | Notice::ApprovalEdited { .. }
        | Notice::RequestEnded { .. }
        | Notice::RequestExpired { .. }
        | Notice::RequestJoined { .. }
        | Notice::RequestHandled { .. }
        | Notice::RequestTaken { .. }
        | Notice::RequestHandedOver { .. }
        | Notice::RequestExpiring { .. }
        | Notice::RequestUntaken { .. }
        | Notice::RequestUndecided { .. }
        | Notice::DecisionAsked { .. }
        | Notice::FileFlagged { .. }
        | Notice::SignedInElsewhere { .. }
        | Notice::PasswordChanged { .. }
        | Notice::RightsChanged { .. }
        | Notice::AccountRecovered { .. }
        | Notice::Again { .. }
        | Notice::Digest => Ok(()),
    }
}
