//! Why a role is not created, edited or deleted, and the answer in each case.
use std::convert::Infallible;

use countersign_authority::rights::RightsError;
use countersign_authority::super_admins::SuperAdminError;
use countersign_http::{Code, Problem};
use countersign_journal::PermissionEditError;
use countersign_model::{Denial, RoleError};
use countersign_store::{StoreError, UpdateError};

/// Seconds after which a call should be repeated that conflicted with others on the same roles.
const RETRY_AFTER: u32 = 1;

/// Why a change of a role is not made.
#[derive(Debug)]
pub enum RoleChangeError {
    /// The caller may not do it, or may not know that the role exists.
    Denied(Denial),
    /// There is no such role.
    Unknown,
    /// The role has changed since the caller read it.
    Stale { current: u64 },
    /// The role book has changed since it was judged, another permission edit came first, or other changes keep coming
    /// first.
    Moved,
    /// The name is taken, or there are too many roles.
    Book(RoleError),
    /// The roles of the organization take too much space.
    BookTooLarge,
    /// No active Super Admin of the root would be left.
    SuperAdmins(SuperAdminError),
    /// The store failed.
    Store(StoreError),
}

impl From<RoleChangeError> for Problem {
    fn from(error: RoleChangeError) -> Self {
        match error {
            RoleChangeError::Denied(denial) => denial.into(),
            RoleChangeError::Unknown => Self::not_found(),
            RoleChangeError::Stale { current } => Self::precondition_failed(current),
            RoleChangeError::Moved => Self::unavailable(
                Code::Busy,
                "others are changing roles of the same people; try again",
                RETRY_AFTER,
            ),
            RoleChangeError::Book(error) => match error {
                RoleError::NameTaken(_) => Self::new(Code::RoleNameTaken, error.to_string()),
                RoleError::Full | RoleError::TooManyHolders => Self::new(Code::RolesFull, error.to_string()),
                RoleError::Unknown => Self::not_found(),
            },
            RoleChangeError::BookTooLarge => Self::new(
                Code::RolesFull,
                "the roles of the organization take too much space; shorten their descriptions",
            ),
            RoleChangeError::SuperAdmins(error) => error.into(),
            RoleChangeError::Store(error) => error.into(),
        }
    }
}

impl From<Denial> for RoleChangeError {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<RoleError> for RoleChangeError {
    fn from(error: RoleError) -> Self {
        Self::Book(error)
    }
}

impl From<RightsError> for RoleChangeError {
    fn from(error: RightsError) -> Self {
        match error {
            RightsError::NotFound => Self::Unknown,
            RightsError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for RoleChangeError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::Unknown,
            // Another role of the same book may have changed, which the caller did not need to read.
            StoreError::Revision { .. } | StoreError::Busy => Self::Moved,
            StoreError::KeyReused
            | StoreError::NotPermitted { .. }
            | StoreError::Corrupt { .. }
            | StoreError::TooLarge { .. }
            | StoreError::LaterSchema { .. }
            | StoreError::Kv(_) => Self::Store(error),
        }
    }
}

impl From<SuperAdminError> for RoleChangeError {
    fn from(error: SuperAdminError) -> Self {
        match error {
            SuperAdminError::Last => Self::SuperAdmins(error),
            SuperAdminError::Store(error) => error.into(),
        }
    }
}

impl From<PermissionEditError> for RoleChangeError {
    fn from(error: PermissionEditError) -> Self {
        match error {
            PermissionEditError::Overtaken => Self::Moved,
            PermissionEditError::Store(error) => error.into(),
        }
    }
}

impl From<UpdateError<RoleChangeError>> for RoleChangeError {
    fn from(error: UpdateError<RoleChangeError>) -> Self {
        match error {
            UpdateError::Refused(error) => error,
            UpdateError::Store(error) => error.into(),
        }
    }
}

impl From<UpdateError<Infallible>> for RoleChangeError {
    fn from(error: UpdateError<Infallible>) -> Self {
        match error {
            UpdateError::Refused(never) => match never {},
            UpdateError::Store(error) => error.into(),
        }
    }
}
