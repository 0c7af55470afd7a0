//! The mapping from refusals and failures of the crates below to problems.
use countersign_authority::rights::RightsError;
use countersign_authority::super_admins::SuperAdminError;
use countersign_kv::{KvError, log};
use countersign_model::Denial;
use countersign_store::{StoreError, UpdateError};

use super::{Code, Problem};
use crate::ports::SettingsError;

/// Seconds after which a call should be repeated that conflicted with others on the same record.
const RETRY_BUSY_AFTER: u32 = 1;
/// Seconds after which a call should be repeated that met a failing backend.
const RETRY_FAILURE_AFTER: u32 = 5;

impl From<Denial> for Problem {
    /// 403 with what is missing, without the organizations that the actor may not know of; or 404 if the actor may not
    /// know that the resource exists.
    fn from(denial: Denial) -> Self {
        if denial.hidden {
            return Self::not_found();
        }
        Self::new(Code::NotPermitted, denial.to_string()).with_missing(denial.told())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::not_found(),
            StoreError::Revision { current } => Self::precondition_failed(current),
            StoreError::Busy => Self::unavailable(
                Code::Busy,
                "others are changing the same record; try again",
                RETRY_BUSY_AFTER,
            ),
            StoreError::KeyReused => Self::new(
                Code::IdempotencyKeyReused,
                "this `Idempotency-Key` was used before with another body; use a new one",
            ),
            StoreError::Corrupt { .. } | StoreError::TooLarge { .. } | StoreError::NotPermitted { .. } => {
                log::line("the store holds or was given invalid data", &[("error", &error)]);
                Self::internal()
            }
            StoreError::LaterSchema { .. } => {
                log::line("the store was upgraded by a later version", &[("error", &error)]);
                Self::unavailable(Code::StoreTooNew, error.to_string(), RETRY_FAILURE_AFTER)
            }
            StoreError::Kv(error) => error.into(),
        }
    }
}

impl From<RightsError> for Problem {
    fn from(error: RightsError) -> Self {
        match error {
            RightsError::NotFound => Self::not_found(),
            RightsError::Store(error) => error.into(),
        }
    }
}

impl From<SuperAdminError> for Problem {
    fn from(error: SuperAdminError) -> Self {
        match error {
            SuperAdminError::Last => Self::new(Code::LastSuperAdmin, error.to_string()),
            SuperAdminError::Store(error) => error.into(),
        }
    }
}

impl From<KvError> for Problem {
    fn from(error: KvError) -> Self {
        if error == KvError::Crowded {
            return Self::unavailable(Code::StoreBusy, "the store is busy; try again", RETRY_BUSY_AFTER);
        }
        log::line("the key-value store failed", &[("error", &error)]);
        Self::store_unavailable()
    }
}

impl Problem {
    /// 503: the store is not available.
    pub(crate) fn store_unavailable() -> Self {
        Self::unavailable(
            Code::StoreUnavailable,
            "the store is not available; try again",
            RETRY_FAILURE_AFTER,
        )
    }
}

impl<E: Into<Problem>> From<UpdateError<E>> for Problem {
    fn from(error: UpdateError<E>) -> Self {
        match error {
            UpdateError::Refused(refusal) => refusal.into(),
            UpdateError::Store(error) => error.into(),
        }
    }
}

impl From<SettingsError> for Problem {
    fn from(error: SettingsError) -> Self {
        log::line("a setting cannot be read", &[("error", &error)]);
        Self::unavailable(
            Code::SettingsUnavailable,
            "the settings are not available; try again",
            RETRY_FAILURE_AFTER,
        )
    }
}
