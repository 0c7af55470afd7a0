//! A component that does nothing but answer: what the throughput of the others is measured against.

use spin_sdk::http::{IntoResponse, Request, StatusCode};
use spin_sdk::http_service;

#[http_service]
async fn handle(_request: Request) -> impl IntoResponse {
    StatusCode::OK
}
