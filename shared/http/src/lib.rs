//! What all functions share at their HTTP edge: identifying callers, reading input, answering.
//!
//! Every handler has the same order: identify → parse → load → decide → save → respond. The extractors of this crate,
//! as parameters in that order, are the first two steps; [`Problem`] is the answer for every refusal.

pub mod address;
mod body;
mod caller;
mod conditional;
pub mod identify;
mod login;
pub mod openapi;
mod page;
mod path;
mod pointer;
mod problem;
mod query;
mod routes;
mod services;
mod store_server;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod under_way;
mod waiting;
mod wake;

pub use address::place;
pub use body::{BODY_LIMIT, JsonBody, parse};
pub use caller::Caller;
pub use conditional::{IdempotencyKey, IfMatch, etag};
pub use identify::{Anonymous, AsAdministrator, AsComputer, AsPerson, AsScheduler};
pub use login::{require_allowed_address, require_second_factor};
pub use page::{LARGEST_PAGE, Limit, Page, PageQuery, USUAL_PAGE};
pub use path::PathId;
pub use problem::{InputError, PROBLEM_JSON, Problem, ProblemDetails, field};
pub use query::{DryRun, QueryOf};
pub use routes::{Routes, finish};
pub use services::{
    Background, OUTBOUND_RESPONSE_LIMIT, Outbound, OutboundError, Services, Settings, SettingsError,
};
pub use store_server::{RedisSettings, StoreServer};
pub use under_way::{Entered, UnderWay};
pub use waiting::{
    LONGEST_WAIT, Look, Place, RETRY_WAITING_AFTER, StillIdentified, Turn, WAITING_PLACES, Wait, Waited,
    Waiting, wait_for,
};

// Only for the expansion of `operations!`.
#[doc(hidden)]
pub use {axum, pastey::paste, utoipa};
