//! The embedded host: serves the components of a `spin.toml` as Spin does, and contains the harness of all tests.

mod activity;
mod app;
pub mod body;
mod bundle;
pub mod cli;
pub mod clock;
pub mod components;
pub mod dev;
mod engine;
pub mod faults;
pub mod harness;
pub mod kv;
mod loopback;
pub mod manifest;
mod metrics;
mod outbound;
mod places;
mod routes;
pub mod runtime_config;
mod server;
mod traces;
mod variables;

pub use app::{App, AppBuilder, DEFAULT_LISTEN, DEFAULT_STATE_DIR, Limits, RunningApp};
pub use clock::HostClock;
pub use manifest::Manifest;
pub use server::tls::TlsFiles;
pub use traces::Traces;
pub use variables::{ENVIRONMENT_PREFIX, Variables};
