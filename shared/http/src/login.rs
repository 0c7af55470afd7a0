//! Enforcing login settings at the HTTP edge.

use countersign_authority::Session;
use countersign_model::LoginPolicy;

use crate::caller::Caller;
use crate::problem::{Code, Problem};

/// Refuses a caller at an address that the login settings do not allow.
///
/// # Errors
/// 403 `address-not-allowed`.
pub fn require_allowed_address(policy: &LoginPolicy, caller: &Caller) -> Result<(), Problem> {
    if policy.allows(caller.address) {
        return Ok(());
    }
    Err(Problem::new(
        Code::AddressNotAllowed,
        "the login settings of your organization do not allow this address; use an allowed network",
    ))
}

/// Refuses a session without a one-time code where the login settings require one.
///
/// # Errors
/// 403 `totp-required`.
pub fn require_second_factor(session: &Session) -> Result<(), Problem> {
    if session.second_factor || !session.policy.require_totp {
        return Ok(());
    }
    Err(Problem::new(
        Code::TotpRequired,
        "the login settings of your organization require one-time codes; set them up (`POST /v1/totp`), or sign in again with one",
    ))
}
