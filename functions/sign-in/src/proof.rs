//! The proof of identity beyond the password: a one-time code, a recovery code, or nothing if nothing is set up. Or in its place: an
//! approval in another session.
use countersign_authority::secrets::SecretKeys;
use countersign_http::{Code, Problem};
use countersign_kv::log;
use countersign_model::act::SecondFactor;
use countersign_model::{AdministratorId, Credentials, CredentialsError};
use jiff::Timestamp;

use crate::codes::TotpCode;
use crate::codes::{RecoveryCode, Seed};

/// A proof that was checked. It counts once it is used up in the credentials that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The password alone: no one-time codes are set up.
    PasswordAlone,
    /// A one-time code of this step.
    Code(u64),
    /// A recovery code, by its digest.
    Recovery(String),
    /// An approval in another session, and whether a one-time code was used for that one. Whoever has this has used it up.
    DeviceCode {
        /// Whether a one-time code was used for the session of the approval.
        second_factor: bool,
    },
}

/// Why there is no proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unproved {
    /// A code is required and none was given.
    CodeMissing,
    /// The code is wrong, was used before, or cannot be checked.
    CodeWrong,
}

impl Proof {
    /// Checks the given codes against the credentials.
    pub fn check(
        keys: &SecretKeys,
        administrator: &AdministratorId,
        credentials: &Credentials,
        code: Option<&TotpCode>,
        recovery: Option<&RecoveryCode>,
        now: Timestamp,
    ) -> Result<Self, Unproved> {
        let Some(totp) = &credentials.totp else { return Ok(Self::PasswordAlone) };
        if let Some(code) = code {
            let Some(seed) = Seed::open(keys, administrator, &totp.sealed_seed) else {
                log::line(
                    "one-time codes cannot be checked: their key is not in `secret_key`",
                    &[("administrator", administrator)],
                );
                return Err(Unproved::CodeWrong);
            };
            let step = seed.step_of(code, now).filter(|step| credentials.use_step(*step).is_ok());
            return step.map(Self::Code).ok_or(Unproved::CodeWrong);
        }
        let Some(recovery) = recovery else { return Err(Unproved::CodeMissing) };
        let digest = recovery.digest(administrator);
        if credentials.use_recovery(&digest).is_ok() {
            return Ok(Self::Recovery(digest));
        }
        Err(Unproved::CodeWrong)
    }

    /// The credentials with the proof used up, so that it works only once.
    pub fn used_up(&self, credentials: &Credentials) -> Result<Credentials, Unproved> {
        let used = match self {
            // One-time codes were set up after the password was checked, so the password is no longer enough.
            Self::PasswordAlone if credentials.totp.is_some() => return Err(Unproved::CodeMissing),
            Self::PasswordAlone | Self::DeviceCode { .. } => Ok(credentials.clone()),
            Self::Code(step) => credentials.use_step(*step),
            Self::Recovery(digest) => credentials.use_recovery(digest),
        };
        used.map_err(|_: CredentialsError| Unproved::CodeWrong)
    }

    /// Whether it is more than a password.
    pub fn is_second_factor(&self) -> bool {
        match self {
            Self::PasswordAlone => false,
            Self::Code(_) | Self::Recovery(_) => true,
            Self::DeviceCode { second_factor } => *second_factor,
        }
    }

    /// Whether it is an approval in another session.
    pub fn is_device_code(&self) -> bool {
        matches!(self, Self::DeviceCode { .. })
    }

    /// Its name in the audit.
    pub fn second_factor(&self) -> SecondFactor {
        match self {
            Self::PasswordAlone => SecondFactor::None,
            Self::Code(_) => SecondFactor::Totp,
            Self::Recovery(_) => SecondFactor::RecoveryCode,
            Self::DeviceCode { .. } => SecondFactor::DeviceCode,
        }
    }
}

impl From<Unproved> for Problem {
    /// 401, only after a correct password.
    fn from(why: Unproved) -> Self {
        match why {
            Unproved::CodeMissing => {
                Self::new(Code::TotpMissing, "a one-time code is required; send `totp` or `recovery_code`")
            }
            Unproved::CodeWrong => {
                Self::new(Code::TotpWrong, "the code is wrong or was used before; wait for the next one")
            }
        }
    }
}
