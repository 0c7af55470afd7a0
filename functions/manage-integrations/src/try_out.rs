//! Sending test messages: to an integration, to any address that messages can go to, and to one's own browsers.

use axum::Json;
use axum::extract::State;
use countersign_authority::Principal;
use countersign_authority::rights::rights_at;
use countersign_http::functions::{ToTry, try_address};
use countersign_http::{
    AsAdministrator, AsPerson, BelongingRecord, Caller, Code, JsonBody, PathId, Problem, Services,
    require_second_factor,
};
use countersign_journal::Change;
use countersign_model::act::TestSent;
use countersign_model::{
    Action, Address, AdministratorId, Credentials, Integration, IntegrationId, OrganizationId, Permit,
    PushSubscription, decide,
};
use countersign_store::throttle::Throttle;
use jiff::SignedDuration;

use crate::wire::{NewTest, TestResult};

/// How many test messages an administrator can have sent: they go to any address.
const TESTS: Throttle = Throttle { name: "test-message", most: 5, period: SignedDuration::from_secs(60) };
/// Seconds after which a test that did not end should be repeated.
const RETRY_AFTER: u32 = 5;

/// Sends a test message to an integration, and says what came back.
///
/// An administrator can have five test messages a minute sent. Each is recorded in the system audit.
#[utoipa::path(post, path = "/v1/organizations/{organization_id}/integrations/{integration_id}/test", tag = "integrations",
    security(("administrator" = [])), params(("organization_id" = inline(OrganizationId), Path), ("integration_id" = inline(IntegrationId), Path)),
    responses((status = 200, body = TestResult), (status = 429, description = "Five test messages were sent in this minute.")))]
pub async fn test_integration(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((organization, id)): PathId<(OrganizationId, IntegrationId)>,
) -> Result<Json<TestResult>, Problem> {
    let found = BelongingRecord::<Integration>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::IntegrationsCreate)?;
    let address = found.open(&permit)?.value.address();
    let address = address.parse().map_err(|_| Problem::internal())?;
    test_at(&services, &caller, &administrator, &permit, &address).await
}

/// Sends a test message to an address, and says what came back.
///
/// It is sent as other messages of the organization are, but tried once. An administrator can have five test messages a minute sent. Each is
/// recorded in the system audit.
#[utoipa::path(post, path = "/v1/notifications/test", tag = "notifications", security(("administrator" = [])), request_body = NewTest,
    responses((status = 200, body = TestResult), (status = 429, description = "Five test messages were sent in this minute.")))]
pub async fn test_address(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    body: JsonBody<NewTest>,
) -> Result<Json<TestResult>, Problem> {
    let NewTest { organization_id, address } = body.value;
    let rights = rights_at(&services.journal, &administrator, &organization_id).await?;
    let permit = decide(&rights.actor, Action::IntegrationsCreate, &rights.resource())?;
    test_at(&services, &caller, &administrator, &permit, &address).await
}

/// Sends a test message to your own browsers, and says what came back.
///
/// It is sent as your other push messages are, to each browser that you have subscribed, but tried once, also while a push service is not called
/// because it fails. It counts among the five test messages a minute, and is recorded in the system audit.
#[utoipa::path(post, path = "/v1/session/push-subscriptions/test", tag = "sign-in", security(("person" = [])),
    responses((status = 200, body = TestResult), (status = 403, description = "The caller is an API token, which has no browsers."),
        (status = 409, description = "You have subscribed no browser."), (status = 429, description = "Five test messages were sent in this minute.")))]
pub async fn test_own_browsers(
    State(services): State<Services>,
    person: AsPerson,
) -> Result<Json<TestResult>, Problem> {
    require_second_factor(&person.session)?;
    let AsPerson { caller, administrator, .. } = &person;
    let credentials = services.journal.load::<Credentials>(&administrator.id).await?;
    if credentials.is_none_or(|found| found.value.push.is_empty()) {
        let detail = "you have subscribed no browser to push messages";
        return Err(Problem::new(Code::NoPushSubscription, detail));
    }
    let (permit, act) = (Permit::oneself(administrator), TestSent::pushed_to(administrator));
    send_test(
        &services,
        caller,
        (&administrator.id, &permit),
        act,
        PushSubscription::address(&administrator.id),
    )
    .await
}

async fn test_at(
    services: &Services,
    caller: &Caller,
    administrator: &Principal,
    permit: &Permit,
    address: &Address,
) -> Result<Json<TestResult>, Problem> {
    let act = TestSent::to(permit.organization(), address);
    send_test(services, caller, (&administrator.value.id, permit), act, address.to_string()).await
}

/// Sends it, within the limit, once it is on record.
async fn send_test(
    services: &Services,
    caller: &Caller,
    (sender, permit): (&AdministratorId, &Permit),
    act: TestSent,
    address: String,
) -> Result<Json<TestResult>, Problem> {
    let journal = &services.journal;
    let counted = journal.count_try(&TESTS, &[sender.as_str()]).await?;
    if !counted.allowed {
        let detail = format!("you had {} test messages sent in this minute", TESTS.most);
        return Err(Problem::over_limit(Code::TooManyRequests, detail, counted.until, caller.now));
    }
    let organization_id = permit.organization().clone();
    journal.save(Change::new(permit, &caller.origin(), act)).await?;
    let tried = try_address(services.outbound.as_ref(), &ToTry { organization_id, address }).await;
    let tried = tried.map_err(|error| {
        let detail = format!("the message could not be sent: {error}");
        Problem::unavailable(Code::Busy, detail, RETRY_AFTER)
    })?;
    Ok(Json(TestResult { accepted: tried.accepted, answer: tried.answer }))
}
