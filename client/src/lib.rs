//! What every program that calls a Countersign server needs: how the server is reached, when a call is repeated, what its
//! refusals say, how texts of others are printed, and the name of the computer. The agent and the command line are built on it.

mod api;
mod connection;
mod error;
mod hostname;
mod problem;
mod retry;
mod text;

pub use api::{ATTEMPT, Answer, Api};
pub use connection::Connection;
pub use error::CallError;
pub use hostname::hostname;
pub use problem::{InputError, Problem};
pub use retry::{IdempotencyKey, Retry};
pub use text::{json_line, shown};
