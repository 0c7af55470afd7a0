//! Whether this instance lives, and whether the deployment is ready.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::{Extension, Json};
use countersign_authority::root;
use countersign_http::functions::{SettingsChecked, WrongSetting};
use countersign_http::{Code, Problem, Services};
use countersign_kv::log;
use countersign_store::StoreError;
use futures::future::{Either, select};
use futures::lock::Mutex;
use jiff::{SignedDuration, Timestamp};

use crate::wire::Health;

/// How long an answer about readiness is kept.
const KEPT: SignedDuration = SignedDuration::from_secs(1);
/// How long the store may take.
const STORE_TAKES: Duration = Duration::from_secs(5);
/// Seconds after which a caller should ask again.
const ASK_AGAIN_AFTER: u32 = 5;

/// The last answer about readiness, and when it was found. Anybody may ask, so however many do, an instance looks at the store once a
/// second; those who come meanwhile wait for the same answer.
#[derive(Clone, Debug, Default)]
pub struct LastLook(Arc<Mutex<Option<Look>>>);

/// When it was, and what it found.
type Look = (Timestamp, Result<(), Problem>);

impl LastLook {
    async fn at(&self, services: &Services) -> Result<(), Problem> {
        let mut last = self.0.lock().await;
        let now = services.journal.clock().now();
        if let Some((at, answer)) = last.as_ref()
            && (SignedDuration::ZERO..KEPT).contains(&now.duration_since(*at))
        {
            return answer.clone();
        }
        let looking = Box::pin(look(services));
        let answer = match select(looking, services.journal.clock().sleep(STORE_TAKES)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), _)) => Err(Problem::unavailable(
                Code::StoreUnavailable,
                format!("the store does not answer within {} seconds", STORE_TAKES.as_secs()),
                ASK_AGAIN_AFTER,
            )),
        };
        *last = Some((services.journal.clock().now(), answer.clone()));
        answer
    }
}

/// Reads the store, and compares how long events have been waiting to be processed with the setting.
async fn look(services: &Services) -> Result<(), Problem> {
    let journal = &services.journal;
    let most = most_lag(services).await?;
    match journal.epoch().await {
        Err(error @ StoreError::LaterSchema { .. }) => return Err(error.into()),
        found => found.map_err(unreadable)?,
    };
    let Some(root) = root(journal).await.map_err(unreadable)? else { return Ok(()) };
    let lag = journal.lag(&root).await.map_err(unreadable)?.at(journal.clock().now());
    if most.is_zero() || lag <= most {
        return Ok(());
    }
    let detail = format!(
        "events have been waiting to be processed for more than {} seconds; see the log of `process-events`, and whether the scheduler calls `deliver`",
        most.as_secs()
    );
    Err(Problem::unavailable(Code::ProcessingLags, detail, ASK_AGAIN_AFTER))
}

fn unreadable(error: StoreError) -> Problem {
    log::line("not ready", &[("error", &error)]);
    Problem::unavailable(
        Code::StoreUnavailable,
        "the store cannot be read; the log says why",
        ASK_AGAIN_AFTER,
    )
}

const NO_NUMBER: &str = "the variable `ready_lag_seconds` is not a whole number of seconds";

/// How long events may wait. Zero: as long as they like.
async fn most_lag(services: &Services) -> Result<SignedDuration, Problem> {
    let seconds = seconds(&services.settings.get("ready_lag_seconds").await?);
    let seconds =
        seconds.ok_or_else(|| Problem::unavailable(Code::SettingsUnavailable, NO_NUMBER, ASK_AGAIN_AFTER))?;
    Ok(SignedDuration::from_secs(i64::from(seconds)))
}

fn seconds(text: &str) -> Option<u32> {
    text.trim().parse().ok()
}

/// Says what is wrong with the variables about readiness.
pub async fn check_settings(State(services): State<Services>) -> Result<Json<SettingsChecked>, Problem> {
    let mut checked = SettingsChecked::default();
    if seconds(&services.settings.get("ready_lag_seconds").await?).is_none() {
        checked.wrong.push(WrongSetting::new(
            format!(
                "{NO_NUMBER}: `GET /health/ready` answers 503, and a load balancer leads nobody to this host"
            ),
            "set it to a number such as 900, or to 0 for no limit",
        ));
    }
    Ok(Json(checked))
}

/// Says that this component answers.
///
/// Nothing is read. An instance that does not answer is to be restarted.
#[utoipa::path(get, path = "/health/live", tag = "health", responses((status = 200, body = Health)))]
pub async fn report_live() -> Json<Health> {
    Json(Health { status: "live" })
}

/// Says whether the deployment is ready: the store can be read, and events are processed in time.
///
/// The answer may be a second old.
#[utoipa::path(get, path = "/health/ready", tag = "health", responses((status = 200, body = Health),
    (status = 503, description = "The store cannot be read (`store-unavailable`), a later version has upgraded it (`store-too-new`), or events have been waiting to be processed for longer than `ready_lag_seconds` (`processing-lags`).")))]
pub async fn report_ready(
    State(services): State<Services>,
    Extension(last): Extension<LastLook>,
) -> Result<Json<Health>, Problem> {
    last.at(&services).await?;
    Ok(Json(Health { status: "ready" }))
}
