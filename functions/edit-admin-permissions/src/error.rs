//! Why a change of an administrator is not made, and the answer in each case.
use std::convert::Infallible;

use countersign_authority::rights::RightsError;
use countersign_authority::super_admins::SuperAdminError;
use countersign_http::{Code, InputError, Problem};
use countersign_journal::PermissionEditError;
use countersign_model::{AdministratorError, Denial, RoleError};
use countersign_store::{StoreError, UpdateError};

/// Seconds after which a call should be repeated that conflicted with others on the same administrator.
const RETRY_AFTER: u32 = 1;

/// Why a change of an administrator is not made.
#[derive(Debug)]
pub enum EditError {
    /// The caller may not do it, or may not know that the administrator exists.
    Denied(Denial),
    /// There is no such administrator.
    Unknown,
    /// The administrator has changed since the permission check, or since the caller read them.
    Moved { current: u64 },
    /// Another edit of permissions came first.
    Overtaken,
    /// Others keep changing the same administrator or editing permissions.
    Busy,
    /// The state of the account excludes the change.
    State(AdministratorError),
    /// The invitation was already accepted.
    NotInvited,
    /// An administrator of the organization has the email address.
    EmailTaken,
    /// No active Super Admin of the root would be left.
    SuperAdmins(SuperAdminError),
    /// A role cannot be held by more administrators.
    RoleFull(RoleError),
    /// The input is invalid.
    Invalid(InputError),
    /// The store failed.
    Store(StoreError),
}

impl From<EditError> for Problem {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Denied(denial) => denial.into(),
            EditError::Unknown => Self::not_found(),
            EditError::Moved { current } => Self::precondition_failed(current),
            EditError::Overtaken | EditError::Busy => Self::unavailable(
                Code::Busy,
                "others are changing the same administrator; try again",
                RETRY_AFTER,
            ),
            EditError::State(error) => Self::new(Code::WrongState, error.to_string()),
            EditError::NotInvited => {
                Self::new(Code::NotInvited, "the administrator has already accepted the invitation")
            }
            EditError::EmailTaken => Self::new(
                Code::EmailTaken,
                "an administrator of this organization has this email address already",
            ),
            EditError::SuperAdmins(error) => error.into(),
            EditError::RoleFull(error) => Self::new(Code::RoleFull, error.to_string()),
            EditError::Invalid(error) => Self::invalid_body(vec![error]),
            EditError::Store(error) => error.into(),
        }
    }
}

impl From<Denial> for EditError {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<RightsError> for EditError {
    fn from(error: RightsError) -> Self {
        match error {
            RightsError::NotFound => Self::Unknown,
            RightsError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for EditError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::Unknown,
            StoreError::Revision { current } => Self::Moved { current },
            StoreError::Busy
            | StoreError::KeyReused
            | StoreError::NotPermitted { .. }
            | StoreError::Corrupt { .. }
            | StoreError::TooLarge { .. }
            | StoreError::LaterSchema { .. }
            | StoreError::Kv(_) => Self::Store(error),
        }
    }
}

impl From<InputError> for EditError {
    fn from(error: InputError) -> Self {
        Self::Invalid(error)
    }
}

impl From<SuperAdminError> for EditError {
    fn from(error: SuperAdminError) -> Self {
        match error {
            SuperAdminError::Last => Self::SuperAdmins(error),
            SuperAdminError::Store(error) => error.into(),
        }
    }
}

impl From<PermissionEditError> for EditError {
    fn from(error: PermissionEditError) -> Self {
        match error {
            PermissionEditError::Overtaken => Self::Overtaken,
            PermissionEditError::Store(error) => error.into(),
        }
    }
}

impl From<UpdateError<Infallible>> for EditError {
    fn from(error: UpdateError<Infallible>) -> Self {
        match error {
            UpdateError::Refused(never) => match never {},
            UpdateError::Store(error) => error.into(),
        }
    }
}
