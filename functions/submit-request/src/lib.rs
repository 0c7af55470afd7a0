//! `submit-request`: a computer asks for permission, sends the copy of the file, reads the decision, and amends, withdraws
//! or renews the request.

mod amend;
mod attachment;
mod changes;
mod kept;
mod limits;
mod policy;
mod quota;
mod reason;
mod renew;
mod room;
mod save;
mod status;
mod subject;
mod submit;
mod submitting;
#[cfg(test)]
mod tests;
mod warnings;
mod wire;

use axum::Json;
use axum::extract::State;
use axum::routing::post;
use countersign_http::functions::SettingsChecked;
use countersign_http::{Problem, Services};

mod api {
    use crate::{amend, attachment, renew, status, submit};

    countersign_http::operations![
        submit::submit_request,
        attachment::attach_file,
        attachment::resume::append_to_file,
        attachment::resume::show_upload,
        status::show_request,
        status::cancel_request,
        amend::amend_request,
        renew::renew_request,
    ];
}

pub use api::openapi;

/// Serves the operations of this function, and `/settings`, which no route of the manifest reaches.
pub fn router(services: Services) -> axum::Router {
    let private = axum::Router::new().route("/settings", post(check_settings)).with_state(services.clone());
    api::router(services).merge(private)
}

/// Says what is wrong with the variables of this function.
async fn check_settings(State(services): State<Services>) -> Result<Json<SettingsChecked>, Problem> {
    Ok(Json(SettingsChecked { wrong: limits::wrong_settings(&services).await? }))
}
