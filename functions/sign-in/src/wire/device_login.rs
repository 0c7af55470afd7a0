//! Request and response types of signing in with a device code.
use countersign_model::{DeviceLogin, openapi};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A program that wants to be signed in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDeviceLogin {
    /// What the program is and where it runs, for the administrator who decides: 1 to 100 characters. Characters that hide or reorder
    /// others are written as escapes.
    #[schema(value_type = openapi::ProgramName)]
    pub description: String,
}

/// A program that waits to be approved.
#[derive(Serialize, ToSchema)]
pub struct StartedDeviceLogin {
    /// The secret with which the program asks for its session, and which it shows nobody.
    pub device_code: String,
    /// The code that the program shows, and an administrator enters in the console: eight letters and a hyphen.
    pub user_code: String,
    /// The page of the console on which the code is entered.
    pub verification_url: String,
    /// The same page with the code filled in. The administrator still compares it with the one that the program shows.
    pub verification_url_complete: String,
    /// Until when it can be approved and the session can begin: ten minutes from now.
    pub expires_at: Timestamp,
    /// How many seconds to wait before asking for the session, and between two attempts.
    #[schema(minimum = 1, maximum = 60, example = 5)]
    pub interval_seconds: u32,
}

/// The secret of a program that waits to be approved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginDeviceSession {
    /// The device code.
    #[schema(value_type = openapi::DeviceCode)]
    pub device_code: String,
}

/// A program that waits for a decision.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceLogin)]
pub struct DeviceLoginView {
    /// What the program is and where it runs, as it says itself; nobody has checked it.
    pub description: String,
    /// The client address from which it asked; null if it is not known.
    pub address: Option<String>,
    /// Your own client address, for comparison; null if it is not known.
    pub your_address: Option<String>,
    /// When it asked.
    pub started_at: Timestamp,
    /// Until when it can be approved.
    pub expires_at: Timestamp,
}

impl DeviceLoginView {
    pub fn new(login: DeviceLogin, your_address: Option<String>) -> Self {
        Self {
            description: login.description,
            address: login.address,
            your_address,
            started_at: login.started_at,
            expires_at: login.expires_at,
        }
    }
}

/// Whether a program is signed in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideDeviceLogin {
    /// `approved` or `denied`.
    #[schema(example = "approved")]
    pub outcome: DeviceLoginOutcome,
}

/// A decision about a program that wants to be signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceLoginOutcome {
    /// The program is signed in as you.
    Approved,
    /// It is not.
    Denied,
}
