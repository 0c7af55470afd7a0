//! The operations over the in-memory store, with captured outbound requests.
mod account;
mod asked;
mod asked_again;
mod at_once;
mod audience;
mod away;
mod digests;
mod flagged;
mod handled;
mod joined;
mod kinds;
mod nobody_else;
mod quiet_hours;
mod requester;
mod requesters;
mod standing;
mod standing_ends;
mod storm;
mod taken;
mod waiting;

use std::sync::Arc;

use countersign_http::Services;
pub use countersign_http::testing::stage::*;
use countersign_http::testing::{CapturedOutbound, TestApp};
use countersign_model::act::DecisionAsked;
use countersign_model::{AdministratorId, DecisionScope, Request, RequestKind};
use serde_json::json;

countersign_http::stage!(
    process_events::router,
    crate::router,
    deliver_notifications::router,
    compose_message::router,
    send_notification::router
);

impl Stage {
    /// Processes the company's events; nothing is planned.
    async fn process_alone(&self) {
        let body = json!({ "organization_id": self.company.id, "plans_itself": true });
        self.alone(process_events::router, "/process", body).await;
    }

    /// Plans for the company as long as the store works; nothing is sent. Returns the status of the answer.
    async fn plan_alone(&self) -> u16 {
        let body = json!({ "organization_id": self.company.id, "sends_itself": true });
        self.alone(crate::router, "/plan", body).await
    }

    /// A colleague asks administrators to decide a request.
    fn ask_to_decide<const N: usize>(
        &self,
        request: &Request,
        message: Option<&str>,
        asked: [AdministratorId; N],
    ) {
        let act = DecisionAsked {
            request_id: request.id.clone(),
            kind: RequestKind::Application,
            asked_by: Some("Kim".to_owned()),
            scope: DecisionScope::Group,
            message: message.map(str::to_owned),
            asked: asked.to_vec(),
            asked_in_all: None,
        };
        self.world.save(&self.company.id, act, |change| change);
    }

    async fn alone(
        &self,
        function: fn(Services) -> axum::Router,
        path: &str,
        body: serde_json::Value,
    ) -> u16 {
        let outbound = Arc::new(CapturedOutbound::default());
        let app = TestApp::new(function(Services { outbound, ..self.world.services() }));
        app.post(path).json(body).send().await.status
    }
}
