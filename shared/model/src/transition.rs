//! Why a request cannot be changed in some way.

use crate::condition::NoPublisher;
use crate::decision::Decision;
use crate::kinds::RequestStatus;

/// Why a request cannot be changed in this way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// Somebody decided earlier.
    #[error("the request has already been {} by {}", .decision.outcome, .decision.administrator_name)]
    AlreadyDecided {
        /// The earlier decision.
        decision: Box<Decision>,
    },
    /// It is no longer pending, although nobody decided.
    #[error("the request is {status}")]
    NotPending {
        /// Its status.
        status: RequestStatus,
    },
    /// There is no approval in force to revoke.
    #[error("the request is {status}; only an approved request can be revoked")]
    NotApproved {
        /// Its status.
        status: RequestStatus,
    },
    /// No copy of the file was announced.
    #[error("no attachment was announced with this request")]
    AttachmentNotExpected,
    /// The computer that asked was removed, so no decision reaches it.
    #[error("the computer that asked has been removed")]
    ComputerRemoved,
    /// Another computer has the host name of the computer that asked, and no administrator has confirmed it.
    #[error(
        "another computer has the host name of the computer that asked; confirm the computer or remove it, or decide for \
         this computer alone"
    )]
    ComputerUnconfirmed,
    /// Clones of the computer that asked use its token, which is refused, so an approval for it alone reaches nobody.
    #[error(
        "clones of the computer that asked use its token, which is refused; let each of them enroll anew and ask again, or \
         approve for the group or the organization"
    )]
    ComputerCloned,
    /// The approval is for a group that was deleted, so it would not reach the computer for long.
    #[error(
        "the computer's group has been deleted; move the computer to a group, or approve for another scope"
    )]
    GroupDeleted,
    /// The approval would cover a publisher that nobody verified.
    #[error(transparent)]
    NoPublisher(#[from] NoPublisher),
}
