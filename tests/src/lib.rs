//! What the whole-system tests share: calls over HTTP, and the deployment that each story begins with.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

mod accessibility;
pub mod addresses;
mod api;
mod authenticator;
pub mod branch;
mod browser;
pub mod company;
mod cookie;
mod deployment;
mod document;
mod keyboard;
pub mod pictures;
mod places;
mod reading;
pub mod sizes;
mod tools;
mod unchanged;
mod waiting;

pub use api::{Answer, Api, Call};
pub use authenticator::{one_time_code, scanned_secret};
pub use browser::Browser;
pub use company::Company;
pub use cookie::Cookie;
pub use deployment::{Deployment, PASSWORD, Stage, file_of, link_token, sha256};
pub use document::openapi;
pub use keyboard::Key;
pub use places::{root, rust_files};
pub use tools::are_installed;
pub use unchanged::Unchanged;

/// Runs a story on every backend that can be tested here, one after the other.
#[macro_export]
macro_rules! on_every_backend {
    ($($stories:tt)+) => { $crate::stories! {
        countersign_host::harness::Backend::available().unwrap().into_iter().map(|backend| {
            (backend, countersign_host::harness::Options::default().quirks)
        });
        $($stories)+
    } };
}

/// The same with every way in which Spin misbehaves on a backend, for stories in which many writers swap the same key.
#[macro_export]
macro_rules! with_every_quirk {
    ($($stories:tt)+) => { $crate::stories! {
        countersign_host::harness::Backend::with_every_quirk().unwrap();
        $($stories)+
    } };
}

#[doc(hidden)]
#[macro_export]
macro_rules! stories {
    ($stages:expr; $($(#[$meta:meta])* async fn $name:ident($host:ident) $body:block)+) => { $(
        $(#[$meta])*
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            for (backend, quirks) in $stages {
                println!("on {backend:?}, {quirks}");
                let options = countersign_host::harness::Options { quirks, ..Default::default() };
                let $host = countersign_host::harness::TestHost::start(backend, options).await.unwrap();
                $body
                $host.stop().await;
            }
        }
    )+ };
}
