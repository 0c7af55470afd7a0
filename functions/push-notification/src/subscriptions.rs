//! An administrator's own subscriptions to push messages.

use axum::Json;
use axum::extract::State;
use countersign_http::{AsPerson, Code, JsonBody, PathId, Problem, Services, require_second_factor};
use countersign_journal::Change;
use countersign_model::act::PushSubscriptionChanged;
use countersign_model::{Credentials, Permit, PushError, PushSubscription, PushSubscriptionId};
use countersign_store::UpdateError;
use http::StatusCode;

use crate::target::Target;
use crate::vapid::Vapid;
use crate::wire::{NewPushSubscription, PushSubscriptionView, PushSubscriptionsView};

/// Lists the browsers in which you get push messages, and the public key for subscribing one.
#[utoipa::path(get, path = "/v1/session/push-subscriptions", tag = "sign-in", security(("person" = [])),
    responses((status = 200, body = PushSubscriptionsView), (status = 403, description = "The caller is an API token, which has no browsers.")))]
pub async fn list_push_subscriptions(
    State(services): State<Services>,
    person: AsPerson,
) -> Result<Json<PushSubscriptionsView>, Problem> {
    require_second_factor(&person.session)?;
    let keys = services.secret_keys().await?;
    let credentials = services.journal.load::<Credentials>(&person.administrator.id).await?;
    let all = credentials.map(|stored| stored.value.push).unwrap_or_default();
    let owner = &person.administrator.id;
    let view = |one: PushSubscription| {
        let target = Target::open(&keys, owner, &one.sealed);
        PushSubscriptionView::new(one, target.as_ref())
    };
    Ok(Json(PushSubscriptionsView {
        public_key: Vapid::present(&keys).map(|vapid| vapid.public_key()),
        items: all.into_iter().rev().map(view).collect(),
    }))
}

/// Subscribes a browser of yours to push messages.
///
/// You get them beside those by email or text message, once `push` is among your channels. The address of the browser is stored encrypted and
/// never shown again. A browser that unsubscribes, or whose owner withdraws the permission, is removed with the next message.
#[utoipa::path(post, path = "/v1/session/push-subscriptions", tag = "sign-in", security(("person" = [])), request_body = NewPushSubscription,
    responses((status = 201, body = PushSubscriptionView), (status = 409, description = "You have ten subscriptions, or the deployment has no `secret_key`.")))]
pub async fn create_push_subscription(
    State(services): State<Services>,
    person: AsPerson,
    body: JsonBody<NewPushSubscription>,
) -> Result<(StatusCode, Json<PushSubscriptionView>), Problem> {
    require_second_factor(&person.session)?;
    let AsPerson { caller, administrator, .. } = &person;
    let random = services.journal.random();
    let keys = services.secret_keys().await?;
    let vapid = Vapid::present(&keys).ok_or_else(not_configured)?;
    let (name, host, target) = body.value.checked(vapid.public_key())?;
    let subscription = PushSubscription {
        id: PushSubscriptionId::from_ulid(random.ulid(caller.now)),
        name,
        host,
        sealed: target.seal(&keys, &administrator.id, random).ok_or_else(not_configured)?,
        created_at: caller.now,
    };
    save(&services, &person, |old| Ok((old.with_push(subscription.clone())?, subscription.clone(), false)))
        .await?;
    Ok((StatusCode::CREATED, Json(PushSubscriptionView::new(subscription, Some(&target)))))
}

/// Unsubscribes a browser of yours from push messages.
#[utoipa::path(delete, path = "/v1/session/push-subscriptions/{subscription_id}", tag = "sign-in", security(("person" = [])),
    params(("subscription_id" = inline(PushSubscriptionId), Path)),
    responses((status = 204, description = "The browser gets no more push messages.")))]
pub async fn delete_push_subscription(
    State(services): State<Services>,
    person: AsPerson,
    PathId(id): PathId<PushSubscriptionId>,
) -> Result<StatusCode, Problem> {
    require_second_factor(&person.session)?;
    save(&services, &person, |old| {
        let (next, removed) = old.without_push(&id)?;
        Ok((next, removed, true))
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes the caller's own subscriptions, on record.
async fn save(
    services: &Services,
    person: &AsPerson,
    change: impl Fn(&Credentials) -> Result<(Credentials, PushSubscription, bool), PushError> + Send + Sync,
) -> Result<(), Problem> {
    let AsPerson { caller, administrator, .. } = person;
    let (permit, origin) = (Permit::oneself(administrator), caller.origin());
    let transition = |old: &Credentials| {
        let (next, subscription, removed) = change(old)?;
        let act = PushSubscriptionChanged::of(&administrator.id, &subscription, removed);
        Ok::<_, PushError>((next, Change::new(&permit, &origin, act)))
    };
    match services.journal.save_update(&administrator.id, None, transition).await {
        Ok(_) => Ok(()),
        Err(UpdateError::Refused(PushError::None)) => Err(Problem::not_found()),
        Err(UpdateError::Refused(error @ PushError::TooMany)) => {
            Err(Problem::new(Code::TooManyPushSubscriptions, error.to_string()))
        }
        Err(UpdateError::Store(error)) => Err(error.into()),
    }
}

fn not_configured() -> Problem {
    let detail = "push messages need the deployment's `secret_key`, which is not set";
    Problem::new(Code::NotConfigured, detail)
}
