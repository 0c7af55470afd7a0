//! `/may-hear`: asked before a message is sent that has waited, because rights may have changed since.

use axum::Json;
use axum::extract::State;
use countersign_authority::Audience;
use countersign_http::functions::{MayHear, ToHear};
use countersign_http::{JsonBody, Problem, Services};
use countersign_journal::readable::load_readable;
use countersign_model::{Delivery, Request, RequestId};
use countersign_store::StoreError;

/// Says which of the requests the recipient may still hear of.
pub async fn may_hear(
    State(services): State<Services>,
    body: JsonBody<ToHear>,
) -> Result<Json<MayHear>, Problem> {
    let ToHear { delivery, request_ids } = body.value;
    let ids: Vec<&str> = request_ids.iter().map(RequestId::as_str).collect();
    let requests = load_readable::<Request>(&services.journal, &ids).await?;
    let request_ids = heard(&Audience::new(&services.journal), &delivery, requests).await?;
    Ok(Json(MayHear { request_ids }))
}

/// Requests of one kind, group and policy have the same recipients, except those who have taken one, and those to whom one is
/// escalated.
async fn heard(
    audience: &Audience,
    delivery: &Delivery,
    requests: Vec<Request>,
) -> Result<Vec<RequestId>, StoreError> {
    let mut known: Vec<(Request, bool)> = Vec::new();
    let mut heard = Vec::new();
    for request in requests {
        let same = |other: &Request| {
            other.kind() == request.kind()
                && other.group_id == request.group_id
                && other.policy_id == request.policy_id
                && other.unknown_policy == request.unknown_policy
        };
        let may = match known.iter().find(|(other, _)| same(other)) {
            Some((_, may)) => *may,
            None => {
                let may = audience.hears_of_such(&request, delivery).await?;
                known.push((request.clone(), may));
                may
            }
        };
        if may || audience.hears_of_this(&request, delivery).await? {
            heard.push(request.id);
        }
    }
    Ok(heard)
}
