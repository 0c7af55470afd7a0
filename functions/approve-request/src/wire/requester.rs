//! The users who ask, in an opened request.

use countersign_model::{EmailAddress, Requester};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A user who asks, or who asked and has withdrawn.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequesterView {
    /// The user name on the computer.
    username: String,
    /// The address to which the decision is sent; null if none was given.
    email: Option<EmailAddress>,
    /// The user's reason for asking, which ends with `…` if there was no room for the rest; null if none was given.
    reason: Option<String>,
    /// How many times the user asked or amended the request, the first time included.
    count: u32,
    /// When the user asked for the first time.
    asked_at: Timestamp,
    /// When the user asked for the last time.
    last_asked_at: Timestamp,
    /// When the user last gave another reason or address, or allowed a copy of the file after all; null if that did not
    /// happen.
    amended_at: Option<Timestamp>,
    /// When the user withdrew; null if the user waits for the decision, or waited for it when it was made.
    withdrawn_at: Option<Timestamp>,
}

impl From<Requester> for RequesterView {
    fn from(requester: Requester) -> Self {
        let Requester { username, email, reason, asked_at, last_asked_at, count, amended_at, withdrawn_at } =
            requester;
        Self { username, email, reason, count, asked_at, last_asked_at, amended_at, withdrawn_at }
    }
}
