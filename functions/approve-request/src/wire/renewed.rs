//! The approval that an opened request asks to prolong.

use countersign_model::{Renews, Request, RequestId, RequestStatus};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::DecisionView;

/// The approval that a request asks to prolong.
#[derive(Debug, Serialize, ToSchema)]
pub struct RenewedView {
    /// The request that was approved; you may open it, too.
    request_id: RequestId,
    /// When the approval ends, as it was known when the renewal was asked for.
    ends_at: Timestamp,
    /// The status of that request now; null if it is no longer kept.
    status: Option<RequestStatus>,
    /// The decision on that request; null if it is no longer kept.
    decision: Option<DecisionView>,
}

impl RenewedView {
    /// The view at a time, with the earlier request if it is still kept.
    pub fn at(now: Timestamp, renews: Renews, earlier: Option<Request>) -> Self {
        let Renews { request_id, ends_at } = renews;
        let status = earlier.as_ref().map(|earlier| earlier.status_at(now));
        let decision = earlier.and_then(|earlier| {
            let publisher = earlier.subject.coverable_publisher().ok();
            earlier.decision.map(|decision| DecisionView::of(decision, publisher.as_ref()))
        });
        Self { request_id, ends_at, status, decision }
    }
}
