//! A logo as a response.

use axum::response::{IntoResponse, Response};
use countersign_journal::Journal;
use countersign_model::Branding;
use http::HeaderValue;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};

use crate::Problem;

/// The bytes of the logo of a branding; 404 if it has none, or if it was replaced meanwhile.
pub async fn show_logo(journal: &Journal, branding: Branding) -> Result<Response, Problem> {
    let logo = branding.logo.ok_or_else(Problem::not_found)?;
    let bytes = journal.logo(&logo).await?.ok_or_else(Problem::not_found)?;
    // A picture that a browser would take for a page must not run anything.
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(logo.format.id())),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    Ok((headers, bytes).into_response())
}
