//! `/metrics`: the deployment in numbers. A scrape makes the same number of reads however many organizations there are.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_authority::root;
use countersign_http::{AsMonitor, Problem, Services};
use countersign_journal::Overview;
use countersign_model::Channel;
use countersign_store::{Refused, StoreError, Watched};
use futures::future::try_join;
use http::header::CONTENT_TYPE;
use jiff::Timestamp;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::registry::Registry;

use crate::exposition::{ENDS, Numbers};

/// The media type of OpenMetrics, which Prometheus reads.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The beginning of an answer, for the API document. A test compares it with a real one.
pub const EXAMPLE: &str = concat!(
    "# HELP countersign_requests_pending Requests that wait for a decision.\n",
    "# TYPE countersign_requests_pending gauge\n",
    "countersign_requests_pending{kind=\"application\"} 3\n",
    "countersign_requests_pending{kind=\"storage\"} 1\n",
    "countersign_requests_pending{kind=\"elevation\"} 0\n",
    "# HELP countersign_requests_made Requests that were made.\n",
    "# TYPE countersign_requests_made counter\n",
    "countersign_requests_made_total 128\n",
    "# EOF\n",
);

/// Reports the deployment in numbers, for Prometheus (OpenMetrics 1.0).
///
/// Nothing in it tells organizations or people apart. The embedded host adds numbers of its own. Without a `metrics_token` there is
/// nothing here.
#[utoipa::path(get, path = "/metrics", tag = "health", security(("monitor" = [])),
    responses((status = 200, description = "The numbers.", content((String = "application/openmetrics-text", example = json!(EXAMPLE)))),
    (status = 404, description = "The deployment has no `metrics_token`.")))]
pub async fn report_metrics(
    State(services): State<Services>,
    AsMonitor { now }: AsMonitor,
) -> Result<Response, Problem> {
    let numbers = numbers(&services, now).await?;
    let mut registry = Registry::default();
    registry.register_collector(Box::new(numbers));
    let mut text = String::new();
    let written = encode_registry(&mut text, &registry).and_then(|()| encode_eof(&mut text));
    written.map_err(|std::fmt::Error| Problem::internal())?;
    Ok(([(CONTENT_TYPE, OPENMETRICS)], text).into_response())
}

async fn numbers(services: &Services, now: Timestamp) -> Result<Numbers, StoreError> {
    let journal = &services.journal;
    let counted = counted();
    let overview = async {
        match root(journal).await? {
            Some(root) => journal.overview(&root).await,
            None => Ok(Overview::default()),
        }
    };
    let (overview, counts) = try_join(overview, journal.watched(&counted)).await?;
    Ok(Numbers { now, overview, counts: counted.into_iter().zip(counts).collect() })
}

/// Everything that is counted for the deployment.
fn counted() -> Vec<Watched> {
    let deliveries =
        Channel::ALL.iter().flat_map(|channel| ENDS.map(|state| Watched::Deliveries(*channel, state)));
    let retries = Channel::ALL.iter().map(|channel| Watched::Retries(*channel));
    let refused = Refused::ALL.map(Watched::RefusedSignIns);
    deliveries.chain(retries).chain(refused).chain([Watched::SetAside]).collect()
}
