//! The reference endpoint agent as a library: enroll a computer, ask for permission, wait for the decision, check in.
//! It uses only the documented HTTP API, so it also shows how to write another agent.

mod client;
mod error;
mod file;
mod problem;
mod retry;
mod state;
mod wire;

pub use client::Client;
pub use error::AgentError;
pub use file::MeasuredFile;
pub use problem::{InputError, Problem};
pub use retry::{IdempotencyKey, Retry};
pub use state::State;
pub use wire::{
    AttachmentWanted, CheckIn, Decision, Device, Enrolled, Enrollment, GrantChanges, Kind, RequestState,
    RequestStatus, Requester, Subject, Submission, Submitted, Told,
};
