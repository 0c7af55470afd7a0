//! What the whole-system tests share: calls over HTTP, and the deployment that each story begins with.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

mod api;
mod authenticator;
mod browser;
mod deployment;
mod document;
mod places;

pub use api::{Answer, Api, Call};
pub use authenticator::one_time_code;
pub use browser::Browser;
pub use deployment::{Deployment, PASSWORD, Stage, file_of, link_token, sha256};
pub use document::openapi;
pub use places::{root, rust_files};

/// Runs a story on every backend that can be tested here, one after the other.
#[macro_export]
macro_rules! on_every_backend {
    ($($(#[$meta:meta])* async fn $name:ident($host:ident) $body:block)+) => { $(
        $(#[$meta])*
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            for backend in countersign_host::harness::Backend::available().unwrap() {
                let options = countersign_host::harness::Options::default();
                let $host = countersign_host::harness::TestHost::start(backend, options).await.unwrap();
                $body
                $host.stop().await;
            }
        }
    )+ };
}
