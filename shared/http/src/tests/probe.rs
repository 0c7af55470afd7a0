//! The small function of these tests.
use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_model::ids::OrganizationId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::testing::{TestApp, World};
use crate::{
    Anonymous, AsAdministrator, AsComputer, AsReader, AsScheduler, Cursor, IdempotencyKey, IfMatch, JsonBody,
    Limit, Look, Moment, Page, PathId, Problem, QueryOf, Services, Wait, etag, wait_for,
};

pub fn world() -> (World, TestApp) {
    let world = World::new();
    let app = world.app(router);
    (world, app)
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Order {
    name: String,
    #[serde(default)]
    lines: Vec<Line>,
    organization_id: Option<OrganizationId>,
    at: Option<Moment>,
    colour: Option<Colour>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Line {
    count: u8,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Colour {
    Red,
    Green,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    colour: Option<Colour>,
    cursor: Option<Cursor>,
    #[serde(default)]
    limit: Limit,
    #[serde(default)]
    wait: Wait,
}

/// Takes an order.
#[utoipa::path(post, path = "/v1/orders", request_body = Order, responses((status = 200, body = Order)))]
async fn order(_caller: Anonymous, body: JsonBody<Order>) -> Json<Order> {
    Json(body.value)
}

/// Takes an order of an administrator.
#[utoipa::path(post, path = "/v1/orders/mine", params(IdempotencyKey), request_body = Order,
    security(("administrator" = [])), responses((status = 200, body = Order)))]
async fn my_order(caller: AsAdministrator, key: IdempotencyKey, body: JsonBody<Order>) -> Json<Value> {
    let idempotency = caller.caller.idempotency(&key, body.bytes());
    Json(json!({ "order": body.value, "idempotency": format!("{idempotency:?}") }))
}

/// A page of orders.
#[utoipa::path(get, path = "/v1/orders", params(("limit" = u8, Query)), responses((status = 200, body = Page<String>)))]
async fn list(QueryOf(filter): QueryOf<Filter>) -> Page<String> {
    let limit = filter.limit.get().to_string();
    let colour = filter.colour.map(|colour| format!("{colour:?}"));
    Page { items: [Some(limit), colour].into_iter().flatten().collect(), next_cursor: None }
}

/// The letters up to the caller's id, each on a page of its own.
#[utoipa::path(get, path = "/v1/letters/{id}", params(("limit" = u8, Query)),
    security(("administrator" = [])), responses((status = 200, body = Page<String>)))]
async fn letters(
    AsReader { administrator, paging, .. }: AsReader,
    PathId(_): PathId<OrganizationId>,
    QueryOf(filter): QueryOf<Filter>,
) -> Result<Page<String>, Problem> {
    let begins = paging.open(filter.cursor.as_ref())?.unwrap_or_default();
    let letter = |begins: &str| administrator.value.id.as_str().get(..begins.len() + 1).map(str::to_owned);
    paging.page(vec![begins.clone()], letter(&begins))
}

/// Changes an organization that is at revision 3.
#[utoipa::path(patch, path = "/v1/organizations/{id}", params(IfMatch),
    responses((status = 200, headers(("ETag" = String, description = "The revision.")))))]
async fn change(PathId(id): PathId<OrganizationId>, if_match: IfMatch) -> Result<impl IntoResponse, Problem> {
    if_match.check(3)?;
    Ok(([etag(4)], Json(json!({ "id": id }))))
}

/// Who is it?
#[utoipa::path(get, path = "/v1/administrator", responses((status = 200)), security(("administrator" = [])))]
async fn administrator(caller: AsAdministrator) -> Json<Value> {
    Json(json!({ "id": caller.administrator.value.id, "address": caller.caller.address }))
}

/// The same with a change.
#[utoipa::path(post, path = "/v1/administrator", responses((status = 200)), security(("administrator" = [])))]
async fn change_administrator(caller: AsAdministrator) -> Json<Value> {
    Json(json!({ "id": caller.administrator.value.id }))
}

/// Which computer is it?
#[utoipa::path(get, path = "/v1/computer", responses((status = 200)), security(("computer" = [])))]
async fn computer(caller: AsComputer) -> Json<Value> {
    Json(json!({ "id": caller.computer.value.id }))
}

/// Is it the scheduler?
#[utoipa::path(post, path = "/v1/tick", responses((status = 200)), security(("scheduler" = [])))]
async fn tick(_caller: AsScheduler) -> &'static str {
    "tick"
}

/// Opens something, unless the headers alone are asked for.
#[utoipa::path(method(get, head), path = "/v1/opening",
    responses((status = 200, headers(("method" = String, description = "The method that was called.")))))]
async fn open(method: http::Method) -> impl IntoResponse {
    ([("method", method.to_string())], "opened")
}

/// Waits until the variable `news` is set.
#[utoipa::path(get, path = "/v1/news", params(("wait" = u8, Query)), responses((status = 200)), security(("computer" = [])))]
async fn news(
    caller: AsComputer,
    State(services): State<Services>,
    QueryOf(filter): QueryOf<Filter>,
) -> Result<impl IntoResponse, Problem> {
    let look = || async {
        let news = services.settings.get("news").await?;
        Ok(if news.is_empty() { Look::Same(news) } else { Look::Changed(news) })
    };
    wait_for(&services, &caller, filter.wait, look).await
}

crate::operations![
    order,
    my_order,
    list,
    letters,
    change,
    administrator,
    change_administrator,
    computer,
    tick,
    open,
    news
];
